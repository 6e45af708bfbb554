import type { Action } from '../outcome.ts';
import type { ScalingChange } from './plan.ts';

/** What one write of scaling comes to, apart from the words of its reason: they tell counts, and those go on changing. */
export interface ScalingWrite {
  readonly action: Action;
  /** ARN of the service. */
  readonly resource: string;
  /** What is written, as text: the same text, the same write. */
  readonly what: string;
  /** By how much Application Auto Scaling would move the desired count at once. */
  readonly jump: number;
}

/** What a change writes, as text. */
export const whatOf = (change: ScalingChange): string => {
  switch (change.action) {
    case 'put-target':
      return `${change.bounds.min} ${change.bounds.max}`;
    case 'put-policy':
      return JSON.stringify(change.policy);
    case 'put-schedule':
      return JSON.stringify(change.schedule);
    case 'delete-policy':
    case 'delete-schedule':
      return change.name;
  }
};

const isNoFurther = (jump: number, shown: number): boolean =>
  jump === 0 || (Math.sign(jump) === Math.sign(shown) && Math.abs(jump) <= Math.abs(shown));

/**
 * Whether whoever agreed to what was shown agreed to this write too: it is one of those, and moves the desired count no
 * further than was said. A count that came nearer to the bounds meanwhile is no reason to ask again.
 */
export const isCovered = (write: ScalingWrite, shown: readonly ScalingWrite[]): boolean =>
  shown.some(
    ({ action, resource, what, jump }) =>
      action === write.action && resource === write.resource && what === write.what && isNoFurther(write.jump, jump),
  );
