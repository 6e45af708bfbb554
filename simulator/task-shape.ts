import type { EcsAttachment, EcsContainer, EcsTask, EcsTaskDetail, EcsTaskOf, NameValue } from './shapes.ts';
import type { TaskRecord } from './state.ts';

const attachmentsOf = (task: TaskRecord, eniType: string): readonly EcsAttachment[] => {
  const { attachment } = task;
  if (!attachment) return [];
  const own = attachment.interface;
  const details: NameValue[] = [{ name: 'subnetId', value: attachment.subnetId }];
  if (own) {
    details.push({ name: 'networkInterfaceId', value: own.id }, { name: 'macAddress', value: own.macAddress });
    // Under which name AWS tells an IPv6 address here is not known; the containers tell it.
    if (own.ipv4) {
      details.push(
        { name: 'privateDnsName', value: `ip-${own.ipv4.replaceAll('.', '-')}.internal` },
        { name: 'privateIPv4Address', value: own.ipv4 },
      );
    }
  }
  const eni = { id: attachment.id, type: eniType, status: attachment.status, details };
  if (!task.serviceConnect) return [eni];
  return [
    {
      id: `${attachment.id.slice(0, -4)}5c5c`,
      type: 'Service Connect',
      status: attachment.status === 'DELETED' ? 'DELETED' : 'ATTACHED',
      details: [{ name: 'ContainerName', value: 'ecs-service-connect-agent' }],
    },
    eni,
  ];
};

const containersOf = (task: TaskRecord): readonly EcsContainer[] =>
  task.containers.map((container) => {
    const own = task.attachment?.interface;
    return {
      containerArn: container.arn,
      taskArn: task.arn,
      name: container.name,
      ...(container.image !== undefined && { image: container.image }),
      runtimeId: `${task.id}-${container.arn.slice(-10)}`,
      lastStatus: container.lastStatus,
      ...(container.exitCode !== undefined && { exitCode: container.exitCode }),
      ...(container.reason !== undefined && { reason: container.reason }),
      networkBindings:
        container.lastStatus === 'PENDING'
          ? []
          : container.hostPorts.flatMap((port) => [
              { bindIP: '0.0.0.0', ...port },
              { bindIP: '::', ...port },
            ]),
      networkInterfaces:
        task.attachment && own
          ? [
              {
                attachmentId: task.attachment.id,
                ...(own.ipv4 && { privateIpv4Address: own.ipv4 }),
                ...(own.ipv6 && { ipv6Address: own.ipv6 }),
              },
            ]
          : [],
      cpu: '0',
    };
  });

const taskOf = <Time>(task: TaskRecord, eniType: string, time: (ms: number) => Time): EcsTaskOf<Time> => {
  const at = <Name extends string>(name: Name, ms: number | undefined): { [N in Name]?: Time } => {
    const told: { [N in Name]?: Time } = {};
    if (ms !== undefined) told[name] = time(ms);
    return told;
  };
  const fargate = task.containerInstanceArn === undefined;
  return {
    taskArn: task.arn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.definition.arn,
    attachments: attachmentsOf(task, eniType),
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    availabilityZone: task.zone,
    ...(task.capacityProviderName !== undefined && { capacityProviderName: task.capacityProviderName }),
    ...(task.containerInstanceArn !== undefined && { containerInstanceArn: task.containerInstanceArn }),
    ...(task.startedAtMs !== undefined && { connectivity: 'CONNECTED' }),
    ...at('connectivityAt', task.startedAtMs),
    containers: containersOf(task),
    cpu: task.definition.cpu,
    memory: task.definition.memory,
    createdAt: time(task.createdAtMs),
    ...at('startedAt', task.startedAtMs),
    ...at('stoppingAt', task.stoppingAtMs),
    ...at('executionStoppedAt', task.executionStoppedAtMs),
    ...at('stoppedAt', task.stoppedAtMs),
    desiredStatus: task.desiredStatus,
    lastStatus: task.lastStatus,
    enableExecuteCommand: false,
    ...(fargate && { ephemeralStorage: { sizeInGiB: 20 } }),
    group: task.group,
    ...(task.launchType !== undefined && { launchType: task.launchType }),
    overrides: { containerOverrides: task.containers.map(({ name }) => ({ name })) },
    ...(fargate && { platformVersion: '1.4.0' }),
    ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
    ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    version: task.version,
  };
};

/** A task as DescribeTasks answers it: times in epoch seconds, attachment type `ElasticNetworkInterface`. */
export const describedTask = (task: TaskRecord, withTags: boolean): EcsTask => ({
  ...taskOf(task, 'ElasticNetworkInterface', (ms) => ms / 1000),
  containers: containersOf(task).map((container, index) => ({
    ...container,
    healthStatus: task.containers[index]?.health ?? 'UNKNOWN',
  })),
  healthStatus: 'UNKNOWN',
  ...(withTags && { tags: [...task.tags].map(([key, value]) => ({ key, value })) }),
});

/** The `detail` of a task's event: times as ISO text, attachment type `eni`, no tags, no health. */
export const eventDetail = (task: TaskRecord, nowMs: number): EcsTaskDetail => ({
  ...taskOf(task, 'eni', (ms) => new Date(ms).toISOString()),
  updatedAt: new Date(nowMs).toISOString(),
});
