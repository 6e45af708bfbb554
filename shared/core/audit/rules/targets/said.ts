import type { Target } from '../../../targets/target.ts';

const textOf = ({ id, port }: Pick<Target, 'id' | 'port'>): string =>
  id.includes(':') ? `[${id}]:${port}` : `${id}:${port}`;

/** Some of many targets, for a sentence: `10.0.0.1:80, 10.0.0.2:80 and 7 more`. */
export const someOf = (targets: readonly Pick<Target, 'id' | 'port'>[], most = 3): string => {
  const shown = targets.slice(0, most).map(textOf).join(', ');
  return targets.length > most ? `${shown} and ${targets.length - most} more` : shown;
};

/** `1 target`, `2 targets`. */
export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
