import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

export const somethingScales: Rule<AuditedService> = {
  id: 'SCL-16',
  slug: 'something-scales',
  severity: 'low',
  requires: 'A scalable target has a policy or a scheduled action.',
  risk: 'Nothing ever changes the count, though the bounds look as if something did.',
  fix: 'Add cpu, memory or requests to the scaling tag (or a policy of your own), or take the scaling away.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html',
  check: (audited) => {
    const { target, policies, schedules } = audited.service.scaling;
    if (target === undefined || target.min === target.max) return NOT_APPLICABLE;
    if (policies.length + schedules.length > 0) return PASS;
    return fail(
      `${nameOf(audited)} may have ${target.min} to ${target.max} tasks, and no policy and no schedule moves its count.`,
    );
  },
};
