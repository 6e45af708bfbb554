import { describe, expect, test } from '@jest/globals';
import { A_WHILE_MS, addService, createTown } from './arrange.ts';

const CPU = 'ECSServiceAverageCPUUtilization';
const MINUTE = 60_000;

const createShop = async (desiredCount = 4) => {
  const town = createTown();
  const service = addService(town, 'web', desiredCount);
  await town.world.clock.advance(A_WHILE_MS);
  return { world: town.world, service, scaling: town.world.scaling };
};

const tracking = (TargetValue: number, type = CPU) => ({
  TargetValue,
  PredefinedMetricSpecification: { PredefinedMetricType: type },
});

describe('a scalable target', () => {
  test('pulls the desired count into its bounds when it is new and at every update', async () => {
    const { service, scaling } = await createShop(4);
    scaling.register(service.arn, { min: 5, max: 10 });
    expect(service.desiredCount).toBe(5);
    service.desiredCount = 12;
    scaling.register(service.arn, { suspended: { DynamicScalingOutSuspended: true } });
    expect(service.desiredCount).toBe(10);
    scaling.register('production/web', { min: 1, max: 3 });
    expect(service.desiredCount).toBe(3);
    expect(scaling.activities).toMatchObject([
      { cause: 'target registered', from: 4, to: 5 },
      { cause: 'target registered', from: 12, to: 10 },
      { cause: 'target registered', from: 10, to: 3 },
    ]);
  });

  test('a suspension flag that is left out is false', async () => {
    const { service, scaling } = await createShop();
    const target = scaling.register(service.arn, { min: 1, max: 9, suspended: { ScheduledScalingSuspended: true } });
    expect(target.suspended).toEqual({ scaleIn: false, scaleOut: false, scheduled: true });
    scaling.register(service.arn, { suspended: { DynamicScalingOutSuspended: true } });
    expect(target.suspended).toEqual({ scaleIn: false, scaleOut: true, scheduled: false });
  });

  test('takes its policies and schedules along when it goes', async () => {
    const { world, service, scaling } = await createShop();
    scaling.register(service.arn, { min: 1, max: 9 });
    scaling.putPolicy(service.arn, { name: 'cpu', tracking: tracking(60) });
    scaling.putSchedule(service.arn, { name: 'more', schedule: 'rate(1 hour)', min: 7 });
    scaling.deregister(service.arn);
    expect(scaling.register(service.arn, { min: 1, max: 9 })).toMatchObject({
      policies: new Map(),
      schedules: new Map(),
    });
    await world.clock.advance(2 * 60 * MINUTE);
    expect(service.desiredCount).toBe(4);
  });

  test.each([
    {
      name: 'a service that is not there',
      run: { service: 'production/nobody', min: 1, max: 2 },
      code: 'ValidationException',
    },
    { name: 'min above max', run: { service: 'production/web', min: 3, max: 2 }, code: 'ValidationException' },
    { name: 'a new one without max', run: { service: 'production/web', min: 3 }, code: 'ValidationException' },
  ])('refuses $name', async ({ run: { service, ...spec }, code }) => {
    const { scaling } = await createShop();
    expect(() => scaling.register(service, spec)).toThrow(expect.objectContaining({ code }));
  });

  test('tells what is not there, and what is too much', async () => {
    const { service, scaling } = await createShop();
    const put = (name: string, value: number) =>
      scaling.putPolicy(service.arn, {
        name,
        tracking: {
          TargetValue: 5,
          CustomizedMetricSpecification: { Namespace: 'Own', MetricName: `m${value}`, Statistic: 'Sum' },
        },
      });
    const schedule = (name: string) => scaling.putSchedule(service.arn, { name, schedule: 'rate(1 day)', min: 1 });
    expect(() => put('a', 1)).toThrow(expect.objectContaining({ code: 'ObjectNotFoundException' }));
    scaling.register(service.arn, { min: 1, max: 9 });
    expect(() => scaling.deletePolicy(service.arn, 'a')).toThrow('No scaling policy found');
    expect(() => scaling.deleteSchedule(service.arn, 'a')).toThrow('No scheduled action found');
    for (let n = 0; n < 50; n++) put(`p${n}`, n);
    expect(() => put('one-more', 50)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
    expect(() => put('p3', 4)).toThrow('Only one TargetTrackingScaling policy');
    for (let n = 0; n < 200; n++) schedule(`s${n}`);
    expect(() => schedule('one-more')).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
    scaling.serviceLinkedRole = false;
    expect(() => put('p3', 3)).toThrow(expect.objectContaining({ code: 'FailedResourceAccessException' }));
    expect(() => scaling.register(service.arn, { max: 8 })).toThrow('Unable to assume IAM role');
  });

  test('takes requests per target only of a group that ECS is attached to', async () => {
    const { world, vpcId, subnetId } = createTown();
    const { arn: targetGroupArn } = world.targetGroups.add({ name: 'web', vpcId, loadBalancer: 'front' });
    const service = world.ecs.createService({
      cluster: 'production',
      name: 'web',
      taskDefinition: 'web',
      subnets: [subnetId],
      loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
    });
    world.scaling.register(service.arn, { min: 1, max: 9 });
    const put = (ResourceLabel?: string) =>
      world.scaling.putPolicy(service.arn, {
        name: 'requests',
        tracking: {
          TargetValue: 800,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel },
        },
      });
    expect(() => put()).toThrow('Resource label');
    expect(() => put('app/front/0123456789abcdef/targetgroup/other/0123456789abcdef')).toThrow('not attached');
    put(`app/front/0123456789abcdef/${targetGroupArn.slice(targetGroupArn.indexOf('targetgroup/'))}`);
  });
});

