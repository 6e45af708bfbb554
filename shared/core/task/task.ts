/**
 * The elastic network interface of an `awsvpc` task. Parts are missing while it is being made, and for a stopped task
 * whose answer no longer carries them.
 */
export interface TaskInterface {
  /** Id of the attachment: the same in the event, in DescribeTasks and in the interface's description in EC2. */
  readonly attachmentId: string;
  /** `eni-…` */
  readonly interfaceId?: string;
  readonly subnetId?: string;
  readonly ipv4?: string;
  /** Canonical form (RFC 5952). */
  readonly ipv6?: string;
}

/** A port of a container as it is reachable on its instance (bridge and host networking). */
export interface PortBinding {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: 'tcp' | 'udp';
}

/** A container of a running task; injected sidecars are among them. */
export interface TaskContainer {
  readonly name: string;
  /** PENDING, RUNNING, STOPPED; an open set. */
  readonly lastStatus: string;
  /** Without the twins that ECS lists for `0.0.0.0` and `::`. */
  readonly ports: readonly PortBinding[];
  /** Of its process; absent while it runs, and where it never did. */
  readonly exitCode?: number;
  /** Why it stopped or never ran, in AWS's words. */
  readonly reason?: string;
  /** HEALTHY, UNHEALTHY, UNKNOWN; an open set. Only DescribeTasks tells it, events never do. */
  readonly health?: string;
}

/** An ECS task as an event or DescribeTasks tells it. */
export interface Task {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  /** `service:<name>`, `family:<family>`, or what the caller of RunTask gave. */
  readonly group?: string;
  /** `ecs-svc/…` where a service's deployment or task set started it. */
  readonly startedBy?: string;
  /** Life-cycle stage; an open set. */
  readonly lastStatus: string;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  /** Rises with every recorded change. `undefined` where the source tells none: then a look beats an event. */
  readonly version?: number;
  /** On EC2, external and managed instances; never on Fargate. */
  readonly containerInstanceArn?: string;
  readonly interfaces: readonly TaskInterface[];
  readonly containers: readonly TaskContainer[];
  /** The task's own tags. Events carry none, and StopTask takes them away. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  /** Epoch milliseconds. */
  readonly createdAtMs?: number;
  /** Since when it runs. */
  readonly startedAtMs?: number;
  readonly stoppedAtMs?: number;
}

/** A task state change event. */
export interface TaskEvent {
  readonly task: Task;
  /** When ECS sent it, epoch milliseconds. */
  readonly timeMs: number;
}

/** A port, or a range of ports, that a container of a task definition opens. */
export interface PortMapping {
  readonly from: number;
  /** Equal to `from` for a single port. */
  readonly to: number;
  readonly protocol: 'tcp' | 'udp';
}

/** What target registration needs of a task definition's revision; it never changes. */
export interface TaskDefinition {
  readonly taskDefinitionArn: string;
  /** `default` is Windows' NAT: like bridge. */
  readonly networkMode: 'awsvpc' | 'bridge' | 'host' | 'none' | 'default';
  readonly containers: readonly { readonly name: string; readonly ports: readonly PortMapping[] }[];
}

/** A subnet: where a task's address lies. */
export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  /** IPv4 and IPv6 blocks. */
  readonly cidrs: readonly string[];
  /** Account that owns it. In a VPC that another account shares, EC2 shows only the caller's own interfaces. */
  readonly ownerId?: string;
}
