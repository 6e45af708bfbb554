import { describe, expect, test } from '@jest/globals';
import { parseScalingInput } from '../../shared/contracts/scaling-input.ts';
import { batchOf } from '../support/batch.ts';
import { changesOf, createScalingStage, heldOf, MINUTE, type ScalingStageOptions } from '../support/scaling-stage.ts';

const tags = (scaling: string) => ({ 'taskwire:scaling': scaling });

/** Two services that are tagged, of which nothing told the function. */
const staged = async (options: ScalingStageOptions = {}) => {
  const stage = createScalingStage({ ...options, trouble: { lost: 1 } });
  const web = await stage.service('web', 4, tags('min=2 max=20 cpu=60'));
  const api = await stage.service('api', 8, tags('min=1 max=4'));
  return { stage, web, api };
};

describe('by hand', () => {
  test('dryRun true plans, says what would be held, and writes nothing', async () => {
    const { stage, web } = await staged();
    const plan = await stage.byHand({ dryRun: true });
    expect(plan.outcome).toMatchObject({ mode: 'observe' });
    expect(plan.outcome).not.toHaveProperty('queued');
    expect(changesOf([plan])).toEqual(['put-target web (not applied)', 'put-policy web (not applied)']);
    expect(heldOf([plan])).toEqual([expect.stringMatching(/^put-target api: brake: .* would fall by 4 at once/)]);
    expect(stage.world.calls.mutating()).toEqual([]);
    expect([stage.bounds(web), stage.queue.messages.length]).toEqual(['none', 0]);
  });

  test('dryRun false is put into the queue, answers queued, and is done from there', async () => {
    const { stage, web, api } = await staged({ brakePercent: 100 });
    const answer = await stage.byHand({ dryRun: false, cluster: 'production', service: 'web' });
    expect(answer).toMatchObject({ failed: [], outcome: { queued: true, changes: [], held: [] } });
    await stage.run(1_000);
    expect([stage.bounds(web), stage.bounds(api)]).toEqual(['2..20', 'none']);
    expect(heldOf(stage.ran)).toEqual([]);
    expect(stage.queue.messages).toEqual([]);
  });

  test('a sweep that was not taken from the queue goes there, too', async () => {
    const { stage, web } = await staged();
    const answer = await stage.byHand({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} });
    expect(answer.outcome).toMatchObject({ queued: true, changes: [] });
    expect(stage.world.calls.mutating()).toEqual([]);
    await stage.run(1_000);
    expect(stage.bounds(web)).toBe('2..20');
  });

  test('when the queue does not take it, that is the answer', async () => {
    const { stage } = await staged();
    stage.world.faults.add({ action: 'sqs:SendMessageBatch', failure: 'denied' });
    const answer = await stage.byHand({ dryRun: false });
    expect(answer.outcome).not.toHaveProperty('queued');
    expect(answer.failed).toMatchObject([{ cause: expect.stringContaining('AccessDenied') }]);
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('without a queue, as when the function is tried, it is done at once', async () => {
    const { stage, web } = await staged({ withoutQueue: true });
    expect(changesOf([await stage.byHand({ dryRun: false })])).toEqual(['put-target web', 'put-policy web']);
    expect(stage.bounds(web)).toBe('2..20');
  });
});

test('observe plans and tells with every sweep, and changes nothing, reactions neither', async () => {
  const stage = createScalingStage({ mode: 'observe' });
  const web = await stage.service('web', 4, {
    ...tags('min=2 max=20 cpu=60'),
    'taskwire:reactions': 'deploy crash spot',
  });
  expect(changesOf([await stage.sweep()])).toEqual(['put-target web (not applied)', 'put-policy web (not applied)']);
  stage.world.scaling.register(web.arn, { min: 2, max: 20 });
  stage.world.scaling.putPolicy(web.arn, {
    name: 'taskwire-cpu',
    tracking: {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    },
  });
  stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
  await stage.run(3_000);
  expect(changesOf(stage.ran)).toContain('suspend web (not applied)');
  await stage.run(2 * MINUTE);
  stage.world.ecs.interruptSpot(stage.world.ecs.tasksOf(web.arn)[0]?.arn ?? '');
  await stage.run(3_000);
  expect(changesOf(stage.ran)).toContain('raise-min web (not applied)');
  expect(stage.world.calls.mutating()).toEqual([]);
});

test('services of other clusters than the watched are left alone', async () => {
  const stage = createScalingStage({ clusters: ['staging'] });
  await stage.service('web', 4, tags('min=2 max=20'));
  expect((await stage.sweep()).outcome).toMatchObject({ changes: [], held: [], findings: [] });
  expect(stage.world.calls.mutating()).toEqual([]);
});

test('two services react apart from each other', async () => {
  const stage = createScalingStage();
  const both = { ...tags('min=2 max=20 cpu=60'), 'taskwire:reactions': 'deploy spot' };
  const web = await stage.service('web', 4, both);
  const api = await stage.service('api', 4, both);
  stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
  stage.world.ecs.interruptSpot(stage.world.ecs.tasksOf(api.arn)[0]?.arn ?? '');
  await stage.run(3_000);
  expect([stage.bounds(web), stage.bounds(api)]).toEqual(['2..20 out', '5..20']);
  await stage.run(30 * MINUTE);
  expect([stage.bounds(web), stage.bounds(api)]).toEqual(['2..20', '2..20']);
});

describe('what it costs', () => {
  const sum = (calls: Readonly<Record<string, number>>): number => Object.values(calls).reduce((a, b) => a + b, 0);

  test('a sweep of 1,000 tagged services that need nothing', async () => {
    const stage = createScalingStage({ trouble: { lost: 1 } });
    const { ecs, scaling } = stage.world;
    for (let n = 0; n < 1_000; n++) {
      const service = ecs.createService({
        cluster: 'production',
        name: `s${n}`,
        taskDefinition: 'web',
        subnets: ['subnet-0a'],
        desiredCount: 0,
        serviceTags: {
          'taskwire:scaling': 'min=0 max=20 cpu=60',
          ...(n < 100 && { 'taskwire:hours': 'Sat 09:00-12:00 UTC min=0 max=30' }),
        },
      });
      scaling.register(service.arn, { min: 0, max: 20 });
      scaling.putPolicy(service.arn, {
        name: 'taskwire-cpu',
        tracking: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        },
      });
      if (n >= 100) continue;
      const put = (name: string, hour: number, max: number) =>
        scaling.putSchedule(service.arn, { name, schedule: `cron(0 ${hour} ? * SAT *)`, timezone: 'UTC', min: 0, max });
      put('taskwire-hours-1-start', 9, 30);
      put('taskwire-hours-1-end', 12, 20);
    }
    await stage.run(MINUTE);
    stage.world.calls.reset();
    const swept = await stage.sweep();
    expect(swept).toMatchObject({ failed: [], outcome: { changes: [], held: [], findings: [] } });
    const calls = stage.world.calls.counts();
    expect(calls).toEqual({
      'tag:GetResources': 10 + 1,
      'ecs:DescribeServices': 1_000 / 10,
      'application-autoscaling:DescribeScalableTargets': 1_000 / 50,
      'application-autoscaling:DescribeScalingPolicies': 1_000 / 10,
      'application-autoscaling:DescribeScheduledActions': 200 / 50,
    });
    const allowed = 40 + 1_000 / 50 + 1_000 / 10 + 1_000 / 10 + 200 / 50 + 1_000 / 100;
    expect(sum(calls)).toBeLessThanOrEqual(allowed);
  });

  test('a sweep where nothing is tagged: one page of services, one of holds', async () => {
    const stage = createScalingStage();
    await stage.service('web', 4);
    stage.world.calls.reset();
    await stage.sweep();
    expect(stage.world.calls.counts()).toEqual({ 'tag:GetResources': 2 });
  });

  test('a task-state batch without Spot stops: no message, no call', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, tags('min=2 max=20'));
    for (const { arn } of stage.world.ecs.tasksOf(web.arn)) stage.world.ecs.stopTask(arn);
    await stage.run(MINUTE);
    const events = stage.world.bus.log.filter((event) => event['detail-type'] === 'ECS Task State Change');
    expect(events.length).toBeGreaterThan(20);
    expect(parseScalingInput(batchOf(events), 0)).toMatchObject({ messages: [], dropped: [] });
    stage.world.calls.reset();
    const run = await stage.byHand(batchOf(events));
    expect(run.outcome).toMatchObject({ changes: [], held: [], findings: [] });
    expect(stage.world.calls.all).toEqual([]);
  });

  test('events of services without tags: a tenth of a call each, and nothing further', async () => {
    const stage = createScalingStage();
    for (let n = 0; n < 12; n++) {
      stage.world.ecs.createService({
        cluster: 'production',
        name: `s${n}`,
        taskDefinition: 'web',
        subnets: ['subnet-0a'],
        desiredCount: 1,
      });
    }
    await stage.run(MINUTE);
    const events = stage.world.bus.log.filter((event) => event['detail-type'] === 'ECS Deployment State Change');
    expect(events.length).toBeGreaterThanOrEqual(12);
    stage.world.calls.reset();
    await stage.byHand(batchOf(events));
    expect(stage.world.calls.counts()).toEqual({ 'ecs:DescribeServices': 2 });
  });
});
