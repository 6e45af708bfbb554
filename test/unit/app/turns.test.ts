import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tasksThatWait, turnsOf } from '../../../shared/app/turns.ts';
import { aTask, stopping } from '../../support/tasks.ts';
import { aBinding } from '../../support/wiring.ts';

/** A task: its letter, since when it waits, the letters of its groups, and whether it has ended. */
interface Told {
  readonly task: string;
  readonly since: number;
  readonly groups: string;
  readonly ended?: boolean;
}

/** `a1:AB c2:C!` is a task a that waits since 1 for the groups A and B, and an ended c that waits since 2 for C. */
const read = (text: string): readonly Told[] =>
  text.split(' ').map((word) => {
    const [, task = '', since, groups = '', ended] = /^(\w)(\d+):(\w+)(!?)$/.exec(word) ?? [];
    return { task, since: Number(since), groups, ended: ended === '!' };
  });

const turns = (told: readonly Told[]) => {
  const bindings = new Map([...new Set(told.flatMap(({ groups }) => [...groups]))].map((name) => [name, aBinding()]));
  const tasks = told.map((each) => ({
    ...aTask(each.task, each.ended ? stopping('STOPPED') : {}),
    taskArn: each.task,
  }));
  const toldOf = new Map(told.map((each) => [each.task, each]));
  const groupsOf = ({ taskArn }: { readonly taskArn: string }) => [...(toldOf.get(taskArn)?.groups ?? '')];
  return turnsOf(
    tasks,
    (task) => groupsOf(task).flatMap((name) => bindings.get(name) ?? []),
    ({ taskArn }) => toldOf.get(taskArn)?.since ?? 0,
  );
};
const waiting = (told: readonly Told[]): string => [...tasksThatWait(turns(told))].toSorted().join('');

const SIX = 'a1:A b2:B c3:C d4:D e5:E f6:F';

test.each<{ name: string; told: string; wait: string }>([
  { name: 'six groups are taken on at once', told: `g9:A h9:F ${SIX}`, wait: '' },
  { name: 'of more, those that have waited for less wait on', told: `x9:X ${SIX} y7:Y z8:Y`, wait: 'xyz' },
  { name: 'a group has waited for as long as its oldest task', told: `${SIX} x9:X y0:X`, wait: 'f' },
  { name: 'what may be inherited goes first', told: `${SIX} x9:X!`, wait: 'f' },
  { name: 'with the others of its group', told: `${SIX} x9:X! y9:X`, wait: 'f' },
  { name: 'among those, the oldest', told: `${SIX} g9:G! h8:H! i7:I! j6:J! k5:K! l4:L! m3:M!`, wait: 'abcdefg' },
  { name: 'a task of a group whose turn it is goes with all its groups', told: `${SIX} x9:FX y9:X`, wait: 'y' },
  { name: 'a task of ten groups is taken on with them', told: 'a1:ABCDEFGHIJ', wait: '' },
])('$name', ({ told, wait }) => {
  expect(waiting(read(told))).toBe(wait);
});

test('somebody’s turn it always is, and the order in which messages came does not matter', () => {
  const aTold = fc.record({
    task: fc.integer({ min: 0, max: 60 }).map((at) => String.fromCharCode(97 + at)),
    since: fc.nat({ max: 1_000_000 }),
    groups: fc
      .uniqueArray(fc.constantFrom(...'ABCDEFGHIJKLMN'), { minLength: 1, maxLength: 3 })
      .map((all) => all.join('')),
    ended: fc.boolean(),
  });
  const fleets = fc.uniqueArray(aTold, { selector: ({ task }) => task, maxLength: 40 });
  fc.assert(
    fc.property(fleets, (told) => {
      const wait = new Set(waiting(told));
      const groups = new Set(told.flatMap((each) => [...each.groups]));
      const whole = [...groups].filter((name) =>
        told.every((each) => !each.groups.includes(name) || !wait.has(each.task)),
      );
      expect(whole.length).toBeGreaterThanOrEqual(Math.min(6, groups.size));
    }),
  );
  fc.assert(
    fc.property(fleets, (told) => {
      const alone = told.map((each, index) => ({ ...each, since: index, groups: each.groups.slice(0, 1) }));
      expect(waiting(alone.toReversed())).toBe(waiting(alone));
    }),
  );
});
