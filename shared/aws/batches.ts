/** Cuts a list into pieces of at most `size`, in order. */
export const batches = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/**
 * Cuts a list into pieces of at most `size` items and `bytes` bytes, in order: a batch above AWS's bytes is refused as
 * a whole, and with it items that would have fitted. An item above `bytes` stands alone and is refused alone.
 */
export const batchesByBytes = <T>(
  items: readonly T[],
  size: number,
  bytes: number,
  bytesOf: (item: T) => number,
): readonly (readonly T[])[] => {
  const all: T[][] = [];
  let last: T[] | undefined;
  let lastBytes = 0;
  for (const item of items) {
    const itemBytes = bytesOf(item);
    if (last === undefined || last.length === size || lastBytes + itemBytes > bytes) {
      last = [];
      lastBytes = 0;
      all.push(last);
    }
    last.push(item);
    lastBytes += itemBytes;
  }
  return all;
};

/** Each once, in the order of their first appearance: ECS refuses some calls that name one resource twice. */
export const distinct = (items: readonly string[]): readonly string[] => [...new Set(items)];
