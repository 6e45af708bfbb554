import { groupBy } from '../core/group-by.ts';
import { type Binding, workloadKeyOf } from '../core/targets/binding.ts';
import type { PlanGroup } from '../core/targets/by-hand.ts';
import { type Fleet, indexFleet, relevantTasks, workloadsOf } from '../core/targets/fleet.ts';
import { type Limits, planTargets, type TargetPlan } from '../core/targets/plan.ts';
import type { Holder, Listed, Question, Sight } from '../core/targets/sight.ts';
import { keyOf, type ObservedTarget, type Target } from '../core/targets/target.ts';
import { clusterNameOf } from '../core/task/arn.ts';
import { newerOf } from '../core/task/fold.ts';
import type { Task } from '../core/task/task.ts';
import { IncompleteError, NotFoundError } from '../errors.ts';
import type { Addresses } from '../ports/addresses.ts';
import type { Clock } from '../ports/clock.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import type { DescribedTasks, Tasks } from '../ports/tasks.ts';
import type { FactBook } from './fact-book.ts';
import { learnAbout } from './learn-about.ts';
import { describeAll, type ListedTasks, listWorkload, WHOLE_CLUSTER_TASKS } from './look.ts';

/** What looking at a group needs from outside. */
export interface GroupLookDeps {
  readonly tasks: Tasks;
  readonly targetGroups: TargetGroups;
  readonly addresses: Addresses;
  readonly clock: Clock;
  readonly factBook: FactBook;
  readonly isStandby: (task: Task) => boolean;
}

/** Where a look at a group begins. */
export interface GroupLookStart {
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
  readonly limits: Limits;
  /** What decides in the place of `planTargets`: a repair that a person asked for. */
  readonly plan?: PlanGroup;
}

/** A change that is about to be made: a target, and the task that causes it. */
export interface Intent {
  readonly target: Target;
  readonly task?: string;
}

/** What is known of one group, and how it comes to be known. */
export interface GroupLook {
  /** The group's targets, as far as is known: as they were seen, and with what was changed since. */
  readonly observed: readonly ObservedTarget[];
  readonly sight: Sight;
  /** Reads the group's targets. @throws {NotFoundError} If the group is gone. */
  observe(): Promise<void>;
  /**
   * Where the tasks that messages named were looked at too long ago: looks at them again, and at the others of their
   * workloads, so that one turn settles what many messages tell of.
   * @returns Whether it looked, so that what was decided before is to be decided again.
   */
  widen(): Promise<boolean>;
  /** Tasks (ARNs) of which an event told, and which ECS did not show when they were looked at here. */
  readonly unseen: ReadonlySet<string>;
  /** Plans, and looks up whatever the plan asks for, until it asks no more. */
  decide(): Promise<TargetPlan>;
  /** Whether plans decide about what this task has or had. */
  isAbout(task: Task): boolean;
  /** Whether a change of these targets may rest on what is known. */
  isFresh(intents: readonly Intent[]): boolean;
  /** Looks again at all that a change of these targets rests on. */
  lookAgain(intents: readonly Intent[]): Promise<void>;
  /** These targets were changed since they were seen. */
  changed(targets: readonly Target[], state: 'initial' | 'draining'): void;
}

/** AWS's answers must be younger than this when a change that rests on them is sent. */
const FRESH_MS = 2_000;
/** A larger group has many changes per message anyway, and its listings take longer than a look may be old. */
const WIDENED_TARGETS = 200;

