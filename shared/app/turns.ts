import type { Binding } from '../core/targets/binding.ts';

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

/** The order in which groups have their turn. */
export const byTurn = (a: Turn, b: Turn): number => Number(b.urgent) - Number(a.urgent) || a.sinceMs - b.sinceMs;

/**
 * Tasks (ARNs) whose groups all wait, since so many others go before them. A task is taken on with all of its groups, or
 * what comes back would tell of those again that are done.
 */
export const tasksThatWait = (turns: readonly Turn[]): ReadonlySet<string> => {
  const inOrder = turns.toSorted(byTurn);
  const now = new Set(inOrder.slice(0, MOST_GROUPS).flatMap(({ focus }) => [...focus]));
  return new Set(inOrder.flatMap(({ focus }) => [...focus].filter((taskArn) => !now.has(taskArn))));
};
