import type { TaskName } from '../shared/app/find-task.ts';
import { parseArn } from '../shared/core/task/arn.ts';
import { quote } from '../shared/core/text.ts';
import { UsageError } from './usage-error.ts';

/** 32 hexadecimal digits; before 2020 with hyphens. */
const TASK_ID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/;

/** Whether a text looks like a task's id. A target group could be called so as well, and never is. */
export const isTaskId = (text: string): boolean => TASK_ID.test(text);

/** Whether a text is the ARN of a task. */
export const isTaskArn = (text: string): boolean => {
  const arn = parseArn(text);
  return arn?.service === 'ecs' && arn.resource.startsWith('task/');
};

/**
 * The task that an ARN, or an id with `--cluster`, names.
 * @throws {UsageError} If the cluster cannot be told, or the text names no task.
 */
export const parseTaskName = (text: string, cluster: string | undefined): TaskName => {
  if (!isTaskArn(text) && !isTaskId(text)) {
    throw new UsageError(`${quote(text)} is neither the ARN nor the id of an ECS task.`);
  }
  const parts = parseArn(text)?.resource.split('/') ?? [];
  const [, fromArn] = parts.length === 3 ? parts : [];
  const named = fromArn ?? cluster;
  if (named === undefined || named === '') {
    throw new UsageError(
      `${quote(text)} does not say its cluster. Add --cluster, or give the task's ARN in its long format.`,
    );
  }
  return { cluster: named, task: text };
};
