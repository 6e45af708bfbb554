import { workloadsOf } from '../core/targets/fleet.ts';
import { clusterNameOf, serviceNameOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import type { Services } from '../ports/services.ts';
import type { TaskFilter, Tasks } from '../ports/tasks.ts';
import type { SeenCluster } from './see-cluster.ts';

/** What an audit has seen so far, answered again without a call. */
export interface Seen {
  /** By name. */
  readonly clusters: ReadonlyMap<string, SeenCluster>;
  /** By ARN; it grows with what is described besides. */
  readonly tasks: Map<string, Task>;
  /** EC2 instance id by ARN of the container instance, as far as they are known. */
  readonly instances: () => ReadonlyMap<string, string>;
}

const clusterIn = ({ clusters }: Seen, cluster: string): SeenCluster | undefined =>
  clusters.get(clusterNameOf(cluster));

const NO_FACTS = { instances: new Map<string, string>(), environments: new Map<string, string>() };

const passes = (task: Task, { desiredStatus, service, family, containerInstanceArn }: TaskFilter): boolean => {
  if (task.desiredStatus !== desiredStatus) return false;
  if (containerInstanceArn !== undefined && task.containerInstanceArn !== containerInstanceArn) return false;
  if (service === undefined && family === undefined) return true;
  return workloadsOf(task, NO_FACTS).some((workload) =>
    workload.kind === 'service'
      ? workload.service === service
      : workload.kind === 'family' && workload.family === family,
  );
};

/**
 * The port of services over what was seen: the target groups' tags are judged by it without describing a service twice.
 * A cluster that was not looked at has none.
 */
export const seenServices = (seen: Seen, services: Pick<Services, 'targetGroupsOfRevisions'>): Services => ({
  describe: async (cluster, named) => {
    const wanted = new Set(named.map(serviceNameOf));
    return (clusterIn(seen, cluster)?.services ?? []).filter(({ name }) => wanted.has(name));
  },
  list: async (cluster) => (clusterIn(seen, cluster)?.services ?? []).map(({ serviceArn }) => serviceArn),
  targetGroupsOfRevisions: (arns) => services.targetGroupsOfRevisions(arns),
});

/** The port of tasks over what was seen; only what was not seen completely is asked again. */
export const seenTasks = (seen: Seen, tasks: Tasks, definition: Tasks['definition']): Tasks => ({
  ...tasks,
  describe: async (cluster, arns) => {
    const unknown = arns.filter((arn) => !seen.tasks.has(arn));
    const answer =
      unknown.length === 0 ? { tasks: [], missing: [], failed: [] } : await tasks.describe(cluster, unknown);
    for (const task of answer.tasks) seen.tasks.set(task.taskArn, task);
    return {
      ...answer,
      tasks: [
        ...answer.tasks,
        ...arns.filter((arn) => !unknown.includes(arn)).flatMap((arn) => seen.tasks.get(arn) ?? []),
      ],
    };
  },
  list: async (cluster, filter) => {
    const known = clusterIn(seen, cluster);
    if (known === undefined || !known.allTasks) return tasks.list(cluster, filter);
    return known.tasks.filter((task) => passes(task, filter)).map(({ taskArn }) => taskArn);
  },
  definition,
  containerInstances: async (cluster, ec2InstanceIds) => {
    const known = clusterIn(seen, cluster);
    if (known === undefined || !known.allTasks) return tasks.containerInstances(cluster, ec2InstanceIds);
    // An instance without any task is not among them, and has none to be listed.
    const wanted = new Set(ec2InstanceIds);
    const own = new Set(known.tasks.flatMap(({ containerInstanceArn: arn }) => arn ?? []));
    return [...own].filter((arn) => wanted.has(seen.instances().get(arn) ?? ''));
  },
});
