import { describe, test } from '@jest/globals';

/**
 * Describes tests that need something of the machine, which `npm test` finds and names in a variable. Where there is
 * none they are skipped with a line; with `CI=true` that is a failure, since nobody reads the line there.
 * @param variable Names its path.
 * @param needs What the machine must have, in words.
 */
export const describeWhere = (variable: string, needs: string, name: string, tests: (path: string) => void): void => {
  const path = process.env[variable];
  if (path) {
    describe(name, () => tests(path));
    return;
  }
  const why = `${variable} is not set: run these tests by npm test, on a machine with ${needs}`;
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
