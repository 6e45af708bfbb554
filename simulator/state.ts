/**
 * What the simulated world consists of: plain records, open to every test and to the wire half. Change them through
 * the world's methods, so that time, events and versions follow.
 */
import type { AasTrackingConfiguration, EcsContainerDefinition, EcsLoadBalancer } from './shapes.ts';

export interface VpcRecord {
  readonly id: string;
  readonly cidrs: readonly string[];
}

export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  /** Missing: IPv6-only. */
  readonly cidr?: string;
  readonly ipv6Cidr?: string;
}

/** A network interface that exists now; one that is gone is in no list. */
export interface InterfaceRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly macAddress: string;
  readonly ipv4?: string;
  /** Canonical (RFC 5952). */
  readonly ipv6?: string;
  /** `arn:aws:ecs:…:attachment/<id>` where ECS made it. */
  readonly description: string;
  readonly attachedAtMs: number;
}

export interface InstanceRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly address?: string;
  /** pending, running, stopping, stopped, shutting-down, terminated. */
  state: string;
  readonly tags: Map<string, string>;
}

export interface ClusterRecord {
  readonly name: string;
  readonly arn: string;
}

export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly networkMode: 'awsvpc' | 'bridge' | 'host' | 'none' | 'default';
  readonly containers: readonly EcsContainerDefinition[];
  readonly cpu: string;
  readonly memory: string;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly requiresCompatibilities?: readonly string[];
  /** Members that the world keeps and does not look at: volumes, runtimePlatform… */
  readonly others: Readonly<Record<string, unknown>>;
  readonly tags: ReadonlyMap<string, string>;
  readonly registeredAtMs: number;
  /** Deregistered and no longer used: ECS may not describe it any more. */
  gone: boolean;
}

export interface ContainerInstanceRecord {
  readonly arn: string;
  readonly clusterArn: string;
  readonly instanceId: string;
  status: 'ACTIVE' | 'DRAINING';
}

export interface HostPort {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface ContainerRecord {
  readonly arn: string;
  readonly name: string;
  readonly image?: string;
  readonly essential: boolean;
  /** Put in by AWS (GuardDuty): no image, in no task definition. */
  readonly injected: boolean;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  exitCode?: number;
  reason?: string;
  /** What its health check says; UNKNOWN where it has none. */
  health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** Still told after the container stopped, but free for others from then on. */
  hostPorts: readonly HostPort[];
}

/** The ECS attachment of an `awsvpc` task and, as long as it exists, its interface. */
export interface AttachmentRecord {
  readonly id: string;
  readonly subnetId: string;
  status: 'PRECREATED' | 'ATTACHED' | 'DELETED';
  /** The last interface, told even when it is gone. */
  interface?: InterfaceRecord;
}

/** How tasks of a service fail to start, or soon after. */
export interface StartFailure {
  /** Only tasks of this task definition: ARN, `family:revision` or family. Left out: all of the service. */
  readonly taskDefinition?: string;
  /** Default `EssentialContainerExited`: the container ends as it starts. Or `TaskFailedToStart`: it never does. */
  readonly stopCode?: 'EssentialContainerExited' | 'TaskFailedToStart';
  /** Default in AWS's words. */
  readonly reason?: string;
  /** Default 1. */
  readonly exitCode?: number;
  /** Which container ends. Default: the first essential one. */
  readonly container?: string;
  /** It comes to run first, and ends this long after; a deployment does not count that as a failed start. */
  readonly runsMs?: number;
}

export interface TaskRecord {
  readonly arn: string;
  readonly id: string;
  readonly clusterArn: string;
  readonly definition: TaskDefinitionRecord;
  readonly group: string;
  readonly startedBy?: string;
  readonly launchType?: string;
  readonly capacityProviderName?: string;
  readonly containerInstanceArn?: string;
  /** Why it will not reach RUNNING. */
  readonly startFailure?: StartFailure;
  readonly zone: string;
  readonly serviceConnect: boolean;
  readonly containers: readonly ContainerRecord[];
  readonly attachment?: AttachmentRecord;
  readonly tags: Map<string, string>;
  /** Rises with every recorded change. */
  version: number;
  lastStatus: string;
  desiredStatus: 'RUNNING' | 'STOPPED';
  stopCode?: string;
  stoppedReason?: string;
  readonly createdAtMs: number;
  startedAtMs?: number;
  stopRequestedAtMs?: number;
  stoppingAtMs?: number;
  executionStoppedAtMs?: number;
  stoppedAtMs?: number;
}

/** A Lambda function that a deployment asks before it shifts its traffic. */
export interface LifecycleHookRecord {
  /** Of the function. */
  readonly arn: string;
  /** Calls it with the payload; what it resolves to is its answer. */
  readonly invoke: (payload: unknown) => Promise<unknown>;
  /** What the service's owner passes on to it. */
  readonly details?: object;
  /** Default a day. */
  readonly timeoutMinutes?: number;
  /** Default ROLLBACK. */
  readonly timeoutAction?: 'ROLLBACK' | 'CONTINUE';
}

export interface DeploymentRecord {
  /** `ecs-svc/…` */
  readonly id: string;
  readonly definition: TaskDefinitionRecord;
  readonly revisionArn: string;
  /** Of the service deployment. */
  readonly deploymentArn: string;
  /** Whether production's traffic is its own: from the start, unless it is rolled out beside another one. */
  shifted: boolean;
  readonly loadBalancers: readonly EcsLoadBalancer[];
  readonly createdAtMs: number;
  /** A deployment that another one superseded stays as it was. */
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutReason: string;
  updatedAtMs: number;
  /** Tasks that did not reach RUNNING. */
  failedTasks: number;
}

export interface TaskSetRecord {
  readonly id: string;
  readonly arn: string;
  readonly definition: TaskDefinitionRecord;
  readonly loadBalancers: readonly EcsLoadBalancer[];
}

export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly controller: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  readonly strategy: 'REPLICA' | 'DAEMON';
  /** Express Mode: ECS owns its load balancer, target groups and scaling. */
  readonly managedByEcs: boolean;
  readonly launchType?: string;
  readonly capacityProvider?: string;
  readonly circuitBreaker: 'off' | 'fail' | 'rollback';
  readonly deploymentStrategy: 'ROLLING' | 'BLUE_GREEN' | 'LINEAR' | 'CANARY';
  readonly hooks: readonly LifecycleHookRecord[];
  /** How many tasks a deployment may have live at once, of the desired count. */
  readonly maximumPercent: number;
  /** Of its tasks, where they have interfaces of their own. */
  readonly assignPublicIp?: 'ENABLED' | 'DISABLED';
  readonly createdAtMs: number;
  desiredCount: number;
  /** As many tasks run as are wanted, all of the newest deployment. */
  steady: boolean;
  /** Its new tasks fail to start. */
  startFailure?: StartFailure;
  /** Tasks that failed to start since one did. */
  failedStarts: number;
  /** ECS holds further starts back until then. */
  startsFromMs: number;
  impairedToldAtMs: number;
  loadBalancers: readonly EcsLoadBalancer[];
  /** The newest first; older ones stay until their last task has been asked to stop. */
  deployments: DeploymentRecord[];
  taskSets: TaskSetRecord[];
  readonly tags: Map<string, string>;
}

