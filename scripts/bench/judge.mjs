/** @typedef {import('../../bench/bench.ts').Limit} Limit */
/** @typedef {import('../../bench/results.ts').Result} Result */
/** @typedef {{ figure: string, ok: boolean, text: string }} Verdict */
/** @typedef {{ benchmark: string, figure: string, before: number, now: number, worsePercent: number, held: boolean }} Change */

/** Above that much worse is not chance. */
const WORSE_PERCENT = 25;
/** Times differ from machine to machine; what is held against another day's are ratios and counts. */
const IS_TIME = /(Ms|Seconds)$/;

/** Three digits are as many as a measurement has; a count is a count. @type {(figure: number) => number} */
export const rounded = (figure) => (Number.isInteger(figure) ? figure : Number(figure.toPrecision(3)));

/**
 * Holds the figures of one benchmark against its limits.
 * @param {Pick<Result, 'limits' | 'figures'>} measured
 * @param {{ smoke: boolean }} options A smoke run holds no limit that depends on the machine, and need not measure all.
 * @returns {Verdict[]} One for each limit, in their order.
 */
export const judge = ({ limits, figures }, { smoke }) =>
  Object.entries(limits).map(([figure, limit]) => {
    const value = figures[figure];
    if (value === undefined && smoke) return { figure, ok: true, text: `${figure} is not measured in a smoke run` };
    if (value === undefined || !Number.isFinite(value)) return { figure, ok: false, text: `${figure} is missing` };
    if (smoke && limit.timed) return { figure, ok: true, text: `${figure} runs` };
    return { figure, ok: keeps(value, limit), text: `${figure} ${rounded(value)}, ${wordsOf(limit)}` };
  });

/** @type {(value: number, limit: Limit) => boolean} */
export const keeps = (value, { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY }) =>
  value <= most && value >= least;

/** @type {(limit: Limit) => string} */
const wordsOf = ({ most, least }) =>
  [...(least === undefined ? [] : [`at least ${least}`]), ...(most === undefined ? [] : [`at most ${most}`])].join(
    ', ',
  );

/**
 * Sets what was measured now beside what was measured before, for every figure with a limit that both have.
 * @param {Readonly<Record<string, Pick<Result, 'limits' | 'figures'>>>} before
 * @param {Readonly<Record<string, Pick<Result, 'limits' | 'figures'>>>} now
 * @returns {Change[]} `worsePercent` is below 0 for what got better; `held` is false for what got worse by a quarter.
 */
export const compareResults = (before, now) =>
  Object.entries(now).flatMap(([benchmark, { limits, figures }]) =>
    Object.entries(limits).flatMap(([figure, limit]) => {
      const [was, is] = [before[benchmark]?.figures[figure], figures[figure]];
      if (was === undefined || is === undefined) return [];
      const worsePercent = worseBy(was, is, limit);
      const held = worsePercent <= WORSE_PERCENT || (limit.timed && IS_TIME.test(figure));
      return [{ benchmark, figure, before: was, now: is, worsePercent, held }];
    }),
  );

/**
 * In percent of what it was: more, where there is a most; else less.
 * @type {(was: number, is: number, limit: Limit) => number}
 */
const worseBy = (was, is, { most }) => {
  const worse = most === undefined ? was - is : is - was;
  if (worse === 0) return 0;
  return was === 0 ? Math.sign(worse) * Number.POSITIVE_INFINITY : (100 * worse) / Math.abs(was);
};
