import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinHistory } from '../../../../shared/core/history/join.ts';
import type { LoggedReason, TargetAction, TrailRecord } from '../../../../shared/core/history/record.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef';
const MINUTE = 60_000;
const NOW = 24 * 60 * MINUTE;
const OURS = { words: 'role r, session fn', session: 'fn' };
const ALICE = { words: 'user alice' };

const call = (atMs: number, more: Partial<TrailRecord> = {}): TrailRecord => ({
  atMs,
  action: 'register',
  targetGroup: GROUP,
  targets: [{ id: '10.0.0.1', port: 80 }],
  who: OURS,
  eventId: `e${atMs}`,
  ...more,
});
const why = (atMs: number, more: Partial<LoggedReason> = {}): LoggedReason => ({
  atMs,
  action: 'register',
  targetGroup: GROUP,
  target: { id: '10.0.0.1', port: 80 },
  reason: 'task is running',
  ...more,
});

interface Case {
  readonly name: string;
  readonly records?: readonly TrailRecord[];
  readonly reasons?: readonly LoggedReason[];
  readonly limits?: Partial<Parameters<typeof joinHistory>[2]>;
  /** `time who: reason | note` */
  readonly tells: readonly string[];
}

const NOT_OURS = 'Not by Taskwire’s functions: a person, taskwire apply on somebody’s machine, or another tool.';
const NO_REASON =
  'Taskwire’s log has no reason: the invocation ended before it could write one, or its log is no longer kept.';
const NO_RECORD =
  'CloudTrail has no record of it: look whether it is told in another Region or account, or kept from the reader.';

