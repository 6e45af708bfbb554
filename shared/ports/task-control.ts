/** A container instance, as far as taking it out of use needs it. */
export interface ContainerInstance {
  readonly arn: string;
  /** ACTIVE, DRAINING…; an open set. */
  readonly status: string;
}

/** What a person does to running tasks and to what they run on. */
export interface TaskControl {
  /** Sets tags of a task. Repeating is safe. One attempt. */
  tag(taskArn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Asks a task to stop; its containers get SIGTERM. Repeating is safe. One attempt.
   * @param cluster Name or ARN.
   * @param reason At most 255 characters; stands in the task's `stoppedReason` from then on.
   */
  stop(cluster: string, taskArn: string, reason: string): Promise<void>;
  /**
   * A container instance by its id or ARN; `undefined` where the cluster has none such.
   * @param cluster Name or ARN.
   */
  containerInstance(cluster: string, name: string): Promise<ContainerInstance | undefined>;
  /**
   * Sets a container instance to DRAINING: it takes no new tasks, and ECS replaces those of services. Repeating is safe.
   * One attempt. @throws {NotFoundError} If it is gone.
   */
  drain(cluster: string, containerInstanceArn: string): Promise<void>;
}
