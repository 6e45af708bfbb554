import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundsAt, schedulesOf } from '../../../../shared/core/scaling/hours.ts';
import { isOurs, type ScaledService, type ScheduledAction } from '../../../../shared/core/scaling/observed.ts';
import {
  planScaling,
  type ScalingChange,
  type ScalingLimits,
  type ScalingSight,
  SPOT_RESTORE,
} from '../../../../shared/core/scaling/plan.ts';
import { policiesOf } from '../../../../shared/core/scaling/policies.ts';
import {
  afterScaling,
  aScalableTarget,
  aScaledService,
  aScalingSight,
  aTracking,
  aWindow,
  aWish,
  LIMITS,
  observed,
  RESOURCE_ID,
  windows,
} from '../../../support/scaling.ts';

/** Friday, 20 November 2026, 12:00 UTC: inside working hours. */
const NOON = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;

const doneOf = ({ action, ...change }: ScalingChange): string => {
  if ('bounds' in change) return `${action} ${change.bounds.min}..${change.bounds.max} jump ${change.jump}`;
  if ('policy' in change) return `${action} ${change.policy.name}`;
  return `${action} ${'schedule' in change ? change.schedule.name : change.name}`;
};
const plan = (says: Partial<ScalingSight>, limits: Partial<ScalingLimits> = {}) => {
  const { changes, held, faults } = planScaling(aScalingSight({ nowMs: NOON, ...says }), { ...LIMITS, ...limits });
  return {
    changes: changes.map(doneOf),
    held: held.map(({ change }) => doneOf(change)),
    faults: faults.map(({ rule }) => rule),
  };
};
const schedule = (name: string, says: Partial<ScheduledAction> = {}): ScheduledAction => ({
  resourceId: RESOURCE_ID,
  name,
  schedule: { kind: 'recurring', expression: 'cron(0 6 * * ? *)', zone: 'UTC' },
  min: 1,
  max: 2,
  ...says,
});
const aService = (says: Partial<ScaledService>) => aScaledService(says);

