import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule, RuleResult } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { type Scene, sceneOf, sharesLoopback } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

/** Ports of the task, or of the instance, by the containers that open them. */
const openedBy = ({ task, sidecars }: Scene): ReadonlyMap<string, ReadonlySet<string>> => {
  const opened = new Map<string, Set<string>>();
  const open = (port: number | undefined, protocol: string, name: string): void => {
    if (port === undefined || port === 0) return;
    const key = `${port}/${protocol}`;
    opened.set(key, (opened.get(key) ?? new Set()).add(name));
  };
  const shared = sharesLoopback(task);
  for (const { name, ports } of task.containers) {
    for (const { containerPort, hostPort, protocol } of ports) open(shared ? containerPort : hostPort, protocol, name);
  }
  // On a bridge every container has ports of its own; what clashes there is what is mapped to the instance.
  for (const { container, reception } of shared ? sidecars : []) {
    for (const { receiver, port } of reception.known ? reception.listeners : []) {
      open(port, receiver === 'xray-udp' ? 'udp' : 'tcp', container.name);
    }
  }
  return opened;
};

export const portClash: Rule<TracedTask> = {
  id: 'XRY-17',
  slug: 'no-clash-on-the-collectors-ports',
  severity: 'high',
  requires:
    'Nobody else listens on the collector’s ports: one collector per task, and on an instance’s own ports one per instance.',
  risk: 'The second to start cannot bind the port and ends, or ECS finds no instance to place the task on.',
  fix: 'Take one of the two out, or give it another port.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html',
  check: (subject) => {
    const scene = sceneOf(subject);
    const { task, sidecars } = scene;
    if (sidecars.length === 0 || task.networkMode === 'none') return NOT_APPLICABLE;
    const opened = openedBy(scene);
    const results: RuleResult[] = [];
    for (const [at, { container }] of sidecars.entries()) {
      const ports = [...opened].filter(([, names]) => names.has(container.name));
      const clashes = new Map<string, string[]>();
      for (const [port, names] of ports) {
        const others = [...names].filter((name) => name !== container.name);
        // Two collectors clash once, not once for each.
        if (sidecars.slice(0, at).some((earlier) => others.includes(earlier.container.name))) continue;
        for (const other of others) clashes.set(other, [...(clashes.get(other) ?? []), port]);
      }
      for (const [other, on] of clashes) {
        results.push(
          fail(`Containers ${quote(container.name)} and ${quote(other)} both listen on ${on.join(' and ')}.`, {
            container: container.name,
            path: [...container.path, 'portMappings'],
          }),
        );
      }
      const onInstance = task.networkMode !== 'awsvpc' && ports.some(([port]) => port === '2000/udp');
      if (subject.daemonCollector === true && !task.fargate && onInstance) {
        results.push(
          fail(
            `Container ${quote(container.name)} takes 2000/udp of the instance, where a daemon service has a collector already.`,
            {
              fix: 'Take the collector out of the task, or map its port with hostPort 0.',
              container: container.name,
              path: [...container.path, 'portMappings'],
            },
          ),
        );
      }
    }
    return together([...results, PASS]);
  },
};
