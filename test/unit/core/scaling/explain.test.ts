import { describe, expect, test } from '@jest/globals';
import { explainScaling, type ReactionSight } from '../../../../shared/core/scaling/explain.ts';
import { planScaling, type ScalingSight } from '../../../../shared/core/scaling/plan.ts';
import {
  aScalableTarget,
  aScaledService,
  aScalingSight,
  aTracking,
  aWindow,
  aWish,
  FREE,
  LIMITS,
  observed,
  RESOURCE_ID,
} from '../../../support/scaling.ts';

const MINUTE = 60_000;
const NO_REACTION: ReactionSight = { hold: undefined, memory: undefined, steps: [], mostMinutes: 30 };

/** What is said of one part: what it is, why, and what would be done. */
const saidOf = (part: string, sight: Partial<ScalingSight>, reactions: Partial<ReactionSight> = {}) => {
  const whole = aScalingSight(sight);
  const parts = explainScaling(whole, planScaling(whole, LIMITS), { ...NO_REACTION, ...reactions });
  const found = parts.find((each) => each.part === part);
  return found === undefined ? undefined : [found.is, found.why, found.would];
};

describe('bounds', () => {
  test.each([
    {
      name: 'as wanted',
      sight: {},
      says: ['wanted', 'It has min 2, max 20; the tags ask for min 2, max 20 now.', undefined],
    },
    {
      name: 'by the hours',
      // A Monday at noon.
      sight: { wish: aWish({ hours: [aWindow()] }), nowMs: Date.UTC(2026, 7, 3, 12) },
      says: ['differs', 'It has min 2, max 20; the tags ask for min 6, max 40 now (by the hours).', expect.any(String)],
    },
    {
      name: 'held',
      sight: { service: aScaledService({ desired: 30 }), target: aScalableTarget({ max: 40 }) },
      says: ['held', expect.any(String), expect.stringMatching(/^set the bounds only for a person: brake: /)],
    },
    {
      name: 'of a service without a wish',
      sight: { wish: undefined },
      says: ['own', 'It has min 2, max 20, and no tag asks for bounds: they stay.', undefined],
    },
  ])('$name', ({ sight, says }) => {
    expect(saidOf('bounds', sight)).toEqual(says);
  });
});

describe('policies and schedules', () => {
  test('one that is missing, one that differs, one that is left, and a person’s', () => {
    const wish = aWish({ cpuPercent: 60 });
    const other = aTracking({ targetValue: 70 });
    const left = aTracking({ name: 'taskwire-memory' });
    expect(saidOf('policy taskwire-cpu', { wish })?.slice(0, 2)).toEqual(['differs', 'It is not there.']);
    expect(saidOf('policy taskwire-cpu', { wish, policies: [observed(aTracking())] })?.[0]).toBe('wanted');
    expect(saidOf('policy taskwire-cpu', { wish, policies: [observed(other)] })?.[0]).toBe('differs');
    expect(saidOf('policy taskwire-memory', { policies: [observed(left)] })?.[2]).toMatch(/^delete the policy: /);
    const mine = { resourceId: RESOURCE_ID, name: 'mine' };
    expect(saidOf('policy mine', { policies: [mine] })?.slice(0, 2)).toEqual([
      'own',
      "It is a person's (no target tracking), and stays.",
    ]);
  });

  test('a person’s one-time schedule, and the end of a Spot wave', () => {
    const once = (name: string) =>
      ({ resourceId: RESOURCE_ID, name, schedule: { kind: 'once', atMs: 9 * MINUTE }, min: 2, max: 20 }) as const;
    const schedules = [once('sale'), once('taskwire-spot-restore')];
    expect(saidOf('schedule sale', { schedules })?.[1]).toBe("It is a person's (min 2, max 20 in 9 min), and stays.");
    expect(saidOf('schedule taskwire-spot-restore', { schedules })?.[1]).toBe(
      'It ends the Spot wave: min 2, max 20 in 9 min.',
    );
  });
});

describe('suspensions and reactions', () => {
  const target = aScalableTarget({ suspended: { ...FREE, scaleOut: true } });
  const hold = { former: FREE, reasons: ['deploy'], sinceSeconds: 0 } as const;
  const wish = aWish({ reactions: new Set(['deploy', 'spot']) });
  const nowMs = 5 * MINUTE;

  test('a person’s suspension stays', () => {
    expect(saidOf('scale-out', { target })).toEqual(['own', 'A person suspended it, and so it stays.', undefined]);
  });

  test('a hold says why, for how long, and what ends it', () => {
    const why = 'It is held for deploy, for 5 min so far, until no deployment runs, and no longer than 30 min.';
    expect(saidOf('scale-out', { target, wish, nowMs }, { hold })).toEqual(['acts', why, undefined]);
    const steps = [{ action: 'resume', reason: 'the hold for deploy is over' }] as const;
    expect(saidOf('scale-out', { target, wish, nowMs }, { hold, steps })).toEqual([
      'differs',
      why,
      'release it: the hold for deploy is over',
    ]);
  });

  test.each<{ name: string; deploying?: number; held?: boolean; says: string }>([
    { name: 'at rest', says: 'On: no deployment runs.' },
    {
      name: 'before the hold',
      deploying: 2 * MINUTE,
      says: 'On: a deployment runs for 3 min now; the deployed function holds scale-out with the next event or sweep.',
    },
    { name: 'held', deploying: 0, held: true, says: 'On: a deployment runs for 5 min now, and scale-out is held.' },
  ])('deploy: $name', ({ deploying, held, says }) => {
    const service = aScaledService(deploying === undefined ? {} : { deployingSinceMs: deploying });
    expect(saidOf('reaction deploy', { service, wish, nowMs }, held ? { hold } : {})?.[1]).toBe(says);
  });

  test('spot: what it remembers, and that it has no effect beside Fargate', () => {
    const memory = { desired: 4, sinceSeconds: 0 };
    expect(saidOf('reaction spot', { wish, nowMs }, { memory })?.slice(0, 2)).toEqual([
      'acts',
      'On: a Spot wave is under way; 4 tasks were wanted before it.',
    ]);
    const service = aScaledService({ onFargate: false });
    expect(saidOf('reaction spot', { wish, service })?.[1]).toMatch(/^On: it has no effect/);
  });

  test('one that the tags do not choose is off', () => {
    expect(saidOf('reaction crash', { wish })).toEqual(['rests', 'Off: the tags do not choose it.', undefined]);
  });
});

test('a service without a wish and without a scalable target has nothing to explain', () => {
  const sight = aScalingSight({ wish: undefined, target: undefined });
  expect(explainScaling(sight, planScaling(sight, LIMITS), NO_REACTION)).toEqual([]);
});
