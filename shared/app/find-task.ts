import { clusterNameOf, taskIdOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { IncompleteError, NotFoundError } from '../errors.ts';
import type { Tasks } from '../ports/tasks.ts';

/** A task as a person names it. */
export interface TaskName {
  /** Name or ARN. */
  readonly cluster: string;
  /** Id or ARN. */
  readonly task: string;
}

/**
 * The task that a person means.
 * @throws {NotFoundError} If ECS does not know it; says what may be wrong. @throws {TaskwireError} If ECS could not tell.
 */
export const findTask = async ({ cluster, task }: TaskName, tasks: Tasks): Promise<Task> => {
  const name = `Task ${taskIdOf(task)} in cluster ${clusterNameOf(cluster)}`;
  const notFound = (cause?: unknown): NotFoundError =>
    new NotFoundError(
      `${name} is not known to ECS. Check id, cluster, account and Region; a stopped task is forgotten after about an hour.`,
      { cause },
    );
  try {
    const { tasks: found, failed } = await tasks.describe(cluster, [task]);
    const [failure] = failed;
    if (failure !== undefined) throw new IncompleteError(`${name} could not be described by ECS: ${failure.reason}`);
    if (found[0] === undefined) throw notFound();
    return found[0];
  } catch (error) {
    if (error instanceof NotFoundError) throw notFound(error);
    throw error;
  }
};
