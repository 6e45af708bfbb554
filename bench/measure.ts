/** What was compared: the median time of both, and how many times the reference's the subject's is. */
export type Compared = {
  readonly ratio: number;
  readonly medianMs: number;
  readonly referenceMedianMs: number;
};

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
};

const timeOf = (work: () => unknown): number => {
  const startedMs = performance.now();
  const made = work();
  const tookMs = performance.now() - startedMs;
  // Used, so that no engine finds the work superfluous.
  if (made === undefined) throw new Error('A benchmark must make something.');
  return tookMs;
};

/**
 * Runs subject and reference in turns, so that a busy machine slows both, each after a garbage collection.
 * @param rounds How often; the median counts.
 */
export const compare = (subject: () => unknown, reference: () => unknown, rounds: number): Compared => {
  const took: number[] = [];
  const referenceTook: number[] = [];
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.();
    referenceTook.push(timeOf(reference));
    globalThis.gc?.();
    took.push(timeOf(subject));
  }
  const [medianMs, referenceMedianMs] = [medianOf(took), medianOf(referenceTook)];
  return { ratio: medianMs / referenceMedianMs, medianMs, referenceMedianMs };
};
