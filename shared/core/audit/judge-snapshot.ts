import type { Finding, Severity } from '../outcome.ts';
import { workloadKeyOf } from '../targets/binding.ts';
import { clusterNameOf } from '../task/arn.ts';
import { isLive } from '../task/stage.ts';
import { printable } from '../text.ts';
import { evaluate } from './evaluate.ts';
import { type IndexedSnapshot, indexSnapshot } from './index-snapshot.ts';
import { mapClusters, mapGroups } from './map-snapshot.ts';
import { missingWorkloadsIn } from './missing-workloads.ts';
import type { AuditFinding, AuditReport, AuditSummary, ReportedCluster, ReportedGroup } from './report.ts';
import { BEANSTALK_RULES } from './rules/beanstalk.ts';
import { REVISION_RULES } from './rules/revision.ts';
import { AUDIT_RULES, GROUP_RULES, ruleOf, SERVICE_RULES } from './rules.ts';
import { isSelected, type RuleSelection } from './select-rules.ts';
import type { SeenService, Snapshot } from './snapshot.ts';
import type { AuditedEnvironment, AuditedGroup, AuditedRevision, AuditedService } from './subject.ts';

/** What is asked of a snapshot. */
export interface JudgeOptions extends RuleSelection {
  /** How much of a group may go without proof, as the stack says it: what the brake would hold. */
  readonly brakePercent?: number;
}

const BRAKE_PERCENT = 50;

/** A finding, and what on the map it is about: ARNs of groups, keys of workloads. */
interface Placed {
  readonly finding: AuditFinding;
  readonly marks: readonly string[];
}

/** Where a finding belongs; the same for all findings of one subject. */
interface Place {
  readonly about: Pick<AuditFinding, 'service' | 'cluster' | 'targetGroup'>;
  readonly marks: readonly string[];
}

const only = <T>(items: Iterable<T>): T | undefined => {
  const [first, ...others] = new Set(items);
  return others.length === 0 ? first : undefined;
};

const placed = (findings: readonly Finding[], { about, marks }: Place): readonly Placed[] =>
  findings.map(({ rule, severity, resource, summary, fix }) => {
    const told = ruleOf(rule);
    return {
      finding: {
        rule,
        severity,
        resource,
        // AWS's names hold nothing else, but a saved snapshot is somebody's text.
        summary: printable(summary),
        fix: printable(fix),
        ...about,
        ...(told && { risk: told.risk, page: told.page }),
      },
      marks,
    };
  });

/** What is not judged by any of these rules, and so not told yet. */
const besides = (findings: readonly Finding[], rules: readonly { readonly id: string }[]): readonly Finding[] =>
  findings.filter(({ rule }) => !rules.some(({ id }) => id === rule));

const keyOfService = ({ cluster, name }: SeenService): string =>
  workloadKeyOf({ kind: 'service', cluster, service: name });

const judgeGroup = (
  group: AuditedGroup,
  missingWorkloads: (group: AuditedGroup) => readonly Finding[],
): readonly Placed[] => {
  const { seen, services } = group;
  const { arn } = seen.group;
  const workloads = seen.binding?.wiring.workloads ?? [];
  const service = workloads.length === 1 ? services[0]?.serviceArn : undefined;
  const cluster = only(workloads.map((each) => (each.kind === 'beanstalk' ? undefined : each.cluster)));
  const findings = [
    ...evaluate(group, GROUP_RULES, arn),
    ...missingWorkloads(group),
    ...besides(seen.tagFindings, GROUP_RULES),
  ];
  return placed(findings, {
    about: { targetGroup: arn, ...(service !== undefined && { service }), ...(cluster !== undefined && { cluster }) },
    marks: [arn, ...workloads.map(workloadKeyOf)],
  });
};

const judgeService = (audited: AuditedService): readonly Placed[] => {
  const { service } = audited;
  const { serviceArn, cluster } = service;
  const findings = [...evaluate(audited, SERVICE_RULES, serviceArn), ...besides(service.tagFindings, SERVICE_RULES)];
  return placed(findings, { about: { service: serviceArn, cluster }, marks: [keyOfService(service)] });
};

/** Services by the ARNs of the revisions that they deploy or that their tasks have. */
const usersOfRevisions = ({ services }: IndexedSnapshot): ReadonlyMap<string, readonly SeenService[]> => {
  const users = new Map<string, SeenService[]>();
  for (const { service } of services) {
    for (const arn of new Set([service.taskDefinitionArn, ...service.runningDefinitionArns])) {
      const known = users.get(arn);
      if (known === undefined) users.set(arn, [service]);
      else known.push(service);
    }
  }
  return users;
};

const judgeRevision = (
  audited: AuditedRevision,
  users: readonly SeenService[],
  own: readonly string[],
): readonly Placed[] => {
  const { revision } = audited;
  const service = only(users.map(({ serviceArn }) => serviceArn));
  const cluster = only(users.map(({ cluster: of }) => of));
  // What was asked by nobody who is left is told, too: standalone tasks ask for what the stack does.
  const findings = [
    ...evaluate(audited, REVISION_RULES, revision.taskDefinitionArn),
    ...revision.tracing.flatMap((each) => each.findings),
  ];
  return placed(findings, {
    about: { ...(service !== undefined && { service }), ...(cluster !== undefined && { cluster }) },
    marks: [...users.map(keyOfService), ...own],
  });
};

const judgeEnvironment = (audited: AuditedEnvironment): readonly Placed[] => {
  const { name, clusterArns } = audited.environment;
  const cluster = only(clusterArns.map(clusterNameOf));
  return placed(evaluate(audited, BEANSTALK_RULES, name), {
    about: cluster === undefined ? {} : { cluster },
    marks: [workloadKeyOf({ kind: 'beanstalk', environment: name })],
  });
};