/** A target in its group. Its health follows from time and from who answers at its address. */
export interface TargetRecord {
  readonly id: string;
  readonly port: number;
  readonly zone?: string;
  readonly registeredAtMs: number;
  /** Set by deregistering: draining until then, gone from then on. */
  drainsUntilMs?: number;
  /** Set by a test: what DescribeTargetHealth tells, whoever answers. */
  forced?: string;
}

/** How a group checks its targets. */
export interface HealthCheckRecord {
  /** `traffic-port`, or a number. */
  readonly port: string;
  readonly protocol: string;
  readonly intervalSeconds: number;
  readonly healthyThreshold: number;
}

export interface TargetGroupRecord {
  readonly arn: string;
  readonly name: string;
  readonly targetType: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly vpcId?: string;
  readonly ipAddressType: 'ipv4' | 'ipv6';
  readonly tags: Map<string, string>;
  readonly targets: Map<string, TargetRecord>;
  /** Deregistration delay, seconds. */
  delaySeconds: number;
  readonly healthCheck: HealthCheckRecord;
  /** Attached to a listener; if not, its targets are `unused`. */
  attached: boolean;
  /** The load balancer whose listener that is. */
  loadBalancerArn: string;
  /** How many targets fit. */
  quota: number;
  /** Gone from Elastic Load Balancing; the tagging API may still tell it. */
  deleted: boolean;
}

/** A metric specification and its target, in the SDK's words. */
export interface ScalingPolicyRecord {
  readonly arn: string;
  readonly name: string;
  readonly createdAtMs: number;
  policyType: string;
  tracking?: AasTrackingConfiguration;
  step?: object;
  /** Datapoints in a row above its target, and well below it. */
  high: number;
  low: number;
}

export interface ScheduledActionRecord {
  readonly arn: string;
  readonly name: string;
  readonly createdAtMs: number;
  schedule: string;
  timezone?: string;
  startTime?: number;
  endTime?: number;
  min?: number;
  max?: number;
}

/** What Application Auto Scaling may do to a service. */
export interface ScalableTargetRecord {
  readonly arn: string;
  /** `service/<cluster>/<service>` */
  readonly resourceId: string;
  readonly createdAtMs: number;
  min: number;
  max: number;
  suspended: { readonly scaleIn: boolean; readonly scaleOut: boolean; readonly scheduled: boolean };
  readonly tags: Map<string, string>;
  readonly policies: Map<string, ScalingPolicyRecord>;
  readonly schedules: Map<string, ScheduledActionRecord>;
}
