import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import type { TracedTask } from '../subject.ts';

export const linksOnlyOnBridge: Rule<TracedTask> = {
  id: 'XRY-6',
  slug: 'links-only-on-bridge',
  severity: 'high',
  requires: 'No container has links unless the network mode is bridge; on Fargate they are never valid.',
  risk: 'AWS refuses the task definition, so the collector never arrives.',
  fix: 'Take links out: containers of one task reach each other over 127.0.0.1.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html',
  check: ({ task }) => {
    if (task.networkMode === 'bridge' && !task.fargate) return NOT_APPLICABLE;
    return together(
      task.containers.map(({ name, links, path }) =>
        links.length === 0
          ? PASS
          : fail(
              `Container ${quote(name)} has links, which ${task.fargate ? 'Fargate' : `network mode ${task.networkMode}`} does not allow.`,
              {
                container: name,
                path: [...path, 'links'],
              },
            ),
      ),
    );
  },
};
