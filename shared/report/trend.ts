import type { AuditFinding, AuditReport, PreviousAudit } from '../core/audit/report.ts';
import { groupBy } from '../core/group-by.ts';

/** An audit against the one before it. */
export interface Trend {
  /** Epoch milliseconds, of the one before. */
  readonly sinceMs: number;
  /** Findings that were not there. */
  readonly fresh: ReadonlySet<AuditFinding>;
  readonly gone: PreviousAudit['findings'];
  /** How many are there still. */
  readonly staying: number;
}

const keyOf = ({ rule, resource }: { readonly rule: string; readonly resource: string }): string =>
  `${rule} ${resource}`;

/**
 * What is new, gone and staying. A finding is the same by rule and resource: its text tells counts and addresses, which
 * change while the cause stays. `undefined` where nothing is known of an earlier audit.
 */
export const trendOf = ({ findings, previous }: AuditReport): Trend | undefined => {
  if (previous === undefined) return undefined;
  const now = groupBy(findings, keyOf);
  const before = groupBy(previous.findings, keyOf);
  const countOf = (of: ReadonlyMap<string, readonly unknown[]>, key: string): number => of.get(key)?.length ?? 0;
  const fresh = new Set([...now].flatMap(([key, each]) => each.slice(countOf(before, key))));
  const gone = [...before].flatMap(([key, each]) => each.slice(countOf(now, key)));
  return { sinceMs: previous.takenAtMs, fresh, gone, staying: findings.length - fresh.size };
};
