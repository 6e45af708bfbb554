import type { DiffLine } from './diff.ts';

/** How a line of a difference is marked. */
export const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '-' };

const AROUND = 3;

/** The lines that changed, and a few around each; a line of dots stands for those that are left out. */
export const nearChanges = (diff: readonly DiffLine[]): readonly DiffLine[] => {
  const near = new Set(
    diff.flatMap(({ kind }, at) =>
      kind === 'same' ? [] : Array.from({ length: 2 * AROUND + 1 }, (_, offset) => at + offset - AROUND),
    ),
  );
  return diff.flatMap((line, at): readonly DiffLine[] => {
    if (near.has(at)) return [line];
    return at === 0 || near.has(at - 1) ? [{ kind: 'same', text: '…' }] : [];
  });
};
