/** What was told lately, so that a finding that stands for days is an event once an hour and not with every sweep. */
export interface Told {
  /** Whether this is news; from now on it is not. */
  isNews(what: string, nowMs: number): boolean;
}

const HOUR_MS = 60 * 60_000;
const KEPT = 10_000;

/** Nothing was told yet. One per instance: another instance may tell the same once more. */
export const createTold = (): Told => {
  const toldAtMs = new Map<string, number>();
  return {
    isNews: (what, nowMs) => {
      const before = toldAtMs.get(what);
      if (before !== undefined && nowMs - before < HOUR_MS) return false;
      if (toldAtMs.size >= KEPT) toldAtMs.clear();
      toldAtMs.set(what, nowMs);
      return true;
    },
  };
};
