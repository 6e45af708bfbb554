import type { Line } from './text.ts';

/** What stands still, and how it goes on. */
export interface PausedThing {
  readonly kind: 'stack' | 'group';
  readonly name: string;
  readonly sinceMs?: number;
}

const HOUR_MINUTES = 60;
const DAY_HOURS = 24;

const spanText = (ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < HOUR_MINUTES) return `${minutes} min`;
  const hours = Math.floor(minutes / HOUR_MINUTES);
  if (hours < DAY_HOURS) return `${hours} h ${minutes % HOUR_MINUTES} min`;
  return `${Math.floor(hours / DAY_HOURS)} d ${hours % DAY_HOURS} h`;
};

/** `2026-03-02 08:00 UTC`, the minute it happened in. */
export const minuteText = (timeMs: number): string =>
  `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What is paused, a line for each; none for nothing. */
export const pausedLines = (paused: readonly PausedThing[], nowMs: number): readonly Line[] =>
  paused.map(({ kind, name, sinceMs }) => {
    const since =
      sinceMs === undefined
        ? ', nobody knows since when'
        : ` since ${minuteText(sinceMs)} (${spanText(nowMs - sinceMs)})`;
    const command = kind === 'stack' ? `taskwire resume --stage ${name}` : `taskwire resume ${name}`;
    return {
      spans: [
        { text: 'Paused: ', tone: 'warn' },
        { text: `${kind === 'stack' ? `the stack taskwire-${name}` : `target group ${name}`}${since}. To go on: ` },
        { text: command, tone: 'strong' },
      ],
      hang: 2,
    };
  });
