import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseScalingTags } from '../../../shared/contracts/scaling-tags.ts';
import { overlap } from '../../../shared/core/scaling/hours.ts';
import type { HoursWindow, Reaction, ScalingWish } from '../../../shared/core/scaling/wish.ts';

const SERVICE = 'arn:aws:ecs:eu-central-1:111122223333:service/production/checkout';
const PRINTABLE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

/** Keys without the prefix; a key with a colon or a space stands as it is. */
const tagged = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [/[: ]/.test(key) ? key : `taskwire:${key}`, value]));
const parse = (tags: Record<string, string>, prefix = 'taskwire') =>
  parseScalingTags(tagged(tags), { prefix, resource: SERVICE });

const plain: ScalingWish = {
  bounds: { min: 2, max: 20 },
  hours: [],
  zone: 'UTC',
  reactions: new Set<Reaction>(['crash']),
};
const WORK = [0, 1, 2, 3, 4];

describe('scaling', () => {
  test.each<{ scaling: string; wish?: Partial<ScalingWish> }>([
    { scaling: 'min=2 max=20' },
    { scaling: '  max=20   min=2 ' },
    { scaling: 'min=0 max=0', wish: { bounds: { min: 0, max: 0 } } },
    { scaling: 'min=7 max=7', wish: { bounds: { min: 7, max: 7 } } },
    { scaling: 'min=2 max=20 cpu=60', wish: { cpuPercent: 60 } },
    { scaling: 'min=2 max=20 cpu=1 memory=100', wish: { cpuPercent: 1, memoryPercent: 100 } },
    { scaling: 'min=2 max=20 requests=800', wish: { requests: { perMinute: 800 } } },
    {
      scaling: 'min=2 max=20 requests=800@checkout-blue',
      wish: { requests: { perMinute: 800, targetGroupName: 'checkout-blue' } },
    },
    { scaling: 'min=2 max=20 in=0 out=0', wish: { scaleInSeconds: 0, scaleOutSeconds: 0 } },
    {
      scaling: 'min=2 max=20 cpu=60 memory=70 requests=800 in=300 out=60',
      wish: {
        cpuPercent: 60,
        memoryPercent: 70,
        requests: { perMinute: 800 },
        scaleInSeconds: 300,
        scaleOutSeconds: 60,
      },
    },
  ])('$scaling', ({ scaling, wish }) => {
    expect(parse({ scaling })).toEqual({ wish: { ...plain, ...wish }, understood: true, findings: [] });
  });

  test.each<{ scaling: string; says: string; fix?: string }>([
    { scaling: 'min=20 max=2', says: 'min 20 is above max 2', fix: 'Write min=2 max=20' },
    { scaling: '', says: 'min is missing', fix: 'Add min=' },
    { scaling: 'max=20', says: 'min is missing' },
    { scaling: 'min=2 cpu=60', says: 'max is missing', fix: 'Add max=<number of tasks>' },
    { scaling: 'min=2 max=20 disk=60', says: '"disk" is none of min, max, cpu, memory, requests, in, out' },
    { scaling: 'min=2 max=20 memroy=60', says: '"memroy" is none of', fix: 'Write memory instead of "memroy"' },
    { scaling: 'min=2 max=20 CPU=60', says: '"CPU" is none of', fix: 'Write cpu instead of "CPU"' },
    { scaling: 'mni=2 max=20', says: '"mni" is none of' },
    { scaling: 'min=2 max=20 constructor=1', says: '"constructor" is none of' },
    { scaling: 'min=2 max=20 min=3', says: 'min stands twice', fix: 'Keep one min' },
    { scaling: 'min=2,max=20', says: 'settings are separated by spaces', fix: 'behind min=<number>' },
    { scaling: 'min = 2 max = 20', says: '"min" is only part of a setting (and 5 more)', fix: 'Write min=<number>' },
    { scaling: 'min=2 max=20 cpu=', says: '"cpu=" is only part of a setting', fix: 'Write cpu=<number>' },
    { scaling: 'min=2 max=20 =60', says: '"=60" is only part of a setting' },
    { scaling: 'min=-1 max=20', says: 'min must be a whole number from 0 to 999999, found "-1"' },
    { scaling: 'min=2 max=1e3', says: 'max must be a whole number from 0 to 999999, found "1e3"' },
    { scaling: 'min=2 max=1000000', says: 'max must be a whole number from 0 to 999999' },
    { scaling: 'min=02 max=20', says: 'found "02"' },
    { scaling: 'min=2.5 max=20', says: 'found "2.5"' },
    { scaling: 'min=2 max=20 cpu=0', says: 'cpu must be a whole number from 1 to 100, found "0"' },
    { scaling: 'min=2 max=20 memory=101', says: 'memory must be a whole number from 1 to 100, found "101"' },
    { scaling: 'min=2 max=20 cpu=60%', says: 'found "60%"', fix: 'Write cpu=60.' },
    { scaling: 'min=2 max=20 in=300s', says: 'in must be a whole number', fix: 'Write in=300.' },
    { scaling: 'min=2 max=20 requests=0', says: 'requests must be a whole number from 1' },
    { scaling: 'min=2 max=20 requests=@web', says: 'requests must be a whole number from 1 to 999999999, found ""' },
    { scaling: 'min=2 max=20 requests=800@', says: 'behind the @ of requests, found ""', fix: 'requests=800@<target' },
    { scaling: 'min=2 max=20 requests=800@a_b', says: 'found "a_b"' },
    { scaling: 'min=2 max=20 requests=800@-web', says: 'found "-web"' },
    {
      scaling: 'min=2 max=20 requests=800@arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/5f3a',
      says: 'found "arn:aws:elasticloadbalancing',
      fix: 'Write requests=800@web.',
    },
    { scaling: 'min=x max=y cpu=z', says: 'found "x" (and 2 more)' },
    { scaling: '\u001b[2J', says: '"\\u001b[2J" is none of' },
  ])('TAG-20: $scaling', ({ scaling, says, fix = '' }) => {
    const parsed = parse({ scaling });
    expect(parsed).toMatchObject({
      understood: false,
      findings: [{ rule: 'TAG-20', severity: 'high', resource: SERVICE, summary: expect.stringContaining(says) }],
    });
    expect(parsed.wish).toBeUndefined();
    expect(parsed.findings[0]?.summary).toMatch(/^taskwire:scaling is ".*": .*\.$/s);
    expect(parsed.findings[0]?.fix).toContain(fix);
    expect(parsed.findings[0]?.fix).toMatch(/Set taskwire:scaling to a value such as min=2 max=20 cpu=60\.$/);
    expect(`${parsed.findings[0]?.summary}${parsed.findings[0]?.fix}`).toMatch(PRINTABLE);
  });
});

