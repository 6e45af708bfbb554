import { overlap } from '../core/scaling/hours.ts';
import type { HoursWindow } from '../core/scaling/wish.ts';
import { quote } from '../core/text.ts';
import { nearest } from './nearest.ts';
import { type Mistake, parseBounds, wordsOf } from './scaling-settings.ts';

/** A right value. */
export const HOURS_EXAMPLE = 'Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40';

/** The hours tag, read. */
export interface Hours {
  readonly windows: readonly HoursWindow[];
  /** IANA name. */
  readonly zone: string;
}

const DAYS: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Monday`, `mon`, `MON` → `Mon`. */
const dayMeant = (text: string): string | undefined =>
  DAYS.find((day) => text.length >= 3 && text.slice(0, 3).toLowerCase() === day.toLowerCase());

const daysFault = (text: string): Mistake => {
  const meant = text.split(',').map((part) => part.split('-').map(dayMeant).join('-'));
  const isPlain = /^[A-Za-z]{3,9}(?:[-,][A-Za-z]{3,9})*$/.test(text);
  return {
    problem: `days are ${DAYS.join(', ')}, a range such as Mon-Fri, or several such as Sat,Sun; found ${quote(text)}`,
    ...(isPlain && !meant.join().split(/[-,]/).includes('') && { cure: `Write ${meant.join(',')}` }),
  };
};

const parseDays = (text: string, mistakes: Mistake[]): readonly number[] => {
  const days: number[] = [];
  for (const part of text.split(',')) {
    const [first, last = first, ...more] = part.split('-').map((day) => DAYS.indexOf(day));
    if (first === undefined || last === undefined || first === -1 || last === -1 || more.length > 0) {
      mistakes.push(daysFault(text));
      return [];
    }
    if (part.includes('-') && first === last) {
      mistakes.push({
        problem: `${quote(part)} begins and ends on one day`,
        cure: `Write ${DAYS[first]} for that day, or Mon-Sun for all`,
      });
      return [];
    }
    // A range may pass the week's end: Fri-Mon.
    for (let day = first; ; day = (day + 1) % 7) {
      days.push(day);
      if (day === last) break;
    }
  }
  const twice = days.find((day, index) => days.indexOf(day) !== index);
  if (twice !== undefined) mistakes.push({ problem: `${quote(text)} names ${DAYS[twice]} twice` });
  return days.toSorted((a, b) => a - b);
};

const HOURS = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;
const NO_TIME = 'hours go from 00:00 to 24:00';

/** Minutes of the day, 0 to 1440. */
const minuteOf = (hour: string, minute: string): number | undefined => {
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minutes <= 24 * 60 ? minutes : undefined;
};

const parseTimes = (text: string, mistakes: Mistake[]): { readonly from: number; readonly to: number } | undefined => {
  const [, fromHour, fromMinute = '', toHour, toMinute = ''] = HOURS.exec(text) ?? [];
  if (fromHour === undefined || toHour === undefined) {
    mistakes.push({ problem: `hours are written as 08:00-20:00, found ${quote(text)}` });
    return undefined;
  }
  const [from, to] = [minuteOf(fromHour, fromMinute), minuteOf(toHour, toMinute)];
  if (from === undefined || to === undefined || from === 24 * 60) {
    mistakes.push({
      problem: `${NO_TIME}, found ${quote(text)}`,
      ...(from === 24 * 60 && { cure: `Write 00:00 of the next day instead of 24:00 as a begin` }),
    });
    return undefined;
  }
  if (fromHour.length + toHour.length < 4) {
    mistakes.push({
      problem: `hours have two digits, found ${quote(text)}`,
      cure: `Write ${fromHour.padStart(2, '0')}:${fromMinute}-${toHour.padStart(2, '0')}:${toMinute}`,
    });
    return undefined;
  }
  if (from === to) {
    mistakes.push({
      problem: `${quote(text)} begins and ends at the same time`,
      cure: 'Write 00:00-24:00 for the whole day',
    });
    return undefined;
  }
  return { from, to: to % (24 * 60) };
};

// A formatter takes a quarter of a millisecond to make, and a sweep asks for every service.
const names = new Map<string, string>();

/** What Intl calls a zone; `undefined` where it knows none. */
const canonical = (zone: string): string | undefined => {
  const known = names.get(zone);
  if (known !== undefined) return known;
  try {
    const name = new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone;
    names.set(zone, name);
    return name;
  } catch {
    return undefined;
  }
};

const zoneFault = (zone: string): Mistake => {
  if (/^(?:UTC|GMT)?[+-]\d/.test(zone)) {
    return {
      problem: `${quote(zone)} is an offset, a time zone is wanted by its name`,
      cure: 'Write a name such as Europe/Berlin, or UTC',
    };
  }
  const known = Intl.supportedValuesOf('timeZone');
  // A city by itself is how people say it.
  const city = zone.slice(zone.lastIndexOf('/') + 1).toLowerCase();
  const meant = nearest(zone, known) ?? known.find((name) => name.toLowerCase().endsWith(`/${city}`));
  return {
    problem: `${quote(zone)} is no time zone`,
    cure: meant === undefined ? 'Write a name such as Europe/Berlin, or UTC' : `Write ${meant}`,
  };
};

/** Whether Application Auto Scaling takes this zone: an IANA name in its own spelling; an offset is none. */
const checkZone = (zone: string, mistakes: Mistake[]): void => {
  const name = /^[A-Za-z]/.test(zone) ? canonical(zone) : undefined;
  if (name === undefined) mistakes.push(zoneFault(zone));
  // Intl passes over the case, AWS does not. Of a name that Intl knows as another's alias, only the begin can be judged.
  else if (name.toLowerCase() === zone.toLowerCase() ? name !== zone : /(?:^|\/)[a-z]/.test(zone)) {
    mistakes.push({
      problem: `${quote(zone)} is a time zone in another spelling (upper and lower case count)`,
      cure: `Write ${name}`,
    });
  }
};

interface Told {
  readonly text: string;
  readonly zone?: string;
  readonly window?: HoursWindow;
}

const parseWindow = (words: readonly string[], mistakes: Mistake[]): Told => {
  const [dayWord, timeWord, ...rest] = words;
  const text = [dayWord, timeWord].join(' ');
  if (dayWord === undefined) {
    mistakes.push({ problem: 'a window is missing', cure: 'Write + only between two windows, with spaces around it' });
    return { text };
  }
  const days = parseDays(dayWord, mistakes);
  if (timeWord === undefined) {
    mistakes.push({ problem: `behind ${quote(dayWord)} the hours are missing` });
    return { text };
  }
  const times = parseTimes(timeWord, mistakes);
  const [word = ''] = rest;
  const zone = word === '' || word.includes('=') ? undefined : word;
  if (zone !== undefined) checkZone(zone, mistakes);
  const bounds = parseBounds(zone === undefined ? rest : rest.slice(1), mistakes);
  return {
    text,
    ...(zone !== undefined && { zone }),
    ...(days.length > 0 && times !== undefined && bounds !== undefined && { window: { days, ...times, ...bounds } }),
  };
};

const windowsIn = (words: readonly string[]): readonly (readonly string[])[] => {
  const windows: string[][] = [[]];
  for (const word of words) {
    if (word === '+') windows.push([]);
    else windows.at(-1)?.push(word);
  }
  return windows;
};

const checkOverlap = (told: readonly Told[], mistakes: Mistake[]): void => {
  told.forEach((one, index) => {
    for (const other of told.slice(index + 1)) {
      if (one.window === undefined || other.window === undefined || !overlap(one.window, other.window)) continue;
      mistakes.push({
        problem: `the windows ${quote(one.text)} and ${quote(other.text)} overlap`,
        cure: 'Let one end where the other begins',
      });
    }
  });
};

/**
 * Reads the value of the hours tag. What is wrong is added to `mistakes`; then what is returned is not to be used.
 * `24:00` ends a day. A window whose end is not behind its begin ends on the next day.
 */
export const parseHours = (value: string, mistakes: Mistake[]): Hours => {
  const words = wordsOf(value);
  // A zone may hold a + itself.
  const glued = words.find((word) => /=.*\+|^\+[A-Za-z]/.test(word));
  if (glued !== undefined) {
    mistakes.push({
      problem: `windows are separated by a + with spaces around it, found ${quote(glued)}`,
      cure: `Write ${quote(glued.replace('+', ' + ').trim())}`,
    });
  }
  const told = windowsIn(words).map((each) => parseWindow(each, mistakes));
  const [zone, another] = [...new Set(told.flatMap((each) => (each.zone === undefined ? [] : [each.zone])))];
  if (another !== undefined) {
    mistakes.push({
      problem: `the windows name two time zones, ${quote(zone ?? '')} and ${quote(another)}`,
      cure: 'Write one time zone, in the first window or alike in all',
    });
  } else if (zone === undefined && mistakes.length === 0) {
    mistakes.push({
      problem: 'no time zone is named',
      cure: 'Write one behind the hours, such as Europe/Berlin or UTC',
    });
  }
  checkOverlap(told, mistakes);
  return { windows: told.flatMap(({ window }) => (window === undefined ? [] : [window])), zone: zone ?? 'UTC' };
};
