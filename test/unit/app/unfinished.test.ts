import { expect, test } from '@jest/globals';
import { unfinishedOf } from '../../../shared/app/unfinished.ts';
import { parseInput } from '../../../shared/contracts/input.ts';
import { renderLaterWork } from '../../../shared/contracts/later-work.ts';
import type { Message } from '../../../shared/core/message.ts';
import type { TaskEvent } from '../../../shared/core/task/task.ts';
import { IncompleteError, OutOfTimeError } from '../../../shared/errors.ts';
import { aContainer, anEvent, arnOf, aTask, stopping } from '../../support/tasks.ts';

const NONE = new Map<string, string>();
const LATE = new OutOfTimeError('no turn');
const id = (index: number): string => String(index).padStart(32, '0');

const message = (event: TaskEvent, at: number, tries = 0): Message => ({
  id: `message-${at}`,
  input: { kind: 'task', event },
  postmark: { firstSeenMs: 1_000 + at, tries },
  body: `body-${at}`,
});

const eventsIn = (body: string): readonly TaskEvent[] =>
  parseInput(JSON.parse(body), 0).messages.flatMap(({ input }) =>
    input.kind === 'later' && input.work.kind === 'follow' ? input.work.events : [],
  );

test('events without a turn become few messages: the newest of each task, with the address that only the older told', () => {
  const tasks = Array.from({ length: 150 }, (_, index) => id(index));
  const messages = tasks.flatMap((task, index) => [
    message(anEvent(aTask(task, { ip: '10.0.0.9', version: 3 })), 2 * index),
    message(anEvent(aTask(task, { ...stopping('STOPPED'), version: 7 })), 2 * index + 1),
  ]);
  const errors = new Map(tasks.map((task) => [arnOf.task(task), LATE]));
  const unfinished = unfinishedOf(messages, { errors, tooNew: NONE }, renderLaterWork);
  expect(unfinished.map(({ ids = [] }) => ids.length)).toEqual([200, 100]);
  expect(unfinished.flatMap(({ ids = [] }) => ids).toSorted()).toEqual(messages.map((each) => each.id).toSorted());
  const events = unfinished.flatMap(({ message: { body } }) => eventsIn(body));
  expect(events.map(({ task }) => [task.version, task.desiredStatus, task.interfaces[0]?.ipv4])).toEqual(
    tasks.map(() => [7, 'STOPPED', '10.0.0.9']),
  );
  expect(unfinished[0]?.message.postmark).toEqual({ firstSeenMs: 1_000, tries: 0, untouched: true });
});

test('a bundle of which a part is left is sent again with that part, and older marks win', () => {
  const [a, b] = [anEvent(aTask(id(1), { version: 1 })), anEvent(aTask(id(2), { version: 1 }))];
  const work = { kind: 'follow', events: [a, b] } as const;
  const bundle: Message = {
    id: 'bundle',
    input: { kind: 'later', work },
    postmark: { firstSeenMs: 10, tries: 4 },
    body: renderLaterWork(work),
  };
  const errors = new Map<string, unknown>([[b.task.taskArn, LATE]]);
  const [left, ...others] = unfinishedOf([bundle, message(b, 50)], { errors, tooNew: NONE }, renderLaterWork);
  expect(others).toEqual([]);
  expect(left?.ids).toEqual(['bundle', 'message-50']);
  expect(left?.message.postmark).toEqual({ firstSeenMs: 10, tries: 4 });
  expect(eventsIn(left?.message.body ?? '').map(({ task }) => task.taskArn)).toEqual([b.task.taskArn]);
});

test('what failed, and what is too new, keeps the form it came in', () => {
  const [failed, young, done] = [1, 2, 3].map((each) => message(anEvent(aTask(id(each), { version: 1 })), each));
  const messages = [failed, young, done].filter((each) => each !== undefined);
  const errors = new Map<string, unknown>([[arnOf.task(id(1)), new IncompleteError('broken')]]);
  const tooNew = new Map([[arnOf.task(id(2)), 'not yet']]);
  const unfinished = unfinishedOf(messages, { errors, tooNew }, renderLaterWork);
  expect(unfinished.map(({ message: { body }, error }) => [body, String(error)])).toEqual([
    ['body-1', expect.stringContaining('broken')],
    ['body-2', expect.stringContaining('not yet')],
  ]);
});

test('containers, host ports and IPv6 addresses come back as they were', () => {
  const event = anEvent(
    aTask(id(1), {
      ipv6: '2001:db8::1',
      version: 5,
      containers: [aContainer('log'), aContainer('app', ['80>32768', '53>32769/udp'], 'STOPPED')],
      containerInstanceArn: arnOf.instance('0123456789abcdef0123456789abcdef'),
      createdAtMs: 1_795_000_000_000,
    }),
    1_795_000_012_345,
  );
  expect(eventsIn(renderLaterWork({ kind: 'follow', events: [event] }))).toEqual([event]);
});
