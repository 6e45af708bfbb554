import type { Finding } from '../outcome.ts';
import type { Hold } from '../scaling/hold.ts';
import type { ScalableTarget, ScaledService, ScalingPolicy, ScheduledAction } from '../scaling/observed.ts';
import type { RequestsGroup } from '../scaling/policies.ts';
import type { ScalingWish } from '../scaling/wish.ts';
import type { BoundGroup, TargetGroup, Wiring } from '../targets/binding.ts';
import type { Holder, Listed } from '../targets/sight.ts';
import type { ObservedTarget } from '../targets/target.ts';
import type { Subnet, Task, TaskDefinition } from '../task/task.ts';
import type { CollectorImage } from '../tracing/collectors.ts';
import type { DefinedTask } from '../tracing/definition.ts';
import type { Expected } from '../tracing/verdict.ts';

/** Something that could not be looked at; nothing is concluded about it. */
export interface Unseen {
  /** ARN or name of what was not seen: a cluster, a target group, or one kind of fact about them. */
  readonly resource: string;
  /** What is not known for it, in words: `tasks`, `targets`, `auto scaling`. */
  readonly what: string;
  /** Why, and the cure; a sentence. */
  readonly why: string;
}

/** A service as DescribeServices alone tells it. */
export interface DescribedService extends ScaledService {
  /** ACTIVE, DRAINING; an open set. */
  readonly status: string;
  readonly pending: number;
  /** ARN of the revision that it deploys, or has deployed; empty where an external controller has none yet. */
  readonly taskDefinitionArn: string;
  /** ARNs of the revisions that have tasks; the one above is among them once it does. */
  readonly runningDefinitionArns: readonly string[];
  /** ROLLING, BLUE_GREEN, LINEAR, CANARY; an open set. */
  readonly deploymentStrategy: string;
  readonly minimumHealthyPercent?: number;
  readonly maximumPercent?: number;
  readonly circuitBreaker: boolean;
  /** What waits for tasks before a deployment goes on: stages of its lifecycle hooks. */
  readonly hookStages: readonly string[];
  readonly assignsPublicAddress: boolean;
}

/** A service with all that the rules ask of it. Of its tags only those of Taskwire. */
export interface SeenService extends DescribedService {
  /** What its tags ask of tracing, else the stack. */
  readonly tracing: Expected;
  /** Its auto scaling; as if it had none, tags neither, where it could not be read. */
  readonly scaling: {
    /** Whether the tag of scaling is there. */
    readonly tagged: boolean;
    /** Absent also where the tags cannot be understood. */
    readonly wish?: ScalingWish;
    readonly target?: ScalableTarget;
    readonly policies: readonly ScalingPolicy[];
    readonly schedules: readonly ScheduledAction[];
    readonly hold?: Hold;
    /** Target groups whose requests can count. */
    readonly groups: readonly RequestsGroup[];
  };
  /** What is wrong with its tags. */
  readonly tagFindings: readonly Finding[];
}

/** A revision that is in use. */
export interface SeenRevision {
  readonly taskDefinitionArn: string;
  /** As target registration sees it. */
  readonly definition: TaskDefinition;
  /** As the rules see it, without what may be secret: values of environment variables, commands. */
  readonly task: DefinedTask;
  /**
   * What the tracing rules say of it, judged while the environment's values were there: one entry per what was asked of it
   * (several services may run one revision), of all places where it runs.
   */
  readonly tracing: readonly { readonly expected: Expected; readonly findings: readonly Finding[] }[];
  /** Actions of X-Ray that its task role allows, where roles were read. */
  readonly allowedActions?: readonly string[];
  /** What the verdict on its tracing rests on besides the revision, which never changes: for the same, it stands. */
  readonly judged?: {
    /** Version of Taskwire. */
    readonly by: string;
    /** What was asked of it, and what else is where it runs; only to be compared. */
    readonly for: string;
    /** When, epoch milliseconds. */
    readonly atMs: number;
  };
}

