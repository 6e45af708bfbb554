import { OutOfTimeError } from '../errors.ts';
import type { Priority } from '../ports/budget.ts';
import type { Clock } from '../ports/clock.ts';

/** How long a throttle slows this instance down: the others that share the account's bucket slow down as well. */
const SLOW_MS = 10_000;
const SLOW_FACTOR = 0.5;
/** Sums of fractions of tokens miss 1 by less than this. */
const ROUNDING = 1e-9;

/** The right to send calls, gained at a rate and saved up to a burst, as AWS itself grants it. */
export interface TokenBucket {
  /**
   * Waits for one token. Among those that wait, the lowest rank goes first, then the oldest `sinceMs`, then who came
   * first; asked again at each token, so work that comes later with a lower rank overtakes.
   * @throws {OutOfTimeError} If the signal is aborted first; no token was taken then.
   */
  take(priority: Priority, signal?: AbortSignal): Promise<void>;
  /** Gives back a token that was not used. */
  giveBack(): void;
  /** Gains at another rate from now on. */
  setRate(ratePerSecond: number): void;
  /** AWS said to slow down: half the rate for 10 s, and nothing is left of the burst, since AWS's own bucket is empty. */
  throttled(): void;
}

interface Waiter {
  readonly priority: Priority;
  readonly go: () => void;
}

const before = (one: Priority, other: Priority): boolean =>
  one.rank !== other.rank ? one.rank < other.rank : one.sinceMs < other.sinceMs;

/**
 * A token bucket on a clock of one's own. Over any window of T seconds it grants at most `burst` + T × `ratePerSecond`.
 * @param burst At least 1 is used: a bucket that cannot hold one token would never grant any.
 */
export const createTokenBucket = (settings: {
  readonly clock: Clock;
  readonly ratePerSecond: number;
  readonly burst: number;
}): TokenBucket => {
  const { clock } = settings;
  let perMs = settings.ratePerSecond / 1000;
  const burst = Math.max(1, settings.burst);
  const waiting: Waiter[] = [];
  let tokens = burst;
  let settledMs = clock.nowMs();
  let slowUntilMs = Number.NEGATIVE_INFINITY;
  let pumping = false;
  let wake = new AbortController();

  const settle = (): void => {
    const nowMs = clock.nowMs();
    if (nowMs <= settledMs) return;
    const slowMs = Math.max(0, Math.min(nowMs, slowUntilMs) - settledMs);
    tokens = Math.min(burst, tokens + (nowMs - settledMs - slowMs * (1 - SLOW_FACTOR)) * perMs);
    settledMs = nowMs;
  };

  const msUntilToken = (): number => {
    const missing = 1 - tokens;
    const slowMs = Math.max(0, slowUntilMs - settledMs);
    const gainedSlowly = slowMs * SLOW_FACTOR * perMs;
    return gainedSlowly >= missing ? missing / (SLOW_FACTOR * perMs) : slowMs + (missing - gainedSlowly) / perMs;
  };

  const takeFirst = (): Waiter | undefined => {
    let first = 0;
    for (const [index, waiter] of waiting.entries()) {
      const best = waiting[first];
      if (best && before(waiter.priority, best.priority)) first = index;
    }
    return waiting.splice(first, 1)[0];
  };

  const pump = async (): Promise<void> => {
    if (pumping) return;
    pumping = true;
    // All that ask in one turn compete by priority, not by who was called first.
    await Promise.resolve();
    while (waiting.length > 0) {
      settle();
      if (tokens >= 1 - ROUNDING) {
        tokens -= 1;
        takeFirst()?.go();
        continue;
      }
      wake = new AbortController();
      // Woken when a token comes back or nobody waits any more, so that no timer outlives the invocation.
      await clock.sleep(Math.max(1, Math.ceil(msUntilToken())), wake.signal).catch(() => undefined);
    }
    pumping = false;
  };

  return {
    take: (priority, signal) =>
      new Promise((resolve, reject) => {
        const outOfTime = () =>
          new OutOfTimeError('The time was over before AWS’s call budget allowed this call; it is tried again.');
        if (signal?.aborted) return reject(outOfTime());
        const leave = (): void => {
          waiting.splice(waiting.indexOf(waiter), 1);
          if (waiting.length === 0) wake.abort();
          reject(outOfTime());
        };
        const waiter: Waiter = {
          priority,
          go: () => {
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting.push(waiter);
        void pump();
      }),
    giveBack: () => {
      settle();
      tokens = Math.min(burst, tokens + 1);
      wake.abort();
    },
    setRate: (ratePerSecond) => {
      settle();
      perMs = ratePerSecond / 1000;
      wake.abort();
    },
    throttled: () => {
      settle();
      tokens = Math.min(tokens, 0);
      slowUntilMs = clock.nowMs() + SLOW_MS;
    },
  };
};
