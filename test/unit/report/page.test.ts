import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { renderAuditPage } from '../../../shared/report/page/page.tsx';
import { SCRIPT, SCRIPT_HASH } from '../../../shared/report/page/script.ts';
import { fleetReport } from '../../support/audit-report.ts';

test("the page's policy allows its own script, by its hash, and no other", async () => {
  expect(SCRIPT_HASH).toBe(`sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`);
  const html = await renderAuditPage(fleetReport({ clusters: 1, services: 3, groups: 1, findings: 2 }), {
    version: '1.2.3',
  });
  expect(html).toContain(`script-src '${SCRIPT_HASH}'`);
  expect(html.match(/<script/g)).toHaveLength(1);
});
