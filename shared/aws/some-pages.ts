import { IncompleteError } from '../errors.ts';
import type { Read } from '../ports/trail.ts';
import type { Page } from './pages.ts';

/**
 * At most so many pages of a listing whose items have times.
 * @param startMs Where the listing begins: so far it was read if the pages were empty.
 * @throws {IncompleteError} If the service hands out the same token again.
 */
export const somePages = async (
  listing: string,
  mostPages: number,
  startMs: number,
  fetch: (token: string | undefined) => Promise<Page<Read['items'][number]>>,
): Promise<Read> => {
  const items: Read['items'][number][] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items: some, next } = await fetch(token);
    items.push(...some);
    if (!next) return { items };
    if (next === token) throw new IncompleteError(`${listing} gave the same page token twice; it is tried again.`);
    token = next;
  }
  return { items, cutOffAtMs: items.at(-1)?.atMs ?? startMs };
};
