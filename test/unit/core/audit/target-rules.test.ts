import { describe, expect, test } from '@jest/globals';
import { TAGGED_GROUP_RULES } from '../../../../shared/core/audit/rules/tags.ts';
import { TARGET_RULES, WIRED_SERVICE_RULES } from '../../../../shared/core/audit/rules/targets.ts';
import type { Snapshot } from '../../../../shared/core/audit/snapshot.ts';
import { heldByNobody, heldByOther, NOW_MS, seen } from '../../../support/sight.ts';
import {
  anIndexedSnapshot,
  aSeenGroup,
  aSeenRevision,
  aSeenService,
  aSeenTask,
  askRule,
  type RuleSays,
  type SeenGroupSays,
  type SeenRevisionSays,
  type SeenServiceSays,
} from '../../../support/snapshot.ts';
import { aContainer, arnOf, stopped, type TaskSays } from '../../../support/tasks.ts';

interface Row {
  readonly name: string;
  /** Of the group. */
  readonly seen?: SeenGroupSays;
  /** The service `production/web`. */
  readonly service?: SeenServiceSays;
  /** By their ids. */
  readonly tasks?: Readonly<Record<string, TaskSays & { standby?: boolean }>>;
  /** `web:1`. */
  readonly revision?: SeenRevisionSays;
  readonly and?: Partial<Snapshot>;
  readonly is: RuleSays['is'];
  /** Part of what it finds. */
  readonly found?: string;
}

const indexed = ({ seen: group = {}, service: of = {}, tasks = {}, revision = {}, and = {} }: Row) =>
  anIndexedSnapshot({
    groups: [aSeenGroup(group)],
    services: [aSeenService(of)],
    tasks: Object.entries(tasks).map(([id, says]) => aSeenTask(id, says)),
    revisions: [aSeenRevision('web:1', revision), BRIDGE],
    ...and,
  });

const NA = 'not-applicable';
const unseenTargets = { unseen: [{ resource: arnOf.group('web'), what: 'targets', why: 'AWS did not answer.' }] };
const one = { a: { ip: '10.0.0.1' } };
const app = (more = {}) => ({ has: { app: { portMappings: [{ containerPort: 80 }], ...more } } });
const bridgeTask = { revision: 'bridge:1', containerInstanceArn: arnOf.instance('ci-1') };
const BRIDGE = aSeenRevision('bridge:1', {
  on: 'bridge',
  has: { app: { portMappings: [{ containerPort: 80, hostPort: 0 }] } },
});
const onInstance = { targetType: 'instance' as const };
const other = { service: 'other', ip: '10.0.0.9' };
const unbound = (rule: string) => ({
  wiring: null,
  tagFindings: [{ rule, severity: 'high' as const, resource: arnOf.group('web'), summary: 'It is so.', fix: 'Do it.' }],
});
const many = (count: number) => Array.from({ length: count }, (_, index) => seen(`10.0.${index >> 8}.${index & 255}`));
const hours = (...counts: readonly number[]) => ({
  unhealthy: counts.map((count, index) => ({ atMs: index * 300_000, count })),
});
const check = { healthCheck: { command: ['CMD', 'true'] } };
const blueGreen = { deploymentStrategy: 'BLUE_GREEN' };
const NLB = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/net/inner/50dc6c495c0c9188';

