import { XMLBuilder } from 'fast-xml-parser';
import { groupBy } from '../core/group-by.ts';
import type { Severity } from '../core/outcome.ts';
import { printable } from '../core/text.ts';
import type { Looked, PlacedFailure, PlacedFinding, PlacedReport } from './placed.ts';

/** Line breaks, controls and lone surrogates have no place in XML, and neither have these two characters. */
const plain = (text: string): string => printable(text).replace(/[\ufffe\uffff]/g, '\ufffd');

type Element = Readonly<Record<string, unknown>>;

const findingCase = (
  { file, line, column, rule, severity, summary, fix, task, container }: PlacedFinding,
  counts: boolean,
): Element => {
  const text = `${file}:${line}:${column} ${severity} ${rule}: ${summary} Cure: ${fix}`;
  return {
    '@name': plain([rule, task, container, `${line}:${column}`].filter(Boolean).join(' ')),
    '@classname': plain(file),
    '@file': plain(file),
    '@line': line,
    // What is below the severity that is asked for does not fail the pipeline here either.
    ...(counts
      ? { failure: { '@message': plain(summary), '@type': rule, '#text': plain(text) } }
      : { 'system-out': plain(text) }),
  };
};

const failureCase = ({ file, line, column, message }: PlacedFailure): Element => ({
  '@name': 'can be read',
  '@classname': plain(file),
  '@file': plain(file),
  ...(line !== undefined && { '@line': line }),
  error: {
    '@message': plain(message),
    '@type': 'unreadable',
    '#text': plain(`${file}:${line ?? 1}:${column ?? 1} ${message}`),
  },
});

/**
 * A report about files as JUnit XML: a suite for each file, a case for each finding, and one that passes for a file
 * without any.
 * @param fails Findings of these severities are failures; the others pass and are told.
 */
export const renderJUnit = (report: PlacedReport, { files }: Looked, fails: readonly Severity[]): string => {
  const findings = groupBy(report.findings, ({ file }) => file);
  const failures = groupBy(report.failures, ({ file }) => file);
  const names = [...new Set([...files, ...failures.keys(), ...findings.keys()])];
  const suites = names.map((file): Element & { '@tests': number; '@failures': number; '@errors': number } => {
    const found = findings.get(file) ?? [];
    const unread = failures.get(file) ?? [];
    const cases = [
      ...unread.map(failureCase),
      ...found.map((finding) => findingCase(finding, fails.includes(finding.severity))),
    ];
    const passed = { '@name': 'no findings', '@classname': plain(file), '@file': plain(file) };
    return {
      '@name': plain(file),
      '@tests': Math.max(cases.length, 1),
      '@failures': found.filter(({ severity }) => fails.includes(severity)).length,
      '@errors': unread.length,
      testcase: cases.length === 0 ? [passed] : cases,
    };
  });
  const sum = (member: '@tests' | '@failures' | '@errors'): number =>
    suites.reduce((total, suite) => total + suite[member], 0);
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    format: true,
    suppressEmptyNode: true,
    suppressBooleanAttributes: false,
  });
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': 'taskwire lint',
      '@tests': sum('@tests'),
      '@failures': sum('@failures'),
      '@errors': sum('@errors'),
      testsuite: suites,
    },
  });
};
