import type { Task as SdkTask, TaskDefinition as SdkTaskDefinition } from '@aws-sdk/client-ecs';
import { interfacesOf, portsOf } from '../core/task/interfaces.ts';
import type { PortMapping, Task, TaskContainer, TaskDefinition } from '../core/task/task.ts';
import { fromEcsTags } from './ecs-tags.ts';

const containerFrom = (container: NonNullable<SdkTask['containers']>[number]): readonly TaskContainer[] =>
  container.name === undefined
    ? []
    : [
        {
          name: container.name,
          lastStatus: container.lastStatus ?? 'UNKNOWN',
          ports: portsOf(container.networkBindings ?? []),
          ...(container.exitCode !== undefined && { exitCode: container.exitCode }),
          ...(container.reason && { reason: container.reason }),
          ...(container.healthStatus !== undefined && { health: container.healthStatus }),
        },
      ];

/**
 * A task as DescribeTasks tells it, asked with its tags. `undefined` where what identifies it or its stage is missing:
 * nothing may be concluded about it then.
 */
export const taskFromSdk = (task: SdkTask): Task | undefined => {
  const { taskArn, clusterArn, taskDefinitionArn, lastStatus, desiredStatus } = task;
  if (!taskArn || !clusterArn || !taskDefinitionArn || !lastStatus || !desiredStatus) return undefined;
  const containers = task.containers ?? [];
  return {
    taskArn,
    clusterArn,
    taskDefinitionArn,
    lastStatus,
    // ECS knows only these two; an unknown one must never read as a wish to stop.
    desiredStatus: desiredStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING',
    interfaces: interfacesOf(task.attachments ?? [], containers),
    containers: containers.flatMap(containerFrom),
    tags: fromEcsTags(task.tags),
    ...(task.group !== undefined && { group: task.group }),
    ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
    ...(task.version !== undefined && { version: task.version }),
    ...(task.containerInstanceArn !== undefined && { containerInstanceArn: task.containerInstanceArn }),
    ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    ...(task.createdAt !== undefined && { createdAtMs: task.createdAt.getTime() }),
    ...(task.startedAt !== undefined && { startedAtMs: task.startedAt.getTime() }),
    ...(task.stoppedAt !== undefined && { stoppedAtMs: task.stoppedAt.getTime() }),
  };
};

const NETWORK_MODES = ['awsvpc', 'bridge', 'host', 'none', 'default'] as const;

// Absent is bridge, the default of Linux on EC2. A mode that is not known yet is `none`: its tasks are reported, not
// wired to a guess. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
const networkModeOf = (mode: string | undefined): TaskDefinition['networkMode'] =>
  mode === undefined ? 'bridge' : (NETWORK_MODES.find((known) => known === mode) ?? 'none');

const portMappingFrom = (
  mapping: NonNullable<NonNullable<SdkTaskDefinition['containerDefinitions']>[number]['portMappings']>[number],
): readonly PortMapping[] => {
  const protocol = mapping.protocol === 'udp' ? 'udp' : 'tcp';
  if (mapping.containerPort !== undefined)
    return [{ from: mapping.containerPort, to: mapping.containerPort, protocol }];
  const [, from, to] = /^(\d+)-(\d+)$/.exec(mapping.containerPortRange ?? '') ?? [];
  return from === undefined || to === undefined ? [] : [{ from: Number(from), to: Number(to), protocol }];
};

/** A task definition's revision as DescribeTaskDefinition tells it; `undefined` without its ARN. */
export const taskDefinitionFromSdk = (definition: SdkTaskDefinition): TaskDefinition | undefined =>
  definition.taskDefinitionArn === undefined
    ? undefined
    : {
        taskDefinitionArn: definition.taskDefinitionArn,
        networkMode: networkModeOf(definition.networkMode),
        containers: (definition.containerDefinitions ?? []).flatMap(({ name, portMappings }) =>
          name === undefined ? [] : [{ name, ports: (portMappings ?? []).flatMap(portMappingFrom) }],
        ),
      };
