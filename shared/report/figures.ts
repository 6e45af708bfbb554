import type { Severity } from '../core/outcome.ts';

/** Worst first. */
export const SEVERITIES = ['high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

/** The worst of some; `undefined` of none. */
export const worstOf = (severities: Iterable<Severity | undefined>): Severity | undefined => {
  const all = new Set(severities);
  return SEVERITIES.find((severity) => all.has(severity));
};

/** `1,234`: the same on every machine, whatever its language. */
export const figure = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 task`, `1,234 tasks`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${figure(count)} ${count === 1 ? one : many}`;

/** `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** `2026-11-22 04:12 UTC`. */
export const momentOf = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A sentence's first letter made large. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
