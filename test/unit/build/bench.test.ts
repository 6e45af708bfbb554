import { describe, expect, test } from '@jest/globals';
import type { Limit } from '../../../bench/bench.ts';
import { growthExponent, medianOf } from '../../../bench/measure.ts';
import { compareResults, judge } from '../../../scripts/bench/judge.mjs';

const RATIO: Limit = { most: 5, timed: true };
const COUNT: Limit = { most: 100, timed: false };
const TIMES: Limit = { least: 5, timed: true };

interface Case {
  readonly name: string;
  readonly limit: Limit;
  readonly figure?: number;
  readonly smoke?: boolean;
  readonly ok: boolean;
}

describe('a figure against its limit', () => {
  test.each<Case>([
    { name: 'keeps to the most', limit: RATIO, figure: 5, ok: true },
    { name: 'is above the most', limit: RATIO, figure: 5.01, ok: false },
    { name: 'keeps to the least', limit: TIMES, figure: 5, ok: true },
    { name: 'is below the least', limit: TIMES, figure: 4.99, ok: false },
    { name: 'is not a number', limit: RATIO, figure: Number.NaN, ok: false },
    { name: 'is missing', limit: RATIO, ok: false },
    { name: 'depends on the machine, which a smoke run forgives', limit: RATIO, figure: 50, smoke: true, ok: true },
    { name: 'is a count, which a smoke run holds, too', limit: COUNT, figure: 101, smoke: true, ok: false },
    { name: 'takes long, so that a smoke run leaves it out', limit: COUNT, smoke: true, ok: true },
  ])('$name', ({ limit, figure, smoke = false, ok }) => {
    const figures: Record<string, number> = figure === undefined ? {} : { figure };
    const verdicts = judge({ limits: { figure: limit }, figures }, { smoke });
    expect(verdicts).toEqual([{ figure: 'figure', ok, text: expect.stringMatching(/^figure /) }]);
  });
});

describe('what was measured now beside what was measured before', () => {
  const changeOf = (figure: string, limit: Limit, before: number, now: number) =>
    compareResults(
      { bench: { limits: {}, figures: { [figure]: before } } },
      { bench: { limits: { [figure]: limit }, figures: { [figure]: now } } },
    );

  test.each([
    ['a ratio that is worse by a quarter is let go', 'ratio', RATIO, 2, 2.5, 25, true],
    ['a ratio that is worse by more fails, though it keeps to its limit', 'ratio', RATIO, 2, 2.51, 25.5, false],
    ['a ratio that is better', 'ratio', RATIO, 2, 1, -50, true],
    ['of a figure with a least, less is worse', 'times', TIMES, 10, 7, 30, false],
    ['of a figure with a least, more is better', 'times', TIMES, 10, 15, -50, true],
    ['a count that is worse by more than a quarter fails', 'calls', COUNT, 40, 60, 50, false],
    ['a count that was 0 fails with the first', 'missed', COUNT, 0, 1, Number.POSITIVE_INFINITY, false],
    ['a count that stays 0', 'missed', COUNT, 0, 0, 0, true],
    ['a time is another on another machine', 'sweepMs', RATIO, 50, 90, 80, true],
    ['virtual time is not', 'p99Seconds', COUNT, 10, 13, 30, false],
  ])('%s', (_, figure, limit, before, now, worsePercent, held) => {
    expect(changeOf(figure, limit, before, now)).toEqual([
      { benchmark: 'bench', figure, before, now, worsePercent: expect.closeTo(worsePercent), held },
    ]);
  });

  test('what only explains, is new, or was not measured now is not compared', () => {
    const before = { bench: { limits: {}, figures: { explains: 1, gone: 1 } }, other: { limits: {}, figures: {} } };
    const now = { bench: { limits: { added: RATIO, gone: RATIO }, figures: { explains: 9, added: 9 } } };
    expect(compareResults(before, now)).toEqual([]);
  });
});

test.each([
  ['linear', 1],
  ['quadratic', 2],
  ['a square root', 0.5],
])('work that grows as %s has the exponent %d', (_, exponent) => {
  const points = [1, 4, 16].map((size) => ({ size, work: 7 * size ** exponent }));
  expect(growthExponent(points)).toBeCloseTo(exponent);
});

test('the exponent is that of the line nearest to all points', () => {
  const points = [
    { size: 1, work: 1 },
    { size: 10, work: 100 },
    { size: 100, work: 100 },
  ];
  expect(growthExponent(points)).toBeCloseTo(1);
});

test.each([
  ['an odd number of values', [3, 1, 2], 2],
  ['an even number of values', [4, 1, 3, 2], 2.5],
])('the median of %s', (_, values, median) => {
  expect(medianOf(values)).toBe(median);
});
