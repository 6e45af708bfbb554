import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { createMetrics } from '../../../shared/runtime/metrics.ts';
import { type FreeForm, numberAt, objectAt, objectsAt, textAt } from '../../support/free-form.ts';
import { packagedTemplate, resolved, type Template } from '../../support/packaged-stack.ts';

const FUNCTIONS = ['register-targets', 'adjust-scaling', 'verify-xray', 'audit', 'remediate', 'gate-deployment'];

let template: Template;
/** Their properties. */
let alarms: readonly FreeForm[];

beforeAll(async () => {
  template = await packagedTemplate({ alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:alarms' });
  alarms = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => objectAt(resolved(template, Properties)));
});

/** The metrics that the sources count or time, by the literals in them. */
const emitted = (): ReadonlySet<string> => {
  const sources = [
    'shared/runtime/define-handler.ts',
    'shared/runtime/report-outcome.ts',
    'shared/app/register-targets.ts',
    'shared/app/adjust-scaling.ts',
    'shared/app/verify-xray.ts',
    'shared/app/audit.ts',
    'functions/remediate/handler.ts',
    'functions/gate-deployment/handler.ts',
  ].map((file) => readFileSync(file, 'utf8'));
  const names = sources.flatMap((source) => [
    ...source.matchAll(/metrics\.(?:count|time)\(\s*(?:\w+ \? )?'(\w+)'(?: : '(\w+)')?/g),
    ...source.matchAll(/\{ name: '(\w+)'(?: as const)?, value: /g),
  ]);
  // `Gate${… ? 'Waiting' : … 'Passed'}`
  const composed = sources.flatMap((source) =>
    [...source.matchAll(/metrics\.count\(`(\w+)\$\{(.+?)\}`\)/g)].flatMap(([, beginning = '', choice = '']) =>
      [...choice.matchAll(/[?:] '(\w+)'/g)].map(([, ending = '']) => beginning + ending),
    ),
  );
  return new Set([...composed, ...names.flatMap(([, ...found]) => found.filter((name) => name !== undefined))]);
};

const dimensionsOf = (written: string): Readonly<Record<string, string>> => {
  const line = JSON.parse(written);
  const [names] = line._aws.CloudWatchMetrics[0].Dimensions;
  return Object.fromEntries(names.map((name: string) => [name, line[name]]));
};

test('every alarm and every chart on our own figures is about one that the code emits', () => {
  const known = emitted();
  const own = alarms.filter(({ Namespace }) => Namespace === 'Taskwire').map((alarm) => textAt(alarm, 'MetricName'));
  expect(own.length).toBeGreaterThanOrEqual(8);
  expect(own.filter((name) => !known.has(name))).toEqual([]);
  const body = JSON.parse(String(resolved(template, template.Resources.Dashboard?.Properties.DashboardBody)));
  const charts: readonly (readonly string[])[] = body.widgets.flatMap(
    ({ properties }: { properties: { metrics: string[][] } }) => properties.metrics,
  );
  const shown = charts.filter(([namespace]) => namespace === 'Taskwire').map(([, name]) => name ?? '');
  expect(shown.length).toBeGreaterThanOrEqual(10);
  expect(shown.filter((name) => !known.has(name))).toEqual([]);
});

test('they ask for the dimensions in which the code tells them', async () => {
  const written: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    written.push(String(chunk));
    return true;
  };
  try {
    for (const name of FUNCTIONS) {
      const metrics = createMetrics(name);
      metrics.begin(`taskwire-prod-${name}`);
      metrics.count('Swept');
      await metrics.flush();
    }
  } finally {
    process.stdout.write = write;
  }
  const told = written
    .join('')
    .trim()
    .split('\n')
    .map((line) => dimensionsOf(line));
  expect(told.map(({ service }) => service)).toEqual(FUNCTIONS);
  for (const alarm of alarms) {
    if (alarm.Namespace !== 'Taskwire') continue;
    const AlarmName = textAt(alarm, 'AlarmName');
    const asked = Object.fromEntries(objectsAt(alarm, 'Dimensions').map(({ Name, Value }) => [Name, Value]));
    const name = FUNCTIONS.find((each) => AlarmName.startsWith(`taskwire-prod-${each}-`));
    expect({ AlarmName, asked }).toEqual({ AlarmName, asked: told.find(({ service }) => service === name) });
  }
});

test('every alarm says what to do and where its runbook goes on, and tells the topic', () => {
  const runbook = readFileSync('docs/operations.md', 'utf8');
  const anchors = new Set(
    [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
  expect(alarms.length).toBeGreaterThanOrEqual(15);
  for (const alarm of alarms) {
    const { AlarmName, AlarmActions, OKActions } = alarm;
    const described = textAt(alarm, 'AlarmDescription');
    const anchor = /Runbook: docs\/operations\.md#([\w-]+)$/.exec(described)?.[1] ?? 'none';
    expect({ AlarmName, anchor, isThere: anchors.has(anchor) }).toEqual({ AlarmName, anchor, isThere: true });
    expect(AlarmActions).toEqual(['arn:aws:sns:eu-central-1:111122223333:alarms']);
    expect(OKActions).toEqual(AlarmActions);
  }
});

test('silence is an alarm where a sweep is expected, and none elsewhere', () => {
  const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
  const silent = { Threshold: 1, ComparisonOperator: 'LessThanThreshold' };
  expect(breaching).toMatchObject([
    { MetricName: 'Swept', ...silent },
    { MetricName: 'Invocations', Dimensions: [{ Name: 'RuleName' }], ...silent },
    { MetricName: 'Swept', ...silent },
    { MetricName: 'Invocations', ...silent },
  ]);
  const minutes = breaching.map((alarm) => [
    textAt(alarm, 'AlarmName'),
    (numberAt(alarm, 'Period') * numberAt(alarm, 'EvaluationPeriods')) / 60,
  ]);
  expect(Object.fromEntries(minutes)).toEqual({
    'taskwire-prod-register-targets-no-sweep': 15,
    'taskwire-prod-register-targets-paused': 60,
    'taskwire-prod-adjust-scaling-no-sweep': 45,
    'taskwire-prod-audit-no-audit': 30 * 60,
  });
});
