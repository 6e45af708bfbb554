import type { Task } from '../core/task/task.ts';
import { printable } from '../core/text.ts';
import type { Tasks } from '../ports/tasks.ts';
import { describeAll } from './look.ts';

const REASONS_TOLD = 3;
/** AWS's texts can be pages long. */
const LETTERS_TOLD = 300;

/**
 * Tasks of a service that were asked to stop, ended within the hour or about to; two calls, and more for hundreds of them.
 * @param of Names or ARNs.
 */
export const stoppingTasks = async (
  { cluster, service }: { readonly cluster: string; readonly service: string },
  tasks: Pick<Tasks, 'list' | 'describe'>,
): Promise<readonly Task[]> => {
  const arns = await tasks.list(cluster, { desiredStatus: 'STOPPED', service });
  return (await describeAll(tasks, cluster, arns)).tasks;
};

/** Whether it ended by itself or could not start, and was not only asked to stop. */
export const isFailed = ({ stopCode, stoppedReason = '' }: Task): boolean =>
  stopCode === 'EssentialContainerExited' || stopCode === 'TaskFailedToStart' || /health checks/i.test(stoppedReason);

const whyOf = ({ containers, stoppedReason, stopCode }: Task): string => {
  const ended = containers.flatMap(({ name, exitCode, reason }) => {
    if (reason !== undefined) return [`${name}: ${reason}`];
    return exitCode === undefined || exitCode === 0 ? [] : [`${name} exited with ${exitCode}`];
  });
  const why = stoppedReason ?? stopCode ?? 'no reason told';
  return ended.length === 0 ? why : `${why} (${ended.join(', ')})`;
};

/** Why tasks stopped, the most frequent reasons first, each with its number; safe to print. */
export const reasonsOf = (tasks: readonly Task[]): string => {
  const counts = new Map<string, number>();
  for (const why of tasks.map(whyOf)) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, REASONS_TOLD)
    .map(([why, count]) => `${count} × ${printable(why.slice(0, LETTERS_TOLD))}`)
    .join('; ');
};
