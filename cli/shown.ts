import type { IsShown } from '../shared/app/settle-group.ts';
import type { Change, HeldChange } from '../shared/core/outcome.ts';

/** What tells changes of target groups apart, whatever their reasons are. */
export const changeKeyOf = ({ action, resource, target }: Pick<HeldChange, 'action' | 'resource' | 'target'>): string =>
  JSON.stringify([action, resource, target?.id, target?.port]);

/** Which changes of target groups a person was shown, and agreed to. */
export const shownOf = (changes: readonly (Change | HeldChange)[]): IsShown => {
  const keys = new Set(changes.map(changeKeyOf));
  return (action, resource, target) => keys.has(changeKeyOf({ action, resource, target }));
};
