/** What was compared: the median time of both, and how many times the reference's the subject's is. */
export type Compared = {
  readonly ratio: number;
  readonly medianMs: number;
  readonly referenceMedianMs: number;
};

/** Untimed: a warm function is measured, and the compiler is done by then. */
const WARM_UP = 10;

export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
};

/** CPU time of all threads: on a busy machine the clock would take its turns away from the longer of the two. */
const timeOf = (work: () => unknown): number => {
  const before = process.cpuUsage();
  const made = work();
  const { user, system } = process.cpuUsage(before);
  // Used, so that no engine finds the work superfluous.
  if (made === undefined) throw new Error('A benchmark must make something.');
  return (user + system) / 1_000;
};

/**
 * Runs subject and reference in turns, so that whatever slows one slows both.
 * @param rounds How often; the median counts.
 */
export const compare = (subject: () => unknown, reference: () => unknown, rounds: number): Compared => {
  const took: number[] = [];
  const referenceTook: number[] = [];
  for (let round = -Math.min(WARM_UP, rounds); round < rounds; round++) {
    const [referenceMs, ms] = [timeOf(reference), timeOf(subject)];
    if (round < 0) continue;
    referenceTook.push(referenceMs);
    took.push(ms);
  }
  const [medianMs, referenceMedianMs] = [medianOf(took), medianOf(referenceTook)];
  return { ratio: medianMs / referenceMedianMs, medianMs, referenceMedianMs };
};

/**
 * How work grows with size: the exponent of the power law through the points, by least squares of their logarithms. 1 is
 * linear, 2 is quadratic. Both values of each point must be above 0, and the sizes must differ.
 */
export const growthExponent = (points: readonly { readonly size: number; readonly work: number }[]): number => {
  const logs = points.map(({ size, work }) => [Math.log(size), Math.log(work)] as const);
  const meanOf = (at: 0 | 1): number => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [meanSize, meanWork] = [meanOf(0), meanOf(1)];
  const covariance = logs.reduce((sum, [size, work]) => sum + (size - meanSize) * (work - meanWork), 0);
  const variance = logs.reduce((sum, [size]) => sum + (size - meanSize) ** 2, 0);
  return covariance / variance;
};
