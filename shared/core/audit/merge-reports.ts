import type { Severity } from '../outcome.ts';
import { clusterNameOf } from '../task/arn.ts';
import type { AuditFinding, AuditReport, AuditSummary, ReportedCluster } from './report.ts';
import type { Unseen } from './snapshot.ts';

/** Reports of parts of a fleet, as one. */
export interface MergedReports {
  readonly reports: readonly AuditReport[];
  /** Parts of which there is no report, and why. */
  readonly unseen: readonly Unseen[];
  /** Epoch milliseconds; of the report where no part has one. */
  readonly nowMs: number;
}

const WORST_FIRST: readonly Severity[] = ['high', 'medium', 'low', 'info'];

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const worstFirst = (a: AuditFinding, b: AuditFinding): number =>
  WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity) ||
  byText(a.rule, b.rule) ||
  byText(a.resource, b.resource) ||
  byText(a.summary, b.summary);

const distinctBy = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] =>
  [...new Map(items.toReversed().map((item) => [keyOf(item), item])).values()].toReversed();

const sumOf = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

const addUp = (records: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> => {
  const sums = new Map<string, number>();
  for (const record of records) {
    for (const [key, value] of Object.entries(record)) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return Object.fromEntries([...sums].toSorted(([a], [b]) => byText(a, b)));
};

const countBy = (keys: readonly string[]): Readonly<Record<string, number>> => addUp(keys.map((key) => ({ [key]: 1 })));

/** Clusters of two accounts may have one name, so each is told with its place. */
const placed = (report: AuditReport): AuditReport => {
  const { account, region } = report;
  if (account === undefined && region === undefined) return report;
  const within = (name: string): string => `${name} (${[account, region].filter(Boolean).join(', ')})`;
  const known = new Set(report.clusters.map(({ name }) => name));
  return {
    ...report,
    clusters: report.clusters.map(
      ({ name, workloads, ...cluster }): ReportedCluster => ({
        ...cluster,
        name: within(name),
        workloads: workloads.map((workload) => ({ ...workload, key: within(workload.key) })),
      }),
    ),
    findings: report.findings.map(({ cluster, ...finding }) => ({
      ...finding,
      ...(cluster !== undefined && { cluster: within(cluster) }),
    })),
    // Of an ARN the place is a part. Of a cluster it is told as on the map, which says there what was not seen.
    unseen: report.unseen.map(({ resource, ...rest }) => {
      const name = clusterNameOf(resource);
      return { ...rest, resource: known.has(name) || !resource.startsWith('arn:') ? within(name) : resource };
    }),
  };
};

/**
 * One report of several. Clusters carry their account and Region in their names where there is more than one; what two
 * parts both tell (a target group that is wired to services of two clusters) is told once. The order of the parts does
 * not matter, but for the order of the clusters.
 */
export const mergeReports = ({ reports, unseen, nowMs }: MergedReports): AuditReport => {
  const places = new Set(reports.map(({ account, region }) => `${account} ${region}`));
  const [first] = reports;
  const parts = places.size > 1 ? reports.map(placed) : reports;
  const findings = distinctBy(
    parts.flatMap((report) => report.findings),
    ({ rule, resource, summary }) => JSON.stringify([rule, resource, summary]),
  ).toSorted(worstFirst);
  const groups = distinctBy(
    parts.flatMap((report) => report.groups),
    ({ arn }) => arn,
  );
  const severities = countBy(findings.map(({ severity }) => severity));
  const summaries = parts.map(({ summary }) => summary);
  const summary: AuditSummary = {
    takenAtMs: summaries.length === 0 ? nowMs : Math.min(...summaries.map(({ takenAtMs }) => takenAtMs)),
    services: sumOf(summaries, ({ services }) => services),
    tasks: sumOf(summaries, ({ tasks }) => tasks),
    groups: groups.length,
    targets: {
      missing: sumOf(groups, ({ missing }) => missing),
      stale: sumOf(groups, ({ stale }) => stale),
      wrong: sumOf(groups, ({ wrong }) => wrong),
    },
    findings: {
      high: severities.high ?? 0,
      medium: severities.medium ?? 0,
      low: severities.low ?? 0,
      info: severities.info ?? 0,
    },
    rules: countBy(findings.map(({ rule }) => rule)),
    atMax: [...new Set(summaries.flatMap(({ atMax }) => atMax))].toSorted(byText),
    calls: addUp(summaries.map(({ calls }) => calls)),
  };
  return {
    summary,
    ...(places.size === 1 && first?.region !== undefined && { region: first.region }),
    ...(places.size === 1 && first?.account !== undefined && { account: first.account }),
    by: 'audit of a fleet',
    findings,
    clusters: parts.flatMap((report) => report.clusters),
    groups,
    unseen: [...unseen, ...parts.flatMap((report) => report.unseen)],
    rules: distinctBy(
      parts.flatMap((report) => report.rules),
      ({ id }) => id,
    ).toSorted((a, b) => byText(a.id, b.id)),
    history: [],
  };
};
