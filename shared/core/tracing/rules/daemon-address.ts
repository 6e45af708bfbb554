import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule, RuleResult } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import type { DefinedContainer } from '../definition.ts';
import { isComputed, listenersOf, placeOf, type Scene, sceneOf, sharesLoopback } from '../scene.ts';
import { type Address, daemonAddressOf } from '../senders.ts';
import type { TracedTask } from '../subject.ts';

const LOOPBACK: Address = { host: '127.0.0.1', port: 2000 };
const NAME = 'AWS_XRAY_DAEMON_ADDRESS';

/** What is wrong with one address; `undefined`: nothing, or nothing that can be seen. Never tells the value. */
const wrongWith = (
  protocol: 'udp' | 'tcp',
  { host, port }: Address,
  from: DefinedContainer,
  scene: Scene,
): { readonly found: string; readonly fix?: string } | undefined => {
  const { task, sidecars } = scene;
  const place = placeOf(host, from, scene);
  const portsOf = (of: typeof sidecars) => listenersOf(of, `xray-${protocol}`).map((listener) => listener.port);
  const wrongPort = (of: typeof sidecars) => {
    const ports = portsOf(of);
    return ports.length === 0 || port === undefined || ports.includes(port)
      ? undefined
      : { found: `names another ${protocol.toUpperCase()} port than the collector’s (${ports.join(', ')})` };
  };
  if (sharesLoopback(task)) {
    if (sidecars.length === 0) {
      // A daemon service: on host networking it shares the instance's loopback, a task of its own ENI has another.
      return place.kind === 'loopback' && task.networkMode === 'awsvpc'
        ? {
            found: 'leads to the task’s own loopback, where no collector is',
            fix: `Set ${NAME} to the instance’s address and port 2000, as the entry point finds it; or put a collector in the task.`,
          }
        : undefined;
    }
    if (place.kind === 'loopback') return wrongPort(sidecars);
    return place.kind === 'container'
      ? { found: 'names a container, but names of containers lead nowhere outside of bridge networking' }
      : { found: 'leads away from the collector in the task' };
  }
  const target = sidecars.find(({ container }) => place.kind === 'container' && container === place.container);
  const [sidecar] = sidecars;
  if (place.kind === 'loopback') {
    const fix =
      sidecar === undefined
        ? `Set ${NAME} to the address of the instance, 172.17.0.1:2000 on Docker’s default bridge.`
        : `Set ${NAME} to ${quote(`${sidecar.container.name}:${portsOf([sidecar])[0] ?? 2000}`)} and link the container to ${quote(sidecar.container.name)}.`;
    return { found: 'leads to the container’s own loopback, where no collector is', fix };
  }
  if (place.kind === 'container') {
    return target === undefined ? { found: 'names a container that is no collector' } : wrongPort([target]);
  }
  return undefined;
};

const judge = (from: DefinedContainer, scene: Scene): RuleResult => {
  const destination = daemonAddressOf(from);
  const more = { container: from.name, path: [...from.path, 'environment'] };
  if (destination.kind === 'computed' || isComputed(scene.task, from, 'environment')) return NOT_APPLICABLE;
  if (destination.kind === 'malformed') {
    return fail(`${NAME} of container ${quote(from.name)} is neither host:port nor tcp:host:port udp:host:port.`, more);
  }
  const { udp, tcp } = destination.kind === 'at' ? destination.at : { udp: LOOPBACK, tcp: LOOPBACK };
  const wrong = wrongWith('udp', udp, from, scene) ?? wrongWith('tcp', tcp, from, scene);
  if (wrong === undefined) return PASS;
  const { found, fix } = wrong;
  const what = destination.kind === 'at' ? NAME : `The X-Ray SDK’s default address (${NAME} is not set)`;
  return fail(`${what} of container ${quote(from.name)} ${found}.`, { ...more, ...(fix !== undefined && { fix }) });
};

export const daemonAddress: Rule<TracedTask> = {
  id: 'XRY-4',
  slug: 'daemon-address-fits-network-mode',
  severity: 'high',
  requires:
    'AWS_XRAY_DAEMON_ADDRESS leads to the collector: by its name on bridge, over 127.0.0.1 (the default) in the task on awsvpc and host.',
  risk: 'The X-Ray SDK sends to an address where nobody listens and notices nothing, since it sends over UDP.',
  fix: 'On awsvpc and host networking take AWS_XRAY_DAEMON_ADDRESS out (127.0.0.1:2000 is its default); on bridge set it to the collector’s container name and port 2000.',
  page: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-ecs.html',
  check: (subject) => {
    const scene = sceneOf(subject);
    const somewhere = scene.sidecars.length > 0 || (subject.daemonCollector === true && !scene.task.fargate);
    if (scene.task.networkMode === 'none' || !somewhere) return NOT_APPLICABLE;
    return together(scene.xraySenders.map((each) => judge(each, scene)));
  },
};