/** How a group checks its targets. */
export interface SeenHealthCheck {
  /** `traffic-port`, or a number. */
  readonly port: string;
  readonly protocol?: string;
  readonly intervalSeconds?: number;
  readonly healthyThreshold?: number;
}

/** A target group that carries tags of Taskwire. */
export interface SeenGroup {
  readonly group: TargetGroup;
  /** Where it is bound: its tags are understood and nothing else fills it. */
  readonly binding?: { readonly group: BoundGroup; readonly wiring: Wiring };
  readonly targets: readonly ObservedTarget[];
  /** EC2's answers, by address. */
  readonly holders: Readonly<Record<string, readonly Holder[]>>;
  /** `nothing`: tasks of its workloads were not seen, so nothing can be said of targets that no task explains. */
  readonly listed: Listed;
  /** EC2 instances all of whose tasks are in the snapshot. */
  readonly listedInstances: readonly string[];
  readonly deregistrationDelaySeconds?: number;
  readonly healthCheck?: SeenHealthCheck;
  /** Unhealthy targets over the last hours, oldest first, where metrics were read. */
  readonly unhealthy?: readonly { readonly atMs: number; readonly count: number }[];
  /** What is wrong with its tags, and what else fills it. */
  readonly tagFindings: readonly Finding[];
}

/** An Elastic Beanstalk environment. */
export interface SeenEnvironment {
  readonly name: string;
  readonly id: string;
  /** Ready, Updating, Terminating; an open set. */
  readonly status: string;
  /** `64bit Amazon Linux 2023 v4.1.2 running ECS`. */
  readonly platform: string;
  readonly platformArn?: string;
  /** Option XRayEnabled of the namespace aws:elasticbeanstalk:xray; absent where it was not read or is not set. */
  readonly xrayEnabled?: boolean;
  /** Clusters of ECS that its instances belong to. */
  readonly clusterArns: readonly string[];
}

/** A task, without its tags and without why its containers stopped, which may quote a configuration. */
export interface SeenTask extends Omit<Task, 'tags'> {
  /** It is to be held out of its target groups. */
  readonly standby: boolean;
}

/** What one look at an account and region saw, for the rules: collected once, judged as often as wanted. */
export interface Snapshot {
  /** Epoch milliseconds, when the look began. */
  readonly takenAtMs: number;
  /** `eu-west-1`, `111122223333`; of the first cluster that was seen. */
  readonly region?: string;
  readonly account?: string;
  /** `taskwire`, or what the stack says. */
  readonly tagPrefix: string;
  /** How long the stack lets a hold of scaling last, where it says so. */
  readonly holdMinutes?: number;
  /** Images that are collectors by the stack's setting. */
  readonly collectorImages?: readonly CollectorImage[];
  /** ARNs of the clusters that were looked at. */
  readonly clusters: readonly string[];
  /** They are all that there are: a tag that names another one is wrong. */
  readonly allClusters?: boolean;
  readonly services: readonly SeenService[];
  /** Live tasks, and those that stopped within the hour. */
  readonly tasks: readonly SeenTask[];
  readonly revisions: readonly SeenRevision[];
  readonly groups: readonly SeenGroup[];
  readonly environments: readonly SeenEnvironment[];
  /** By subnet id. */
  readonly subnets: Readonly<Record<string, Subnet>>;
  /** By VPC id. */
  readonly subnetsOfVpc: Readonly<Record<string, readonly Subnet[]>>;
  /** EC2 instance id by ARN of the container instance. */
  readonly instances: Readonly<Record<string, string>>;
  /** Elastic Beanstalk environment by EC2 instance id. */
  readonly environmentOfInstance: Readonly<Record<string, string>>;
  /** What was not seen; its absence is proof of nothing. */
  readonly unseen: readonly Unseen[];
  /** AWS calls sent, by `service:Action`. */
  readonly calls: Readonly<Record<string, number>>;
}
