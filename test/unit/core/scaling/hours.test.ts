import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundsAt, isNearBoundary, overlap, schedulesOf } from '../../../../shared/core/scaling/hours.ts';
import type { HoursWindow } from '../../../../shared/core/scaling/wish.ts';
import { aWindow, aWish, RESOURCE_ID, windows } from '../../../support/scaling.ts';

const ms = (iso: string): number => Date.parse(iso);
const BASE = { min: 2, max: 20 };
const INSIDE = { min: 6, max: 40 };

describe('boundsAt', () => {
  // 2026-11-20 is a Friday, 2026-11-23 a Monday.
  const berlin = 'Europe/Berlin';
  const night = aWindow({ days: [6], from: 1320, to: 360 });
  test.each<{ name: string; at: string; zone?: string; hours?: HoursWindow[]; inside?: boolean }>([
    { name: 'no hours', at: '2026-11-20T09:00:00Z', hours: [] },
    { name: 'at the begin', at: '2026-11-20T08:00:00Z', inside: true },
    { name: 'a moment before', at: '2026-11-20T07:59:59.999Z' },
    { name: 'a moment before the end', at: '2026-11-20T19:59:59Z', inside: true },
    { name: 'at the end', at: '2026-11-20T20:00:00Z' },
    { name: 'another day', at: '2026-11-21T09:00:00Z' },
    { name: 'Berlin in winter', at: '2026-11-20T07:00:00Z', zone: berlin, inside: true },
    { name: 'Berlin in winter, too early', at: '2026-11-20T06:59:00Z', zone: berlin },
    { name: 'Berlin in summer', at: '2026-07-17T06:00:00Z', zone: berlin, inside: true },
    { name: 'Berlin, the day of the change to summer', at: '2026-03-30T06:00:00Z', zone: berlin, inside: true },
    { name: 'Berlin, Monday after the change to winter', at: '2026-10-26T06:59:00Z', zone: berlin },
    { name: 'half an hour aside', at: '2026-11-20T02:30:00Z', zone: 'Asia/Kolkata', inside: true },
    { name: 'half an hour aside, too early', at: '2026-11-20T02:29:00Z', zone: 'Asia/Kolkata' },
    { name: 'already Friday there', at: '2026-11-19T19:00:00Z', zone: 'Pacific/Auckland', inside: true },
    { name: 'still Friday there', at: '2026-11-21T01:00:00Z', zone: 'America/Los_Angeles', inside: true },
    { name: 'Sunday night', at: '2026-11-22T23:00:00Z', hours: [night], inside: true },
    { name: 'Sunday night goes on on Monday', at: '2026-11-23T05:59:59Z', hours: [night], inside: true },
    { name: 'and ends there', at: '2026-11-23T06:00:00Z', hours: [night] },
    { name: 'Monday night is none of its days', at: '2026-11-23T23:00:00Z', hours: [night] },
    { name: 'a whole day', at: '2026-11-22T23:59:59Z', hours: [aWindow({ days: [6], from: 0, to: 0 })], inside: true },
    { name: 'and the next', at: '2026-11-23T00:00:00Z', hours: [aWindow({ days: [6], from: 0, to: 0 })] },
  ])('$name', ({ at, zone = 'UTC', hours = [aWindow()], inside = false }) => {
    expect(boundsAt(aWish({ hours, zone }), ms(at))).toEqual(inside ? INSIDE : BASE);
  });

  test('an hour that the change to summer skips: in force as soon as the clock is past its begin', () => {
    const wish = aWish({ hours: [aWindow({ days: [6], from: 150, to: 300 })], zone: berlin });
    expect(boundsAt(wish, ms('2026-03-29T00:59:59Z'))).toEqual(BASE);
    expect(boundsAt(wish, ms('2026-03-29T01:00:00Z'))).toEqual(INSIDE);
    expect(boundsAt(wish, ms('2026-03-29T03:00:00Z'))).toEqual(BASE);
  });
});

