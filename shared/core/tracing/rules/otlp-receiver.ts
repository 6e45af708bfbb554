import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule, RuleResult } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import type { DefinedContainer } from '../definition.ts';
import type { Listener } from '../receives.ts';
import { allKnown, isComputed, listenersOf, placeOf, type Scene, sceneOf, sharesLoopback } from '../scene.ts';
import { otlpEndpointOf, otlpProtocolOf } from '../senders.ts';
import type { TracedTask } from '../subject.ts';

const portsOf = (listeners: readonly Listener[]): string =>
  listeners.map(({ receiver, port }) => `${port} for ${receiver === 'otlp-grpc' ? 'gRPC' : 'HTTP'}`).join(', ');

/** What is wrong with where a container sends; `undefined`: nothing, or nothing that can be seen. */
const wrongWith = (from: DefinedContainer, scene: Scene): string | undefined => {
  const { task, sidecars } = scene;
  const destination = otlpEndpointOf(from);
  if (destination.kind === 'malformed') return 'is told an OTLP endpoint that is no URL';
  const at = destination.kind === 'at' ? destination.at : undefined;
  const place = at === undefined ? undefined : placeOf(at.host, from, scene);
  if (destination.kind === 'computed' || place?.kind === 'elsewhere') return undefined;
  if (sharesLoopback(task) && place?.kind === 'container') {
    return 'sends OTLP to the name of a container, which leads nowhere outside of bridge networking';
  }
  if (task.networkMode === 'bridge' && (place === undefined || place.kind === 'loopback')) {
    return 'sends OTLP to its own loopback, where no collector is';
  }
  const meant =
    place?.kind === 'container' ? sidecars.filter(({ container }) => container === place.container) : sidecars;
  const listeners = listenersOf(meant, 'otlp-grpc', 'otlp-http');
  if (meant.length === 0) return 'sends OTLP to a container that is no collector';
  if (listeners.length === 0)
    return allKnown(meant) ? 'sends OTLP, and no collector of its task receives it' : undefined;
  if (at?.port === undefined || !allKnown(meant)) return undefined;
  const open = listeners.filter(({ port }) => port === at.port);
  if (open.length === 0)
    return `sends OTLP to a port where no collector receives it (they do on ${portsOf(listeners)})`;
  const protocol = otlpProtocolOf(from);
  return protocol === undefined || open.some(({ receiver }) => receiver === `otlp-${protocol}`)
    ? undefined
    : `sends OTLP over ${protocol === 'grpc' ? 'gRPC' : 'HTTP'} to the port of the other protocol (${portsOf(listeners)})`;
};

export const otlpReceiver: Rule<TracedTask> = {
  id: 'XRY-7',
  slug: 'otlp-has-a-receiver',
  severity: 'high',
  requires: 'What an application sends by OTLP goes to a collector that receives it: 4317 for gRPC, 4318 for HTTP.',
  risk: 'The exporter retries, gives up and drops the spans; the X-Ray daemon does not speak OTLP at all.',
  fix: 'Use a collector with an OTLP receiver (adot or cloudwatch-agent), and set OTEL_EXPORTER_OTLP_ENDPOINT to http://localhost:4318 on awsvpc and host, to the collector’s container name on bridge.',
  page: 'https://aws-otel.github.io/docs/setup/ecs',
  check: (subject) => {
    const scene = sceneOf(subject);
    const { sidecars, otlpSenders, task } = scene;
    if (sidecars.length === 0 || task.networkMode === 'none') return NOT_APPLICABLE;
    return together(
      otlpSenders.map((each): RuleResult => {
        if (isComputed(task, each, 'environment')) return NOT_APPLICABLE;
        const wrong = wrongWith(each, scene);
        return wrong === undefined
          ? PASS
          : fail(`Container ${quote(each.name)} ${wrong}.`, {
              container: each.name,
              path: [...each.path, 'environment'],
            });
      }),
    );
  },
};
