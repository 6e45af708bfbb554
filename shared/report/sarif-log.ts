import type { Log, Notification, ReportingDescriptor, Result, Run } from 'sarif';
import type { RuleText } from '../core/audit/rule.ts';
import type { Severity } from '../core/outcome.ts';
import { jsonText } from './json.ts';

/** Severities in SARIF's words. */
export const SARIF_LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** `collector-present` → `CollectorPresent`: the form that the standard asks for. */
const nameOf = (slug: string): string => slug.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const ruleOf = ({ id, slug, severity, requires, risk, fix, page }: RuleText): ReportingDescriptor => ({
  id,
  name: nameOf(slug),
  shortDescription: { text: requires },
  fullDescription: { text: `${requires} ${risk}` },
  help: { text: `${risk} ${fix}` },
  helpUri: page,
  defaultConfiguration: { level: SARIF_LEVELS[severity] },
  properties: { tags: ['amazon-ecs'], severity },
});

/** What a run of the tool says besides its rules. */
export interface SarifRun {
  /** Of the tool. */
  readonly version: string;
  /** All that were asked, also those that found nothing. */
  readonly rules: readonly RuleText[];
  readonly results: readonly Result[];
  /** What kept the run from being whole. */
  readonly notifications: readonly Notification[];
  readonly more?: Pick<Run, 'automationDetails'>;
}

/** One run as a SARIF 2.1.0 document, with the index of its rule added to each result. */
export const sarifText = ({ version, rules, results, notifications, more = {} }: SarifRun): string => {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Taskwire', version, rules: rules.map(ruleOf) } },
        ...more,
        columnKind: 'utf16CodeUnits',
        invocations: [
          { executionSuccessful: notifications.length === 0, toolExecutionNotifications: [...notifications] },
        ],
        results: results.map(({ ruleId = '', ...result }) => {
          const ruleIndex = indexes.get(ruleId);
          return { ruleId, ...(ruleIndex !== undefined && { ruleIndex }), ...result };
        }),
      },
    ],
  };
  return jsonText(log);
};
