import type { AuditReport, AuditSummary } from '../core/audit/report.ts';
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

/**
 * An audit as one JSON document that ends with a line break: the report as it is, and what the page says of it. Members
 * are only ever added; `format` changes when one goes.
 */
export const renderAuditJson = (report: AuditReport, { version }: { readonly version: string }): string => {
  const { summary, region, account, by, findings, clusters, groups, unseen, rules, history, previous } = report;
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
    findings,
    clusters,
    groups: groups.map((group) => ({ ...group, states: sorted(group.states) })),
    unseen,
    rules,
    history: history.map(summaryOf),
    previous,
  });
};
