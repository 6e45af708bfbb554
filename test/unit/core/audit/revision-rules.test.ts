import { describe, expect, test } from '@jest/globals';
import { REVISION_RULES } from '../../../../shared/core/audit/rules/revision.ts';
import type { AuditedRevision } from '../../../../shared/core/audit/subject.ts';
import { TRACING_RULES } from '../../../../shared/core/tracing/rules.ts';
import { anAuditedRevision, askRule, type SeenRevisionSays } from '../../../support/snapshot.ts';
import type { Says } from '../../../support/traced.ts';

interface Row extends SeenRevisionSays, Pick<Partial<AuditedRevision>, 'runsOn' | 'collectorImages'> {
  readonly it: string;
  /** `pass`, `not-applicable`, or what the findings must say. */
  readonly is: 'pass' | 'not-applicable' | RegExp | readonly RegExp[];
}

const NA = 'not-applicable';
const EVERYWHERE = { fargate: true, instances: true };
const ON_FARGATE = { fargate: true, instances: false };
const ON_EC2 = { fargate: false, instances: true };
const none: Says = {};
const log = (logDriver: string, options: Readonly<Record<string, string>> = {}): Says => ({
  logConfiguration: { logDriver, options },
});
const awslogs = log('awslogs', { 'awslogs-group': 'web', 'awslogs-stream-prefix': 'web' });
const router: Says = {
  image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32.0',
  firelensConfiguration: { type: 'fluentbit' },
};
const firelens = (Name: string): Says => log('awsfirelens', { Name, region: 'eu-central-1' });
const ecr: Says = { image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/web:1' };
const secrets: Says = {
  secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-central-1:111122223333:parameter/token' }],
};
const execution = { executionRoleArn: 'arn:aws:iam::111122223333:role/ecs' };
const task = { taskRoleArn: 'arn:aws:iam::111122223333:role/web' };

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'LOG-1': [
    { it: 'awslogs', has: { app: awslogs }, is: 'pass' },
    { it: 'nothing on Fargate', has: { app: none }, is: /"app" go nowhere/ },
    {
      it: 'a collector by setting',
      has: { app: awslogs, tracer: { image: 'mirror.example/tools/tracer:3' } },
      collectorImages: [{ kind: 'adot', pattern: 'tools/tracer' }],
      is: 'pass',
    },
    { it: 'nothing on EC2', on: 'bridge', has: { app: none }, is: /"app" stay with Docker/ },
    { it: 'none on EC2', on: 'bridge', has: { app: log('none') }, is: /go nowhere/ },
    { it: 'one of two', has: { app: awslogs, worker: none }, is: /"worker"/ },
    { it: 'two', has: { app: none, worker: none }, is: [/"app"/, /"worker"/] },
    { it: 'a collector without: XRY-15', has: { app: awslogs, xray: none }, is: 'pass' },
    { it: 'a router without', has: { app: awslogs, router }, is: 'pass' },
    { it: 'a companion without', has: { app: awslogs, agent: { image: 'datadog/datadog-agent:7' } }, is: 'pass' },
    { it: 'only a collector', has: { xray: { essential: true } }, is: NA },
    { it: 'made for EC2, run on Fargate', on: 'awsvpc', has: { app: none }, runsOn: ON_FARGATE, is: /go nowhere/ },
  ],
  'LOG-2': [
    { it: 'a prefix', has: { app: awslogs }, is: 'pass' },
    { it: 'no prefix', on: 'bridge', has: { app: log('awslogs', { 'awslogs-group': 'web' }) }, is: /have no prefix/ },
    {
      it: 'no options at all',
      on: 'bridge',
      has: { app: { logConfiguration: { logDriver: 'awslogs' } } },
      is: /no prefix/,
    },
    { it: 'another driver', on: 'bridge', has: { app: log('json-file') }, is: NA },
    { it: 'no log configuration', has: { app: none }, is: NA },
  ],
  'LOG-3': [
    { it: 'nothing said', has: { app: awslogs }, is: 'pass' },
    { it: 'non-blocking', has: { app: log('awslogs', { mode: 'non-blocking' }) }, is: 'pass' },
    { it: 'blocking', has: { app: log('splunk', { mode: 'blocking' }) }, is: /"app" waits for its log driver/ },
    {
      it: 'not essential',
      has: { app: awslogs, job: { essential: false, ...log('awslogs', { mode: 'blocking' }) } },
      is: 'pass',
    },
    { it: 'no log configuration', has: { app: none }, is: NA },
  ],
  'LOG-4': [
    { it: 'nothing secret', has: { app: awslogs }, is: 'pass' },
    {
      it: 'Splunk',
      has: { app: log('splunk', { 'splunk-token': 'hunter2', 'splunk-url': 'https://x' }) },
      is: /"splunk-token" of container "app"/,
    },
    { it: 'Datadog', has: { app: log('awsfirelens', { Name: 'datadog', apikey: 'hunter2' }) }, is: /"apikey"/ },
    { it: 'New Relic', has: { app: log('awsfirelens', { license_key: 'hunter2' }) }, is: /"license_key"/ },
    { it: 'HTTP', has: { app: log('awsfirelens', { HTTP_Passwd: 'hunter2' }) }, is: /"HTTP_Passwd"/ },
    { it: 'a collector’s', has: { xray: log('splunk', { 'splunk-token': 'hunter2' }) }, is: /"xray"/ },
    { it: 'a key of the log’s own', has: { app: log('awsfirelens', { Log_Key: 'log', key_file: '/x' }) }, is: 'pass' },
    { it: 'no options', has: { app: none }, is: NA },
  ],
  'LOG-5': [
    { it: 'no router', has: { app: awslogs }, is: NA },
    { it: 'essential', has: { app: firelens('datadog'), router }, is: 'pass' },
    {
      it: 'not essential',
      has: { app: firelens('datadog'), router: { ...router, essential: false } },
      is: /"router" is not essential/,
    },
  ],
  'LOG-6': [
    { it: 'no router', on: 'bridge', has: { app: awslogs }, is: NA },
    { it: 'no ports', on: 'bridge', has: { app: firelens('datadog'), router }, is: 'pass' },
    {
      it: 'its port',
      on: 'bridge',
      has: { router: { ...router, portMappings: [{ containerPort: 24224 }] } },
      is: /maps port 24224/,
    },
    {
      it: 'another port',
      on: 'bridge',
      has: { router: { ...router, portMappings: [{ containerPort: 2020 }] } },
      is: 'pass',
    },
    { it: 'its port on Fargate', has: { router: { ...router, portMappings: [{ containerPort: 24224 }] } }, is: NA },
  ],
  'ROL-1': [
    { it: 'nothing needs it', has: { app: none }, is: NA },
    { it: 'ECR, and there is one', has: { app: ecr }, with: execution, is: 'pass' },
    {
      it: 'ECR',
      has: { app: ecr },
      is: /^web:1 has no execution role, and container "app" pulls its image from ECR\.$/,
    },
    { it: 'ECR and awslogs', has: { app: { ...ecr, ...awslogs } }, is: /from ECR and logs to CloudWatch/ },
    {
      it: 'two containers',
      has: { app: ecr, job: secrets },
      is: /"app" pulls its image from ECR, container "job" reads secrets/,
    },
    { it: 'ECR on EC2', on: 'bridge', has: { app: { ...ecr, ...awslogs } }, is: NA },
    { it: 'secrets on EC2', on: 'bridge', has: { app: secrets }, is: /reads secrets/ },
    {
      it: 'a router’s logs',
      has: { app: firelens('datadog'), router: { ...router, ...awslogs } },
      is: /"router" logs/,
    },
    { it: 'a collector’s: XRY-14', has: { app: none, xray: awslogs }, is: NA },
    { it: 'ECR, made for EC2, run on Fargate', on: 'awsvpc', has: { app: ecr }, runsOn: ON_FARGATE, is: /from ECR/ },
    { it: 'ECR, made for Fargate, run on EC2', has: { app: ecr }, runsOn: ON_EC2, is: NA },
  ],
  'ROL-2': [
    { it: 'a role', on: 'bridge', has: { app: none }, with: task, is: 'pass' },
    {
      it: 'none',
      on: 'awsvpc',
      has: { app: none },
      is: /web:1 has no task role: its containers use the role of the instance/,
    },
    { it: 'none on Fargate', has: { app: none }, is: NA },
    { it: 'a collector: XRY-12', on: 'bridge', has: { app: none, xray: none }, is: NA },
    { it: 'made for EC2, run on Fargate', on: 'awsvpc', has: { app: none }, runsOn: ON_FARGATE, is: NA },
    { it: 'made for Fargate, run on both', has: { app: none }, runsOn: EVERYWHERE, is: /no task role/ },
  ],
  'ROL-3': [
    { it: 'a role', has: { app: none }, with: task, is: 'pass' },
    { it: 'none', has: { app: none }, is: /no AWS credentials/ },
    { it: 'none on EC2', on: 'bridge', has: { app: none }, is: NA },
    { it: 'a collector: XRY-11', has: { app: none, xray: none }, is: NA },
    { it: 'made for EC2, run on both', on: 'awsvpc', has: { app: none }, runsOn: EVERYWHERE, is: /no AWS credentials/ },
  ],
  'ROL-4': [
    { it: 'two roles', has: { app: none }, with: { ...task, ...execution }, is: 'pass' },
    { it: 'one for both', has: { app: none }, with: { taskRoleArn: 'a', executionRoleArn: 'a' }, is: /the same role/ },
    { it: 'only one', has: { app: none }, with: execution, is: NA },
    { it: 'none', has: { app: none }, is: NA },
  ],
  'ROL-5': [
    { it: 'no FireLens', has: { app: awslogs }, is: NA },
    { it: 'to AWS with a role', has: { app: firelens('cloudwatch_logs'), router }, with: task, is: 'pass' },
    { it: 'to AWS without', has: { app: firelens('cloudwatch_logs'), router }, is: /to cloudwatch_logs by FireLens/ },
    { it: 'elsewhere', has: { app: firelens('datadog'), router }, is: NA },
    { it: 'on EC2', on: 'bridge', has: { app: firelens('s3'), router }, is: NA },
    {
      it: 'made for EC2, run on Fargate',
      on: 'awsvpc',
      has: { app: firelens('s3'), router },
      runsOn: ON_FARGATE,
      is: /to s3 by FireLens/,
    },
  ],
};

