import { expect, test } from '@jest/globals';
import { isCovered, type ScalingWrite, whatOf } from '../../../../shared/core/scaling/shown.ts';
import { aTracking } from '../../../support/scaling.ts';

const write = (says: Partial<ScalingWrite> = {}): ScalingWrite => ({
  action: 'put-target',
  resource: 'arn:web',
  what: '2 4',
  jump: 0,
  ...says,
});

test.each<{ name: string; shown?: Partial<ScalingWrite>; now?: Partial<ScalingWrite>; covered: boolean }>([
  { name: 'the same', covered: true },
  { name: 'the same jump', shown: { jump: -6 }, now: { jump: -6 }, covered: true },
  { name: 'a shorter one', shown: { jump: -6 }, now: { jump: -4 }, covered: true },
  { name: 'none any more', shown: { jump: -6 }, covered: true },
  { name: 'a longer one', shown: { jump: -6 }, now: { jump: -7 }, covered: false },
  { name: 'one the other way', shown: { jump: -6 }, now: { jump: 1 }, covered: false },
  { name: 'one that was not there', now: { jump: 1 }, covered: false },
  { name: 'other bounds', now: { what: '2 5' }, covered: false },
  { name: 'another service', now: { resource: 'arn:api' }, covered: false },
  { name: 'another action on the same', now: { action: 'raise-min' }, covered: false },
])('whoever agreed agreed to this: $name → $covered', ({ shown, now, covered }) => {
  expect(isCovered(write(now), [write({ what: '9 9' }), write(shown)])).toBe(covered);
});

test('what is written tells writes apart, and not their reasons', () => {
  const put = (targetValue: number, reason: string) =>
    whatOf({ action: 'put-policy', policy: aTracking({ targetValue }), reason });
  expect(put(60, 'a')).toBe(put(60, 'b'));
  expect(put(60, 'a')).not.toBe(put(70, 'a'));
});
