import type { Workload } from '../core/targets/binding.ts';
import type { Task } from '../core/task/task.ts';
import { IncompleteError } from '../errors.ts';
import type { Addresses } from '../ports/addresses.ts';
import type { TaskFilter, Tasks } from '../ports/tasks.ts';

/** Above this many running tasks in a cluster, only the bound services and families are listed. */
export const WHOLE_CLUSTER_TASKS = 2_000;

/** Tasks of one cluster, by ARN. */
export interface ListedTasks {
  /** Name or ARN. */
  readonly cluster: string;
  readonly taskArns: readonly string[];
}

/**
 * Describes tasks of a cluster and concludes nothing from a part.
 * @throws {IncompleteError} If ECS failed for any of them with another reason than that it does not know it.
 */
export const describeAll = async (
  tasks: Pick<Tasks, 'describe'>,
  cluster: string,
  taskArns: readonly string[],
): Promise<{ readonly tasks: readonly Task[]; readonly missing: readonly string[] }> => {
  const wanted = [...new Set(taskArns)];
  if (wanted.length === 0) return { tasks: [], missing: [] };
  const answer = await tasks.describe(cluster, wanted);
  const [failure] = answer.failed;
  if (failure !== undefined) {
    throw new IncompleteError(
      `ECS could not describe ${answer.failed.length} of ${wanted.length} tasks of ${cluster} (${failure.arn}: ${failure.reason}); nothing is concluded about them.`,
    );
  }
  return answer;
};

/** The clusters whose instances belong to an Elastic Beanstalk environment, with those container instances. */
export const clustersOfEnvironment = async (
  environment: string,
  { tasks, addresses }: { readonly tasks: Tasks; readonly addresses: Addresses },
): Promise<readonly string[]> => {
  const instances = await addresses.instancesOfEnvironment(environment);
  if (instances.length === 0) return [];
  // Beanstalk names its clusters like this, so only they are asked; whose they are is told by their instances' tags.
  const clusters = (await tasks.clusters()).filter((arn) => arn.includes(':cluster/awseb-'));
  const members = await Promise.all(
    clusters.map(async (cluster) => ((await tasks.containerInstances(cluster, instances)).length > 0 ? [cluster] : [])),
  );
  return members.flat();
};

/** ARNs of a workload's tasks, by cluster. @throws {NotFoundError} If its cluster or service does not exist. */
export const listWorkload = async (
  workload: Workload,
  statuses: readonly TaskFilter['desiredStatus'][],
  ports: { readonly tasks: Tasks; readonly addresses: Addresses },
): Promise<readonly ListedTasks[]> => {
  const list = async (cluster: string, filter: Omit<TaskFilter, 'desiredStatus'>): Promise<ListedTasks> => {
    const pages = await Promise.all(
      statuses.map((desiredStatus) => ports.tasks.list(cluster, { ...filter, desiredStatus })),
    );
    return { cluster, taskArns: pages.flat() };
  };
  switch (workload.kind) {
    case 'service':
      return [await list(workload.cluster, { service: workload.service })];
    case 'family':
      return [await list(workload.cluster, { family: workload.family })];
    case 'beanstalk':
      return Promise.all(
        (await clustersOfEnvironment(workload.environment, ports)).map((cluster) => list(cluster, {})),
      );
  }
};
