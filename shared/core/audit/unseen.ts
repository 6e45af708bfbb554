import type { Unseen } from './snapshot.ts';

/**
 * Whether something of a kind was not seen, `tasks` for instance: what would be concluded from it is not concluded.
 * `everything` counts for every kind.
 */
export const isUnseen = (unseen: readonly Unseen[], ...kinds: readonly string[]): boolean =>
  unseen.some(({ what }) => what === 'everything' || kinds.includes(what));
