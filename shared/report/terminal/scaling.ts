import type { Tone } from './text.ts';

/** How an action on scaling is told: its sign, and what of scaling it is about. */
export interface ScalingWord {
  readonly sign: '+' | '-' | '~';
  readonly tone: Tone;
  readonly about: string;
}

/** The words for an action of an Outcome; `undefined` where it is none on scaling. */
export const scalingWordOf = (action: string): ScalingWord | undefined => {
  switch (action) {
    case 'put-target':
      return { sign: '+', tone: 'good', about: 'bounds' };
    case 'put-policy':
      return { sign: '+', tone: 'good', about: 'policy' };
    case 'delete-policy':
      return { sign: '-', tone: 'warn', about: 'policy' };
    case 'put-schedule':
      return { sign: '+', tone: 'good', about: 'schedule' };
    case 'delete-schedule':
      return { sign: '-', tone: 'warn', about: 'schedule' };
    case 'suspend':
    case 'resume':
      return { sign: '~', tone: 'warn', about: 'scale-out' };
    case 'raise-min':
      return { sign: '~', tone: 'warn', about: 'min' };
    default:
      return undefined;
  }
};
