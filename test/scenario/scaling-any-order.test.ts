import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { boundsAt } from '../../shared/core/scaling/hours.ts';
import type { ServiceRecord } from '../../simulator/state.ts';
import { createScalingStage, MINUTE, policiesOf, type ScalingStage, schedulesOf } from '../support/scaling-stage.ts';

const RUNS = 40;
/** A hold may last 30 minutes and until the next sweep. */
const LONGEST_HOLD_MS = 46 * MINUTE;
const SERVICES = ['web', 'api'] as const;
const CPU = 'ECSServiceAverageCPUUtilization';
const MEMORY = 'ECSServiceAverageMemoryUtilization';

const onService = <T extends string>(kind: T) =>
  fc.record({ kind: fc.constant(kind), service: fc.constantFrom(...SERVICES), n: fc.nat(11) });

/** Something that happens, and how long nothing else does. */
const happening = fc.record({
  what: fc.oneof(
    { weight: 3, arbitrary: onService('deploy') },
    { weight: 3, arbitrary: onService('spot') },
    onService('crash'),
    onService('mend'),
    onService('retag'),
    onService('untag'),
    onService('wrong tag'),
    onService('operator sets the count'),
    onService('operator sets the bounds'),
    onService('operator suspends'),
    onService('operator resumes'),
    onService('load'),
    onService('sweep'),
  ),
  thenMs: fc.oneof(fc.nat(3_000), fc.nat(4 * MINUTE), fc.nat(20 * MINUTE)),
});

const life = fc.record({
  seed: fc.nat(1_000_000),
  happenings: fc.array(happening, { minLength: 4, maxLength: 14 }),
  lateMs: fc.nat(120_000),
  repeated: fc.double({ min: 0, max: 0.5, noNaN: true }),
  lost: fc.double({ min: 0, max: 0.6, noNaN: true }),
  pendingMs: fc.constantFrom(6_000, 3 * MINUTE, 50 * MINUTE),
  hours: fc.boolean(),
});

const wishOf = (n: number, hours: boolean): Readonly<Record<string, string>> => ({
  'taskwire:scaling': `min=${n % 4} max=${8 + n} ${n % 3 === 0 ? 'cpu=60' : 'cpu=60 memory=70'}`,
  'taskwire:reactions': n % 5 === 0 ? 'none' : 'deploy crash spot',
  // 08:00 UTC is when the world begins: boundaries strike while all this happens.
  ...(hours && { 'taskwire:hours': `Mon-Sun 08:40-09:20 UTC min=${1 + (n % 3)} max=${9 + n}` }),
});

const happen = (
  { world }: ScalingStage,
  service: ServiceRecord,
  { kind, n, hours }: { readonly kind: string; readonly n: number; readonly hours: boolean },
): void => {
  const { ecs, scaling } = world;
  const isScalable = scaling.targets.has(`service/production/${service.name}`);
  const live = ecs.tasksOf(service.arn).filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  switch (kind) {
    case 'deploy':
      ecs.updateService(service.arn, { forceNewDeployment: true });
      break;
    case 'spot':
      for (const { arn } of live.slice(0, 1 + (n % 3))) ecs.interruptSpot(arn);
      break;
    case 'crash':
      ecs.failStarts(service.arn);
      for (const { arn } of live.slice(0, 2)) ecs.crashTask(arn);
      break;
    case 'mend':
      ecs.mendStarts(service.arn);
      break;
    case 'retag':
      ecs.tagService(service.arn, wishOf(n, hours));
      break;
    case 'untag':
      ecs.untagService(service.arn, ['taskwire:scaling', 'taskwire:hours', 'taskwire:reactions']);
      break;
    case 'wrong tag':
      ecs.tagService(service.arn, { 'taskwire:scaling': 'min=9 max=2' });
      break;
    case 'operator sets the count':
      ecs.updateService(service.arn, { desiredCount: n * 2 });
      break;
    case 'operator sets the bounds':
      if (isScalable) scaling.register(service.arn, { min: n % 3, max: 5 + n });
      break;
    case 'operator suspends':
      // Scale-in: scale-out is what a hold suspends, and who did it could not be told apart.
      if (isScalable) suspend(world.scaling, service, true);
      break;
    case 'operator resumes':
      if (isScalable) suspend(world.scaling, service, false);
      break;
    case 'load':
      scaling.setMetric(service.arn, CPU, (running) => (running === 0 ? undefined : (n * 60) / running));
  }
};

const suspend = (scaling: ScalingStage['world']['scaling'], service: ServiceRecord, scaleIn: boolean): void => {
  const scaleOut = scaling.targets.get(`service/production/${service.name}`)?.suspended.scaleOut ?? false;
  scaling.register(service.arn, {
    suspended: { DynamicScalingInSuspended: scaleIn, DynamicScalingOutSuspended: scaleOut },
  });
};

