import { findTask } from '../shared/app/find-task.ts';
import { describeAll } from '../shared/app/look.ts';
import { clusterNameOf, parseArn } from '../shared/core/task/arn.ts';
import type { Task } from '../shared/core/task/task.ts';
import { quote } from '../shared/core/text.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { Connection } from './cli.ts';
import { parseTaskName } from './task-name.ts';
import { UsageError } from './usage-error.ts';

/** What a person wants drained. */
export type DrainName =
  | { readonly kind: 'task'; readonly cluster: string; readonly task: string }
  | { readonly kind: 'instance'; readonly cluster: string; readonly instance: string };

/** What is to be drained, as it was found. */
export type DrainSubject =
  | { readonly kind: 'task'; readonly tasks: readonly [Task] }
  | {
      readonly kind: 'instance';
      readonly cluster: string;
      readonly arn: string;
      readonly status: string;
      readonly tasks: readonly Task[];
    };

/**
 * The task, or the container instance, that a text names.
 * @throws {UsageError} If it names neither, or the cluster cannot be told.
 */
export const parseDrainName = (text: string, cluster: string | undefined): DrainName => {
  const arn = parseArn(text);
  const ofInstance = arn?.service === 'ecs' && arn.resource.startsWith('container-instance/');
  if (!ofInstance && !/^i-[0-9a-f]{8,17}$/.test(text)) {
    return { kind: 'task', ...parseTaskName(text, cluster) };
  }
  const [, fromArn, id] = arn?.resource.split('/') ?? [];
  const named = (id === undefined ? undefined : fromArn) ?? cluster;
  if (named === undefined || named === '') {
    throw new UsageError(
      `${quote(text)} does not say its cluster. Add --cluster, or give the container instance's ARN in its long format.`,
    );
  }
  if (cluster !== undefined && clusterNameOf(cluster) !== clusterNameOf(named)) {
    throw new UsageError(`${quote(text)} is of the cluster ${named}. Leave out --cluster.`);
  }
  return { kind: 'instance', cluster: named, instance: text };
};

/** @throws {NotFoundError} If there is no such task or instance. @throws {TaskwireError} If it could not be looked at. */
export const findDrainSubject = async (
  name: DrainName,
  { tasks, taskControl }: Pick<Connection, 'tasks' | 'taskControl'>,
): Promise<DrainSubject> => {
  if (name.kind === 'task') return { kind: 'task', tasks: [await findTask(name, tasks)] };
  const { cluster, instance } = name;
  const [arn] = instance.startsWith('i-') ? await tasks.containerInstances(cluster, [instance]) : [instance];
  const found = arn === undefined ? undefined : await taskControl.containerInstance(cluster, arn);
  if (found === undefined) {
    throw new NotFoundError(
      `Container instance ${quote(instance)} in cluster ${clusterNameOf(cluster)} is not known to ECS. Check id, cluster, account and Region.`,
    );
  }
  const arns = await tasks.list(cluster, { desiredStatus: 'RUNNING', containerInstanceArn: found.arn });
  const { tasks: running } = await describeAll(tasks, cluster, arns);
  return { kind: 'instance', cluster, ...found, tasks: running };
};
