import type { AuditFinding, AuditReport, AuditSummary } from '../core/audit/report.ts';
import { jsonText } from './json.ts';
import { trendOf } from './trend.ts';
import { verdictOf } from './verdict.ts';

const sorted = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const summaryOf = ({ rules, calls, ...summary }: AuditSummary): AuditSummary => ({
  ...summary,
  rules: sorted(rules),
  calls: sorted(calls),
});

/** Findings without what is of their rules, which stand beside them. */
const ownOf = ({ findings, rules }: AuditReport): readonly AuditFinding[] => {
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  return findings.map(({ risk, page, ...finding }) => {
    const rule = ruleOf.get(finding.rule);
    return {
      ...finding,
      ...(risk !== undefined && risk !== rule?.risk && { risk }),
      ...(page !== undefined && page !== rule?.page && { page }),
    };
  });
};

/**
 * An audit as one JSON document that ends with a line break: the report, and what the page says of it. Risk and page of
 * a finding stand with its rule, where they are no others; of the previous audit there is what differs. Members are only
 * ever added; `format` changes when one goes.
 */
export const renderAuditJson = (report: AuditReport, { version }: { readonly version: string }): string => {
  const { summary, region, account, by, clusters, groups, unseen, rules, history } = report;
  const trend = trendOf(report);
  return jsonText({
    format: 'taskwire-audit/1',
    version,
    verdict: verdictOf(report),
    summary: summaryOf(summary),
    region,
    account,
    by,
    ...(trend !== undefined && {
      trend: {
        sinceMs: trend.sinceMs,
        new: [...trend.fresh].map(({ rule, severity, resource, summary: found }) => ({
          rule,
          severity,
          resource,
          summary: found,
        })),
        gone: trend.gone,
        staying: trend.staying,
      },
    }),
    findings: ownOf(report),
    clusters,
    groups: groups.map((group) => ({ ...group, states: sorted(group.states) })),
    unseen,
    rules,
    history: history.map(summaryOf),
  });
};