/** The age that the oldest hold reached, looked at every minute. */
const watchHolds = ({ world }: ScalingStage): (() => number) => {
  let oldestMs = 0;
  const look = () => {
    for (const { tags } of world.scaling.targets.values()) {
      const [, since] = / since=(\d+)$/.exec(tags.get('taskwire:hold') ?? '') ?? [];
      if (since !== undefined) oldestMs = Math.max(oldestMs, world.clock.nowMs() - Number(since) * 1_000);
    }
    world.clock.after(MINUTE, look);
  };
  look();
  return () => oldestMs;
};

/** What is not Taskwire's. */
const persons = (stage: ScalingStage, service: ServiceRecord): string => {
  const { policies, schedules } = stage.target(service);
  const mine = (list: Iterable<{ readonly name: string }>) =>
    JSON.stringify(
      [...list].filter(({ name }) => !name.startsWith('taskwire-')),
      (key, value) => (key === 'high' || key === 'low' ? undefined : value),
    );
  return mine(policies.values()) + mine(schedules.values());
};

test('whatever happens and whichever events come: no count is lowered, nothing is left, the wish holds', async () => {
  await fc.assert(
    fc.asyncProperty(life, async ({ seed, happenings, lateMs, repeated, lost, pendingMs, hours }) => {
      const stage = createScalingStage({ world: { seed }, trouble: { lateMs: [0, lateMs], repeated, lost } });
      // A sweep finds what was untagged as long as any service is tagged.
      await stage.service('other', 1, { 'taskwire:scaling': 'min=1 max=2' });
      const services = {
        web: await stage.service('web', 4, wishOf(6, hours)),
        api: await stage.service('api', 4, wishOf(7, hours)),
      };
      for (const service of Object.values(services)) {
        stage.world.scaling.register(service.arn, { min: 1, max: 9 });
        stage.world.scaling.putPolicy(service.arn, { name: 'by-hand', step: { AdjustmentType: 'ChangeInCapacity' } });
        stage.world.scaling.putSchedule(service.arn, { name: 'by-hand', schedule: 'at(2030-01-01T00:00:00)', max: 5 });
      }
      const oldestHoldMs = watchHolds(stage);
      const before = Object.values(services).map((service) => persons(stage, service));
      await stage.sweep();
      stage.world.ecs.times.pendingMs = pendingMs;
      for (const { what, thenMs } of happenings) {
        const service = services[what.service];
        if (what.kind === 'sweep') await stage.sweep();
        else happen(stage, service, { ...what, hours });
        await stage.run(thenMs);
      }
      // A person brings back what nobody else may: right tags, starts that work, a count that the wish contains.
      stage.world.ecs.times.pendingMs = 6_000;
      for (const service of Object.values(services)) {
        stage.world.ecs.mendStarts(service.arn);
        stage.world.scaling.setMetric(service.arn, CPU, undefined);
        if (service.tags.get('taskwire:scaling') === 'min=9 max=2')
          stage.world.ecs.tagService(service.arn, wishOf(6, hours));
        stage.world.ecs.updateService(service.arn, { desiredCount: 5 });
      }
      await stage.run(120 * MINUTE);
      await stage.sweep();
      await stage.sweep();

      expect(stage.registrations.filter(({ before: from, after: to }) => to < from)).toEqual([]);
      expect(stage.registrations.filter(({ min, max }) => min < 0 || min > max)).toEqual([]);
      expect(Object.values(services).map((service) => persons(stage, service))).toEqual(before);
      expect(stage.failureQueue.messages).toEqual([]);
      // A count outside of the bounds keeps even the release of a hold from being written.
      const outside = happenings.some(({ what }) => what.kind.startsWith('operator sets'));
      if (!outside) expect(oldestHoldMs()).toBeLessThan(LONGEST_HOLD_MS);
      const plan = await stage.byHand({ dryRun: true });
      expect(plan.outcome).toMatchObject({ changes: [], held: [] });
      for (const service of Object.values(services)) {
        const target = stage.target(service);
        expect([target.suspended.scaleOut, [...target.tags], service.tags.get('taskwire:spot')]).toEqual([
          false,
          [],
          undefined,
        ]);
        const { wish } = parseScalingTags(Object.fromEntries(service.tags), {
          prefix: 'taskwire',
          resource: service.arn,
        });
        const ours = (told: Readonly<Record<string, string>>) =>
          Object.entries(told).filter(([name]) => name.startsWith('taskwire-') && name !== 'taskwire-spot-restore');
        expect(ours(schedulesOf(target))).toHaveLength(wish ? 2 * wish.hours.length : 0);
        const cpu = wish?.cpuPercent === undefined ? [] : [['taskwire-cpu', `${CPU} 60`]];
        const memory = wish?.memoryPercent === undefined ? [] : [['taskwire-memory', `${MEMORY} 70`]];
        expect(ours(policiesOf(target))).toEqual([...cpu, ...memory]);
        if (wish) expect({ min: target.min, max: target.max }).toEqual(boundsAt(wish, stage.world.clock.nowMs()));
      }
    }),
    // A failure prints its seed and the shortest life that shows it.
    { numRuns: RUNS },
  );
}, 120_000);
