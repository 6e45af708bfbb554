import type { Finding } from '../core/outcome.ts';
import type { Binding } from '../core/targets/binding.ts';
import { indexFleet } from '../core/targets/fleet.ts';
import { missingService } from '../core/targets/missing.ts';
import type { Limits, TargetPlan } from '../core/targets/plan.ts';
import type { Sight } from '../core/targets/sight.ts';
import { serviceNameOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { NotFoundError } from '../errors.ts';
import { learnAbout } from './learn-about.ts';
import { describeAll, listWorkload } from './look.ts';
import { type SettleDeps, viewGroup } from './settle-group.ts';
import { sideBySide } from './side-by-side.ts';

/** What a group and all tasks of its workloads show, and what would be done. */
interface BindingView {
  readonly sight: Sight;
  readonly plan: TargetPlan;
  /** The tasks of its workloads, stopped ones of the last hour too. */
  readonly tasks: readonly Task[];
  /** Services that its tags name and ECS does not know. */
  readonly missing: readonly Finding[];
}

/**
 * Looks at a group with all tasks of its workloads and decides, without any change.
 * @param others Tasks that were looked at before, of whatever workload: they may hold targets of the group. Their
 *   instances and subnets are known.
 * @throws {NotFoundError} If the group is gone. @throws {TaskwireError} If a look failed.
 */
export const viewBinding = async (
  binding: Binding,
  limits: Limits,
  deps: SettleDeps,
  others: readonly Task[] = [],
): Promise<BindingView> => {
  const { factBook, clock, tasks } = deps;
  const missing: Finding[] = [];
  const lookedAtMs = clock.nowMs();
  const listed = await sideBySide(binding.wiring.workloads, 4, async (workload) => {
    try {
      const lists = await listWorkload(workload, ['RUNNING', 'STOPPED'], deps);
      const answers = await Promise.all(lists.map(({ cluster, taskArns }) => describeAll(tasks, cluster, taskArns)));
      return answers.flatMap((each) => each.tasks);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (workload.kind === 'service') {
        missing.push(missingService(binding, workload.cluster, serviceNameOf(workload.service)));
      }
      return [];
    }
  });
  const found = [...new Map(listed.flat().map((task) => [task.taskArn, task])).values()];
  if (binding.wiring.workloads.some(({ kind }) => kind === 'beanstalk')) {
    await factBook.learnInstances(found);
    await factBook.learnEnvironments(found);
  }
  await learnAbout(found, binding, factBook, () => true);
  const job = {
    binding,
    fleet: indexFleet(new Map([...others, ...found].map((task) => [task.taskArn, task])).values(), factBook.facts),
    lookedAtMs,
    listed: 'workloads',
    sinceMs: lookedAtMs,
    mode: 'observe',
    limits,
  } as const;
  return { ...(await viewGroup(job, deps)), tasks: found, missing };
};
