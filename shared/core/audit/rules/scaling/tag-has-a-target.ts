import { impossible } from '../../../scaling/plan.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { isWished } from './as-planned.ts';
import { nameOf } from './seen.ts';

export const tagHasATarget: Rule<AuditedService> = {
  id: 'SCL-10',
  slug: 'tag-has-a-scalable-target',
  severity: 'high',
  requires: 'A service with a scaling tag is a scalable target of Application Auto Scaling.',
  risk: 'The service does not scale at all, though its tag says so.',
  fix: 'See that adjust-scaling is deployed in the mode enforce and watches this cluster, or do it once: taskwire apply --only scaling (with --include-held where the first bounds would move the count far).',
  page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
  check: (audited) => {
    const { service } = audited;
    if (!isWished(audited) || impossible(service) !== undefined) return NOT_APPLICABLE;
    return service.scaling.target === undefined
      ? fail(`${nameOf(audited)} has a scaling tag and is no scalable target.`)
      : PASS;
  },
};
