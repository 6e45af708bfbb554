import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { allKnown, listenersOf, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

export const udpReceiver: Rule<TracedTask> = {
  id: 'XRY-8',
  slug: 'xray-sdk-has-a-udp-receiver',
  severity: 'high',
  requires: 'An application that uses the X-Ray SDK has a collector that receives X-Ray segments over UDP.',
  risk: 'A collector that knows OTLP only drops every segment, and the SDK does not notice.',
  fix: 'Give the ADOT collector --config=/etc/ecs/ecs-default-config.yaml (ecs-xray.yaml has no UDP receiver), the CloudWatch agent traces_collected.xray.',
  page: 'https://aws-otel.github.io/docs/components/x-ray-receiver',
  check: (subject) => {
    const { task, sidecars, xraySenders } = sceneOf(subject);
    if (sidecars.length === 0 || task.networkMode === 'none') return NOT_APPLICABLE;
    if (listenersOf(sidecars, 'xray-udp').length > 0) return xraySenders.length > 0 ? PASS : NOT_APPLICABLE;
    if (!allKnown(sidecars)) return NOT_APPLICABLE;
    const names = sidecars.map(({ container }) => quote(container.name)).join(' and ');
    return together(
      xraySenders.map((each) =>
        fail(
          `Container ${quote(each.name)} uses the X-Ray SDK, and ${names} does not receive X-Ray segments over UDP.`,
          {
            container: each.name,
            ...(sidecars[0] !== undefined && { path: sidecars[0].container.path }),
          },
        ),
      ),
    );
  },
};