describe('hours', () => {
  const scaling = 'min=2 max=20';
  const office: HoursWindow = { days: WORK, from: 480, to: 1200, min: 6, max: 40 };

  test.each<{ hours: string; windows: HoursWindow[]; zone?: string }>([
    { hours: 'Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40', windows: [office] },
    { hours: '  Mon-Fri  08:00-20:00  Europe/Berlin  max=40  min=6 ', windows: [office] },
    { hours: 'Mon-Fri 08:00-20:00 UTC min=6 max=40', windows: [office], zone: 'UTC' },
    { hours: 'Mon-Fri 08:00-20:00 Etc/GMT+9 min=6 max=40', windows: [office], zone: 'Etc/GMT+9' },
    { hours: 'Mon-Fri 08:00-20:00 Asia/Kolkata min=6 max=40', windows: [office], zone: 'Asia/Kolkata' },
    {
      hours: 'Mon-Fri 08:00-20:00 America/Argentina/Buenos_Aires min=6 max=40',
      windows: [office],
      zone: 'America/Argentina/Buenos_Aires',
    },
    { hours: 'Sat 08:00-20:00 Europe/Berlin min=6 max=40', windows: [{ ...office, days: [5] }] },
    { hours: 'Sun,Sat 08:00-20:00 Europe/Berlin min=6 max=40', windows: [{ ...office, days: [5, 6] }] },
    { hours: 'Mon-Wed,Sat 08:00-20:00 Europe/Berlin min=6 max=40', windows: [{ ...office, days: [0, 1, 2, 5] }] },
    { hours: 'Fri-Mon 08:00-20:00 Europe/Berlin min=6 max=40', windows: [{ ...office, days: [0, 4, 5, 6] }] },
    {
      hours: 'Mon-Sun 22:30-06:15 Europe/Berlin min=0 max=0',
      windows: [{ days: [0, 1, 2, 3, 4, 5, 6], from: 1350, to: 375, min: 0, max: 0 }],
    },
    {
      hours: 'Sat,Sun 00:00-24:00 Europe/Berlin min=6 max=40',
      windows: [{ ...office, days: [5, 6], from: 0, to: 0 }],
    },
    {
      hours: 'Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40 + Sat 09:00-12:00 min=3 max=9',
      windows: [office, { days: [5], from: 540, to: 720, min: 3, max: 9 }],
    },
    {
      hours: 'Mon-Fri 08:00-20:00 min=6 max=40 + Sat 09:00-12:00 Europe/Berlin min=3 max=9',
      windows: [office, { days: [5], from: 540, to: 720, min: 3, max: 9 }],
    },
    {
      hours: 'Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40 + Mon-Fri 20:00-08:00 Europe/Berlin min=3 max=9',
      windows: [office, { days: WORK, from: 1200, to: 480, min: 3, max: 9 }],
    },
  ])('$hours', ({ hours, windows, zone = 'Europe/Berlin' }) => {
    expect(parse({ scaling, hours })).toEqual({
      wish: { ...plain, hours: windows, zone },
      understood: true,
      findings: [],
    });
  });

  test.each<{ hours: string; says: string; fix?: string }>([
    { hours: '', says: 'a window is missing' },
    { hours: 'Mon-Fri', says: 'behind "Mon-Fri" the hours are missing' },
    { hours: 'Mon-Fri 08:00-20:00 min=6 max=40', says: 'no time zone is named', fix: 'such as Europe/Berlin or UTC' },
    { hours: 'Mon-Fri 08:00-20:00 Europe/Berlin', says: 'min is missing', fix: 'Add min=' },
    { hours: 'Mon-Fri 08:00-20:00 Europe/Berlin min=6', says: 'max is missing' },
    { hours: 'Mon-Fri 08:00-20:00 Europe/Berlin min=40 max=6', says: 'min 40 is above max 6' },
    { hours: 'Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40 cpu=60', says: '"cpu" is none of min, max' },
    { hours: 'Mon-Fri 08:00-20:00 Europe/Berlin UTC min=6 max=40', says: '"UTC" is none of min, max' },
    { hours: 'Mo-Fr 08:00-20:00 Europe/Berlin min=6 max=40', says: 'days are Mon, Tue,' },
    { hours: 'mon-FRI 08:00-20:00 Europe/Berlin min=6 max=40', says: 'found "mon-FRI"', fix: 'Write Mon-Fri.' },
    { hours: 'Monday,Tuesday 08:00-20:00 UTC min=6 max=40', says: 'found "Monday,Tuesday"', fix: 'Write Mon,Tue.' },
    { hours: 'Mon-Fri-Sun 08:00-20:00 UTC min=6 max=40', says: 'found "Mon-Fri-Sun"' },
    { hours: 'Mon, 08:00-20:00 UTC min=6 max=40', says: 'found "Mon,"' },
    {
      hours: 'Mon-Mon 08:00-20:00 UTC min=6 max=40',
      says: '"Mon-Mon" begins and ends on one day',
      fix: 'Write Mon for',
    },
    { hours: 'Mon-Fri,Tue 08:00-20:00 UTC min=6 max=40', says: '"Mon-Fri,Tue" names Tue twice' },
    { hours: 'Mon-Fri 8:00-20:00 UTC min=6 max=40', says: 'hours have two digits', fix: 'Write 08:00-20:00.' },
    { hours: 'Mon-Fri 08-20 UTC min=6 max=40', says: 'hours are written as 08:00-20:00, found "08-20"' },
    { hours: 'Mon-Fri 25:00-26:00 UTC min=6 max=40', says: 'hours go from 00:00 to 24:00, found "25:00-26:00"' },
    { hours: 'Mon-Fri 08:60-20:00 UTC min=6 max=40', says: 'hours go from 00:00 to 24:00' },
    { hours: 'Mon-Fri 24:00-06:00 UTC min=6 max=40', says: 'found "24:00-06:00"', fix: 'Write 00:00 of the next day' },
    { hours: 'Mon-Fri 08:00-24:01 UTC min=6 max=40', says: 'found "08:00-24:01"' },
    { hours: 'Mon-Fri 08:00-08:00 UTC min=6 max=40', says: 'begins and ends at the same time', fix: '00:00-24:00' },
    {
      hours: 'Mon-Fri 08:00-20:00 Europe/Berln min=6 max=40',
      says: '"Europe/Berln" is no',
      fix: 'Write Europe/Berlin.',
    },
    { hours: 'Mon-Fri 08:00-20:00 Berlin min=6 max=40', says: '"Berlin" is no time zone', fix: 'Write Europe/Berlin.' },
    { hours: 'Mon-Fri 08:00-20:00 Mars/Base min=6 max=40', says: '"Mars/Base" is no time zone', fix: 'such as Europe' },
    { hours: 'Mon-Fri 08:00-20:00 +02:00 min=6 max=40', says: '"+02:00" is an offset', fix: 'such as Europe/Berlin' },
    { hours: 'Mon-Fri 08:00-20:00 UTC+2 min=6 max=40', says: '"UTC+2" is an offset' },
    { hours: 'Mon-Fri 08:00-20:00 europe/berlin min=6 max=40', says: 'another spelling', fix: 'Write Europe/Berlin.' },
    {
      hours: 'Mon-Fri 08:00-20:00 utc min=6 max=40',
      says: '"utc" is a time zone in another spelling',
      fix: 'Write UTC.',
    },
    {
      hours: 'Mon-Fri 08:00-20:00 UTC min=6 max=40 + Sat 08:00-20:00 Europe/Berlin min=6 max=40',
      says: 'the windows name two time zones, "UTC" and "Europe/Berlin"',
    },
    {
      hours: 'Mon-Fri 08:00-20:00 UTC min=6 max=40 + Fri 19:00-23:00 min=6 max=40',
      says: 'the windows "Mon-Fri 08:00-20:00" and "Fri 19:00-23:00" overlap',
      fix: 'Let one end where the other begins',
    },
    {
      hours: 'Sun 22:00-06:00 UTC min=6 max=40 + Mon 05:59-07:00 min=6 max=40',
      says: 'the windows "Sun 22:00-06:00" and "Mon 05:59-07:00" overlap',
    },
    { hours: 'Mon-Fri 08:00-20:00 UTC min=6 max=40 +', says: 'a window is missing', fix: 'only between two windows' },
    {
      hours: 'Mon-Fri 08:00-20:00 UTC min=6 max=40+Sat 08:00-20:00 min=6 max=40',
      says: 'windows are separated by a +',
      fix: 'Write "max=40 + Sat"',
    },
    {
      hours: 'Mon-Fri 08:00-20:00 UTC min=6 max=40 +Sat 08:00-20:00 min=6 max=40',
      says: 'with spaces around it, found "+Sat"',
    },
    { hours: 'x y z + x y z', says: '(and ' },
  ])('TAG-21: $hours', ({ hours, says, fix = '' }) => {
    const parsed = parse({ scaling, hours });
    expect(parsed).toMatchObject({
      understood: false,
      findings: [{ rule: 'TAG-21', severity: 'high', resource: SERVICE, summary: expect.stringContaining(says) }],
    });
    expect(parsed.wish).toBeUndefined();
    expect(parsed.findings[0]?.summary).toMatch(/^taskwire:hours is ".*": /s);
    expect(parsed.findings[0]?.fix).toContain(fix);
    expect(parsed.findings[0]?.fix).toContain('Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40');
  });
});

