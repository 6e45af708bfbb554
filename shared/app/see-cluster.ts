import { clusterNameOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { IncompleteError } from '../errors.ts';
import type { DetailedService, ServiceDetails } from '../ports/service-details.ts';
import type { Services } from '../ports/services.ts';
import type { Tasks } from '../ports/tasks.ts';
import { sideBySide } from './side-by-side.ts';
import type { Sighting } from './sighting.ts';

/** What was seen of a cluster. */
export interface SeenCluster {
  readonly arn: string;
  readonly name: string;
  readonly services: readonly DetailedService[];
  /** All of its services are among them. */
  readonly allServices: boolean;
  /** Live ones, and those that stopped within the hour; with their tags. */
  readonly tasks: readonly Task[];
  /** All of its tasks are among them. */
  readonly allTasks: boolean;
}

/** What is described in one piece: where one fails, the others are seen. */
const SERVICES_AT_ONCE = 100;
const TASKS_AT_ONCE = 500;

const pieces = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** Lists, then describes piece by piece; `all` where nothing failed. */
const seeAll = async <T>(
  about: { readonly resource: string; readonly what: string },
  size: number,
  sighting: Sighting,
  list: () => Promise<readonly string[]>,
  describe: (arns: readonly string[]) => Promise<readonly T[]>,
): Promise<{ readonly items: readonly T[]; readonly all: boolean }> => {
  const listed = await sighting.at(about, list);
  if (listed === undefined) return { items: [], all: false };
  const seen = await sideBySide(pieces([...new Set(listed.value)], size), 2, (arns) =>
    sighting.at(about, () => describe(arns)),
  );
  return { items: seen.flatMap((each) => each?.value ?? []), all: seen.every((each) => each !== undefined) };
};

/** Looks at the services and tasks of a cluster. Throws nothing: what could not be seen is told. */
export const seeCluster = async (
  arn: string,
  sighting: Sighting,
  ports: { readonly tasks: Tasks; readonly services: Pick<Services, 'list'>; readonly serviceDetails: ServiceDetails },
): Promise<SeenCluster> => {
  const { tasks, services, serviceDetails } = ports;
  const listTasks = async (): Promise<readonly string[]> => {
    const lists = await Promise.all(
      (['RUNNING', 'STOPPED'] as const).map((desiredStatus) => tasks.list(arn, { desiredStatus })),
    );
    return lists.flat();
  };
  const describeTasks = async (arns: readonly string[]): Promise<readonly Task[]> => {
    const answer = await tasks.describe(arn, arns);
    const [failure] = answer.failed;
    if (failure !== undefined) {
      sighting.miss(
        { resource: arn, what: 'tasks' },
        new IncompleteError(
          `ECS could not describe ${answer.failed.length} tasks (${failure.arn}: ${failure.reason}). Run the audit again.`,
        ),
      );
    }
    return answer.tasks;
  };
  const missedBefore = sighting.unseen.length;
  const [ofServices, ofTasks] = await Promise.all([
    seeAll(
      { resource: arn, what: 'services' },
      SERVICES_AT_ONCE,
      sighting,
      () => services.list(arn),
      (arns) => serviceDetails.describe(arn, arns),
    ),
    seeAll({ resource: arn, what: 'tasks' }, TASKS_AT_ONCE, sighting, listTasks, describeTasks),
  ]);
  const failed = sighting.unseen.slice(missedBefore).some(({ resource, what }) => resource === arn && what === 'tasks');
  return {
    arn,
    name: clusterNameOf(arn),
    services: ofServices.items,
    allServices: ofServices.all,
    tasks: ofTasks.items,
    allTasks: ofTasks.all && !failed,
  };
};