describe('overlap', () => {
  test.each<{ name: string; a: Partial<HoursWindow>; b: Partial<HoursWindow>; overlaps?: boolean }>([
    { name: 'the same', a: {}, b: {}, overlaps: true },
    { name: 'other days', a: {}, b: { days: [5, 6] } },
    { name: 'adjacent', a: {}, b: { from: 1200, to: 1300 } },
    { name: 'a minute', a: {}, b: { from: 1199, to: 1300 }, overlaps: true },
    { name: 'one in the other', a: {}, b: { from: 600, to: 601 }, overlaps: true },
    { name: 'a night into the morning', a: {}, b: { from: 1300, to: 481 }, overlaps: true },
    { name: 'a night up to the morning', a: {}, b: { from: 1200, to: 480 } },
    { name: 'a Friday night into Saturday', a: { days: [5] }, b: { days: [4], from: 1300, to: 500 }, overlaps: true },
    { name: 'a Sunday night into Monday', a: {}, b: { days: [6], from: 1300, to: 500 }, overlaps: true },
    { name: 'a Sunday night before Monday', a: {}, b: { days: [6], from: 1300, to: 480 } },
  ])('$name', ({ a, b, overlaps = false }) => {
    expect(overlap(aWindow(a), aWindow(b))).toBe(overlaps);
    expect(overlap(aWindow(b), aWindow(a))).toBe(overlaps);
  });
});

describe('isNearBoundary', () => {
  const night = aWindow({ days: [6], from: 1320, to: 0 });
  test.each<{ name: string; at: string; zone?: string; hours?: HoursWindow[]; near?: boolean }>([
    { name: 'no hours', at: '2026-11-20T08:00:00Z', hours: [] },
    { name: 'at the begin', at: '2026-11-20T08:00:00Z', near: true },
    { name: 'a minute and a half before', at: '2026-11-20T07:58:30Z', near: true },
    { name: 'a minute and a half behind', at: '2026-11-20T08:01:30Z', near: true },
    { name: 'three minutes before', at: '2026-11-20T07:57:00Z' },
    { name: 'three minutes behind', at: '2026-11-20T08:03:00Z' },
    { name: 'at the end', at: '2026-11-20T20:00:00Z', near: true },
    { name: 'no boundary on that day', at: '2026-11-21T08:00:00Z' },
    { name: 'the week begins', at: '2026-11-23T00:01:00Z', hours: [night], near: true },
    { name: 'the week ends', at: '2026-11-22T23:59:00Z', hours: [night], near: true },
    { name: 'the day begins elsewhere', at: '2026-11-20T07:00:30Z', zone: 'Europe/Berlin', near: true },
    {
      name: 'before a boundary that the change to summer brings nearer',
      at: '2026-03-29T00:59:00Z',
      zone: 'Europe/Berlin',
      hours: [aWindow({ days: [6], from: 180, to: 600 })],
      near: true,
    },
    {
      name: 'before a boundary that the change to summer skips',
      at: '2026-03-29T00:59:00Z',
      zone: 'Europe/Berlin',
      hours: [aWindow({ days: [6], from: 150, to: 600 })],
      near: true,
    },
    {
      name: 'behind a boundary of an hour that comes twice',
      at: '2026-10-25T00:31:00Z',
      zone: 'Europe/Berlin',
      hours: [aWindow({ days: [6], from: 150, to: 600 })],
      near: true,
    },
    {
      name: 'the change to winter by itself',
      at: '2026-10-25T01:00:00Z',
      zone: 'Europe/Berlin',
      hours: [aWindow({ days: [6], from: 150, to: 600 })],
    },
  ])('$name', ({ at, zone = 'UTC', hours = [aWindow()], near = false }) => {
    expect(isNearBoundary({ hours, zone }, ms(at), 2)).toBe(near);
  });
});

