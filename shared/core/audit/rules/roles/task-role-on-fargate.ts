import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf, hasRole } from '../containers.ts';

export const taskRoleOnFargate: Rule<AuditedRevision> = {
  id: 'ROL-3',
  slug: 'task-role-on-fargate',
  severity: 'info',
  requires: 'A task on Fargate that calls AWS APIs has a task role.',
  risk: 'Calls of the AWS SDK find no credentials, and nobody can open a shell in the task with ECS Exec.',
  fix: 'Nothing, if the application calls no AWS API; else set taskRoleArn to a role with what it needs.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html',
  check: (audited) => {
    const { task, runsOn, hasCollector } = castOf(audited);
    if (!runsOn.fargate) return NOT_APPLICABLE;
    if (hasRole(task.taskRole)) return PASS;
    // With a collector in the task, XRY-11 says it.
    if (hasCollector) return NOT_APPLICABLE;
    return fail(`${printable(task.name)} has no task role, so its containers have no AWS credentials.`, {
      path: [...task.path, 'taskRoleArn'],
    });
  },
};
