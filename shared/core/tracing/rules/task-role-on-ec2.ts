import { fail, NOT_APPLICABLE, PASS } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { printable } from '../../text.ts';
import { hasRole, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

export const taskRoleOnEc2: Rule<TracedTask> = {
  id: 'XRY-12',
  slug: 'task-role-on-ec2',
  severity: 'medium',
  requires: 'A task on EC2 with a collector has a task role of its own.',
  risk: 'The collector leans on the instance’s role: it fails where containers may not use it, and every task of the instance has its rights.',
  fix: 'Set taskRoleArn to a role with the policy AWSXRayDaemonWriteAccess.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html',
  check: (subject) => {
    const { task, sidecars } = sceneOf(subject);
    // Beanstalk's tasks have no role by design, and use the instance profile.
    if (task.fargate || sidecars.length === 0 || task.source === 'dockerrun') return NOT_APPLICABLE;
    const has = hasRole(task, 'taskRole');
    if (has === undefined) return NOT_APPLICABLE;
    if (has) return PASS;
    return fail(`${printable(task.name)} has no task role: its collector uses the role of the instance.`, {
      path: [...task.path, 'taskRoleArn'],
    });
  },
};
