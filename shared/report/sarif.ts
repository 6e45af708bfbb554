import type { Location, Notification, Result } from 'sarif';
import type { RuleText } from '../core/audit/rule.ts';
import { printable } from '../core/text.ts';
import type { PlacedFailure, PlacedFinding, PlacedReport } from './placed.ts';
import { SARIF_LEVELS, sarifText } from './sarif-log.ts';

/** A path as a URI: relative to where the tool ran, or of the scheme `file`. */
const uriOf = (path: string): string => {
  const parts = path.replace(/\p{Cs}/gu, '\ufffd').split(/[/\\]/);
  const drive = /^[A-Za-z]:$/.test(parts[0] ?? '');
  // `./` would be a part of the name to whoever compares it with the names in a repository.
  const kept = parts.filter((part, index) => part !== '.' && (part !== '' || index === 0));
  const uri = kept.map((part, index) => (drive && index === 0 ? part : encodeURIComponent(part))).join('/');
  if (drive) return `file:///${uri}`;
  return uri.startsWith('/') ? `file://${uri}` : uri;
};

const locationOf = ({ file, line, column }: Pick<PlacedFailure, 'file' | 'line' | 'column'>): Location => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file) },
    ...(line !== undefined && { region: { startLine: line, ...(column !== undefined && { startColumn: column }) } }),
  },
});

const resultOf = (finding: PlacedFinding): Result => {
  const { rule, severity, summary, fix, task, container } = finding;
  const logical = [
    ...(task === undefined ? [] : [{ name: printable(task), kind: 'resource' }]),
    ...(container === undefined ? [] : [{ name: printable(container), kind: 'member' }]),
  ];
  return {
    ruleId: rule,
    level: SARIF_LEVELS[severity],
    message: { text: `${printable(summary)} ${printable(fix)}` },
    locations: [{ ...locationOf(finding), ...(logical.length > 0 && { logicalLocations: logical }) }],
    // Lines move with every edit; what a finding is about does not.
    partialFingerprints: { 'taskwire/v1': printable([rule, task ?? '', container ?? '', summary].join('|')) },
  };
};

const notificationOf = (failure: PlacedFailure): Notification => ({
  level: 'error',
  message: { text: printable(failure.message) },
  locations: [locationOf(failure)],
});

/**
 * A report about files as SARIF 2.1.0, which code scanning and editors read.
 * @param rules All that were asked, also those that found nothing.
 * @param version Of the tool.
 */
export const renderSarif = (report: PlacedReport, rules: readonly RuleText[], version: string): string =>
  sarifText({
    version,
    rules,
    results: report.findings.map(resultOf),
    notifications: report.failures.map(notificationOf),
  });
