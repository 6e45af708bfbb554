import { interfacesOf, portsOf } from '../../shared/core/task/interfaces.ts';
import type { PortMapping, Task, TaskDefinition } from '../../shared/core/task/task.ts';
import type { Tasks } from '../../shared/ports/tasks.ts';
import type { EcsPortMapping, EcsTask, EcsTaskDefinition } from '../shapes.ts';
import { allPages, batches, distinct, type Send } from './send.ts';

const TASKS_PER_CALL = 100;
const INSTANCES_PER_CALL = 100;

const taskOf = (told: EcsTask): Task => ({
  taskArn: told.taskArn,
  clusterArn: told.clusterArn,
  taskDefinitionArn: told.taskDefinitionArn,
  group: told.group,
  ...(told.startedBy !== undefined && { startedBy: told.startedBy }),
  lastStatus: told.lastStatus,
  desiredStatus: told.desiredStatus,
  version: told.version,
  ...(told.containerInstanceArn !== undefined && { containerInstanceArn: told.containerInstanceArn }),
  interfaces: interfacesOf(told.attachments, told.containers),
  containers: told.containers.map(({ name, lastStatus, networkBindings = [], exitCode, reason, healthStatus }) => ({
    name,
    lastStatus,
    ports: portsOf(networkBindings),
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
    ...(healthStatus !== undefined && { health: healthStatus }),
  })),
  tags: Object.fromEntries((told.tags ?? []).map(({ key, value }) => [key, value])),
  ...(told.stopCode !== undefined && { stopCode: told.stopCode }),
  ...(told.stoppedReason !== undefined && { stoppedReason: told.stoppedReason }),
  createdAtMs: told.createdAt * 1000,
  ...(told.startedAt !== undefined && { startedAtMs: told.startedAt * 1000 }),
  ...(told.stoppedAt !== undefined && { stoppedAtMs: told.stoppedAt * 1000 }),
});

const mappingOf = ({ containerPort, containerPortRange, protocol = 'tcp' }: EcsPortMapping): readonly PortMapping[] => {
  if (containerPortRange === undefined) {
    return containerPort === undefined ? [] : [{ from: containerPort, to: containerPort, protocol }];
  }
  const [from = 0, to = from] = containerPortRange.split('-').map(Number);
  return [{ from, to, protocol }];
};

/** A revision as target registration sees it. */
export const taskDefinitionOf = (told: EcsTaskDefinition): TaskDefinition => ({
  taskDefinitionArn: told.taskDefinitionArn,
  networkMode: told.networkMode,
  containers: told.containerDefinitions.map(({ name, portMappings }) => ({
    name,
    ports: portMappings.flatMap(mappingOf),
  })),
});

/** Tasks over the world. */
export const createTasks = ({ read }: Send): Tasks => {
  const describeInstances = async (cluster: string, arns: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const answers = await Promise.all(
      batches(distinct(arns), INSTANCES_PER_CALL).map((containerInstances) =>
        read('ecs:DescribeContainerInstances', { cluster, containerInstances }),
      ),
    );
    return new Map(
      answers.flatMap(({ containerInstances }) =>
        containerInstances.map(({ containerInstanceArn, ec2InstanceId }) => [containerInstanceArn, ec2InstanceId]),
      ),
    );
  };
  return {
    describe: async (cluster, taskArns) => {
      const answers = await Promise.all(
        batches(distinct(taskArns), TASKS_PER_CALL).map((tasks) =>
          read('ecs:DescribeTasks', { cluster, tasks, include: ['TAGS'] }),
        ),
      );
      const failures = answers.flatMap((answer) => answer.failures);
      return {
        tasks: answers.flatMap((answer) => answer.tasks).map(taskOf),
        missing: failures.filter(({ reason }) => reason === 'MISSING').map(({ arn }) => arn),
        failed: failures.filter(({ reason }) => reason !== 'MISSING'),
      };
    },
    list: async (cluster, { desiredStatus, service, family, containerInstanceArn, startedBy }) => {
      const pages = await allPages(
        (nextToken) =>
          read('ecs:ListTasks', {
            cluster,
            ...(startedBy === undefined ? { desiredStatus } : { startedBy }),
            serviceName: service,
            family,
            containerInstance: containerInstanceArn,
            nextToken,
          }),
        ({ nextToken }) => nextToken,
      );
      return pages.flatMap(({ taskArns }) => taskArns);
    },
    definition: async (taskDefinitionArn) => {
      const { taskDefinition } = await read('ecs:DescribeTaskDefinition', { taskDefinition: taskDefinitionArn });
      return taskDefinitionOf(taskDefinition);
    },
    ec2InstanceIds: describeInstances,
    containerInstances: async (cluster, ec2InstanceIds) => {
      if (ec2InstanceIds.length === 0) return [];
      const pages = await allPages(
        (nextToken) => read('ecs:ListContainerInstances', { cluster, nextToken }),
        ({ nextToken }) => nextToken,
      );
      const wanted = new Set(ec2InstanceIds);
      const ids = await describeInstances(
        cluster,
        pages.flatMap(({ containerInstanceArns }) => containerInstanceArns),
      );
      return [...ids].filter(([, id]) => wanted.has(id)).map(([arn]) => arn);
    },
    clusters: async () => {
      const pages = await allPages(
        (nextToken) => read('ecs:ListClusters', { nextToken }),
        ({ nextToken }) => nextToken,
      );
      return pages.flatMap(({ clusterArns }) => clusterArns);
    },
  };
};