const RANK: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2, info: 3 };

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `TGT-2` before `TGT-10`. */
const compareRules = (a: string, b: string): number => {
  const [nameA = '', numberA] = a.split('-');
  const [nameB = '', numberB] = b.split('-');
  return compareText(nameA, nameB) || Number(numberA) - Number(numberB);
};

/** Worst first, then by rule and resource. */
const compareFindings = (a: AuditFinding, b: AuditFinding): number =>
  RANK[a.severity] - RANK[b.severity] ||
  compareRules(a.rule, b.rule) ||
  compareText(a.resource, b.resource) ||
  compareText(a.summary, b.summary);

/** One of each: several groups or services may lead to the same. All its marks stay. */
const distinct = (all: readonly Placed[]): readonly Placed[] => {
  const known = new Map<string, Placed>();
  for (const { finding, marks } of all) {
    const key = JSON.stringify([finding.rule, finding.resource, finding.summary]);
    const before = known.get(key);
    known.set(key, before === undefined ? { finding, marks } : { ...before, marks: [...before.marks, ...marks] });
  }
  return [...known.values()];
};

const worstMarks = (all: readonly Placed[]): ReadonlyMap<string, Severity> => {
  const worst = new Map<string, Severity>();
  for (const { finding, marks } of all) {
    for (const mark of marks) {
      const known = worst.get(mark);
      if (known === undefined || RANK[finding.severity] < RANK[known]) worst.set(mark, finding.severity);
    }
  }
  return worst;
};

const sum = (groups: readonly ReportedGroup[], of: 'missing' | 'stale' | 'wrong'): number =>
  groups.reduce((total, group) => total + group[of], 0);

const isAtMax = ({ desired, scaling: { target } }: SeenService): boolean =>
  target !== undefined && target.max > 0 && desired >= target.max;

const summaryOf = (
  { takenAtMs, services, calls }: Snapshot,
  findings: readonly AuditFinding[],
  groups: readonly ReportedGroup[],
  clusters: readonly ReportedCluster[],
): AuditSummary => {
  const bySeverity: Record<Severity, number> = { high: 0, medium: 0, low: 0, info: 0 };
  const rules: Record<string, number> = {};
  for (const { severity, rule } of findings) {
    bySeverity[severity]++;
    rules[rule] = (rules[rule] ?? 0) + 1;
  }
  return {
    takenAtMs,
    services: services.length,
    // Those of the map, which run: what starts or stops is no task to rely on.
    tasks: clusters.flatMap(({ workloads }) => workloads).reduce((total, { running }) => total + running, 0),
    groups: groups.length,
    targets: { missing: sum(groups, 'missing'), stale: sum(groups, 'stale'), wrong: sum(groups, 'wrong') },
    findings: bySeverity,
    rules,
    atMax: services
      .filter(isAtMax)
      .map(({ serviceArn }) => serviceArn)
      .toSorted(),
    calls,
  };
};

/** Keys of the families and environments whose tasks run a revision. */
const standaloneUsers = ({ index }: IndexedSnapshot): ReadonlyMap<string, readonly string[]> => {
  const keys = new Map<string, Set<string>>();
  for (const [key, tasks] of index.fleet.byWorkload) {
    if (key.startsWith('service ')) continue;
    for (const { taskDefinitionArn } of tasks.filter(isLive)) {
      const known = keys.get(taskDefinitionArn);
      if (known === undefined) keys.set(taskDefinitionArn, new Set([key]));
      else known.add(key);
    }
  }
  return new Map([...keys].map(([arn, of]) => [arn, [...of]]));
};

/**
 * Judges a snapshot by every rule that is asked. Pure: the same snapshot, the same report; what was not seen is proof of
 * nothing.
 * @param history Summaries of earlier audits, oldest first; the last one is the previous audit.
 */
export const judgeSnapshot = (
  snapshot: Snapshot,
  history: readonly AuditSummary[] = [],
  options: JudgeOptions = {},
): AuditReport => {
  const limits = { brakePercent: options.brakePercent ?? BRAKE_PERCENT, brakeReleased: false };
  const indexed = indexSnapshot(snapshot, history, limits);
  const users = usersOfRevisions(indexed);
  const standalone = standaloneUsers(indexed);
  const missingWorkloads = missingWorkloadsIn(indexed.index);
  const all = distinct([
    ...indexed.groups.flatMap((group) => judgeGroup(group, missingWorkloads)),
    ...indexed.services.flatMap(judgeService),
    ...indexed.revisions.flatMap((audited) => {
      const arn = audited.revision.taskDefinitionArn;
      return judgeRevision(audited, users.get(arn) ?? [], standalone.get(arn) ?? []);
    }),
    ...indexed.environments.flatMap(judgeEnvironment),
  ]).filter(({ finding }) => isSelected(finding.rule, options));
  const worst = worstMarks(all);
  const worstOf = (mark: string): Severity | undefined => worst.get(mark);
  const findings = all.map(({ finding }) => finding).toSorted(compareFindings);
  const groups = mapGroups(indexed, worstOf);
  const clusters = mapClusters(indexed, worstOf);
  const { region, account, unseen } = snapshot;
  return {
    summary: summaryOf(snapshot, findings, groups, clusters),
    ...(region !== undefined && { region }),
    ...(account !== undefined && { account }),
    findings,
    clusters,
    groups,
    unseen,
    rules: AUDIT_RULES.filter(({ id }) => isSelected(id, options)),
    history,
  };
};
