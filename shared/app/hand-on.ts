import type { Message } from '../core/message.ts';
import { dispositionOf, OutOfTimeError } from '../errors.ts';
import type { OutgoingMessage, Queue } from '../ports/queue.ts';

/** A message whose work is not done, with why. */
export interface Unfinished {
  readonly message: Message;
  readonly error: unknown;
  /** Of the messages that it stands for; left out: its own. */
  readonly ids?: readonly string[];
}

/** A message that SQS, or the caller, must hear of: it could neither be sent again nor parked. */
export interface Failed {
  readonly id: string;
  readonly cause: string;
}

/** After this long a person must look: the message is parked in the failure queue. */
const MOST_AGE_MS = 6 * 60 * 60_000;
/** Lambda's own loop detection is off for this function, so it needs a bound of its own. */
const MOST_TRIES = 2_000;
const MOST_DELAY_SECONDS = 300;

export const causeOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const delayOf = (error: unknown, tries: number): number =>
  // Work that had no turn is for whoever comes next; what failed is given time to heal.
  error instanceof OutOfTimeError ? 0 : Math.min(MOST_DELAY_SECONDS, 5 * 2 ** Math.min(tries, 10));

/**
 * Sees to it that nothing is lost: what may work later is sent again to the function's own queue, where it joins newer
 * events; what a person must fix first, or what is too old, goes to the failure queue with its cause.
 * @returns What could be handed on to neither.
 */
export const handOn = async (
  unfinished: readonly Unfinished[],
  queue: Queue,
  nowMs: number,
): Promise<readonly Failed[]> => {
  /** By body: copies of one message become one again, or each that is sent once too often would double with every try. */
  const again = new Map<string, { ids: string[]; out: OutgoingMessage }>();
  const parked = new Map<string, { ids: string[]; out: Omit<OutgoingMessage, 'delaySeconds'> & { cause: string } }>();
  for (const { message, error, ids = [message.id] } of unfinished) {
    const { body, postmark } = message;
    const disposition = dispositionOf(error);
    if (disposition === 'drop') continue;
    const why = causeOf(error);
    const old = nowMs - postmark.firstSeenMs > MOST_AGE_MS || postmark.tries >= MOST_TRIES;
    if (disposition === 'fail' || old) {
      const cause = old && disposition !== 'fail' ? `Given up after ${postmark.tries} tries: ${why}` : why;
      const copy = parked.get(body);
      if (copy === undefined) parked.set(body, { ids: [...ids], out: { body, postmark, cause } });
      else copy.ids.push(...ids);
    } else {
      const copy = again.get(body);
      const firstSeenMs = Math.min(postmark.firstSeenMs, copy?.out.postmark.firstSeenMs ?? postmark.firstSeenMs);
      const tries = Math.max(postmark.tries + 1, copy?.out.postmark.tries ?? 0);
      const untouched =
        error instanceof OutOfTimeError &&
        (postmark.tries === 0 || postmark.untouched === true) &&
        (copy === undefined || copy.out.postmark.untouched === true);
      again.set(body, {
        ids: [...(copy?.ids ?? []), ...ids],
        out: {
          body,
          delaySeconds: delayOf(error, tries - 1),
          postmark: { firstSeenMs, tries, why, ...(untouched && { untouched }) },
        },
      });
    }
  }
  const [unsent, unparked] = await Promise.all([
    again.size === 0 ? [] : queue.sendAgain([...again.values()].map(({ out }) => out)),
    parked.size === 0 ? [] : queue.park([...parked.values()].map(({ out }) => out)),
  ]);
  const failed =
    (from: readonly { ids: readonly string[]; out: { postmark: { why?: string }; cause?: string } }[]) =>
    ({ index, cause }: { readonly index: number; readonly cause: string }): readonly Failed[] => {
      const one = from[index];
      const why = one?.out.cause ?? one?.out.postmark.why ?? '';
      return (one?.ids ?? []).map((id) => ({ id, cause: `${why} (${cause})` }));
    };
  return [...unsent.flatMap(failed([...again.values()])), ...unparked.flatMap(failed([...parked.values()]))];
};
