import { expect, test } from '@jest/globals';
import { readAuditReport } from '../../../shared/contracts/audit-report-file.ts';
import { InputError } from '../../../shared/errors.ts';
import { renderAuditJson } from '../../../shared/report/audit-json.ts';
import { fleetReport, reportOf } from '../../support/audit-report.ts';

const VERSION = { version: '1.2.3' };

test('what was written is read back, but for what it told of earlier audits', () => {
  const report = {
    ...fleetReport({ clusters: 2, services: 5, groups: 7, findings: 30, history: 3 }),
    unseen: [{ resource: 'auto scaling', what: 'auto scaling', why: 'Denied.' }],
    account: '111122223333',
  };
  const { history: _, previous: _previous, ...told } = report;
  expect(readAuditReport(renderAuditJson(report, VERSION))).toEqual({ ...told, history: [] });
});

test.each([
  ['no JSON', '{', 'The report is no JSON.'],
  ['another format', '{"format": "taskwire-audit/2"}', /format must be taskwire-audit\/1/],
  [
    'a finding without a rule',
    renderAuditJson(reportOf(), VERSION).replace('"findings": []', '"findings": [{}]'),
    /findings\[0\]\.rule is missing/,
  ],
])('%s is refused', (_, json, says) => {
  expect(() => readAuditReport(json)).toThrow(says);
  expect(() => readAuditReport(json)).toThrow(InputError);
});
