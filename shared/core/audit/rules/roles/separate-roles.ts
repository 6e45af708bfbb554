import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';

export const separateRoles: Rule<AuditedRevision> = {
  id: 'ROL-4',
  slug: 'separate-roles',
  severity: 'medium',
  requires: 'Task role and execution role are two roles.',
  risk: 'The application may do what ECS may: pull images, and read the secrets of every task that shares the execution role.',
  fix: 'Give the task a role of its own, with only what the application needs.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html',
  check: ({ revision: { task } }) => {
    const { taskRole, executionRole } = task;
    if (typeof taskRole !== 'string' || typeof executionRole !== 'string' || taskRole === '') return NOT_APPLICABLE;
    if (taskRole !== executionRole) return PASS;
    return fail(`${printable(task.name)} has the same role as task role and as execution role.`, {
      path: [...task.path, 'taskRoleArn'],
    });
  },
};
