import { describe, expect, test } from '@jest/globals';
import type { TargetGroupRecord } from '../../../simulator/state.ts';
import { A_WHILE_MS, addGroup, addressOf, addService, createTown, only, type Town } from './arrange.ts';

const register = (
  { world }: Town,
  group: TargetGroupRecord,
  ...targets: { Id: string; Port?: number; AvailabilityZone?: string }[]
) => world.call('elasticloadbalancing:RegisterTargets', { TargetGroupArn: group.arn, Targets: targets });
const deregister = ({ world }: Town, group: TargetGroupRecord, ...targets: { Id: string; Port?: number }[]) =>
  world.call('elasticloadbalancing:DeregisterTargets', { TargetGroupArn: group.arn, Targets: targets });
const statesOf = ({ world }: Town, group: TargetGroupRecord) =>
  world.targetGroups.targetsOf(group.arn).map(({ state }) => state);

const running = async () => {
  const town = createTown();
  const group = addGroup(town, 'web');
  const service = addService(town, 'web');
  await town.world.clock.advance(A_WHILE_MS);
  const task = only(town.world.ecs.tasksOf(service.arn));
  return { town, group, service, task, address: addressOf(task) };
};

describe('the health of a target', () => {
  test('is initial, healthy while a container listens, draining for the delay, then gone', async () => {
    const { town, group, address } = await running();
    await register(town, group, { Id: address });
    expect(town.world.targetGroups.targetsOf(group.arn)).toMatchObject([{ id: address, port: 8080, state: 'initial' }]);
    await town.world.clock.advance(10_000);
    expect(statesOf(town, group)).toEqual(['healthy']);
    await deregister(town, group, { Id: address, Port: 8080 });
    expect(statesOf(town, group)).toEqual(['draining']);
    await town.world.clock.advance(300_000);
    expect(statesOf(town, group)).toEqual([]);
  });

  test('is unhealthy where nobody listens', async () => {
    const { town, group, address } = await running();
    await register(town, group, { Id: address, Port: 9999 });
    await town.world.clock.advance(10_000);
    expect(statesOf(town, group)).toEqual(['unhealthy']);
  });

  test('is unused in a group without a listener, and goes at once', async () => {
    const { town, group, address } = await running();
    group.attached = false;
    await register(town, group, { Id: address });
    expect(statesOf(town, group)).toEqual(['unused']);
    await deregister(town, group, { Id: address, Port: 8080 });
    expect(statesOf(town, group)).toEqual([]);
  });

  test('a target that is not registered is told as unused when asked for', async () => {
    const { town, group } = await running();
    const answer = await town.world.call('elasticloadbalancing:DescribeTargetHealth', {
      TargetGroupArn: group.arn,
      Targets: [{ Id: '10.0.0.77', Port: 8080 }],
    });
    expect(answer.TargetHealthDescriptions).toMatchObject([
      { TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
    ]);
  });
});

describe('registering', () => {
  test('the same target twice changes nothing', async () => {
    const { town, group, address } = await running();
    await register(town, group, { Id: address });
    await town.world.clock.advance(10_000);
    await register(town, group, { Id: address });
    expect(statesOf(town, group)).toEqual(['healthy']);
  });

  test('a draining target succeeds, and it drains on until it is gone', async () => {
    const { town, group, address } = await running();
    await register(town, group, { Id: address });
    await deregister(town, group, { Id: address, Port: 8080 });
    await register(town, group, { Id: address });
    expect(statesOf(town, group)).toEqual(['draining']);
    await town.world.clock.advance(300_000);
    expect(statesOf(town, group)).toEqual([]);
    await register(town, group, { Id: address });
    expect(statesOf(town, group)).toEqual(['initial']);
  });

  test('a draining target brings it back where the world is told so', async () => {
    const { town, group, address } = await running();
    town.world.targetGroups.options.drainingTarget = 'rejoin';
    await register(town, group, { Id: address });
    await deregister(town, group, { Id: address, Port: 8080 });
    await register(town, group, { Id: address });
    expect(statesOf(town, group)).toEqual(['initial']);
  });

  test.each([
    ['an address outside the VPC without a zone', { Id: '10.9.0.1' }, 'ValidationError', "'10.9.0.1'"],
    ['zone all inside the VPC', { Id: '10.0.0.9', AvailabilityZone: 'all' }, 'ValidationError', "'10.0.0.9'"],
    ['a public address', { Id: '8.8.8.8', AvailabilityZone: 'all' }, 'InvalidTarget', "'8.8.8.8'"],
    ['an IPv6 address in an IPv4 group', { Id: '2001:db8::1' }, 'ValidationError', "'2001:db8::1'"],
    ['no address at all', { Id: 'i-0123456789abcdef0' }, 'ValidationError', "'i-0123456789abcdef0'"],
  ])('%s is refused for the whole call, quoting it', async (_, target, code, quoted) => {
    const { town, group, address } = await running();
    await expect(register(town, group, { Id: address }, target)).rejects.toMatchObject({
      code,
      statusCode: 400,
      message: expect.stringContaining(quoted),
    });
    expect(statesOf(town, group)).toEqual([]);
  });

  test('zone all outside the VPC is accepted', async () => {
    const { town, group } = await running();
    await register(town, group, { Id: '10.9.0.1', AvailabilityZone: 'all' });
    expect(town.world.targetGroups.targetsOf(group.arn)).toMatchObject([{ id: '10.9.0.1', zone: 'all' }]);
  });

  test('an instance must run', async () => {
    const town = createTown();
    const group = town.world.targetGroups.add({ name: 'api', targetType: 'instance', vpcId: town.vpcId });
    const instance = town.world.network.addInstance({ subnetId: town.subnetId });
    await register(town, group, { Id: instance.id, Port: 32_768 }, { Id: instance.id, Port: 32_769 });
    expect(statesOf(town, group)).toHaveLength(2);
    town.world.network.setInstanceState(instance.id, 'stopped');
    await expect(register(town, group, { Id: instance.id, Port: 32_770 })).rejects.toMatchObject({
      name: 'InvalidTargetException',
      code: 'InvalidTarget',
    });
  });

  test('the quota counts what does not drain', async () => {
    const town = createTown();
    const group = town.world.targetGroups.add({ name: 'small', vpcId: town.vpcId, quota: 2 });
    await register(town, group, { Id: '10.0.0.10' }, { Id: '10.0.0.11' });
    await expect(register(town, group, { Id: '10.0.0.12' })).rejects.toMatchObject({ name: 'TooManyTargetsException' });
    await deregister(town, group, { Id: '10.0.0.10', Port: 80 });
    await register(town, group, { Id: '10.0.0.12' });
    expect(statesOf(town, group)).toHaveLength(3);
  });
});

describe('deregistering', () => {
  test('another port or an unknown target is success and changes nothing', async () => {
    const { town, group, address } = await running();
    await register(town, group, { Id: address });
    await deregister(town, group, { Id: address, Port: 9999 });
    await deregister(town, group, { Id: '10.0.0.200', Port: 8080 });
    expect(statesOf(town, group)).toEqual(['initial']);
  });

  test('a group that is gone is not found, and the tagging API may tell it still', async () => {
    const { town } = await running();
    const group = addGroup(town, 'old', { 'taskwire:service': 'production/web' });
    town.world.targetGroups.delete(group.arn, { stillTagged: true });
    await expect(deregister(town, group, { Id: '10.0.0.9' })).rejects.toMatchObject({
      name: 'TargetGroupNotFoundException',
      code: 'TargetGroupNotFound',
    });
    const { ResourceTagMappingList } = await town.world.call('tag:GetResources', {
      TagFilters: [{ Key: 'taskwire:service' }],
    });
    expect(ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN)).toEqual([group.arn]);
  });
});

