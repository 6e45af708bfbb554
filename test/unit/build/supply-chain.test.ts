import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { runtimePackages, supplyProblems } from '../../../scripts/supply-chain.mjs';

const GOOD = { version: '1.0.0', license: 'MIT', integrity: 'sha512-x' };
const lockOf = (packages: Record<string, object>) => ({ packages: { '': {}, 'node_modules/good': GOOD, ...packages } });

describe('what a lock file would install', () => {
  test.each([
    [
      'a licence that nobody agreed to',
      { ...GOOD, license: 'AGPL-3.0-only' },
      /bad@1\.0\.0 is under the licence AGPL-3\.0-only/,
    ],
    ['no licence', { version: '1.0.0', integrity: 'sha512-x' }, /bad@1\.0\.0 is under the licence none/],
    ['an install script', { ...GOOD, hasInstallScript: true }, /bad@1\.0\.0 runs a script when it is installed/],
    ['an address', { ...GOOD, resolved: 'https://mirror.example/bad.tgz' }, /bad is locked with the address/],
    ['no checksum', { version: '1.0.0', license: 'MIT' }, /bad is locked without a checksum/],
  ])('%s is a problem', (_, bad, problem) => {
    expect(supplyProblems(lockOf({ 'node_modules/bad': bad }))).toEqual([expect.stringMatching(problem)]);
  });

  test.each([
    ['a licence of a tool of ours', { ...GOOD, license: 'AGPL-3.0-only', dev: true }],
    ['an install script of a tool of ours', { ...GOOD, hasInstallScript: true, devOptional: true }],
  ])('%s is none', (_, tool) => {
    expect(supplyProblems(lockOf({ 'node_modules/tool': tool }))).toEqual([]);
  });

  test('a lock file without runtime packages passes nothing', () => {
    expect(supplyProblems({ packages: { '': {} } })).toEqual([expect.stringContaining('nothing was checked')]);
  });

  test('a version that is there twice is listed once, nested ones too', () => {
    const lock = lockOf({ 'node_modules/a/node_modules/@s/good': GOOD, 'node_modules/b/node_modules/@s/good': GOOD });
    expect(runtimePackages(lock).map(({ name }) => name)).toEqual(['@s/good', 'good']);
  });

  test('of Taskwire is all right', async () => {
    const lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
    expect(supplyProblems(lock)).toEqual([]);
    expect(runtimePackages(lock).map(({ name }) => name)).toContain('@aws-sdk/client-ecs');
  });
});
