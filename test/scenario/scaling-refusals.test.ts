import { describe, expect, test } from '@jest/globals';
import { concurrentUpdate } from '../../simulator/scaling-errors.ts';
import {
  changesOf,
  createScalingStage,
  foundBy,
  MINUTE,
  policiesOf,
  schedulesOf,
  wordsOf,
} from '../support/scaling-stage.ts';

const MEMORY = 'ECSServiceAverageMemoryUtilization';
const tags = (scaling: string, more: Readonly<Record<string, string>> = {}) => ({
  'taskwire:scaling': scaling,
  ...more,
});
const ALL = 'deploy crash spot';

describe('what cannot be scaled is left alone with a finding, reactions too', () => {
  test.each([
    { name: 'a daemon service', spec: { strategy: 'DAEMON' as const }, says: 'is a daemon service' },
    {
      name: 'a service of CodeDeploy',
      spec: { controller: 'CODE_DEPLOY' as const },
      says: 'is deployed by CodeDeploy',
    },
    {
      name: 'a service of an external controller',
      spec: { controller: 'EXTERNAL' as const },
      says: 'an external controller',
    },
    { name: 'a service in Express Mode', spec: { managedByEcs: true }, says: 'is in Express Mode' },
  ])('$name', async ({ spec, says }) => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, {}, spec);
    stage.world.scaling.register(web.arn, { min: 1, max: 9 });
    stage.world.scaling.putPolicy(web.arn, {
      name: 'mine',
      tracking: { TargetValue: 45, PredefinedMetricSpecification: { PredefinedMetricType: MEMORY } },
    });
    stage.world.ecs.tagService(web.arn, tags('min=2 max=20 cpu=60', { 'taskwire:reactions': ALL }));
    await stage.run(5_000);
    expect(foundBy(stage.ran)).toEqual(['SCL-1 web']);
    expect(wordsOf(stage.ran)).toContain(says);
    expect(wordsOf(stage.ran)).toContain('Take the scaling tag away');
    stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
    await stage.run(3_000);
    for (const { arn } of stage.world.ecs.tasksOf(web.arn).slice(0, 2)) stage.world.ecs.interruptSpot(arn);
    await stage.run(20 * MINUTE);
    expect(stage.world.calls.mutating()).toEqual([]);
    expect(stage.bounds(web)).toBe('1..9');
  });

  test('not tagged, it costs no finding', async () => {
    const stage = createScalingStage();
    await stage.service('web', 4, {}, { strategy: 'DAEMON' });
    const swept = await stage.sweep();
    expect(swept.outcome).toMatchObject({ changes: [], held: [], findings: [] });
  });
});

