import { describe, expect, test } from '@jest/globals';
import { blind, found, made, RIGHT, words } from '../support/say.ts';
import { addressOf, createStage, only, type Stage } from '../support/stage.ts';

/** A second VPC with the very same addresses, and a third with others. */
const moreVpcs = (stage: Stage) => {
  const { network } = stage.world;
  const twin = network.addVpc({ id: 'vpc-0b' });
  const other = network.addVpc({ id: 'vpc-0c', cidrs: ['10.9.0.0/16'] });
  return {
    twin: network.addSubnet({ vpcId: twin.id, id: 'subnet-0b', cidr: '10.0.0.0/16' }).id,
    other: network.addSubnet({ vpcId: other.id, id: 'subnet-0c', cidr: '10.9.0.0/16' }).id,
  };
};

describe('two VPCs with the same addresses', () => {
  test('a task of the other VPC is never registered, and that is told', async () => {
    const stage = createStage();
    const { twin } = moreVpcs(stage);
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    stage.service('web', 4, { subnets: [stage.subnetId, twin] });
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(stage.registered(group)).toEqual(['10.0.0.4:8080', '10.0.0.5:8080']);
    expect(found(ran)).toEqual(['TGT-7 high web']);
    expect(words(ran)).toContain('Tasks run in vpc-0b, and web is in vpc-0a');
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
  });

  test('a stopped task of the other VPC is no proof against who has its address here', async () => {
    const stage = createStage();
    const { twin } = moreVpcs(stage);
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const own = stage.world.network.addInterface({ subnetId: stage.subnetId, description: 'a proxy' });
    stage.world.targetGroups.put(group.arn, { id: own.ipv4 ?? '', port: 8080 });
    const service = stage.service('web', 1, { subnets: [twin] });
    await stage.run(60_000);
    expect(addressOf(only(stage.world.ecs.tasksOf(service.arn)))).toBe(own.ipv4);
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(stage.registered(group)).toEqual([`${own.ipv4}:8080`]);
    expect(stage.ran.flatMap(made)).toEqual([]);
    expect(found(ran)).toEqual(['TGT-2 high web']);
  });

  test('a live task of the other VPC does not keep the target of one that stopped here', async () => {
    const stage = createStage();
    const { twin } = moreVpcs(stage);
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const here = stage.service('web', 1);
    const there = stage.service('there', 1, { subnets: [twin] });
    await stage.run(60_000);
    const [a, b] = [here, there].map(({ arn }) => addressOf(only(stage.world.ecs.tasksOf(arn))));
    expect(a).toBe(b);
    blind(stage);
    stage.world.ecs.updateService(here.arn, { desiredCount: 0 });
    await stage.run(60_000);
    await stage.sweep();
    expect(stage.registered(group)).toEqual([]);
    expect(stage.world.ecs.tasksOf(there.arn)).toHaveLength(1);
  });

  test('with zone=all a task elsewhere is registered with zone all, unless its address also lies here', async () => {
    const stage = createStage();
    const { twin, other } = moreVpcs(stage);
    const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:zone': 'all' });
    const service = stage.service('web', 3, { subnets: [stage.subnetId, other, twin] });
    await stage.run(60_000);
    const targets = stage.world.targetGroups.targetsOf(group.arn);
    expect(targets.map(({ id, zone }) => [id, zone])).toEqual([
      ['10.0.0.4', undefined],
      ['10.9.0.4', 'all'],
    ]);
    const ran = await stage.sweep();
    expect(found(ran)).toEqual(['TGT-7 high web']);
    expect(words(ran)).toContain("10.0.0.4 of vpc-0b also lies in subnet-0a of web's own vpc-0a");
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });

    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(60_000);
    expect(stage.registered(group)).toEqual([]);
  });

  test('with zone=all an hour of blindness ends like within the VPC: a stopped task is proof', async () => {
    const stage = createStage();
    const { other } = moreVpcs(stage);
    const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:zone': 'all' });
    const service = stage.service('web', 3, { subnets: [other] });
    await stage.run(60_000);
    blind(stage);
    stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
    await stage.run(60_000);
    await stage.sweep();
    expect(stage.registered(group)).toEqual(['10.9.0.4:8080']);
    expect(stage.world.audit()).toMatchObject(RIGHT);
  });
});

describe('IPv6', () => {
  const withSubnets = () => {
    const stage = createStage();
    const { network } = stage.world;
    const dual = network.addSubnet({ vpcId: stage.vpcId, cidr: '10.1.0.0/24', ipv6Cidr: '2001:db8:0:1::/64' }).id;
    const six = network.addSubnet({ vpcId: stage.vpcId, ipv6Cidr: '2001:db8:0:2::/64' }).id;
    return { stage, dual, six };
  };
  const ipv6 = { ipAddressType: 'ipv6' };

  test('dual-stack tasks are in a group of each address type, IPv6-only ones only where they can be', async () => {
    const { stage, dual, six } = withSubnets();
    const four = stage.group('four', { 'taskwire:service': 'production/web' });
    const sixes = stage.group('six', { 'taskwire:service': 'production/web production/modern' }, ipv6);
    const wrong = stage.group('wrong', { 'taskwire:service': 'production/modern' });
    stage.service('web', 2, { subnets: [dual] });
    stage.service('modern', 1, { subnets: [six] });
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(stage.registered(four)).toEqual(['10.1.0.4:8080', '10.1.0.5:8080']);
    expect(stage.registered(sixes)).toEqual([
      '2001:db8:0:1::10:8080',
      '2001:db8:0:1::11:8080',
      '2001:db8:0:2::10:8080',
    ]);
    expect(stage.registered(wrong)).toEqual([]);
    expect(found(ran)).toEqual(['TGT-7 high wrong']);
    expect(words(ran)).toContain('Tasks have no IPv4 address, and wrong takes IPv4 targets.');
    expect(stage.world.audit()).toMatchObject(RIGHT);
  });

  test('a stopped task leaves both groups, by its event and by a sweep', async () => {
    const { stage, dual } = withSubnets();
    const four = stage.group('four', { 'taskwire:service': 'production/web' });
    const sixes = stage.group('six', { 'taskwire:service': 'production/web' }, ipv6);
    const service = stage.service('web', 3, { subnets: [dual] });
    await stage.run(60_000);
    stage.world.ecs.updateService(service.arn, { desiredCount: 2 });
    await stage.run(60_000);
    expect([stage.registered(four).length, stage.registered(sixes).length]).toEqual([2, 2]);
    blind(stage);
    stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
    await stage.run(3_700_000);
    const ran = await stage.sweep();
    expect(made(ran)).toEqual([
      'deregister 10.1.0.5:8080 four: EC2 knows no network interface with 10.1.0.5 in vpc-0a',
      'deregister 2001:db8:0:1::11:8080 six: EC2 knows no network interface with 2001:db8:0:1::11 in vpc-0a',
    ]);
    expect(stage.world.audit()).toMatchObject(RIGHT);
  });
});

test('a Service Connect attachment before the interface and an injected container do not hide the address', async () => {
  const stage = createStage();
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 2, { serviceConnect: true, injected: ['aws-guardduty-agent-7XpQ2'] });
  await stage.run(60_000);
  expect(stage.registered(group)).toEqual(['10.0.0.4:8080', '10.0.0.5:8080']);
  stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
  await stage.run(60_000);
  expect(stage.registered(group)).toEqual(['10.0.0.4:8080']);
  expect(stage.ran.flatMap(found)).toEqual([]);
});
