import type { Random } from './random.ts';

/** One page and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly token?: string;
}

/**
 * Pages over the list as it was when the first page was asked for. A token may be used again; each belongs to the
 * listing that gave it. `undefined` where the token is unknown.
 */
export const createPager = <T>(random: Random) => {
  const left = new Map<string, readonly T[]>();
  return (all: () => readonly T[], size: number, token: string | undefined): Page<T> | undefined => {
    const from = token === undefined || token === '' ? all() : left.get(token);
    if (from === undefined) return undefined;
    const items = from.slice(0, size);
    if (from.length <= size) return { items };
    const next = random.hex(24);
    left.set(next, from.slice(size));
    return { items, token: next };
  };
};