describe('reactions', () => {
  const scaling = 'min=2 max=20';

  test.each<{ reactions: string; want: Reaction[] }>([
    { reactions: 'crash', want: ['crash'] },
    { reactions: ' spot  deploy crash ', want: ['deploy', 'crash', 'spot'] },
    { reactions: 'deploy', want: ['deploy'] },
    { reactions: 'none', want: [] },
  ])('$reactions', ({ reactions, want }) => {
    expect(parse({ scaling, reactions }).wish?.reactions).toEqual(new Set(want));
  });

  test.each<{ reactions: string; says: string; fix?: string }>([
    { reactions: '', says: 'taskwire:reactions is "": it names nothing' },
    { reactions: 'none crash', says: 'none stands beside others', fix: 'Write none alone' },
    { reactions: 'deploy,crash', says: 'several are separated by spaces' },
    { reactions: 'deplyo', says: '"deplyo" is none of deploy, crash, spot or none', fix: 'Write deploy instead' },
    { reactions: 'Crash', says: '"Crash" is none of', fix: 'Write crash instead of "Crash"' },
    { reactions: 'all', says: '"all" is none of' },
    { reactions: 'a b c', says: '(and 2 more)' },
  ])('TAG-22: $reactions', ({ reactions, says, fix = '' }) => {
    expect(parse({ scaling, reactions })).toEqual({
      understood: false,
      findings: [
        {
          rule: 'TAG-22',
          severity: 'high',
          resource: SERVICE,
          summary: expect.stringContaining(says),
          fix: expect.stringContaining(fix),
        },
      ],
    });
  });
});

