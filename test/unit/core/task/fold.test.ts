import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldEvents, newerOf } from '../../../../shared/core/task/fold.ts';
import type { Task, TaskEvent } from '../../../../shared/core/task/task.ts';
import { aContainer, anEvent, arnOf, aTask, stopped } from '../../../support/tasks.ts';

const ARN = arnOf.task('a');
const folded = (...events: TaskEvent[]): TaskEvent | undefined => foldEvents(events).get(ARN);

describe('foldEvents', () => {
  test('keeps the newest version of a task, whatever the times and the order', () => {
    const older = anEvent(aTask('a', { version: 3, lastStatus: 'RUNNING' }), 9_000);
    const newer = anEvent(aTask('a', { version: 5, lastStatus: 'STOPPING' }), 1_000);
    for (const events of [
      [older, newer],
      [newer, older],
    ]) {
      expect(folded(...events)).toEqual({ task: newer.task, timeMs: 1_000 });
    }
  });

  test('goes by time where no version is told', () => {
    const older = anEvent(aTask('a', { lastStatus: 'RUNNING' }), 1_000);
    const newer = anEvent(aTask('a', { lastStatus: 'STOPPED' }), 2_000);
    expect(folded(newer, older)?.task.lastStatus).toBe('STOPPED');
  });

  test('goes by time between equal versions', () => {
    const older = anEvent(aTask('a', { version: 3, lastStatus: 'RUNNING' }), 1_000);
    const newer = anEvent(aTask('a', { version: 3, lastStatus: 'STOPPED' }), 2_000);
    expect(folded(newer, older)?.task.lastStatus).toBe('STOPPED');
  });

  test('keeps tasks apart', () => {
    const events = foldEvents([anEvent(aTask('a')), anEvent(aTask('b')), anEvent(aTask('a'))]);
    expect([...events.keys()].toSorted()).toEqual([arnOf.task('a'), arnOf.task('b')]);
  });

  test('keeps an address that only an older event tells', () => {
    const running = anEvent(aTask('a', { version: 3, ip: '10.0.0.1' }));
    const gone = anEvent(aTask('a', { version: 7, ...stopped() }));
    expect(folded(gone, running)?.task).toMatchObject({
      lastStatus: 'STOPPED',
      interfaces: [{ attachmentId: 'att-a', subnetId: 'subnet-1', ipv4: '10.0.0.1' }],
    });
  });

  test('keeps the parts of an interface that only an older event tells', () => {
    const whole = aTask('a', { version: 3, ip: '10.0.0.1', ipv6: '2001:db8::1' });
    const less = aTask('a', { version: 7, interfaces: [{ attachmentId: 'att-a', interfaceId: 'eni-a' }] });
    expect(folded(anEvent(less), anEvent(whole))?.task.interfaces).toEqual(whole.interfaces);
  });

  test('keeps ports that only an older event tells, and the newer state of their container', () => {
    const running = aTask('a', { version: 3, containers: [aContainer('app', ['80>32768'])] });
    const gone = aTask('a', { version: 7, containers: [aContainer('app', [], 'STOPPED')] });
    expect(folded(anEvent(running), anEvent(gone))?.task.containers).toEqual([
      aContainer('app', ['80>32768'], 'STOPPED'),
    ]);
  });

  test('keeps the ports of a container that the newer event leaves out, without claiming that it runs', () => {
    const running = aTask('a', { version: 3, containers: [aContainer('app', ['80>32768'])] });
    const less = aTask('a', { version: 7, containers: [] });
    expect(folded(anEvent(running), anEvent(less))?.task.containers).toEqual([
      aContainer('app', ['80>32768'], 'UNKNOWN'),
    ]);
  });

  const sightings = fc
    .record({
      id: fc.constantFrom('a', 'b'),
      version: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      timeMs: fc.integer({ min: 1, max: 4 }),
      addressed: fc.boolean(),
      ported: fc.boolean(),
    })
    .map(({ id, version, timeMs, addressed, ported }): TaskEvent => {
      // What is told follows from what tells it: an event that comes twice is the same.
      const told = `${version ?? 'none'} ${timeMs}`;
      const task: Task = aTask(id, {
        ...(addressed && { ip: '10.0.0.1' }),
        containers: ported ? [aContainer('app', ['80>32768'])] : [],
        lastStatus: `${told} ${addressed} ${ported}`,
        ...(version !== undefined && { version }),
      });
      return { task, timeMs };
    });
  const sameMoment = ({ task, timeMs }: TaskEvent): string => `${task.taskArn} ${task.version} ${timeMs}`;
  const history = fc.uniqueArray(sightings, { selector: sameMoment, maxLength: 8 });

  test('the order of the events and how often each came do not matter', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (events, dice) => {
        const shuffled = events
          .map((event) => ({ event, rank: dice.next().value as number }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ event }) => event);
        const sorted = (fold: ReadonlyMap<string, TaskEvent>) => [...fold].toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(foldEvents([...shuffled, ...events, ...shuffled]))).toEqual(sorted(foldEvents(events)));
      }),
    );
  });

  test('no address or port that was seen is lost', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const [arn, { task }] of foldEvents(events)) {
          const of = events.filter((each) => each.task.taskArn === arn).map((each) => each.task);
          expect(task.interfaces.length).toBe(of.some(({ interfaces }) => interfaces.length > 0) ? 1 : 0);
          expect(task.containers.flatMap(({ ports }) => ports).length).toBe(
            of.some(({ containers }) => containers.length > 0) ? 1 : 0,
          );
        }
      }),
    );
  });
});

