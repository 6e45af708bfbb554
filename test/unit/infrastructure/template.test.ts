import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { INSTANCES } from '../../../functions/register-targets/wire.ts';
import { isAllowed } from '../../support/authorization.ts';
import { passes } from '../../support/event-pattern.ts';
import { at, listAt, numberAt, objectAt, objectsAt } from '../../support/free-form.ts';
import { loadEvent, sampleEvents } from '../../support/load-event.ts';
import { packagedTemplate, resolved, statementsOf, type Template } from '../../support/packaged-stack.ts';

const OF_TASKS = /^task-state-change\//;
const OF_TAGS = ['tag-change/target-group-tagged', 'tag-change/target-group-untagged'];

describe('the stack with its defaults', () => {
  let template: Template;
  const propertiesOf = (id: string) => objectAt(template.Resources, id, 'Properties');
  const ofType = (type: string) => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
  const passedBy = (rule: string): readonly string[] => {
    const pattern = resolved(template, propertiesOf(rule).EventPattern);
    return sampleEvents().filter((name) => passes(pattern, loadEvent(name)));
  };

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  test('passes every task that runs or is about to end, and only those', () => {
    const passed = passedBy('RegisterTargetsTaskRule');
    expect(passed.filter((name) => OF_TASKS.test(name))).toEqual(sampleEvents().filter((name) => OF_TASKS.test(name)));
    const pattern = resolved(template, propertiesOf('RegisterTargetsTaskRule').EventPattern);
    for (const lastStatus of ['PROVISIONING', 'PENDING', 'ACTIVATING']) {
      expect(passes(pattern, loadEvent('task-state-change/running', { lastStatus }))).toBe(false);
    }
    expect(
      passes(pattern, loadEvent('task-state-change/running', { lastStatus: 'PENDING', desiredStatus: 'STOPPED' })),
    ).toBe(true);
    // What is malformed in its content still comes through, so that the function names it; another kind does not.
    expect(passed.filter((name) => !OF_TASKS.test(name)).every((name) => name.startsWith('invalid/'))).toBe(true);
    expect(passed).not.toContain('invalid/other-ecs-event');
  });

  test('passes changed tags of target groups when they are its own', () => {
    const passed = passedBy('RegisterTargetsTagRule');
    expect(passed.filter((name) => !name.startsWith('invalid/'))).toEqual(OF_TAGS);
    const pattern = resolved(template, propertiesOf('RegisterTargetsTagRule').EventPattern);
    expect(passes(pattern, loadEvent(OF_TAGS[0] ?? '', { 'changed-tag-keys': ['team'] }))).toBe(false);
    expect(passes(pattern, loadEvent('invalid/tags-of-a-load-balancer'))).toBe(false);
  });

  test('no event of Taskwire itself comes back to it', () => {
    const own = sampleEvents().filter((name) => name.startsWith('taskwire/'));
    const passed = [...passedBy('RegisterTargetsTaskRule'), ...passedBy('RegisterTargetsTagRule')];
    expect(passed.filter((name) => own.includes(name))).toEqual([]);
  });

  test('as many instances follow events as share the budgets, the sweep being the other one', () => {
    expect(propertiesOf('RegisterDashtargetsEventSourceMappingSQSRegisterTargetsQueue')).toMatchObject({
      ScalingConfig: { MaximumConcurrency: INSTANCES - 1 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 1,
    });
    // Beside them a sweep that is still ending, and a person.
    expect(propertiesOf('RegisterDashtargetsLambdaFunction').ReservedConcurrentExecutions).toBe(INSTANCES + 2);
  });

  test('a message sleeps at least six time-outs, and is received five times before it is given up', () => {
    const { Timeout } = propertiesOf('RegisterDashtargetsLambdaFunction');
    const { VisibilityTimeout, RedrivePolicy } = propertiesOf('RegisterTargetsQueue');
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * numberAt(Timeout));
    expect(at(RedrivePolicy, 'maxReceiveCount')).toBeGreaterThanOrEqual(5);
    expect(resolved(template, at(RedrivePolicy, 'deadLetterTargetArn'))).toMatch(/-failures$/);
  });

  test('every queue is encrypted, keeps 14 days and is sent to by its rules only', () => {
    const queues = ofType('AWS::SQS::Queue');
    // And one where audits end that did not come about.
    expect(queues).toHaveLength(3 * ofType('AWS::Lambda::EventSourceMapping').length + 1);
    for (const [, { Properties }] of queues) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    }
    for (const [, { Properties }] of ofType('AWS::SQS::QueuePolicy')) {
      for (const statement of objectsAt(Properties, 'PolicyDocument', 'Statement')) {
        expect(statement.Principal).toEqual({ Service: 'events.amazonaws.com' });
        expect(listAt(statement, 'Condition', 'ArnEquals', 'aws:SourceArn').length).toBeGreaterThan(0);
      }
    }
  });

  test('every target of a rule has a bound on tries and age, and a standard queue for what is left', () => {
    for (const [id, { Properties }] of ofType('AWS::Events::Rule')) {
      for (const target of objectsAt(Properties, 'Targets')) {
        expect({ id, policy: target.RetryPolicy }).toMatchObject({
          policy: { MaximumRetryAttempts: expect.any(Number), MaximumEventAgeInSeconds: expect.any(Number) },
        });
        expect(resolved(template, at(target, 'DeadLetterConfig', 'Arn'))).toMatch(/-(?:undelivered|audit-failures)$/);
      }
    }
  });

  test('sweeps do not pile up behind an outage, and one that fails is seen', () => {
    expect(propertiesOf('RegisterTargetsSweepRule')).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }],
    });
    const invocation = propertiesOf('RegisterDashtargetsLambdaEvConf');
    expect(invocation).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 });
    expect(resolved(template, at(invocation, 'DestinationConfig', 'OnFailure', 'Destination'))).toMatch(/-failures$/);
  });

  test('the function is traced, tagged, may call itself in turns, and its log ends', () => {
    expect(propertiesOf('RegisterDashtargetsLambdaFunction')).toMatchObject({
      TracingConfig: { Mode: 'Active' },
      RecursiveLoop: 'Allow',
      Tags: expect.arrayContaining([{ Key: 'application', Value: 'taskwire' }]),
    });
    expect(propertiesOf('RegisterDashtargetsLogGroup').RetentionInDays).toBe(30);
  });

  test('a star stands for every resource only where a comment beside it says why', () => {
    const stars = statementsOf(template, 'RegisterTargetsRole').filter(({ Resource }) => Resource === '*');
    const yaml = readFileSync('infrastructure/register-targets.yml', 'utf8');
    expect(stars.length).toBeGreaterThan(0);
    for (const { Sid } of stars) expect(yaml).toMatch(new RegExp(`# .+\\n +- Sid: ${Sid}\\n`));
  });
});

