import { groupBy } from '../core/group-by.ts';
import type { Change, Finding, HeldChange, Mode } from '../core/outcome.ts';
import { type Binding, workloadKeyOf } from '../core/targets/binding.ts';
import { deniedGroup, type Fault, groupFull, refusedTarget } from '../core/targets/findings.ts';
import { type Fleet, indexFleet, relevantTasks, workloadsOf } from '../core/targets/fleet.ts';
import {
  type Limits,
  planTargets,
  type Registration,
  type Removal,
  type TargetPlan,
  type Wait,
} from '../core/targets/plan.ts';
import type { Holder, Listed, Question, Sight } from '../core/targets/sight.ts';
import { isDraining, keyOf, type ObservedTarget, type Target } from '../core/targets/target.ts';
import { newerOf } from '../core/task/fold.ts';
import { isLive } from '../core/task/stage.ts';
import type { Task } from '../core/task/task.ts';
import { DeniedError, NotFoundError, OutOfTimeError, ThrottledError, UnclearError } from '../errors.ts';
import type { Addresses } from '../ports/addresses.ts';
import type { RegistrationBudget } from '../ports/budget.ts';
import type { Clock } from '../ports/clock.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import type { Tasks } from '../ports/tasks.ts';
import type { Bindings } from './bindings.ts';
import type { FactBook } from './fact-book.ts';
import { describeAll, listWorkload, WHOLE_CLUSTER_TASKS } from './look.ts';

/** What settling a group needs from outside. */
export interface SettleDeps {
  readonly tasks: Tasks;
  readonly targetGroups: TargetGroups;
  readonly addresses: Addresses;
  readonly budget: RegistrationBudget;
  readonly clock: Clock;
  readonly bindings: Bindings;
  readonly factBook: FactBook;
  readonly isStandby: (task: Task) => boolean;
  /** What is wrong with a task's own tags: such a tag changes nothing, and a person should know. */
  readonly standbyFindingsOf?: (task: Task) => readonly Finding[];
}

/** One group's share of a look. */
export interface Job {
  readonly binding: Binding;
  /** The tasks that were looked at, indexed. */
  readonly fleet: Fleet;
  /** When the oldest of them was looked at, epoch milliseconds. */
  readonly lookedAtMs: number;
  readonly listed: Listed;
  /** Only decide about what these tasks (ARNs) have or had. */
  readonly focus?: ReadonlySet<string>;
  /** What an earlier look saw, by target key. */
  readonly firstSeenMs?: ReadonlyMap<string, number>;
  /** Since when the oldest change waits, epoch milliseconds. */
  readonly sinceMs: number;
  /** The stricter of the stack's mode and the group's. */
  readonly mode: Mode;
  readonly limits: Limits;
  /** Which changes may be made: those that a person was shown. `undefined`: all. */
  readonly isShown?: IsShown;
  /** Stops waiting for budget. */
  readonly signal?: AbortSignal;
}

/** Whether a change of a group was shown to the person who applies it. */
export type IsShown = (action: 'register' | 'deregister', targetGroupArn: string, target: Target) => boolean;

/** What became of one group. */
export interface Settled {
  readonly binding: Binding;
  readonly changes: readonly Change[];
  readonly held: readonly HeldChange[];
  readonly findings: readonly Finding[];
  /** Registrations that AWS accepted, and when. */
  readonly registered: readonly { readonly registration: Registration; readonly atMs: number }[];
  readonly waits: readonly Wait[];
  /** Running tasks whose place could not be told yet, with why. */
  readonly unplaced: readonly { readonly taskArn: string; readonly why: string }[];
  /** What kept the rest from being done. */
  readonly error?: unknown;
}

/** AWS's answers must be younger than this when a change that rests on them is sent. */
const FRESH_MS = 2_000;
/** One call; the AWS Load Balancer Controller sends as many. AWS documents no limit. */
const TARGETS_PER_CALL = 200;
/** Tries of a change that AWS throttled or left unclear, each after a new look. */
const TRIES = 4;

type Step =
  | { readonly action: 'register'; readonly items: readonly Registration[] }
  | { readonly action: 'deregister'; readonly items: readonly Removal[]; readonly inherited: boolean };

