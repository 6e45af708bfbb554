import { describeWhere } from '../support/describe-where.ts';

/** Describes tests that need a Chromium. */
export const describeWithChromium = (name: string, tests: (executable: string) => void): void =>
  describeWhere('TASKWIRE_CHROMIUM', 'Chromium', name, tests);
