import { describe, expect, test } from '@jest/globals';
import { isZone, timetableOf } from '../../../simulator/timetable.ts';

const next = (expression: string, after: string, zone = 'UTC', times = 1): readonly string[] => {
  const sinceMs = Date.parse(after);
  const timetable = timetableOf(expression, zone, sinceMs);
  const found: string[] = [];
  for (let ms: number | undefined = sinceMs; found.length < times; ) {
    ms = timetable?.next(ms);
    if (ms === undefined) break;
    found.push(new Date(ms).toISOString().replace('.000Z', 'Z'));
  }
  return found;
};

describe('a timetable', () => {
  test.each([
    { name: 'every day', cron: '15 12 * * ? *', after: '2026-03-02T12:15:00Z', struck: ['2026-03-03T12:15:00Z'] },
    {
      name: 'weekdays by name',
      cron: '0 8 ? * MON-FRI *',
      after: '2026-03-06T09:00:00Z',
      struck: ['2026-03-09T08:00:00Z'],
    },
    {
      name: 'weekdays by number, Sunday first',
      cron: '0 8 ? * 1 *',
      after: '2026-03-02T09:00:00Z',
      struck: ['2026-03-08T08:00:00Z'],
    },
    {
      name: 'a list of names in lower case',
      cron: '0 8 ? * wed,sat *',
      after: '2026-03-02T09:00:00Z',
      struck: ['2026-03-04T08:00:00Z', '2026-03-07T08:00:00Z'],
    },
    {
      name: 'a week end that passes Saturday',
      cron: '0 0 ? * SAT-SUN *',
      after: '2026-03-06T00:00:00Z',
      struck: ['2026-03-07T00:00:00Z', '2026-03-08T00:00:00Z'],
    },
    {
      name: 'steps',
      cron: '0/20 6 * * ? *',
      after: '2026-03-02T06:00:00Z',
      struck: ['2026-03-02T06:20:00Z', '2026-03-02T06:40:00Z', '2026-03-03T06:00:00Z'],
    },
    {
      name: 'a date of a month',
      cron: '0 0 29 FEB ? *',
      after: '2026-03-02T00:00:00Z',
      struck: ['2028-02-29T00:00:00Z'],
    },
    { name: 'a year that is over', cron: '0 0 1 1 ? 2025', after: '2026-03-02T00:00:00Z', struck: [] },
  ])('cron: $name', ({ cron, after, struck }) => {
    expect(next(`cron(${cron})`, after, 'UTC', Math.max(1, struck.length))).toEqual(struck);
  });

  test('keeps to the wall clock of its zone over the change to summer time and back', () => {
    expect(next('cron(0 8 ? * SUN *)', '2026-03-21T00:00:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-03-22T07:00:00Z',
      '2026-03-29T06:00:00Z',
    ]);
    expect(next('cron(0 8 ? * SUN *)', '2026-10-17T00:00:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-10-18T06:00:00Z',
      '2026-10-25T07:00:00Z',
    ]);
  });

  test('strikes an hour later where the clock skips its time, and once where it comes twice', () => {
    expect(next('cron(30 2 ? * * *)', '2026-03-28T12:00:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-03-29T01:30:00Z',
      '2026-03-30T00:30:00Z',
    ]);
    expect(next('cron(30 2 ? * * *)', '2026-10-24T12:00:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-10-25T01:30:00Z',
      '2026-10-26T01:30:00Z',
    ]);
  });

  test('at: once, on the wall clock of its zone', () => {
    expect(next('at(2026-07-01T09:30:00)', '2026-03-02T00:00:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-07-01T07:30:00Z',
    ]);
    expect(next('at(2026-01-01T09:30:00)', '2026-03-02T00:00:00Z')).toEqual([]);
  });

  test('rate: from when it was made', () => {
    expect(next('rate(90 minutes)', '2026-03-02T08:00:00Z', 'UTC', 2)).toEqual([
      '2026-03-02T09:30:00Z',
      '2026-03-02T11:00:00Z',
    ]);
    expect(next('rate(1 day)', '2026-03-02T08:00:00Z')).toEqual(['2026-03-03T08:00:00Z']);
  });

  test.each([
    'cron(0 8 ? * MON-FRI)',
    'cron(0 8 * * * *)',
    'cron(0 8 1 * MON *)',
    'cron(60 8 ? * MON *)',
    'cron(0 8 ? * MOON *)',
    'cron(0/0 8 ? * MON *)',
    'at(tomorrow)',
    'at(2026-13-01T00:00:00)',
    'rate(0 minutes)',
    'rate(5 moons)',
    'every(5 minutes)',
    '',
  ])('%s is no schedule', (expression) => {
    expect(timetableOf(expression, 'UTC', 0)).toBeUndefined();
  });

  test('knows zones by their IANA name', () => {
    expect(['Europe/Berlin', 'UTC', 'Mars/Base'].map(isZone)).toEqual([true, true, false]);
  });
});
