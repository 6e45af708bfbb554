import { describeWhere } from '../support/describe-where.ts';

/** Describes tests that need the Python of the virtual environment, which `npm test` makes. */
export const describeWithPython = (name: string, tests: (python: string) => void): void =>
  describeWhere('TASKWIRE_PYTHON', 'Python 3.10 or newer', name, tests);
