import { IncompleteError } from '../errors.ts';

/** One page of a listing; an absent or empty `next` ends it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * Every item of every page, or an error: a part of a listing would make what it misses look gone.
 * @throws {IncompleteError} If the service hands out the same token again: the listing would never end.
 */
export const allPages = async <T>(
  listing: string,
  fetch: (token?: string) => Promise<Page<T>>,
): Promise<readonly T[]> => {
  const items: T[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await fetch(token);
    items.push(...page.items);
    token = page.next || undefined;
    if (token !== undefined && seen.has(token)) {
      throw new IncompleteError(`${listing} gave the same page token twice; it is tried again.`);
    }
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return items;
};
