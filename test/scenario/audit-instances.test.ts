import { describe, expect, test } from '@jest/globals';
import { judgeSnapshot } from '../../shared/core/audit/judge-snapshot.ts';
import type { ContainerSpec } from '../../simulator/ecs.ts';
import { createWorld, type World } from '../../simulator/world.ts';
import { createAuditor } from '../support/audit-stage.ts';
import { APP, DAEMON } from '../support/tracing-stage.ts';

const MINUTE = 60_000;
const ROLES = {
  taskRoleArn: 'arn:aws:iam::111122223333:role/task',
  executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
};

/** A cluster of Elastic Beanstalk with one instance, which runs one task on a port of its own, and a group for it. */
const beanstalk = async (): Promise<World> => {
  const world = createWorld({ budgets: false });
  const { network, ecs, targetGroups, surroundings } = world;
  network.addVpc({ id: 'vpc-0a' });
  network.addSubnet({ vpcId: 'vpc-0a', id: 'subnet-0a', cidr: '10.0.0.0/24' });
  const cluster = 'awseb-shop-1234';
  ecs.addCluster(cluster);
  ecs.addCluster('production');
  network.addInstance({ id: 'i-0a', subnetId: 'subnet-0a', tags: { 'elasticbeanstalk:environment-name': 'shop' } });
  const { arn } = ecs.addContainerInstance(cluster, 'i-0a');
  ecs.registerTaskDefinition({
    family: 'shop',
    networkMode: 'bridge',
    containers: [{ name: 'app', portMappings: [{ containerPort: 80, hostPort: 8080 }] }],
  });
  ecs.startTask({ cluster, taskDefinition: 'shop', containerInstance: arn });
  surroundings.environments.set('shop', {
    id: 'e-shop',
    application: 'shop',
    status: 'Ready',
    solutionStack: '64bit Amazon Linux 2023 v4.1.2 running ECS',
    options: new Map([['aws:elasticbeanstalk:xray/XRayEnabled', 'true']]),
  });
  targetGroups.add({
    name: 'shop',
    vpcId: 'vpc-0a',
    targetType: 'instance',
    tags: { 'taskwire:beanstalk': 'shop' },
  });
  await world.clock.advance(MINUTE);
  for (const group of targetGroups.groups.values()) targetGroups.put(group.arn, { id: 'i-0a', port: 8080 });
  // Nobody's port.
  for (const group of targetGroups.groups.values()) targetGroups.put(group.arn, { id: 'i-0a', port: 9 });
  await world.clock.advance(MINUTE);
  return world;
};

test('an environment, its cluster and instances, and the group that is wired to it', async () => {
  const world = await beanstalk();
  // Its cluster is watched though nobody names it.
  const snapshot = await createAuditor(world, { clusters: ['production'] }).collect();
  expect(snapshot.unseen).toEqual([]);
  expect(snapshot.environments).toEqual([
    {
      name: 'shop',
      id: 'e-shop',
      status: 'Ready',
      platform: '64bit Amazon Linux 2023 v4.1.2 running ECS',
      xrayEnabled: true,
      clusterArns: [expect.stringMatching(/cluster\/awseb-shop-1234$/)],
    },
  ]);
  expect(snapshot.environmentOfInstance).toEqual({ 'i-0a': 'shop' });
  const [group] = snapshot.groups;
  expect(group).toMatchObject({ binding: { wiring: { workloads: [{ kind: 'beanstalk' }] } }, listed: 'clusters' });
  const [reported] = judgeSnapshot(snapshot).groups;
  expect(reported).toMatchObject({ missing: 0, wrong: 0 });
  // Its own tasks were listed once: whose a port of the instance is needs no further call.
  expect(snapshot.calls['ecs:ListTasks']).toBe(4);
});

