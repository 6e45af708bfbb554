import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { hostsOf, isComputed, linksTo, placeOf, sceneOf, sendsSomewhereComputed } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

export const linksToCollector: Rule<TracedTask> = {
  id: 'XRY-5',
  slug: 'application-links-to-collector',
  severity: 'high',
  requires: 'On bridge networking the application links to the collector of its task.',
  risk: 'Without the link the collector’s name leads nowhere, and so do the traces.',
  fix: 'Add the collector’s container name to the application’s links.',
  page: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-ecs.html',
  check: (subject) => {
    const scene = sceneOf(subject);
    const { task, sidecars, senders } = scene;
    const [first] = sidecars;
    if (task.networkMode !== 'bridge' || first === undefined) return NOT_APPLICABLE;
    return together(
      senders.map((each) => {
        if (sidecars.some(({ container }) => linksTo(each, container))) return PASS;
        // It may reach the collector through the instance's address and port.
        const away = hostsOf(each).some((host) => placeOf(host, each, scene).kind === 'elsewhere');
        if (away || sendsSomewhereComputed(task, each) || isComputed(task, each, 'links')) return NOT_APPLICABLE;
        return fail(`Container ${quote(each.name)} does not link to the collector ${quote(first.container.name)}.`, {
          fix: `Add ${quote(first.container.name)} to the links of container ${quote(each.name)}.`,
          container: each.name,
          path: [...each.path, 'links'],
        });
      }),
    );
  },
};
