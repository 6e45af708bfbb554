import type { EcsContainerDefinition, EcsLoadBalancer } from './shapes.ts';
import type {
  ClusterRecord,
  ContainerInstanceRecord,
  DeploymentRecord,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
} from './state.ts';

/** How long tasks take, and how late ECS's answers are; milliseconds. May be changed at any time. */
export interface EcsTimes {
  /** PROVISIONING: the interface is made (awsvpc only). Default 4,000. */
  provisioningMs: number;
  /** PENDING. Default 6,000. */
  pendingMs: number;
  /** ACTIVATING. Default 2,000. */
  activatingMs: number;
  /** From the request to stop (desired status STOPPED, still RUNNING) to DEACTIVATING. Default 1,000. */
  stopNoticeMs: number;
  /** DEACTIVATING. Default 1,000. */
  deactivatingMs: number;
  /** STOPPING: how long containers take to end after SIGTERM, at most the stop time-out. Default 5,000. */
  stoppingMs: number;
  /** DEPROVISIONING: the interface is deleted (awsvpc only). Default 5,000. */
  deprovisioningMs: number;
  /** From a task's end to the service starting another. Default 2,000. */
  replaceMs: number;
  /** How long a Spot task goes on after its notice. Default 120,000. */
  spotNoticeMs: number;
  /** ListTasks tells the tasks of this long ago. Default 0. */
  listLagMs: number;
  /** DescribeTasks answers MISSING for tasks younger than this. Default 0. */
  newTaskMissingMs: number;
  /** How long a stopped task is told. Default 3,600,000. */
  keepStoppedMs: number;
  /** Each duration of the life cycle is stretched by up to this share (seeded). Default 0. */
  jitter: number;
}

export interface EcsOptions extends Partial<EcsTimes> {
  /** When the interface of a stopping task is gone and its address free: with STOPPED (default), or as DEPROVISIONING begins. */
  readonly releaseAddress?: 'stopped' | 'deprovisioning';
}

/** A container of a task definition; only what differs from the defaults. */
export type ContainerSpec = Partial<EcsContainerDefinition> & { readonly name: string };

export interface TaskDefinitionSpec {
  readonly family: string;
  /** Default awsvpc. */
  readonly networkMode?: TaskDefinitionRecord['networkMode'];
  readonly containers: readonly ContainerSpec[];
}

/** What tasks of one launch have in common. */
export interface TaskSpec {
  /** Name or ARN. */
  readonly cluster: string;
  /** ARN, `family:revision`, or a family for its newest revision. */
  readonly taskDefinition: string;
  /** awsvpc: taken in turn. */
  readonly subnets?: readonly string[];
  /** bridge and host: ARNs, taken in turn; left out: all of the cluster's. */
  readonly containerInstances?: readonly string[];
  /** Default FARGATE for awsvpc, EC2 otherwise; `null` where a capacity provider leaves it out. */
  readonly launchType?: string | null;
  readonly capacityProviderName?: string;
  /** A Service Connect attachment stands before the interface's. */
  readonly serviceConnect?: boolean;
  /** Names of containers that AWS puts in: no image, in no task definition. */
  readonly injected?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RunTaskSpec extends TaskSpec {
  readonly count?: number;
  /** Default `family:<family>`. May borrow a service's. */
  readonly group?: string;
  readonly startedBy?: string;
}

export interface ServiceSpec extends TaskSpec {
  readonly name: string;
  readonly desiredCount?: number;
  readonly loadBalancers?: readonly EcsLoadBalancer[];
  /** Tags of the service, not of its tasks. */
  readonly serviceTags?: Readonly<Record<string, string>>;
}

/** ECS: clusters, definitions, services and tasks, and everything that happens to them. */
export interface Ecs {
  readonly times: EcsTimes;
  readonly clusters: ReadonlyMap<string, ClusterRecord>;
  /** By ARN, stopped ones too as long as ECS tells them. */
  readonly tasks: ReadonlyMap<string, TaskRecord>;
  readonly services: ReadonlyMap<string, ServiceRecord>;
  readonly containerInstances: ReadonlyMap<string, ContainerInstanceRecord>;
  readonly definitions: ReadonlyMap<string, TaskDefinitionRecord>;
  /** DescribeTasks answers these with a failure instead: task ARN → reason. */
  readonly failing: Map<string, string>;

  addCluster(name: string): ClusterRecord;
  /** Registers a new revision of the family. */
  registerTaskDefinition(spec: TaskDefinitionSpec): TaskDefinitionRecord;
  addContainerInstance(cluster: string, instanceId: string): ContainerInstanceRecord;
  /** Creates the service and starts its tasks. */
  createService(spec: ServiceSpec): ServiceRecord;
  /**
   * Changes a service. Another task definition or other load balancers start a rolling deployment: new tasks first,
   * old ones stop as the new ones run.
   */
  updateService(
    serviceArn: string,
    change: {
      readonly desiredCount?: number;
      readonly taskDefinition?: string;
      readonly loadBalancers?: readonly EcsLoadBalancer[];
    },
  ): DeploymentRecord;
  /** Stops all tasks of a service and makes it INACTIVE. */
  deleteService(serviceArn: string): void;
  /** A task set with target groups of its own (CodeDeploy, external deployment controllers); it starts no tasks. */
  addTaskSet(serviceArn: string, loadBalancers: readonly EcsLoadBalancer[]): void;
  /** Starts tasks that no service keeps. */
  runTask(spec: RunTaskSpec): readonly TaskRecord[];
  /** Elastic Beanstalk's way: one task on this container instance, group `family:…`, no service. */
  startTask(spec: RunTaskSpec & { readonly containerInstance: string }): TaskRecord;
  /** Asks a task to stop; takes its tags away. A service starts another. */
  stopTask(taskArn: string, reason?: string): void;
  /** An essential container exits: the task stops without notice. */
  crashTask(taskArn: string, exitCode?: number): void;
  /** A container ends while its task goes on; its host ports are free at once. */
  exitContainer(taskArn: string, container: string, exitCode?: number): void;
  /** Spot takes the task back: desired status STOPPED now, the end after the notice. */
  interruptSpot(taskArn: string): void;
  /** When a container of this task will end after the task is asked to stop; default with the others. */
  delayStop(taskArn: string, container: string, ms: number): void;
  tagTask(taskArn: string, tags: Readonly<Record<string, string>>): void;
  /** Tasks of a service, newest last; stopped ones left out unless asked for. */
  tasksOf(serviceArn: string, options?: { readonly stopped?: boolean }): readonly TaskRecord[];
  /** Forces the event of a task's present state once more. */
  repeatEvent(taskArn: string): void;
}