describe('planScaling', () => {
  const working = aWish({ hours: [aWindow()] });
  const workingSchedules = schedulesOf(working, RESOURCE_ID);
  const persons = aTracking({ name: 'by-hand' });

  test.each<{
    name: string;
    sight: Partial<ScalingSight>;
    limits?: Partial<ScalingLimits>;
    changes?: string[];
    held?: string[];
    faults?: string[];
  }>([
    { name: 'as wanted: nothing', sight: {} },
    { name: 'no scalable target yet', sight: { target: undefined }, changes: ['put-target 2..20 jump 0'] },
    {
      name: 'other bounds, the count inside',
      sight: { target: aScalableTarget({ max: 10 }) },
      changes: ['put-target 2..20 jump 0'],
    },
    {
      name: 'the count a little below',
      sight: { service: aService({ desired: 4 }), wish: aWish({ bounds: { min: 6, max: 9 } }) },
      changes: ['put-target 6..9 jump 2'],
    },
    {
      name: 'the count far below: held',
      sight: { service: aService({ desired: 4 }), wish: aWish({ bounds: { min: 7, max: 9 } }) },
      held: ['put-target 7..9 jump 3'],
    },
    {
      name: 'the count above: held, however little',
      sight: {
        service: aService({ desired: 21 }),
        wish: aWish({ bounds: { min: 2, max: 20 } }),
        target: aScalableTarget({ max: 30 }),
      },
      held: ['put-target 2..20 jump -1'],
    },
    {
      name: 'nothing runs and something should: held',
      sight: { service: aService({ desired: 0 }), target: undefined },
      held: ['put-target 2..20 jump 2'],
    },
    {
      name: 'a person lets it go',
      sight: { service: aService({ desired: 50 }), target: undefined },
      limits: { brakeReleased: true },
      changes: ['put-target 2..20 jump -30'],
    },
    {
      name: 'another brake',
      sight: { service: aService({ desired: 4 }), wish: aWish({ bounds: { min: 8, max: 9 } }) },
      limits: { brakePercent: 100 },
      changes: ['put-target 8..9 jump 4'],
    },
    {
      name: 'what is held without a target holds all that needs it',
      sight: {
        service: aService({ desired: 50 }),
        wish: aWish({ cpuPercent: 60, hours: [aWindow({ max: 45 })] }),
        target: undefined,
      },
      held: [
        'put-target 6..45 jump -5',
        'put-schedule taskwire-hours-1-start',
        'put-schedule taskwire-hours-1-end',
        'put-policy taskwire-cpu',
      ],
    },
    {
      name: 'what is held with a target lets policies pass, schedules not',
      sight: { service: aService({ desired: 50 }), wish: aWish({ cpuPercent: 60, hours: [aWindow({ max: 45 })] }) },
      changes: ['put-policy taskwire-cpu'],
      held: ['put-target 6..45 jump -5', 'put-schedule taskwire-hours-1-start', 'put-schedule taskwire-hours-1-end'],
    },
    {
      name: 'target, policies, schedules, in this order',
      sight: {
        service: aService({ desired: 6 }),
        wish: aWish({ cpuPercent: 60, hours: [aWindow()] }),
        target: undefined,
      },
      changes: [
        'put-target 6..40 jump 0',
        'put-policy taskwire-cpu',
        'put-schedule taskwire-hours-1-start',
        'put-schedule taskwire-hours-1-end',
      ],
    },
    {
      name: 'inside hours',
      sight: { wish: working, target: aScalableTarget({ min: 6, max: 40 }), schedules: workingSchedules },
    },
    {
      name: 'a schedule that struck in vain',
      sight: { service: aService({ desired: 8 }), wish: working, schedules: workingSchedules },
      changes: ['put-target 6..40 jump 0'],
    },
    {
      name: 'other hours',
      sight: {
        wish: working,
        target: aScalableTarget({ min: 6, max: 40 }),
        schedules: schedulesOf(aWish({ hours: [aWindow({ from: 420 })] }), RESOURCE_ID),
      },
      changes: ['put-schedule taskwire-hours-1-start'],
    },
    {
      name: 'hours in another zone',
      sight: {
        wish: aWish({ hours: [aWindow()], zone: 'Europe/Berlin' }),
        target: aScalableTarget({ min: 6, max: 40 }),
        schedules: workingSchedules,
      },
      changes: ['put-schedule taskwire-hours-1-start', 'put-schedule taskwire-hours-1-end'],
    },
    {
      name: 'hours taken away',
      sight: { schedules: workingSchedules },
      changes: ['delete-schedule taskwire-hours-1-start', 'delete-schedule taskwire-hours-1-end'],
    },
    { name: 'a restore is not the wish’s', sight: { schedules: [schedule(SPOT_RESTORE)] } },
    {
      name: 'near a boundary no bounds',
      sight: { wish: working, schedules: workingSchedules, nowMs: Date.UTC(2026, 10, 20, 20, 1) },
    },
    {
      name: 'near a boundary schedules',
      sight: { wish: working, nowMs: Date.UTC(2026, 10, 20, 20, 1), target: aScalableTarget({ min: 6 }) },
      changes: ['put-schedule taskwire-hours-1-start', 'put-schedule taskwire-hours-1-end'],
    },
    {
      name: 'near a boundary no first bounds, and nothing that needs them',
      sight: {
        wish: aWish({ cpuPercent: 60, hours: [aWindow()] }),
        target: undefined,
        nowMs: Date.UTC(2026, 10, 20, 19, 59),
      },
    },
    {
      name: 'near a boundary the brake holds what would write the bounds for it',
      sight: {
        service: aService({ desired: 30 }),
        wish: working,
        target: aScalableTarget({ max: 60 }),
        nowMs: Date.UTC(2026, 10, 20, 20, 1),
      },
      held: ['put-target 2..20 jump -10', 'put-schedule taskwire-hours-1-start', 'put-schedule taskwire-hours-1-end'],
    },
    {
      name: 'near a boundary what schedules that stand are about to do is not held',
      sight: {
        service: aService({ desired: 30 }),
        wish: working,
        target: aScalableTarget({ min: 6, max: 40 }),
        schedules: workingSchedules,
        nowMs: Date.UTC(2026, 10, 20, 20, 0, 20),
      },
    },
    {
      name: 'a policy with another target',
      sight: { wish: aWish({ cpuPercent: 70 }), policies: [observed(aTracking())] },
      changes: ['put-policy taskwire-cpu'],
    },
    {
      name: 'a policy that is as wanted',
      sight: { wish: aWish({ cpuPercent: 60 }), policies: [observed(aTracking({ scaleInSeconds: 300 }))] },
    },
    {
      name: 'a policy no longer wanted',
      sight: { policies: [observed(aTracking())] },
      changes: ['delete-policy taskwire-cpu'],
    },
    {
      name: 'a policy of another kind under our name',
      sight: { wish: aWish({ cpuPercent: 60 }), policies: [{ resourceId: RESOURCE_ID, name: 'taskwire-cpu' }] },
      changes: ['put-policy taskwire-cpu'],
    },
    {
      name: 'a person’s policy stays',
      sight: { policies: [observed(persons), { resourceId: RESOURCE_ID, name: 'steps' }] },
    },
    {
      name: 'a person’s policy on the same metric',
      sight: { wish: aWish({ cpuPercent: 60 }), policies: [observed(persons)] },
      faults: ['SCL-2'],
    },
    {
      name: 'a person’s policy beside ours: ours stays as it is',
      sight: { wish: aWish({ cpuPercent: 70 }), policies: [observed(persons), observed(aTracking())] },
      faults: ['SCL-2'],
    },
    {
      name: 'a person’s policy on another metric',
      sight: { wish: aWish({ memoryPercent: 60 }), policies: [observed(persons)] },
      changes: ['put-policy taskwire-memory'],
    },
    {
      name: 'a person’s policy on a metric that cannot be told',
      sight: {
        wish: aWish({ cpuPercent: 60 }),
        policies: [observed(aTracking({ name: 'by-hand', metric: { kind: 'other' } }))],
      },
      changes: ['put-policy taskwire-cpu'],
    },
    {
      name: 'requests that cannot be decided leave the policy',
      sight: {
        wish: aWish({ requests: { perMinute: 800 } }),
        policies: [observed(aTracking({ name: 'taskwire-requests' }))],
      },
      faults: ['SCL-4'],
    },
    {
      name: 'a person’s schedule beside the hours',
      sight: {
        wish: working,
        target: aScalableTarget({ min: 6, max: 40 }),
        schedules: [...workingSchedules, schedule('by-hand')],
      },
      faults: ['SCL-3'],
    },
    { name: 'a person’s schedule beside the bounds', sight: { schedules: [schedule('by-hand')] }, faults: ['SCL-3'] },
    {
      name: 'a person’s one-time schedule still ahead',
      sight: { schedules: [schedule('by-hand', { schedule: { kind: 'once', atMs: NOON + MINUTE } })] },
      faults: ['SCL-3'],
    },
    {
      name: 'a person’s one-time schedule that is over',
      sight: { schedules: [schedule('by-hand', { schedule: { kind: 'once', atMs: NOON - MINUTE } })] },
    },
    {
      name: 'the tags taken away',
      sight: {
        wish: undefined,
        policies: [observed(aTracking()), observed(persons)],
        schedules: [...workingSchedules, schedule('by-hand')],
      },
      changes: [
        'delete-policy taskwire-cpu',
        'delete-schedule taskwire-hours-1-start',
        'delete-schedule taskwire-hours-1-end',
      ],
    },
    {
      name: 'never any tags',
      sight: { wish: undefined, policies: [observed(persons)], schedules: [schedule('by-hand')] },
    },
    {
      name: 'the tags taken away during a Spot wave: the bounds still come back',
      sight: {
        wish: undefined,
        schedules: [schedule(SPOT_RESTORE, { schedule: { kind: 'once', atMs: NOON + MINUTE } })],
      },
    },
    {
      name: 'the tags taken away behind one',
      sight: {
        wish: undefined,
        schedules: [schedule(SPOT_RESTORE, { schedule: { kind: 'once', atMs: NOON - MINUTE } })],
      },
      changes: [`delete-schedule ${SPOT_RESTORE}`],
    },
    {
      name: 'bounds that Spot means',
      sight: { service: aService({ desired: 9 }), target: aScalableTarget({ min: 9 }), meant: { min: 9, max: 20 } },
    },
    {
      name: 'bounds that Spot means, written back',
      sight: { service: aService({ desired: 4 }), meant: { min: 9, max: 20 } },
      changes: ['put-target 9..20 jump 5'],
    },
    {
      name: 'bounds that Spot means never lower a count that a person set',
      sight: {
        service: aService({ desired: 50 }),
        target: aScalableTarget({ min: 9, max: 60 }),
        meant: { min: 9, max: 20 },
      },
      held: ['put-target 9..20 jump -30'],
    },
  ])('$name', ({ sight, limits, changes = [], held = [], faults = [] }) => {
    expect(plan(sight, limits)).toEqual({ changes, held, faults });
  });

  test.each<{ name: string; service: Partial<ScaledService>; says: string }>([
    { name: 'a daemon', service: { strategy: 'DAEMON' }, says: 'a daemon service' },
    { name: 'CodeDeploy', service: { controller: 'CODE_DEPLOY' }, says: 'deployed by CodeDeploy' },
    { name: 'an external controller', service: { controller: 'EXTERNAL' }, says: 'by an external controller' },
    { name: 'Express Mode', service: { managedByEcs: true }, says: 'Express Mode' },
  ])('$name is left alone, with a finding', ({ service, says }) => {
    const policies = [observed(aTracking()), observed(aTracking({ name: 'taskwire-memory' }))];
    const sight = { service: aService(service), wish: aWish({ cpuPercent: 70 }), target: undefined, policies };
    expect(planScaling(aScalingSight(sight), LIMITS)).toEqual({
      changes: [],
      held: [],
      faults: [{ rule: 'SCL-1', severity: 'high', summary: expect.stringContaining(says), fix: expect.any(String) }],
    });
    expect(plan({ service: aService(service), wish: undefined })).toEqual({ changes: [], held: [], faults: [] });
  });

  test('reasons say from where to where, and by how much the count moves', () => {
    const { changes } = planScaling(
      aScalingSight({ service: aService({ desired: 4 }), wish: aWish({ bounds: { min: 6, max: 9 } }) }),
      LIMITS,
    );
    expect(changes[0]?.reason).toBe(
      'the tags ask for min 6, max 9, it has min 2, max 20; the desired count goes from 4 to 6 at once',
    );
    const { held } = planScaling(aScalingSight({ service: aService({ desired: 50 }), target: undefined }), LIMITS);
    expect(held[0]?.reason).toBe('brake: the desired count would fall by 30 at once');
  });
});