describe('newerOf', () => {
  const says = (version: number | undefined, lastStatus: string, ip?: string): Task =>
    aTask('a', { lastStatus, ...(version !== undefined && { version }), ...(ip !== undefined && { ip }) });

  test.each<{ name: string; event: Task; look: Task; lastStatus: string }>([
    {
      name: 'the look where it is newer',
      event: says(3, 'RUNNING'),
      look: says(4, 'STOPPING'),
      lastStatus: 'STOPPING',
    },
    { name: 'the event where it is newer', event: says(5, 'STOPPED'), look: says(4, 'RUNNING'), lastStatus: 'STOPPED' },
    {
      name: 'the look where both are as new',
      event: says(4, 'OF_EVENT'),
      look: says(4, 'OF_LOOK'),
      lastStatus: 'OF_LOOK',
    },
    {
      name: 'the look where it tells no version',
      event: says(4, 'OF_EVENT'),
      look: says(undefined, 'OF_LOOK'),
      lastStatus: 'OF_LOOK',
    },
    {
      name: 'the look where the event tells none',
      event: says(undefined, 'OF_EVENT'),
      look: says(4, 'OF_LOOK'),
      lastStatus: 'OF_LOOK',
    },
  ])('believes $name', ({ event, look, lastStatus }) => {
    expect(newerOf(event, look).lastStatus).toBe(lastStatus);
  });

  test('keeps the address that only the loser tells', () => {
    expect(newerOf(says(3, 'RUNNING', '10.0.0.1'), says(4, 'STOPPED')).interfaces).toHaveLength(1);
    expect(newerOf(says(5, 'STOPPED'), says(4, 'RUNNING', '10.0.0.1')).interfaces).toHaveLength(1);
  });

  test('keeps the tags that only a look tells', () => {
    const look = aTask('a', { version: 4, tags: { 'taskwire:standby': 'true' } });
    expect(newerOf(says(5, 'RUNNING'), look).tags).toEqual({ 'taskwire:standby': 'true' });
  });

  test('does not bring back tags that a newer look no longer has', () => {
    const known = aTask('a', { version: 4, tags: { 'taskwire:standby': 'true' } });
    expect(newerOf(known, aTask('a', { version: 5, tags: {} })).tags).toEqual({});
  });
});
