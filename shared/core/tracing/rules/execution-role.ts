import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { isPrivateEcr } from '../image.ts';
import { hasRole, type Sidecar, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

/** What ECS does for a container before it runs. On EC2 the instance's role pulls and writes logs. */
const needs = ({ container }: Sidecar, fargate: boolean): readonly string[] => [
  ...(fargate && container.image !== undefined && isPrivateEcr(container.image) ? ['pulls its image from ECR'] : []),
  ...(fargate && container.logDriver === 'awslogs' ? ['logs to CloudWatch'] : []),
  ...(container.secrets.length > 0 ? ['reads secrets'] : []),
];

export const executionRole: Rule<TracedTask> = {
  id: 'XRY-14',
  slug: 'execution-role',
  severity: 'high',
  requires:
    'There is an execution role where the collector’s image is in ECR or its logs go to CloudWatch (on Fargate), or it reads secrets.',
  risk: 'ECS cannot start the container, or AWS refuses the task definition.',
  fix: 'Set executionRoleArn to a role with the policy AmazonECSTaskExecutionRolePolicy.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html',
  check: (subject) => {
    const { task, sidecars } = sceneOf(subject);
    const has = hasRole(task, 'executionRole');
    if (task.source === 'dockerrun' || has === undefined) return NOT_APPLICABLE;
    return together(
      sidecars.map((sidecar) => {
        const why = needs(sidecar, task.fargate);
        if (why.length === 0) return NOT_APPLICABLE;
        if (has) return PASS;
        return fail(
          `Container ${quote(sidecar.container.name)} ${why.join(' and ')}, and there is no execution role.`,
          {
            container: sidecar.container.name,
            path: [...task.path, 'executionRoleArn'],
          },
        );
      }),
    );
  },
};