describe.each(Object.entries(ROWS))('%s', (id, rows) => {
  test.each(rows)('$it', ({ it: _it, is, ...says }) => {
    const said = askRule(REVISION_RULES, id, anAuditedRevision(says));
    if (typeof is === 'string') {
      expect(said).toEqual({ is, found: [] });
      return;
    }
    expect(said).toEqual({ is: 'fail', found: [is].flat().map((each) => expect.stringMatching(each)) });
  });
});

test('every rule has rows that pass, fail and do not apply', () => {
  expect(Object.keys(ROWS)).toEqual(REVISION_RULES.map(({ id }) => id));
  for (const rows of Object.values(ROWS)) {
    const kinds = new Set(rows.map(({ is }) => (typeof is === 'string' ? is : 'fail')));
    expect([...kinds].toSorted()).toEqual(['fail', NA, 'pass']);
  }
});

test('a task of Elastic Beanstalk is known by its family', () => {
  const { revision, runsOn } = anAuditedRevision({ on: 'bridge', has: { app: none } });
  const named = (name: string) => ({ runsOn, revision: { ...revision, task: { ...revision.task, name } } });
  const findingsOf = (name: string) =>
    REVISION_RULES.filter(({ id }) => askRule(REVISION_RULES, id, named(name)).is === 'fail').map(({ id }) => id);
  expect(findingsOf('awseb-shop-1234:1')).toEqual([]);
  expect(findingsOf('web:1')).toEqual(['LOG-1', 'ROL-2']);
});

