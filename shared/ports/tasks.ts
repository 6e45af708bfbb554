import type { Task, TaskDefinition } from '../core/task/task.ts';

/** Which tasks of a cluster to list. At most one of service, family, container instance and starter. */
export interface TaskFilter {
  /** RUNNING is ECS's desired status: everything not yet asked to stop. STOPPED: stopping, and stopped for an hour. */
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  /** Name. */
  readonly service?: string;
  readonly family?: string;
  readonly containerInstanceArn?: string;
  /** `ecs-svc/…`; only with the desired status RUNNING. */
  readonly startedBy?: string;
}

/** What came of asking for tasks by ARN. */
export interface DescribedTasks {
  readonly tasks: readonly Task[];
  /** ECS does not know them (any more, or yet). */
  readonly missing: readonly string[];
  /** ECS failed for these with another reason than MISSING: nothing may be concluded. */
  readonly failed: readonly { readonly arn: string; readonly reason: string }[];
}

/** ECS tasks, their definitions and the instances they run on. Reads only. */
export interface Tasks {
  /**
   * Tasks by ARN, with their tags; any number, 100 per call.
   * @param cluster Name or ARN.
   * @throws {TaskwireError} If a call failed.
   */
  describe(cluster: string, taskArns: readonly string[]): Promise<DescribedTasks>;
  /**
   * ARNs of the tasks of a cluster, every page of them.
   * @param cluster Name or ARN.
   * @throws {TaskwireError} If any page failed: never a part of the list. `NotFoundError` if the cluster or service is unknown.
   */
  list(cluster: string, filter: TaskFilter): Promise<readonly string[]>;
  /** A revision's ports. @throws {NotFoundError} If ECS no longer describes it. */
  definition(taskDefinitionArn: string): Promise<TaskDefinition>;
  /**
   * EC2 instance ids by container instance ARN, 100 per call; those that ECS does not know are left out.
   * @param cluster Name or ARN.
   */
  ec2InstanceIds(cluster: string, containerInstanceArns: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * ARNs of a cluster's container instances that are these EC2 instances.
   * @param cluster Name or ARN.
   */
  containerInstances(cluster: string, ec2InstanceIds: readonly string[]): Promise<readonly string[]>;
  /** ARNs of all clusters of the account and region. */
  clusters(): Promise<readonly string[]>;
}