const GROUPS: Readonly<Record<string, readonly Row[]>> = {
  'TGT-1': [
    { name: 'its task is registered', tasks: one, seen: { targets: [seen(1)] }, is: 'pass' },
    {
      name: 'one of two is missing',
      tasks: { ...one, b: { ip: '10.0.0.2' } },
      seen: { targets: [seen(1)] },
      is: 'fail',
      found: '1 running task of 2 missing in web: 10.0.0.2:80.',
    },
    { name: 'its target is draining', tasks: one, seen: { targets: [seen(1, 'draining')] }, is: 'fail' },
    { name: 'it began just now', tasks: { a: { ip: '10.0.0.1', createdAtMs: NOW_MS - 60_000 } }, is: 'pass' },
    { name: 'it began a while ago', tasks: { a: { ip: '10.0.0.1', createdAtMs: NOW_MS - 120_000 } }, is: 'fail' },
    { name: 'it is on standby', tasks: { a: { ip: '10.0.0.1', standby: true } }, is: NA },
    { name: 'targets were not seen', tasks: one, and: unseenTargets, is: NA },
    { name: 'nothing runs', is: NA },
    { name: 'it is not bound', tasks: one, seen: { wiring: null }, is: NA },
  ],
  'TGT-2': [
    { name: 'held by its own', tasks: one, seen: { targets: [seen(1)] }, is: 'pass' },
    {
      name: 'held by another service',
      tasks: { ...one, x: other },
      seen: { targets: [seen(1), seen(9)] },
      is: 'fail',
      found: '10.0.0.9:80',
    },
    {
      name: 'held by no task',
      tasks: one,
      seen: { targets: [seen(9)], holders: { '10.0.0.9': heldByOther() } },
      is: 'fail',
    },
    {
      name: 'the same where the group is exclusive',
      tasks: { ...one, x: other },
      seen: { targets: [seen(1), seen(9)], wiring: { targets: 'exclusive' } },
      is: 'fail',
    },
    { name: 'no targets', tasks: one, is: NA },
    { name: 'targets were not seen', and: unseenTargets, seen: { targets: [seen(9)] }, is: NA },
  ],
  'TGT-3': [
    { name: 'explained', tasks: one, seen: { targets: [seen(1)] }, is: 'pass' },
    {
      name: 'outside its VPC',
      tasks: one,
      seen: { targets: [seen('172.16.0.1')] },
      is: 'fail',
      found: '172.16.0.1:80',
    },
    { name: 'EC2 was not asked', tasks: one, seen: { targets: [seen(9)] }, is: 'pass' },
    { name: 'no targets', is: NA },
  ],
  'TGT-4': [
    { name: 'bound', is: 'pass' },
    { name: 'filled by ECS', seen: unbound('TGT-4'), is: 'fail', found: 'It is so.' },
    { name: 'its tags are wrong', seen: unbound('TAG-1'), is: NA },
  ],
  'TGT-5': [
    { name: 'bound', is: 'pass' },
    { name: 'of type lambda', seen: unbound('TGT-5'), is: 'fail' },
    { name: 'filled by ECS', seen: unbound('TGT-4'), is: NA },
  ],
  'TGT-6': [
    { name: 'awsvpc into ip', tasks: one, is: 'pass' },
    { name: 'bridge into ip', tasks: { a: bridgeTask }, is: 'fail', found: 'bridge' },
    { name: 'no tasks', is: NA },
  ],
  'TGT-7': [
    { name: 'in its VPC', tasks: one, is: 'pass' },
    { name: 'in another', tasks: { a: { ip: '10.3.0.1', subnet: 'subnet-3' } }, is: 'fail', found: 'vpc-3' },
    { name: 'no tasks', is: NA },
  ],
  'TGT-10': [
    { name: 'none', tasks: one, seen: { targets: [seen(1)] }, is: 'pass' },
    {
      name: 'its task stopped',
      tasks: { ...one, b: { ip: '10.0.0.2', ...stopped() } },
      seen: { targets: [seen(1), seen(2)], holders: { '10.0.0.2': heldByNobody } },
      is: 'fail',
      found: '1 stale target in web: 10.0.0.2:80.',
    },
    { name: 'nobody has the address', seen: { targets: [seen(2)], holders: { '10.0.0.2': heldByNobody } }, is: 'fail' },
    {
      name: 'nobody has the address, in a group that is not used',
      seen: { targets: [seen(2, 'unused')], holders: { '10.0.0.2': heldByNobody } },
      is: 'fail',
      found: 'EC2 knows no network interface with 10.0.0.2',
    },
    {
      name: 'nobody has the address yet',
      seen: { targets: [seen(2, 'initial')], holders: { '10.0.0.2': heldByNobody } },
      is: 'pass',
    },
    {
      name: 'it is draining',
      seen: { targets: [seen(2, 'draining')], holders: { '10.0.0.2': heldByNobody } },
      is: 'pass',
    },
    {
      name: 'its container on an instance ended',
      tasks: { a: { ...bridgeTask, containers: [aContainer('app', ['80>32768'])], ...stopped() } },
      seen: { group: onInstance, targets: [seen('i-1', 'unhealthy', 32_768)] },
      is: 'fail',
    },
    {
      name: 'its container on an instance ended just now',
      tasks: { a: { ...bridgeTask, containers: [aContainer('app', ['80>32768'])], ...stopped(NOW_MS - 119_000) } },
      seen: { group: onInstance, targets: [seen('i-1', 'unhealthy', 32_768)] },
      is: 'pass',
    },
    {
      name: 'its address went on to a task that no listing shows yet',
      tasks: { b: { ip: '10.0.0.2', ...stopped() } },
      seen: {
        targets: [seen(2)],
        holders: { '10.0.0.2': [{ vpcId: 'vpc-1', interfaceId: 'eni-new', attachmentId: 'att-new' }] },
      },
      is: 'pass',
    },
    {
      name: 'tasks were not seen',
      seen: {
        targets: [seen(2)],
        holders: { '10.0.0.2': [{ vpcId: 'vpc-1', interfaceId: 'eni-x', attachmentId: 'att-x' }] },
        listed: 'nothing',
      },
      is: 'pass',
    },
    {
      name: 'on standby',
      tasks: { ...one, b: { ip: '10.0.0.2', standby: true } },
      seen: { targets: [seen(1), seen(2)] },
      is: 'pass',
    },
    { name: 'no targets', is: NA },
  ],
  'TGT-12': [
    {
      name: 'a task listens',
      tasks: { a: { ...bridgeTask, containers: [aContainer('app', ['80>32768'])] } },
      seen: { group: onInstance, targets: [seen('i-1', 'healthy', 32_768)] },
      is: 'pass',
    },
    {
      name: 'nobody listens and it is healthy',
      tasks: { a: bridgeTask },
      seen: { group: onInstance, targets: [seen('i-1', 'healthy', 9_000)] },
      is: 'fail',
      found: 'i-1:9000',
    },
    { name: 'of type ip', tasks: one, seen: { targets: [seen(1)] }, is: NA },
  ],
  'TGT-13': [
    { name: 'held by its own', tasks: one, seen: { targets: [seen(1)] }, is: 'pass' },
    {
      name: 'it went on to another service',
      tasks: { b: { ip: '10.0.0.9', ...stopped() }, x: other },
      seen: { targets: [seen(9)] },
      is: 'fail',
      found: 'The first: task b',
    },
    { name: 'another service, and never its own', tasks: { x: other }, seen: { targets: [seen(9)] }, is: 'pass' },
    { name: 'no targets', is: NA },
  ],
  'TGT-14': [
    { name: 'far away', seen: { targets: many(899) }, is: 'pass' },
    { name: 'near', seen: { targets: many(900) }, is: 'fail', found: 'web has 900 targets' },
    {
      name: 'together with another group',
      seen: { targets: many(500) },
      and: { groups: [aSeenGroup({ targets: many(500) }), aSeenGroup({ group: { name: 'z' }, targets: many(400) })] },
      is: 'fail',
      found: 'load balancer of web have 900',
    },
    {
      name: 'together behind a Network Load Balancer',
      and: {
        groups: [
          aSeenGroup({ group: { loadBalancerArns: [NLB] }, targets: many(500) }),
          aSeenGroup({ group: { name: 'z', loadBalancerArns: [NLB] }, targets: many(400) }),
        ],
      },
      is: 'pass',
    },
    { name: 'targets were not seen', and: unseenTargets, is: NA },
  ],
  'TGT-15': [
    { name: 'healthy again', seen: hours(2, 2, 2, 2, 0), is: 'pass' },
    { name: 'for ten minutes', seen: hours(0, 1, 1, 1), is: 'pass' },
    {
      name: 'for fifteen',
      seen: hours(0, 1, 3, 1, 2),
      is: 'fail',
      found: 'web has had at least 1 unhealthy target for 15 minutes, 2 at the end.',
    },
    { name: 'all the time', seen: hours(...Array.from({ length: 40 }, () => 1)), is: 'fail', found: 'for 3 hours' },
    { name: 'metrics were not read', is: NA },
  ],
  'TGT-16': [
    { name: 'as long as the container has', seen: { deregistrationDelaySeconds: 30 }, is: 'pass' },
    {
      name: 'longer than the default',
      seen: { deregistrationDelaySeconds: 300 },
      is: 'fail',
      found: 'web drains for 300 seconds, and container app of web:1 is killed after 30 (the default).',
    },
    {
      name: 'as long as is written',
      seen: { deregistrationDelaySeconds: 120 },
      revision: app({ stopTimeout: 120 }),
      is: 'pass',
    },
    {
      name: 'longer than is written',
      seen: { deregistrationDelaySeconds: 121 },
      revision: app({ stopTimeout: 120 }),
      is: 'fail',
      found: 'after 120.',
    },
    { name: 'attributes were not read', is: NA },
    { name: 'nobody listens', seen: { deregistrationDelaySeconds: 300, wiring: { port: 81 } }, is: NA },
  ],
  'TGT-17': [
    { name: 'the default', is: 'pass' },
    { name: 'ten seconds', revision: app({ stopTimeout: 10 }), is: 'pass' },
    { name: 'two', revision: app({ stopTimeout: 2 }), is: 'fail', found: 'is killed 2 seconds after SIGTERM' },
    {
      name: 'two, of a container that does not listen',
      revision: { has: { ...app().has, log: { stopTimeout: 2 } } },
      is: 'pass',
    },
    { name: 'no revision', and: { revisions: [] }, is: NA },
  ],
  'TGT-18': [
    { name: 'behind one', is: 'pass' },
    { name: 'behind none', seen: { group: { loadBalancerArns: [] } }, is: 'fail', found: 'web is wired' },
    { name: 'not bound', seen: { wiring: null, group: { loadBalancerArns: [] } }, is: NA },
  ],
  'TGT-19': [
    { name: 'the traffic port', seen: { healthCheck: { port: 'traffic-port' } }, is: 'pass' },
    { name: 'a port that is exposed', seen: { healthCheck: { port: '80' } }, is: 'pass' },
    {
      name: 'a port that nobody exposes',
      seen: { healthCheck: { port: '8081' } },
      is: 'fail',
      found: 'web checks port 8081',
    },
    {
      name: 'a port of another container',
      seen: { healthCheck: { port: '8081' } },
      revision: { has: { ...app().has, side: { portMappings: [{ containerPort: 8081 }] } } },
      is: 'pass',
    },
    {
      name: 'a port that is exposed for UDP',
      seen: { healthCheck: { port: '53' } },
      revision: { has: { ...app().has, dns: { portMappings: [{ containerPort: 53, protocol: 'udp' }] } } },
      is: 'fail',
    },
    {
      name: 'the port of a container, not of its instance',
      seen: { group: onInstance, healthCheck: { port: '80' } },
      revision: { on: 'bridge', has: { app: { portMappings: [{ containerPort: 80, hostPort: 8080 }] } } },
      is: 'fail',
    },
    {
      name: 'the port of the instance',
      seen: { group: onInstance, healthCheck: { port: '8080' } },
      revision: { on: 'bridge', has: { app: { portMappings: [{ containerPort: 80, hostPort: 8080 }] } } },
      is: 'pass',
    },
    { name: 'not read', is: NA },
    { name: 'no revision', seen: { healthCheck: { port: '8081' } }, and: { revisions: [] }, is: NA },
  ],
  'TAG-10': [
    { name: 'one port', tasks: one, is: 'pass' },
    {
      name: 'two ports, none of the group',
      tasks: one,
      revision: { has: { app: { portMappings: [{ containerPort: 8080 }, { containerPort: 8081 }] } } },
      is: 'fail',
      found: 'app:8080, app:8081',
    },
    { name: 'no tasks', is: NA },
  ],
  'TAG-11': [
    { name: 'it is there', tasks: one, seen: { wiring: { port: 80 } }, is: 'pass' },
    { name: 'it is not', tasks: one, seen: { wiring: { port: 81 } }, is: 'fail', found: 'port 81' },
    { name: 'no tasks', seen: { wiring: { port: 81 } }, is: NA },
  ],
};

