import { groupBy } from '../core/group-by.ts';
import type { Input, Message } from '../core/message.ts';
import type { Mode } from '../core/outcome.ts';
import { type Binding, workloadKeyOf } from '../core/targets/binding.ts';
import { indexFleet, workloadsOf } from '../core/targets/fleet.ts';
import type { Limits } from '../core/targets/plan.ts';
import { CONSISTENCY_MS } from '../core/targets/verdict.ts';
import { foldEvents, newerOf } from '../core/task/fold.ts';
import { isRunning } from '../core/task/stage.ts';
import type { Task, TaskEvent } from '../core/task/task.ts';
import { IncompleteError, OutOfTimeError } from '../errors.ts';
import { learnAbout } from './learn-about.ts';
import { type IsShown, type SettleDeps, type Settled, settleGroup } from './settle-group.ts';
import type { SettledBook } from './settled-book.ts';
import { sideBySide } from './side-by-side.ts';
import { type Turn, tasksThatWait, turnsOf } from './turns.ts';

/** A task that messages ask to be looked at. */
interface Item {
  readonly taskArn: string;
  readonly clusterArn: string;
  /** The newest event, where one came. */
  readonly event?: TaskEvent;
  /** `stopped`: only act on what is no longer wanted. */
  readonly act: 'stopped' | 'all';
  /** A message asks for a look at this very task, which no other message's stands for. */
  readonly asked?: boolean;
}

/** What came of looking at tasks. */
export interface Followed {
  readonly settled: readonly Settled[];
  /** What kept a task's work from being done, by task ARN. */
  readonly errors: ReadonlyMap<string, unknown>;
  /** Tasks that are too new to be seen, by ARN, with why: look again. */
  readonly tooNew: ReadonlyMap<string, string>;
  /** Event time by task ARN, for the latency. */
  readonly sentAtMs: ReadonlyMap<string, number>;
  /** Cluster by task ARN. */
  readonly clusters: ReadonlyMap<string, string>;
  /** Why the tags could not be read again, while older bindings are used. */
  readonly keptBecause?: string;
}

/** What one DescribeTasks call takes. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const TASKS_PER_CALL = 100;
const CLUSTERS_AT_ONCE = 4;
const GROUPS_AT_ONCE = 3;
const BEFORE_RUNNING: ReadonlySet<string> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

/** Its RUNNING event is still to come; until then nothing can be done. */
const isEarly = ({ lastStatus, desiredStatus }: Task): boolean =>
  desiredStatus === 'RUNNING' && BEFORE_RUNNING.has(lastStatus);

/** When a task was looked at of which only an event tells. */
const NEVER_MS = 0;

/** The events of tasks that an input tells of. */
export const eventsOf = (input: Input): readonly TaskEvent[] => {
  if (input.kind === 'task') return [input.event];
  return input.kind === 'later' && input.work.kind === 'follow' ? input.work.events : [];
};

const itemsOf = (messages: readonly Message[]): readonly Item[] => {
  const events = messages.flatMap(({ input }) => eventsOf(input));
  const items = new Map<string, Item>();
  for (const [taskArn, event] of foldEvents(events)) {
    if (!isEarly(event.task)) items.set(taskArn, { taskArn, clusterArn: event.task.clusterArn, event, act: 'all' });
  }
  for (const { input } of messages) {
    if (input.kind !== 'later' || input.work.kind !== 'look') continue;
    const { clusterArn, taskArns, act } = input.work;
    for (const taskArn of taskArns) {
      const known = items.get(taskArn);
      items.set(taskArn, {
        taskArn,
        clusterArn,
        act: known?.act === 'all' ? 'all' : act,
        asked: true,
        ...(known?.event && { event: known.event }),
      });
    }
  }
  return [...items.values()];
};

/** Tasks of which events tell something that concerns a group and is not settled yet, by ARN. */
const openTasks = (
  messages: readonly Message[],
  bindingsOf: (task: Task) => readonly Binding[],
  book: SettledBook | undefined,
): ReadonlySet<string> => {
  const open = new Set<string>();
  for (const { input, postmark } of messages) {
    if (input.kind === 'later' && input.work.kind === 'look') for (const arn of input.work.taskArns) open.add(arn);
    for (const event of eventsOf(input)) {
      const { task } = event;
      if (open.has(task.taskArn)) continue;
      if (bindingsOf(task).some((binding) => !book?.covers(binding, event, postmark))) open.add(task.taskArn);
    }
  }
  return open;
};

