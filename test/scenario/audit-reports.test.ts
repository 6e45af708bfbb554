import { beforeEach, describe, expect, test } from '@jest/globals';
import { type AuditDeps, audit } from '../../shared/app/audit.ts';
import { readHistory, readPreviousAudit, writeHistory } from '../../shared/contracts/audit-archive.ts';
import { readRevisions, writeRevisions } from '../../shared/contracts/revisions-file.ts';
import { renderAuditJson } from '../../shared/report/audit-json.ts';
import { trendOf } from '../../shared/report/trend.ts';
import { createAuditor } from '../support/audit-stage.ts';
import { createPlantedAccount, type PlantedAccount } from '../support/planted-account.ts';

const DAY = 86_400_000;

let account: PlantedAccount;
let objects: Map<string, { readonly text: string; readonly contentType: string }>;

/** A wired account with one fault in it, and a bucket. */
beforeEach(async () => {
  account = createPlantedAccount();
  account.group('typo', { tags: { 'taskwire:service': 'production/tpyo' } });
  await account.settle();
  objects = new Map();
  account.world.surroundings.buckets.set('reports', objects);
});

const run = (scope = {}, changes: { readonly reports?: false } = {}) => {
  const { deps, ports } = createAuditor(account.world);
  const all: AuditDeps = {
    ...deps,
    ...(changes.reports !== false && { reports: ports.reports }),
    archive: { readHistory, writeHistory, readPrevious: readPreviousAudit, readRevisions, writeRevisions },
    render: async (report) => ({
      html: `<p>${report.findings.length}</p>`,
      json: renderAuditJson(report, { version: '1.2.3' }),
    }),
    freshOf: (report) => trendOf(report)?.fresh,
    events: ports.events,
    mode: 'enforce',
  };
  return account.world.clock.until(audit(scope, all));
};

const events = () =>
  account.world.bus.log
    .filter(({ source }) => source === 'taskwire')
    .map((event) => ({ type: event['detail-type'], detail: event.detail }));

test('a report is kept by its date, as the latest one, and in the history', async () => {
  const { outcome } = await run();
  const folder = 'audit/2026/03/02/080200';
  expect(outcome.report).toEqual({ html: `${folder}/report.html`, json: `${folder}/report.json` });
  expect([...objects.keys()].sort()).toEqual([
    `${folder}/report.html`,
    `${folder}/report.json`,
    'audit/history.json',
    'audit/latest.html',
    'audit/latest.json',
    'audit/revisions.json',
  ]);
  expect(objects.get('audit/latest.html')).toEqual({ text: '<p>1</p>', contentType: 'text/html; charset=utf-8' });
  expect(readHistory(objects.get('audit/history.json')?.text ?? '')).toMatchObject([{ services: 1, groups: 2 }]);
  expect(outcome).toMatchObject({ function: 'audit', findings: [{ rule: 'TAG-14' }], findingsLeftOut: 0, unseen: [] });
  expect(outcome.calls).toMatchObject({ 's3:GetObject': 3, 's3:PutObject': 6, 'events:PutEvents': 1 });
});

test('an event tells each finding that is new, and one the audit as a whole', async () => {
  await run();
  expect(events().map(({ type }) => type)).toEqual(['Taskwire Finding', 'Taskwire Audit Completed']);
  expect(events()[1]?.detail).toMatchObject({
    newFindings: 1,
    unseen: 0,
    summary: { findings: { medium: 1 } },
    report: { html: 'audit/2026/03/02/080200/report.html' },
  });

  await account.world.clock.advance(DAY);
  const again = await run();
  expect(
    events()
      .slice(2)
      .map(({ type }) => type),
  ).toEqual(['Taskwire Audit Completed']);
  expect(again.report.history).toHaveLength(1);
  expect(again.report.previous?.findings).toMatchObject([{ rule: 'TAG-14' }]);

  await account.world.clock.advance(DAY);
  account.group('nonsense', { tags: { 'taskwire:service': 'production' } });
  await run();
  expect(events().slice(3)).toMatchObject([
    { type: 'Taskwire Finding', detail: { rule: 'TAG-2' } },
    { type: 'Taskwire Audit Completed', detail: { newFindings: 1 } },
  ]);
  expect(objects.has('audit/2026/03/03/080200/report.json')).toBe(true);
});

