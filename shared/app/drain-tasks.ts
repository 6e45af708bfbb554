import { groupBy } from '../core/group-by.ts';
import type { Message } from '../core/message.ts';
import { isDraining, keyOf, type ObservedTarget, type Target } from '../core/targets/target.ts';
import { targetGroupNameOf, taskIdOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { InputError, OutOfTimeError, TaskwireError } from '../errors.ts';
import type { TaskControl } from '../ports/task-control.ts';
import { type ExplainDeps, explainTargets } from './explain-targets.ts';
import { followTasks } from './follow-tasks.ts';
import type { Settled } from './settle-group.ts';

/** A target that is to leave its group before its task stops. */
export interface DrainTarget {
  /** ARN of the target group. */
  readonly targetGroup: string;
  readonly target: Target;
  /** ARN. */
  readonly task: string;
  /** It is leaving already. */
  readonly draining: boolean;
}

/** What draining these tasks means. */
export interface DrainPlan {
  readonly tasks: readonly Task[];
  readonly targets: readonly DrainTarget[];
  /** Names of the groups in which nothing that serves would stay. */
  readonly lastIn: readonly string[];
  /** The longest deregistration delay of the groups, seconds. */
  readonly delaySeconds: number;
}

export interface DrainDeps extends ExplainDeps {
  readonly taskControl: TaskControl;
}

/** What came of waiting. */
export interface Drained {
  readonly settled: readonly Settled[];
  /** Targets that are still there. */
  readonly left: readonly DrainTarget[];
  /** How long was waited for the targets to be gone, milliseconds. */
  readonly waitedMs: number;
}

/** Shorter than what a verb tells as a second look. */
const LOOK_EVERY_MS = 4_000;
/** What can take a request: `unused` where no load balancer sends to the group, `unavailable` where none checks. */
const SERVING: ReadonlySet<string> = new Set(['healthy', 'unused', 'unavailable']);

const observedIn = async (
  targetGroups: readonly string[],
  deps: DrainDeps,
): Promise<ReadonlyMap<string, readonly ObservedTarget[]>> =>
  new Map(
    await Promise.all(
      targetGroups.map(
        async (arn): Promise<[string, readonly ObservedTarget[]]> => [arn, await deps.targetGroups.targets(arn)],
      ),
    ),
  );

/**
 * Looks at what draining these tasks means, and changes nothing.
 * @throws {InputError} If one of them is in a group that is only observed or paused: nobody would take it out.
 * @throws {TaskwireError} If any group could not be looked at.
 */
export const planDrain = async (tasks: readonly Task[], deps: DrainDeps): Promise<DrainPlan> => {
  const limits = { brakePercent: 0, brakeReleased: false };
  const { bindings } = await deps.bindings.current();
  const still = new Map(
    bindings.filter(({ wiring }) => wiring.mode === 'observe').map(({ group, wiring }) => [group.arn, wiring.paused]),
  );
  const targets: DrainTarget[] = [];
  // One look at who fills which group is enough for all of them.
  let survey: ReturnType<typeof deps.bindings.survey> | undefined;
  const surveyOnce = () => {
    survey ??= deps.bindings.survey();
    return survey;
  };
  const explainDeps = { ...deps, bindings: { ...deps.bindings, survey: surveyOnce } };
  for (const { taskArn, clusterArn } of tasks) {
    const subject = { kind: 'task', cluster: clusterArn, task: taskArn } as const;
    const { explanations, failures } = await explainTargets(subject, limits, explainDeps);
    const [failure] = failures;
    if (failure !== undefined) throw failure.error;
    for (const { targetGroup, target, is } of explanations) {
      if (target === undefined || is === 'out') continue;
      targets.push({ targetGroup, target, task: taskArn, draining: is === 'leaving' });
    }
  }
  const stuck = targets.find(({ targetGroup, draining }) => !draining && still.has(targetGroup));
  if (stuck !== undefined) {
    const name = targetGroupNameOf(stuck.targetGroup);
    const why = still.get(stuck.targetGroup) === undefined ? 'only observed' : 'paused';
    const cure = why === 'paused' ? `Let it go on with taskwire resume ${name}` : 'Set its mode tag to enforce';
    throw new InputError(
      `Task ${taskIdOf(stuck.task)} is in the target group ${name}, which is ${why}: nothing is changed in it. ${cure}, or take the target out by hand, and drain again.`,
    );
  }
  const groups = [...new Set(targets.map(({ targetGroup }) => targetGroup))];
  const [observed, delays] = await Promise.all([
    observedIn(groups, deps),
    Promise.all(groups.map((arn) => deps.targetGroups.deregistrationDelaySeconds(arn))),
  ]);
  const lastIn = groups.filter((arn) => {
    const own = targets.filter(({ targetGroup }) => targetGroup === arn);
    const keys = new Set(own.map(({ target }) => keyOf(target)));
    const others = (observed.get(arn) ?? []).filter((each) => !keys.has(keyOf(each)));
    return own.some(({ draining }) => !draining) && !others.some(({ state }) => SERVING.has(state));
  });
  return { tasks, targets, lastIn: lastIn.map(targetGroupNameOf), delaySeconds: Math.max(0, ...delays) };
};

/**
 * Holds the tasks out of their groups by their own tag, so that neither events nor sweeps bring them back, takes their
 * targets out, and waits until Elastic Load Balancing no longer knows them: it ends draining as soon as no request and no
 * connection is left, so the state tells it, at the latest when the deregistration delay is over. Repeating is safe.
 * @param options.last Also take out what nothing that serves would follow.
 * @throws {OutOfTimeError} If the signal is aborted; the tags stay. @throws {TaskwireError} If a tag or target could not be
 * changed.
 */
export const drainTasks = async (
  { tasks, targets }: Pick<DrainPlan, 'tasks' | 'targets'>,
  options: {
    readonly last: boolean;
    readonly untilMs: number;
    /** Told what is still there. */
    readonly tell: (left: readonly DrainTarget[]) => void;
    readonly signal?: AbortSignal;
  },
  deps: DrainDeps,
): Promise<Drained> => {
  const { clock, tagPrefix } = deps;
  const wired = new Set(targets.map(({ task }) => task));
  const leaving = tasks.filter(({ taskArn }) => wired.has(taskArn));
  for (const { taskArn } of leaving) {
    await deps.taskControl.tag(taskArn, { [`${tagPrefix}:standby`]: 'true' });
  }
  // The tag was just written, and ECS may not tell it yet.
  const isStandby = (task: Task): boolean => wired.has(task.taskArn) || deps.isStandby(task);
  const limits = { brakePercent: 0, brakeReleased: false, lastReleased: options.last };
  const messages = [...groupBy(leaving, ({ clusterArn }) => clusterArn)].map(
    ([clusterArn, of]): Message => ({
      id: clusterArn,
      input: {
        kind: 'later',
        work: { kind: 'look', clusterArn, taskArns: of.map(({ taskArn }) => taskArn), act: 'all' },
      },
      postmark: { firstSeenMs: clock.nowMs(), tries: 0 },
      body: '',
    }),
  );
  const begunMs = clock.nowMs();
  const settled: Settled[] = [];
  const takeOut = async (): Promise<void> => {
    const how = { mode: 'enforce', limits, ...(options.signal !== undefined && { signal: options.signal }) } as const;
    const followed = await followTasks(messages, how, { ...deps, isStandby });
    settled.push(...followed.settled);
    const [error] = followed.errors.values();
    if (error !== undefined) throw error;
    const held = followed.settled.flatMap((each) => each.held)[0];
    if (held !== undefined) {
      throw new TaskwireError(
        'fail',
        `${targetGroupNameOf(held.resource)}: ${held.reason}, since others have left it meanwhile. Wait for others, or drain with --last.`,
      );
    }
  };
  if (targets.some(({ draining }) => !draining)) await takeOut();

  const groups = [...new Set(targets.map(({ targetGroup }) => targetGroup))];
  for (;;) {
    const observed = await observedIn(groups, deps);
    const seen = targets.map((each) => ({
      each,
      now: observed.get(each.targetGroup)?.find((target) => keyOf(target) === keyOf(each.target)),
    }));
    const left = seen.filter(({ now }) => now !== undefined).map(({ each }) => each);
    const waitedMs = clock.nowMs() - begunMs;
    if (left.length === 0 || clock.nowMs() >= options.untilMs) return { settled, left, waitedMs };
    if (options.signal?.aborted) throw new OutOfTimeError('Interrupted while targets were draining.');
    // Somebody brought it back.
    if (seen.some(({ now }) => now !== undefined && !isDraining(now))) await takeOut();
    options.tell(left);
    await clock.sleep(LOOK_EVERY_MS, options.signal);
  }
};
