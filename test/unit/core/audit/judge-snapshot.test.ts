import { describe, expect, test } from '@jest/globals';
import { judgeSnapshot } from '../../../../shared/core/audit/judge-snapshot.ts';
import type { AuditFinding, AuditSummary } from '../../../../shared/core/audit/report.ts';
import type { Unseen } from '../../../../shared/core/audit/snapshot.ts';
import type { Finding } from '../../../../shared/core/outcome.ts';
import { aScalableTarget, aScaledService, aTracking, observed } from '../../../support/scaling.ts';
import { heldByNobody, NOW_MS, seen } from '../../../support/sight.ts';
import {
  aSeenEnvironment,
  aSeenGroup,
  aSeenRevision,
  aSeenService,
  aSeenTask,
  aSnapshot,
  LOAD_BALANCER,
} from '../../../support/snapshot.ts';
import { anInstanceTask, arnOf } from '../../../support/tasks.ts';
import { family, service } from '../../../support/wiring.ts';

const WEB = aScaledService().serviceArn;
const finding = (rule: string, says: Partial<Finding> = {}): Finding => ({
  rule,
  severity: 'high',
  resource: arnOf.definition('web:1'),
  summary: 'It is so.',
  fix: 'Do it.',
  ...says,
});
const unseen = (resource: string, what: string): Unseen => ({ resource, what, why: 'AWS did not answer.' });
const rulesOf = (findings: readonly AuditFinding[]): readonly string[] => findings.map(({ rule }) => rule);
const only = (rule: string) => ({ only: [rule] });

/** One task is missing, one target is left over. */
const broken = aSnapshot({
  services: [aSeenService()],
  tasks: [aSeenTask('a', { ip: '10.0.0.1' }), aSeenTask('b', { ip: '10.0.0.2' })],
  revisions: [aSeenRevision()],
  groups: [aSeenGroup({ targets: [seen(1), seen(7)], holders: { '10.0.0.7': heldByNobody } })],
  calls: { 'ecs:DescribeTasks': 1 },
});

describe('findings', () => {
  test('say what is wrong, where it belongs, why it matters and on which page that rests', () => {
    const { findings } = judgeSnapshot(broken, [], only('TGT-1'));
    expect(findings).toEqual([
      {
        rule: 'TGT-1',
        severity: 'high',
        resource: arnOf.group('web'),
        summary: '1 running task of 2 missing in web: 10.0.0.2:80.',
        fix: expect.stringContaining('taskwire apply'),
        service: WEB,
        cluster: 'production',
        targetGroup: arnOf.group('web'),
        risk: expect.stringMatching(/\.$/),
        page: expect.stringMatching(/^https:/),
      },
    ]);
  });

  test('come worst first, then by rule as a number, then by resource', () => {
    const tagFindings = [
      finding('TAG-23', { severity: 'low', resource: WEB }),
      finding('TAG-22', { resource: WEB }),
      finding('TAG-2', { resource: WEB }),
      finding('TAG-10', { resource: 'b' }),
      finding('TAG-10', { resource: 'a' }),
      finding('TAG-24', { severity: 'medium', resource: WEB }),
    ];
    const { findings } = judgeSnapshot(aSnapshot({ services: [aSeenService({ tagFindings })] }), [], only('TAG'));
    expect(findings.map(({ rule, resource }) => `${rule} ${resource === WEB ? 'web' : resource}`)).toEqual([
      'TAG-2 web',
      'TAG-10 a',
      'TAG-10 b',
      'TAG-22 web',
      'TAG-24 web',
      'TAG-23 web',
    ]);
  });

  test('are told once, whoever leads to them', () => {
    const tracing = [
      { expected: { tracing: 'required' as const, wanted: 'any' as const }, findings: [finding('XRY-1')] },
      { expected: { tracing: 'required' as const, wanted: 'xray' as const }, findings: [finding('XRY-1')] },
    ];
    const services = [aSeenService(), aSeenService({ name: 'api' })];
    const { findings, clusters } = judgeSnapshot(
      aSnapshot({ services, revisions: [aSeenRevision('web:1', { tracing })] }),
      [],
      only('XRY'),
    );
    expect(findings).toEqual([expect.objectContaining({ rule: 'XRY-1', cluster: 'production' })]);
    expect(findings[0]).not.toHaveProperty('service');
    expect(clusters[0]?.workloads.map(({ name, worst }) => [name, worst])).toEqual([
      ['api', 'high'],
      ['web', 'high'],
    ]);
  });

  test('of a revision belong to the only service that runs it', () => {
    const tracing = [{ expected: { tracing: 'required', wanted: 'any' }, findings: [finding('XRY-1')] }] as const;
    const services = [
      aSeenService({ taskDefinitionArn: arnOf.definition('web:2') }),
      aSeenService({ name: 'api', taskDefinitionArn: '', runningDefinitionArns: [] }),
    ];
    const { findings } = judgeSnapshot(
      aSnapshot({ services, revisions: [aSeenRevision('web:1', { tracing })] }),
      [],
      only('XRY'),
    );
    expect(findings).toEqual([expect.objectContaining({ rule: 'XRY-1', service: WEB, cluster: 'production' })]);
  });

  test('of a group of two services belong to neither', () => {
    const wiring = { workloads: [service('production/web'), service('production/api')] };
    const { findings, clusters } = judgeSnapshot(
      aSnapshot({ services: [aSeenService()], groups: [aSeenGroup({ wiring, group: { loadBalancerArns: [] } })] }),
      [],
      only('TGT-18'),
    );
    expect(findings).toEqual([expect.objectContaining({ rule: 'TGT-18', cluster: 'production' })]);
    expect(findings[0]).not.toHaveProperty('service');
    expect(clusters[0]?.workloads).toEqual([expect.objectContaining({ name: 'web', worst: 'medium' })]);
  });

  test('of a fault that no rule of the audit judges are kept, with the rule’s own risk where it is known', () => {
    const tagFindings = [finding('TAG-6'), finding('NEW-1')];
    const { findings } = judgeSnapshot(aSnapshot({ groups: [aSeenGroup({ wiring: null, tagFindings })] }));
    expect(rulesOf(findings)).toEqual(['NEW-1', 'TAG-6']);
    expect(findings.map(({ risk }) => risk === undefined)).toEqual([true, false]);
  });
});