describe('a schedule', () => {
  test('strikes at its time in its zone, and pulls the desired count', async () => {
    const { world, service, scaling } = await createShop(2);
    scaling.register(service.arn, { min: 1, max: 9 });
    // Monday, 2 March 2026, 08:01 UTC: 09:01 in Berlin.
    scaling.putSchedule(service.arn, {
      name: 'day',
      schedule: 'cron(30 9 ? * MON-FRI *)',
      timezone: 'Europe/Berlin',
      min: 6,
      max: 40,
    });
    await world.clock.advance(28 * MINUTE);
    expect(service.desiredCount).toBe(2);
    await world.clock.advance(2 * MINUTE);
    expect(service.desiredCount).toBe(6);
    expect(scaling.targets.get('service/production/web')).toMatchObject({ min: 6, max: 40 });
  });

  test('does nothing while scheduled scaling is suspended', async () => {
    const { world, service, scaling } = await createShop(2);
    scaling.register(service.arn, { min: 1, max: 9, suspended: { ScheduledScalingSuspended: true } });
    scaling.putSchedule(service.arn, { name: 'often', schedule: 'rate(5 minutes)', min: 5 });
    await world.clock.advance(6 * MINUTE);
    expect(service.desiredCount).toBe(2);
    scaling.register(service.arn, { suspended: {} });
    await world.clock.advance(5 * MINUTE);
    expect(service.desiredCount).toBe(5);
  });

  test('strikes once for at(…), not after its end, and not when it is gone or replaced', async () => {
    const { world, service, scaling } = await createShop(2);
    scaling.register(service.arn, { min: 1, max: 9 });
    const nowSeconds = world.clock.nowMs() / 1000;
    scaling.putSchedule(service.arn, { name: 'once', schedule: 'at(2026-03-02T08:10:00)', min: 3 });
    scaling.putSchedule(service.arn, { name: 'ended', schedule: 'rate(5 minutes)', endTime: nowSeconds + 60, min: 8 });
    scaling.putSchedule(service.arn, { name: 'gone', schedule: 'rate(5 minutes)', min: 8 });
    scaling.deleteSchedule(service.arn, 'gone');
    scaling.putSchedule(service.arn, { name: 'moved', schedule: 'rate(5 minutes)', min: 8 });
    scaling.putSchedule(service.arn, { name: 'moved', schedule: 'rate(1 day)' });
    await world.clock.advance(30 * MINUTE);
    expect(service.desiredCount).toBe(3);
    expect(scaling.activities).toHaveLength(1);
    expect(scaling.targets.get('service/production/web')?.schedules.get('moved')?.min).toBe(8);
  });
});

