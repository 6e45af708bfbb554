import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';

export const behindALoadBalancer: Rule<AuditedGroup> = {
  id: 'TGT-18',
  slug: 'group-behind-a-load-balancer',
  severity: 'medium',
  requires: 'A wired target group is attached to a load balancer.',
  risk: 'Its targets get no traffic and no health checks: whatever is wired there serves nobody.',
  fix: 'Use the group in a listener or a rule of a load balancer, or take the tags away.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html',
  check: ({ seen: { group, binding } }) => {
    if (binding === undefined || group.loadBalancerArns === undefined) return NOT_APPLICABLE;
    if (group.loadBalancerArns.length > 0) return PASS;
    return fail(`${group.name} is wired and attached to no load balancer.`);
  },
};
