import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { isComputed, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

export const logConfiguration: Rule<TracedTask> = {
  id: 'XRY-15',
  slug: 'collector-logs',
  severity: 'low',
  requires: 'The collector’s logs go somewhere.',
  risk: 'When AWS refuses its calls or it runs out of memory, only its log says so.',
  fix: 'Give the collector the logConfiguration of the application.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html',
  check: (subject) => {
    const { task, sidecars } = sceneOf(subject);
    // Beanstalk takes the logs of its containers from the instance.
    if (task.source === 'dockerrun') return NOT_APPLICABLE;
    return together(
      sidecars.map(({ container }) => {
        if (isComputed(task, container, 'logConfiguration')) return NOT_APPLICABLE;
        if (container.logDriver !== undefined && container.logDriver !== 'none') return PASS;
        return fail(`The logs of container ${quote(container.name)} go nowhere.`, {
          container: container.name,
          path: [...container.path, 'logConfiguration'],
        });
      }),
    );
  },
};
