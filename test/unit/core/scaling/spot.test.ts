import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundsAt } from '../../../../shared/core/scaling/hours.ts';
import type { ScheduledAction } from '../../../../shared/core/scaling/observed.ts';
import { SPOT_RESTORE } from '../../../../shared/core/scaling/plan.ts';
import {
  parseSpot,
  planSpot,
  renderSpot,
  restoreAhead,
  type SpotSight,
  type SpotStep,
} from '../../../../shared/core/scaling/spot.ts';
import type { Bounds } from '../../../../shared/core/scaling/wish.ts';
import {
  aScalableTarget,
  aScaledService,
  aTracking,
  aWindow,
  aWish,
  observed,
  RESOURCE_ID,
} from '../../../support/scaling.ts';

/** Friday, 20 November 2026, 12:00 UTC. */
const NOON = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const seconds = (ms: number): number => ms / 1000;

const restore = (atMs: number, bounds: Bounds = { min: 2, max: 20 }): ScheduledAction => ({
  resourceId: RESOURCE_ID,
  name: SPOT_RESTORE,
  schedule: { kind: 'once', atMs },
  ...bounds,
});
const spot = aWish({ cpuPercent: 60, reactions: new Set(['spot']) });
const aSight = (says: Partial<SpotSight> = {}): SpotSight => ({
  service: aScaledService({ desired: 10 }),
  wish: spot,
  target: aScalableTarget(),
  policies: [observed(aTracking())],
  schedules: [],
  leaving: 3,
  memory: undefined,
  nowMs: NOON,
  ...says,
});

describe('the tag', () => {
  test.each([
    { text: '10@1795176000', memory: { desired: 10, sinceSeconds: 1_795_176_000 } },
    { text: '0@0', memory: { desired: 0, sinceSeconds: 0 } },
  ])('$text', ({ text, memory }) => {
    expect(renderSpot(memory)).toBe(text);
    expect(parseSpot(text)).toEqual(memory);
  });

  test.each(['', '10', '@1', '10@', '-1@5', '1.5@5', '10@5 ', ' 10@5', '10@5\n', '10@now', '9999999@1'])(
    '%j is none that Taskwire wrote',
    (text) => expect(parseSpot(text)).toBeUndefined(),
  );

  test('comes back as it went', () => {
    const memory = fc.record({ desired: fc.nat(999_999), sinceSeconds: fc.nat() });
    fc.assert(fc.property(memory, (each) => expect(parseSpot(renderSpot(each))).toEqual(each)));
  });
});

describe('restoreAhead', () => {
  test.each<{ name: string; schedules: ScheduledAction[]; ahead: boolean }>([
    { name: 'none', schedules: [], ahead: false },
    { name: 'ahead', schedules: [restore(NOON + 1)], ahead: true },
    { name: 'now', schedules: [restore(NOON)], ahead: false },
    { name: 'over', schedules: [restore(NOON - 1)], ahead: false },
    { name: 'another', schedules: [{ ...restore(NOON + 1), name: 'by-hand' }], ahead: false },
    {
      name: 'no one-time schedule',
      schedules: [{ ...restore(NOON), schedule: { kind: 'recurring', expression: 'rate(1 day)', zone: 'UTC' } }],
      ahead: false,
    },
  ])('$name', ({ schedules, ahead }) => {
    expect(restoreAhead(schedules, NOON) !== undefined).toBe(ahead);
  });
});

const stepText = (step: SpotStep): string => {
  if (step.kind === 'remember') return `remember ${renderSpot(step.memory)}`;
  if (step.kind === 'raise-min') return `raise-min ${step.bounds.min}..${step.bounds.max}`;
  if (step.kind === 'forget') return 'forget';
  const { schedule, min, max } = step.schedule;
  return `restore ${min}..${max} in ${schedule.kind === 'once' ? (schedule.atMs - NOON) / MINUTE : '?'} min`;
};