describe('tracing on instances', () => {
  const staged = async (daemons: readonly ContainerSpec[]): Promise<World> => {
    const world = createWorld({ budgets: false });
    world.network.addVpc({ id: 'vpc-0a' });
    world.network.addSubnet({ vpcId: 'vpc-0a', id: 'subnet-0a', cidr: '10.0.0.0/24' });
    world.ecs.addCluster('production');
    world.network.addInstance({ id: 'i-0a', subnetId: 'subnet-0a' });
    world.ecs.addContainerInstance('production', 'i-0a');
    const bridge = (family: string, containers: readonly ContainerSpec[]) =>
      world.ecs.registerTaskDefinition({ family, networkMode: 'bridge', containers, ...ROLES });
    bridge('web', [{ ...APP, dependsOn: [] }]);
    world.ecs.createService({ cluster: 'production', name: 'web', taskDefinition: 'web' });
    if (daemons.length > 0) {
      bridge('tracing', daemons);
      world.ecs.createService({
        cluster: 'production',
        name: 'tracing',
        taskDefinition: 'tracing',
        strategy: 'DAEMON',
      });
    }
    await world.clock.advance(2 * MINUTE);
    return world;
  };
  const rules = async (world: World) => {
    const snapshot = await createAuditor(world, { tracing: 'required' }).collect();
    const web = snapshot.revisions.find(({ taskDefinitionArn }) => taskDefinitionArn.includes('/web:'));
    return { found: web?.tracing.flatMap(({ findings }) => findings.map(({ rule }) => rule)), calls: snapshot.calls };
  };

  test('a daemon service with a collector counts, and is not described again for it', async () => {
    const { found, calls } = await rules(await staged([DAEMON]));
    expect(found).not.toContain('XRY-1');
    expect(calls).toMatchObject({ 'ecs:ListServices': 1, 'ecs:DescribeServices': 1, 'ecs:DescribeTaskDefinition': 2 });
  });

  test('without one a collector is missing', async () => {
    expect((await rules(await staged([]))).found).toContain('XRY-1');
    expect((await rules(await staged([{ name: 'logs', image: 'fluent-bit' }]))).found).toContain('XRY-1');
  });
});

describe('roles', () => {
  const staged = async (): Promise<World> => {
    const world = createWorld({ budgets: false });
    world.network.addVpc({ id: 'vpc-0a' });
    world.network.addSubnet({ vpcId: 'vpc-0a', id: 'subnet-0a', cidr: '10.0.0.0/24' });
    world.ecs.addCluster('production');
    for (const name of ['a', 'b', 'c']) {
      world.ecs.registerTaskDefinition({ family: name, containers: [APP, DAEMON], ...ROLES });
      world.ecs.createService({ cluster: 'production', name, taskDefinition: name, subnets: ['subnet-0a'] });
    }
    const { roles, policies } = world.surroundings;
    roles.set('task', { attached: ['arn:policy'], inline: new Map() });
    policies.set('arn:policy', { Statement: { Effect: 'Allow', Action: 'xray:Get*', Resource: '*' } });
    await world.clock.advance(2 * MINUTE);
    return world;
  };

  test('a role is read once, however many revisions have it, and only when asked', async () => {
    const world = await staged();
    const without = await createAuditor(world, { tracing: 'required' }).collect();
    expect(Object.keys(without.calls).filter((action) => action.startsWith('iam:'))).toEqual([]);
    const snapshot = await createAuditor(world, { tracing: 'required' }).collect({ iam: true });
    expect(snapshot.calls).toMatchObject({
      'iam:ListAttachedRolePolicies': 1,
      'iam:ListRolePolicies': 1,
      'iam:GetPolicy': 1,
      'iam:GetPolicyVersion': 1,
    });
    expect(snapshot.revisions.map(({ allowedActions }) => allowedActions)).toEqual(
      Array(3).fill(['xray:GetSamplingRules', 'xray:GetSamplingTargets']),
    );
    expect(judgeSnapshot(snapshot).findings.filter(({ rule }) => rule === 'XRY-13')).toHaveLength(3);
  });

  test('a role that may not be read is unseen, and nothing is held against it', async () => {
    const world = await staged();
    world.faults.add({ action: 'iam:ListRolePolicies', failure: 'denied' });
    const snapshot = await createAuditor(world, { tracing: 'required' }).collect({ iam: true });
    expect(snapshot.unseen).toMatchObject([{ resource: ROLES.taskRoleArn, what: 'what the role allows' }]);
    expect(judgeSnapshot(snapshot).findings.filter(({ rule }) => rule === 'XRY-13')).toEqual([]);
  });
});