const bounds = fc.tuple(fc.nat(9), fc.nat(9)).map(([min, more]) => ({ min, max: min + more }));
const percent = fc.option(fc.constantFrom(60, 70), { nil: undefined });
const wish = fc.record({ bounds, hours: windows, cpu: percent, memory: percent, requests: percent }).map((says) =>
  aWish({
    bounds: says.bounds,
    hours: says.hours,
    ...(says.cpu !== undefined && { cpuPercent: says.cpu }),
    ...(says.memory !== undefined && { memoryPercent: says.memory }),
    ...(says.requests !== undefined && { requests: { perMinute: says.requests } }),
  }),
);
const policyName = fc.constantFrom('taskwire-cpu', 'taskwire-memory', 'taskwire-requests', 'taskwire-old', 'by-hand');
const metric = fc.constantFrom('ECSServiceAverageCPUUtilization', 'ECSServiceAverageMemoryUtilization');
const policies = fc
  .uniqueArray(fc.tuple(policyName, metric, fc.constantFrom(60, 70)), { selector: ([name]) => name })
  .map((list) =>
    list.map(([name, of, targetValue]) =>
      observed(aTracking({ name, targetValue, metric: { kind: 'predefined', name: of } })),
    ),
  );
const schedules = fc
  .uniqueArray(fc.constantFrom('taskwire-hours-1-start', 'taskwire-hours-2-end', SPOT_RESTORE, 'by-hand'))
  .map((names) => names.map((name) => schedule(name)));
