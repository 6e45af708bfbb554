import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { INSTANCES } from '../../../functions/adjust-scaling/wire.ts';
import { FIFO_GROUP } from '../../../shared/aws/queue.ts';
import { parseScalingInput } from '../../../shared/contracts/scaling-input.ts';
import { isAllowed } from '../../support/authorization.ts';
import { passes } from '../../support/event-pattern.ts';
import { at, listAt, numberAt, objectAt, objectsAt } from '../../support/free-form.ts';
import { loadEvent, sampleEvents } from '../../support/load-event.ts';
import { packagedTemplate, resolved, statementsOf, type Template } from '../../support/packaged-stack.ts';

const RULES = ['AdjustScalingServiceRule', 'AdjustScalingSpotRule', 'AdjustScalingTagRule'];
const PLACE = 'eu-central-1:111122223333';

const patternOf = (template: Template, rule: string): unknown =>
  resolved(template, template.Resources[rule]?.Properties.EventPattern);

describe('adjust-scaling in the stack with its defaults', () => {
  let template: Template;
  const propertiesOf = (id: string) => objectAt(template.Resources, id, 'Properties');
  const passedBy = (rule: string): readonly string[] =>
    sampleEvents().filter((name) => passes(patternOf(template, rule), loadEvent(name)));

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  test('hears of deployments, of tasks that do not start and of services that are steady', () => {
    const wellFormed = passedBy('AdjustScalingServiceRule').filter((name) => !name.startsWith('invalid/'));
    expect(wellFormed).toEqual([
      ...sampleEvents().filter((name) => name.startsWith('deployment/')),
      'service-action/deployment-in-progress',
      'service-action/steady-state',
      'service-action/task-start-impaired',
    ]);
  });

  test('hears of the tasks of services that Spot takes back, and of no other stop', () => {
    expect(passedBy('AdjustScalingSpotRule').filter((name) => !name.startsWith('invalid/'))).toEqual([
      'task-state-change/spot-interruption',
    ]);
    const standalone = loadEvent('task-state-change/spot-interruption', { group: 'family:batch' });
    expect(passes(patternOf(template, 'AdjustScalingSpotRule'), standalone)).toBe(false);
  });

  test('hears of the tags of services that ask for scaling, and not of its own', () => {
    const passed = passedBy('AdjustScalingTagRule').filter((name) => !name.startsWith('invalid/'));
    expect(passed).toEqual([
      'tag-change/service-tagged',
      'tag-change/service-untagged',
      'tag-change/service-wrongly-tagged',
    ]);
    const pattern = patternOf(template, 'AdjustScalingTagRule');
    const changed = (...keys: readonly string[]) =>
      passes(pattern, loadEvent('tag-change/service-tagged', { 'changed-tag-keys': keys }));
    expect(changed('taskwire:hours')).toBe(true);
    expect(changed('taskwire:reactions', 'team')).toBe(true);
    expect(changed('taskwire:spot')).toBe(false);
    expect(changed('taskwire:tracing')).toBe(false);
    expect(changed('team')).toBe(false);
  });

  test('every well-formed event that a rule passes leads to work, and none of Taskwire comes back', () => {
    const passed = RULES.flatMap(passedBy).filter((name) => !name.startsWith('invalid/'));
    for (const name of passed) {
      const { messages, dropped } = parseScalingInput(loadEvent(name), 0);
      expect({ name, understood: messages.length, dropped }).toEqual({ name, understood: 1, dropped: [] });
    }
    expect(passed.filter((name) => name.startsWith('taskwire/'))).toEqual([]);
  });

  test('has one writer: one message group, in which rules, sweep and code send', () => {
    for (const rule of [...RULES, 'AdjustScalingSweepRule']) {
      const [target, ...others] = objectsAt(propertiesOf(rule), 'Targets');
      expect({ rule, others, group: target?.SqsParameters }).toEqual({
        rule,
        others: [],
        group: { MessageGroupId: FIFO_GROUP },
      });
      expect(resolved(template, target?.Arn)).toBe(`arn:aws:sqs:${PLACE}:taskwire-prod-adjust-scaling.fifo`);
    }
    // EventBridge sends no deduplication id, without which a FIFO queue refuses the message.
    expect(propertiesOf('AdjustScalingQueue')).toMatchObject({ FifoQueue: true, ContentBasedDeduplication: true });
    expect(propertiesOf('AdjustScalingFailureQueue')).toMatchObject({ FifoQueue: true });
    expect(propertiesOf('AdjustScalingUndeliveredQueue').FifoQueue).toBeUndefined();
    expect(propertiesOf('AdjustScalingSweepRule')).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }],
    });
    // Nobody but the queue and a person invokes it.
    const invoking = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Permission');
    expect(JSON.stringify(invoking)).not.toContain('AdjustDashscaling');
  });

  test('all rules may send to the queue, and to the one of the undelivered', () => {
    const sendersOf = (policy: string) =>
      listAt(propertiesOf(policy), 'PolicyDocument', 'Statement', 0, 'Condition', 'ArnEquals', 'aws:SourceArn').map(
        (arn) => at(arn, 'Fn::GetAtt', 0),
      );
    expect(sendersOf('AdjustScalingQueuePolicy')).toEqual([...RULES, 'AdjustScalingSweepRule']);
    expect(sendersOf('AdjustScalingUndeliveredQueuePolicy')).toEqual([...RULES, 'AdjustScalingSweepRule']);
  });

  test('as many instances are set aside as share the budgets; a message sleeps at least six time-outs', () => {
    const { Timeout, ReservedConcurrentExecutions } = propertiesOf('AdjustDashscalingLambdaFunction');
    expect(ReservedConcurrentExecutions).toBe(INSTANCES);
    const { VisibilityTimeout, RedrivePolicy } = propertiesOf('AdjustScalingQueue');
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * numberAt(Timeout));
    expect(at(RedrivePolicy, 'maxReceiveCount')).toBeGreaterThanOrEqual(5);
    expect(resolved(template, at(RedrivePolicy, 'deadLetterTargetArn'))).toMatch(/-failures\.fifo$/);
    const mapping = propertiesOf('AdjustDashscalingEventSourceMappingSQSAdjustScalingQueue');
    // What a FIFO queue takes: at most ten, and no window.
    expect(mapping).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(mapping.MaximumBatchingWindowInSeconds).toBeUndefined();
  });

  test('the function is traced, tagged, and its log ends', () => {
    expect(propertiesOf('AdjustDashscalingLambdaFunction')).toMatchObject({
      TracingConfig: { Mode: 'Active' },
      Tags: expect.arrayContaining([{ Key: 'application', Value: 'taskwire' }]),
    });
    expect(propertiesOf('AdjustDashscalingLogGroup').RetentionInDays).toBe(30);
  });

  test('a star stands for every resource only where a comment beside it says why', () => {
    const stars = statementsOf(template, 'AdjustScalingRole').filter(({ Resource }) => Resource === '*');
    const yaml = readFileSync('infrastructure/adjust-scaling.yml', 'utf8');
    const tags = readFileSync('infrastructure/tags.cjs', 'utf8');
    expect(stars.length).toBeGreaterThan(0);
    for (const { Sid } of stars) {
      const explained =
        new RegExp(`# .+\\n +- Sid: ${Sid}\\n`).test(yaml) || new RegExp(`// .+\\n +\\{ Sid: '${Sid}'`).test(tags);
      expect({ Sid, explained }).toEqual({ Sid, explained: true });
    }
  });
});

