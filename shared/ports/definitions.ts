import type { TaskDefinition } from '../core/task/task.ts';

/** A revision of a task definition, as ECS describes it. */
export interface DescribedDefinition {
  /** What `describe-task-definition` calls `taskDefinition`; read it by a parser of `shared/contracts`. */
  readonly definition: unknown;
  /** The same, as target registration sees it. */
  readonly forTargets: TaskDefinition;
  /** They stand beside the definition, so that registering it again without them would lose them. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Task definitions with all that is in them, environment included. Reads only. */
export interface Definitions {
  /**
   * One call.
   * @param taskDefinition ARN of a revision.
   * @throws {NotFoundError} If ECS no longer describes it, or not yet. {TaskwireError} If the call failed.
   */
  describe(taskDefinition: string): Promise<DescribedDefinition>;
}
