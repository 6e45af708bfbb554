import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Turn, tasksThatWait } from '../../../shared/app/turns.ts';
import { aBinding } from '../../support/wiring.ts';

const turn = (sinceMs: number, focus: string, urgent = false): Turn => ({
  binding: aBinding(),
  focus: new Set(focus),
  urgent,
  sinceMs,
});
const SIX = [turn(1, 'a'), turn(2, 'b'), turn(3, 'c'), turn(4, 'd'), turn(5, 'e'), turn(6, 'f')];

test.each<{ name: string; turns: readonly Turn[]; wait: string }>([
  { name: 'six groups are taken on at once', turns: SIX, wait: '' },
  {
    name: 'of more, those that have waited for less wait on',
    turns: [turn(9, 'x'), ...SIX, turn(7, 'yz')],
    wait: 'xyz',
  },
  { name: 'what may be inherited goes first', turns: [...SIX, turn(9, 'x', true)], wait: 'f' },
  {
    name: 'among those, the oldest',
    turns: [...SIX, ...'uvwxyz'].map((t, n) => (typeof t === 'string' ? turn(20 - n, t, true) : t)),
    wait: 'abcdef',
  },
  {
    name: 'a task of a group whose turn it is goes with all its groups',
    turns: [...SIX, turn(9, 'ax'), turn(9, 'f')],
    wait: 'x',
  },
  {
    name: 'a task of forty groups is taken on with them',
    turns: Array.from({ length: 40 }, () => turn(1, 'a')),
    wait: '',
  },
])('$name', ({ turns, wait }) => {
  expect([...tasksThatWait(turns)].toSorted().join('')).toBe(wait);
});

test('somebody’s turn it always is, nobody is both, and the order in which messages came does not matter', () => {
  const turns = fc
    .uniqueArray(fc.record({ sinceMs: fc.nat(), focus: fc.string({ minLength: 1 }), urgent: fc.boolean() }), {
      selector: ({ sinceMs }) => sinceMs,
    })
    .map((all) => all.map(({ sinceMs, focus, urgent }) => turn(sinceMs, focus, urgent)));
  fc.assert(
    fc.property(turns, fc.infiniteStream(fc.double({ noNaN: true })), (all, keys) => {
      const waiting = tasksThatWait(all);
      const shuffled = all
        .map((each) => ({ each, key: keys.next().value ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ each }) => each);
      expect(tasksThatWait(shuffled)).toEqual(waiting);
      const free = all.filter(({ focus }) => [...focus].every((task) => !waiting.has(task)));
      expect(free.length).toBeGreaterThanOrEqual(Math.min(all.length, 6));
    }),
  );
});
