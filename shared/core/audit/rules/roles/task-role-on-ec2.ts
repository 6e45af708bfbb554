import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf, hasRole } from '../containers.ts';

export const taskRoleOnEc2: Rule<AuditedRevision> = {
  id: 'ROL-2',
  slug: 'task-role-on-ec2',
  severity: 'medium',
  requires: 'A task on EC2 has a task role of its own.',
  risk: 'The application calls AWS with the role of the instance: with the rights of ECS itself and of every neighbour.',
  fix: 'Set taskRoleArn to a role with what the application needs (with nothing, if it calls no AWS API), and keep containers from the instance’s role: ECS_AWSVPC_BLOCK_IMDS=true, or a hop limit of 1.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html',
  check: (audited) => {
    const { task, runsOn, hasCollector, ofBeanstalk } = castOf(audited);
    if (!runsOn.instances || ofBeanstalk) return NOT_APPLICABLE;
    if (hasRole(task.taskRole)) return PASS;
    // With a collector in the task, XRY-12 says it.
    if (hasCollector) return NOT_APPLICABLE;
    return fail(`${printable(task.name)} has no task role: its containers use the role of the instance.`, {
      path: [...task.path, 'taskRoleArn'],
    });
  },
};
