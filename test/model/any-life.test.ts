import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleSoak, soak } from '../../scripts/soak.mjs';
import { HISTORIES } from './watch.ts';

/** `npm run soak` lives more, with new seeds. */
const RUNS = 2_000;

/** A model in which one of these never happens proves nothing about it. */
const FAULTS = [
  'event lost',
  'event repeated',
  'message back',
  'message sent again',
  'instance killed',
  'throttled',
  'broken',
  'unanswered',
  'lost',
  'slow',
  'listing stopped half way',
  'DescribeTasks: stale answer',
  'DescribeTasks: task MISSING',
  'DescribeTasks: task left out with another failure',
  'DescribeTargetHealth: stale answer',
  'DescribeNetworkInterfaces: interface not shown yet',
  'GetResources: tags of up to 30 s ago',
];

let folder = '';
let report: Awaited<ReturnType<typeof soak>>;
// In processes of their own, so that both cores share them.
beforeAll(async () => {
  const bundled = await bundleSoak();
  folder = bundled.folder;
  report = await soak(bundled.file, { first: 1, runs: RUNS, jobs: 2, quiet: true });
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test(`in ${RUNS} lives nothing happens that must never happen, and all end in the right world`, () => {
  // A seed that stands here is lived again by `npm run soak -- --seed <seed>`.
  expect(report.violations).toEqual([]);
  expect(report.runs).toBe(RUNS);
});

test.each(HISTORIES)('the lives contain: %s', (name) => {
  expect(report.histories[name]).toBeGreaterThan(0);
});

test.each(FAULTS)('the lives suffer from: %s', (name) => {
  expect(report.faults[name]).toBeGreaterThan(0);
});