describe('AWS refuses, the service keeps what it has, the finding says what, and others go on', () => {
  const both = async (more: Readonly<Record<string, string>> = {}) => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, tags('min=2 max=20 cpu=60', more));
    const api = await stage.service('api', 4, tags('min=2 max=20 cpu=60'));
    await stage.sweep();
    stage.delivery.trouble.lost = 1;
    const wish = (scaling: string, tagsToo: Readonly<Record<string, string>> = {}) => {
      stage.world.ecs.tagService(web.arn, tags(scaling, tagsToo));
      stage.world.ecs.tagService(api.arn, tags(scaling, tagsToo));
    };
    return { stage, web, api, wish };
  };
  const isWeb = ({ ResourceId }: { readonly ResourceId: string }) => ResourceId.endsWith('/web');

  test('a missing service-linked role', async () => {
    const stage = createScalingStage({ trouble: { lost: 1 } });
    const web = await stage.service('web', 4, tags('min=2 max=20 cpu=60'));
    stage.world.scaling.serviceLinkedRole = false;
    const swept = await stage.sweep();
    expect(foundBy([swept])).toEqual(['SCL-8 web']);
    expect(wordsOf([swept])).toMatch(/AWSServiceRoleForApplicationAutoScaling_ECSService/);
    expect(changesOf([swept])).toEqual(['put-target web (not applied)']);
    stage.world.scaling.serviceLinkedRole = true;
    await stage.sweep();
    expect([stage.bounds(web), stage.target(web).policies.size]).toEqual(['2..20', 1]);
  });

  test('50 policies', async () => {
    const { stage, web, api, wish } = await both();
    for (let n = 0; n < 49; n++) stage.world.scaling.putPolicy(web.arn, { name: `mine-${n}`, step: {} });
    wish('min=2 max=20 cpu=60 memory=70');
    const swept = await stage.sweep();
    expect(foundBy([swept])).toEqual(['SCL-8 web']);
    expect(wordsOf([swept])).toContain('Maximum number of scaling policies');
    expect(changesOf([swept]).toSorted()).toEqual(['put-policy api', 'put-policy web (not applied)']);
    expect([stage.target(web).policies.size, stage.target(api).policies.size]).toEqual([50, 2]);
  });

  test('200 schedules, which keep a Spot reaction from raising min, since nothing would restore it', async () => {
    const { stage, web } = await both({ 'taskwire:reactions': 'spot' });
    stage.delivery.trouble.lost = 0;
    for (let n = 0; n < 200; n++)
      stage.world.scaling.putSchedule(web.arn, { name: `mine-${n}`, schedule: 'rate(9 days)', min: 1 });
    stage.world.ecs.interruptSpot(stage.world.ecs.tasksOf(web.arn)[0]?.arn ?? '');
    await stage.run(1_000);
    expect(foundBy(stage.ran)).toContain('SCL-8 web');
    expect(wordsOf(stage.ran)).toContain('Maximum number of scheduled actions');
    expect(stage.bounds(web)).toBe('2..20');
    const runs = stage.ran.length;
    await stage.run(20 * MINUTE);
    expect([...web.tags.keys()]).not.toContain('taskwire:spot');
    // The task's end and the sweeps; its own tag is no event for it, or it would answer itself without end.
    expect(stage.ran.length - runs).toBeLessThan(15);
  });

  test('AccessDenied for one service', async () => {
    const { stage, web, api, wish } = await both();
    stage.world.faults.add({
      action: 'application-autoscaling:RegisterScalableTarget',
      failure: 'denied',
      when: isWeb,
    });
    wish('min=3 max=20 cpu=60');
    const swept = await stage.sweep();
    expect(foundBy([swept])).toEqual(['SCL-8 web']);
    expect([stage.bounds(web), stage.bounds(api)]).toEqual(['2..20', '3..20']);
  });

  test('AccessDenied for the tag of a hold: nothing is suspended that nobody would remember', async () => {
    const { stage, web } = await both({ 'taskwire:reactions': 'deploy' });
    stage.delivery.trouble.lost = 0;
    const denied = stage.world.faults.add({ action: 'application-autoscaling:TagResource', failure: 'denied' });
    stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
    await stage.run(3_000);
    expect(denied.hits).toBeGreaterThan(0);
    expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
    expect(foundBy(stage.ran)).toContain('SCL-8 web');
  });

  test('AccessDenied for the release of a hold: its tag stays, and the next sweep releases it', async () => {
    const { stage, web } = await both({ 'taskwire:reactions': 'deploy' });
    stage.delivery.trouble.lost = 0;
    stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
    await stage.run(3_000);
    expect(stage.bounds(web)).toBe('2..20 out');
    const denied = stage.world.faults.add({
      action: 'application-autoscaling:RegisterScalableTarget',
      failure: 'denied',
    });
    await stage.run(2 * MINUTE);
    expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20 out', 1]);
    denied.remove();
    await stage.sweep();
    expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
  });
});

