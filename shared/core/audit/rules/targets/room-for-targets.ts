import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule, RuleResult } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';
import { isUnseen } from '../../unseen.ts';

/**
 * Targets of one group, whether instances or addresses, and of all groups behind one Application Load Balancer, before
 * an increase is asked for. A Network Load Balancer counts by Availability Zone, which nobody can tell from here.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 */
const QUOTA = 1_000;
const NEAR = 0.9 * QUOTA;

export const roomForTargets: Rule<AuditedGroup> = {
  id: 'TGT-14',
  slug: 'room-for-more-targets',
  severity: 'medium',
  requires:
    'A target group, and all groups of one Application Load Balancer together, stay below 900 of 1,000 targets.',
  risk: 'At the quota new tasks cannot be registered: a scale-out or a deployment brings tasks that get no traffic.',
  fix: 'Ask for a higher quota of targets per target group or per load balancer in Service Quotas, or use fewer and larger tasks.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html',
  check: ({ seen, behindLoadBalancer, unseen }) => {
    if (isUnseen(unseen, 'targets')) return NOT_APPLICABLE;
    const { name, loadBalancerArns = [] } = seen.group;
    const balanced = loadBalancerArns.some((arn) => arn.includes(':loadbalancer/app/'));
    const isNear = (count: number, what: string): RuleResult =>
      count >= NEAR ? fail(`${what} ${count} targets; ${QUOTA} are allowed unless a higher quota was granted.`) : PASS;
    return together([
      isNear(seen.targets.length, `${name} has`),
      balanced && behindLoadBalancer > seen.targets.length
        ? isNear(behindLoadBalancer, `The groups behind the load balancer of ${name} have`)
        : NOT_APPLICABLE,
    ]);
  },
};
