import { describe, expect, test } from '@jest/globals';
import type { ScheduledAction, TrackingPolicy } from '../../shared/core/scaling/observed.ts';
import { DeniedError, NotFoundError, TaskwireError, ThrottledError, UnclearError } from '../../shared/errors.ts';
import type { Scaling } from '../../shared/ports/scaling.ts';
import { concurrentUpdate } from '../../simulator/scaling-errors.ts';
import type { World } from '../../simulator/world.ts';
import { A_WHILE_MS, arrange, type MakeSubject, withSubject } from './subject.ts';

const FREE = { scaleIn: false, scaleOut: false, scheduled: false };
const WEB = 'service/production/web';
const CPU: TrackingPolicy = {
  name: 'taskwire-cpu',
  metric: { kind: 'predefined', name: 'ECSServiceAverageCPUUtilization' },
  targetValue: 62.5,
  scaleInSeconds: 300,
  scaleOutSeconds: 0,
  scaleInDisabled: false,
};
const REQUESTS: TrackingPolicy = {
  name: 'taskwire-requests',
  metric: {
    kind: 'customized',
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCountPerTarget',
    statistic: 'Sum',
    dimensions: { TargetGroup: 'targetgroup/web/0123456789abcdef', LoadBalancer: 'app/front/0123456789abcdef' },
  },
  targetValue: 800,
  scaleInDisabled: true,
};
const DAY: ScheduledAction = {
  resourceId: WEB,
  name: 'taskwire-hours-1-start',
  schedule: { kind: 'recurring', expression: 'cron(0 8 ? * MON-FRI *)', zone: 'Europe/Berlin' },
  min: 6,
  max: 40,
};

const services = (world: World, names: readonly string[], desiredCount = 0) => {
  const { subnetId } = arrange(world);
  return names.map((name) =>
    world.ecs.createService({
      cluster: 'production',
      name,
      taskDefinition: 'web',
      subnets: [subnetId],
      desiredCount,
    }),
  );
};

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `s${n}`);