describe('target tracking', () => {
  test('scales out after three minutes above the target, from what runs, within max', async () => {
    const { world, service, scaling } = await createShop(4);
    scaling.register(service.arn, { min: 1, max: 7 });
    scaling.putPolicy(service.arn, { name: 'cpu', tracking: tracking(50) });
    scaling.setMetric(service.arn, CPU, (running) => 300 / running);
    await world.clock.advance(2 * MINUTE);
    expect(service.desiredCount).toBe(4);
    await world.clock.advance(MINUTE);
    expect(service.desiredCount).toBe(6);
    await world.clock.advance(20 * MINUTE);
    expect(service.desiredCount).toBe(6);
    expect(
      world.bus.log.filter(
        ({ detail }) => 'eventName' in detail && detail.eventName === 'SERVICE_DESIRED_COUNT_UPDATED',
      ),
    ).toHaveLength(1);
  });

  test('scales in after fifteen minutes well below it, step by step with its cooldown', async () => {
    const { world, service, scaling } = await createShop(6);
    scaling.register(service.arn, { min: 2, max: 9 });
    scaling.putPolicy(service.arn, { name: 'cpu', tracking: { ...tracking(50), ScaleInCooldown: 600 } });
    scaling.setMetric(service.arn, CPU, 25);
    await world.clock.advance(14 * MINUTE);
    expect(service.desiredCount).toBe(6);
    await world.clock.advance(MINUTE);
    expect(service.desiredCount).toBe(3);
    await world.clock.advance(9 * MINUTE);
    expect(service.desiredCount).toBe(3);
    await world.clock.advance(2 * MINUTE);
    expect(service.desiredCount).toBe(2);
  });

  test('scales in only where every policy that may agrees; without data nothing moves', async () => {
    const { world, service, scaling } = await createShop(6);
    const memory = 'ECSServiceAverageMemoryUtilization';
    scaling.register(service.arn, { min: 2, max: 9 });
    scaling.putPolicy(service.arn, { name: 'cpu', tracking: tracking(50) });
    scaling.putPolicy(service.arn, { name: 'memory', tracking: tracking(50, memory) });
    scaling.setMetric(service.arn, CPU, 10);
    await world.clock.advance(40 * MINUTE);
    expect(service.desiredCount).toBe(6);
    scaling.setMetric(service.arn, memory, 25);
    await world.clock.advance(16 * MINUTE);
    expect(service.desiredCount).toBe(3);
  });

  test('a suspended direction does nothing', async () => {
    const { world, service, scaling } = await createShop(4);
    scaling.register(service.arn, { min: 1, max: 9, suspended: { DynamicScalingOutSuspended: true } });
    scaling.putPolicy(service.arn, { name: 'cpu', tracking: tracking(50) });
    scaling.setMetric(service.arn, CPU, 90);
    await world.clock.advance(10 * MINUTE);
    expect(service.desiredCount).toBe(4);
    scaling.register(service.arn, { suspended: {} });
    await world.clock.advance(MINUTE);
    expect(service.desiredCount).toBe(8);
  });

  test('while a deployment runs it scales out, from old and new tasks together, and never in', async () => {
    const { world, service, scaling } = await createShop(4);
    scaling.register(service.arn, { min: 1, max: 20 });
    scaling.putPolicy(service.arn, { name: 'cpu', tracking: tracking(50) });
    // The old tasks go on for an hour after the new ones run.
    world.ecs.times.stopNoticeMs = 60 * MINUTE;
    world.ecs.updateService(service.arn, { forceNewDeployment: true });
    scaling.setMetric(service.arn, CPU, 10);
    await world.clock.advance(30 * MINUTE);
    expect(service.desiredCount).toBe(4);
    scaling.setMetric(service.arn, CPU, 60);
    await world.clock.advance(3 * MINUTE);
    expect(service.desiredCount).toBe(10);
  });
});
