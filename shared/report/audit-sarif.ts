import type { LogicalLocation, Notification, Result } from 'sarif';
import type { AuditFinding, AuditReport } from '../core/audit/report.ts';
import type { Unseen } from '../core/audit/snapshot.ts';
import { groupBy } from '../core/group-by.ts';
import { printable } from '../core/text.ts';
import { resourceNameOf } from './resource-name.ts';
import { SARIF_LEVELS, sarifText } from './sarif-log.ts';

const logicalOf = (resource: string): LogicalLocation => ({
  name: resourceNameOf(resource),
  fullyQualifiedName: printable(resource),
  kind: 'resource',
});

/** @param nth Among the findings of its rule about its resource, from 0. */
const resultOf = ({ rule, severity, resource, service, summary, fix }: AuditFinding, nth: number): Result => ({
  ruleId: rule,
  level: SARIF_LEVELS[severity],
  message: { text: `${printable(summary)} ${printable(fix)}` },
  locations: [
    {
      logicalLocations: [resource, ...(service === undefined || service === resource ? [] : [service])].map(logicalOf),
    },
  ],
  // The text of a finding tells counts and addresses, which change from audit to audit.
  partialFingerprints: { 'taskwire/v1': printable([rule, resource, nth].join('|')) },
});

const notificationOf = ({ resource, what, why }: Unseen): Notification => ({
  level: 'warning',
  message: { text: `Not seen: ${printable(what)} of ${resourceNameOf(resource)}. ${printable(why)}` },
  locations: [{ logicalLocations: [logicalOf(resource)] }],
});

/**
 * An audit as SARIF 2.1.0. What it is about are resources, not files: they are logical locations. What was not seen is
 * a notification, and the run then no success.
 */
export const renderAuditSarif = (report: AuditReport, { version }: { readonly version: string }): string => {
  const { findings, region, account } = report;
  const places = groupBy(findings, ({ rule, resource }) => `${rule} ${resource}`);
  const nthOf = new Map([...places.values()].flatMap((each) => each.map((finding, nth) => [finding, nth])));
  return sarifText({
    version,
    rules: report.rules,
    results: findings.map((finding) => resultOf(finding, nthOf.get(finding) ?? 0)),
    notifications: report.unseen.map(notificationOf),
    more: {
      automationDetails: {
        id: ['taskwire-audit', account, region]
          .filter(Boolean)
          .map((each) => printable(each ?? ''))
          .join('/'),
      },
    },
  });
};