/** A cluster or service that does not exist has none; the sweep tells of it. */
const orNone = async <T>(list: () => Promise<readonly T[]>): Promise<readonly T[]> => {
  try {
    return await list();
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
};

const keysOf = (step: Step): ReadonlySet<string> => new Set(step.items.map(({ target }) => keyOf(target)));

/** Settles one group: looks, asks what it must know, and makes the changes, each on a fresh look. Repeating is safe. */
export const settleGroup = async (job: Job, deps: SettleDeps): Promise<Settled> => {
  const settling = createSettling(job, deps);
  try {
    await settling.run();
    return settling.settled();
  } catch (error) {
    return settling.settled(error);
  }
};

/**
 * Looks at one group and decides, without any change: what a person is told who asks why.
 * @throws {NotFoundError} If the group is gone. @throws {TaskwireError} If a look failed.
 */
export const viewGroup = (job: Job, deps: SettleDeps): Promise<{ readonly sight: Sight; readonly plan: TargetPlan }> =>
  createSettling(job, deps).view();

const createSettling = (job: Job, deps: SettleDeps) => {
  const { binding } = job;
  const { arn, name } = binding.group;
  const { clock, targetGroups, budget, factBook } = deps;

  let fleet = job.fleet;
  let lookedAtMs = job.lookedAtMs;
  /** Which targets that look was about, by key. `undefined`: all. */
  let lookedFor: ReadonlySet<string> | undefined;
  let listed: Listed = job.listed;
  let observed: readonly ObservedTarget[] = [];
  const holders = new Map<string, readonly Holder[]>();
  const listedInstances = new Set<string>();

  const changes: Change[] = [];
  const registered: { registration: Registration; atMs: number }[] = [];
  const faults = new Map<string, Fault>();
  const refused = new Set<string>();
  let plan: TargetPlan | undefined;
  let full = false;
  /** What was sent last and has no answer yet. */
  let sent: Step | undefined;

  const note = (fault: Fault): void => {
    faults.set(`${fault.rule} ${fault.summary}`, fault);
  };

  const sight = (): Sight => ({
    binding,
    observed,
    fleet,
    facts: factBook.facts,
    ...(job.focus !== undefined && { focus: job.focus }),
    listed,
    listedInstances,
    holders,
    firstSeenMs: job.firstSeenMs ?? new Map(),
    isStandby: deps.isStandby,
    nowMs: clock.nowMs(),
  });

  const observe = async (): Promise<void> => {
    lookedAtMs = Math.min(lookedAtMs, clock.nowMs());
    observed = await targetGroups.targets(arn);
  };

  const ownWorkloads = new Set(binding.wiring.workloads.map(workloadKeyOf));
  const isOwn = (task: Task): boolean =>
    workloadsOf(task, factBook.facts).some((each) => ownWorkloads.has(workloadKeyOf(each)));

  const know = async (more: readonly Task[]): Promise<void> => {
    const tasks = new Map(relevantTasks(binding, fleet, observed, holders).map((task) => [task.taskArn, task]));
    for (const task of more) {
      const known = tasks.get(task.taskArn);
      tasks.set(task.taskArn, known === undefined ? task : newerOf(known, task));
    }
    await learnAbout([...tasks.values()], binding, factBook, isOwn);
    fleet = indexFleet(tasks.values(), factBook.facts);
  };

  const clustersOfBinding = (): readonly string[] => {
    const named = binding.wiring.workloads.flatMap((each) => (each.kind === 'beanstalk' ? [] : [each.cluster]));
    const seen = relevantTasks(binding, fleet, observed, holders).map(({ clusterArn }) => clusterArn);
    return named.length > 0 ? [...new Set(named)] : [...new Set(seen)];
  };

  const listInstances = async (ids: readonly string[]): Promise<void> => {
    for (const cluster of clustersOfBinding()) {
      const arns = await orNone(() => deps.tasks.containerInstances(cluster, ids));
      const filters = arns.flatMap((containerInstanceArn) => [
        { desiredStatus: 'RUNNING' as const, containerInstanceArn },
        { desiredStatus: 'STOPPED' as const, containerInstanceArn },
      ]);
      const found: string[] = [];
      for (const filter of filters) found.push(...(await deps.tasks.list(cluster, filter)));
      await know((await describeAll(deps.tasks, cluster, found)).tasks);
    }
    for (const id of ids) listedInstances.add(id);
  };

  /** ECS made an interface that has one of the addresses, and no task is known to be its own. */
  const isHeldByUnknown = (): boolean =>
    [...holders.values()]
      .flat()
      .some(
        ({ interfaceId, attachmentId }) =>
          attachmentId !== undefined && !fleet.byInterface.has(interfaceId) && !fleet.byInterface.has(attachmentId),
      );

  /** A stranger in the same cluster: customers reach it until it is known to be one. */
  const listOthers = async (cluster: string): Promise<void> => {
    const running = await orNone(() => deps.tasks.list(cluster, { desiredStatus: 'RUNNING' }));
    if (running.length <= WHOLE_CLUSTER_TASKS) await know((await describeAll(deps.tasks, cluster, running)).tasks);
  };

  const listWorkloads = async (): Promise<void> => {
    for (const workload of binding.wiring.workloads) {
      for (const { cluster, taskArns } of await orNone(() => listWorkload(workload, ['RUNNING'], deps))) {
        await know((await describeAll(deps.tasks, cluster, taskArns)).tasks);
      }
    }
    if (isHeldByUnknown()) for (const cluster of clustersOfBinding()) await listOthers(cluster);
    listed = 'workloads';
  };

  const askHolders = async (asked: readonly string[]): Promise<void> => {
    const answers = await deps.addresses.holders(asked);
    for (const address of asked)
      holders.set(
        address,
        answers.filter((each) => each.address === address),
      );
  };

  const answer = async (questions: readonly Question[]): Promise<void> => {
    const addresses = new Set<string>();
    const instances = new Set<string>();
    for (const question of questions) {
      if (question.about === 'vpc') await factBook.learnVpc(question.vpcId);
      else if (question.about === 'holder') addresses.add(question.address);
      else if (question.about === 'instance') instances.add(question.instanceId);
    }
    if (addresses.size > 0) await askHolders([...addresses]);
    if (instances.size > 0) await listInstances([...instances]);
    if (questions.some(({ about }) => about === 'workloads')) await listWorkloads();
  };

  const decide = async (): Promise<TargetPlan> => {
    // VPC, holders, workloads: each answer can raise the next question, but none twice.
    for (;;) {
      const now = planTargets(sight(), job.limits);
      if (now.questions.length === 0) return now;
      await answer(now.questions);
    }
  };

  // A new look for one step says nothing about the tasks of the next.
  const isFresh = (step: Step): boolean =>
    clock.nowMs() - lookedAtMs <= FRESH_MS &&
    (lookedFor === undefined || step.items.every(({ target }) => lookedFor?.has(keyOf(target))));

  /** Looks again at all that a step rests on. */
  const lookAgain = async (step: Step): Promise<void> => {
    const keys = keysOf(step);
    const targets = observed.filter((target) => keys.has(keyOf(target)));
    const named = new Set(step.items.flatMap(({ task }) => (task === undefined ? [] : [task])));
    const involved = relevantTasks(binding, fleet, targets, holders, named);
    const startedAtMs = clock.nowMs();
    const byCluster = groupBy(involved, ({ clusterArn }) => clusterArn);
    const [seen, answers] = await Promise.all([
      targetGroups.targets(arn),
      Promise.all(
        [...byCluster].map(([cluster, of]) =>
          describeAll(
            deps.tasks,
            cluster,
            of.map(({ taskArn }) => taskArn),
          ),
        ),
      ),
    ]);
    const missing = new Set(answers.flatMap((each) => each.missing));
    const looked = new Map(answers.flatMap((each) => each.tasks).map((task) => [task.taskArn, task]));
    const tasks = relevantTasks(binding, fleet, observed, holders).flatMap((task): readonly Task[] => {
      const look = looked.get(task.taskArn);
      if (look !== undefined) return [newerOf(task, look)];
      if (!missing.has(task.taskArn)) return [task];
      // Gone from ECS: a task that was stopping has stopped; of any other, nothing is known any more.
      return task.desiredStatus === 'STOPPED' ? [{ ...task, lastStatus: 'STOPPED' }] : [];
    });
    observed = seen;
    holders.clear();
    listedInstances.clear();
    listed = 'nothing';
    lookedAtMs = startedAtMs;
    lookedFor = keys;
    fleet = indexFleet(tasks, factBook.facts);
  };

  const nextStep = (now: TargetPlan, only?: Step): Step | undefined => {
    const among = only && keysOf(only);
    const isShown = job.isShown ?? (() => true);
    const chosen = <T extends { readonly target: Target }>(
      action: Step['action'],
      items: readonly T[],
    ): readonly T[] => {
      const may = ({ target }: T): boolean =>
        !refused.has(keyOf(target)) &&
        (among === undefined || among.has(keyOf(target))) &&
        isShown(action, arn, target);
      return items.filter(may).slice(0, TARGETS_PER_CALL);
    };
    const inherited = chosen(
      'deregister',
      now.deregister.filter((each) => each.inherited),
    );
    if (inherited.length > 0) return { action: 'deregister', items: inherited, inherited: true };
    const register = full ? [] : chosen('register', now.register);
    if (register.length > 0) return { action: 'register', items: register };
    const deregister = chosen('deregister', now.deregister);
    return deregister.length > 0 ? { action: 'deregister', items: deregister, inherited: false } : undefined;
  };

  const record = (
    action: 'register' | 'deregister',
    item: Registration | Removal,
    applied: boolean,
    why = '',
  ): void => {
    const { target, task, reason } = item;
    changes.push({
      action,
      resource: arn,
      target,
      ...(task !== undefined && { task }),
      reason: `${reason}${why}`,
      applied,
    });
  };

  const recordRegistered = (registration: Registration): void => {
    record('register', registration, true);
    registered.push({ registration, atMs: clock.nowMs() });
  };

  /** What was sent and not answered may have been done: the new look tells, and nothing else will report it. */
  const recordUnanswered = (): void => {
    if (sent === undefined) return;
    const present = new Set(observed.filter((target) => !isDraining(target)).map(keyOf));
    if (sent.action === 'register') {
      for (const item of sent.items) if (present.has(keyOf(item.target))) recordRegistered(item);
    } else {
      for (const item of sent.items) if (!present.has(keyOf(item.target))) record('deregister', item, true);
    }
    sent = undefined;
  };

  /** Before each further call of a registration: its turn, and a look that still wants all of it. */
  const mayRegister = async (part: readonly Registration[]): Promise<boolean> => {
    try {
      await budget.take({ rank: 1, sinceMs: job.sinceMs }, job.signal);
    } catch (error) {
      if (error instanceof OutOfTimeError) return false;
      throw error;
    }
    const step: Step = { action: 'register', items: part };
    try {
      if (isFresh(step)) return true;
      await lookAgain(step);
      plan = await decide();
      const again = nextStep(plan, step);
      if (again?.items.length === part.length && isFresh(step)) return true;
    } catch {
      // The next round looks again by itself, and tells.
    }
    budget.giveBack();
    return false;
  };

  const register = async (items: readonly Registration[]): Promise<void> => {
    const byKey = new Map(items.map((item) => [keyOf(item.target), item]));
    const answered = await targetGroups.register(
      arn,
      items.map(({ target }) => target),
      (part) => {
        const keys = new Set(part.map(keyOf));
        return mayRegister(items.filter(({ target }) => keys.has(keyOf(target))));
      },
    );
    for (const target of answered.accepted) {
      const registration = byKey.get(keyOf(target));
      if (registration !== undefined) recordRegistered(registration);
    }
    const accepted = new Set(answered.accepted.map(keyOf));
    observed = [
      ...observed.filter((target) => !accepted.has(keyOf(target))),
      ...answered.accepted.map((target) => ({ ...target, state: 'initial' })),
    ];
    for (const { target, code, message } of answered.refused) {
      const registration = byKey.get(keyOf(target));
      refused.add(keyOf(target));
      if (registration !== undefined) record('register', registration, false, `; AWS refused it: ${code}`);
      note(
        refusedTarget(
          `AWS refused ${target.id}:${target.port} for ${name}: ${code}: ${message}`,
          'Check that the address lies in the group’s VPC and the zone tag fits, and that the target may be registered once more. The sweep tries again.',
        ),
      );
    }
    full = answered.full;
  };

  const deregister = async (items: readonly Removal[]): Promise<void> => {
    await targetGroups.deregister(
      arn,
      items.map(({ target }) => target),
    );
    const gone = new Set(items.map(({ target }) => keyOf(target)));
    for (const item of items) record('deregister', item, true);
    observed = observed.map((target) => (gone.has(keyOf(target)) ? { ...target, state: 'draining' } : target));
    // There is room again for what did not fit.
    if (full) full = false;
  };

  const perform = async (first: Step): Promise<void> => {
    let granted = false;
    try {
      let step: Step | undefined = first;
      await budget.take(
        { rank: first.action === 'deregister' && first.inherited ? 0 : 1, sinceMs: job.sinceMs },
        job.signal,
      );
      granted = true;
      // Waiting for the budget, or for the look itself, may have made the look old.
      for (let looks = 0; step !== undefined && !isFresh(step); looks++) {
        if (looks === TRIES)
          throw new OutOfTimeError(
            `${name}: looking again takes longer than a look may be old; its reads are throttled.`,
          );
        await lookAgain(step);
        plan = await decide();
        step = nextStep(plan, step);
      }
      if (step === undefined) return;
      granted = false;
      sent = step;
      if (step.action === 'register') await register(step.items);
      else await deregister(step.items);
      sent = undefined;
    } finally {
      if (granted) budget.giveBack();
    }
  };

  const makeChanges = async (): Promise<void> => {
    let fullBefore = false;
    let failures = 0;
    for (;;) {
      plan = await decide();
      const step = nextStep(plan);
      if (step === undefined) break;
      try {
        await perform(step);
        if (full && fullBefore) break;
        fullBefore ||= full;
      } catch (error) {
        if (!(error instanceof ThrottledError || error instanceof UnclearError)) throw error;
        await lookAgain(step);
        recordUnanswered();
        if (++failures >= TRIES) throw error;
      }
    }
    if (full) {
      note(
        groupFull(
          `${name} has no room for ${plan.register.length} more targets: its quota of targets is reached.`,
          'Raise the quota "Targets per Target Group per Region" (or "Targets per Application Load Balancer"), or spread the tasks over more groups.',
        ),
      );
    }
  };

  const denied = async (error: DeniedError): Promise<void> => {
    // AWS refuses changes of groups without the tags: perhaps they have just been taken away.
    const { bindings } = await deps.bindings.refresh();
    const now = bindings.find(({ group }) => group.arn === arn);
    if (now === undefined || now.wiring.mode !== binding.wiring.mode) return;
    note(
      deniedGroup(
        `${name}: ${error.message}`,
        'Grant the function’s role the action on this group, or take the group’s tags away.',
      ),
    );
    throw error;
  };

  const run = async (): Promise<void> => {
    try {
      await observe();
      if (job.mode === 'enforce') await makeChanges();
      else {
        plan = await decide();
        for (const each of plan.register) record('register', each, false);
        for (const each of plan.deregister) record('deregister', each, false);
      }
    } catch (error) {
      if (error instanceof NotFoundError) deps.bindings.forget(arn);
      else if (error instanceof DeniedError) await denied(error);
      else throw error;
    }
  };

  const view = async (): Promise<{ readonly sight: Sight; readonly plan: TargetPlan }> => {
    await observe();
    const decided = await decide();
    return { sight: sight(), plan: decided };
  };

  const settled = (error?: unknown): Settled => ({
    binding,
    changes,
    held: (plan?.held ?? []).map(({ target, task, reason }) => ({
      action: 'deregister',
      resource: arn,
      target,
      ...(task !== undefined && { task }),
      reason,
    })),
    findings: [
      ...[
        ...new Map([
          ...(plan?.faults ?? []).map((each): [string, Fault] => [`${each.rule} ${each.summary}`, each]),
          ...faults,
        ]).values(),
      ].map((fault) => ({ ...fault, resource: arn })),
      ...(plan?.candidates ?? []).flatMap(({ task }) =>
        isLive(task) && (job.focus?.has(task.taskArn) ?? true) ? (deps.standbyFindingsOf?.(task) ?? []) : [],
      ),
    ],
    registered,
    waits: plan?.waits ?? [],
    unplaced: (plan?.candidates ?? []).flatMap(({ task, place }) =>
      place.kind === 'unknown' &&
      task.lastStatus === 'RUNNING' &&
      task.desiredStatus === 'RUNNING' &&
      (job.focus?.has(task.taskArn) ?? true)
        ? [{ taskArn: task.taskArn, why: place.why }]
        : [],
    ),
    ...(error !== undefined && { error }),
  });

  return { run, settled, view };
};

/** Looks up all that deciding about these tasks for this binding needs. */
export const learnAbout = async (
  tasks: readonly Task[],
  binding: Binding | undefined,
  factBook: FactBook,
  isOwn: (task: Task) => boolean,
): Promise<void> => {
  // One that fails does not keep the others from being learned, and is told when they are.
  const learned = await Promise.allSettled([
    factBook.learnInstances(tasks),
    factBook.learnSubnets(tasks),
    factBook.learnDefinitions(tasks.filter((task) => task.desiredStatus === 'RUNNING' && isOwn(task))),
  ]);
  for (const each of learned) if (each.status === 'rejected') throw each.reason;
  if (binding?.wiring.zone === 'all') await factBook.learnVpc(binding.group.vpcId);
};
