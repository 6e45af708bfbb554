import type { Fault } from '../core/fault.ts';
import type { Change, Finding, HeldChange, Mode } from '../core/outcome.ts';
import type { Binding } from '../core/targets/binding.ts';
import { deniedGroup, groupFull, refusedTarget } from '../core/targets/findings.ts';
import type { Registration, Removal, TargetPlan, Wait } from '../core/targets/plan.ts';
import type { Sight } from '../core/targets/sight.ts';
import { isDraining, keyOf, type Target } from '../core/targets/target.ts';
import { isLive, isRunning } from '../core/task/stage.ts';
import type { Task } from '../core/task/task.ts';
import { DeniedError, NotFoundError, OutOfTimeError, ThrottledError, UnclearError } from '../errors.ts';
import type { RegistrationBudget } from '../ports/budget.ts';
import type { Bindings } from './bindings.ts';
import { createGroupLook, type GroupLookDeps, type GroupLookStart } from './group-look.ts';
import type { SettledBook } from './settled-book.ts';

/** What settling a group needs from outside. */
export interface SettleDeps extends GroupLookDeps {
  readonly budget: RegistrationBudget;
  readonly bindings: Bindings;
  /** Left out: nothing is remembered, and every event is looked at. */
  readonly settledBook?: SettledBook;
  /** What is wrong with a task's own tags: such a tag changes nothing, and a person should know. */
  readonly standbyFindingsOf?: (task: Task) => readonly Finding[];
}

/** One group's share of a look. */
export interface Job extends GroupLookStart {
  /** Since when the oldest change waits, epoch milliseconds. */
  readonly sinceMs: number;
  /** An address or a port of it may have a new holder already: it must not wait behind others. */
  readonly urgent?: boolean;
  /** The stricter of the stack's mode and the group's. */
  readonly mode: Mode;
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
  /** Tasks about which nothing is left to do here: registered and wanted, or asked to stop and out. */
  readonly nothingLeft: readonly Task[];
  /** Running tasks whose place could not be told yet, or that ECS does not show, with why. */
  readonly unplaced: readonly { readonly taskArn: string; readonly why: string }[];
  /** What kept the rest from being done. */
  readonly error?: unknown;
}

/** One call; the AWS Load Balancer Controller sends as many. AWS documents no limit. */
const TARGETS_PER_CALL = 200;
/** Tries of a change that AWS throttled or left unclear, each after a new look. */
const TRIES = 4;

/** Which group's call goes first: what has begun and rests on a fresh look, then what a stranger may have already. */
const RANK = { begun: 0, urgent: 1, waiting: 2 } as const;

