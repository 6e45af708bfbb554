import type { FactBook } from './fact-book.ts';

const MOST_BOOKS = 200;

/** A book of facts for each name: what one was told, no other reads. One more than are kept, and all are forgotten. */
export const createFactBooks = (create: () => FactBook): ((name: string) => FactBook) => {
  const books = new Map<string, FactBook>();
  return (name) => {
    const known = books.get(name);
    if (known !== undefined) return known;
    if (books.size >= MOST_BOOKS) books.clear();
    const book = create();
    books.set(name, book);
    return book;
  };
};
