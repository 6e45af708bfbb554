import { beforeEach, expect, test } from '@jest/globals';
import { type FleetDeps, runFleet } from '../../shared/app/run-fleet.ts';
import { readPreviousAudit } from '../../shared/contracts/audit-archive.ts';
import { readAuditReport } from '../../shared/contracts/audit-report-file.ts';
import { parseFleetFailure, parseFleetList, parsePlacedTargets } from '../../shared/contracts/fleet-input.ts';
import { readRevisions, writeRevisions } from '../../shared/contracts/revisions-file.ts';
import { DeniedError } from '../../shared/errors.ts';
import { renderAuditJson } from '../../shared/report/audit-json.ts';
import { trendOf } from '../../shared/report/trend.ts';
import { createAuditor } from '../support/audit-stage.ts';
import { createPlantedAccount, type PlantedAccount } from '../support/planted-account.ts';

const RUN = 'nightly-1';
const FOLDER = `audit/fleet/${RUN}`;
const HERE = '111122223333';

let account: PlantedAccount;
let objects: Map<string, { readonly text: string; readonly contentType: string }>;
let deps: FleetDeps;
let connected: object[];

/** A wired account with one fault in it, that is looked at under several names, and a bucket. */
beforeEach(async () => {
  account = createPlantedAccount();
  account.group('typo', { tags: { 'taskwire:service': 'production/tpyo' } });
  await account.settle();
  objects = new Map();
  account.world.surroundings.buckets.set('reports', objects);
  connected = [];
  const { deps: look, ports } = createAuditor(account.world);
  deps = {
    reports: ports.reports,
    connect: async (target) => {
      connected.push(target);
      if (target.account === '444455556666') throw new DeniedError('sts:AssumeRole for its role was denied.');
      return look;
    },
    renderJson: (report) => renderAuditJson(report, { version: '1.2.3' }),
    render: async (report) => ({
      html: `<p>${report.findings.length}</p>`,
      json: renderAuditJson(report, { version: '1.2.3' }),
    }),
    freshOf: (report) => trendOf(report)?.fresh,
    readList: parseFleetList,
    readTargets: parsePlacedTargets,
    readReport: readAuditReport,
    readFailure: parseFleetFailure,
    archive: { readPrevious: readPreviousAudit, readRevisions, writeRevisions },
    events: ports.events,
    clock: look.clock,
    calls: look.calls,
  };
});

const step = async (input: Parameters<typeof runFleet>[0]) =>
  (await account.world.clock.until(runFleet(input, deps))).answer;
const textAt = (key: string): string => objects.get(key)?.text ?? '';

/** As the state machine does it: what a child throws is written down. */
const runAll = async (run: string) => {
  for (const target of parsePlacedTargets(textAt(`audit/fleet/${run}/targets.json`))) {
    await step({ step: 'target', target }).catch(async (error: Error) => {
      const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message });
      await step({ step: 'failed', output: target.output, failure: { error: error.name, cause } });
    });
  }
  return step({ step: 'reduce', run });
};

test('the list is put where nobody edits it, each target with its folder and the role of its account', async () => {
  const targets = [
    { account: '444455556666', region: 'eu-west-1' },
    { account: '777788889999', roleArn: 'arn:aws:iam::777788889999:role/other', externalId: 'own' },
    {},
  ];
  const begun = await step({ step: 'begin', run: RUN, targets, role: 'taskwire-fleet-member', externalId: 'abc123' });
  expect(begun).toEqual({ run: RUN, key: `${FOLDER}/targets.json`, targets: 3 });
  expect(JSON.parse(textAt(`${FOLDER}/targets.json`))).toEqual([
    {
      ...targets[0],
      roleArn: 'arn:aws:iam::444455556666:role/taskwire-fleet-member',
      externalId: 'abc123',
      output: `${FOLDER}/0`,
    },
    { ...targets[1], output: `${FOLDER}/1` },
    { output: `${FOLDER}/2` },
  ]);
});

test('without a list in the execution, the one of the bucket is read; without that it says what to do', async () => {
  await expect(step({ step: 'begin', run: RUN })).rejects.toThrow(/put one at audit\/fleet\/targets\.json/);
  objects.set('audit/fleet/targets.json', { text: '[{"region": "eu-west-1"}]', contentType: 'application/json' });
  expect(await step({ step: 'begin', run: RUN })).toMatchObject({ targets: 1 });
  objects.set('audit/fleet/targets.json', { text: '[{"region": "Ireland"}]', contentType: 'application/json' });
  await expect(step({ step: 'begin', run: RUN })).rejects.toThrow(/targets\.json: \[0\]\.region must be the name/);
});