describe('the history of targets', () => {
  test.each<Case>([
    {
      name: 'joins a call with its reason',
      records: [call(10)],
      reasons: [why(20)],
      tells: ['10 ours: task is running'],
    },
    {
      name: 'takes whole seconds and two clocks into account',
      records: [call(5_000)],
      reasons: [why(200)],
      tells: ['5000 ours: task is running'],
    },
    {
      name: 'joins no later call',
      records: [call(9_000)],
      reasons: [why(200)],
      tells: [`200 unknown: task is running | ${NO_RECORD}`, `9000 ours | ${NO_REASON}`],
    },
    {
      name: 'joins no call before the longest invocation',
      records: [call(0)],
      reasons: [why(7 * MINUTE)],
      tells: [`0 ours | ${NO_REASON}`, `420000 unknown: task is running | ${NO_RECORD}`],
    },
    {
      name: 'joins the last call before the reason',
      records: [call(10), call(90)],
      reasons: [why(100)],
      tells: [`10 ours | ${NO_REASON}`, '90 ours: task is running'],
    },
    {
      name: 'uses a call once',
      records: [call(10)],
      reasons: [why(20), why(30, { reason: 'again' })],
      tells: ['10 ours: task is running', `30 unknown: again | ${NO_RECORD}`],
    },
    {
      name: 'joins no call of somebody else',
      records: [call(10, { who: ALICE })],
      reasons: [why(20)],
      tells: [`10 user alice | ${NOT_OURS}`, `20 unknown: task is running | ${NO_RECORD}`],
    },
    {
      name: 'joins any caller where the functions are not known',
      records: [call(10, { who: ALICE })],
      reasons: [why(20)],
      limits: { functions: new Set() },
      tells: ['10 user alice: task is running'],
    },
    {
      name: 'joins a target without a port',
      records: [call(10, { targets: [{ id: '10.0.0.1' }] })],
      reasons: [why(20)],
      tells: ['10 ours: task is running'],
    },
    {
      name: 'joins no other port',
      records: [call(10, { targets: [{ id: '10.0.0.1', port: 81 }] })],
      tells: [`10 ours | ${NO_REASON}`],
    },
    {
      name: 'joins no other action',
      records: [call(10, { action: 'deregister' })],
      reasons: [why(20)],
      tells: [`10 ours | ${NO_REASON}`, `20 unknown: task is running | ${NO_RECORD}`],
    },
    {
      name: 'joins no call that AWS refused',
      records: [call(10, { error: 'Throttling: slow down' })],
      reasons: [why(20)],
      tells: ['10 ours | AWS refused it: Throttling: slow down.', `20 unknown: task is running | ${NO_RECORD}`],
    },
    {
      name: 'tells each target of a call',
      records: [
        call(10, {
          targets: [
            { id: '10.0.0.1', port: 80 },
            { id: '10.0.0.2', port: 80 },
          ],
        }),
      ],
      reasons: [why(20)],
      tells: ['10 ours: task is running', `10 ours | ${NO_REASON}`],
    },
    {
      name: 'expects no record within 15 minutes',
      reasons: [why(NOW - 14 * MINUTE)],
      tells: [
        `${NOW - 14 * MINUTE} unknown: task is running | CloudTrail has no record of it yet: that takes up to 15 minutes.`,
      ],
    },
    {
      name: 'expects no record where CloudTrail was not read',
      reasons: [why(10)],
      limits: { trailSinceMs: 20 },
      tells: ['10 unknown: task is running | CloudTrail was not read so far back.'],
    },
    {
      name: 'expects no reason where the log was not read',
      records: [call(10)],
      limits: { logUntilMs: 5 },
      tells: ['10 ours | Taskwire’s log was not read so far.'],
    },
  ])('$name', ({ records = [], reasons = [], limits, tells }) => {
    const usual = { functions: new Set(['fn']), trailSinceMs: -10 * MINUTE, logUntilMs: NOW, nowMs: NOW };
    const entries = joinHistory(records, reasons, { ...usual, ...limits });
    expect(
      entries.map(({ atMs, who, reason, note }) => {
        const name = who === OURS ? 'ours' : (who?.words ?? 'unknown');
        return `${atMs} ${name}${reason === undefined ? '' : `: ${reason}`}${note === undefined ? '' : ` | ${note}`}`;
      }),
    ).toEqual(tells);
  });

  const times = fc.integer({ min: 0, max: 20 }).map((n) => n * 30_000);
  const actions = fc.constantFrom<TargetAction>('register', 'deregister');
  const ids = fc.constantFrom('10.0.0.1', '10.0.0.2');
  const records = fc.array(fc.record({ atMs: times, action: actions, id: ids, ours: fc.boolean() }), { maxLength: 12 });
  const reasons = fc.array(fc.record({ atMs: times, action: actions, id: ids }), { maxLength: 12 });
  const limits = { functions: new Set(['fn']), trailSinceMs: 0, logUntilMs: NOW, nowMs: NOW };

  test('every call and every reason is told once, whatever the order they come in', () => {
    fc.assert(
      fc.property(records, reasons, fc.infiniteStream(fc.nat()), (some, told, shuffle) => {
        const given = some.map(({ atMs, action, id, ours }, n) =>
          call(atMs, { action, targets: [{ id, port: 80 }], eventId: `e${n}`, who: ours ? OURS : ALICE }),
        );
        const said = told.map(({ atMs, action, id }, n) =>
          why(atMs, { action, target: { id, port: 80 }, reason: `r${n}` }),
        );
        const entries = joinHistory(given, said, limits);
        expect(entries.flatMap(({ eventId = [] }) => eventId).toSorted()).toEqual(
          given.map(({ eventId }) => eventId).toSorted(),
        );
        expect(entries.flatMap(({ reason = [] }) => reason).toSorted()).toEqual(
          said.map(({ reason }) => reason).toSorted(),
        );
        expect(
          entries.every(({ note, reason, who }) => note !== undefined || (reason !== undefined && who !== undefined)),
        ).toBe(true);
        const mixed = <T>(items: readonly T[]): readonly T[] =>
          items
            .map((item) => ({ item, at: shuffle.next().value as number }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ item }) => item);
        expect(joinHistory(mixed(given), mixed(said), limits)).toEqual(entries);
      }),
    );
  });
});
