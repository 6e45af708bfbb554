import type { Fault } from '../fault.ts';
import { skippedReaction } from './findings.ts';
import { type Hold, type HoldReason, isOverdue } from './hold.ts';
import type { ScalableTarget, ScaledService } from './observed.ts';
import { impossible } from './plan.ts';
import type { Bounds, ScalingWish } from './wish.ts';

/** What an event said about a service; what is true is read, and this only tells what to look for. */
export interface Trigger {
  /** ECS says that the service's tasks do not start. */
  readonly impaired: boolean;
  /** ECS says that the service is steady. */
  readonly steady: boolean;
  /** Spot takes a task back. */
  readonly spot: boolean;
}

/** A look without an event. */
export const NO_TRIGGER: Trigger = { impaired: false, steady: false, spot: false };

/** Two events about one service, as one. Steady and impaired in one batch: the counts decide. */
export const mergeTriggers = (a: Trigger, b: Trigger): Trigger => ({
  impaired: a.impaired || b.impaired,
  steady: a.steady || b.steady,
  spot: a.spot || b.spot,
});

const minutesSince = (sinceMs: number, nowMs: number): number => (nowMs - sinceMs) / 60_000;

/**
 * Why scale-out should be held now. A deployment is read from the service, since a superseded one sends no end; a crash
 * loop lasts until the service is steady. Neither holds longer than it may.
 * @param mostMinutes How long a hold may last.
 */
export const holdReasonsOf = (
  service: ScaledService,
  wish: ScalingWish | undefined,
  hold: Hold | undefined,
  trigger: Trigger,
  { nowMs, mostMinutes }: { readonly nowMs: number; readonly mostMinutes: number },
): readonly HoldReason[] => {
  if (wish === undefined || impossible(service) !== undefined) return [];
  if (hold !== undefined && isOverdue(hold, nowMs, mostMinutes)) return [];
  const reasons: HoldReason[] = [];
  const { deployingSinceMs, running, desired } = service;
  // A deployment that lasts longer was held as long as any may: the next sweep must not begin anew.
  const deploys = deployingSinceMs !== undefined && minutesSince(deployingSinceMs, nowMs) <= mostMinutes;
  if (wish.reactions.has('deploy') && deploys) reasons.push('deploy');
  // The counts do not end it: between two crashes all tasks of a crash loop run for a moment.
  const stillCrashes = !trigger.steady && hold?.reasons.includes('crash') === true;
  const crashes = stillCrashes || (trigger.impaired && running < desired);
  if (wish.reactions.has('crash') && crashes) reasons.push('crash');
  return reasons;
};

/**
 * Whether an update of the scalable target would move the desired count, which a reaction must never do: an operator
 * who set 50 tasks by hand during an incident must not lose 30 of them to a suspension.
 * @returns The finding, or `undefined` if the count lies inside the bounds.
 */
export const wouldMove = (service: ScaledService, { min, max }: Bounds, what: string): Fault | undefined =>
  min <= service.desired && service.desired <= max
    ? undefined
    : skippedReaction(
        `${service.name} has ${service.desired} tasks wanted, outside of min ${min} and max ${max}: ${what} would move that count, so it is not done.`,
        'Bring the desired count into the bounds, or set bounds that contain it; the next sweep tries again.',
      );

/** The bounds that a raised min of the Spot reaction means to be in force. */
export const meantBounds = (wanted: Bounds, target: ScalableTarget): Bounds => ({
  min: Math.min(wanted.max, Math.max(wanted.min, target.min)),
  max: wanted.max,
});
