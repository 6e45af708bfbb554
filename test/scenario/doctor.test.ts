import { describe, expect, test } from '@jest/globals';
import { DOCTOR_RULES } from '../../shared/core/doctor/rules.ts';
import { AwsError } from '../../simulator/errors.ts';
import { plainWords, taskwire } from '../support/command-line.ts';
import { createDoctorStage, type DoctorStage } from '../support/doctor-stage.ts';
import { only } from '../support/stage.ts';

/** What doctor says as JSON. */
const ask = async (stage: DoctorStage, env: Readonly<Record<string, string>> = {}, argv: readonly string[] = []) => {
  const { code, out, err } = await taskwire(stage, ['doctor', '--json', ...argv], { env });
  const { findings, failures = [], checks } = JSON.parse(out);
  return { code, err, findings, failures, checks };
};

const ruleOf = (stage: DoctorStage, name: string) => {
  const rule = stage.world.switches.rules.get(`taskwire-prod-${name}`);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
};
const functionOf = (stage: DoctorStage, name: string) => {
  const found = stage.world.deployed.functions.get(`taskwire-prod-${name}`);
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
};
const deny = (stage: DoctorStage, principal: string, ...actions: readonly string[]): void => {
  stage.world.deployed.deniedTo.set(`arn:aws:iam::111122223333:role/${principal}`, new Set(actions));
};

const notThere = () =>
  new AwsError('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.', {
    statusCode: 400,
  });
const watch = ({ world }: DoctorStage, clusters: string): void => {
  for (const { env } of world.deployed.functions.values()) env.set('TASKWIRE_CLUSTERS', clusters);
};

/** One mistake, and what tells of it. */
interface Planted {
  readonly name: string;
  readonly plant: (stage: DoctorStage) => void;
  readonly rule: string;
  readonly severity: string;
  readonly says: string;
  readonly env?: Readonly<Record<string, string>>;
}

