/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '\\.tsx?$': '<rootDir>/scripts/jest-esbuild.mjs' },
  // The machines this runs on have two cores; more workers only take turns.
  maxWorkers: 2,
  // Several times what the slowest needs, since a busy machine is slower by as much.
  testTimeout: 60_000,
};
