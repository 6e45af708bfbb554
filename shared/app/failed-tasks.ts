import type { Task } from '../core/task/task.ts';
import { printable } from '../core/text.ts';
import type { Tasks } from '../ports/tasks.ts';

const REASONS_TOLD = 3;
/** AWS's texts can be pages long. */
const LETTERS_TOLD = 300;

/** A task that ended by itself or could not start, not one that was asked to stop. */
const isFailed = ({ stopCode, stoppedReason = '' }: Task): boolean =>
  stopCode === 'EssentialContainerExited' || stopCode === 'TaskFailedToStart' || /health checks/i.test(stoppedReason);

/** Tasks of one deployment of a service that failed within the hour; two calls and more for hundreds of them. */
export const failedTasksOf = async (
  { cluster, service, deployment }: { readonly cluster: string; readonly service: string; readonly deployment: string },
  tasks: Pick<Tasks, 'list' | 'describe'>,
): Promise<readonly Task[]> => {
  const stopped = await tasks.list(cluster, { desiredStatus: 'STOPPED', service });
  if (stopped.length === 0) return [];
  const described = await tasks.describe(cluster, stopped);
  return described.tasks.filter((task) => task.startedBy === deployment && isFailed(task));
};

const whyOf = ({ containers, stoppedReason, stopCode }: Task): string => {
  const ended = containers.flatMap(({ name, exitCode, reason }) => {
    if (reason !== undefined) return [`${name}: ${reason}`];
    return exitCode === undefined || exitCode === 0 ? [] : [`${name} exited with ${exitCode}`];
  });
  const why = stoppedReason ?? stopCode ?? 'no reason told';
  return ended.length === 0 ? why : `${why} (${ended.join(', ')})`;
};

/** Why tasks failed, the most frequent reasons first, each with its number; safe to print. */
export const reasonsOf = (tasks: readonly Task[]): string => {
  const counts = new Map<string, number>();
  for (const why of tasks.map(whyOf)) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, REASONS_TOLD)
    .map(([why, count]) => `${count} × ${printable(why.slice(0, LETTERS_TOLD))}`)
    .join('; ');
};
