import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Hold, HoldReason } from '../../../../shared/core/scaling/hold.ts';
import type { ScaledService } from '../../../../shared/core/scaling/observed.ts';
import {
  holdReasonsOf,
  meantBounds,
  mergeTriggers,
  NO_TRIGGER,
  type Trigger,
  wouldMove,
} from '../../../../shared/core/scaling/reaction.ts';
import type { Reaction, ScalingWish } from '../../../../shared/core/scaling/wish.ts';
import { aScalableTarget, aScaledService, aWish, FREE } from '../../../support/scaling.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const heldFor = (...reasons: HoldReason[]): Hold => ({ former: FREE, reasons, sinceSeconds: NOW / 1000 - 300 });
const reacting = (...reactions: Reaction[]): ScalingWish => aWish({ reactions: new Set(reactions) });

describe('holdReasonsOf', () => {
  const impaired: Trigger = { ...NO_TRIGGER, impaired: true };
  const steady: Trigger = { ...NO_TRIGGER, steady: true };
  const short: Partial<ScaledService> = { desired: 4, running: 2 };
  const deploying: Partial<ScaledService> = { deployingSinceMs: NOW - 5 * MINUTE };
  const overdue: Hold = { ...heldFor('crash', 'deploy'), sinceSeconds: NOW / 1000 - 1_801 };

  test.each<{
    name: string;
    wish?: ScalingWish | null;
    service?: Partial<ScaledService>;
    hold?: Hold;
    trigger?: Trigger;
    reasons?: HoldReason[];
  }>([
    { name: 'nothing happens' },
    { name: 'tasks do not start', service: short, trigger: impaired, reasons: ['crash'] },
    { name: 'they do after all: the event came late', trigger: impaired },
    { name: 'too few run, and ECS does not complain', service: short },
    { name: 'still too few run', service: short, hold: heldFor('crash'), reasons: ['crash'] },
    { name: 'a task of a crash loop runs for a moment: held until steady', hold: heldFor('crash'), reasons: ['crash'] },
    { name: 'steady again', hold: heldFor('crash'), trigger: steady },
    { name: 'steady, and a task just ended', service: short, hold: heldFor('crash'), trigger: steady },
    {
      name: 'steady and impaired in one batch, all run',
      hold: heldFor('crash'),
      trigger: mergeTriggers(steady, impaired),
    },
    {
      name: 'steady and impaired in one batch, some do not run',
      service: short,
      trigger: mergeTriggers(steady, impaired),
      reasons: ['crash'],
    },
    { name: 'crash is not chosen', wish: reacting('deploy', 'spot'), service: short, trigger: impaired },
    { name: 'crash is no longer chosen', wish: reacting(), service: short, hold: heldFor('crash') },
    { name: 'a deployment', wish: reacting('deploy'), service: deploying, reasons: ['deploy'] },
    { name: 'a deployment that is over', wish: reacting('deploy'), hold: heldFor('deploy') },
    { name: 'deploy is not chosen', wish: reacting('crash'), service: deploying },
    { name: 'a deployment that lasts', wish: reacting('deploy'), service: { deployingSinceMs: NOW - 31 * MINUTE } },
    {
      name: 'both',
      wish: reacting('crash', 'deploy'),
      service: { ...short, ...deploying },
      trigger: impaired,
      reasons: ['deploy', 'crash'],
    },
    {
      name: 'none outlives what it may',
      wish: reacting('crash', 'deploy'),
      service: { ...short, ...deploying },
      hold: overdue,
      trigger: impaired,
    },
    {
      name: 'the tags taken away',
      wish: null,
      service: { ...short, ...deploying },
      hold: heldFor('crash'),
      trigger: impaired,
    },
  ])('$name', ({ wish, service = {}, hold, trigger = NO_TRIGGER, reasons = [] }) => {
    const wanted = wish === null ? undefined : (wish ?? reacting('crash'));
    const at = { nowMs: NOW, mostMinutes: 30 };
    expect(holdReasonsOf(aScaledService(service), wanted, hold, trigger, at)).toEqual(reasons);
  });
});

test.each([
  { desired: 1, moves: true },
  { desired: 2, moves: false },
  { desired: 20, moves: false },
  { desired: 50, moves: true },
])('an update of 2 to 20 moves $desired tasks: $moves', ({ desired, moves }) => {
  const finding = wouldMove(aScaledService({ desired }), aScalableTarget(), 'holding scale-out');
  expect(finding === undefined).toBe(!moves);
  if (moves) expect(finding).toMatchObject({ rule: 'SCL-5', summary: expect.stringContaining(`${desired} tasks`) });
});

test.each([
  { name: 'raised', min: 13, meant: 13 },
  { name: 'as wanted', min: 2, meant: 2 },
  { name: 'below', min: 0, meant: 2 },
  { name: 'above what max is now', min: 30, meant: 20 },
])('min $name is meant as $meant', ({ min, meant }) => {
  expect(meantBounds({ min: 2, max: 20 }, aScalableTarget({ min, max: 40 }))).toEqual({ min: meant, max: 20 });
});

test('the order of events in a batch does not matter, nor does their repetition', () => {
  const trigger = fc.record({ impaired: fc.boolean(), steady: fc.boolean(), spot: fc.boolean() });
  fc.assert(
    fc.property(fc.array(trigger), (list) => {
      const merged = list.reduce(mergeTriggers, NO_TRIGGER);
      expect([...list, ...list].toReversed().reduce(mergeTriggers, NO_TRIGGER)).toEqual(merged);
    }),
  );
});
