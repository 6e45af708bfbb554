/** When something recurs. */
export interface Timetable {
  /** The first moment after this one, epoch milliseconds; `undefined`: never again. */
  next(afterMs: number): number | undefined;
}

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** Long enough for a 29 February on a given weekday. */
const MOST_DAYS = 40 * 366;

/** Whether Application Auto Scaling knows this zone: an IANA name. */
export const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

/** How far a zone's wall clock is ahead of UTC at a moment. */
const aheadOf = (zone: string): ((ms: number) => number) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return wall - Math.floor(ms / 1000) * 1000;
  };
};

/** The moment at which a zone's wall clock shows this; a time that the clock skips in spring is an hour later. */
const momentOf = (ahead: (ms: number) => number, wall: number): number => {
  const guess = wall - ahead(wall);
  return wall - ahead(guess);
};

/** The values that one field of a cron expression names; `undefined` where it is none. Names count from `least`. */
const fieldOf = (
  text: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): ReadonlySet<number> | undefined => {
  const numberOf = (word: string): number => {
    const index = names.indexOf(word.toUpperCase());
    const value = index === -1 ? (/^\d+$/.test(word) ? Number(word) : Number.NaN) : index + least;
    return value >= least && value <= most ? value : Number.NaN;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [first = '', last = first] = range.split('-');
    const all = range === '*';
    const from = all ? least : numberOf(first);
    const to = all || (part.includes('/') && !range.includes('-')) ? most : numberOf(last);
    const by = /^\d+$/.test(step) ? Number(step) : 0;
    if (Number.isNaN(from) || Number.isNaN(to) || by === 0) return undefined;
    // FRI-MON passes the end of the week.
    const span = to >= from ? to - from : to - from + most - least + 1;
    for (let offset = 0; offset <= span; offset += by) {
      const value = from + offset;
      values.add(value > most ? value - (most - least + 1) : value);
    }
  }
  return values;
};

const cronOf = (expression: string, zone: string): Timetable | undefined => {
  const fields = expression.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields;
  // As in Quartz: a day is told by its date or by its weekday, the other one is left open.
  if (fields.length !== 6 || (day === '?') === (weekday === '?')) return undefined;
  const minutes = fieldOf(minute, 0, 59);
  const hours = fieldOf(hour, 0, 23);
  const days = fieldOf(day === '?' ? '*' : day, 1, 31);
  const months = fieldOf(month, 1, 12, MONTHS);
  const weekdays = fieldOf(weekday === '?' ? '*' : weekday, 1, 7, DAYS);
  const years = fieldOf(year, 1970, 2199);
  if (!minutes || !hours || !days || !months || !weekdays || !years) return undefined;
  const ahead = aheadOf(zone);
  const ordered = (values: ReadonlySet<number>) => [...values].sort((a, b) => a - b);
  const times = ordered(hours).flatMap((h) => ordered(minutes).map((m) => (h * 60 + m) * MINUTE));
  return {
    next: (afterMs) => {
      const today = new Date(afterMs + ahead(afterMs));
      for (let passed = 0; passed < MOST_DAYS; passed++) {
        const wall = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + passed);
        const date = new Date(wall);
        const isDue =
          years.has(date.getUTCFullYear()) &&
          months.has(date.getUTCMonth() + 1) &&
          days.has(date.getUTCDate()) &&
          weekdays.has(date.getUTCDay() + 1);
        if (!isDue) continue;
        const found = times.map((time) => momentOf(ahead, wall + time)).find((ms) => ms > afterMs);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
};

/**
 * Reads a schedule expression of Application Auto Scaling: `at(…)`, `rate(…)` or `cron(…)` with six fields.
 * @param zone IANA name; of `at` and `cron`.
 * @param sinceMs From when a rate counts, epoch milliseconds.
 * @returns `undefined` where the expression is none.
 * Not modelled: the letters L, W and # of cron. In the hour that comes twice in autumn a cron strikes once.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
export const timetableOf = (expression: string, zone: string, sinceMs: number): Timetable | undefined => {
  const [, kind, inner = ''] = /^(at|rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return cronOf(inner, zone);
  if (kind === 'at') {
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner)) return undefined;
    const wall = Date.parse(`${inner}Z`);
    if (Number.isNaN(wall)) return undefined;
    const atMs = momentOf(aheadOf(zone), wall);
    return { next: (afterMs) => (atMs > afterMs ? atMs : undefined) };
  }
  const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
  const everyMs = Number(count) * (UNITS[unit] ?? 0);
  if (kind !== 'rate' || everyMs === 0) return undefined;
  return { next: (afterMs) => sinceMs + (Math.floor((afterMs - sinceMs) / everyMs) + 1) * everyMs };
};
