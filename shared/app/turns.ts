import type { Binding } from '../core/targets/binding.ts';
import { holdsAddress } from '../core/task/stage.ts';
import type { Task } from '../core/task/task.ts';

/** A group that messages concern, and what its turn goes by. */
export interface Turn {
  readonly binding: Binding;
  /** ARNs of the tasks that the messages tell of. */
  readonly focus: ReadonlySet<string>;
  /** An address or a port of one of them may have a new holder already, so it must not wait behind others. */
  readonly urgent: boolean;
  /** Since when the oldest change waits, epoch milliseconds. */
  readonly sinceMs: number;
}

/**
 * How many groups an instance takes on at a time: what its calls allow in some ten seconds. What it cannot settle soon
 * it must not hold back: the other instance would not know of it, and spend the scarce calls on groups that have waited
 * for less.
 */
const MOST_GROUPS = 6;

/** Its address or a port of it may have a new holder already. */
const mayBeInherited = (task: Task): boolean =>
  !holdsAddress(task) || task.containers.some(({ lastStatus }) => lastStatus === 'STOPPED');

/** The groups that tasks are bound to, in the order in which they have their turn. */
export const turnsOf = (
  tasks: readonly Task[],
  bindingsOf: (task: Task) => readonly Binding[],
  sinceMsOf: (task: Task) => number,
): readonly Turn[] => {
  const byBinding = new Map<Binding, Task[]>();
  for (const task of tasks) {
    for (const binding of bindingsOf(task)) {
      const its = byBinding.get(binding);
      if (its === undefined) byBinding.set(binding, [task]);
      else its.push(task);
    }
  }
  return [...byBinding]
    .map(([binding, its]) => ({
      binding,
      focus: new Set(its.map(({ taskArn }) => taskArn)),
      urgent: its.some(mayBeInherited),
      sinceMs: Math.min(...its.map(sinceMsOf)),
    }))
    .toSorted((a, b) => Number(b.urgent) - Number(a.urgent) || a.sinceMs - b.sinceMs);
};

/**
 * Tasks (ARNs) whose groups all wait, since so many others go before them. A task is taken on with all of its groups, or
 * what comes back would tell of those again that are done.
 * @param turns As `turnsOf` has them.
 */
export const tasksThatWait = (turns: readonly Turn[]): ReadonlySet<string> => {
  const now = new Set(turns.slice(0, MOST_GROUPS).flatMap(({ focus }) => [...focus]));
  return new Set(turns.flatMap(({ focus }) => [...focus].filter((taskArn) => !now.has(taskArn))));
};
