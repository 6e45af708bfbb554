import type { Fault } from '../fault.ts';
import { cannotScale, conflictingPolicy, conflictingSchedule } from './findings.ts';
import { boundsAt, isNearBoundary, schedulesOf } from './hours.ts';
import {
  isOurs,
  resourceIdOf,
  type ScalableTarget,
  type ScaledService,
  type ScalingPolicy,
  type Schedule,
  type ScheduledAction,
  type TrackingPolicy,
} from './observed.ts';
import { isSamePolicy, metricKeyOf, policiesOf, type RequestsGroup } from './policies.ts';
import type { Bounds, ScalingWish } from './wish.ts';

/** One write to Application Auto Scaling. */
export type ScalingChange =
  /** `jump` is what Application Auto Scaling will do to the desired count at once. */
  | { readonly action: 'put-target'; readonly bounds: Bounds; readonly jump: number; readonly reason: string }
  | { readonly action: 'put-policy'; readonly policy: TrackingPolicy; readonly reason: string }
  | { readonly action: 'delete-policy'; readonly name: string; readonly reason: string }
  | { readonly action: 'put-schedule'; readonly schedule: ScheduledAction; readonly reason: string }
  | { readonly action: 'delete-schedule'; readonly name: string; readonly reason: string };

/** All that a decision about one service's scaling rests on. */
export interface ScalingSight {
  readonly service: ScaledService;
  /** `undefined`: the tags ask for nothing (any more). */
  readonly wish: ScalingWish | undefined;
  readonly target: ScalableTarget | undefined;
  readonly policies: readonly ScalingPolicy[];
  readonly schedules: readonly ScheduledAction[];
  /** Target groups that the service's tasks are in. */
  readonly groups: readonly RequestsGroup[];
  /** Bounds that a running reaction means to be in force instead of the wish's. */
  readonly meant?: Bounds;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** What is to be done to one service's scaling. */
export interface ScalingPlan {
  /** In the order in which they are to be made. */
  readonly changes: readonly ScalingChange[];
  readonly held: readonly { readonly change: ScalingChange; readonly reason: string }[];
  readonly faults: readonly Fault[];
}

/** How much of a jump may happen without a person. */
export interface ScalingLimits {
  /** Most by which a wish may raise the desired count at once, percent. */
  readonly brakePercent: number;
  /** A person looked at the plan and applies what was held. */
  readonly brakeReleased: boolean;
}

/** No bounds are written so close to a boundary of the hours, when the schedules write them. */
export const BOUNDARY_MINUTES = 2;
/** One-time schedule of the Spot reaction; it is not part of the wish. */
export const SPOT_RESTORE = 'taskwire-spot-restore';

const bounded = (desired: number, { min, max }: Bounds): number => Math.min(max, Math.max(min, desired));

const textOf = ({ min, max }: Bounds): string => `min ${min}, max ${max}`;

/** Why this service's scaling is not Taskwire's to change, if it is not. */
export const impossible = ({ strategy, controller, managedByEcs, name }: ScaledService): Fault | undefined => {
  if (managedByEcs) {
    return cannotScale(
      `${name} is in Express Mode: ECS owns its scaling.`,
      'Take the scaling tag away, and set the scaling in Express Mode.',
    );
  }
  if (strategy === 'DAEMON') {
    return cannotScale(
      `${name} is a daemon service: it has one task per instance, and no desired count to scale.`,
      'Take the scaling tag away; scale the instances instead.',
    );
  }
  if (controller === 'EXTERNAL' || controller === 'CODE_DEPLOY') {
    return cannotScale(
      `${name} is deployed by ${controller === 'EXTERNAL' ? 'an external controller' : 'CodeDeploy'}, which owns its task sets while it deploys.`,
      'Take the scaling tag away, or use the deployment controller ECS.',
    );
  }
  return undefined;
};

const planTarget = (sight: ScalingSight, wish: ScalingWish): ScalingChange | undefined => {
  const { service, target, nowMs } = sight;
  const wanted = sight.meant ?? boundsAt(wish, nowMs);
  if (target !== undefined && target.min === wanted.min && target.max === wanted.max) return undefined;
  const jump = bounded(service.desired, wanted) - service.desired;
  const moves =
    jump === 0 ? '' : `; the desired count goes from ${service.desired} to ${service.desired + jump} at once`;
  const from = target === undefined ? 'it is not scalable yet' : `it has ${textOf(target)}`;
  return { action: 'put-target', bounds: wanted, jump, reason: `the tags ask for ${textOf(wanted)}, ${from}${moves}` };
};

const planPolicies = (
  sight: ScalingSight,
  wish: ScalingWish,
): { readonly changes: readonly ScalingChange[]; readonly faults: readonly Fault[] } => {
  const { policies: wanted, faults, undecided } = policiesOf(wish, sight.groups);
  const changes: ScalingChange[] = [];
  const found = [...faults];
  const persons = sight.policies.filter(({ name }) => !isOurs(name));
  for (const policy of wanted) {
    const key = metricKeyOf(policy.metric);
    const rival = persons.find(({ tracking }) => tracking !== undefined && metricKeyOf(tracking.metric) === key);
    if (rival !== undefined) {
      found.push(
        conflictingPolicy(
          `The policy ${rival.name} already follows ${key}; ${policy.name} beside it would fight it.`,
          `Delete ${rival.name}, or take ${policy.name.slice('taskwire-'.length)} out of the tag.`,
        ),
      );
      continue;
    }
    const now = sight.policies.find(({ name }) => name === policy.name);
    if (now?.tracking !== undefined && isSamePolicy(now.tracking, policy)) continue;
    const why = now === undefined ? 'the tags ask for it' : 'the tags ask for another target or metric';
    changes.push({ action: 'put-policy', policy, reason: `${why}: ${key} at ${policy.targetValue}` });
  }
  const keep = new Set([...wanted.map(({ name }) => name), ...undecided]);
  for (const { name } of sight.policies) {
    if (isOurs(name) && !keep.has(name)) {
      changes.push({ action: 'delete-policy', name, reason: 'the tags no longer ask for it' });
    }
  }
  return { changes, faults: found };
};

const isSameTime = (a: Schedule, b: Schedule): boolean =>
  a.kind === 'once'
    ? b.kind === 'once' && a.atMs === b.atMs
    : b.kind === 'recurring' && a.expression === b.expression && a.zone === b.zone;

const isSameSchedule = (a: ScheduledAction, b: ScheduledAction): boolean =>
  isSameTime(a.schedule, b.schedule) && a.min === b.min && a.max === b.max;

/** A one-time schedule that has struck writes nothing any more. */
const isOver = (schedule: Schedule, nowMs: number): boolean => schedule.kind === 'once' && schedule.atMs <= nowMs;

const timeText = (schedule: Schedule): string =>
  schedule.kind === 'once' ? 'once' : `${schedule.expression} ${schedule.zone}`;

const planSchedules = (
  sight: ScalingSight,
  wish: ScalingWish,
): { readonly changes: readonly ScalingChange[]; readonly faults: readonly Fault[] } => {
  const wanted = schedulesOf(wish, resourceIdOf(sight.service));
  const now = new Map(sight.schedules.map((each) => [each.name, each]));
  const names = new Set(wanted.map(({ name }) => name));
  const changes: ScalingChange[] = [];
  for (const schedule of wanted) {
    const known = now.get(schedule.name);
    if (known !== undefined && isSameSchedule(known, schedule)) continue;
    const reason = `the tags ask for ${textOf({ min: schedule.min ?? 0, max: schedule.max ?? 0 })} at ${timeText(schedule.schedule)}`;
    changes.push({ action: 'put-schedule', schedule, reason });
  }
  const restore = now.get(SPOT_RESTORE);
  if (restore?.schedule.kind === 'once' && !isOver(restore.schedule, sight.nowMs)) {
    // Written for an older wish, it would bring that one back, and pull the desired count into its bounds.
    const back = { ...restore, ...boundsAt(wish, restore.schedule.atMs) };
    if (!isSameSchedule(restore, back)) {
      const reason = `the tags ask for ${textOf(boundsAt(wish, restore.schedule.atMs))} once the Spot wave is over`;
      changes.push({ action: 'put-schedule', schedule: back, reason });
    }
  }
  for (const { name } of sight.schedules) {
    if (!isOurs(name) || names.has(name) || name === SPOT_RESTORE) continue;
    changes.push({ action: 'delete-schedule', name, reason: 'the tags no longer ask for it' });
  }
  const persons = sight.schedules.filter(
    ({ name, schedule, min, max }) =>
      !isOurs(name) && (min !== undefined || max !== undefined) && !isOver(schedule, sight.nowMs),
  );
  // Without hours, too: the next sweep would take back whatever a person's schedule wrote.
  const tag = wanted.length === 0 ? 'scaling' : 'hours';
  const faults = persons.map(({ name, schedule }) =>
    conflictingSchedule(
      `The scheduled action ${name} (${timeText(schedule)}) also writes the bounds that the ${tag} tag writes.`,
      `Delete ${name} and write what it does into the hours tag, or take the ${tag} tag away.`,
    ),
  );
  return { changes, faults };
};

const planRemoval = ({ policies, schedules, nowMs }: ScalingSight): readonly ScalingChange[] => [
  ...policies
    .filter(({ name }) => isOurs(name))
    .map(({ name }): ScalingChange => ({ action: 'delete-policy', name, reason: 'the scaling tag was taken away' })),
  ...schedules
    // A restore that is still ahead undoes a raised min, which would stay for ever without it.
    .filter(({ name, schedule }) => isOurs(name) && (name !== SPOT_RESTORE || isOver(schedule, nowMs)))
    .map(({ name }): ScalingChange => ({ action: 'delete-schedule', name, reason: 'the scaling tag was taken away' })),
];

const jumpTooFar = (
  change: ScalingChange | undefined,
  { service: { desired }, meant }: ScalingSight,
  { brakePercent, brakeReleased }: ScalingLimits,
): string | undefined => {
  if (change?.action !== 'put-target' || change.jump === 0 || brakeReleased) return undefined;
  if (change.jump < 0) return `brake: the desired count would fall by ${-change.jump} at once`;
  // A raise is what the reaction is for.
  return meant === undefined && change.jump * 100 > brakePercent * desired
    ? `brake: the desired count would rise by ${change.jump} of ${desired} at once`
    : undefined;
};

/**
 * Decides what is to be done to one service's scaling. Only what differs is written, since every update of a scalable
 * target pulls the desired count into its bounds. What Taskwire did not make stays. A plan that ran leaves nothing to do.
 */
export const planScaling = (sight: ScalingSight, limits: ScalingLimits): ScalingPlan => {
  const { service, wish } = sight;
  if (wish === undefined) return { changes: planRemoval(sight), held: [], faults: [] };
  const fault = impossible(service);
  if (fault !== undefined) return { changes: [], held: [], faults: [fault] };

  const target = planTarget(sight, wish);
  const tooFar = jumpTooFar(target, sight, limits);
  const policies = planPolicies(sight, wish);
  const schedules = planSchedules(sight, wish);
  const faults = [...policies.faults, ...schedules.faults];
  const isNew = sight.target === undefined;
  const isNear = isNearBoundary(wish, sight.nowMs, BOUNDARY_MINUTES);
  // Policies and schedules need a scalable target to be there.
  if (isNear && isNew) return { changes: [], held: [], faults };
  // Close to a boundary a jump that the schedules are about to make is theirs; one that new schedules would make is not.
  if (target === undefined || tooFar === undefined || (isNear && schedules.changes.length === 0)) {
    const first = target === undefined || isNear ? [] : [target];
    return { changes: [...first, ...policies.changes, ...schedules.changes], held: [], faults };
  }
  // A schedule would write the same bounds a little later.
  const waiting = [target, ...schedules.changes, ...(isNew ? policies.changes : [])];
  return {
    changes: isNew ? [] : policies.changes,
    held: waiting.map((change) => ({ change, reason: tooFar })),
    faults,
  };
};
