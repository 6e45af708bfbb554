import type { AuditFinding, AuditReport, ReportedGroup, ReportedWorkload } from '../../core/audit/report.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Severity } from '../../core/outcome.ts';
import { printable } from '../../core/text.ts';
import { SEVERITIES, worstOf } from '../figures.ts';
import { resourceKindOf, resourceNameOf } from '../resource-name.ts';

/** A workload with its groups, its findings and where the page shows it. */
export interface ShownWorkload {
  /** Fragment of the page. */
  readonly id: string;
  readonly workload: ReportedWorkload;
  readonly cluster: string;
  readonly groups: readonly ShownGroup[];
  /** Worst of its own and of its groups. */
  readonly worst: Severity | undefined;
}

export interface ShownGroup {
  readonly id: string;
  readonly group: ReportedGroup;
  readonly worst: Severity | undefined;
}

/** What findings are about, as a heading. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  /** `service in production`; empty where nothing more is known. */
  readonly about: string;
  readonly workload?: ShownWorkload;
  readonly findings: readonly AuditFinding[];
}

/** A report, joined: whatever a part of the page names, it can link to. */
export interface Joined {
  readonly workloads: readonly ShownWorkload[];
  readonly groups: readonly ShownGroup[];
  /** Groups that no workload of the report is wired to. */
  readonly alone: readonly ShownGroup[];
  /** Those with findings, the worst first. */
  readonly subjects: readonly Subject[];
  /** Workloads that no finding is about. */
  readonly quiet: readonly ShownWorkload[];
  /** Fragment of the subject of a finding. */
  readonly idOf: (finding: AuditFinding) => string;
}

/** Severity that the figures of a group show, even where no rule was asked. */
const worstOfGroup = ({ worst, missing, stale, wrong }: ReportedGroup): Severity | undefined =>
  missing + stale + wrong > 0 ? 'high' : worst;

const KINDS = { service: 'service', family: 'task definition family', beanstalk: 'Beanstalk environment' } as const;

/** `service in production`. */
export const aboutWorkload = ({ workload, cluster }: ShownWorkload): string =>
  `${KINDS[workload.kind]} in ${printable(cluster)}`;

const subjectKeyOf = ({ service, targetGroup, resource }: AuditFinding): string => service ?? targetGroup ?? resource;

const rankOf = (findings: readonly AuditFinding[]): number => {
  const worst = worstOf(findings.map(({ severity }) => severity));
  return worst === undefined ? SEVERITIES.length : SEVERITIES.indexOf(worst);
};

export const joinReport = ({ clusters, groups: reported, findings }: AuditReport): Joined => {
  const groups = reported.map((group, index) => ({ id: `g${index}`, group, worst: worstOfGroup(group) }));
  const groupOf = new Map(groups.map((each) => [each.group.arn, each]));
  const bySubject = groupBy(findings, subjectKeyOf);
  const workloads = clusters
    .flatMap(({ name, workloads }) => workloads.map((workload) => ({ cluster: name, workload })))
    .map(({ cluster, workload }, index): ShownWorkload => {
      const own = workload.groups.flatMap((arn) => groupOf.get(arn) ?? []);
      const found = workload.arn === undefined ? [] : (bySubject.get(workload.arn) ?? []);
      const worst = worstOf([workload.worst, ...own.map((each) => each.worst), ...found.map((each) => each.severity)]);
      return { id: `w${index}`, workload, cluster, groups: own, worst };
    });
  const workloadOf = new Map(
    workloads.flatMap((each) => (each.workload.arn === undefined ? [] : [[each.workload.arn, each]])),
  );
  const wired = new Set(workloads.flatMap(({ workload }) => workload.groups));
  const ids = new Map([...bySubject.keys()].map((key, index) => [key, workloadOf.get(key)?.id ?? `s${index}`]));
  const subjects = [...bySubject]
    .map(([key, found]): Subject => {
      const workload = workloadOf.get(key);
      return {
        id: ids.get(key) ?? '',
        name: workload === undefined ? resourceNameOf(key) : printable(workload.workload.name),
        about: workload === undefined ? resourceKindOf(key) : aboutWorkload(workload),
        findings: found,
        ...(workload !== undefined && { workload }),
      };
    })
    .toSorted((a, b) => rankOf(a.findings) - rankOf(b.findings) || b.findings.length - a.findings.length);
  return {
    workloads,
    groups,
    alone: groups.filter(({ group }) => !wired.has(group.arn)),
    subjects,
    quiet: workloads.filter(({ workload }) => workload.arn === undefined || !bySubject.has(workload.arn)),
    idOf: (finding) => ids.get(subjectKeyOf(finding)) ?? '',
  };
};