describe('a workload that does not exist', () => {
  const group = aSeenGroup({ wiring: { workloads: [service('production/gone')] } });
  const shop = aSeenGroup({ wiring: { workloads: [{ kind: 'beanstalk', environment: 'shop' }] } });
  test.each<[string, Parameters<typeof aSnapshot>[0], readonly string[]]>([
    ['is told', { groups: [group] }, ['TAG-14']],
    [
      'is not told where its services were not seen',
      { groups: [group], unseen: [unseen(arnOf.cluster('production'), 'services')] },
      [],
    ],
    ['is not told where its cluster was not looked at', { groups: [group], clusters: [] }, []],
    [
      'is told where another cluster was not seen',
      { groups: [group], unseen: [unseen(arnOf.cluster('staging'), 'services')] },
      ['TAG-14'],
    ],
    [
      'is told of a cluster that is nowhere',
      { groups: [aSeenGroup({ wiring: { workloads: [family('prodution/job')] } })], allClusters: true },
      ['TAG-14'],
    ],
    [
      'is not told of a family that does not run now',
      { groups: [aSeenGroup({ wiring: { workloads: [family('production/job')] } })], allClusters: true },
      [],
    ],
    ['is told of an environment', { groups: [shop] }, ['TAG-14']],
    ['is not told of an environment that is there', { groups: [shop], environments: [aSeenEnvironment()] }, []],
    [
      'is not told where environments were not seen',
      { groups: [shop], unseen: [unseen('Elastic Beanstalk', 'environments')] },
      [],
    ],
  ])('%s', (_name, says, rules) => {
    expect(rulesOf(judgeSnapshot(aSnapshot(says), [], only('TAG-14')).findings)).toEqual(rules);
  });
});

