import type { Binding } from '../core/targets/binding.ts';
import type { Task } from '../core/task/task.ts';
import type { FactBook } from './fact-book.ts';

/** Looks up all that deciding about these tasks for this binding needs. */
export const learnAbout = async (
  tasks: readonly Task[],
  binding: Binding | undefined,
  factBook: FactBook,
  isOwn: (task: Task) => boolean,
): Promise<void> => {
  // One that fails does not keep the others from being learned, and is told when they are.
  const learned = await Promise.allSettled([
    factBook.learnInstances(tasks),
    factBook.learnSubnets(tasks),
    factBook.learnDefinitions(tasks.filter((task) => task.desiredStatus === 'RUNNING' && isOwn(task))),
  ]);
  for (const each of learned) if (each.status === 'rejected') throw each.reason;
  if (binding?.wiring.zone === 'all') await factBook.learnVpc(binding.group.vpcId);
};