describe('AWS is slow or busy', () => {
  test.each([
    { name: 'throttled', failure: 'throttled' as const },
    { name: 'concurrent updates', failure: concurrentUpdate() },
    { name: 'no answer, and not done', failure: 'unanswered' as const },
    { name: 'no answer, and done', failure: 'lost' as const },
  ])('$name: tried again on a new look, then right', async ({ failure }) => {
    const stage = createScalingStage({ trouble: { lost: 1 } });
    const web = await stage.service('web', 4, tags('min=2 max=20 cpu=60'));
    for (const action of ['RegisterScalableTarget', 'PutScalingPolicy'] as const) {
      stage.world.faults.add({ action: `application-autoscaling:${action}`, failure, times: 1 });
    }
    const swept = await stage.sweep();
    expect(swept.failed).toEqual([]);
    expect([stage.bounds(web), policiesOf(stage.target(web))]).toEqual([
      '2..20',
      { 'taskwire-cpu': 'ECSServiceAverageCPUUtilization 60' },
    ]);
    expect(stage.failureQueue.messages).toEqual([]);
  });

  test('for long: the message is parked with its cause, others go on, and the next sweep does it', async () => {
    const stage = createScalingStage({ trouble: { lost: 1 } });
    const web = await stage.service('web', 4, tags('min=2 max=20'));
    const api = await stage.service('api', 4, tags('min=2 max=20'));
    const fault = stage.world.faults.add({
      action: 'application-autoscaling:RegisterScalableTarget',
      failure: 'throttled',
      when: ({ ResourceId }) => ResourceId.endsWith('/web'),
    });
    await stage.sweep();
    expect([stage.bounds(web), stage.bounds(api)]).toEqual(['none', '2..20']);
    expect(fault.hits).toBe(3);
    const [parked] = stage.failureQueue.messages;
    expect(parked?.attributes.cause?.StringValue).toMatch(/service\/production\/web: .*Throttl/);
    fault.remove();
    await stage.sweep();
    expect(stage.bounds(web)).toBe('2..20');
  });

  test('a listing that fails decides nothing', async () => {
    const stage = createScalingStage();
    const web = await stage.service(
      'web',
      4,
      tags('min=2 max=20 cpu=60', { 'taskwire:hours': 'Sat 09:00-12:00 UTC min=3 max=20' }),
    );
    await stage.sweep();
    const before = [policiesOf(stage.target(web)), schedulesOf(stage.target(web))];
    stage.world.calls.reset();
    for (const action of ['DescribeScalingPolicies', 'DescribeScheduledActions', 'DescribeScalableTargets'] as const) {
      const fault = stage.world.faults.add({ action: `application-autoscaling:${action}`, failure: 'broken' });
      await stage.sweep();
      expect(fault.hits).toBeGreaterThan(0);
      fault.remove();
    }
    expect(stage.world.calls.mutating()).toEqual([]);
    expect([policiesOf(stage.target(web)), schedulesOf(stage.target(web))]).toEqual(before);
    expect(stage.failureQueue.messages).toHaveLength(3);
  });
});

describe('a service that is gone', () => {
  test('is passed over, before and between look and write', async () => {
    const stage = createScalingStage({ trouble: { lost: 1 } });
    const web = await stage.service('web', 4, tags('min=2 max=20'));
    const api = await stage.service('api', 4, tags('min=2 max=20'));
    const stop = stage.world.faults.before('application-autoscaling:RegisterScalableTarget', ({ ResourceId }) => {
      if (!ResourceId.endsWith('/web')) return;
      stop();
      stage.world.ecs.deleteService(web.arn);
    });
    const swept = await stage.sweep();
    expect(swept).toMatchObject({ failed: [], outcome: { findings: [] } });
    expect([stage.bounds(web), stage.bounds(api)]).toEqual(['none', '2..20']);
    stage.world.calls.reset();
    expect((await stage.sweep()).outcome).toMatchObject({ changes: [], findings: [] });
    expect(stage.failureQueue.messages).toEqual([]);
    expect(stage.world.calls.mutating()).toEqual([]);
  });
});
