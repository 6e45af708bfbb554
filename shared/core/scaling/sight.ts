import { boundsAt } from './hours.ts';
import type { ScalingSight } from './plan.ts';
import { meantBounds } from './reaction.ts';
import { restoreAhead } from './spot.ts';

/** What a plan of the wish rests on: as long as the Spot reaction's restore is ahead, its raised min is meant. */
export const scalingSightOf = (
  seen: Pick<ScalingSight, 'service' | 'wish' | 'target' | 'policies' | 'schedules' | 'groups'>,
  nowMs: number,
): ScalingSight => {
  const { service, wish, target, policies, schedules, groups } = seen;
  const ahead = restoreAhead(schedules, nowMs) !== undefined;
  const meant =
    wish !== undefined && target !== undefined && ahead ? meantBounds(boundsAt(wish, nowMs), target) : undefined;
  return { service, wish, target, policies, schedules, groups, nowMs, ...(meant !== undefined && { meant }) };
};
