/** Counts by name. */
export type Counts = Record<string, number>;

export const count = (counts: Counts, name: string, by = 1): void => {
  if (by > 0) counts[name] = (counts[name] ?? 0) + by;
};