describe('planSpot', () => {
  const first = ['remember 10@1795176000', 'restore 2..20 in 10 min', 'raise-min 13..20'];
  const memory = { desired: 10, sinceSeconds: seconds(NOON - 5 * MINUTE) };
  const ahead = restore(NOON + 5 * MINUTE);
  const raised = aScalableTarget({ min: 13 });
  const grown = aScaledService({ desired: 13 });
  const hours = [aWindow({ to: 12 * 60 + 5 })];

  test.each<{ name: string; sight: Partial<SpotSight>; steps?: string[]; faults?: string[] }>([
    { name: 'the first notice: remember, restore, raise', sight: {}, steps: first },
    { name: 'nothing leaves', sight: { leaving: 0 } },
    { name: 'within max', sight: { leaving: 30 }, steps: [...first.slice(0, 2), 'raise-min 20..20'] },
    { name: 'min is already there', sight: { target: aScalableTarget({ min: 15 }) }, steps: first.slice(0, 2) },
    {
      name: 'the same notice again: nothing',
      sight: { memory, schedules: [restore(NOON + 10 * MINUTE)], target: raised, service: grown },
    },
    {
      name: 'again within a minute: nothing',
      sight: { memory, schedules: [restore(NOON + 9.5 * MINUTE)], target: raised, service: grown },
    },
    {
      name: 'a later notice: from the remembered count',
      sight: { memory, schedules: [ahead], target: raised, service: grown, leaving: 5 },
      steps: ['restore 2..20 in 10 min', 'raise-min 15..20'],
    },
    {
      name: 'some are gone: min stays until the restore',
      sight: { memory, schedules: [ahead], target: raised, service: grown, leaving: 1 },
      steps: ['restore 2..20 in 10 min'],
    },
    {
      name: 'all are gone, the restore is ahead: remembered still',
      sight: { memory, schedules: [ahead], target: raised, service: grown, leaving: 0 },
    },
    { name: 'all are gone, and the restore is over: forgotten', sight: { memory, leaving: 0 }, steps: ['forget'] },
    {
      name: 'a memory of an earlier wave',
      sight: { memory, schedules: [restore(NOON - MINUTE)], service: grown },
      steps: ['remember 13@1795176000', 'restore 2..20 in 10 min', 'raise-min 16..20'],
    },
    { name: 'died behind the tag', sight: { memory: { ...memory, sinceSeconds: seconds(NOON) - 5 } }, steps: first },
    {
      name: 'died behind the restore',
      sight: { memory, schedules: [restore(NOON + 10 * MINUTE)] },
      steps: ['raise-min 13..20'],
    },
    {
      name: 'the restore brings the bounds of its moment',
      sight: { wish: { ...spot, hours }, target: aScalableTarget({ min: 6, max: 40 }) },
      steps: ['remember 10@1795176000', 'restore 2..20 in 10 min', 'raise-min 13..40'],
    },
    {
      name: 'near a boundary of the hours no bounds are written',
      sight: { wish: { ...spot, hours }, target: aScalableTarget({ min: 6, max: 40 }), nowMs: NOON + 4 * MINUTE },
    },
    { name: 'no policy brings the count down', sight: { policies: [] }, faults: ['SCL-7'] },
    {
      name: 'a policy that never scales in',
      sight: { policies: [observed(aTracking({ scaleInDisabled: true }))] },
      faults: ['SCL-7'],
    },
    { name: 'a person’s policy does', sight: { policies: [observed(aTracking({ name: 'by-hand' }))] }, steps: first },
    {
      name: 'an operator set more than max: raising min would lower the count',
      sight: { service: aScaledService({ desired: 50 }) },
      faults: ['SCL-5'],
    },
    { name: 'the reaction is not chosen', sight: { wish: aWish() } },
    { name: 'the reaction is no longer chosen: forgotten', sight: { wish: aWish(), memory }, steps: ['forget'] },
    { name: 'not on Fargate', sight: { service: aScaledService({ desired: 10, onFargate: false }) } },
  ])('$name', ({ sight, steps = [], faults = [] }) => {
    const plan = planSpot(aSight(sight));
    expect({ steps: plan.steps.map(stepText), faults: plan.faults.map(({ rule }) => rule) }).toEqual({ steps, faults });
  });
});