describe('the tags together', () => {
  test('no tag asks for nothing, and that is understood', () => {
    expect(parse({})).toEqual({ understood: true, findings: [] });
    expect(parse({ 'aws:cloudformation:stack-name': 'shop', 'team ': 'shop', 'task wire:scaling': '' })).toEqual({
      understood: true,
      findings: [],
    });
  });

  test.each(['tracing', 'collector', 'allow', 'spot'])('%s is somebody else’s to read', (name) => {
    expect(parse({ [name]: '5@1' })).toEqual({ understood: true, findings: [] });
  });

  test.each([
    { name: 'hours', value: 'Mon-Fri 08:00-20:00 UTC min=6 max=40', rule: 'TAG-21' },
    { name: 'reactions', value: 'crash', rule: 'TAG-22' },
  ])('$name without scaling', ({ name, value, rule }) => {
    expect(parse({ [name]: value })).toMatchObject({
      understood: false,
      findings: [{ rule, severity: 'high', summary: expect.stringContaining('taskwire:scaling is missing') }],
    });
  });

  test.each<{ key: string; says: string; fix: string; severity?: string }>([
    { key: 'scalng', says: '"taskwire:scalng" is no tag', fix: 'Rename the tag to taskwire:scaling' },
    { key: 'Hours', says: '"taskwire:Hours" is no tag', fix: 'Rename the tag to taskwire:hours' },
    { key: 'Taskwire:scaling', says: '"Taskwire:scaling" is no tag', fix: 'Rename the tag to taskwire:scaling' },
    { key: 'taskwire:hours ', says: '"taskwire:hours " is no tag', fix: 'Rename the tag to taskwire:hours' },
    { key: 'colour', says: '"taskwire:colour" is no tag', fix: 'Known are taskwire:scaling, taskwire:hours' },
    { key: 'constructor', says: '"taskwire:constructor" is no tag', fix: 'Take the tag away' },
    { key: 'hours.2', says: '"taskwire:hours.2" is no continuation', fix: 'Write all of it into taskwire:hours' },
    { key: 'service', says: 'it belongs on a target group', fix: 'Move the tag to a target group', severity: 'low' },
    { key: 'mode', says: 'it belongs on a target group', fix: 'Move the tag', severity: 'low' },
    { key: 'standby', says: 'it belongs on a task', fix: 'Move the tag to a task', severity: 'low' },
  ])('TAG-23: $key', ({ key, says, fix, severity = 'high' }) => {
    const { wish, understood, findings } = parse({ scaling: 'min=2 max=20', [key]: 'x' });
    expect(findings).toMatchObject([
      { rule: 'TAG-23', severity, summary: expect.stringContaining(says), fix: expect.stringContaining(fix) },
    ]);
    expect(understood).toBe(severity === 'low');
    expect(wish).toEqual(severity === 'low' ? plain : undefined);
  });

  test('one finding per tag, in one order', () => {
    const { findings } = parse({ reactions: 'a b', hours: 'x', scaling: 'min=9 max=1', colour: 'red', servce: 'x' });
    expect(findings.map(({ rule }) => rule)).toEqual(['TAG-23', 'TAG-23', 'TAG-20', 'TAG-21', 'TAG-22']);
  });

  test('another stack’s prefix', () => {
    expect(parse({ 'blue:scaling': 'min=2 max=20', scaling: 'x' }, 'blue').wish).toEqual(plain);
    expect(parse({ scaling: 'min=2 max=20' }, 'blue')).toEqual({ understood: true, findings: [] });
  });
});