const SERVICES: Readonly<Record<string, readonly Row[]>> = {
  'TGT-20': [
    { name: 'private', is: 'pass' },
    { name: 'public and wired', service: { assignsPublicAddress: true }, is: 'fail', found: 'The tasks of web' },
    {
      name: 'public, and ECS fills its group',
      service: { assignsPublicAddress: true, targetGroupArns: [arnOf.group('own')] },
      and: { groups: [] },
      is: 'fail',
    },
    { name: 'public behind nothing', service: { assignsPublicAddress: true }, and: { groups: [] }, is: NA },
  ],
  'TGT-21': [
    {
      name: 'no health check',
      is: 'fail',
      found: 'wait 40 seconds for a new task, not until container app serves: it has no health check.',
    },
    { name: 'a health check', revision: app(check), is: 'pass' },
    { name: 'a health check of another container', revision: { has: { ...app().has, side: check } }, is: 'fail' },
    {
      name: 'a health check, and not essential',
      revision: { has: { ...app({ ...check, essential: false }).has, side: {} } },
      is: 'fail',
      found: 'not essential',
    },
    { name: 'a group of its own', service: { targetGroupArns: [arnOf.group('own')] }, is: NA },
    { name: 'blue and green', service: { deploymentStrategy: 'BLUE_GREEN' }, is: NA },
    { name: 'CodeDeploy', service: { controller: 'CODE_DEPLOY' }, is: NA },
    { name: 'a hook, which rolling deployments do not ask', service: { hookStages: ['POST_SCALE_UP'] }, is: 'fail' },
    { name: 'not wired', and: { groups: [] }, is: NA },
    { name: 'no revision', and: { revisions: [] }, is: NA },
  ],
  'TGT-22': [
    { name: 'all of them', is: 'pass' },
    { name: 'half of one: ECS rounds up', service: { desired: 1, minimumHealthyPercent: 50 }, is: 'pass' },
    { name: 'none of one', service: { desired: 1, minimumHealthyPercent: 0 }, is: 'fail', found: 'its only task' },
    { name: 'none of four', service: { minimumHealthyPercent: 0 }, is: 'fail', found: 'all 4 tasks' },
    { name: 'none is wanted', service: { desired: 0, minimumHealthyPercent: 0 }, is: NA },
    { name: 'a daemon', service: { strategy: 'DAEMON', minimumHealthyPercent: 0 }, is: NA },
    { name: 'not wired', service: { minimumHealthyPercent: 0 }, and: { groups: [] }, is: NA },
  ],
  'TGT-23': [
    { name: 'a hook that waits', service: { ...blueGreen, hookStages: ['POST_SCALE_UP'] }, is: 'pass' },
    { name: 'no hook', service: blueGreen, is: 'fail', found: 'web is deployed by BLUE_GREEN' },
    { name: 'a hook before', service: { ...blueGreen, hookStages: ['PRE_SCALE_UP'] }, is: 'fail' },
    { name: 'a group of its own', service: { ...blueGreen, targetGroupArns: [arnOf.group('own')] }, is: NA },
    { name: 'it rolls', is: NA },
    { name: 'not wired', service: blueGreen, and: { groups: [] }, is: NA },
  ],
};

