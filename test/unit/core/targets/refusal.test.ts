import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Attempt, quotedTargets, registerAround } from '../../../../shared/core/targets/refusal.ts';
import type { Target } from '../../../../shared/core/targets/target.ts';

const at = (n: number, port = 80): Target => ({ id: `10.0.${n >> 8}.${n & 255}`, port });
const many = (count: number): Target[] => Array.from({ length: count }, (_, n) => at(n));

/** AWS with bad targets: refuses a whole call, and quotes the first culprit or nobody. */
const aws = (bad: readonly Target[], { quotes }: { quotes: boolean }) => {
  const calls: (readonly Target[])[] = [];
  const isBad = (target: Target) => bad.some(({ id }) => id === target.id);
  return {
    calls,
    send: async (targets: readonly Target[]): Promise<Attempt> => {
      calls.push(targets);
      const culprit = targets.find(isBad);
      if (!culprit) return { kind: 'accepted' };
      const whom = quotes ? `'${culprit.id}'` : 'one of them';
      return { kind: 'refused', code: 'InvalidTarget', message: `The target ${whom} cannot be registered` };
    },
  };
};

describe('the targets that an error quotes', () => {
  test.each([
    ['an address as a whole', "The IP address '10.0.0.1' is within the VPC", ['10.0.0.1']],
    ['no address that only begins alike', "The IP address '10.0.0.12' is not", []],
    [
      'every port of an address',
      "The Availability Zone is required for IP address '10.0.0.2' because",
      ['10.0.0.2', '10.0.0.2'],
    ],
    ['an instance', "not in a running state and cannot be registered: 'i-0123456789abcdef0'", ['i-0123456789abcdef0']],
    ['an IPv6 address in any case', 'The IP address 2001:DB8::1f is not valid', ['2001:db8::1f']],
    ['nobody where nobody is quoted', 'At least one target is invalid', []],
  ])('%s', (_, message, ids) => {
    const targets = [
      at(1),
      at(2),
      at(2, 81),
      { id: 'i-0123456789abcdef0', port: 80 },
      { id: '2001:db8::1f', port: 80 },
    ];
    expect(quotedTargets(targets, message).map(({ id }) => id)).toEqual(ids);
  });
});

describe('registering around refused targets', () => {
  test('sends one call when all are accepted, none for nothing', async () => {
    const good = aws([], { quotes: true });
    expect(await registerAround(many(200), good.send)).toEqual({ accepted: many(200), refused: [], full: false });
    await registerAround([], good.send);
    expect(good.calls).toHaveLength(1);
  });

  test('takes the quoted one out and sends the rest again', async () => {
    const { calls, send } = aws([at(70)], { quotes: true });
    const { accepted, refused } = await registerAround(many(150), send);
    expect(calls).toHaveLength(2);
    expect(accepted).toHaveLength(149);
    expect(refused).toEqual([
      { target: at(70), code: 'InvalidTarget', message: "The target '10.0.0.70' cannot be registered" },
    ]);
  });

  test.each([1, 2, 3, 150, 200])('finds one of %i that nobody quotes, by halves', async (count) => {
    for (const n of new Set([0, count >> 1, count - 1])) {
      const { calls, send } = aws([at(n)], { quotes: false });
      const { accepted, refused } = await registerAround(many(count), send);
      expect(refused.map(({ target }) => target)).toEqual([at(n)]);
      expect(accepted).toHaveLength(count - 1);
      expect(calls.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(count)));
    }
  });

  test('refuses the group as a whole when both halves fail', async () => {
    const { calls, send } = aws(many(200), { quotes: false });
    const { accepted, refused } = await registerAround(many(200), send);
    expect(calls).toHaveLength(3);
    expect(accepted).toEqual([]);
    expect(refused).toHaveLength(200);
  });

  test('does not spend a call on each of many that are quoted one by one', async () => {
    const { calls, send } = aws(many(200), { quotes: true });
    const { refused } = await registerAround(many(200), send);
    expect(calls.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(200)));
    expect(refused).toHaveLength(200);
  });

  test('leaves out what it may no longer send', async () => {
    const { send } = aws([at(0)], { quotes: false });
    const answers = [true, false];
    const { accepted, refused } = await registerAround(many(4), send, async () => answers.shift() ?? false);
    expect(accepted).toEqual([]);
    expect(refused).toEqual([]);
  });

  test('says when the group is full', async () => {
    const registration = await registerAround(many(3), async () => ({ kind: 'full' }));
    expect(registration).toEqual({ accepted: [], refused: [], full: true });
  });

  test('no target is in both lists, none is lost, and the calls stay bounded', async () => {
    const world = fc.record({
      count: fc.integer({ min: 1, max: 64 }),
      bad: fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 5 }),
      quotes: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ count, bad, quotes }) => {
        const { calls, send } = aws(
          bad.map((n) => at(n)),
          { quotes },
        );
        const { accepted, refused } = await registerAround(many(count), send);
        const ids = [...accepted, ...refused.map(({ target }) => target)].map(({ id }) => id);
        expect(new Set(ids).size).toBe(count);
        expect(ids).toHaveLength(count);
        expect(accepted.filter(({ id }) => bad.some((n) => at(n).id === id))).toEqual([]);
        expect(calls.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(Math.max(2, count))));
      }),
    );
  });
});
