import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { isComputed, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

export const notEssential: Rule<TracedTask> = {
  id: 'XRY-9',
  slug: 'collector-is-not-essential',
  severity: 'medium',
  requires: 'The collector beside an application is not essential.',
  risk: 'A collector that ends takes the application’s task down with it.',
  fix: 'Set "essential": false on the collector’s container.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html',
  check: (subject) => {
    const { task, sidecars, applications } = sceneOf(subject);
    // Compose files cannot say it; and a task of collectors alone needs an essential one.
    if (applications.length === 0 || task.source === 'compose') return NOT_APPLICABLE;
    return together(
      sidecars.map(({ container }) => {
        if (isComputed(task, container, 'essential')) return NOT_APPLICABLE;
        if (!container.essential) return PASS;
        return fail(`Container ${quote(container.name)} is essential: when it ends, the task ends.`, {
          container: container.name,
          path: [...container.path, 'essential'],
        });
      }),
    );
  },
};
