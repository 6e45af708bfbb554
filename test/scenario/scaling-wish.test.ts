import { describe, expect, test } from '@jest/globals';
import {
  changesOf,
  createScalingStage,
  foundBy,
  MINUTE,
  mutatingCalls,
  policiesOf,
  type ScalingStage,
  wordsOf,
} from '../support/scaling-stage.ts';

const CPU = 'ECSServiceAverageCPUUtilization';
const MEMORY = 'ECSServiceAverageMemoryUtilization';
const scaling = (value: string) => ({ 'taskwire:scaling': value });

/** A second sweep: no mutating call. */
const expectSettled = async (stage: ScalingStage): Promise<void> => {
  stage.world.calls.reset();
  const again = await stage.sweep();
  expect(again.outcome).toMatchObject({ changes: [], held: [] });
  expect(stage.world.calls.mutating()).toEqual([]);
};

const tailOf = (arn: string, from: string): string => arn.slice(arn.indexOf(from));

describe('the scaling tag', () => {
  test('becomes bounds and policies with their cooldowns, and a second sweep changes nothing', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, scaling('min=2 max=20 cpu=60 memory=70 in=300 out=60'));
    await stage.sweep();
    expect(stage.bounds(web)).toBe('2..20');
    expect(policiesOf(stage.target(web))).toEqual({
      'taskwire-cpu': `${CPU} 60 300/60`,
      'taskwire-memory': `${MEMORY} 70 300/60`,
    });
    expect(web.desiredCount).toBe(4);
    await expectSettled(stage);
  });

  test('set later is followed by its event, without a sweep', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4);
    stage.world.ecs.tagService(web.arn, scaling('min=2 max=20 cpu=60'));
    await stage.run(5_000);
    expect(stage.bounds(web)).toBe('2..20');
    expect(changesOf(stage.ran)).toEqual(['put-target web', 'put-policy web']);
  });

  test('changed, only what differs is written', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, scaling('min=2 max=20 cpu=60 memory=70'));
    await stage.sweep();
    stage.world.calls.reset();
    stage.world.ecs.tagService(web.arn, scaling('min=2 max=20 cpu=50 memory=70'));
    await stage.run(5_000);
    expect(mutatingCalls(stage)).toEqual({ 'application-autoscaling:PutScalingPolicy': 1 });
    stage.world.calls.reset();
    stage.world.ecs.tagService(web.arn, scaling('min=3 max=20 cpu=50'));
    await stage.run(5_000);
    expect(mutatingCalls(stage)).toEqual({
      'application-autoscaling:RegisterScalableTarget': 1,
      'application-autoscaling:DeleteScalingPolicy': 1,
    });
    expect(stage.bounds(web)).toBe('3..20');
    expect(policiesOf(stage.target(web))).toEqual({ 'taskwire-cpu': `${CPU} 50` });
    await expectSettled(stage);
  });

  test('makes the service follow its load', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, scaling('min=2 max=20 cpu=60'));
    await stage.sweep();
    stage.world.scaling.setMetric(web.arn, CPU, (running) => 600 / running);
    await stage.run(14 * MINUTE);
    expect(web.desiredCount).toBe(10);
    stage.world.scaling.setMetric(web.arn, CPU, (running) => 60 / running);
    await stage.run(60 * MINUTE);
    expect(web.desiredCount).toBe(2);
    expect(stage.world.scaling.activities.map(({ cause }) => cause)).toEqual(['policies', 'policies']);
  });

  test.each(['untag', 'lost'])(
    'taken away (%s): taskwire-* goes, the scalable target and a person’s stay',
    async (how) => {
      const stage = createScalingStage();
      await stage.service('other', 1, scaling('min=1 max=2'));
      const tags = { ...scaling('min=2 max=20 cpu=60'), 'taskwire:hours': 'Mon-Fri 07:00-20:00 UTC min=3 max=20' };
      const web = await stage.service('web', 4, tags);
      await stage.sweep();
      stage.world.scaling.putPolicy(web.arn, {
        name: 'by-hand',
        tracking: { TargetValue: 80, PredefinedMetricSpecification: { PredefinedMetricType: MEMORY } },
      });
      stage.world.scaling.putSchedule(web.arn, { name: 'by-hand', schedule: 'cron(0 6 * * ? *)', min: 2 });
      if (how === 'lost') stage.delivery.trouble.lost = 1;
      stage.world.ecs.untagService(web.arn, ['taskwire:scaling', 'taskwire:hours']);
      await stage.run(5_000);
      if (how === 'lost') await stage.sweep();
      expect(stage.bounds(web)).toBe('3..20');
      expect([...stage.target(web).policies.keys()]).toEqual(['by-hand']);
      expect([...stage.target(web).schedules.keys()]).toEqual(['by-hand']);
      await expectSettled(stage);
    },
  );

  test.each([
    { rule: 'TAG-20', tags: scaling('min=9 max=8'), says: 'min 9 is above max 8' },
    { rule: 'TAG-20', tags: scaling('min=2 max=8 cpus=60'), says: 'cpu' },
    {
      rule: 'TAG-21',
      tags: { ...scaling('min=2 max=8'), 'taskwire:hours': 'Mon 25:00-26:00 UTC min=1 max=2' },
      says: '25:00',
    },
    {
      rule: 'TAG-21',
      tags: { ...scaling('min=2 max=8'), 'taskwire:hours': 'Mon 08:00-09:00 Berlin min=1 max=2' },
      says: 'Europe/Berlin',
    },
    { rule: 'TAG-22', tags: { ...scaling('min=2 max=8'), 'taskwire:reactions': 'spots' }, says: 'spot' },
  ])('$rule: a mistake changes nothing for that service, while others go on', async ({ rule, tags, says }) => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, scaling('min=2 max=20 cpu=60'));
    const api = await stage.service('api', 4, scaling('min=2 max=20'));
    await stage.sweep();
    stage.delivery.trouble.lost = 1;
    stage.world.ecs.tagService(web.arn, tags);
    stage.world.ecs.tagService(api.arn, scaling('min=3 max=20'));
    stage.world.calls.reset();
    const swept = await stage.sweep();
    expect(foundBy([swept])).toEqual([`${rule} web`]);
    expect(wordsOf([swept])).toContain(says);
    expect(changesOf([swept])).toEqual(['put-target api']);
    expect([stage.bounds(web), stage.bounds(api)]).toEqual(['2..20', '3..20']);
    expect([...stage.target(web).policies.keys()]).toEqual(['taskwire-cpu']);
  });
});

