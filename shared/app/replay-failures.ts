import type { FailedMessage, FailureQueue } from '../ports/failure-queue.ts';

/** What `use` made of the messages that it was given. */
interface Used<T> {
  /** Those that are done and need not come again. */
  readonly handled: readonly FailedMessage[];
  readonly result: T;
}

/** What came of trying failed messages again. */
export interface Retried<T> {
  readonly result: T;
  /** Messages that are done and still in the queue, or not to be seen in it for some minutes, each with why. */
  readonly stuck: readonly { readonly message: FailedMessage; readonly cause: string }[];
}

/**
 * Takes messages from a failure queue and hands them to `use`; removes what is handled and puts back the rest, whatever
 * happens: nothing is lost, and nothing stays out of sight. A message that could not be removed comes again, which is
 * free.
 * @param most How many messages at most.
 */
export const withFailures = async <T>(
  queue: FailureQueue,
  most: number,
  use: (taken: readonly FailedMessage[]) => Promise<Used<T>>,
): Promise<Retried<T>> => {
  const taken = await queue.take(most);
  let used: Used<T>;
  try {
    used = await use(taken);
  } catch (error) {
    await queue.putBack(taken);
    throw error;
  }
  const handled = new Set(used.handled.map(({ id }) => id));
  const [done, left] = [taken.filter(({ id }) => handled.has(id)), taken.filter(({ id }) => !handled.has(id))];
  const [notRemoved, notPutBack] = await Promise.all([
    done.length === 0 ? [] : queue.remove(done),
    left.length === 0 ? [] : queue.putBack(left),
  ]);
  const told =
    (of: readonly FailedMessage[]) =>
    ({ index, cause }: { readonly index: number; readonly cause: string }) => {
      const message = of[index];
      return message === undefined ? [] : [{ message, cause }];
    };
  return { result: used.result, stuck: [...notRemoved.flatMap(told(done)), ...notPutBack.flatMap(told(left))] };
};