describe('what was not seen', () => {
  test('of auto scaling keeps the rules about it silent', () => {
    const scaling = { tagged: true, target: aScalableTarget({ min: 3, max: 3 }) };
    const says = { services: [aSeenService({ scaling })] };
    expect(judgeSnapshot(aSnapshot(says), [], only('SCL')).findings).not.toEqual([]);
    const blind = aSnapshot({ ...says, unseen: [unseen('auto scaling', 'auto scaling')] });
    expect(judgeSnapshot(blind, [], only('SCL')).findings).toEqual([]);
  });

  test('of a cluster’s tasks makes no target surplus', () => {
    const says = { holders: { '10.0.0.7': [{ vpcId: 'vpc-1', interfaceId: 'eni-7', attachmentId: 'att-7' }] } };
    const group = aSeenGroup({ targets: [seen(7)], ...says, listed: 'nothing' });
    const { findings, groups } = judgeSnapshot(
      aSnapshot({
        services: [aSeenService()],
        groups: [group],
        unseen: [unseen(arnOf.cluster('production'), 'tasks')],
      }),
      [],
      only('TGT'),
    );
    expect(rulesOf(findings).filter((rule) => rule !== 'TGT-21')).toEqual([]);
    expect(groups[0]).toMatchObject({ missing: 0, stale: 0, wrong: 0, unknown: 0 });
  });

  test('is handed on', () => {
    const missed = [unseen(arnOf.cluster('production'), 'everything')];
    expect(judgeSnapshot(aSnapshot({ unseen: missed })).unseen).toEqual(missed);
  });
});

describe('the choice of rules', () => {
  test.each<[string, Parameters<typeof judgeSnapshot>[2], readonly string[]]>([
    ['one id and no longer one', { only: ['TGT-1'] }, ['TGT-1']],
    ['what ids begin with', { only: ['tgt'], except: ['TGT-2'] }, ['TGT-1', 'TGT-10', 'TGT-21']],
    ['everything but', { except: ['TGT-1', 'TGT-21', 'SCL', 'LOG', 'ROL'] }, ['TGT-10']],
    ['both: except wins', { only: ['TGT-1', 'TGT-10'], except: ['TGT-1'] }, ['TGT-10']],
    ['nothing that is', { only: ['XYZ'] }, []],
  ])('%s', (_name, options, rules) => {
    const report = judgeSnapshot(broken, [], options);
    expect(rulesOf(report.findings)).toEqual(rules);
    for (const rule of rules) expect(rulesOf(report.rules.map((each) => ({ ...finding(each.id) })))).toContain(rule);
  });

  test('counts for the map and the summary, too', () => {
    const { summary, clusters, groups } = judgeSnapshot(broken, [], only('TGT-21'));
    expect(summary.rules).toEqual({ 'TGT-21': 1 });
    expect(clusters[0]?.workloads[0]?.worst).toBe('medium');
    expect(groups[0]).not.toHaveProperty('worst');
  });

  test('every rule that is asked has an id of its own and says what it is', () => {
    const { rules } = judgeSnapshot(aSnapshot());
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { requires, risk, fix, page } of rules) {
      for (const text of [requires, risk, fix]) expect(text).toMatch(/^[A-Z].*\.\)?$/);
      expect(page).toMatch(/^https:\/\//);
    }
    expect(rules.length).toBeGreaterThan(35);
  });
});

test('the summary counts what stays for the trend', () => {
  const target = aScalableTarget({ min: 2, max: 4 });
  const services = [aSeenService({ scaling: { tagged: true, target } })];
  const { summary, region, account } = judgeSnapshot({ ...broken, services }, [], only('TGT'));
  expect({ region, account }).toEqual({ region: 'eu-central-1', account: '111122223333' });
  expect(summary).toEqual({
    takenAtMs: NOW_MS,
    services: 1,
    // The service says so; those of the map count.
    tasks: 4,
    groups: 1,
    targets: { missing: 1, stale: 1, wrong: 0 },
    findings: { high: 2, medium: 1, low: 0, info: 0 },
    rules: { 'TGT-1': 1, 'TGT-10': 1, 'TGT-21': 1 },
    atMax: [WEB],
    calls: { 'ecs:DescribeTasks': 1 },
  });
});

test('earlier audits are handed on, and to the rules that ask for them', () => {
  const scaling = { target: aScalableTarget({ min: 2, max: 4 }), policies: [observed(aTracking())] };
  const now = aSnapshot({ services: [aSeenService({ scaling })], takenAtMs: 3 * 86_400_000 });
  const alone = judgeSnapshot(now, [], only('SCL-15'));
  const history = [0, 1, 2].map((days): AuditSummary => ({ ...alone.summary, takenAtMs: days * 86_400_000 }));
  const report = judgeSnapshot(now, history, only('SCL-15'));
  expect(report.history).toEqual(history);
  expect([alone, report].map(({ findings }) => rulesOf(findings))).toEqual([[], ['SCL-15']]);
});

