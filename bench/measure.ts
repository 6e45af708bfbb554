/** What was compared: the median time of both, and how many times the reference's the subject's is. */
interface Compared {
  readonly ratio: number;
  readonly medianMs: number;
  readonly referenceMedianMs: number;
}

/** How much work a size takes, in any unit. */
interface Point {
  readonly size: number;
  readonly work: number;
}

/** Untimed: a warm function is measured, and the compiler is done by then. */
const WARM_UP = 10;

export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
};

/** CPU time of all threads: on a busy machine the clock would take its turns away from the longer of the two. */
const timeOf = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  const made = await work();
  const { user, system } = process.cpuUsage(before);
  // Used, so that no engine finds the work superfluous.
  if (made === undefined) throw new Error('A benchmark must make something.');
  return (user + system) / 1_000;
};

/**
 * Runs subject and reference in turns, so that whatever slows one slows both.
 * @param rounds How often; the median counts.
 */
export const compare = async (subject: () => unknown, reference: () => unknown, rounds: number): Promise<Compared> => {
  const took: number[] = [];
  const referenceTook: number[] = [];
  for (let round = -Math.min(WARM_UP, rounds); round < rounds; round++) {
    const [referenceMs, ms] = [await timeOf(reference), await timeOf(subject)];
    if (round < 0) continue;
    referenceTook.push(referenceMs);
    took.push(ms);
  }
  const [medianMs, referenceMedianMs] = [medianOf(took), medianOf(referenceTook)];
  return { ratio: medianMs / referenceMedianMs, medianMs, referenceMedianMs };
};

/**
 * Runs the sizes in turns, so that whatever slows one slows all.
 * @param workOf Makes the work of a size.
 * @param rounds How often; the median counts.
 * @returns `work` in milliseconds of CPU time of all threads.
 */
export const measureGrowth = async (
  sizes: readonly number[],
  workOf: (size: number) => Promise<() => unknown>,
  rounds: number,
): Promise<{ readonly exponent: number; readonly points: readonly Point[] }> => {
  const measured: { size: number; work: () => unknown; took: number[] }[] = [];
  for (const size of sizes) measured.push({ size, work: await workOf(size), took: [] });
  for (let round = -1; round < rounds; round++) {
    for (const { work, took } of measured) {
      const ms = await timeOf(work);
      if (round >= 0) took.push(ms);
    }
  }
  const points = measured.map(({ size, took }) => ({ size, work: medianOf(took) }));
  return { exponent: growthExponent(points), points };
};

/**
 * How work grows with size: the exponent of the power law through the points, by least squares of their logarithms. 1 is
 * linear, 2 is quadratic. Both values of each point must be above 0, and the sizes must differ.
 */
export const growthExponent = (points: readonly Point[]): number => {
  const logs = points.map(({ size, work }) => [Math.log(size), Math.log(work)] as const);
  const meanOf = (at: 0 | 1): number => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [meanSize, meanWork] = [meanOf(0), meanOf(1)];
  const covariance = logs.reduce((sum, [size, work]) => sum + (size - meanSize) * (work - meanWork), 0);
  const variance = logs.reduce((sum, [size]) => sum + (size - meanSize) ** 2, 0);
  return covariance / variance;
};
