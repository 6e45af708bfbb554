import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MOST_CHANGES, type Offer, planIdOf, readPlanId, type ShownPlan } from '../../../shared/core/plan-id.ts';
import { sha256 } from '../../../shared/runtime/sha256.ts';

const REQUEST = 'sync-targets production';

const offer = (text: string, extent = 0): Offer => ({ text, extent });
const read = (id: string): ShownPlan => {
  const plan = readPlanId(id, sha256);
  if (typeof plan === 'string') throw new Error(plan);
  return plan;
};
const shown = (offers: readonly Offer[], request = REQUEST) => read(planIdOf(request, offers, sha256));

describe('the id of a plan', () => {
  test('tells of every change whether it was shown, and of no other', () => {
    const some = fc.uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(some, some, (before, now) => {
        const plan = shown(before.map((text) => offer(text)));
        expect(plan.size).toBe(before.length);
        for (const text of now) {
          expect(plan.shownAs(REQUEST, offer(text)) !== undefined).toBe(before.includes(text));
        }
      }),
    );
  });

  test('is the same in whatever order the changes come, and however often', () => {
    const offers = [offer('a'), offer('b', 3), offer('c')];
    const id = planIdOf(REQUEST, offers, sha256);
    expect(planIdOf(REQUEST, [...offers].reverse(), sha256)).toBe(id);
    expect(planIdOf(REQUEST, [...offers, offer('b', 1)], sha256)).toBe(id);
  });

  test.each([
    { name: 'the same move', before: 3, now: 3, covered: true },
    { name: 'a shorter one', before: 3, now: 1, covered: true },
    { name: 'none any more', before: -3, now: 0, covered: true },
    { name: 'a longer one', before: 3, now: 4, covered: false },
    { name: 'one the other way', before: 3, now: -1, covered: false },
    { name: 'one where there was none', before: 0, now: 1, covered: false },
    { name: 'a long one downwards', before: -70_000, now: -69_999, covered: true },
    { name: 'more than can be written', before: 2 ** 30, now: 2 ** 23 - 1, covered: true },
  ])('covers $name of the desired count: $covered', ({ before, now, covered }) => {
    const plan = shown([offer('bounds', before)]);
    expect(plan.shownAs(REQUEST, offer('bounds', now)) !== undefined).toBe(covered);
  });

  test('says how far a move was shown to go', () => {
    const plan = shown([offer('bounds', -5)]);
    expect(plan.shownAs(REQUEST, offer('bounds', -2))).toEqual(offer('bounds', -5));
  });

  test('is of its own request alone', () => {
    const plan = shown([offer('a')]);
    expect([plan.isFor(REQUEST), plan.isFor('unwire production')]).toEqual([true, false]);
    expect(plan.shownAs('unwire production', offer('a'))).toBeUndefined();
  });

  test('gives one change another digest in another plan, so that no pair that looks alike can be kept', () => {
    const digests = (...texts: string[]) =>
      planIdOf(
        REQUEST,
        texts.map((text) => offer(text)),
        sha256,
      ).slice(35);
    expect(digests('a', 'b').match(/.{20}/g)).not.toContain(digests('a'));
  });

  test('has 35 characters and 20 for each change: the most fit a command line on Windows', () => {
    const id = (count: number) =>
      planIdOf(
        REQUEST,
        Array.from({ length: count }, (_, n) => offer(`${n}`)),
        sha256,
      );
    expect(id(0).length).toBe(35);
    expect(id(200).length).toBe(4_035);
    expect(id(MOST_CHANGES).length).toBeLessThan(32_000);
    expect(read(id(MOST_CHANGES)).size).toBe(MOST_CHANGES);
  });

  test('is refused with any character changed, taken away or added', () => {
    const id = planIdOf(REQUEST, [offer('a'), offer('b')], sha256);
    const at = fc.nat(id.length - 1);
    const character = fc.constantFrom(...'ABCabc019-_ .\u0000é');
    fc.assert(
      fc.property(at, character, fc.constantFrom('change', 'drop', 'add'), (index, other, how) => {
        const mangled =
          id.slice(0, index) + (how === 'drop' ? '' : other) + id.slice(how === 'add' ? index : index + 1);
        fc.pre(mangled !== id);
        expect(readPlanId(mangled, sha256)).toEqual(expect.stringMatching(/sk for a new plan\.$/));
      }),
    );
  });

  test.each([
    { id: '', says: 'An id of a plan begins with p1-.' },
    { id: 'yes', says: 'An id of a plan begins with p1-.' },
    { id: 'p1-', says: 'It is not complete' },
    { id: 'p1-AAAA', says: 'It is not complete' },
    { id: 'p2-AAAA', says: 'It was made by another version of Taskwire.' },
    { id: `p1-${'A'.repeat(52)}`, says: 'It is not complete' },
  ])('says what is wrong with "$id"', ({ id, says }) => {
    expect(readPlanId(id, sha256)).toContain(says);
  });

  test('is told from anything else without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof readPlanId(text, sha256)).toBe('string');
        expect(typeof readPlanId(`p1-${text}`, sha256)).toBe('string');
      }),
    );
  });
});
