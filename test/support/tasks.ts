import type { PortBinding, Task, TaskContainer, TaskDefinition, TaskEvent } from '../../shared/core/task/task.ts';

const ACCOUNT = 'eu-central-1:111122223333';

/** ARNs as ECS writes them, in the one account and Region of the tests. */
export const arnOf = {
  cluster: (name: string): string => `arn:aws:ecs:${ACCOUNT}:cluster/${name}`,
  task: (id: string, cluster = 'production'): string => `arn:aws:ecs:${ACCOUNT}:task/${cluster}/${id}`,
  definition: (revision: string): string => `arn:aws:ecs:${ACCOUNT}:task-definition/${revision}`,
  instance: (id: string): string => `arn:aws:ecs:${ACCOUNT}:container-instance/production/${id}`,
  group: (name: string): string => `arn:aws:elasticloadbalancing:${ACCOUNT}:targetgroup/${name}/0123456789abcdef`,
};

/** What a test says of a task; all else is a running Fargate task of the service `production/web`. */
export interface TaskSays extends Partial<Omit<Task, 'taskArn'>> {
  readonly cluster?: string;
  /** Name of its service; null for a standalone task. */
  readonly service?: string | null;
  /** `family:revision` */
  readonly revision?: string;
  /** Its only IPv4 address. */
  readonly ip?: string;
  readonly ipv6?: string;
  /** Null where the attachment does not tell it. */
  readonly subnet?: string | null;
}

/** A task by its id; its interface is `eni-<id>` and its attachment `att-<id>`. */
export const aTask = (id: string, says: TaskSays = {}): Task => {
  const { cluster = 'production', service = 'web', revision = 'web:1', ip, ipv6, subnet = 'subnet-1', ...task } = says;
  const addressed = ip !== undefined || ipv6 !== undefined;
  return {
    taskArn: arnOf.task(id, cluster),
    clusterArn: arnOf.cluster(cluster),
    taskDefinitionArn: arnOf.definition(revision),
    ...(service === null
      ? { group: `family:${revision.split(':')[0]}` }
      : { group: `service:${service}`, startedBy: 'ecs-svc/1234567890' }),
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    containers: [aContainer()],
    interfaces: addressed
      ? [
          {
            attachmentId: `att-${id}`,
            interfaceId: `eni-${id}`,
            ...(subnet !== null && { subnetId: subnet }),
            ...(ip !== undefined && { ipv4: ip }),
            ...(ipv6 !== undefined && { ipv6 }),
          },
        ]
      : [],
    ...task,
  };
};

/** A task on the EC2 instance `i-1` (container instance `ci-1`) with bridge networking. */
export const anInstanceTask = (id: string, says: TaskSays = {}): Task =>
  aTask(id, { revision: 'bridge:1', containerInstanceArn: arnOf.instance('ci-1'), ...says });

/** A running container; ports as `containerPort>hostPort` with `/udp` behind where it is not tcp. */
export const aContainer = (name = 'app', ports: readonly string[] = [], lastStatus = 'RUNNING'): TaskContainer => ({
  name,
  lastStatus,
  ports: ports.map(portOf),
});

const portOf = (text: string): PortBinding => {
  const [, containerPort, hostPort, udp] = /^(\d+)>(\d+)(\/udp)?$/.exec(text) ?? [];
  return { containerPort: Number(containerPort), hostPort: Number(hostPort), protocol: udp ? 'udp' : 'tcp' };
};

/** The members of a task that ECS wants to stop, by how far it is. */
export const stopping = (lastStatus = 'RUNNING') => ({ lastStatus, desiredStatus: 'STOPPED' }) as const;
/** The members of a task that has stopped. */
export const stopped = (stoppedAtMs = 1_000) =>
  ({ lastStatus: 'STOPPED', desiredStatus: 'STOPPED', stoppedAtMs, stoppedReason: 'Scaling activity' }) as const;

/** A task definition; containers as `{ app: ['80', '53/udp', '9000-9010'] }`. */
export const aDefinition = (
  revision: string,
  containers: Readonly<Record<string, readonly string[]>> = { app: ['80'] },
  networkMode: TaskDefinition['networkMode'] = 'awsvpc',
): TaskDefinition => ({
  taskDefinitionArn: arnOf.definition(revision),
  networkMode,
  containers: Object.entries(containers).map(([name, ports]) => ({
    name,
    ports: ports.map((text) => {
      const [, from, to, udp] = /^(\d+)(?:-(\d+))?(\/udp)?$/.exec(text) ?? [];
      return { from: Number(from), to: Number(to ?? from), protocol: udp ? 'udp' : 'tcp' };
    }),
  })),
});

/** An event about a task; its time follows its version where the test does not say it. */
export const anEvent = (task: Task, timeMs = (task.version ?? 0) * 1_000): TaskEvent => ({ task, timeMs });
