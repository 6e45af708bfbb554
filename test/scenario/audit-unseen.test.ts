import { describe, expect, test } from '@jest/globals';
import { createSighting } from '../../shared/app/sighting.ts';
import { judgeSnapshot } from '../../shared/core/audit/judge-snapshot.ts';
import { DeniedError } from '../../shared/errors.ts';
import { AwsError } from '../../simulator/errors.ts';
import { createWorld, type World } from '../../simulator/world.ts';
import { createAuditor } from '../support/audit-stage.ts';

const MINUTE = 60_000;

const nameIn = (resource: string): string => resource.slice(resource.lastIndexOf('/') + 1);

/** Ten clusters, each with a service of two tasks that is wired to a group of its own; everything is registered. */
const tenClusters = async (): Promise<World> => {
  const world = createWorld({ budgets: false });
  const { network, ecs, targetGroups } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
  ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web', portMappings: [{ containerPort: 80 }] }] });
  for (let index = 0; index < 10; index++) {
    const cluster = `cluster-${index}`;
    ecs.addCluster(cluster);
    ecs.createService({ cluster, name: 'web', taskDefinition: 'web', subnets: [subnet.id], desiredCount: 2 });
    targetGroups.add({ name: cluster, vpcId: vpc.id, tags: { 'taskwire:service': `${cluster}/web` } });
  }
  await world.clock.advance(MINUTE);
  for (const group of targetGroups.groups.values()) {
    for (const task of ecs.tasks.values()) {
      const address = task.attachment?.interface?.ipv4;
      if (address && nameIn(task.clusterArn) === group.name) targetGroups.put(group.arn, { id: address, port: 80 });
    }
  }
  await world.clock.advance(MINUTE);
  return world;
};

const unseenOf = (report: { readonly unseen: readonly { readonly resource: string; readonly what: string }[] }) =>
  report.unseen.map(({ resource, what }) => `${nameIn(resource)}: ${what}`).sort();

const targetFindings = (snapshot: Awaited<ReturnType<ReturnType<typeof createAuditor>['collect']>>) =>
  judgeSnapshot(snapshot).findings.filter(({ rule }) => rule.startsWith('TGT') || rule.startsWith('TAG'));

test('what is right in ten clusters is found to be right', async () => {
  const world = await tenClusters();
  const snapshot = await createAuditor(world).collect();
  expect(unseenOf(snapshot)).toEqual([]);
  expect(judgeSnapshot(snapshot).summary.targets).toEqual({ missing: 0, stale: 0, wrong: 0 });
  expect(snapshot).toMatchObject({ region: 'eu-central-1', account: '111122223333', allClusters: true });
});

test('one cluster of ten without permission is named, nothing is concluded about it, and nine are audited', async () => {
  const world = await tenClusters();
  const before = targetFindings(await createAuditor(world).collect());
  const isThere = ({ cluster = '' }: { readonly cluster?: string | undefined }) => nameIn(cluster) === 'cluster-3';
  world.faults.add({ action: 'ecs:ListServices', failure: 'denied', when: isThere });
  world.faults.add({ action: 'ecs:ListTasks', failure: 'denied', when: isThere });
  world.faults.add({ action: 'ecs:DescribeTasks', failure: 'denied', when: isThere });
  const snapshot = await createAuditor(world).collect();
  expect(unseenOf(snapshot)).toEqual(['cluster-3: services', 'cluster-3: tasks']);
  expect(snapshot.unseen[0]?.why).toMatch(/not authorized/);
  expect(snapshot.services).toHaveLength(9);
  expect(snapshot.tasks).toHaveLength(18);
  // Its group is told with its targets; that none of them has a task is no finding.
  const group = snapshot.groups.find((each) => each.group.name === 'cluster-3');
  expect([group?.listed, group?.targets.length]).toEqual(['nothing', 2]);
  expect(targetFindings(snapshot)).toEqual(before.filter(({ cluster }) => cluster !== 'cluster-3'));
  expect(judgeSnapshot(snapshot).summary.targets).toEqual({ missing: 0, stale: 0, wrong: 0 });
});

describe('credentials that expire half way', () => {
  const expired = () =>
    new AwsError(
      'ExpiredTokenException',
      'ExpiredTokenException',
      'The security token included in the request is expired',
      {
        statusCode: 400,
      },
    );

  test.each([
    { at: 'ecs:DescribeTasks', after: 4 },
    { at: 'ecs:ListServices', after: 2 },
    { at: 'elasticloadbalancing:DescribeTargetHealth', after: 5 },
    { at: 'ecs:DescribeTaskDefinition', after: 0 },
  ] as const)('at $at: what was seen is kept, the rest is unseen, and nothing more is asked', async ({ at, after }) => {
    const world = await tenClusters();
    let calls = 0;
    let sentAfter = 0;
    let over = false;
    world.faults.before(at, () => {
      calls++;
      over ||= calls > after;
    });
    // From then on every call is refused, as with a real token.
    for (const action of [
      'ecs:ListServices',
      'ecs:DescribeServices',
      'ecs:ListTasks',
      'ecs:DescribeTasks',
      'ecs:DescribeTaskDefinition',
      'elasticloadbalancing:DescribeTargetHealth',
      'elasticloadbalancing:DescribeTargetGroups',
      'tag:GetResources',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'ec2:DescribeSubnets',
      'cloudwatch:GetMetricData',
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:DescribeScheduledActions',
      'elasticbeanstalk:DescribeEnvironments',
      'autoscaling:DescribeAutoScalingGroups',
      'codedeploy:ListApplications',
      'ec2:DescribeNetworkInterfaces',
      'ecs:DescribeServiceRevisions',
    ] as const) {
      world.faults.before(action, () => {
        if (!over) return;
        sentAfter++;
        throw expired();
      });
    }
    const snapshot = await createAuditor(world).collect();
    expect(snapshot.unseen.length).toBeGreaterThan(0);
    expect(new Set(snapshot.unseen.map(({ why }) => why))).toEqual(
      new Set(['The AWS credentials have expired (ExpiredTokenException). Log in again, and run the audit again.']),
    );
    // Those that were under way, and no other.
    expect(sentAfter).toBeLessThan(30);
    expect(snapshot.clusters).toHaveLength(10);
    expect(judgeSnapshot(snapshot).summary.targets).toEqual({ missing: 0, stale: 0, wrong: 0 });
  });
});