test('without a bucket nothing is written, and no finding is news', async () => {
  const { outcome } = await run({}, { reports: false });
  expect(outcome).not.toHaveProperty('report');
  expect(outcome.findings).toHaveLength(1);
  expect(events().map(({ type }) => type)).toEqual(['Taskwire Audit Completed']);
  expect(objects.size).toBe(0);
});

test('one cluster is kept by its date alone: compared with it, all else would seem to be gone', async () => {
  await run({ cluster: 'production' });
  expect([...objects.keys()].sort()).toEqual([
    'audit/2026/03/02/080200-production/report.html',
    'audit/2026/03/02/080200-production/report.json',
    'audit/revisions.json',
  ]);
  expect(events()).toMatchObject([{ type: 'Taskwire Audit Completed', detail: { cluster: 'production' } }]);
});

describe('a bucket in trouble', () => {
  test('an earlier report that cannot be read is told; nothing is news, and the history stays as it is', async () => {
    await run();
    const history = objects.get('audit/history.json');
    account.world.faults.add({ action: 's3:GetObject', failure: 'denied' });
    const { report, unkept } = await run();
    expect(report.unseen.map(({ what }) => what)).toEqual([
      'the history of audits',
      'the previous report',
      'revisions that earlier audits saw',
    ]);
    expect(
      events()
        .slice(2)
        .map(({ type }) => type),
    ).toEqual(['Taskwire Audit Completed']);
    expect(objects.get('audit/history.json')).toBe(history);
    expect(unkept).toBeUndefined();
  });

  test.each(['', '{', '[]', '{"format":"taskwire-audit-history/1","summaries":[{}]}', 'null'])(
    'a history that is none (%j) is told',
    async (text) => {
      objects.set('audit/history.json', { text, contentType: 'application/json' });
      const { report } = await run();
      expect(report.unseen).toMatchObject([{ resource: 'audit/history.json', what: 'the history of audits' }]);
      expect(report.unseen[0]?.why).toMatch(/Delete it from the bucket: the next audit begins it anew\.$/);
      expect(objects.get('audit/history.json')?.text).toBe(text);
    },
  );

  test('a report that cannot be written leaves the Outcome, and why', async () => {
    account.world.faults.add({ action: 's3:PutObject', failure: 'denied' });
    const { outcome, unkept, measures } = await run();
    expect(outcome).not.toHaveProperty('report');
    expect(outcome.findings).toHaveLength(1);
    expect(String(unkept)).toMatch(/not authorized/);
    expect(measures).toContainEqual({ name: 'ServicesAudited', value: 1 });
  });
});

test('the history is bounded, and only the latest know their services', async () => {
  await run();
  const [summary] = readHistory(objects.get('audit/history.json')?.text ?? '');
  if (summary === undefined) throw new Error('no summary');
  const many = Array.from({ length: 200 }, (_, day) => ({ ...summary, takenAtMs: day, atMax: ['arn:service'] }));
  objects.set('audit/history.json', { text: writeHistory(many), contentType: 'application/json' });
  await run();
  const kept = readHistory(objects.get('audit/history.json')?.text ?? '');
  expect(kept).toHaveLength(92);
  expect(kept.at(-1)?.takenAtMs).toBe(summary.takenAtMs);
  expect(kept.filter(({ atMax }) => atMax.length > 0)).toHaveLength(13);
});

test('a thousand findings of one rule: events and answer are bounded, the report has all', async () => {
  for (let index = 0; index < 6_000; index++) {
    account.group(`g-${index}`, { tags: { 'taskwire:service': 'production' } });
  }
  const { outcome, report } = await run();
  expect(report.findings).toHaveLength(6_001);
  expect(outcome.findings.length + outcome.findingsLeftOut).toBe(6_001);
  expect(outcome.findingsLeftOut).toBeGreaterThan(0);
  expect(JSON.stringify(outcome).length).toBeLessThan(6_000_000);
  expect(events().filter(({ type }) => type === 'Taskwire Finding')).toHaveLength(500);
  expect(events().at(-1)?.detail).toMatchObject({ newFindings: 6_001 });
});
