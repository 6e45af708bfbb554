import { indexSnapshot } from '../core/audit/index-snapshot.ts';
import type { Snapshot } from '../core/audit/snapshot.ts';
import { groupBy } from '../core/group-by.ts';
import { newerOf } from '../core/task/fold.ts';
import type { Task } from '../core/task/task.ts';
import type { Tasks } from '../ports/tasks.ts';
import { describeAll } from './look.ts';
import type { Sighting } from './sighting.ts';

/** What is missing does not depend on them. */
const NO_LIMITS = { brakePercent: 0, brakeReleased: false };

/**
 * Looks again at tasks that seem to be missing in their target groups: they were looked at before the targets were, and
 * may have stopped meanwhile. What ECS no longer knows is gone.
 * @param known What was seen of all tasks, by ARN; it is brought up to date.
 */
export const seeChanged = async (
  snapshot: Snapshot,
  known: Map<string, Task>,
  sighting: Sighting,
  tasks: Pick<Tasks, 'describe'>,
): Promise<void> => {
  const missing = indexSnapshot(snapshot, [], NO_LIMITS).groups.flatMap(({ planned }) => planned?.states.missing ?? []);
  const doubtful = [...new Set(missing.map(({ task }) => task))].flatMap((arn) => known.get(arn) ?? []);
  for (const [cluster, of] of groupBy(doubtful, ({ clusterArn }) => clusterArn)) {
    const arns = of.map(({ taskArn }) => taskArn);
    const answer = await sighting.at({ resource: cluster, what: 'tasks' }, () => describeAll(tasks, cluster, arns));
    for (const task of answer?.value.tasks ?? []) {
      const before = known.get(task.taskArn);
      known.set(task.taskArn, before === undefined ? task : newerOf(before, task));
    }
    for (const arn of answer?.value.missing ?? []) known.delete(arn);
  }
};
