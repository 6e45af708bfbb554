import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { isComputed, listenersOf, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

export const udpPortMapped: Rule<TracedTask> = {
  id: 'XRY-2',
  slug: 'collector-maps-udp-2000',
  severity: 'high',
  requires: 'On bridge networking the collector maps the UDP port that takes X-Ray segments, 2000.',
  risk: 'Segments go out over UDP and no error comes back, so traces vanish silently.',
  fix: 'Add { "containerPort": 2000, "hostPort": 0, "protocol": "udp" } to the collector’s portMappings.',
  page: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-ecs.html',
  check: (subject) => {
    const { task, sidecars, xraySenders } = sceneOf(subject);
    if (task.networkMode !== 'bridge' || xraySenders.length === 0) return NOT_APPLICABLE;
    return together(
      sidecars.map((sidecar) => {
        const { container } = sidecar;
        const [listener] = listenersOf([sidecar], 'xray-udp');
        if (listener === undefined || isComputed(task, container, 'portMappings')) return NOT_APPLICABLE;
        const { port } = listener;
        const mapped = container.ports.filter(
          ({ containerPort }) => containerPort === port || containerPort === undefined,
        );
        if (mapped.some(({ protocol }) => protocol === 'udp')) return PASS;
        const instead = mapped.length > 0 ? `maps port ${port} for TCP only` : `maps no UDP port ${port}`;
        return fail(`Container ${quote(container.name)} ${instead}.`, {
          fix: `Add { "containerPort": ${port}, "hostPort": 0, "protocol": "udp" } to its portMappings.`,
          container: container.name,
          path: [...container.path, 'portMappings'],
        });
      }),
    );
  },
};
