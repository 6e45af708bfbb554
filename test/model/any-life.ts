import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Counts, count } from './counts.ts';
import { life } from './life.ts';
import { runLife } from './run-life.ts';
import { HISTORIES } from './watch.ts';

/** As many as the time of a test run allows; `npm run soak` lives more. */
const RUNS = 300;

/**
 * One half of the runs of `npm test`; the halves are two files so that two cores share them.
 * @param seed Of the lives: always the same in the tests. `npm run soak` is for new ones.
 */
export const testLives = (seed: number): void => {
  const histories: Counts = {};

  test(`in ${RUNS} lives nothing happens that must never happen, and all end in the right world`, async () => {
    await fc.assert(
      fc.asyncProperty(life, async (drawn) => {
        const report = await runLife(drawn);
        for (const [name, by] of Object.entries(report.histories)) count(histories, name, by);
        expect(report.violations).toEqual([]);
      }),
      // A failure prints its seed and the shortest life that shows it.
      { numRuns: RUNS, seed },
    );
  }, 600_000);

  test.each(HISTORIES)('the lives contain: %s', (name) => {
    expect(histories[name]).toBeGreaterThan(0);
  });
};
