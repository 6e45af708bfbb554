import { describe, test } from '@jest/globals';

/**
 * Describes tests that need a Chromium (`npm test` finds it and sets TASKWIRE_CHROMIUM). Where there is none they are
 * skipped with a line; with `CI=true` that is a failure, since nobody reads the line there.
 */
export const describeWithChromium = (name: string, tests: (executable: string) => void): void => {
  const executable = process.env.TASKWIRE_CHROMIUM;
  if (executable) {
    describe(name, () => tests(executable));
    return;
  }
  const why = 'TASKWIRE_CHROMIUM is not set: run these tests by npm test, on a machine with Chromium';
  if (process.env.CI === 'true') {
    test(name, () => {
      throw new Error(why);
    });
    return;
  }
  // Not by console: jest adds a stack and takes ten lines.
  process.stderr.write(`skipping ${name}: ${why}\n`);
  describe.skip(name, () => tests(''));
};