const GROUP_RULES = [...TARGET_RULES, ...TAGGED_GROUP_RULES];

const expectSays = ({ is, found = [] }: RuleSays, row: Row): void => {
  expect({ name: row.name, is }).toEqual({ name: row.name, is: row.is });
  if (row.found !== undefined) expect(found.join('\n')).toContain(row.found);
};

const expectAllThree = (rows: readonly Row[] = []): void => {
  expect([...new Set(rows.map(({ is }) => is))].sort()).toEqual(['fail', NA, 'pass']);
};

describe.each(GROUP_RULES)('$id $slug', ({ id }) => {
  test.each<Row>(GROUPS[id] ?? [])('$name', (row) => {
    const [group] = indexed(row).groups;
    expectSays(askRule(GROUP_RULES, id, group!), row);
  });

  test('has rows that pass, that fail and that it does not apply to', () => expectAllThree(GROUPS[id]));
});

describe.each(WIRED_SERVICE_RULES)('$id $slug', ({ id }) => {
  test.each<Row>(SERVICES[id] ?? [])('$name', (row) => {
    const [audited] = indexed(row).services;
    expectSays(askRule(WIRED_SERVICE_RULES, id, audited!), row);
  });

  test('has rows that pass, that fail and that it does not apply to', () => expectAllThree(SERVICES[id]));
});

test('a finding never shows what cannot be printed', () => {
  const revision = aSeenRevision();
  const hostile = { ...revision, task: { ...revision.task, name: 'we\u001b[31mb:1' } };
  const row: Row = { name: '', is: 'fail', seen: { healthCheck: { port: '1' } }, and: { revisions: [hostile] } };
  const [group] = indexed(row).groups;
  const { found } = askRule(GROUP_RULES, 'TGT-19', group!);
  expect(found).toEqual(['web checks port 1, which no container of we\\u001b[31mb:1 exposes.']);
});