describe('properties', () => {
  const bounds = fc.tuple(fc.nat(50), fc.nat(50)).map(([a, more]) => ({ min: a, max: a + more }));
  const right = [
    'taskwire:scaling',
    'taskwire:hours',
    'taskwire:reactions',
    'taskwire:spot',
    'taskwire:service',
    'Taskwire:hours',
  ];
  const value = fc.oneof(
    fc.constantFrom(
      'min=2 max=20 cpu=60 requests=800@web in=300 out=60',
      'Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40 + Sat 22:00-06:00 min=1 max=2',
      'deploy crash spot',
    ),
    fc.string({ unit: 'binary' }),
  );
  /** A value in which some letters were changed, doubled or lost. */
  const mutated = fc
    .tuple(value, fc.array(fc.tuple(fc.nat(90), fc.constantFrom('', ' ', '+', '-', ',', ':', '=', '9', 'M', '/', '@'))))
    .map(([text, edits]) => edits.reduce((now, [at, put]) => now.slice(0, at) + put + now.slice(at + 1), text));
  const entries = fc.uniqueArray(
    fc.tuple(fc.oneof(fc.constantFrom(...right, '__proto__', 'team'), fc.string()), fc.oneof(value, mutated)),
    { selector: ([name]) => name, maxLength: 6 },
  );

  test('a wish is whole and in bounds; a mistake leaves none; the order of tags does not matter', () => {
    fc.assert(
      fc.property(entries, (tags) => {
        const [here, there] = [tags, [...tags].reverse()].map((list) =>
          parseScalingTags(Object.fromEntries(list), { prefix: 'taskwire', resource: SERVICE }),
        );
        expect(there).toEqual(here);
        const high = here?.findings.some(({ severity }) => severity === 'high');
        expect(here?.understood).toBe(!high);
        if (high) expect(here?.wish).toBeUndefined();
        for (const { summary, fix } of here?.findings ?? []) expect(summary + fix).toMatch(PRINTABLE);
        if (here?.wish === undefined) return;
        const { hours, zone, bounds: all } = here.wish;
        for (const { min, max } of [all, ...hours]) expect(0 <= min && min <= max).toBe(true);
        for (const [index, window] of hours.entries()) {
          expect(window.days.length).toBeGreaterThan(0);
          expect(window.from < 1440 && window.to < 1440).toBe(true);
          for (const other of hours.slice(index + 1)) expect(overlap(window, other)).toBe(false);
        }
        expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  test('what is written is what is read', () => {
    const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    const time = (minute: number): string =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    const window = fc
      .tuple(fc.uniqueArray(fc.nat(6), { minLength: 1 }), fc.nat(1439), fc.nat(1439), bounds)
      .filter(([, from, to]) => from !== to)
      .map(([days, from, to, more]) => ({ days: days.toSorted((a, b) => a - b), from, to, ...more }));
    fc.assert(
      fc.property(bounds, window, fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'), (outside, inside, zone) => {
        const days = inside.days.map((day) => names[day]).join(',');
        const times = `${time(inside.from)}-${time(inside.to)}`;
        const { wish } = parse({
          scaling: `min=${outside.min} max=${outside.max}`,
          hours: `${days} ${times} ${zone} min=${inside.min} max=${inside.max}`,
        });
        expect(wish).toEqual({ ...plain, bounds: outside, hours: [inside], zone });
      }),
    );
  });
});

describe('more tasks than the stack allows', () => {
  const hours = 'Mon-Fri 08:00-20:00 UTC min=6 max=40';
  const capped = (tags: Record<string, string>, maxTasks: number) =>
    parseScalingTags(tagged(tags), { prefix: 'taskwire', resource: SERVICE, maxTasks });
  type Pair = readonly [min: number, max: number];

  test.each<{ tags: Record<string, string>; maxTasks: number; bounds: Pair; inside?: Pair; told?: number }>([
    { tags: { scaling: 'min=2 max=20' }, maxTasks: 20, bounds: [2, 20] },
    { tags: { scaling: 'min=2 max=21' }, maxTasks: 20, bounds: [2, 20], told: 21 },
    { tags: { scaling: 'min=30 max=50' }, maxTasks: 20, bounds: [20, 20], told: 50 },
    { tags: { scaling: 'min=2 max=20', hours }, maxTasks: 40, bounds: [2, 20], inside: [6, 40] },
    { tags: { scaling: 'min=2 max=20', hours }, maxTasks: 39, bounds: [2, 20], inside: [6, 39], told: 40 },
    { tags: { scaling: 'min=2 max=20', hours }, maxTasks: 4, bounds: [2, 4], inside: [4, 4], told: 40 },
  ])('$tags, $maxTasks allowed', ({ tags, maxTasks, bounds, inside, told }) => {
    const { wish, understood, findings } = capped(tags, maxTasks);
    expect(understood).toBe(true);
    expect([wish?.bounds, ...(wish?.hours ?? [])].map((each) => [each?.min, each?.max])).toEqual(
      inside === undefined ? [bounds] : [bounds, inside],
    );
    expect(findings).toEqual(
      told === undefined
        ? []
        : [
            expect.objectContaining({
              rule: 'TAG-24',
              severity: 'medium',
              summary: expect.stringContaining(`up to ${told} tasks`),
            }),
          ],
    );
  });
});