const group = {
  arn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/5f3a9c1e7d2b4680',
  loadBalancerArns: ['arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188'],
  native: false,
};
const sights: fc.Arbitrary<ScalingSight> = fc
  .record({
    wish: fc.option(wish, { nil: undefined }),
    target: fc.option(bounds, { nil: undefined }),
    desired: fc.nat(20),
    policies,
    schedules,
    groups: fc.constantFrom([], [group]),
    nowMs: fc.integer({ min: NOON, max: NOON + 7 * 1440 * MINUTE }),
  })
  .map(({ target, desired, ...says }) =>
    aScalingSight({
      ...says,
      service: aScaledService({ desired }),
      target: target && aScalableTarget(target),
    }),
  );
const limits = fc.record({ brakePercent: fc.constantFrom(0, 50, 100), brakeReleased: fc.boolean() });

describe('properties', () => {
  test('a plan that ran leaves nothing to do', () => {
    fc.assert(
      fc.property(sights, limits, (sight, of) => {
        const after = afterScaling(sight, planScaling(sight, of).changes);
        expect(planScaling(after, of).changes).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('what a person lets go ends as the tags want it', () => {
    fc.assert(
      fc.property(sights, (sight) => {
        const free = { ...LIMITS, brakeReleased: true };
        const { changes, held } = planScaling(sight, free);
        expect(held).toEqual([]);
        const after = afterScaling(sight, changes);
        if (sight.wish === undefined || after.target === undefined) return;
        const { min, max } = after.target;
        if (changes.some(({ action }) => action === 'put-target')) {
          expect({ min, max }).toEqual(boundsAt(sight.wish, sight.nowMs));
          expect(after.service.desired).toBeGreaterThanOrEqual(min);
          expect(after.service.desired).toBeLessThanOrEqual(max);
        }
        const ours = after.schedules.filter(({ name }) => isOurs(name) && name !== SPOT_RESTORE);
        const byName = (a: ScheduledAction, b: ScheduledAction): number => (a.name < b.name ? -1 : 1);
        expect(ours.toSorted(byName)).toEqual([...schedulesOf(sight.wish, RESOURCE_ID)].sort(byName));
      }),
    );
  });

  test('only what differs is written, only what is ours, and every change says why', () => {
    fc.assert(
      fc.property(sights, limits, (sight, of) => {
        const { changes, held, faults } = planScaling(sight, of);
        const wanted = sight.wish === undefined ? [] : policiesOf(sight.wish, sight.groups).policies;
        for (const change of [...changes, ...held.map((each) => each.change)]) {
          expect(change.reason).not.toBe('');
          if (change.action === 'put-target' && sight.target) expect(sight.target).not.toMatchObject(change.bounds);
          if (change.action === 'put-policy') expect(wanted).toContainEqual(change.policy);
          if (change.action === 'put-schedule') expect(isOurs(change.schedule.name)).toBe(true);
          if ('name' in change) expect(isOurs(change.name)).toBe(true);
        }
        for (const { summary, fix } of faults) expect(summary.length * fix.length).toBeGreaterThan(0);
        expect(new Set(changes.map(doneOf)).size).toBe(changes.length);
      }),
    );
  });

  test('bounds lie within 0 and max; no change lowers the count, and none raises it past the brake', () => {
    fc.assert(
      fc.property(sights, limits, fc.option(bounds, { nil: undefined }), (sight, of, meant) => {
        const { desired } = sight.service;
        for (const change of planScaling({ ...sight, ...(meant && { meant }) }, of).changes) {
          if (change.action !== 'put-target') continue;
          expect(0 <= change.bounds.min && change.bounds.min <= change.bounds.max).toBe(true);
          if (of.brakeReleased) continue;
          expect(change.jump).toBeGreaterThanOrEqual(0);
          if (meant === undefined) expect(change.jump * 100).toBeLessThanOrEqual(of.brakePercent * desired);
        }
      }),
    );
  });

  test('the order in which AWS lists things does not matter', () => {
    fc.assert(
      fc.property(sights, limits, (sight, of) => {
        const turned = { ...sight, policies: sight.policies.toReversed(), schedules: sight.schedules.toReversed() };
        const [here, there] = [sight, turned].map((each) => planScaling(each, of).changes.map(doneOf).toSorted());
        expect(there).toEqual(here);
      }),
    );
  });
});
