import { expect, test } from '@jest/globals';
import { boundOfStops, type Demand } from '../../../bench/convergence/bound.ts';

const group = (...stoppedMs: readonly number[]): Demand => ({
  stoppedMs,
  startedMs: stoppedMs.map((ms) => Math.max(0, ms - 1_000)),
});

type Row = {
  readonly what: string;
  readonly demands: readonly Demand[];
  readonly perSecond: number;
  readonly burst: number;
  readonly replaced?: boolean;
  readonly seconds: number;
};

test.each<Row>([
  { what: 'enough calls at once', demands: [group(0), group(0)], perSecond: 1, burst: 2, seconds: 0 },
  { what: 'one group at a time', demands: [group(0), group(0), group(0)], perSecond: 1, burst: 1, seconds: 2 },
  { what: 'its replacement first', demands: [group(1_000)], perSecond: 1, burst: 1, replaced: true, seconds: 0 },
  {
    what: 'both calls of two groups',
    demands: [group(1_000), group(1_000)],
    perSecond: 1,
    burst: 1,
    replaced: true,
    seconds: 2,
  },
  // A delay that reaches from the first stop to the last needs one call for each group, any shorter one two.
  {
    what: 'one call for all that came meanwhile',
    demands: [group(0, 1_000, 2_000, 3_000), group(0, 1_000, 2_000, 3_000)],
    perSecond: 0.25,
    burst: 1,
    seconds: 3,
  },
])('$what: $seconds s', ({ demands, perSecond, burst, replaced = false, seconds }) => {
  expect(boundOfStops(demands, { perSecond, burst }, replaced) / 1_000).toBeCloseTo(seconds, 0);
});

test('one stop of a hundred may wait, wherever that saves most', () => {
  const many = group(...Array.from({ length: 99 }, () => 0));
  const one = group(0);
  const capacity = { perSecond: 0.1, burst: 1 };
  expect(boundOfStops([many, one], capacity, false)).toBeLessThan(100);
  expect(boundOfStops([group(...many.stoppedMs.slice(1)), one], capacity, false)).toBeGreaterThan(9_000);
});
