import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { INSTANCES } from '../../../functions/verify-xray/wire.ts';
import { parseTracingInput } from '../../../shared/contracts/tracing-input.ts';
import { passes } from '../../support/event-pattern.ts';
import { at, numberAt, objectAt, objectsAt } from '../../support/free-form.ts';
import { loadEvent, sampleEvents } from '../../support/load-event.ts';
import { packagedTemplate, resolved, statementsOf, type Template } from '../../support/packaged-stack.ts';

const RULE = 'VerifyXrayTaskRule';
const PLACE = 'eu-central-1:111122223333';

const patternOf = (template: Template): unknown =>
  resolved(template, template.Resources[RULE]?.Properties.EventPattern);
const inCluster = (cluster: string) =>
  loadEvent('task-state-change/running', { clusterArn: `arn:aws:ecs:${PLACE}:cluster/${cluster}` });

describe('verify-xray in the stack with its defaults', () => {
  let template: Template;
  const propertiesOf = (id: string) => objectAt(template.Resources, id, 'Properties');

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  // What shared/app/verify-xray.ts and core/tracing/life.ts can judge.
  test.each<{ name: string; told: Record<string, unknown>; heard: boolean }>([
    { name: 'a task that waits for its containers', told: { lastStatus: 'PENDING' }, heard: true },
    { name: 'a task that runs', told: {}, heard: true },
    { name: 'no task that waits for capacity', told: { lastStatus: 'PROVISIONING' }, heard: false },
    { name: 'no stage between the two', told: { lastStatus: 'ACTIVATING' }, heard: false },
    { name: 'no task that a deployment ends', told: { desiredStatus: 'STOPPED' }, heard: false },
    {
      name: 'no task that never started',
      told: { desiredStatus: 'STOPPED', lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' },
      heard: false,
    },
    ...['RUNNING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'].map((lastStatus) => ({
      name: `a task that an essential container ended, ${lastStatus}`,
      told: { desiredStatus: 'STOPPED', lastStatus, stopCode: 'EssentialContainerExited' },
      heard: true,
    })),
  ])('hears of $name', ({ told, heard }) => {
    expect(passes(patternOf(template), loadEvent('task-state-change/running', told))).toBe(heard);
  });

  test('every well-formed event that passes leads to work, and none of Taskwire comes back', () => {
    const passed = sampleEvents().filter((name) => passes(patternOf(template), loadEvent(name)));
    const wellFormed = passed.filter((name) => !name.startsWith('invalid/'));
    expect(wellFormed).toContain('task-state-change/container-exited');
    expect(wellFormed.length).toBeGreaterThan(5);
    for (const name of wellFormed) {
      const { messages, dropped } = parseTracingInput(loadEvent(name), 0);
      expect({ name, understood: messages.length, dropped }).toEqual({ name, understood: 1, dropped: [] });
    }
    // What is malformed in its content still comes through, so that the function names it; another kind does not.
    expect(passed).not.toContain('invalid/other-ecs-event');
  });

  test('its queue holds events back until a collector’s health is known, and nobody else invokes it', () => {
    expect(propertiesOf('VerifyXrayQueue').DelaySeconds).toBe(120);
    expect(propertiesOf('VerifyXrayFailureQueue').DelaySeconds).toBeUndefined();
    const [target, ...others] = objectsAt(propertiesOf(RULE), 'Targets');
    expect(others).toEqual([]);
    expect(resolved(template, target?.Arn)).toBe(`arn:aws:sqs:${PLACE}:taskwire-prod-verify-xray`);
    for (const policy of ['VerifyXrayQueuePolicy', 'VerifyXrayUndeliveredQueuePolicy']) {
      const senders = at(
        propertiesOf(policy),
        'PolicyDocument',
        'Statement',
        0,
        'Condition',
        'ArnEquals',
        'aws:SourceArn',
      );
      expect(senders).toEqual([{ 'Fn::GetAtt': [RULE, 'Arn'] }]);
    }
    const invoking = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Permission');
    expect(JSON.stringify(invoking)).not.toContain('VerifyDashxray');
  });

  test('as many instances follow events as share the budgets, and none is set aside', () => {
    expect(propertiesOf('VerifyDashxrayEventSourceMappingSQSVerifyXrayQueue')).toMatchObject({
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: INSTANCES },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(propertiesOf('VerifyDashxrayLambdaFunction').ReservedConcurrentExecutions).toBeUndefined();
  });

  test('a message sleeps at least six time-outs, and is received five times before it is given up', () => {
    const { VisibilityTimeout, RedrivePolicy } = propertiesOf('VerifyXrayQueue');
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(
      6 * numberAt(propertiesOf('VerifyDashxrayLambdaFunction'), 'Timeout'),
    );
    expect(at(RedrivePolicy, 'maxReceiveCount')).toBeGreaterThanOrEqual(5);
    expect(resolved(template, at(RedrivePolicy, 'deadLetterTargetArn'))).toMatch(/-failures$/);
  });

  test('the function is traced, tagged, may call itself in turns, and its log ends', () => {
    expect(propertiesOf('VerifyDashxrayLambdaFunction')).toMatchObject({
      TracingConfig: { Mode: 'Active' },
      RecursiveLoop: 'Allow',
      Tags: expect.arrayContaining([{ Key: 'application', Value: 'taskwire' }]),
    });
    expect(propertiesOf('VerifyDashxrayLogGroup').RetentionInDays).toBe(30);
  });

  test('a star stands for every resource only where a comment beside it says why', () => {
    const stars = statementsOf(template, 'VerifyXrayRole').filter(({ Resource }) => Resource === '*');
    const yaml = readFileSync('infrastructure/verify-xray.yml', 'utf8');
    expect(stars.length).toBeGreaterThan(0);
    for (const { Sid } of stars) expect(yaml).toMatch(new RegExp(`# .+\\n +- Sid: ${Sid}\\n`));
  });

  test('its role changes nothing', () => {
    const own = /^(?:sqs|logs|xray|events):/;
    const others = statementsOf(template, 'VerifyXrayRole')
      .flatMap(({ Action }) => Action)
      .filter((action) => !own.test(action));
    expect(others.length).toBeGreaterThan(0);
    for (const action of others) expect(action).toMatch(/:(?:Describe|List)/);
  });
});

describe('verify-xray in the stack with parameters', () => {
  test('hears only of the clusters that are named', async () => {
    const pattern = patternOf(await packagedTemplate({ clusters: 'production, staging' }));
    const heard = ['production', 'staging', 'production-2', 'awseb-shop-a1b2c3'].filter((cluster) =>
      passes(pattern, inCluster(cluster)),
    );
    expect(heard).toEqual(['production', 'staging']);
  });

  test('where tracing is off, hears only of tasks whose service may ask for it', async () => {
    const pattern = patternOf(await packagedTemplate({ tracing: 'off' }));
    expect(passes(pattern, loadEvent('task-state-change/running'))).toBe(true);
    expect(passes(pattern, loadEvent('task-state-change/standalone'))).toBe(false);
    expect(passes(patternOf(await packagedTemplate()), loadEvent('task-state-change/standalone'))).toBe(true);
  });

  test('images that are collectors reach the function as they were written', async () => {
    const collectorImages = 'registry.example.com/tools/tracer=adot, mirror/xr=xray';
    const template = await packagedTemplate({ collectorImages });
    const variables = objectAt(
      template.Resources,
      'VerifyDashxrayLambdaFunction',
      'Properties',
      'Environment',
      'Variables',
    );
    expect(variables.TASKWIRE_COLLECTOR_IMAGES).toBe(collectorImages);
  });

  test('a word that tracing cannot be stops the deployment', async () => {
    await expect(packagedTemplate({ tracing: 'on' })).rejects.toThrow(
      /tracing is "on": give required, optional or off/,
    );
  });
});
