import { renderAuditPage } from '../shared/report/page/page.tsx';
import { fleetReport } from '../test/support/audit-report.ts';
import type { Bench } from './bench.ts';
import { medianOf } from './measure.ts';

const ROUNDS = 7;

export const name = 'the page of 1,000 services in 10 clusters with 1,000 findings and 30 earlier audits';
export const limits: Bench['limits'] = { bytes: { most: 3_000_000, timed: false } };

/** How long it opens, and how long a key of its search takes, is measured in Chromium by test/page/limits.test.ts. */
export const run: Bench['run'] = async ({ smoke }) => {
  const report = fleetReport({ clusters: 10, services: 100, groups: 50, findings: 1_000, history: 30 });
  const took: number[] = [];
  let bytes = 0;
  for (let round = 0; round < (smoke ? 1 : ROUNDS); round++) {
    const startMs = performance.now();
    bytes = Buffer.byteLength(await renderAuditPage(report, { version: '0.0.0' }));
    took.push(performance.now() - startMs);
  }
  return { figures: { bytes, medianMs: medianOf(took) } };
};
