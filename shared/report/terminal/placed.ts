import { groupBy } from '../../core/group-by.ts';
import type { Severity } from '../../core/outcome.ts';
import type { Looked, PlacedFailure, PlacedFinding, PlacedReport } from '../placed.ts';
import { findingCount, SEVERITY_TONES } from './findings.ts';
import { EMPTY, type Line, line, type Span } from './text.ts';
import { count } from './words.ts';

interface Row {
  readonly place: string;
  readonly severity: Severity | 'error';
  readonly rule: string;
  readonly text: string;
  readonly fix?: string;
}

const failureRow = ({ line: at, column, message }: PlacedFailure): Row => ({
  place: at === undefined ? '' : `${at}:${column ?? 1}`,
  severity: 'error',
  rule: '',
  text: message,
});

const findingRow = ({ line: at, column, severity, rule, summary, fix }: PlacedFinding): Row => ({
  place: `${at}:${column}`,
  severity,
  rule,
  text: summary,
  fix,
});

const rowLines = (rows: readonly Row[]): readonly Line[] => {
  const width = Math.max(...rows.map(({ place }) => place.length));
  return rows.flatMap(({ place, severity, rule, text, fix }): readonly Line[] => {
    const spans: readonly Span[] = [
      ...(place === '' ? [] : [{ text: `${place}  `, tone: 'dim' as const }]),
      { text: severity.padEnd(6), tone: severity === 'error' ? 'bad' : SEVERITY_TONES[severity] },
      { text: rule === '' ? '  ' : `  ${rule.padEnd(6)}  ` },
    ];
    const indent = place === '' ? 2 : 2 + width - place.length;
    const hang = spans.reduce((sum, span) => sum + span.text.length, indent);
    return [
      { spans: [...spans, { text }], indent, hang },
      ...(fix === undefined ? [] : [{ spans: [{ text: `Cure: ${fix}`, tone: 'dim' as const }], indent: hang, hang }]),
    ];
  });
};

const summaryOf = ({ findings, failures }: PlacedReport, { files, tasks }: Looked): string => {
  const looked = `${count(tasks, 'task definition')} in ${count(files.length, 'file')}`;
  const found = findingCount(findings) ?? 'no finding';
  const unread = failures.length === 0 ? '' : `, ${count(failures.length, 'file')} could not be read`;
  return `${looked}: ${found}${unread}.`;
};

/** Findings file by file, each with its place and its cure. */
export const placedLines = (report: PlacedReport, looked: Looked): readonly Line[] => {
  const findings = groupBy(report.findings, ({ file }) => file);
  const failures = groupBy(report.failures, ({ file }) => file);
  const files = new Set([...looked.files, ...failures.keys(), ...findings.keys()]);
  const told = [...files].flatMap((file): readonly Line[] => {
    const rows = [...(failures.get(file) ?? []).map(failureRow), ...(findings.get(file) ?? []).map(findingRow)];
    return rows.length === 0 ? [] : [line(file, 'strong'), ...rowLines(rows), EMPTY];
  });
  return [...told, line(summaryOf(report, looked), 'strong')];
};