const PLANTED: readonly Planted[] = [
  {
    name: 'credentials that AWS does not know',
    plant: ({ world }) => world.deployed.trouble.set('sts:GetCallerIdentity', { denied: true }),
    rule: 'DOC-1',
    severity: 'high',
    says: 'not authorized',
  },
  {
    name: 'a clock that is 10 minutes behind',
    plant: ({ world }) => {
      world.deployed.clockAheadMs = 600_000;
    },
    rule: 'DOC-2',
    severity: 'high',
    says: 'It is 600 s behind AWS’s.',
  },
  {
    name: 'a clock that is 2 minutes ahead',
    plant: ({ world }) => {
      world.deployed.clockAheadMs = -120_000;
    },
    rule: 'DOC-2',
    severity: 'low',
    says: 'ahead of AWS’s.',
  },
  {
    name: 'a caller who may not look',
    plant: (stage) => deny(stage, 'engineer', 'ecs:ListTasks'),
    rule: 'DOC-3',
    severity: 'medium',
    says: 'You may not call ecs:ListTasks: plan',
  },
  {
    name: 'a caller who may not change',
    plant: (stage) => deny(stage, 'engineer', 'elasticloadbalancing:RegisterTargets'),
    rule: 'DOC-3',
    severity: 'info',
    says: 'You may not call elasticloadbalancing:RegisterTargets: apply',
  },
  {
    name: 'a function that is not deployed',
    plant: ({ world }) => void world.deployed.functions.delete('taskwire-prod-remediate'),
    rule: 'DOC-4',
    severity: 'high',
    says: 'taskwire-prod-remediate is not deployed',
  },
  {
    name: 'a function that failed',
    plant: (stage) => {
      functionOf(stage, 'audit').state = 'Failed';
    },
    rule: 'DOC-4',
    severity: 'high',
    says: 'in the state Failed',
  },
  {
    name: 'a setting that is wrong',
    plant: (stage) => void functionOf(stage, 'audit').env.set('TASKWIRE_MODE', 'dry'),
    rule: 'DOC-5',
    severity: 'high',
    says: 'TASKWIRE_MODE is "dry"',
  },
  {
    name: 'a function with another prefix',
    plant: (stage) => void functionOf(stage, 'verify-xray').env.set('TASKWIRE_TAG_PREFIX', 'wires'),
    rule: 'DOC-5',
    severity: 'high',
    says: 'TASKWIRE_TAG_PREFIX is "wires" for taskwire-prod-verify-xray',
  },
  {
    name: 'a command line with other clusters',
    plant: () => undefined,
    env: { TASKWIRE_CLUSTERS: 'production' },
    rule: 'DOC-5',
    severity: 'low',
    says: 'TASKWIRE_CLUSTERS is "production" for this command line',
  },
  {
    name: 'a role that lacks a right',
    plant: (stage) => deny(stage, 'taskwire-prod-register-targets', 'ec2:DescribeSubnets'),
    rule: 'DOC-6',
    severity: 'high',
    says: 'The role of taskwire-prod-register-targets may not call ec2:DescribeSubnets',
  },
  {
    name: 'a rule that is disabled',
    plant: (stage) => {
      ruleOf(stage, 'register-targets-tasks').enabled = false;
    },
    rule: 'DOC-7',
    severity: 'high',
    says: 'register-targets-tasks is disabled',
  },
  {
    name: 'a rule that sends elsewhere',
    plant: ({ world }) => void world.deployed.ruleTargets.set('taskwire-prod-adjust-scaling-tags', []),
    rule: 'DOC-7',
    severity: 'high',
    says: 'does not send to taskwire-prod-adjust-scaling.fifo',
  },
  {
    name: 'a schedule that is disabled',
    plant: (stage) => {
      ruleOf(stage, 'register-targets-sweep').enabled = false;
    },
    rule: 'DOC-8',
    severity: 'high',
    says: 'register-targets-sweep is disabled: what events missed',
  },
  {
    name: 'a queue that is missing',
    plant: ({ world }) =>
      void world.faults.add({
        action: 'sqs:GetQueueUrl',
        when: ({ QueueName }) => QueueName === 'taskwire-prod-audit-failures',
        failure: notThere(),
      }),
    rule: 'DOC-9',
    severity: 'high',
    says: 'The queue taskwire-prod-audit-failures is missing',
  },
  {
    name: 'a queue that is not read',
    plant: ({ world }) => {
      for (const mapping of world.switches.mappings.values())
        if (mapping.functionName.endsWith('verify-xray')) mapping.state = 'Disabled';
    },
    rule: 'DOC-10',
    severity: 'high',
    says: 'from taskwire-prod-verify-xray to taskwire-prod-verify-xray is Disabled',
  },
  {
    name: 'a sweep that does not come',
    plant: ({ world }) =>
      void world.deployed.figures.delete('AWS/Events Invocations taskwire-prod-register-targets-sweep'),
    rule: 'DOC-11',
    severity: 'high',
    says: 'The schedule taskwire-prod-register-targets-sweep did not run in the last hour',
  },
  {
    name: 'an audit that did not come for a day',
    plant: ({ world }) => void world.deployed.figures.delete('AWS/Events Invocations taskwire-prod-audit'),
    rule: 'DOC-11',
    severity: 'high',
    says: 'taskwire-prod-audit did not run in the last day',
  },
  {
    name: 'a day without task events',
    plant: ({ world }) =>
      void world.deployed.figures.delete('AWS/Events Invocations taskwire-prod-register-targets-tasks'),
    rule: 'DOC-11',
    severity: 'low',
    says: 'No event came by the rule taskwire-prod-register-targets-tasks',
  },
  {
    name: 'events that cannot be delivered',
    plant: ({ world }) =>
      void world.deployed.figures.set('AWS/Events FailedInvocations taskwire-prod-verify-xray-tasks', 3),
    rule: 'DOC-11',
    severity: 'high',
    says: '3 of the last hour’s events',
  },
  {
    name: 'a message that waits',
    plant: ({ world }) =>
      void world.deployed.figures.set('AWS/SQS ApproximateAgeOfOldestMessage taskwire-prod-register-targets', 3_600),
    rule: 'DOC-11',
    severity: 'medium',
    says: 'A message waited 60 minutes',
  },
  {
    name: 'a function that fails',
    plant: ({ world }) => void world.deployed.figures.set('AWS/Lambda Errors taskwire-prod-adjust-scaling', 2),
    rule: 'DOC-11',
    severity: 'medium',
    says: 'taskwire-prod-adjust-scaling failed 2 times',
  },
  {
    name: 'a message in a failure queue',
    plant: ({ queues }) => void queues.get('taskwire-prod-register-targets-failures')?.send('{}'),
    rule: 'DOC-12',
    severity: 'medium',
    says: '1 message waits in taskwire-prod-register-targets-failures',
  },
  {
    name: 'a group that the tagging API does not tell of',
    plant: (stage) => {
      const late = stage.groupOf('late', {});
      stage.world.faults.before('elasticloadbalancing:DescribeTags', () => {
        stage.world.targetGroups.tag(late.arn, { 'taskwire:service': 'production/web' });
      });
    },
    rule: 'DOC-13',
    severity: 'medium',
    says: 'does not tell of 1 tagged target groups: late',
  },
  {
    name: 'tags that the tagging API tells as they were',
    plant: ({ world, group }) => {
      world.faults.before('elasticloadbalancing:DescribeTags', () => {
        world.targetGroups.tag(group.arn, { 'taskwire:mode': 'observe' });
      });
    },
    rule: 'DOC-13',
    severity: 'medium',
    says: 'older tags of 1 target groups: web',
  },
  {
    name: 'a deleted group that the tagging API still tells of',
    plant: (stage) => {
      const gone = stage.groupOf('gone', { 'taskwire:service': 'production/web' });
      stage.world.targetGroups.delete(gone.arn, { stillTagged: true });
    },
    rule: 'DOC-13',
    severity: 'info',
    says: 'still tells of 1 target groups that are deleted: gone',
  },
  {
    name: 'invocations that Lambda refused',
    plant: ({ world }) => void world.deployed.figures.set('AWS/Lambda Throttles taskwire-prod-register-targets', 5),
    rule: 'DOC-14',
    severity: 'medium',
    says: 'Lambda refused 5 invocations',
  },
  {
    name: 'too few instances left',
    plant: ({ world }) => {
      world.deployed.concurrency.unreserved = 3;
    },
    rule: 'DOC-14',
    severity: 'medium',
    says: 'Of the account’s 1000 only 3 are not reserved',
  },
  {
    name: 'stacks that share out too much',
    plant: ({ deployFunction }) =>
      deployFunction('taskwire-test-register-targets', {
        TASKWIRE_TAG_PREFIX: 'other',
        TASKWIRE_REGISTRATIONS_PER_SECOND: '2',
      }),
    rule: 'DOC-14',
    severity: 'medium',
    says: 'take 5 calls per second together; AWS gives 4',
  },
  {
    name: 'a binding to a cluster that does not exist',
    plant: (stage) => void stage.groupOf('astray', { 'taskwire:service': 'producton/web' }),
    rule: 'DOC-15',
    severity: 'medium',
    says: 'bound to the cluster "producton", which does not exist: astray',
  },
  {
    name: 'a binding to a cluster that is not watched',
    plant: (stage) => {
      stage.world.ecs.addCluster('staging');
      stage.groupOf('astray', { 'taskwire:service': 'staging/web' });
      watch(stage, 'production');
    },
    env: { TASKWIRE_CLUSTERS: 'production' },
    rule: 'DOC-15',
    severity: 'medium',
    says: 'not among TASKWIRE_CLUSTERS: astray',
  },
  {
    name: 'a watched cluster that does not exist',
    plant: (stage) => watch(stage, 'production,nowhere'),
    env: { TASKWIRE_CLUSTERS: 'production,nowhere' },
    rule: 'DOC-15',
    severity: 'medium',
    says: 'TASKWIRE_CLUSTERS names "nowhere"',
  },
  {
    name: 'a watched cluster without a binding',
    plant: (stage) => {
      stage.world.ecs.addCluster('batch');
      watch(stage, 'production,batch');
    },
    env: { TASKWIRE_CLUSTERS: 'batch,production' },
    rule: 'DOC-15',
    severity: 'info',
    says: 'The cluster "batch" is watched, and no target group is bound to it',
  },
  {
    name: 'another stack on the same tags',
    plant: ({ deployFunction }) =>
      deployFunction('taskwire-old-register-targets', { TASKWIRE_REGISTRATIONS_PER_SECOND: '1' }),
    rule: 'DOC-16',
    severity: 'high',
    says: 'taskwire-old-register-targets works on the same tags',
  },
  {
    name: 'a group that is paused',
    plant: ({ world, group }) => void world.targetGroups.tag(group.arn, { 'taskwire:paused': 'yes' }),
    rule: 'DOC-17',
    severity: 'low',
    says: 'The target group web is paused',
  },
  {
    name: 'an account that has nearly all target groups that it may have',
    plant: ({ world }) => {
      world.deployed.targetGroupQuota = 1;
    },
    rule: 'DOC-14',
    severity: 'medium',
    says: 'The account has 1 of the 1 target groups that it may have in this Region',
  },
  {
    name: 'a function that was deployed apart',
    plant: (stage) => void functionOf(stage, 'audit').env.set('TASKWIRE_VERSION', '1.2.3+9f8e7d6'),
    rule: 'DOC-18',
    severity: 'medium',
    says: 'taskwire-prod-audit is of the version "1.2.3+9f8e7d6", and most functions are of the version "1.2.3+0a1b2c3"',
  },
  {
    name: 'a function that tells no version',
    plant: (stage) => void functionOf(stage, 'remediate').env.delete('TASKWIRE_VERSION'),
    rule: 'DOC-18',
    severity: 'medium',
    says: 'taskwire-prod-remediate is of no version',
  },
  {
    name: 'a stack of another version than the command line',
    plant: ({ world }) => {
      for (const { env } of world.deployed.functions.values()) env.set('TASKWIRE_VERSION', '1.1.0+0a1b2c3');
    },
    rule: 'DOC-18',
    severity: 'low',
    says: 'It is of the version "1.2.3", the stack of the version "1.1.0+0a1b2c3"',
  },
];