describe('schedulesOf', () => {
  // Six fields: minutes, hours, day of the month, month, day of the week, year; one of the two days is `?`.
  // https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
  const cron = (expression: string, zone = 'UTC') => ({ kind: 'recurring', expression: `cron(${expression})`, zone });
  test.each<{
    name: string;
    hours: HoursWindow[];
    zone?: string;
    start: (string | undefined)[];
    end: (string | undefined)[];
  }>([
    { name: 'none', hours: [], start: [], end: [] },
    {
      name: 'working hours',
      hours: [aWindow()],
      start: ['0 8 ? * MON,TUE,WED,THU,FRI *'],
      end: ['0 20 ? * MON,TUE,WED,THU,FRI *'],
    },
    {
      name: 'in their zone',
      hours: [aWindow({ days: [5] })],
      zone: 'Asia/Kolkata',
      start: ['0 8 ? * SAT *'],
      end: ['0 20 ? * SAT *'],
    },
    {
      name: 'past midnight',
      hours: [aWindow({ days: [0, 2], from: 1350, to: 375 })],
      start: ['30 22 ? * MON,WED *'],
      end: ['15 6 ? * TUE,THU *'],
    },
    {
      name: 'past the week',
      hours: [aWindow({ days: [6], from: 1320, to: 360 })],
      start: ['0 22 ? * SUN *'],
      end: ['0 6 ? * MON *'],
    },
    {
      name: 'to midnight',
      hours: [aWindow({ days: [6], from: 1320, to: 0 })],
      start: ['0 22 ? * SUN *'],
      end: ['0 0 ? * MON *'],
    },
    {
      name: 'a whole day',
      hours: [aWindow({ days: [6], from: 0, to: 0 })],
      start: ['0 0 ? * SUN *'],
      end: ['0 0 ? * MON *'],
    },
    {
      name: 'two whole days: one end',
      hours: [aWindow({ days: [5, 6], from: 0, to: 0 })],
      start: ['0 0 ? * SAT,SUN *'],
      end: ['0 0 ? * MON *'],
    },
    {
      name: 'all of the week: no end',
      hours: [aWindow({ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 0 })],
      start: ['0 0 ? * MON,TUE,WED,THU,FRI,SAT,SUN *'],
      end: [undefined],
    },
    {
      name: 'adjacent windows: where one begins, the other has no end',
      hours: [aWindow({ days: [0, 1] }), aWindow({ days: [0], from: 1200, to: 1260 })],
      start: ['0 8 ? * MON,TUE *', '0 20 ? * MON *'],
      end: ['0 20 ? * TUE *', '0 21 ? * MON *'],
    },
  ])('$name', ({ hours, zone = 'UTC', start, end }) => {
    const expected = hours.flatMap(({ min, max }, index) => [
      ...(start[index]
        ? [
            {
              resourceId: RESOURCE_ID,
              name: `taskwire-hours-${index + 1}-start`,
              schedule: cron(start[index], zone),
              min,
              max,
            },
          ]
        : []),
      ...(end[index]
        ? [
            {
              resourceId: RESOURCE_ID,
              name: `taskwire-hours-${index + 1}-end`,
              schedule: cron(end[index], zone),
              ...BASE,
            },
          ]
        : []),
    ]);
    expect(schedulesOf(aWish({ hours, zone }), RESOURCE_ID)).toEqual(expected);
  });
});

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
/** Minutes of the week at which a cron expression strikes. */
const strikes = (expression: string): readonly number[] => {
  const [, minute = '', hour = '', days = ''] = /^cron\((\d+) (\d+) \? \* ([A-Z,]+) \*\)$/.exec(expression) ?? [];
  return days.split(',').map((day) => DAYS.indexOf(day) * 1440 + Number(hour) * 60 + Number(minute));
};

describe('properties', () => {
  const MONDAY = ms('2026-11-23T00:00:00Z');

  test('the schedules, struck in order, put in force what boundsAt says, and never two at one moment', () => {
    fc.assert(
      fc.property(windows, (hours) => {
        const wish = aWish({ hours });
        const struck = schedulesOf(wish, RESOURCE_ID).flatMap(({ schedule, min = -1, max = -1 }) =>
          strikes(schedule.kind === 'recurring' ? schedule.expression : '').map((at) => ({ at, min, max })),
        );
        expect(new Set(struck.map(({ at }) => at)).size).toBe(struck.length);
        const inOrder = struck.toSorted((a, b) => a.at - b.at);
        for (let minute = 0; minute < 7 * 1440; minute += 180) {
          // The last strike before; at the begin of the week that is the last of the week before.
          const { min, max } = inOrder.findLast(({ at }) => at <= minute) ?? inOrder.at(-1) ?? wish.bounds;
          expect({ minute, ...boundsAt(wish, MONDAY + minute * 60_000) }).toEqual({ minute, min, max });
        }
      }),
    );
  });

  test('bounds change only near a boundary, in every zone and on every day', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'Australia/Lord_Howe');
    const moment = fc.integer({ min: ms('2026-01-01T00:00:00Z'), max: ms('2027-01-01T00:00:00Z') });
    const change = fc.constantFrom(ms('2026-03-29T01:00:00Z'), ms('2026-10-25T01:00:00Z'), ms('2026-04-04T15:00:00Z'));
    const at = fc.oneof(
      moment,
      fc.tuple(change, fc.integer({ min: -7_200_000, max: 7_200_000 })).map(([a, b]) => a + b),
    );
    fc.assert(
      fc.property(windows, zone, at, (hours, of, nowMs) => {
        const wish = aWish({ hours, zone: of });
        if (isNearBoundary(wish, nowMs, 2)) return;
        // No boundary here lies in an hour that a clock repeats: there the bounds follow the wall clock back.
        const [before, after] = [nowMs - 90_000, nowMs + 90_000].map((near) => boundsAt(wish, near));
        const now = boundsAt(wish, nowMs);
        expect([before, after].filter((each) => each?.min !== now.min || each?.max !== now.max)).toHaveLength(0);
      }),
      { numRuns: 2_000 },
    );
  });
});
