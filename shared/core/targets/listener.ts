import type { Fault } from '../fault.ts';
import type { TaskDefinition } from '../task/task.ts';
import { quote } from '../text.ts';
import type { Binding, BoundGroup } from './binding.ts';
import { ambiguousPort, noSuchListener } from './findings.ts';

/** The container port that a group's tags, the task definition and the group agree on. */
export interface Listener {
  readonly container: string;
  readonly port: number;
}

const TRANSPORTS: Readonly<Record<string, ReadonlySet<string>>> = {
  UDP: new Set(['udp']),
  TCP_UDP: new Set(['tcp', 'udp']),
};
const TCP: ReadonlySet<string> = new Set(['tcp']);

/** The container protocols that a group's protocol can reach. */
export const transportsOf = (groupProtocol: string): ReadonlySet<string> => TRANSPORTS[groupProtocol] ?? TCP;

/** What a container opens for the group: one port, or a range of them. */
interface Opening {
  readonly container: string;
  readonly from: number;
  readonly to: number;
}

const textOf = (openings: readonly Opening[]): string =>
  openings.map(({ container, from, to }) => `${container}:${from}${to > from ? `-${to}` : ''}`).join(', ');

/** A port that is open for TCP and for UDP is one to a group that sends both. */
const openingsFor = (group: BoundGroup, containers: TaskDefinition['containers']): readonly Opening[] => {
  const transports = transportsOf(group.protocol);
  const openings = containers.flatMap(({ name, ports }) =>
    ports.filter(({ protocol }) => transports.has(protocol)).map(({ from, to }) => ({ container: name, from, to })),
  );
  return [...new Map(openings.map((each) => [textOf([each]), each])).values()];
};

const openingsAt = (port: number, openings: readonly Opening[]): readonly Opening[] =>
  openings.filter(({ from, to }) => from <= port && port <= to);

const listenersAt = (port: number, openings: readonly Opening[]): readonly Listener[] =>
  [...new Set(openingsAt(port, openings).map(({ container }) => container))].map((container) => ({ container, port }));

const notExposed = ({ group, wiring }: Binding, revision: string, openings: readonly Opening[]): Fault => {
  const transports = [...transportsOf(group.protocol)].join(' or ');
  const wanted = wiring.port === undefined ? `a ${transports} port` : `port ${wiring.port}`;
  return noSuchListener(
    wiring.container === undefined
      ? `No container of task definition ${revision} exposes ${wanted}.`
      : `Container ${quote(wiring.container)} of task definition ${revision} does not expose ${wanted}.`,
    openings.length > 0
      ? `Set the port tag of ${group.name} to one that is exposed (${textOf(openings)}), or add it to portMappings.`
      : `Add the container port to portMappings of ${revision}, with the protocol that ${group.name} (${group.protocol}) sends.`,
  );
};

/**
 * Which container port listens, in the contract's order: the tagged container and port; the one container port of the
 * group's protocol; among several, the group's own port. A range is several ports.
 * @returns The listener, or what is wrong with the binding and which ports it could be.
 */
export const listenerOf = (binding: Binding, definition: TaskDefinition): Listener | Fault => {
  const { group, wiring } = binding;
  const revision = definition.taskDefinitionArn.slice(definition.taskDefinitionArn.lastIndexOf('/') + 1);
  const containers = definition.containers.filter(
    ({ name }) => wiring.container === undefined || name === wiring.container,
  );
  if (containers.length === 0) {
    return noSuchListener(
      `Task definition ${revision} has no container ${quote(wiring.container ?? '')}.`,
      `Set the container tag of ${group.name} to one of: ${definition.containers.map(({ name }) => name).join(', ')}.`,
    );
  }
  const openings = openingsFor(group, containers);
  const [only, ...others] = openings;
  if (only === undefined) return notExposed(binding, revision, openings);
  if (wiring.port === undefined && others.length === 0 && only.from === only.to) {
    return { container: only.container, port: only.from };
  }
  const [listener, another] = listenersAt(wiring.port ?? group.port, openings);
  if (listener !== undefined && another === undefined) return listener;
  if (listener === undefined && wiring.port !== undefined) return notExposed(binding, revision, openings);
  const example = listener ?? { container: only.container, port: only.from };
  const meant = listener === undefined ? openings : openingsAt(listener.port, openings);
  return ambiguousPort(
    `Several container ports of task definition ${revision} could be meant: ${textOf(meant)}.`,
    `Tag ${group.name} with the container and the port that listen, e.g. container=${example.container}, port=${example.port}.`,
  );
};
