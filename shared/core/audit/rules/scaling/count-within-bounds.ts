import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

export const countWithinBounds: Rule<AuditedService> = {
  id: 'SCL-21',
  slug: 'count-within-bounds',
  severity: 'medium',
  requires: 'The desired count lies between min and max.',
  risk: 'Any update of the scalable target, a suspension, too, pulls the count into the bounds at once.',
  fix: 'Set a desired count within the bounds, or bounds that contain it.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
  check: (audited) => {
    const { service } = audited;
    const { target } = service.scaling;
    if (target === undefined) return NOT_APPLICABLE;
    const { min, max } = target;
    const to = Math.min(max, Math.max(min, service.desired));
    if (to === service.desired) return PASS;
    return fail(
      `${nameOf(audited)} wants ${service.desired} tasks, outside of min ${min} and max ${max}: the next update makes it ${to} at once.`,
    );
  },
};