test('one report is made of all, and an account that cannot be looked at is named with why', async () => {
  const targets = [{ account: HERE, region: 'eu-central-1', cluster: 'production' }, { account: '444455556666' }];
  await step({ step: 'begin', run: RUN, targets });
  const reduced = await runAll(RUN);
  expect(connected).toMatchObject(targets);
  expect(reduced).toMatchObject({
    targets: 2,
    seen: 1,
    failed: ['all clusters in 444455556666, this Region'],
    report: { html: `${FOLDER}/report.html`, json: `${FOLDER}/report.json` },
    summary: { services: 1 },
  });
  const report = readAuditReport(textAt(`${FOLDER}/report.json`));
  expect(report.unseen).toEqual([
    {
      resource: 'all clusters in 444455556666, this Region',
      what: 'everything',
      why: 'sts:AssumeRole for its role was denied.',
    },
  ]);
  expect(textAt('audit/fleet/latest.json')).toBe(textAt(`${FOLDER}/report.json`));
  const [event] = account.world.bus.log.filter((each) => each['detail-type'] === 'Taskwire Audit Completed');
  expect(event?.detail).toMatchObject({ fleet: RUN, targets: 2, failed: 1, unseen: 1, newFindings: 0 });
});

test('a child that ended without a word, and a report that is none, are named too', async () => {
  const targets = ['a', 'b', 'production', 'd'].map((cluster) => ({ cluster }));
  await step({ step: 'begin', run: RUN, targets });
  await step({ step: 'failed', output: `${FOLDER}/3`, failure: { error: 'States.Timeout' } });
  objects.set(`${FOLDER}/1/report.json`, { text: '{}', contentType: 'application/json' });
  await step({ step: 'target', target: { cluster: 'production', output: `${FOLDER}/2` } });
  const reduced = await step({ step: 'reduce', run: RUN });
  expect(reduced).toMatchObject({ targets: 4, seen: 1 });
  expect(readAuditReport(textAt(`${FOLDER}/report.json`)).unseen.map(({ why }) => why)).toEqual([
    'Its audit ended without a word: look at its child execution.',
    expect.stringMatching(/^Its report could not be read: The report: format is missing\.$/),
    'States.Timeout.',
  ]);
});

test('the next run knows what is new, and making the report again changes nothing of it', async () => {
  const targets = [{ account: HERE, region: 'eu-central-1' }];
  await step({ step: 'begin', run: RUN, targets });
  await runAll(RUN);
  account.group('other', { tags: { 'taskwire:service': 'production/ohter' } });
  await step({ step: 'begin', run: 'nightly-2', targets });
  await runAll('nightly-2');
  const events = account.world.bus.log.filter((each) => each['detail-type'] === 'Taskwire Audit Completed');
  expect(events.map(({ detail }) => detail)).toMatchObject([{ newFindings: 0 }, { newFindings: 1 }]);
});

test('a previous report that cannot be read costs only the trend', async () => {
  await step({ step: 'begin', run: RUN, targets: [{}] });
  objects.set('audit/fleet/latest.json', { text: 'not JSON', contentType: 'application/json' });
  expect(await runAll(RUN)).toMatchObject({ seen: 1 });
  expect(readAuditReport(textAt('audit/fleet/latest.json')).summary.services).toBe(1);
});

test('without a bucket it says that it needs one', async () => {
  const { reports: _, ...without } = deps;
  await expect(runFleet({ step: 'reduce', run: RUN }, without)).rejects.toThrow(/TASKWIRE_REPORT_BUCKET/);
});

test('the next run describes no revision of a place that an earlier one saw', async () => {
  const targets = [{ account: HERE, region: 'eu-central-1', cluster: 'production' }];
  await step({ step: 'begin', run: RUN, targets });
  await runAll(RUN);
  expect(account.world.calls.count('ecs:DescribeTaskDefinition')).toBe(1);
  expect([...objects.keys()]).toContain(`audit/fleet/revisions/${HERE}/eu-central-1/production.json`);
  const { deps: look } = createAuditor(account.world);
  deps = { ...deps, connect: async () => look };
  await step({ step: 'begin', run: 'nightly-2', targets });
  expect(await runAll('nightly-2')).toMatchObject({ seen: 1, summary: { services: 1 } });
  expect(account.world.calls.count('ecs:DescribeTaskDefinition')).toBe(1);
});