/** What every implementation of scaling promises. */
export const describeScalingContract = (make: MakeSubject<Scaling>): void => {
  describe('scaling', () => {
    test(
      'tells scalable targets, fifty per call, and leaves out services without one',
      withSubject(make, async ({ world, port, run }) => {
        const all = services(world, numbered(60));
        for (const { arn } of all.slice(1)) world.scaling.register(arn, { min: 2, max: 20 });
        const found = await run(port.targets(all.map(({ name }) => `service/production/${name}`)));
        expect(found).toHaveLength(59);
        expect(found.find(({ resourceId }) => resourceId === 'service/production/s7')).toEqual({
          arn: world.scaling.targets.get('service/production/s7')?.arn,
          resourceId: 'service/production/s7',
          min: 2,
          max: 20,
          suspended: FREE,
        });
        expect(world.calls.counts()).toEqual({ 'application-autoscaling:DescribeScalableTargets': 2 });
        expect(await run(port.targets([]))).toEqual([]);
        expect(world.calls.all).toHaveLength(2);
        expect(await run(port.targets())).toEqual(found);
        expect(world.calls.all).toHaveLength(4);
      }),
    );

    test(
      'registers a target, then updates bounds or suspension alone; each update pulls the desired count',
      withSubject(make, async ({ world, port, run }) => {
        const [service] = services(world, ['web'], 4);
        await run(port.putTarget(WEB, { bounds: { min: 2, max: 20 } }));
        expect(await run(port.targets([WEB]))).toMatchObject([{ min: 2, max: 20, suspended: FREE }]);
        await run(port.putTarget(WEB, { suspension: { scaleIn: false, scaleOut: true, scheduled: true } }));
        expect(await run(port.targets([WEB]))).toMatchObject([
          { min: 2, max: 20, suspended: { scaleIn: false, scaleOut: true, scheduled: true } },
        ]);
        expect(service?.desiredCount).toBe(4);
        await run(port.putTarget(WEB, { bounds: { min: 6, max: 8 } }));
        expect(service?.desiredCount).toBe(6);
        expect(await run(port.targets([WEB]))).toMatchObject([{ suspended: { scaleOut: true, scheduled: true } }]);
      }),
    );

    test(
      'writes policies and reads them back as they were; a person’s too, whatever their type',
      withSubject(make, async ({ world, port, run }) => {
        services(world, ['web']);
        world.scaling.register(WEB, { min: 1, max: 9 });
        await run(port.putPolicy(WEB, CPU));
        await run(port.putPolicy(WEB, REQUESTS));
        await run(port.putPolicy(WEB, CPU));
        world.scaling.putPolicy(WEB, { name: 'own-steps', step: { AdjustmentType: 'ChangeInCapacity' } });
        world.scaling.putPolicy(WEB, {
          name: 'own-expression',
          tracking: { TargetValue: 1, CustomizedMetricSpecification: { Metrics: [{ Id: 'm1' }] } },
        });
        expect(await run(port.policies(WEB))).toEqual([
          { resourceId: WEB, name: CPU.name, tracking: CPU },
          { resourceId: WEB, name: REQUESTS.name, tracking: REQUESTS },
          { resourceId: WEB, name: 'own-steps', kind: 'step' },
          {
            resourceId: WEB,
            name: 'own-expression',
            tracking: { name: 'own-expression', metric: { kind: 'other' }, targetValue: 1, scaleInDisabled: false },
          },
        ]);
        await run(port.deletePolicy(WEB, CPU.name));
        await run(port.deletePolicy(WEB, CPU.name));
        expect((await run(port.policies(WEB))).map(({ name }) => name)).not.toContain(CPU.name);
      }),
    );

    test(
      'writes schedules and reads them back as they were',
      withSubject(make, async ({ world, port, run }) => {
        services(world, ['web']);
        world.scaling.register(WEB, { min: 1, max: 9 });
        const once: ScheduledAction = {
          resourceId: WEB,
          name: 'taskwire-spot-restore',
          schedule: { kind: 'once', atMs: Date.UTC(2026, 2, 2, 9, 30) },
          min: 2,
        };
        await run(port.putSchedule(DAY));
        await run(port.putSchedule(once));
        await run(port.putSchedule(once));
        expect(await run(port.schedules(WEB))).toEqual([DAY, once]);
        world.scaling.putSchedule(WEB, {
          name: 'bounded',
          schedule: 'at(2026-03-02T09:30:00)',
          startTime: Date.UTC(2026, 2, 2) / 1000,
          max: 9,
        });
        expect((await run(port.schedules(WEB))).at(-1)).toMatchObject({ schedule: { kind: 'recurring' }, max: 9 });
        await run(port.deleteSchedule(WEB, DAY.name));
        await run(port.deleteSchedule(WEB, DAY.name));
        expect((await run(port.schedules(WEB))).map(({ name }) => name)).toEqual([once.name, 'bounded']);
      }),
    );

    test(
      'a schedule that was written strikes',
      withSubject(make, async ({ world, port, run }) => {
        const [service] = services(world, ['web'], 2);
        world.scaling.register(WEB, { min: 1, max: 9 });
        const atMs = world.clock.nowMs() + A_WHILE_MS;
        await run(
          port.putSchedule({ resourceId: WEB, name: 'soon', schedule: { kind: 'once', atMs }, min: 3, max: 9 }),
        );
        await world.clock.advance(A_WHILE_MS);
        expect(service?.desiredCount).toBe(3);
      }),
    );

    test(
      'lists the policies and schedules of the whole account, ten and fifty per page',
      withSubject(make, async ({ world, port, run }) => {
        for (const { arn } of services(world, numbered(26))) {
          world.scaling.register(arn, { min: 1, max: 9 });
          world.scaling.putPolicy(arn, { name: 'steps', step: {} });
          world.scaling.putSchedule(arn, { name: 'on', schedule: 'rate(1 day)', min: 2 });
          world.scaling.putSchedule(arn, { name: 'off', schedule: 'rate(1 day)', min: 1 });
        }
        expect(await run(port.policies())).toHaveLength(26);
        expect(await run(port.schedules())).toHaveLength(52);
        expect(world.calls.counts()).toEqual({
          'application-autoscaling:DescribeScalingPolicies': 3,
          'application-autoscaling:DescribeScheduledActions': 2,
        });
      }),
    );

    test(
      'fails as a whole when a page fails',
      withSubject(make, async ({ world, port, run }) => {
        const [service] = services(world, ['web']);
        world.scaling.register(service?.arn ?? '', { min: 1, max: 9 });
        for (const name of numbered(11)) world.scaling.putPolicy(WEB, { name, step: {} });
        world.faults.add({ action: 'application-autoscaling:DescribeScalingPolicies', failure: 'broken', after: 1 });
        await expect(run(port.policies(WEB))).rejects.toBeInstanceOf(TaskwireError);
      }),
    );

    test(
      'tags a target, tells its tags at once and by the tagging API, and takes them away',
      withSubject(make, async ({ world, port, run }) => {
        for (const { arn } of services(world, numbered(101))) world.scaling.register(arn, { min: 1, max: 9 });
        const arns = [...world.scaling.targets.values()].map(({ arn }) => arn);
        for (const arn of arns) world.scaling.tag(arn, { team: 'a' });
        const arn = arns[0] ?? '';
        await run(port.tag(arn, { 'taskwire:hold': 'in=false out=false' }));
        expect(await run(port.tags(arn))).toEqual({ team: 'a', 'taskwire:hold': 'in=false out=false' });
        expect(await run(port.tagged('taskwire:hold'))).toEqual(
          new Map([[arn, { team: 'a', 'taskwire:hold': 'in=false out=false' }]]),
        );
        expect((await run(port.tagged('team'))).size).toBe(101);
        await run(port.untag(arn, ['taskwire:hold', 'nobody']));
        expect(await run(port.tags(arn))).toEqual({ team: 'a' });
        await run(port.untag('arn:aws:application-autoscaling:eu-central-1:111122223333:scalable-target/gone', ['a']));
      }),
    );

    test(
      'says that a service, or its scalable target, is gone',
      withSubject(make, async ({ world, port, run }) => {
        services(world, ['web']);
        await expect(
          run(port.putTarget('service/production/nobody', { bounds: { min: 1, max: 2 } })),
        ).rejects.toBeInstanceOf(NotFoundError);
        await expect(run(port.putPolicy(WEB, CPU))).rejects.toBeInstanceOf(NotFoundError);
        await expect(run(port.putSchedule(DAY))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );

    test(
      'what a person must cure is told as that: refusals, quotas, a missing role',
      withSubject(make, async ({ world, port, run }) => {
        services(world, ['web']);
        await run(port.putTarget(WEB, { bounds: { min: 1, max: 9 } }));
        const curable = { disposition: 'fail' };
        await expect(run(port.putTarget(WEB, { bounds: { min: 9, max: 1 } }))).rejects.toMatchObject(curable);
        await run(port.putPolicy(WEB, CPU));
        await expect(run(port.putPolicy(WEB, { ...CPU, name: 'taskwire-too' }))).rejects.toMatchObject(curable);
        await expect(
          run(port.putSchedule({ ...DAY, schedule: { kind: 'recurring', expression: 'cron(never)', zone: 'UTC' } })),
        ).rejects.toMatchObject(curable);
        for (const name of numbered(49)) world.scaling.putPolicy(WEB, { name, step: {} });
        await expect(run(port.putPolicy(WEB, REQUESTS))).rejects.toMatchObject(curable);
        world.scaling.serviceLinkedRole = false;
        await expect(run(port.putPolicy(WEB, CPU))).rejects.toMatchObject(curable);
        await expect(run(port.putTarget(WEB, { bounds: { min: 1, max: 8 } }))).rejects.toBeInstanceOf(DeniedError);
      }),
    );

    test.each([
      ['denied', DeniedError],
      ['throttled', ThrottledError],
      ['broken', UnclearError],
      ['unanswered', UnclearError],
      ['lost', UnclearError],
      ['another update under way', ThrottledError],
    ] as const)('%s changes are told apart, after one attempt', async (name, type) => {
      await withSubject(make, async ({ world, port, run }) => {
        services(world, ['web']);
        const failure = name === 'another update under way' ? concurrentUpdate() : name;
        world.faults.add({ action: 'application-autoscaling:RegisterScalableTarget', failure });
        await expect(run(port.putTarget(WEB, { bounds: { min: 1, max: 2 } }))).rejects.toBeInstanceOf(type);
        expect(world.calls.mutating()).toHaveLength(1);
        expect(world.scaling.targets.size).toBe(name === 'lost' ? 1 : 0);
      })();
    });
  });
};
