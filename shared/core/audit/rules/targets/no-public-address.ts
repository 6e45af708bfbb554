import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';

export const noPublicAddress: Rule<AuditedService> = {
  id: 'TGT-20',
  slug: 'no-public-address-behind-a-load-balancer',
  severity: 'low',
  requires: 'Tasks behind a load balancer have no public address of their own.',
  risk: 'If a security group lets them, callers go past the load balancer and what it guards with (TLS, WAF, sign-in); and every public IPv4 address costs money.',
  fix: 'Run the tasks in private subnets with assignPublicIp DISABLED, and give these a NAT gateway or VPC endpoints for images, secrets and logs.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html',
  check: ({ service, groups }) => {
    if (groups.length === 0 && service.targetGroupArns.length === 0) return NOT_APPLICABLE;
    if (!service.assignsPublicAddress) return PASS;
    return fail(
      `The tasks of ${printable(service.name)} get public addresses, though they are behind a load balancer.`,
    );
  },
};
