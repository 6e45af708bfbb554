/** What one group needs: tasks that came to run, and tasks that were asked to stop; epoch milliseconds, oldest first. */
export interface Demand {
  readonly startedMs: readonly number[];
  readonly stoppedMs: readonly number[];
}

/** A share of AWS's registration budget. */
export interface Capacity {
  readonly perSecond: number;
  readonly burst: number;
}

/** A call must fall into it: from when it can help, until it would be too late. */
interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Of a p99: this share of the stops may wait longer. */
const MISSED = 0.01;
const PRECISION_MS = 50;

/**
 * How few calls meet all windows of a group but k, for k up to `most`. Windows are in order of both ends, so a call that
 * is made as late as the first open window allows meets all that have begun by then.
 */
const fewestCalls = (windows: readonly Window[], most: number): readonly number[] => {
  let dropped = new Array<number>(windows.length + 1).fill(0);
  const fewest: number[] = [];
  for (let k = 0; k <= Math.min(most, windows.length); k++) {
    const calls = new Array<number>(windows.length + 1).fill(0);
    let next = windows.length;
    for (let first = windows.length - 1; first >= 0; first--) {
      const untilMs = windows[first]?.untilMs ?? 0;
      while (next > first + 1 && (windows[next - 1]?.fromMs ?? 0) > untilMs) next--;
      const met = 1 + (calls[next] ?? 0);
      calls[first] = k === 0 ? met : Math.min(met, dropped[first + 1] ?? 0);
    }
    dropped = calls;
    fewest.push(calls[0] ?? 0);
  }
  return fewest;
};

/** The fewest calls for all groups together, when `most` windows may be missed wherever that saves most. */
const fewestForAll = (groups: readonly (readonly Window[])[], most: number): number => {
  let best = new Array<number>(most + 1).fill(0);
  for (const windows of groups) {
    const fewest = fewestCalls(windows, most);
    best = best.map((_, budget) =>
      Math.min(...fewest.slice(0, budget + 1).map((calls, k) => calls + (best[budget - k] ?? 0))),
    );
  }
  return best[most] ?? 0;
};

/**
 * A lower bound of the p99 from a stop to its deregistration, in milliseconds: no schedule of calls within the budget is
 * faster, even one that knows the future and reads nothing. A call changes one group. With `replaced`, no group may lose
 * a target before its replacement is in: of the n-th stop, the n-th start must be registered by then.
 * It only counts calls over the whole time, so the true optimum may be slower.
 */
export const boundOfStops = (demands: readonly Demand[], { perSecond, burst }: Capacity, replaced: boolean): number => {
  const stops = demands.flatMap(({ stoppedMs }) => stoppedMs);
  const starts = replaced ? demands.flatMap(({ startedMs }) => startedMs) : [];
  const missed = Math.floor(stops.length * MISSED);
  const firstMs = Math.min(...stops, ...starts);
  const lastMs = Math.max(...stops);
  const isEnough = (delayMs: number): boolean => {
    const out = demands.map(({ stoppedMs }) => stoppedMs.map((fromMs) => ({ fromMs, untilMs: fromMs + delayMs })));
    const into = demands.map(({ startedMs, stoppedMs }) =>
      startedMs.slice(0, stoppedMs.length).map((fromMs, index) => ({
        fromMs,
        untilMs: Math.max(fromMs, (stoppedMs[index] ?? 0) + delayMs),
      })),
    );
    const needed = fewestForAll(out, missed) + (replaced ? fewestForAll(into, missed) : 0);
    return needed <= burst + (perSecond * (lastMs + delayMs - firstMs)) / 1_000;
  };
  let [low, high] = [0, 3_600_000];
  while (high - low > PRECISION_MS) {
    const middle = (low + high) / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
};
