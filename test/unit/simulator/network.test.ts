import { describe, expect, test } from '@jest/globals';
import { createWorld } from '../../../simulator/world.ts';
import { A_WHILE_MS, createTown, only } from './arrange.ts';

describe('addresses', () => {
  test('are given out from the fifth of the block on, the last one is AWS’s, and a full subnet says so', () => {
    const { network } = createWorld();
    const { id } = network.addSubnet({ vpcId: network.addVpc().id, cidr: '10.0.0.0/28' });
    const given = Array.from({ length: 11 }, () => network.addInterface({ subnetId: id }).ipv4);
    expect([given[0], given[10]]).toEqual(['10.0.0.4', '10.0.0.14']);
    expect(() => network.addInterface({ subnetId: id })).toThrow(`${id} has no free address left`);
  });

  test.each([
    ['newest' as const, '10.0.0.5'],
    ['oldest' as const, '10.0.0.7'],
  ])('%s: a freed address comes back as told', (reuse, next) => {
    const { network } = createWorld({ network: { reuse } });
    const { id } = network.addSubnet({ vpcId: network.addVpc().id, cidr: '10.0.0.0/24' });
    const [, second] = [1, 2, 3].map(() => network.addInterface({ subnetId: id }));
    network.removeInterface(second?.id ?? '');
    expect(network.addInterface({ subnetId: id }).ipv4).toBe(next);
  });

  test('an address can be taken on purpose, and only once', () => {
    const { network } = createWorld();
    const { id } = network.addSubnet({ vpcId: network.addVpc().id, cidr: '10.0.0.0/24' });
    network.addInterface({ subnetId: id, address: '10.0.0.4' });
    expect(() => network.addInterface({ subnetId: id, address: '10.0.0.4' })).toThrow('is taken');
    expect(network.addInterface({ subnetId: id }).ipv4).toBe('10.0.0.5');
  });

  test('follow the families of the subnet', () => {
    const { network } = createWorld();
    const vpcId = network.addVpc().id;
    const dual = network.addSubnet({ vpcId, cidr: '10.0.0.0/24', ipv6Cidr: '2600:1f00:0:1::/64' });
    const only6 = network.addSubnet({ vpcId, ipv6Cidr: '2600:1f00:0:2::/64' });
    expect(network.addInterface({ subnetId: dual.id })).toMatchObject({ ipv4: '10.0.0.4', ipv6: '2600:1f00:0:1::10' });
    const six = network.addInterface({ subnetId: only6.id });
    expect(six.ipv4).toBeUndefined();
    expect(network.holderOf(vpcId, '2600:1F00:0:2:0::10')).toBe(six);
  });

  test('the same address lives in two VPCs', () => {
    const { network } = createWorld();
    const [first, second] = [1, 2].map(() => {
      const vpcId = network.addVpc().id;
      return network.addInterface({ subnetId: network.addSubnet({ vpcId, cidr: '10.0.0.0/24' }).id });
    });
    expect(first?.ipv4).toBe(second?.ipv4);
    expect(network.holderOf(first?.vpcId ?? '', '10.0.0.4')).toBe(first);
    expect(network.holderOf(second?.vpcId ?? '', '10.0.0.4')).toBe(second);
  });
});

test('a task that finds no address stops before it ran', async () => {
  const town = createTown();
  const { world, vpcId } = town;
  const tiny = world.network.addSubnet({ vpcId, cidr: '10.0.9.0/28' });
  for (let n = 0; n < 11; n++) world.network.addInterface({ subnetId: tiny.id });
  const task = only(world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [tiny.id] }));
  await world.clock.advance(A_WHILE_MS);
  expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
});

test('the tasks of a terminated instance stop', async () => {
  const town = createTown();
  const { world, subnetId } = town;
  const instance = world.network.addInstance({ subnetId });
  world.ecs.addContainerInstance('production', instance.id);
  world.ecs.registerTaskDefinition({ family: 'api', networkMode: 'bridge', containers: [{ name: 'api' }] });
  const task = only(world.ecs.runTask({ cluster: 'production', taskDefinition: 'api' }));
  await world.clock.advance(A_WHILE_MS);
  world.network.setInstanceState(instance.id, 'terminated');
  await world.clock.advance(A_WHILE_MS);
  expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TerminationNotice' });
});
