import { quote } from '../text.ts';
import type { DefinedContainer, DefinedTask } from '../tracing/definition.ts';
import type { Remark } from './written.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
/** Docker refuses to start a container with less, MiB. */
const LEAST_MEMORY = 6;
const MOST_PORT = 65_535;

/** Whether all containers stand in the document: one that is computed may have any name, and be essential. */
const isKnown = ({ containers, computed }: DefinedTask): boolean =>
  containers.every(({ path }) => !computed.has(path.join('.')));

const containerRemarks = (container: DefinedContainer, task: DefinedTask): readonly Remark[] => {
  const remarks: Remark[] = [];
  const { name, path, memory, memoryReservation } = container;
  const isComputed = (...members: readonly (string | number)[]): boolean =>
    task.computed.has([...path, ...members].join('.')) || task.computed.has(path.join('.'));
  const refuse = (found: string, fix: string, ...members: readonly (string | number)[]): void => {
    remarks.push({ path: [...path, ...members], found, fix });
  };
  const who = name === '' ? 'The container' : `Container ${quote(name, 60)}`;

  if (!isComputed('name') && !NAME.test(name)) {
    refuse(
      name === '' ? 'A container has no name.' : `${quote(name, 60)} is no name of a container.`,
      'Give it a name of letters, digits, hyphens and underscores.',
      'name',
    );
  }
  if (!isComputed('image') && (container.image ?? '') === '') {
    refuse(`${who} has no image.`, 'Name the image that it runs.', 'image');
  }
  // A Compose file gets 512 MiB from the ECS command line.
  const needsMemory = task.source !== 'compose' && task.memory === undefined && !task.fargate;
  const hasMemory = memory !== undefined || memoryReservation !== undefined;
  if (needsMemory && !hasMemory && ![isComputed('memory'), isComputed('memoryReservation')].includes(true)) {
    const isTaskMemoryComputed = task.computed.has([...task.path, 'memory'].join('.'));
    if (!isTaskMemoryComputed) {
      refuse(`${who} has no memory, and neither has the task.`, 'Give it memory or memoryReservation (MiB).');
    }
  }
  if (memory !== undefined && memory < LEAST_MEMORY) {
    refuse(`${who} has ${memory} MiB of memory.`, `Give it ${LEAST_MEMORY} MiB or more.`, 'memory');
  }
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) {
    refuse(
      `${who} reserves ${memoryReservation} MiB of memory and may use ${memory}.`,
      'Make memory the larger one.',
      'memoryReservation',
    );
  }
  container.ports.forEach(({ containerPort, hostPort }, index) => {
    for (const [member, port] of [
      ['containerPort', containerPort],
      ['hostPort', hostPort],
    ] as const) {
      const least = member === 'hostPort' ? 0 : 1;
      if (port !== undefined && (port < least || port > MOST_PORT)) {
        refuse(`${who} maps port ${port}.`, `Use a port from 1 to ${MOST_PORT}.`, 'portMappings', index, member);
      }
    }
    const sharesNetwork = task.networkMode === 'awsvpc' || task.networkMode === 'host';
    const differs = containerPort !== undefined && (hostPort ?? containerPort) !== containerPort;
    if (sharesNetwork && differs && !(task.networkMode === 'awsvpc' && hostPort === 0)) {
      refuse(
        `${who} maps container port ${containerPort} to host port ${hostPort}, and network mode ${task.networkMode} translates none.`,
        'Leave hostPort out.',
        'portMappings',
        index,
        'hostPort',
      );
    }
  });
  const names = new Set(task.containers.map((each) => each.name));
  const isWhole = isKnown(task);
  container.dependsOn.forEach(({ container: other }, index) => {
    if (!isWhole || names.has(other)) return;
    refuse(
      `${who} waits for ${quote(other, 60)}, which is no container of the task.`,
      'Name one of its containers.',
      'dependsOn',
      index,
    );
  });
  return remarks;
};

/**
 * What AWS would refuse of a definition whose members are each of the right kind. What the document computes is not
 * held against it. Not checked: everything that tracing does not touch (volumes, placement, GPUs), and the sizes that
 * Fargate offers.
 */
export const refusalsOf = (task: DefinedTask): readonly Remark[] => {
  const remarks: Remark[] = [];
  const { containers, path } = task;
  const isComputed = (member: string): boolean => task.computed.has([...path, member].join('.'));
  const isWhole = isKnown(task);
  if (containers.length === 0 && isWhole) {
    remarks.push({ path, found: 'There is no container in it.', fix: 'Define one or more containers.' });
  } else if (isWhole && !containers.some((each) => each.essential)) {
    const computed = containers.some((each) => task.computed.has([...each.path, 'essential'].join('.')));
    if (!computed) remarks.push({ path, found: 'No container is essential.', fix: 'Make the application essential.' });
  }
  const seen = new Set<string>();
  for (const { name, path: at } of containers) {
    if (name !== '' && seen.has(name)) {
      remarks.push({
        path: [...at, 'name'],
        found: `Two containers are called ${quote(name, 60)}.`,
        fix: 'Rename one.',
      });
    }
    seen.add(name);
  }
  if (task.fargate) {
    if (task.networkMode !== 'awsvpc' && !isComputed('networkMode')) {
      remarks.push({
        path: [...path, 'networkMode'],
        found: `The network mode is ${task.networkMode}, and Fargate runs awsvpc only.`,
        fix: 'Set networkMode to awsvpc.',
      });
    }
    for (const member of ['cpu', 'memory'] as const) {
      if (task[member] !== undefined || isComputed(member)) continue;
      remarks.push({
        path: [...path, member],
        found: `The task has no ${member}, which Fargate needs.`,
        fix: 'Set a cpu and memory that Fargate offers, such as "256" and "512".',
      });
    }
  }
  return [...remarks, ...containers.flatMap((container) => containerRemarks(container, task))];
};
