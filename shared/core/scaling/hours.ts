import type { Schedule, ScheduledAction } from './observed.ts';
import type { Bounds, HoursWindow, ScalingWish } from './wish.ts';

const DAY = 24 * 60;
const WEEK = 7 * DAY;
const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
const WEEKDAYS: Readonly<Record<string, number>> = { Mon: 0, Tue: 1, Wed: 2, Thu: 3, Fri: 4, Sat: 5, Sun: 6 };

/** Part of a week, in minutes from Monday midnight; `end` may lie beyond the week. */
interface Interval {
  readonly start: number;
  readonly end: number;
}

const intervalsOf = ({ days, from, to }: HoursWindow): readonly Interval[] =>
  days.map((day) => ({ start: day * DAY + from, end: day * DAY + (to > from ? to : to + DAY) }));

const intersect = (a: Interval, b: Interval): boolean => a.start < b.end && b.start < a.end;

const shifted = ({ start, end }: Interval, by: number): Interval => ({ start: start + by, end: end + by });

/** Whether two windows share a minute of the week; one that passes Sunday's midnight goes on on Monday. */
export const overlap = (a: HoursWindow, b: HoursWindow): boolean =>
  intervalsOf(a).some((one) =>
    intervalsOf(b).some((other) => [-WEEK, 0, WEEK].some((by) => intersect(one, shifted(other, by)))),
  );

// A formatter takes forty times longer to make than to use, and a sweep asks for every service.
const clocks = new Map<string, Intl.DateTimeFormat>();

const clockOf = (zone: string): Intl.DateTimeFormat => {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(zone, clock);
  return clock;
};

/** Minutes since Monday midnight on the wall clock of a zone, with the seconds as a fraction. */
const minuteOfWeek = (zone: string, nowMs: number): number => {
  const parts = clockOf(zone).formatToParts(nowMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? '';
  const day = WEEKDAYS[part('weekday')] ?? 0;
  return day * DAY + Number(part('hour')) * 60 + Number(part('minute')) + Number(part('second')) / 60;
};

/**
 * The bounds that the wish puts in force at a moment.
 * @param nowMs Epoch milliseconds. Passed in: core has no clock.
 */
export const boundsAt = (wish: Pick<ScalingWish, 'bounds' | 'hours' | 'zone'>, nowMs: number): Bounds => {
  if (wish.hours.length === 0) return wish.bounds;
  const minute = minuteOfWeek(wish.zone, nowMs);
  const window = wish.hours.find((each) =>
    intervalsOf(each).some(({ start, end }) => [minute, minute + WEEK].some((at) => start <= at && at < end)),
  );
  return window === undefined ? wish.bounds : { min: window.min, max: window.max };
};

const around = (minutes: number): number => ((minutes % WEEK) + WEEK) % WEEK;

/** Whether a boundary of the hours is at most this far: then the schedules write bounds, and nobody else should. */
export const isNearBoundary = (
  wish: Pick<ScalingWish, 'hours' | 'zone'>,
  nowMs: number,
  withinMinutes: number,
): boolean => {
  if (wish.hours.length === 0) return false;
  const edges = wish.hours.flatMap(intervalsOf).flatMap(({ start, end }) => [start, end]);
  const [before = 0, now = 0, after = 0] = [-withinMinutes, 0, withinMinutes].map((by) =>
    minuteOfWeek(wish.zone, nowMs + by * 60_000),
  );
  // Where the clock is put forward, a boundary is nearer than the wall clock says, or skipped; put back, it comes twice.
  const passes = (from: number, to: number): boolean => {
    const passed = around(to - from);
    return edges.some((edge) =>
      passed < DAY
        ? around(edge - from) <= passed
        : around(edge - from) <= withinMinutes || around(to - edge) <= withinMinutes,
    );
  };
  return passes(before, now) || passes(now, after);
};

const cron = (minuteOfDay: number, days: readonly number[], zone: string): Schedule => {
  const names = days.toSorted((a, b) => a - b).map((day) => DAYS[day]);
  const expression = `cron(${minuteOfDay % 60} ${Math.floor(minuteOfDay / 60)} ? * ${names.join(',')} *)`;
  return { kind: 'recurring', expression, zone };
};

/**
 * The scheduled actions that make the hours: at the begin of each window its bounds, at its end those of the rest of
 * the week. Daylight saving is Application Auto Scaling's job: the actions carry the zone.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
export const schedulesOf = (wish: ScalingWish, resourceId: string): readonly ScheduledAction[] => {
  const starts = new Set(wish.hours.flatMap(intervalsOf).map(({ start }) => start % WEEK));
  return wish.hours.flatMap((window, index): readonly ScheduledAction[] => {
    const { days, from, to, min, max } = window;
    const lateBy = to > from ? 0 : 1;
    // Where the next window begins as this one ends, two actions at one moment would race.
    const ends = days.map((day) => (day + lateBy) % 7).filter((day) => !starts.has(day * DAY + to));
    const name = `taskwire-hours-${index + 1}`;
    const begin = { resourceId, name: `${name}-start`, schedule: cron(from, days, wish.zone), min, max };
    if (ends.length === 0) return [begin];
    return [begin, { resourceId, name: `${name}-end`, schedule: cron(to, ends, wish.zone), ...wish.bounds }];
  });
};