describe('adjust-scaling in the stack with parameters', () => {
  test('hears only of the clusters that are named', async () => {
    const template = await packagedTemplate({ clusters: 'production, staging' });
    const service = (cluster: string) => ({
      ...loadEvent('service-action/steady-state'),
      resources: [`arn:aws:ecs:${PLACE}:service/${cluster}/checkout`],
    });
    const spot = (cluster: string) =>
      loadEvent('task-state-change/spot-interruption', { clusterArn: `arn:aws:ecs:${PLACE}:cluster/${cluster}` });
    const tagged = (cluster: string) => ({
      ...loadEvent('tag-change/service-tagged'),
      resources: [`arn:aws:ecs:${PLACE}:service/${cluster}/checkout`],
    });
    for (const [rule, of] of [
      ['AdjustScalingServiceRule', service],
      ['AdjustScalingSpotRule', spot],
      ['AdjustScalingTagRule', tagged],
    ] as const) {
      const heard = ['production', 'staging', 'production-2', 'awseb-shop-a1b2c3'].filter((cluster) =>
        passes(patternOf(template, rule), of(cluster)),
      );
      expect({ rule, heard }).toEqual({ rule, heard: ['production', 'staging'] });
    }
  });

  test('in observe may change nothing', async () => {
    const enforcing = statementsOf(await packagedTemplate(), 'AdjustScalingRole');
    const observing = statementsOf(await packagedTemplate({ mode: 'observe' }), 'AdjustScalingRole');
    const scaling = {
      action: 'application-autoscaling:RegisterScalableTarget',
      resource: `arn:aws:application-autoscaling:${PLACE}:scalable-target/*`,
      context: {
        'application-autoscaling:service-namespace': 'ecs',
        'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
      },
    };
    expect(isAllowed(enforcing, scaling)).toBe(true);
    const changing = /:(?:Register|Put|Delete|Tag|Untag|Update|Create)/;
    // Those that reach the bus, the log, the queue and the traces stay: they are how it tells what it observed.
    const own = /^(?:sqs|logs|xray|events):/;
    const actions = enforcing.flatMap(({ Action }) => Action).filter((one) => changing.test(one) && !own.test(one));
    expect(actions.length).toBeGreaterThan(10);
    for (const action of actions) {
      expect({ action, allowed: isAllowed(observing, { ...scaling, action, resource: '*' }) }).toEqual({
        action,
        allowed: false,
      });
      expect(observing.filter(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes(action))).toEqual(
        [],
      );
    }
  });

  test('with another tag prefix follows and writes that', async () => {
    const text = JSON.stringify((await packagedTemplate({ tagPrefix: 'team' })).Resources);
    for (const key of ['scaling', 'hours', 'reactions', 'hold', 'spot']) {
      expect(text).toContain(`"team:${key}"`);
      expect(text).not.toContain(`taskwire:${key}`);
    }
  });
});