/** A cluster or service that does not exist has none; the sweep tells of it. */
const orNone = async <T>(list: () => Promise<readonly T[]>): Promise<readonly T[]> => {
  try {
    return await list();
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
};

type Described = Pick<DescribedTasks, 'tasks' | 'missing'>;

/** Begins with what is known of the tasks; the group's targets are read by `observe`. */
export const createGroupLook = (start: GroupLookStart, deps: GroupLookDeps): GroupLook => {
  const { binding } = start;
  const { arn } = binding.group;
  const { clock, targetGroups, factBook } = deps;

  let fleet = start.fleet;
  let focus = start.focus;
  let tasksAtMs = start.lookedAtMs;
  let targetsAtMs = start.lookedAtMs;
  /** Which targets that look was about, by key. `undefined`: all. */
  let lookedFor: ReadonlySet<string> | undefined;
  let listed: Listed = start.listed;
  let observed: readonly ObservedTarget[] = [];
  const holders = new Map<string, readonly Holder[]>();
  const listedInstances = new Set<string>();
  const unseen = new Set<string>();

  const sight = (): Sight => ({
    binding,
    observed,
    fleet,
    facts: factBook.facts,
    ...(focus !== undefined && { focus }),
    listed,
    listedInstances,
    holders,
    firstSeenMs: start.firstSeenMs ?? new Map(),
    isStandby: deps.isStandby,
    nowMs: clock.nowMs(),
  });

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
  const listStrangers = async (cluster: string): Promise<void> => {
    const running = await orNone(() => deps.tasks.list(cluster, { desiredStatus: 'RUNNING' }));
    if (running.length <= WHOLE_CLUSTER_TASKS) await know((await describeAll(deps.tasks, cluster, running)).tasks);
  };

  const listWorkloads = async (): Promise<void> => {
    for (const workload of binding.wiring.workloads) {
      for (const { cluster, taskArns } of await orNone(() => listWorkload(workload, ['RUNNING'], deps))) {
        await know((await describeAll(deps.tasks, cluster, taskArns)).tasks);
      }
    }
    if (isHeldByUnknown()) for (const cluster of clustersOfBinding()) await listStrangers(cluster);
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

  /** The tasks, as ECS tells them now. */
  const describeAgain = (tasks: readonly Task[]): Promise<readonly Described[]> =>
    Promise.all(
      [...groupBy(tasks, ({ clusterArn }) => clusterArn)].map(([cluster, of]) =>
        describeAll(
          deps.tasks,
          cluster,
          of.map(({ taskArn }) => taskArn),
        ),
      ),
    );

  /** What is known of the tasks that matter to the group, with what ECS told now. */
  const updated = (answers: readonly Described[]): readonly Task[] => {
    const missing = new Set(answers.flatMap((each) => each.missing));
    const looked = new Map(answers.flatMap((each) => each.tasks).map((task) => [task.taskArn, task]));
    return relevantTasks(binding, fleet, observed, holders).flatMap((task): readonly Task[] => {
      const look = looked.get(task.taskArn);
      if (look !== undefined) return [newerOf(task, look)];
      if (!missing.has(task.taskArn)) return [task];
      // Gone from ECS: a task that was stopping has stopped; of any other, nothing is known any more.
      if (task.desiredStatus === 'STOPPED') return [{ ...task, lastStatus: 'STOPPED' }];
      unseen.add(task.taskArn);
      return [];
    });
  };

  /** ARNs of tasks of the group's workloads, by cluster. It only finds more to do, so what fails is left out. */
  const listOthers = async (): Promise<readonly ListedTasks[]> => {
    const listed = await Promise.all(
      binding.wiring.workloads.map((workload) =>
        // Which clusters Beanstalk's are takes calls of its own.
        workload.kind === 'beanstalk' ? [] : listWorkload(workload, ['RUNNING', 'STOPPED'], deps).catch(() => []),
      ),
    );
    return listed.flat();
  };

  const widen = async (): Promise<boolean> => {
    if (focus === undefined || clock.nowMs() - tasksAtMs <= FRESH_MS) return false;
    const own = relevantTasks(binding, fleet, observed, holders);
    const others = observed.length > WIDENED_TARGETS ? [] : await listOthers();
    const startedAtMs = clock.nowMs();
    const asked = new Map<string, Set<string>>();
    const ask = (cluster: string, taskArn: string): void => {
      asked.set(cluster, (asked.get(cluster) ?? new Set()).add(taskArn));
    };
    for (const { clusterArn, taskArn } of own) ask(clusterNameOf(clusterArn), taskArn);
    for (const { cluster, taskArns } of others) for (const taskArn of taskArns) ask(clusterNameOf(cluster), taskArn);
    const answers = await Promise.all([...asked].map(([cluster, arns]) => deps.tasks.describe(cluster, [...arns])));
    const named = new Set(own.map(({ taskArn }) => taskArn));
    const failure = answers.flatMap(({ failed }) => failed).find(({ arn: taskArn }) => named.has(taskArn));
    if (failure !== undefined) {
      throw new IncompleteError(`ECS could not describe task ${failure.arn}: ${failure.reason}`);
    }
    fleet = indexFleet(updated(answers), factBook.facts);
    const found = answers.flatMap(({ tasks }) => tasks);
    await know(found);
    focus = new Set([...focus, ...found.map(({ taskArn }) => taskArn)]);
    tasksAtMs = startedAtMs;
    return true;
  };

  const lookAgain = async (intents: readonly Intent[]): Promise<void> => {
    const keys = new Set(intents.map(({ target }) => keyOf(target)));
    const targets = observed.filter((target) => keys.has(keyOf(target)));
    const named = new Set(intents.flatMap(({ task }) => (task === undefined ? [] : [task])));
    const startedAtMs = clock.nowMs();
    const [seen, answers] = await Promise.all([
      targetGroups.targets(arn),
      describeAgain(relevantTasks(binding, fleet, targets, holders, named)),
    ]);
    const tasks = updated(answers);
    observed = seen;
    holders.clear();
    listedInstances.clear();
    listed = 'nothing';
    tasksAtMs = startedAtMs;
    targetsAtMs = startedAtMs;
    lookedFor = keys;
    fleet = indexFleet(tasks, factBook.facts);
  };

  return {
    get observed() {
      return observed;
    },
    get sight() {
      return sight();
    },
    observe: async () => {
      targetsAtMs = clock.nowMs();
      observed = await targetGroups.targets(arn);
    },
    widen,
    unseen,
    decide: async () => {
      // VPC, holders, workloads: each answer can raise the next question, but none twice.
      for (;;) {
        const plan = (start.plan ?? planTargets)(sight(), start.limits);
        if (plan.questions.length === 0) return plan;
        await answer(plan.questions);
      }
    },
    isAbout: ({ taskArn }) => focus?.has(taskArn) ?? true,
    // A new look for one change says nothing about the tasks of the next.
    isFresh: (intents) =>
      clock.nowMs() - Math.min(tasksAtMs, targetsAtMs) <= FRESH_MS &&
      (lookedFor === undefined || intents.every(({ target }) => lookedFor?.has(keyOf(target)))),
    lookAgain,
    changed: (targets, state) => {
      const keys = new Set(targets.map(keyOf));
      const others = observed.filter((target) => !keys.has(keyOf(target)));
      observed = [...others, ...targets.map((target) => ({ ...target, state }))];
    },
  };
};