describe('requests', () => {
  const loadBalancers = (arn: string) => [{ targetGroupArn: arn, containerName: 'web', containerPort: 8080 }];
  const customized = (group: string, balancer: string, value: number) =>
    `AWS/ApplicationELB RequestCountPerTarget Sum LoadBalancer=${tailOf(balancer, 'app/')} TargetGroup=${tailOf(group, 'targetgroup/')} ${value}`;

  test('of a group that ECS fills are counted by the predefined metric with its label', async () => {
    const stage = createScalingStage();
    const group = stage.group('web', {}, { loadBalancer: 'front' });
    const web = await stage.service('web', 4, scaling('min=2 max=20 requests=800'), {
      loadBalancers: loadBalancers(group.arn),
    });
    await stage.sweep();
    const label = `${tailOf(group.loadBalancerArn, 'app/')}/${tailOf(group.arn, 'targetgroup/')}`;
    expect(policiesOf(stage.target(web))).toEqual({ 'taskwire-requests': `ALBRequestCountPerTarget ${label} 800` });
    await expectSettled(stage);
  });

  test('of a group that only Taskwire wires are counted by both dimensions, and follow it to another load balancer', async () => {
    const stage = createScalingStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web' }, { loadBalancer: 'front' });
    const web = await stage.service('web', 4, scaling('min=2 max=20 requests=800'));
    await stage.sweep();
    const before = customized(group.arn, group.loadBalancerArn, 800);
    expect(policiesOf(stage.target(web))).toEqual({ 'taskwire-requests': before });
    await expectSettled(stage);
    stage.world.targetGroups.attach(group.arn, 'back');
    stage.world.calls.reset();
    await stage.sweep();
    expect(mutatingCalls(stage)).toEqual({ 'application-autoscaling:PutScalingPolicy': 1 });
    const after = customized(group.arn, group.loadBalancerArn, 800);
    expect(after).not.toBe(before);
    expect(policiesOf(stage.target(web))).toEqual({ 'taskwire-requests': after });
    await expectSettled(stage);
  });

  test('of a group that is attached nowhere for a while keep the policy that is there', async () => {
    const stage = createScalingStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const web = await stage.service('web', 4, scaling('min=2 max=20 requests=800'));
    await stage.sweep();
    stage.world.targetGroups.attach(group.arn, undefined);
    stage.world.calls.reset();
    const swept = await stage.sweep();
    expect(foundBy([swept])).toEqual(['SCL-4 web']);
    expect(stage.world.calls.mutating()).toEqual([]);
    expect([...stage.target(web).policies.keys()]).toEqual(['taskwire-requests']);
  });

  test('of several groups need one named, and the right one is taken', async () => {
    const stage = createScalingStage();
    const [web, api] = ['web', 'api'].map((name) => stage.group(name, { 'taskwire:service': 'production/web' }));
    const service = await stage.service('web', 4, scaling('min=2 max=20 requests=800'));
    const swept = await stage.sweep();
    expect(foundBy([swept])).toEqual(['SCL-4 web']);
    expect(wordsOf([swept])).toMatch(/requests=<number>@(web|api)/);
    expect(stage.target(service).policies.size).toBe(0);
    stage.world.ecs.tagService(service.arn, scaling('min=2 max=20 requests=800@api'));
    await stage.run(5_000);
    expect(policiesOf(stage.target(service))).toEqual({
      'taskwire-requests': customized(api?.arn ?? '', api?.loadBalancerArn ?? '', 800),
    });
    stage.world.ecs.tagService(service.arn, scaling('min=2 max=20 requests=900@nope'));
    await stage.run(5_000);
    expect(wordsOf(stage.ran.slice(-1))).toContain(`Use one of the service's groups: `);
    expect(policiesOf(stage.target(service))['taskwire-requests']).toMatch(/targetgroup\/api\/.* 800$/);
    expect(web).toBeDefined();
  });
});