test('no value of a log option is kept but those that are judged', () => {
  const { revision } = anAuditedRevision({
    has: { app: log('splunk', { 'splunk-token': 'hunter2', mode: 'blocking', 'awslogs-stream-prefix': 'web' }) },
  });
  expect(revision.task.containers[0]?.logOptions).toEqual({
    'splunk-token': '',
    mode: 'blocking',
    'awslogs-stream-prefix': 'web',
  });
});

test.each<SeenRevisionSays & { readonly it: string }>([
  { it: 'a collector with nothing, on Fargate', has: { app: { ...awslogs, essential: true }, xray: none } },
  { it: 'a collector with nothing, on bridge', on: 'bridge', has: { app: awslogs, xray: none } },
  { it: 'a collector with logs and secrets', has: { app: none, xray: { ...awslogs, ...secrets } } },
])('nothing is told of logs and roles by two rules at once: $it', ({ it: _it, ...says }) => {
  const audited = anAuditedRevision(says);
  const traced = { task: audited.revision.task, wanted: 'any' as const };
  const pathsOf = (results: readonly object[]): readonly string[] =>
    results.flatMap((each) => ('path' in each ? [JSON.stringify(each.path)] : []));
  const ofTracing = pathsOf(
    TRACING_RULES.filter(({ id }) => ['XRY-11', 'XRY-12', 'XRY-14', 'XRY-15'].includes(id)).flatMap((rule) =>
      [rule.check(traced)].flat(),
    ),
  );
  const ofAudit = pathsOf(REVISION_RULES.flatMap((rule) => [rule.check(audited)].flat()));
  expect(ofTracing.length).toBeGreaterThan(0);
  for (const path of ofAudit) expect(ofTracing).not.toContain(path);
});

test('no finding tells a value', () => {
  const SECRET = 'hunter2';
  const audited = anAuditedRevision({
    on: 'bridge',
    has: {
      app: {
        env: { PASSWORD: SECRET },
        command: [SECRET],
        secrets: [{ name: 'TOKEN', valueFrom: SECRET }],
        ...log('splunk', { 'splunk-token': SECRET, mode: 'blocking' }),
      },
      router: { ...router, essential: false, portMappings: [{ containerPort: 24224 }] },
    },
  });
  const told = REVISION_RULES.flatMap(({ id }) => askRule(REVISION_RULES, id, audited).found);
  expect(told.length).toBeGreaterThan(4);
  expect(told.join()).not.toContain(SECRET);
});
