import type { Finding } from '../shared/core/outcome.ts';
import type { Report } from '../shared/report/report.ts';
import { changeLines } from '../shared/report/terminal/changes.ts';
import { EMPTY, type Line, line } from '../shared/report/terminal/text.ts';
import { count } from '../shared/report/terminal/words.ts';
import type { Seen } from './seen.ts';

/** Begins what is told of changes that were made. */
export const DONE: readonly Line[] = [line('Done:', 'strong'), EMPTY];

/** What was done; what was found is only told where it was not shown before. */
export const doneLines = (
  shown: readonly Finding[],
  report: Report,
  { looked }: Pick<Seen, 'looked'>,
): readonly Line[] => {
  const keyOfFinding = ({ rule, resource, summary }: Finding): string => JSON.stringify([rule, resource, summary]);
  const before = new Set(shown.map(keyOfFinding));
  const news = report.findings.filter((finding) => !before.has(keyOfFinding(finding)));
  const left = report.findings.length - news.length;
  const touched = new Set([...report.changes, ...report.held].map(({ resource }) => resource));
  return [
    ...DONE,
    ...changeLines(
      { ...report, findings: news },
      looked.filter(({ resource }) => touched.has(resource)),
      true,
    ),
    ...(left > 0 ? [line(`${count(left, 'finding')} from above ${left === 1 ? 'stays' : 'stay'}.`)] : []),
  ];
};