describe('the map', () => {
  test('shows services, families and environments by cluster and name, with their groups', () => {
    const snapshot = aSnapshot({
      clusters: [arnOf.cluster('staging'), arnOf.cluster('production'), arnOf.cluster('awseb-shop-1234')],
      services: [
        aSeenService({ scaling: { target: aScalableTarget() } }),
        aSeenService({ name: 'api', running: 1, desired: 2 }),
      ],
      tasks: [
        aSeenTask('j', { service: null, revision: 'job:1' }),
        {
          ...anInstanceTask('s', {
            service: null,
            cluster: 'awseb-shop-1234',
            containerInstanceArn: arnOf.instance('ci-2'),
          }),
          standby: false,
        },
      ],
      environments: [aSeenEnvironment()],
      groups: [
        aSeenGroup({ wiring: { workloads: [service('production/web'), service('production/api')] } }),
        aSeenGroup({
          group: { name: 'shop', targetType: 'instance' },
          wiring: { workloads: [{ kind: 'beanstalk', environment: 'shop' }] },
        }),
        aSeenGroup({ group: { name: 'cron' }, wiring: { workloads: [family('production/cron')] } }),
      ],
    });
    const { clusters } = judgeSnapshot(snapshot, [], only('XYZ'));
    expect(clusters).toEqual([
      {
        name: 'awseb-shop-1234',
        arn: arnOf.cluster('awseb-shop-1234'),
        workloads: [
          { key: 'beanstalk shop', kind: 'beanstalk', name: 'shop', running: 1, groups: [arnOf.group('shop')] },
        ],
      },
      {
        name: 'production',
        arn: arnOf.cluster('production'),
        workloads: [
          {
            key: 'service production/api',
            kind: 'service',
            arn: WEB.replace('web', 'api'),
            name: 'api',
            running: 1,
            desired: 2,
            groups: [arnOf.group('web')],
          },
          { key: 'family production/cron', kind: 'family', name: 'cron', running: 0, groups: [arnOf.group('cron')] },
          { key: 'family production/job', kind: 'family', name: 'job', running: 1, groups: [] },
          {
            key: 'service production/web',
            kind: 'service',
            arn: WEB,
            name: 'web',
            running: 4,
            desired: 4,
            min: 2,
            max: 20,
            groups: [arnOf.group('web')],
          },
        ],
      },
      { name: 'staging', arn: arnOf.cluster('staging'), workloads: [] },
    ]);
  });

  test('counts a group’s targets by their state and by what is wrong with them', () => {
    const groups = [
      aSeenGroup({
        group: { loadBalancerArns: [LOAD_BALANCER] },
        wiring: { mode: 'observe' },
        targets: [seen(1), seen(7, 'unhealthy'), seen(8), seen('172.16.0.1'), seen(9, 'draining')],
        holders: { '10.0.0.7': heldByNobody },
      }),
    ];
    const tasks = [...broken.tasks, aSeenTask('x', { service: 'api', ip: '10.0.0.8' })];
    expect(judgeSnapshot({ ...broken, groups, tasks }).groups).toEqual([
      {
        arn: arnOf.group('web'),
        name: 'web',
        mode: 'observe',
        states: { healthy: 3, unhealthy: 1, draining: 1 },
        missing: 1,
        stale: 1,
        wrong: 1,
        unknown: 1,
        worst: 'high',
      },
    ]);
  });

  test.each([
    { holder: 'a network interface that no task has', attachmentId: undefined, wrong: 0, unknown: 1 },
    { holder: 'the interface of a task that no listing shows', attachmentId: 'e1b2', wrong: 1, unknown: 0 },
  ])('$holder is wrong $wrong times', ({ attachmentId, wrong, unknown }) => {
    const holder = {
      vpcId: 'vpc-1',
      interfaceId: 'eni-7',
      attachedAtMs: 0,
      ...(attachmentId !== undefined && { attachmentId }),
    };
    const groups = [aSeenGroup({ targets: [seen(20)], holders: { '10.0.0.20': [holder] } })];
    const [group] = judgeSnapshot({ ...broken, groups }).groups;
    expect(group).toMatchObject({ stale: 0, wrong, unknown, worst: 'high' });
  });
});
