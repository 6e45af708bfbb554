import { printable, quote } from '../../../text.ts';
import type { DefinedContainer } from '../../../tracing/definition.ts';
import { isPrivateEcr } from '../../../tracing/image.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf, hasRole } from '../containers.ts';

/** What ECS does for a container before it runs. On EC2 the instance’s role pulls and writes logs. */
const needsOf = ({ image, logDriver, secrets }: DefinedContainer, fargate: boolean): readonly string[] => [
  ...(fargate && image !== undefined && isPrivateEcr(image) ? ['pulls its image from ECR'] : []),
  ...(fargate && logDriver === 'awslogs' ? ['logs to CloudWatch'] : []),
  ...(secrets.length > 0 ? ['reads secrets'] : []),
];

export const executionRole: Rule<AuditedRevision> = {
  id: 'ROL-1',
  slug: 'execution-role',
  severity: 'high',
  requires:
    'There is an execution role where an image is in ECR or logs go to CloudWatch (on Fargate), or a container reads secrets.',
  risk: 'ECS cannot start the task: it may not pull the image, write the log or read the secret.',
  fix: 'Set executionRoleArn to a role with the policy AmazonECSTaskExecutionRolePolicy, and the right to read the secrets.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html',
  check: (audited) => {
    const { task, runsOn, applications, routers, ofBeanstalk } = castOf(audited);
    if (ofBeanstalk) return NOT_APPLICABLE;
    // A collector’s needs are XRY-14.
    const needs = [...applications, ...routers].flatMap((container) => {
      const why = needsOf(container, runsOn.fargate);
      return why.length === 0 ? [] : [`container ${quote(container.name)} ${why.join(' and ')}`];
    });
    if (needs.length === 0) return NOT_APPLICABLE;
    if (hasRole(task.executionRole)) return PASS;
    return fail(`${printable(task.name)} has no execution role, and ${needs.join(', ')}.`, {
      path: [...task.path, 'executionRoleArn'],
    });
  },
};
