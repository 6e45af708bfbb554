import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

export const somethingScalesIn: Rule<AuditedService> = {
  id: 'SCL-19',
  slug: 'something-scales-in',
  severity: 'medium',
  requires: 'Where something scales a service out, something scales it in.',
  risk: 'The count only grows, up to max, and you pay for tasks that have nothing to do.',
  fix: 'Enable scale-in on one of the policies, or add a policy or a scheduled action that lowers the count.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html',
  check: (audited) => {
    const { policies, schedules } = audited.service.scaling;
    if (policies.length === 0) return NOT_APPLICABLE;
    // A forecast only scales out. Steps may do either, and a type that is not known might.
    const lowers = policies.some(({ tracking, kind }) =>
      tracking === undefined ? kind !== 'predictive' : !tracking.scaleInDisabled,
    );
    const isLowered = lowers || schedules.some(({ max }) => max !== undefined);
    return isLowered ? PASS : fail(`No policy and no schedule of ${nameOf(audited)} ever lowers its count.`);
  },
};