type Step =
  | { readonly action: 'register'; readonly items: readonly Registration[] }
  | { readonly action: 'deregister'; readonly items: readonly Removal[] };

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
  const { clock, targetGroups, budget } = deps;
  const look = createGroupLook(job, deps);

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
    if (inherited.length > 0) return { action: 'deregister', items: inherited };
    const register = full ? [] : chosen('register', now.register);
    if (register.length > 0) return { action: 'register', items: register };
    const deregister = chosen('deregister', now.deregister);
    return deregister.length > 0 ? { action: 'deregister', items: deregister } : undefined;
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
    const present = new Set(look.observed.filter((target) => !isDraining(target)).map(keyOf));
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
      await budget.take({ rank: RANK.begun, sinceMs: job.sinceMs }, job.signal);
    } catch (error) {
      if (error instanceof OutOfTimeError) return false;
      throw error;
    }
    const step: Step = { action: 'register', items: part };
    try {
      if (look.isFresh(step.items)) return true;
      await look.lookAgain(step.items);
      plan = await look.decide();
      const again = nextStep(plan, step);
      if (again?.items.length === part.length && look.isFresh(step.items)) return true;
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
    look.changed(answered.accepted, 'initial');
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
    for (const item of items) record('deregister', item, true);
    look.changed(
      items.map(({ target }) => target),
      'draining',
    );
    // There is room again for what did not fit.
    if (full) full = false;
  };

  /** The right to send one call, taken before the look that the call rests on, since waiting for it makes looks old. */
  let granted = false;
  const takeTurn = async (rank: number): Promise<void> => {
    if (granted) return;
    await budget.take({ rank, sinceMs: job.sinceMs }, job.signal);
    granted = true;
  };

  const perform = async (first: Step): Promise<void> => {
    let step: Step | undefined = first;
    await takeTurn(RANK.begun);
    // Waiting for the turn, or for the look itself, may have made the look old.
    for (let looks = 0; step !== undefined && !look.isFresh(step.items); looks++) {
      if (looks === TRIES)
        throw new OutOfTimeError(
          `${name}: looking again takes longer than a look may be old; its reads are throttled.`,
        );
      await look.lookAgain(step.items);
      plan = await look.decide();
      step = nextStep(plan, step);
    }
    if (step === undefined) return;
    granted = false;
    sent = step;
    if (step.action === 'register') await register(step.items);
    else await deregister(step.items);
    sent = undefined;
  };

  const unplacedOf = ({ candidates }: TargetPlan): Settled['unplaced'] =>
    candidates.flatMap(({ task, place }) =>
      place.kind === 'unknown' && isRunning(task) && (job.focus?.has(task.taskArn) ?? true)
        ? [{ taskArn: task.taskArn, why: place.why }]
        : [],
    );

  const makeChanges = async (): Promise<void> => {
    let fullBefore = false;
    let failures = 0;
    await takeTurn(job.urgent ? RANK.urgent : RANK.waiting);
    await look.observe();
    plan = await look.decide();
    // An event alone may not tell where its task listens.
    const isOpen = nextStep(plan) !== undefined || unplacedOf(plan).length > 0;
    if (isOpen && (await look.widen())) plan = await look.decide();
    for (let step = nextStep(plan); step !== undefined; step = nextStep(plan)) {
      try {
        await perform(step);
        if (full && fullBefore) break;
        fullBefore ||= full;
      } catch (error) {
        if (!(error instanceof ThrottledError || error instanceof UnclearError)) throw error;
        await look.lookAgain(step.items);
        recordUnanswered();
        if (++failures >= TRIES) throw error;
      }
      plan = await look.decide();
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
      if (job.mode === 'enforce') await makeChanges();
      else {
        await look.observe();
        plan = await look.decide();
        for (const each of plan.register) record('register', each, false);
        for (const each of plan.deregister) record('deregister', each, false);
      }
    } catch (error) {
      if (error instanceof NotFoundError) deps.bindings.forget(arn);
      else if (error instanceof DeniedError) await denied(error);
      else throw error;
    } finally {
      if (granted) budget.giveBack();
    }
  };

  const view = async (): Promise<{ readonly sight: Sight; readonly plan: TargetPlan }> => {
    await look.observe();
    const decided = await look.decide();
    return { sight: look.sight, plan: decided };
  };

  const nothingLeft = (): readonly Task[] => {
    if (plan === undefined || job.mode !== 'enforce' || full || refused.size > 0) return [];
    const { register, deregister, held, waits, questions, candidates } = plan;
    if ([register, deregister, held, waits, questions].some((each) => each.length > 0)) return [];
    return candidates.flatMap(({ task, place, wanted }) =>
      place.kind === 'at' && (wanted || task.desiredStatus === 'STOPPED') && look.isAbout(task) ? [task] : [],
    );
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
    nothingLeft: error === undefined ? nothingLeft() : [],
    unplaced: [
      ...(plan === undefined ? [] : unplacedOf(plan)),
      ...[...look.unseen].map((taskArn) => ({ taskArn, why: 'ECS does not show it yet' })),
    ],
    ...(error !== undefined && { error }),
  });

  return { run, settled, view };
};