interface World {
  readonly target: Bounds;
  readonly desired: number;
  readonly memory: string | undefined;
  readonly restore: ScheduledAction | undefined;
}

const wish = { ...spot, hours: [aWindow({ days: [4], from: 12 * 60 + 30, to: 13 * 60, min: 3, max: 30 })] };
const sightOf = (world: World, leaving: number, nowMs: number): SpotSight =>
  aSight({
    wish,
    leaving,
    nowMs,
    service: aScaledService({ desired: world.desired }),
    target: aScalableTarget(world.target),
    schedules: world.restore === undefined ? [] : [world.restore],
    memory: world.memory === undefined ? undefined : parseSpot(world.memory),
  });
const bound = (desired: number, { min, max }: Bounds): number => Math.min(max, Math.max(min, desired));

/** What AWS does until a moment: a restore that is due strikes and is gone; the hours strike at their boundaries. */
const pass = (world: World, fromMs: number, toMs: number): World => {
  let { target, desired, restore: due } = world;
  const set = (bounds: Bounds): void => {
    target = bounds;
    desired = bound(desired, bounds);
  };
  for (let at = fromMs + 1000; at <= toMs; at += 1000) {
    const now = boundsAt(wish, at);
    const before = boundsAt(wish, at - 1000);
    if (now.min !== before.min || now.max !== before.max) set(now);
    if (due?.schedule.kind === 'once' && due.schedule.atMs <= at) {
      set({ min: due.min ?? 0, max: due.max ?? 0 });
      due = undefined;
    }
  }
  return { ...world, target, desired, restore: due };
};
const react = (world: World, leaving: number, nowMs: number, survives = 9): World => {
  let now = world;
  for (const step of planSpot(sightOf(world, leaving, nowMs)).steps.slice(0, survives)) {
    if (step.kind === 'remember') now = { ...now, memory: renderSpot(step.memory) };
    else if (step.kind === 'forget') now = { ...now, memory: undefined };
    else if (step.kind === 'put-restore') now = { ...now, restore: step.schedule };
    else now = { ...now, target: step.bounds, desired: bound(now.desired, step.bounds) };
  }
  return now;
};

describe('properties', () => {
  const notices = fc.array(fc.record({ after: fc.nat(300), leaving: fc.nat(6), survives: fc.nat(4) }), {
    maxLength: 8,
  });
  const begin: World = { target: wish.bounds, desired: 10, memory: undefined, restore: undefined };

  test('whatever notices come, and wherever it dies: the bounds stay in [0, max] and come back exactly', () => {
    fc.assert(
      fc.property(notices, fc.nat(20), (list, desired) => {
        let world: World = { ...begin, desired: bound(desired, wish.bounds) };
        let nowMs = NOON;
        for (const { after, leaving, survives } of list) {
          world = pass(world, nowMs, nowMs + after * 1000);
          nowMs += after * 1000;
          const before = world.desired;
          world = react(world, leaving, nowMs, survives);
          const { min, max } = world.target;
          expect(0 <= min && min <= max && max === boundsAt(wish, nowMs).max).toBe(true);
          // A raised min always has what undoes it, and never costs a running task.
          if (min > boundsAt(wish, nowMs).min) expect(world.restore).toBeDefined();
          expect(world.desired).toBeGreaterThanOrEqual(before);
        }
        const later = nowMs + 11 * MINUTE;
        const after = react(pass(world, nowMs, later), 0, later);
        expect({ ...after, desired: 0 }).toEqual({
          target: boundsAt(wish, later),
          desired: 0,
          memory: undefined,
          restore: undefined,
        });
      }),
      { numRuns: 300 },
    );
  });

  test('a notice that is repeated changes nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 2, max: 20 }), (leaving, desired) => {
        const once = react({ ...begin, desired }, leaving, NOON);
        expect(planSpot(sightOf(once, leaving, NOON)).steps).toEqual([]);
        expect(planSpot(sightOf(once, leaving, NOON + 30_000)).steps).toEqual([]);
      }),
    );
  });
});
