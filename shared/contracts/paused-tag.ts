/** As `pause` writes it. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/;

/** Since when something is paused, by the value of its tag, epoch milliseconds; `undefined` for what is no time. */
export const parsePausedTime = (value: string): number | undefined => {
  const sinceMs = ISO_TIME.test(value.trim()) ? Date.parse(value.trim()) : Number.NaN;
  return Number.isNaN(sinceMs) ? undefined : sinceMs;
};

/** A time as the tag's value: to the second, in characters that every service takes. */
export const renderPausedTime = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
