import { describe, test } from '@jest/globals';

/**
 * Describes tests that need the Python of the virtual environment (`npm test` makes it and sets TASKWIRE_PYTHON).
 * Where there is none they are skipped with a line; with `CI=true` that is a failure, since nobody reads the line there.
 */
export const describeWithPython = (name: string, tests: (python: string) => void): void => {
  const python = process.env.TASKWIRE_PYTHON;
  if (python) {
    describe(name, () => tests(python));
    return;
  }
  const why = 'TASKWIRE_PYTHON is not set: run these tests by npm test, on a machine with Python 3.10 or newer';
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
