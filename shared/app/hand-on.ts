import type { Message } from '../core/message.ts';
import { dispositionOf, OutOfTimeError } from '../errors.ts';
import type { OutgoingMessage, Queue } from '../ports/queue.ts';

/** A message whose work is not done, with why. */
export interface Unfinished {
  readonly message: Message;
  readonly error: unknown;
}

/** A message that SQS, or the caller, must hear of: it could neither be sent again nor parked. */
export interface Failed {
  readonly id: string;
  readonly cause: string;
}

/** After this long a person must look: the message is parked in the failure queue. */
const MOST_AGE_MS = 6 * 60 * 60_000;
/** Lambda's own loop detection is off for this function, so it needs a bound of its own. */
const MOST_TRIES = 500;
const MOST_DELAY_SECONDS = 300;

export const causeOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const delayOf = (error: unknown, tries: number): number =>
  // Work that had no turn joins the next batch; what failed is given time to heal.
  error instanceof OutOfTimeError ? 1 : Math.min(MOST_DELAY_SECONDS, 5 * 2 ** Math.min(tries, 10));

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
  const again: { message: Message; out: OutgoingMessage }[] = [];
  const parked: { message: Message; out: Omit<OutgoingMessage, 'delaySeconds'> & { cause: string } }[] = [];
  for (const { message, error } of unfinished) {
    const { body, postmark } = message;
    const disposition = dispositionOf(error);
    if (disposition === 'drop') continue;
    const why = causeOf(error);
    const old = nowMs - postmark.firstSeenMs > MOST_AGE_MS || postmark.tries >= MOST_TRIES;
    if (disposition === 'fail' || old) {
      const cause = old && disposition !== 'fail' ? `Given up after ${postmark.tries} tries: ${why}` : why;
      parked.push({ message, out: { body, postmark, cause } });
    } else {
      const delaySeconds = delayOf(error, postmark.tries);
      const next = { firstSeenMs: postmark.firstSeenMs, tries: postmark.tries + 1, why };
      again.push({ message, out: { body, delaySeconds, postmark: next } });
    }
  }
  const [unsent, unparked] = await Promise.all([
    again.length === 0 ? [] : queue.sendAgain(again.map(({ out }) => out)),
    parked.length === 0 ? [] : queue.park(parked.map(({ out }) => out)),
  ]);
  const failed =
    (from: readonly { message: Message; out: { postmark: { why?: string }; cause?: string } }[]) =>
    ({ index, cause }: { readonly index: number; readonly cause: string }): readonly Failed[] => {
      const one = from[index];
      return one === undefined
        ? []
        : [{ id: one.message.id, cause: `${one.out.cause ?? one.out.postmark.why ?? ''} (${cause})` }];
    };
  return [...unsent.flatMap(failed(again)), ...unparked.flatMap(failed(parked))];
};
