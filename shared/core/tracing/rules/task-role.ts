import { fail, NOT_APPLICABLE, PASS } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { printable } from '../../text.ts';
import { hasRole, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

export const taskRole: Rule<TracedTask> = {
  id: 'XRY-11',
  slug: 'task-role-on-fargate',
  severity: 'high',
  requires: 'A task on Fargate with a collector has a task role.',
  risk: 'The collector has no credentials and cannot send one trace to AWS.',
  fix: 'Set taskRoleArn to a role with the policy AWSXRayDaemonWriteAccess.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html',
  check: (subject) => {
    const { task, sidecars } = sceneOf(subject);
    const has = hasRole(task, 'taskRole');
    if (!task.fargate || sidecars.length === 0 || has === undefined) return NOT_APPLICABLE;
    if (has) return PASS;
    return fail(`${printable(task.name)} has no task role, so its collector has no credentials.`, {
      path: [...task.path, 'taskRoleArn'],
    });
  },
};
