import type { Change, HeldChange } from '../core/outcome.ts';
import type { IsShown } from './settle-group.ts';

/** What tells changes of target groups apart, whatever their reasons are. */
export const changeKeyOf = ({ action, resource, target }: Pick<HeldChange, 'action' | 'resource' | 'target'>): string =>
  JSON.stringify([action, resource, target?.id, target?.port]);

/** Which changes of target groups a person was shown, and agreed to. */
export const shownOf = (changes: readonly (Change | HeldChange)[]): IsShown =>
  isAmong(new Set(changes.map(changeKeyOf)));

/** Whether a change of a target group is one of those that a person was shown, by key, and agreed to. */
export const isAmong =
  (keys: ReadonlySet<string>): IsShown =>
  (action, resource, target) =>
    keys.has(changeKeyOf({ action, resource, target }));
