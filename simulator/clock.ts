import type { Clock } from '../shared/ports/clock.ts';

/** Something that will run at its time unless it is cancelled first. */
export interface Timer {
  readonly atMs: number;
  cancel(): void;
}

/** Time that only moves when told to, and runs what is due in order. */
export interface VirtualClock extends Clock {
  /** Runs `run` when the clock reaches `atMs` (at once at the next move, if that is past). Same moment: first come, first run. */
  at(atMs: number, run: () => void): Timer;
  /** Runs `run` `ms` from now. */
  after(ms: number, run: () => void): Timer;
  /** Lets everything that waits for nothing but promises come to rest; the time stays. */
  settle(): Promise<void>;
  /** Moves `ms` ahead, running what is due in order and letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Moves ahead, timer by timer, until `done` or until `atMostMs` have passed. True if `done`. */
  runUntil(done: () => boolean, atMostMs: number): Promise<boolean>;
  /** Moves ahead as far as it takes for this promise to settle. @throws If it has not settled after `atMostMs`. */
  until<T>(promise: Promise<T>, atMostMs?: number): Promise<T>;
  /**
   * From now on the clock follows real time × `speed`. For `npm start` and the wire half, where the other side is a
   * real process; the returned function stops it.
   */
  follow(speed: number): () => void;
  /** Timers that wait. */
  readonly waiting: number;
}

interface Entry {
  readonly atMs: number;
  readonly turn: number;
  readonly run: () => void;
  /** Ran or was cancelled. */
  over: boolean;
}

const before = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn);

/** A binary heap: ten thousand tasks keep tens of thousands of timers. */
const createHeap = () => {
  const entries: Entry[] = [];
  const swap = (i: number, j: number) => {
    const [a, b] = [entries[i], entries[j]];
    if (a && b) {
      entries[i] = b;
      entries[j] = a;
    }
  };
  const less = (i: number, j: number) => {
    const [a, b] = [entries[i], entries[j]];
    return a !== undefined && b !== undefined && before(a, b);
  };
  return {
    peek: (): Entry | undefined => entries[0],
    push(entry: Entry) {
      entries.push(entry);
      for (let i = entries.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!less(i, parent)) break;
        swap(i, parent);
        i = parent;
      }
    },
    pop(): Entry | undefined {
      const top = entries[0];
      const last = entries.pop();
      if (last && entries.length > 0) {
        entries[0] = last;
        for (let i = 0; ; ) {
          const left = 2 * i + 1;
          const right = left + 1;
          const least = less(right, left) ? right : left;
          if (!less(least, i)) break;
          swap(i, least);
          i = least;
        }
      }
      return top;
    },
  };
};

/** One turn of the event loop: every promise chain that can go on without time has gone on by then. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A clock for the simulated world.
 * @param startMs Epoch milliseconds.
 *
 * Not modelled: work that waits for something other than promises and this clock (files, sockets, a first `import()`)
 * is not waited for by `advance`; run such work under `follow`.
 */
export const createVirtualClock = (startMs: number): VirtualClock => {
  const heap = createHeap();
  let waiting = 0;
  let currentMs = startMs;
  let turns = 0;
  let following: { readonly fromMs: number; readonly realMs: number; readonly speed: number } | undefined;
  let running = false;

  const realTarget = (): number =>
    following ? following.fromMs + (performance.now() - following.realMs) * following.speed : currentMs;

  const next = (): Entry | undefined => {
    for (let entry = heap.peek(); entry !== undefined; entry = heap.peek()) {
      if (!entry.over) return entry;
      heap.pop();
    }
    return undefined;
  };

  const end = (entry: Entry): void => {
    if (!entry.over) waiting--;
    entry.over = true;
  };

  const at = (atMs: number, run: () => void): Timer => {
    const entry: Entry = { atMs, turn: turns++, run, over: false };
    heap.push(entry);
    waiting++;
    return { atMs, cancel: () => end(entry) };
  };

  const runNext = async (entry: Entry): Promise<void> => {
    heap.pop();
    end(entry);
    currentMs = Math.max(currentMs, entry.atMs);
    entry.run();
    await turn();
  };

  const clock: VirtualClock = {
    nowMs: () => (following && !running ? Math.max(currentMs, Math.floor(realTarget())) : currentMs),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = () => {
          timer.cancel();
          reject(signal?.reason);
        };
        const timer = at(clock.nowMs() + Math.max(0, ms), () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    at,
    after: (ms, run) => at(clock.nowMs() + Math.max(0, ms), run),
    async settle() {
      await turn();
      for (let entry = next(); entry && entry.atMs <= currentMs; entry = next()) await runNext(entry);
    },
    async advance(ms) {
      const untilMs = currentMs + ms;
      await turn();
      for (let entry = next(); entry && entry.atMs <= untilMs; entry = next()) await runNext(entry);
      currentMs = untilMs;
    },
    async runUntil(done, atMostMs) {
      const untilMs = currentMs + atMostMs;
      await turn();
      while (!done()) {
        const entry = next();
        if (!entry || entry.atMs > untilMs) {
          currentMs = untilMs;
          return done();
        }
        await runNext(entry);
      }
      return true;
    },
    async until(promise, atMostMs = 24 * 3_600_000) {
      let settled = false;
      const mark = () => {
        settled = true;
      };
      promise.then(mark, mark);
      if (!(await clock.runUntil(() => settled, atMostMs))) {
        throw new Error(`still waiting after ${atMostMs} ms of virtual time`);
      }
      return promise;
    },
    follow(speed) {
      following = { fromMs: currentMs, realMs: performance.now(), speed };
      let stopped = false;
      const pump = async () => {
        while (!stopped) {
          const targetMs = realTarget();
          running = true;
          for (let entry = next(); entry && entry.atMs <= targetMs && !stopped; entry = next()) await runNext(entry);
          running = false;
          currentMs = Math.max(currentMs, Math.floor(targetMs));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      void pump();
      return () => {
        stopped = true;
        currentMs = Math.max(currentMs, Math.floor(realTarget()));
        following = undefined;
      };
    },
    get waiting() {
      return waiting;
    },
  };
  return clock;
};
