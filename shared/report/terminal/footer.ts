import type { Failure, Report } from '../report.ts';
import { EMPTY, type Line, line, NO_BREAK } from './text.ts';
import { count, resourceText } from './words.ts';

/** What could not be looked at or done. */
export const failureLines = (failures: readonly Failure[]): readonly Line[] =>
  failures.length === 0
    ? []
    : [
        line('Could not finish:', 'bad'),
        ...failures.map(({ resource, message }) => ({
          spans: [{ text: `${resourceText(resource)}: `, tone: 'strong' as const }, { text: message }],
          indent: 2,
          hang: 4,
        })),
        EMPTY,
      ];

/** Which AWS calls were sent, the most frequent first. */
export const callLine = ({ calls }: Pick<Report, 'calls'>): Line => {
  const sent = Object.entries(calls).toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const total = sent.reduce((sum, [, number]) => sum + number, 0);
  const text =
    total === 0
      ? 'No AWS call was sent.'
      : `${count(total, 'AWS call')}: ${sent.map(([action, number]) => `${action}${NO_BREAK}${number}`).join(', ')}`;
  return { spans: [{ text, tone: 'dim' }], hang: 2 };
};
