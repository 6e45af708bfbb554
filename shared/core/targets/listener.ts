import type { TaskDefinition } from '../task/task.ts';
import type { Binding } from './binding.ts';
import { ambiguousPort, type Fault, noSuchListener } from './findings.ts';

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

const textOf = (listeners: readonly Listener[]): string =>
  listeners.map(({ container, port }) => `${container}:${port}`).join(', ');

const unique = (listeners: readonly Listener[]): readonly Listener[] => [
  ...new Map(listeners.map((each) => [`${each.container} ${each.port}`, each])).values(),
];

/**
 * Which container port listens, in the contract's order: the tagged container and port; the one container port of the
 * group's protocol; among several, the group's own port. A range of ports counts only where a tag picks one of it.
 * @returns The listener, or what is wrong with the binding and which ports it could be.
 */
export const listenerOf = ({ group, wiring }: Binding, definition: TaskDefinition): Listener | Fault => {
  const family = definition.taskDefinitionArn.slice(definition.taskDefinitionArn.lastIndexOf('/') + 1);
  const transports = transportsOf(group.protocol);
  const containers = definition.containers.filter(
    ({ name }) => wiring.container === undefined || name === wiring.container,
  );
  if (containers.length === 0) {
    return noSuchListener(
      `Task definition ${family} has no container "${wiring.container}".`,
      `Set the container tag of ${group.name} to one of: ${definition.containers.map(({ name }) => name).join(', ')}.`,
    );
  }
  const mapped = containers.flatMap(({ name, ports }) =>
    ports.filter(({ protocol }) => transports.has(protocol)).map((port) => ({ container: name, ...port })),
  );
  const at = (port: number): readonly Listener[] =>
    unique(mapped.filter(({ from, to }) => from <= port && port <= to).map(({ container }) => ({ container, port })));
  const single = unique(
    mapped.filter(({ from, to }) => from === to).map(({ container, from }) => ({ container, port: from })),
  );

  const pick = wiring.port === undefined ? single : at(wiring.port);
  const [first, second] = pick;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) {
    const wanted = wiring.port === undefined ? `a ${[...transports].join(' or ')} port` : `port ${wiring.port}`;
    const says =
      wiring.container === undefined
        ? `No container of task definition ${family} exposes ${wanted}.`
        : `Container "${wiring.container}" of task definition ${family} does not expose ${wanted}.`;
    return noSuchListener(
      says,
      single.length > 0
        ? `Set the port tag of ${group.name} to one that is exposed (${textOf(single)}), or add it to portMappings.`
        : `Add the container port to portMappings of ${family}, with the protocol that ${group.name} (${group.protocol}) sends.`,
    );
  }
  const own = wiring.port === undefined ? at(group.port) : [];
  if (own.length === 1 && own[0] !== undefined) return own[0];
  return ambiguousPort(
    `Several container ports of task definition ${family} could be meant: ${textOf(pick)}.`,
    `Tag ${group.name} with the container and the port that listen, e.g. container=${first.container}, port=${first.port}.`,
  );
};