const ACTIONS = [
  'sts:GetCallerIdentity',
  'lambda:GetFunctionConfiguration',
  'lambda:ListFunctions',
  'lambda:ListEventSourceMappings',
  'lambda:GetAccountSettings',
  'events:ListRules',
  'events:ListTargetsByRule',
  'iam:GetRole',
  'iam:SimulatePrincipalPolicy',
  'cloudwatch:GetMetricData',
  'elasticloadbalancing:DescribeAccountLimits',
] as const;

describe('taskwire doctor', () => {
  test('finds nothing in an account in which nothing is wrong', async () => {
    const { code, err, findings, failures, checks } = await ask(createDoctorStage());
    expect({ findings, failures, err }).toEqual({ findings: [], failures: [], err: '' });
    expect(checks.map(({ status }: { status: string }) => status)).toEqual(checks.map(() => 'ok'));
    expect(checks.map(({ id }: { id: string }) => id)).toEqual(Object.values(DOCTOR_RULES).map(({ id }) => id));
    expect(code).toBe(0);
  });

  test.each(PLANTED)('finds $name, and nothing else', async ({ plant, rule, severity, says, env }) => {
    const stage = createDoctorStage();
    plant(stage);
    const { code, findings, failures } = await ask(stage, env);
    expect(failures).toEqual([]);
    const finding: { rule: string; severity: string; summary: string; fix: string } = only(findings);
    expect(finding).toMatchObject({ rule, severity });
    expect(finding.summary).toContain(says);
    expect(finding.fix).toMatch(/^[A-Z].{10,}/);
    expect(code).toBe(severity === 'high' ? 1 : 0);
  });

  test('a paused stack is told once, and what it switched off is no mistake', async () => {
    const stage = createDoctorStage();
    const { world } = stage;
    await taskwire(stage, ['pause']);
    await world.clock.advance(60_000);
    world.deployed.figures.delete('AWS/Events Invocations taskwire-prod-register-targets-sweep');
    const { code, findings } = await ask(stage);
    const counted = findings.filter(({ severity }: { severity: string }) => severity !== 'info');
    expect(counted).toEqual([
      expect.objectContaining({
        rule: 'DOC-17',
        summary: expect.stringContaining('The stack taskwire-prod is paused'),
      }),
    ]);
    expect(findings.length).toBeGreaterThan(3);
    expect(code).toBe(0);
  });

  test('what several roles lack is told of each, every right once', async () => {
    const stage = createDoctorStage();
    for (const name of ['register-targets', 'audit']) {
      deny(stage, `taskwire-prod-${name}`, 'sqs:SendMessage', 'ecs:DescribeServices', 'ecs:DescribeTasks');
    }
    const { findings } = await ask(stage);
    expect(findings.map(({ summary }: { summary: string }) => summary)).toEqual(
      ['register-targets', 'audit'].map(
        (name) =>
          `The role of taskwire-prod-${name} may not call ecs:DescribeServices, ecs:DescribeTasks, sqs:SendMessage.`,
      ),
    );
  });

  test('where nothing is deployed says so once, and still looks at tags, clusters and rights', async () => {
    const stage = createDoctorStage();
    const { code, findings, failures, checks } = await ask(stage, {}, ['--stage', 'test']);
    expect({ code, failures }).toEqual({ code: 1, failures: [] });
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'DOC-4', summary: expect.stringContaining('None of its functions') }),
    );
    // What is there under another stage works on the same tags: that is told, too.
    expect(findings.map(({ rule }: { rule: string }) => rule)).toEqual(['DOC-4', 'DOC-16']);
    const skipped = checks.filter(({ status }: { status: string }) => status === 'skipped');
    expect(skipped.map(({ id }: { id: string }) => id)).toEqual([
      'DOC-5',
      'DOC-6',
      'DOC-7',
      'DOC-8',
      'DOC-9',
      'DOC-10',
      'DOC-11',
      'DOC-12',
      'DOC-14',
      'DOC-18',
    ]);
  });

  describe('what may not be asked', () => {
    test('who may not simulate is judged by harmless calls; of the roles nothing is known, and why', async () => {
      const stage = createDoctorStage();
      stage.world.deployed.trouble.set('iam:SimulatePrincipalPolicy', { denied: true });
      const { code, findings, failures, checks } = await ask(stage);
      expect({ code, findings }).toEqual({ code: 3, findings: [] });
      expect(only(failures)).toMatchObject({ resource: expect.stringContaining('DOC-6') });
      expect(checks[2]).toMatchObject({ id: 'DOC-3', status: 'ok', found: 'what looking needs, by harmless calls' });
    });

    test('a harmless call that is denied is a right that is missing', async () => {
      const stage = createDoctorStage();
      stage.world.deployed.trouble.set('iam:GetRole', { denied: true });
      stage.world.faults.add({ action: 'ecs:ListServices', failure: 'denied' });
      const { findings } = await ask(stage);
      expect(findings).toContainEqual(
        expect.objectContaining({
          rule: 'DOC-3',
          summary: expect.stringContaining('You may not call ecs:ListServices'),
        }),
      );
    });

    test.each([
      [
        'lambda:GetFunctionConfiguration',
        [
          'DOC-4',
          'DOC-5',
          'DOC-6',
          'DOC-7',
          'DOC-8',
          'DOC-9',
          'DOC-10',
          'DOC-11',
          'DOC-12',
          'DOC-14',
          'DOC-16',
          'DOC-18',
        ],
      ],
      ['lambda:ListFunctions', ['DOC-14', 'DOC-16']],
      ['lambda:ListEventSourceMappings', ['DOC-10']],
      ['lambda:GetAccountSettings', ['DOC-14']],
      ['elasticloadbalancing:DescribeAccountLimits', ['DOC-14']],
      ['events:ListRules', ['DOC-7', 'DOC-8']],
      ['events:ListTargetsByRule', ['DOC-7', 'DOC-8']],
      ['cloudwatch:GetMetricData', ['DOC-11', 'DOC-14']],
    ] as const)('without %s nothing is known of %j, and all else is', async (action, without) => {
      const stage = createDoctorStage();
      stage.world.deployed.trouble.set(action, { denied: true });
      const { code, checks } = await ask(stage);
      const unknown = checks.filter(({ status }: { status: string }) => status !== 'ok');
      expect(unknown.map(({ id }: { id: string }) => id)).toEqual(without);
      expect(unknown.map(({ status }: { status: string }) => status)).toEqual(without.map(() => 'not-known'));
      expect(code).toBe(3);
    });
  });

  describe('in time', () => {
    test('ends within 20 s on an account with 200 groups, and with AWS’s budgets', async () => {
      const stage = createDoctorStage();
      const { world } = stage;
      for (let number = 1; number < 200; number++) {
        stage.groupOf(`group-${number}`, { 'taskwire:service': 'production/web' });
      }
      for (const action of ACTIONS) world.deployed.trouble.set(action, { latencyMs: 300 });
      const begunMs = world.clock.nowMs();
      const { failures, findings } = await ask(stage);
      expect({ failures, findings }).toEqual({ failures: [], findings: [] });
      expect(world.clock.nowMs() - begunMs).toBeLessThan(20_000);
      const counts = world.calls.counts();
      expect(counts['elasticloadbalancing:DescribeTags']).toBe(10);
      expect(counts['elasticloadbalancing:DescribeTargetGroups']).toBe(1);
    });

    test.each(ACTIONS)('what does not answer in time is not known, and named: %s', async (action) => {
      const stage = createDoctorStage();
      stage.world.deployed.trouble.set(action, { latencyMs: 3_600_000 });
      const begunMs = stage.world.clock.nowMs();
      const { code, failures } = await ask(stage);
      expect(stage.world.clock.nowMs() - begunMs).toBeLessThan(20_000);
      expect(failures.length).toBeGreaterThan(0);
      for (const { message } of failures) expect(message).toContain('AWS did not answer within 17 s.');
      expect(code).toBe(3);
    });
  });

  test('tells one line for each check, and the cure below what is wrong', async () => {
    const stage = createDoctorStage();
    ruleOf(stage, 'verify-xray-tasks').enabled = false;
    const { code, out, err } = await taskwire(stage, ['doctor']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(plainWords(out)).toBe(`DOC-1   ok    credentials:
              arn:aws:sts::111122223333:assumed-role/engineer/somebody, account
              111122223333, Region eu-central-1
DOC-2   ok    clock: within a minute of AWS’s
DOC-3   ok    your rights: all that looking and changing needs
DOC-4   ok    functions: 6 deployed
DOC-5   ok    settings: tags taskwire:…, all clusters, enforce
DOC-6   ok    roles of the functions: 6, by IAM’s simulation
DOC-7   FAIL  rules for events
              high    The rule taskwire-prod-verify-xray-tasks is disabled: the
                      events never come.
                      Cure: Enable it: aws events enable-rule --name
                      taskwire-prod-verify-xray-tasks
DOC-8   ok    schedules: 3, all enabled
DOC-9   ok    queues: 10
DOC-10  ok    event source mappings: 3, all enabled
DOC-11  ok    events: 864 came in the last day
DOC-12  ok    failure queues: empty
DOC-13  ok    tagging API: 1 tagged target groups, all with the tags that they
              have
DOC-14  ok    budgets: 900 of 1000 concurrent executions not reserved, 1 of 3000
              target groups, 3 of 4 registrations per second shared out
DOC-15  ok    clusters: 1 in the tags of 1 target groups
DOC-16  ok    other stacks: none on taskwire:…
DOC-17  ok    pauses: none
DOC-18  ok    version: 1.2.3+0a1b2c3

18 checks: 1 failed
<calls>
`);
  });

  test('a stage that is no name is wrong usage', async () => {
    const { code, err } = await taskwire(createDoctorStage(), ['doctor', '--stage', '../prod']);
    expect(code).toBe(2);
    expect(err).toContain('up to 20 lower-case letters');
  });

  test('every check has a mistake that it finds', () => {
    const found = new Set(PLANTED.map(({ rule }) => rule));
    expect(Object.values(DOCTOR_RULES).filter(({ id }) => !found.has(id))).toEqual([]);
  });
});
