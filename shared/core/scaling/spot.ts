import type { Fault } from '../fault.ts';
import { noPolicyForSpot } from './findings.ts';
import { boundsAt, isNearBoundary } from './hours.ts';
import {
  resourceIdOf,
  type ScalableTarget,
  type ScaledService,
  type ScalingPolicy,
  type ScheduledAction,
} from './observed.ts';
import { BOUNDARY_MINUTES, impossible, SPOT_RESTORE } from './plan.ts';
import { wouldMove } from './reaction.ts';
import type { Bounds, ScalingWish } from './wish.ts';

/** What a service's tag remembers of the first notice of a Spot wave. */
export interface SpotMemory {
  /** Desired count before the wave. */
  readonly desired: number;
  /** Epoch seconds of the first notice. */
  readonly sinceSeconds: number;
}

/** The tag's value: `<desired>@<epoch seconds>`. */
export const renderSpot = ({ desired, sinceSeconds }: SpotMemory): string => `${desired}@${sinceSeconds}`;

/** Reads the tag; `undefined` where it is none that Taskwire wrote. */
export const parseSpot = (value: string): SpotMemory | undefined => {
  const [, desired, since] = /^(\d{1,6})@(\d{1,12})$/.exec(value) ?? [];
  return desired === undefined || since === undefined
    ? undefined
    : { desired: Number(desired), sinceSeconds: Number(since) };
};

/** One step of the Spot reaction, in the order in which they must be made. */
export type SpotStep =
  | { readonly kind: 'remember'; readonly memory: SpotMemory }
  | { readonly kind: 'put-restore'; readonly schedule: ScheduledAction; readonly reason: string }
  | { readonly kind: 'raise-min'; readonly bounds: Bounds; readonly reason: string }
  | { readonly kind: 'forget' };

/** The bounds go back this long after the last notice. */
const RESTORE_AFTER_MS = 10 * 60_000;
/** A restore that is this close to the wanted moment is not written again. */
const RESTORE_SLACK_MS = 60_000;

const timeOf = ({ schedule }: ScheduledAction): number | undefined =>
  schedule.kind === 'once' ? schedule.atMs : undefined;

/** A restore that is still ahead: as long as it is, a raised min is meant. */
export const restoreAhead = (schedules: readonly ScheduledAction[], nowMs: number): ScheduledAction | undefined =>
  schedules.find((each) => each.name === SPOT_RESTORE && (timeOf(each) ?? 0) > nowMs);

/** What the Spot reaction rests on. */
export interface SpotSight {
  readonly service: ScaledService;
  readonly wish: ScalingWish;
  readonly target: ScalableTarget;
  readonly policies: readonly ScalingPolicy[];
  readonly schedules: readonly ScheduledAction[];
  /** Tasks of the service with stop code SpotInterruption that have not reached STOPPED. */
  readonly leaving: number;
  readonly memory: SpotMemory | undefined;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * The steps that start replacements at the notice, before the Spot tasks end: remember, make sure that the bounds come
 * back, then raise min. Repeating a notice raises nothing further.
 */
export const planSpot = (
  sight: SpotSight,
): { readonly steps: readonly SpotStep[]; readonly faults: readonly Fault[] } => {
  const { service, wish, target, policies, schedules, memory, nowMs } = sight;
  const nothing = { steps: [], faults: [] };
  const ahead = restoreAhead(schedules, nowMs);
  // Only Fargate tells two minutes before it takes a task.
  const reacts = wish.reactions.has('spot') && service.onFargate && impossible(service) === undefined;
  const leaving = reacts ? sight.leaving : 0;
  if (leaving === 0)
    return memory !== undefined && ahead === undefined ? { ...nothing, steps: [{ kind: 'forget' }] } : nothing;
  // The schedules of the hours are about to write bounds, or just did: the target that was read may be of before.
  if (isNearBoundary(wish, nowMs, BOUNDARY_MINUTES)) return nothing;
  if (service.desired > target.max) {
    const fault = wouldMove(service, target, 'raising min');
    return { steps: [], faults: fault === undefined ? [] : [fault] };
  }
  if (!policies.some(({ tracking }) => tracking !== undefined && !tracking.scaleInDisabled)) {
    return {
      steps: [],
      faults: [
        noPolicyForSpot(
          `${service.name} reacts to Spot, but no target-tracking policy would bring its count down again.`,
          'Add cpu, memory or requests to the scaling tag, or take spot out of the reactions tag.',
        ),
      ],
    };
  }
  // A memory without a restore ahead is of an earlier wave.
  const now =
    memory !== undefined && ahead !== undefined
      ? memory
      : { desired: service.desired, sinceSeconds: Math.floor(nowMs / 1000) };
  const steps: SpotStep[] = [];
  if (memory === undefined || now !== memory) steps.push({ kind: 'remember', memory: now });
  const restoreMs = Math.ceil((nowMs + RESTORE_AFTER_MS) / 1000) * 1000;
  const planned = ahead === undefined ? undefined : timeOf(ahead);
  if (planned === undefined || restoreMs - planned > RESTORE_SLACK_MS) {
    const schedule: ScheduledAction = {
      resourceId: resourceIdOf(service),
      name: SPOT_RESTORE,
      schedule: { kind: 'once', atMs: restoreMs },
      ...boundsAt(wish, restoreMs),
    };
    steps.push({ kind: 'put-restore', schedule, reason: 'the bounds come back 10 minutes after the last Spot notice' });
  }
  const min = Math.min(target.max, now.desired + leaving);
  if (min > target.min) {
    steps.push({
      kind: 'raise-min',
      bounds: { min, max: target.max },
      reason: `Spot takes ${leaving} tasks back; their replacements start now`,
    });
  }
  return { steps, faults: [] };
};
