import type {
  AuditFinding,
  AuditReport,
  AuditSummary,
  ReportedCluster,
  ReportedGroup,
} from '../../shared/core/audit/report.ts';
import type { RuleText } from '../../shared/core/audit/rule.ts';
import type { Severity } from '../../shared/core/outcome.ts';

const ARN = 'arn:aws:ecs:eu-central-1:111122223333';

export const serviceArn = (cluster: string, name: string): string => `${ARN}:service/${cluster}/${name}`;
export const groupArn = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/${name}/73e2d6bc24d8a067`;

const rule = (id: string, slug: string, severity: Severity, requires: string, risk: string, fix: string): RuleText => ({
  id,
  slug,
  severity,
  requires,
  risk,
  fix,
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html',
});

export const RULES: readonly RuleText[] = [
  rule(
    'TGT-1',
    'targets-registered',
    'high',
    'Every running task of a wired workload is registered.',
    'A task that runs without its target gets no traffic, and the others carry its share.',
    'Run taskwire apply for the target group.',
  ),
  rule(
    'TGT-2',
    'targets-explained',
    'high',
    'Every registered target is held by a task of the workload.',
    'Requests go to an address that nobody of this workload has.',
    'Find out who registered it, and remove it by hand.',
  ),
  rule(
    'SCL-4',
    'min-below-max',
    'medium',
    'The min of a scalable target is below its max.',
    'Auto scaling cannot move, whatever the load is.',
    'Raise max in the tag taskwire:scaling.',
  ),
  rule(
    'LOG-1',
    'logs-go-somewhere',
    'low',
    'Every container has a log configuration.',
    'What it writes is lost with the task.',
    'Add a logConfiguration with the driver awslogs.',
  ),
  rule(
    'XRY-20',
    'image-pinned',
    'info',
    'The image of the collector has a version.',
    'Another version may run tomorrow.',
    'Name a version in the image.',
  ),
  rule(
    'ROL-1',
    'execution-role',
    'medium',
    'A task that pulls from ECR has an execution role.',
    'Tasks do not start.',
    'Set executionRoleArn.',
  ),
];

/** Findings that differ in text as real ones do. */
const textOf = ({ id }: RuleText, name: string, index: number): string =>
  ({
    'TGT-1': `10.0.${index % 250}.17:8080 of task 0f3a${index} runs and is not registered in ${name}.`,
    'TGT-2': `10.0.${index % 250}.99:8080 is registered in ${name}, and no task of the service has that address.`,
    'SCL-4': `min and max are both ${1 + (index % 9)}, so ${name} cannot scale.`,
    'LOG-1': `The container "side-${index}" of ${name} writes nowhere.`,
    'XRY-20': `The image amazon/aws-xray-daemon:latest of ${name} has no version.`,
  })[id] ?? `${name} has no execution role.`;

export const summaryOf = (more: Partial<AuditSummary> = {}): AuditSummary => ({
  takenAtMs: Date.UTC(2026, 10, 22, 4, 12),
  services: 0,
  tasks: 0,
  groups: 0,
  targets: { missing: 0, stale: 0, wrong: 0 },
  findings: { high: 0, medium: 0, low: 0, info: 0 },
  rules: {},
  atMax: [],
  calls: {},
  ...more,
});

/** A report of nothing, with what differs. */
export const reportOf = (more: Partial<AuditReport> = {}): AuditReport => ({
  summary: summaryOf(),
  findings: [],
  clusters: [],
  groups: [],
  unseen: [],
  rules: RULES,
  history: [],
  ...more,
});

interface FleetSize {
  readonly clusters: number;
  /** In each cluster. */
  readonly services: number;
  readonly groups: number;
  readonly findings: number;
  /** Earlier audits. */
  readonly history?: number;
}

const WORDS = ['checkout', 'search', 'basket', 'payments', 'images', 'ledger', 'mailer', 'profiles', 'prices', 'stock'];

/** A fleet of any size, the same every time. */
export const fleetReport = ({ clusters, services, groups, findings, history = 0 }: FleetSize): AuditReport => {
  const reportedGroups = Array.from({ length: groups }, (_, index): ReportedGroup => {
    const worst = index % 9 === 4 ? 'high' : undefined;
    return {
      arn: groupArn(`${WORDS[index % WORDS.length]}-${index}`),
      name: `${WORDS[index % WORDS.length]}-${index}`,
      mode: index % 7 === 3 ? 'observe' : 'enforce',
      states: { healthy: 4 + (index % 5), ...(index % 6 === 2 && { draining: 1 }) },
      missing: worst === undefined ? 0 : 2,
      stale: index % 18 === 4 ? 1 : 0,
      wrong: 0,
      unknown: 0,
      ...(worst !== undefined && { worst }),
    };
  });
  const names = Array.from({ length: clusters }, (_, index) => (index === 0 ? 'production' : `cluster-${index}`));
  const all = names.flatMap((cluster, at) =>
    Array.from({ length: services }, (_, index) => {
      const number = at * services + index;
      const name = `${WORDS[number % WORDS.length]}-${number}`;
      return { cluster, name, arn: serviceArn(cluster, name), number };
    }),
  );
  const found = Array.from({ length: findings }, (_, index): AuditFinding => {
    // Some services have many, most have none or one; few are serious.
    const subject = all[(index % 3 === 0 ? index * 37 : (index % 40) * 23) % Math.max(1, all.length)];
    const asked = RULES[index % 29 === 0 ? 0 : index % 31 === 0 ? 1 : ([3, 4, 3, 4, 2, 3, 4, 5][index % 8] ?? 0)];
    if (subject === undefined || asked === undefined) throw new Error('A fleet with findings has services.');
    return {
      rule: asked.id,
      severity: asked.severity,
      resource: subject.arn,
      service: subject.arn,
      cluster: subject.cluster,
      summary: textOf(asked, subject.name, index),
      fix: asked.fix,
      risk: asked.risk,
      page: asked.page,
    };
  });
  const severities: readonly Severity[] = ['high', 'medium', 'low', 'info'];
  const worstOf = (arn: string): Severity | undefined =>
    severities.find((severity) => found.some((each) => each.service === arn && each.severity === severity));
  const reportedClusters = names.map(
    (name): ReportedCluster => ({
      name,
      workloads: all
        .filter(({ cluster }) => cluster === name)
        .map(({ name: service, arn, number }) => {
          const worst = worstOf(arn);
          const wired =
            groups === 0 || number % 3 === 2
              ? []
              : [reportedGroups[Math.floor((number * groups) / all.length)]?.arn ?? ''];
          return {
            key: `service ${name}/${service}`,
            kind: 'service',
            arn,
            name: service,
            running: 2 + (number % 11) - (number % 23 === 5 ? 1 : 0),
            desired: 2 + (number % 11),
            ...(number % 2 === 0 && { min: 2, max: 20 }),
            groups: wired,
            ...(worst !== undefined && { worst }),
          };
        }),
    }),
  );
  const count = (severity: Severity): number => found.filter((each) => each.severity === severity).length;
  const summary = summaryOf({
    services: all.length,
    tasks: reportedClusters.flatMap(({ workloads }) => workloads).reduce((sum, { running }) => sum + running, 0),
    groups,
    targets: {
      missing: reportedGroups.reduce((sum, { missing }) => sum + missing, 0),
      stale: reportedGroups.reduce((sum, { stale }) => sum + stale, 0),
      wrong: 0,
    },
    findings: { high: count('high'), medium: count('medium'), low: count('low'), info: count('info') },
    rules: Object.fromEntries(RULES.map(({ id }) => [id, found.filter((each) => each.rule === id).length])),
    calls: {
      'ecs:DescribeTaskDefinition': all.length,
      'ecs:DescribeServices': Math.ceil(all.length / 10),
      'ecs:ListServices': clusters,
      'ecs:DescribeTasks': Math.ceil(all.length / 12),
      'elasticloadbalancing:DescribeTargetHealth': groups,
      'application-autoscaling:DescribeScalingPolicies': Math.ceil(all.length / 10),
    },
  });
  const day = 24 * 3_600_000;
  const previous = found.slice(3);
  return reportOf({
    summary,
    region: 'eu-central-1',
    account: '111122223333',
    by: 'taskwire audit',
    findings: severities.flatMap((severity) => found.filter((each) => each.severity === severity)),
    clusters: reportedClusters,
    groups: reportedGroups,
    history: Array.from({ length: history }, (_, index) => ({
      ...summary,
      takenAtMs: summary.takenAtMs - (history - index) * day,
      tasks: summary.tasks - 12 + index,
      targets: { missing: (index * 5) % 9, stale: (index * 3) % 4, wrong: index === 3 ? 2 : 0 },
      findings: { ...summary.findings, high: summary.findings.high + ((index * 7) % 11) },
      calls: Object.fromEntries(
        Object.entries(summary.calls).map(([action, calls]) => [action, calls + ((index * 13) % 40)]),
      ),
    })),
    ...(history > 0 && {
      previous: {
        takenAtMs: summary.takenAtMs - day,
        findings: [
          ...previous,
          {
            rule: 'TGT-2',
            severity: 'high',
            resource: groupArn('retired'),
            summary: '10.0.3.4:8080 is registered in retired, and nobody has that address.',
          },
        ],
      },
    }),
  });
};
