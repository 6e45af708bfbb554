import { setMaxListeners } from 'node:events';
import { OutOfTimeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Under saturation an invocation works this long and hands on the rest, so that newer events join the same calls. */
const WORK_MS = 20_000;
/** What is needed after the work: an answer that is still under way (3 s), sending the rest to the queue (two tries of 3 s). */
const RESERVE_MS = 10_000;
/** Before Lambda ends the process, so that the logs get out. */
const LAST_MS = 500;

/** How long an invocation may go on. */
export interface Deadline {
  /** Aborted when the time for work is up: what is left is sent again. */
  readonly work: AbortSignal;
  /** Aborted just before Lambda ends the process: nothing more can be done. */
  readonly hard: AbortSignal;
  /** Whether the time for work is up. */
  outOfTime(): boolean;
  /** Epoch milliseconds at which the time for work is up. */
  readonly workUntilMs: number;
  /** Takes the timers away: Lambda would thaw them in the next invocation. */
  end(): void;
}

/**
 * @param remainingMs What Lambda says is left of the invocation.
 * @param workMs Most time to work, less where the invocation is shorter: at least half of what remains is for work.
 */
export const createDeadline = (settings: {
  readonly clock: Clock;
  readonly remainingMs: number;
  readonly workMs?: number;
}): Deadline => {
  const { clock, remainingMs, workMs = WORK_MS } = settings;
  const startedMs = clock.nowMs();
  const workForMs = Math.max(0, Math.min(workMs, Math.max(remainingMs - RESERVE_MS, remainingMs / 2)));
  const work = new AbortController();
  const hard = new AbortController();
  const over = new AbortController();
  // Every group that waits for budget listens; Node warns from the eleventh on, taking it for a leak.
  setMaxListeners(Number.POSITIVE_INFINITY, work.signal, hard.signal);

  const abortAfter = (ms: number, controller: AbortController, message: string): void => {
    clock.sleep(ms, over.signal).then(
      () => controller.abort(new OutOfTimeError(message)),
      () => undefined, // ended before
    );
  };
  abortAfter(workForMs, work, 'The invocation’s time for work is over; what is left is sent again.');
  abortAfter(Math.max(0, remainingMs - LAST_MS), hard, 'The invocation is about to be ended by Lambda.');

  return {
    work: work.signal,
    hard: hard.signal,
    workUntilMs: startedMs + workForMs,
    // By the clock too: a busy process runs its timers late.
    outOfTime: () => work.signal.aborted || clock.nowMs() >= startedMs + workForMs,
    end: () => over.abort(),
  };
};
