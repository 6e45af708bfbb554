import type { Clock } from '../../../shared/ports/clock.ts';

/** A clock that stands still until it is moved; sleepers wake in the order of their times. */
export interface FakeClock extends Clock {
  /** Moves on, waking every sleeper at its own moment, and lets what they do settle. */
  advance(ms: number): Promise<void>;
  /** How many sleep. */
  sleepers(): number;
}

/** Lets every promise that can settle do so, without time passing. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createFakeClock = (startMs = 1_000_000): FakeClock => {
  let nowMs = startMs;
  const sleeping = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  return {
    nowMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = {
          atMs: nowMs + ms,
          wake: () => {
            sleeping.delete(sleeper);
            resolve();
          },
        };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', () => {
          if (sleeping.delete(sleeper)) reject(signal.reason);
        });
      }),
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = [...sleeping].filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs)[0];
        if (!next) break;
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
    sleepers: () => sleeping.size,
  };
};