test('where there are no credentials it says so, and not that some have expired', () => {
  const sighting = createSighting(undefined);
  const none = Object.assign(new Error('Could not load credentials from any providers.'), {
    name: 'CredentialsProviderError',
  });
  sighting.miss({ resource: 'clusters', what: 'everything' }, new DeniedError('It was not signed.', { cause: none }));
  expect(sighting.unseen.map(({ why }) => why)).toEqual([
    'No AWS credentials could be used: Could not load credentials from any providers. Log in, and run the audit again.',
  ]);
});

test('a deadline stops it, and it says what it did not see', async () => {
  const world = await tenClusters();
  const over = new AbortController();
  world.faults.before('elasticloadbalancing:DescribeTargetHealth', () => over.abort());
  const snapshot = await createAuditor(world).collect({}, over.signal);
  expect(snapshot.tasks).toHaveLength(20);
  expect(snapshot.revisions).toEqual([]);
  expect(unseenOf(snapshot)).toContain('web:1: task definition');
  expect(snapshot.unseen.map(({ why }) => why)).toContain(
    'The time was over before it was looked at. Run the audit again, with more time.',
  );
});

test('an empty account: nothing to see, and nothing wrong', async () => {
  const snapshot = await createAuditor(createWorld()).collect();
  expect(snapshot).toMatchObject({ clusters: [], services: [], tasks: [], groups: [], unseen: [] });
  expect(judgeSnapshot(snapshot).findings).toEqual([]);
});

test('an account of which nothing may be read: everything is unseen, nothing is concluded', async () => {
  const world = await tenClusters();
  for (const action of ['ecs:ListClusters', 'tag:GetResources', 'elasticbeanstalk:DescribeEnvironments'] as const) {
    world.faults.add({ action, failure: 'denied' });
  }
  const snapshot = await createAuditor(world).collect();
  expect(unseenOf(snapshot)).toEqual([
    'Elastic Beanstalk: environments',
    'clusters: everything',
    'target groups: target groups',
    'target groups: what else fills target groups',
  ]);
  expect(judgeSnapshot(snapshot).findings).toEqual([]);
});

test('where auto scaling may not be read, no service is said to lack it', async () => {
  const world = createWorld();
  world.ecs.addCluster('production');
  world.ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web' }] });
  world.network.addVpc({ id: 'vpc-0a' });
  world.network.addSubnet({ vpcId: 'vpc-0a', id: 'subnet-0a', cidr: '10.0.0.0/24' });
  world.ecs.createService({
    cluster: 'production',
    name: 'web',
    taskDefinition: 'web',
    subnets: ['subnet-0a'],
    serviceTags: { 'taskwire:scaling': 'min=2 max=4 cpu=60' },
  });
  await world.clock.advance(MINUTE);
  const rules = (findings: readonly { readonly rule: string }[]) =>
    findings.map(({ rule }) => rule).filter((rule) => rule.startsWith('SCL'));
  expect(rules(judgeSnapshot(await createAuditor(world).collect()).findings)).not.toEqual([]);
  world.faults.add({ action: 'application-autoscaling:DescribeScalingPolicies', failure: 'denied' });
  const snapshot = await createAuditor(world).collect();
  expect(unseenOf(snapshot)).toEqual(['auto scaling: auto scaling']);
  expect(rules(judgeSnapshot(snapshot).findings)).toEqual([]);
});

describe('one cluster', () => {
  test('by its name: its services, its groups, and nothing of the others', async () => {
    const world = await tenClusters();
    const snapshot = await createAuditor(world).collect({ cluster: 'cluster-4' });
    expect(snapshot.clusters.map(nameIn)).toEqual(['cluster-4']);
    expect(snapshot.groups.map(({ group }) => group.name)).toEqual(['cluster-4']);
    expect(snapshot).not.toHaveProperty('allClusters');
    expect(judgeSnapshot(snapshot).summary.targets).toEqual({ missing: 0, stale: 0, wrong: 0 });
  });

  test('one that does not exist is refused with words', async () => {
    const world = await tenClusters();
    await expect(createAuditor(world).collect({ cluster: 'cluster-x' })).rejects.toThrow(
      'There is no cluster cluster-x in this account and Region.',
    );
  });

  test('of the stack that does not exist is told, and the others are audited', async () => {
    const world = await tenClusters();
    const snapshot = await createAuditor(world, { clusters: ['cluster-1', 'gone'] }).collect();
    expect(snapshot.clusters.map(nameIn)).toEqual(['cluster-1']);
    expect(unseenOf(snapshot)).toEqual(['gone: everything']);
  });
});