describe('the stack with parameters', () => {
  test('watches only the clusters that are named, and those of Beanstalk', async () => {
    const template = await packagedTemplate({ clusters: 'production, staging' });
    const pattern = resolved(template, template.Resources.RegisterTargetsTaskRule?.Properties.EventPattern);
    const of = (cluster: string) =>
      loadEvent('task-state-change/running', {
        clusterArn: `arn:aws:ecs:eu-central-1:111122223333:cluster/${cluster}`,
      });
    expect(passes(pattern, of('production'))).toBe(true);
    expect(passes(pattern, of('staging'))).toBe(true);
    expect(passes(pattern, of('awseb-shop-a1b2c3'))).toBe(true);
    expect(passes(pattern, of('production-2'))).toBe(false);
  });

  test('in observe may change no target group, whatever its tags say', async () => {
    const template = await packagedTemplate({ mode: 'observe' });
    const statements = statementsOf(template, 'RegisterTargetsRole');
    for (const action of ['RegisterTargets', 'DeregisterTargets']) {
      const request = {
        action: `elasticloadbalancing:${action}`,
        resource: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/checkout/5f3a9c1e7d2b4680',
        context: { 'aws:ResourceTag/taskwire:service': 'production/checkout' },
      };
      expect(isAllowed(statements, request)).toBe(false);
    }
  });

  test('with another tag prefix follows and changes what carries that', async () => {
    const template = await packagedTemplate({ tagPrefix: 'team' });
    const text = JSON.stringify(template.Resources);
    expect(text).toContain('aws:ResourceTag/team:service');
    expect(text).toContain('{"prefix":"team:"}');
    expect(text).not.toMatch(/taskwire:(service|mode)/);
  });

  test('another stage has names of its own everywhere', async () => {
    const { Resources } = await packagedTemplate({});
    const names = Object.values(Resources).flatMap(({ Properties = {} }) =>
      ['QueueName', 'AlarmName', 'FunctionName', 'Name'].flatMap((key) =>
        typeof Properties[key] === 'string' ? [Properties[key]] : [],
      ),
    );
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(name).toMatch(/^taskwire-prod-/);
  });

  test('tells everything that is wrong at once, before anything is deployed', async () => {
    const wrong = packagedTemplate({
      clusters: 'arn:aws:ecs:r:1:cluster/a',
      mode: 'enforced',
      tagPrefix: 'aws',
      alarmTopic: 'mail',
    });
    await expect(wrong).rejects.toThrow(
      /clusters names "arn.+tagPrefix is "aws".+mode is "enforced".+alarmTopic is "mail"/,
    );
  });

  test('sets no instances aside where the account has none to give', async () => {
    const template = await packagedTemplate({ reservedConcurrency: '0' });
    expect(JSON.stringify(template)).not.toContain('ReservedConcurrentExecutions');
  });
});
