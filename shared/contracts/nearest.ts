const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/**
 * The known name that a misspelt one was probably meant to be: at most two letters wrong, missing or too many (one in
 * a name of up to four), case and surrounding spaces not counted. `undefined` where none is near.
 */
export const nearest = (text: string, known: readonly string[]): string | undefined => {
  const typed = text.trim().toLowerCase();
  if (typed.length > 64) return undefined;
  let best: { readonly name: string; readonly off: number } | undefined;
  for (const name of known) {
    const off = distance(typed, name.toLowerCase());
    if (off <= (name.length <= 4 ? 1 : 2) && off < (best?.off ?? Number.POSITIVE_INFINITY)) best = { name, off };
  }
  return best?.name;
};
