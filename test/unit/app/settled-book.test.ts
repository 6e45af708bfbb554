import { expect, test } from '@jest/globals';
import { createSettledBook } from '../../../shared/app/settled-book.ts';
import type { Postmark } from '../../../shared/core/message.ts';
import type { Task } from '../../../shared/core/task/task.ts';
import { anEvent, aTask } from '../../support/tasks.ts';
import { aBinding } from '../../support/wiring.ts';

const NOW_MS = 1_000_000;
const FRESH: Postmark = { firstSeenMs: NOW_MS, tries: 0, receives: 1, sentAtMs: NOW_MS - 1 };

type Row = {
  readonly what: string;
  readonly seen: Partial<Task>;
  readonly event: Partial<Task>;
  readonly postmark?: Partial<Postmark>;
  readonly covered: boolean;
};

const stopping = { desiredStatus: 'STOPPED' } as const;

test.each<Row>([
  { what: 'the same version', seen: { version: 3 }, event: { version: 3 }, covered: true },
  { what: 'an older one', seen: { version: 3 }, event: { version: 2 }, covered: true },
  { what: 'a newer one', seen: { version: 3 }, event: { version: 4 }, covered: false },
  { what: 'no version told', seen: {}, event: {}, covered: false },
  { what: 'a stop of a running task', seen: { version: 3 }, event: { ...stopping, version: 4 }, covered: false },
  {
    what: 'how a stopped task goes on',
    seen: { ...stopping, version: 4 },
    event: { ...stopping, version: 9 },
    covered: true,
  },
  { what: 'a late RUNNING', seen: { ...stopping, version: 4 }, event: { version: 3 }, covered: true },
  { what: 'handed out before', seen: { version: 3 }, event: { version: 3 }, postmark: { receives: 2 }, covered: false },
  {
    what: 'tried before',
    seen: { version: 3 },
    event: { version: 3 },
    postmark: { tries: 1, sentAtMs: NOW_MS + 1 },
    covered: false,
  },
  {
    what: 'tried before, then looked at',
    seen: { version: 3 },
    event: { version: 3 },
    postmark: { tries: 1 },
    covered: true,
  },
  {
    what: 'waited only',
    seen: { version: 3 },
    event: { version: 3 },
    postmark: { tries: 1, untouched: true, sentAtMs: NOW_MS + 1 },
    covered: true,
  },
])('$what: $covered', ({ seen, event, postmark, covered }) => {
  const book = createSettledBook(() => NOW_MS);
  const binding = aBinding();
  book.remember(binding, [aTask('one', seen)], NOW_MS);
  expect(book.covers(binding, anEvent(aTask('one', event)), { ...FRESH, ...postmark })).toBe(covered);
});

test('another group, other tags of the group, and an hour cover nothing', () => {
  let nowMs = NOW_MS;
  const book = createSettledBook(() => nowMs);
  const binding = aBinding();
  const event = anEvent(aTask('one', { version: 3 }));
  book.remember(binding, [event.task], NOW_MS);
  const another = { ...binding, group: { ...binding.group, arn: `${binding.group.arn}x` } };
  const retagged = { ...binding, wiring: { ...binding.wiring, port: 9090 } };
  expect([binding, another, retagged, { ...binding }].map((of) => book.covers(of, event, FRESH))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  nowMs += 3_600_000;
  expect(book.covers(binding, event, FRESH)).toBe(false);
});
