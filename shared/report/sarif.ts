import type { Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { Severity } from '../core/outcome.ts';
import { printable } from '../core/text.ts';
import { jsonText } from './json.ts';
import type { PlacedFailure, PlacedFinding, PlacedReport, RuleText } from './placed.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

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

/** `collector-present` → `CollectorPresent`: the form that the standard asks for. */
const nameOf = (slug: string): string => slug.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const ruleOf = ({ id, slug, severity, requires, risk, fix, page }: RuleText): ReportingDescriptor => ({
  id,
  name: nameOf(slug),
  shortDescription: { text: requires },
  fullDescription: { text: `${requires} ${risk}` },
  help: { text: `${risk} ${fix}` },
  helpUri: page,
  defaultConfiguration: { level: LEVELS[severity] },
  properties: { tags: ['amazon-ecs'], severity },
});

const resultOf = (finding: PlacedFinding, ruleIndex: number): Result => {
  const { rule, severity, summary, fix, task, container } = finding;
  const logical = [
    ...(task === undefined ? [] : [{ name: printable(task), kind: 'resource' }]),
    ...(container === undefined ? [] : [{ name: printable(container), kind: 'member' }]),
  ];
  return {
    ruleId: rule,
    ...(ruleIndex >= 0 && { ruleIndex }),
    level: LEVELS[severity],
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
export const renderSarif = (report: PlacedReport, rules: readonly RuleText[], version: string): string => {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Taskwire', version, rules: rules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.failures.length === 0,
            toolExecutionNotifications: report.failures.map(notificationOf),
          },
        ],
        results: report.findings.map((finding) => resultOf(finding, indexes.get(finding.rule) ?? -1)),
      },
    ],
  };
  return jsonText(log);
};