/**
 * Looks at the tasks that messages tell of, and settles the groups they are bound to. Tasks that no group is bound to
 * cost no call. Repeating is safe.
 * @throws {TaskwireError} If the bindings cannot be read.
 */
export const followTasks = async (
  messages: readonly Message[],
  options: {
    readonly mode: Mode;
    readonly limits: Limits;
    /** Which changes may be made: those that a person was shown. `undefined`: all. */
    readonly isShown?: IsShown;
    readonly signal?: AbortSignal;
    /**
     * Hands on what events tell of these tasks (ARNs), with why: their groups’ turn has not come. Left out: no group
     * waits for another invocation.
     */
    readonly handOnNow?: (waiting: ReadonlyMap<string, OutOfTimeError>) => Promise<void>;
  },
  deps: SettleDeps,
): Promise<Followed> => {
  const { factBook, clock } = deps;
  const errors = new Map<string, unknown>();
  const tooNew = new Map<string, string>();
  const items = itemsOf(messages);
  const sentAtMs = new Map(items.flatMap(({ taskArn, event }) => (event ? [[taskArn, event.timeMs] as const] : [])));
  const clusters = new Map(items.map(({ taskArn, clusterArn }) => [taskArn, clusterArn]));
  const nothing: Followed = { settled: [], errors, tooNew, sentAtMs, clusters };
  if (items.length === 0) return nothing;

  const { bindings, keptBecause } = await deps.bindings.current();
  const undone: Followed = { ...nothing, ...(keptBecause !== undefined && { keptBecause }) };
  const byWorkload = new Map<string, Binding[]>();
  for (const binding of bindings) {
    for (const workload of binding.wiring.workloads) {
      const key = workloadKeyOf(workload);
      byWorkload.set(key, [...(byWorkload.get(key) ?? []), binding]);
    }
  }
  const bindingsOf = (task: Task): readonly Binding[] => [
    ...new Set(workloadsOf(task, factBook.facts).flatMap((workload) => byWorkload.get(workloadKeyOf(workload)) ?? [])),
  ];
  const watchesBeanstalk = bindings.some(({ wiring }) => wiring.workloads.some(({ kind }) => kind === 'beanstalk'));
  const learnWhose = async (tasks: readonly Task[]): Promise<void> => {
    const standalone = tasks.filter(({ startedBy }) => !startedBy?.startsWith('ecs-svc/'));
    if (!watchesBeanstalk || standalone.length === 0) return;
    await factBook.learnInstances(standalone);
    await factBook.learnEnvironments(standalone);
  };

  await learnWhose(items.flatMap(({ event }) => (event ? [event.task] : [])));
  const open = openTasks(messages, bindingsOf, deps.settledBook);
  const bound = items.filter(({ taskArn, event }) => event === undefined || open.has(taskArn));
  if (bound.length === 0) return undone;

  const modeOf = ({ wiring }: Binding): Mode => (options.mode === 'observe' ? 'observe' : wiring.mode);
  const lookedAtMs = clock.nowMs();
  const sinceMsOf = ({ taskArn }: Task): number => sentAtMs.get(taskArn) ?? lookedAtMs;
  // Only what is enforced takes calls that are scarce.
  const told = bound.flatMap(({ event, asked }) => (event && !asked ? [event.task] : []));
  const isEnforced = (binding: Binding): boolean => modeOf(binding) === 'enforce';
  const waiting =
    options.handOnNow === undefined
      ? new Set<string>()
      : tasksThatWait(turnsOf(told, (task) => bindingsOf(task).filter(isEnforced), sinceMsOf));
  if (waiting.size > 0) {
    const because = new OutOfTimeError('Other groups have waited longer for AWS’s call budget; its turn comes.');
    await options.handOnNow?.(new Map([...waiting].map((taskArn) => [taskArn, because])));
  }
  const ours = bound.filter(({ taskArn }) => !waiting.has(taskArn));
  // One call tells of all that have their turn soon. What takes more would be old by then, and looked at twice.
  const isOneCall = waiting.size === 0 || ours.length <= TASKS_PER_CALL;
  const isLookedAtInTurn = ({ event, asked }: Item): boolean =>
    !isOneCall && !asked && event !== undefined && bindingsOf(event.task).every(isEnforced);

  const settleLook = ({ taskArn, event, act }: Item, seen: Task | undefined): Task | undefined => {
    if (seen !== undefined) {
      const task = event === undefined ? seen : newerOf(event.task, seen);
      const fine =
        isRunning(task) && !deps.isStandby(task) && task.containers.every(({ lastStatus }) => lastStatus !== 'STOPPED');
      return act === 'stopped' && fine ? undefined : task;
    }
    if (event === undefined) return undefined;
    // ECS forgot it, so it has stopped, however far it was when the event was sent.
    if (event.task.desiredStatus === 'STOPPED') return { ...event.task, lastStatus: 'STOPPED' };
    if (clock.nowMs() - event.timeMs < CONSISTENCY_MS) tooNew.set(taskArn, 'ECS does not show the task yet');
    return undefined;
  };
  const lookAt = async ([cluster, of]: readonly [string, readonly Item[]]): Promise<readonly Task[]> => {
    try {
      const answer = await deps.tasks.describe(
        cluster,
        of.map(({ taskArn }) => taskArn),
      );
      for (const { arn, reason } of answer.failed) {
        errors.set(arn, new IncompleteError(`ECS could not describe task ${arn}: ${reason}`));
      }
      const seen = new Map(answer.tasks.map((task) => [task.taskArn, task]));
      return of.flatMap((item) => {
        if (errors.has(item.taskArn)) return [];
        const task = settleLook(item, seen.get(item.taskArn));
        return task === undefined ? [] : [task];
      });
    } catch (error) {
      for (const { taskArn } of of) errors.set(taskArn, error);
      return [];
    }
  };
  const lookedAtNow = groupBy(
    ours.filter((item) => !isLookedAtInTurn(item)),
    ({ clusterArn }) => clusterArn,
  );
  const looked = await sideBySide([...lookedAtNow], CLUSTERS_AT_ONCE, lookAt);
  const onlyTold = ours.flatMap((item) => (isLookedAtInTurn(item) && item.event ? [item.event.task] : []));
  const tasks = [...looked.flat(), ...onlyTold];
  if (tasks.length === 0) return undone;

  let turns: readonly Turn[];
  try {
    await learnWhose(tasks);
    await learnAbout(tasks, undefined, factBook, (task) => bindingsOf(task).length > 0);
    turns = turnsOf(tasks, bindingsOf, sinceMsOf);
    for (const { binding } of turns) if (binding.wiring.zone === 'all') await factBook.learnVpc(binding.group.vpcId);
  } catch (error) {
    for (const { taskArn } of tasks) errors.set(taskArn, error);
    return undone;
  }

  const fleet = indexFleet(tasks, factBook.facts);
  const onlyToldArns = new Set(onlyTold.map(({ taskArn }) => taskArn));
  // Only some groups are settled at once, and those that wait for their turn cannot compete for the budget.
  const settled = await sideBySide(turns, GROUPS_AT_ONCE, async ({ binding, focus, sinceMs, urgent }) => {
    const one = await settleGroup(
      {
        binding,
        fleet,
        lookedAtMs: [...focus].some((arn) => onlyToldArns.has(arn)) ? NEVER_MS : lookedAtMs,
        listed: 'nothing',
        focus,
        sinceMs,
        urgent,
        mode: modeOf(binding),
        limits: options.limits,
        ...(options.isShown !== undefined && { isShown: options.isShown }),
        ...(options.signal !== undefined && { signal: options.signal }),
      },
      deps,
    );
    deps.settledBook?.remember(binding, one.nothingLeft, clock.nowMs());
    if (one.error !== undefined) for (const arn of focus) errors.set(arn, one.error);
    for (const { taskArn, why } of one.unplaced) {
      if (clock.nowMs() - (sentAtMs.get(taskArn) ?? lookedAtMs) < CONSISTENCY_MS) tooNew.set(taskArn, why);
    }
    return one;
  });
  return { ...undone, settled };
};
