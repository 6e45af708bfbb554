import { isOurs } from '../../../scaling/observed.ts';
import { printable, quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

/** `targetgroup/web/0123456789abcdef` at the end of a resource label. */
const groupIn = (label: string): string | undefined => /targetgroup\/.+$/.exec(label)?.[0];

export const requestsOfOwnGroup: Rule<AuditedService> = {
  id: 'SCL-22',
  slug: 'requests-of-own-group',
  severity: 'medium',
  requires: 'A policy that follows requests per target follows those of a target group that the service is in.',
  risk: 'The metric is another service’s, or has no data any more, and without data target tracking does nothing.',
  fix: 'Put the policy again with the resource label of the service’s own load balancer and target group.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html',
  check: (audited) => {
    const { service, groups } = audited;
    // Where deployments shift traffic between groups, the service is in the other one for a while.
    const shifts = service.controller !== 'ECS' || service.deploymentStrategy !== 'ROLLING';
    const labels = service.scaling.policies.flatMap(({ name, tracking }) =>
      tracking?.metric.kind === 'predefined' && tracking.metric.resourceLabel !== undefined && !isOurs(name)
        ? [{ name, group: groupIn(tracking.metric.resourceLabel) }]
        : [],
    );
    if (shifts || labels.length === 0) return NOT_APPLICABLE;
    const own = [...service.targetGroupArns, ...groups.map(({ seen }) => seen.group.arn)];
    const strange = labels.filter(({ group }) => group === undefined || !own.some((arn) => arn.endsWith(`:${group}`)));
    if (strange.length === 0) return PASS;
    return strange.map(({ name, group = 'no target group' }) =>
      fail(
        `The policy ${quote(name)} of ${nameOf(audited)} follows requests of ${printable(group)}, which the service is not in.`,
      ),
    );
  },
};