describe('tags', () => {
  test('a change is told on the bus', () => {
    const town = createTown();
    const group = addGroup(town, 'web');
    town.world.targetGroups.tag(group.arn, { 'taskwire:service': 'production/web' });
    town.world.targetGroups.untag(group.arn, ['taskwire:service']);
    expect(town.world.bus.log).toMatchObject([
      {
        source: 'aws.tag',
        'detail-type': 'Tag Change on Resource',
        resources: [group.arn],
        detail: { 'changed-tag-keys': ['taskwire:service'], tags: { 'taskwire:service': 'production/web' } },
      },
      { resources: [group.arn], detail: { 'changed-tag-keys': ['taskwire:service'], tags: {} } },
    ]);
  });
});

test('ECS itself fills the groups of a service with load balancers', async () => {
  const town = createTown();
  const { world, subnetId } = town;
  const group = addGroup(town, 'native');
  const service = world.ecs.createService({
    cluster: 'production',
    name: 'native',
    taskDefinition: 'web',
    subnets: [subnetId],
    loadBalancers: [{ targetGroupArn: group.arn, containerName: 'web', containerPort: 8080 }],
  });
  await world.clock.advance(A_WHILE_MS);
  expect(statesOf(town, group)).toEqual(['healthy']);
  world.ecs.updateService(service.arn, { desiredCount: 0 });
  await world.clock.advance(A_WHILE_MS);
  expect(statesOf(town, group)).toEqual(['draining']);
  expect(world.calls.all).toEqual([]);
});
