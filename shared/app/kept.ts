/** What was learnt, for a time. */
export interface Kept<V> {
  /** `undefined` where it was never kept, or too long ago. */
  get(key: string, nowMs: number): V | undefined;
  keep(key: string, value: V, nowMs: number): void;
}

/** Nothing yet. @param most How many; one more, and all are forgotten. */
export const createKept = <V>(keepMs: number, most: number): Kept<V> => {
  const kept = new Map<string, { readonly value: V; readonly atMs: number }>();
  return {
    get: (key, nowMs) => {
      const found = kept.get(key);
      return found !== undefined && nowMs - found.atMs < keepMs ? found.value : undefined;
    },
    keep: (key, value, nowMs) => {
      if (kept.size >= most && !kept.has(key)) kept.clear();
      kept.set(key, { value, atMs: nowMs });
    },
  };
};
