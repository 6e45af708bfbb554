import { planSpot } from '../../../scaling/spot.ts';
import type { AuditedService } from '../../subject.ts';
import { asPlanned, isWished, sightOf } from './as-planned.ts';

/** What the reaction would find if Spot took one task back now. */
const ifSpotCame = (audited: AuditedService) => {
  const { wish, target, ...sight } = sightOf(audited);
  if (wish === undefined || target === undefined) return [];
  return planSpot({ ...sight, wish, target, leaving: 1, memory: undefined }).faults;
};

export const spotComesDown = asPlanned(
  {
    id: 'SCL-7',
    slug: 'spot-comes-down-again',
    severity: 'medium',
    requires: 'A service that reacts to Spot has a target-tracking policy that brings its count down again.',
    risk: 'Replacements are not started at the Spot notice, since nothing would ever take them away.',
    fix: 'Add cpu, memory or requests to the scaling tag, or take spot out of the reactions tag.',
    page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html',
  },
  (audited) =>
    isWished(audited) &&
    audited.service.onFargate &&
    audited.service.scaling.target !== undefined &&
    audited.service.scaling.wish?.reactions.has('spot') === true,
  ifSpotCame,
);
