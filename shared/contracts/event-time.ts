import { quote } from '../core/text.ts';
import { InputError } from '../errors.ts';

/**
 * When an event was sent, epoch milliseconds.
 * @param what What is being read; the message begins with it.
 * @throws {InputError} If the text is no point in time.
 */
export const timeMsOf = (time: string, what: string): number => {
  const timeMs = Date.parse(time);
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new InputError(`${what}: time must be a point in time (ISO 8601), found ${quote(time)}.`);
};