describe('what a person made', () => {
  test('stays, and a policy on the same metric is a conflict', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4);
    stage.world.scaling.register(web.arn, { min: 2, max: 20, suspended: { DynamicScalingInSuspended: true } });
    stage.world.scaling.putPolicy(web.arn, {
      name: 'mine',
      tracking: { TargetValue: 45, PredefinedMetricSpecification: { PredefinedMetricType: CPU } },
    });
    stage.world.scaling.putPolicy(web.arn, { name: 'steps', step: {} });
    stage.world.scaling.putSchedule(web.arn, { name: 'mine', schedule: 'cron(0 6 * * ? *)', min: 4 });
    const before = JSON.stringify([...stage.target(web).policies, ...stage.target(web).schedules]);
    stage.world.ecs.tagService(web.arn, scaling('min=2 max=20 cpu=60 memory=70'));
    await stage.run(5_000);
    expect(changesOf(stage.ran)).toEqual(['put-policy web']);
    expect(foundBy(stage.ran)).toEqual(['SCL-2 web', 'SCL-3 web']);
    expect(wordsOf(stage.ran)).toContain('Delete mine, or take cpu out of the tag.');
    expect(stage.bounds(web)).toBe('2..20 in');
    stage.world.ecs.tagService(web.arn, scaling('min=3 max=20'));
    await stage.run(5_000);
    expect(stage.bounds(web)).toBe('3..20 in');
    expect(JSON.stringify([...stage.target(web).policies, ...stage.target(web).schedules])).toBe(before);
  });
});
