import type { Rule } from '../rule.ts';
import type { AuditedService } from '../subject.ts';
import { asTheTagsAsk } from './scaling/as-the-tags-ask.ts';
import { boundsLeaveRoom } from './scaling/bounds-leave-room.ts';
import { canScale } from './scaling/can-scale.ts';
import { countWithinBounds } from './scaling/count-within-bounds.ts';
import { holdEnds } from './scaling/hold-ends.ts';
import { noRivalPolicy } from './scaling/no-rival-policy.ts';
import { noRivalSchedule } from './scaling/no-rival-schedule.ts';
import { noStepsBesideTracking } from './scaling/no-steps-beside-tracking.ts';
import { notAlwaysAtMax } from './scaling/not-always-at-max.ts';
import { notSuspended } from './scaling/not-suspended.ts';
import { nothingLeftBehind } from './scaling/nothing-left-behind.ts';
import { onePolicyPerMeasure } from './scaling/one-policy-per-measure.ts';
import { requestsHaveAGroup } from './scaling/requests-have-a-group.ts';
import { requestsOfOwnGroup } from './scaling/requests-of-own-group.ts';
import { schedulesAreAhead } from './scaling/schedules-are-ahead.ts';
import { whereSeen } from './scaling/seen.ts';
import { somethingScales } from './scaling/something-scales.ts';
import { somethingScalesIn } from './scaling/something-scales-in.ts';
import { spotComesDown } from './scaling/spot-comes-down.ts';
import { spotOnFargate } from './scaling/spot-on-fargate.ts';
import { tagHasATarget } from './scaling/tag-has-a-target.ts';
import { zeroWakesUp } from './scaling/zero-wakes-up.ts';

/** Every rule about a service's auto scaling, in the order of their ids; SCL-5, 6 and 8 are told of events only. */
export const SCALING_RULES: readonly Rule<AuditedService>[] = [
  canScale,
  noRivalPolicy,
  noRivalSchedule,
  requestsHaveAGroup,
  spotComesDown,
  asTheTagsAsk,
  tagHasATarget,
  nothingLeftBehind,
  holdEnds,
  notSuspended,
  boundsLeaveRoom,
  notAlwaysAtMax,
  somethingScales,
  onePolicyPerMeasure,
  noStepsBesideTracking,
  somethingScalesIn,
  schedulesAreAhead,
  countWithinBounds,
  requestsOfOwnGroup,
  zeroWakesUp,
  spotOnFargate,
].map(whereSeen);
