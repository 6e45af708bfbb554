import { describe, expect, test } from '@jest/globals';
import { A_WHILE_MS, addGroup, addressOf, addService, createTown, only, type Town } from './arrange.ts';

const counts = ({ world }: Town) => {
  const { tasks, groups, missing, stale, wrong, foreign } = world.audit();
  return { tasks, groups, missing: missing.length, stale: stale.length, wrong: wrong.length, foreign: foreign.length };
};

const wired = async () => {
  const town = createTown();
  const group = addGroup(town, 'web', { 'taskwire:service': 'production/web' });
  const service = addService(town, 'web');
  await town.world.clock.advance(A_WHILE_MS);
  const task = only(town.world.ecs.tasksOf(service.arn));
  const put = (id: string, port = 8080) => town.world.targetGroups.put(group.arn, { id, port });
  return { town, group, service, task, put };
};

describe('the measure of wrongness', () => {
  test('a running task that is not registered is missing', async () => {
    const { town, task } = await wired();
    expect(counts(town)).toEqual({ tasks: 1, groups: 1, missing: 1, stale: 0, wrong: 0, foreign: 0 });
    expect(town.world.audit().missing).toMatchObject([{ id: addressOf(task), port: 8080, taskArn: task.arn }]);
  });

  test('a continuation without the tag that it goes on asks for nothing', async () => {
    const { town, group } = await wired();
    town.world.targetGroups.untag(group.arn, ['taskwire:service']);
    town.world.targetGroups.tag(group.arn, { 'taskwire:service.2': 'production/web' });
    expect(counts(town)).toMatchObject({ groups: 0, missing: 0 });
  });

  test('registered and running is right', async () => {
    const { town, task, put } = await wired();
    put(addressOf(task));
    expect(counts(town)).toMatchObject({ missing: 0, stale: 0, wrong: 0, foreign: 0 });
  });

  test('a target that nobody holds is stale', async () => {
    const { town, task, service, put } = await wired();
    put(addressOf(task));
    town.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await town.world.clock.advance(A_WHILE_MS);
    expect(counts(town)).toMatchObject({ tasks: 0, missing: 0, stale: 1, wrong: 0 });
  });

  test("a target that another workload's task holds is wrong", async () => {
    const { town, put } = await wired();
    const other = addService(town, 'other');
    await town.world.clock.advance(A_WHILE_MS);
    put(addressOf(only(town.world.ecs.tasksOf(other.arn))));
    expect(counts(town)).toMatchObject({ missing: 1, wrong: 1 });
  });

  test("an interface that is no task's is foreign", async () => {
    const { town, put } = await wired();
    put(town.world.network.addInterface({ subnetId: town.subnetId }).ipv4 ?? '');
    expect(counts(town)).toMatchObject({ foreign: 1, stale: 0 });
  });

  test('a standby task is not missing, a draining target is', async () => {
    const { town, task, group, put } = await wired();
    put(addressOf(task));
    await town.world.call('elasticloadbalancing:DeregisterTargets', {
      TargetGroupArn: group.arn,
      Targets: [{ Id: addressOf(task), Port: 8080 }],
    });
    expect(counts(town)).toMatchObject({ missing: 1 });
    town.world.ecs.tagTask(task.arn, { 'taskwire:standby': 'true' });
    expect(counts(town)).toMatchObject({ missing: 0 });
  });

  test('RunTask that borrows the group is nobody of the service', async () => {
    const { town } = await wired();
    const { world, subnetId } = town;
    world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [subnetId], group: 'service:web' });
    await world.clock.advance(A_WHILE_MS);
    expect(counts(town)).toMatchObject({ tasks: 1, missing: 1 });
  });

  test('the same address in another VPC is somebody else', async () => {
    const { town, put } = await wired();
    const { world } = town;
    const twin = world.network.addVpc({ id: 'vpc-0b' });
    const subnet = world.network.addSubnet({ vpcId: twin.id, cidr: '10.0.0.0/24' });
    const elsewhere = only(
      world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [subnet.id], group: 'family:web' }),
    );
    await world.clock.advance(A_WHILE_MS);
    expect(addressOf(elsewhere)).toBe(addressOf(only(world.ecs.tasksOf([...world.ecs.services.keys()][0] ?? ''))));
    put(addressOf(elsewhere));
    expect(counts(town)).toMatchObject({ missing: 0, wrong: 0, stale: 0 });
  });

  test('instance groups go by host port, Beanstalk by the tag of the instance', async () => {
    const town = createTown();
    const { world, subnetId, vpcId } = town;
    world.ecs.addCluster('awseb-shop-1a2b');
    const instance = world.network.addInstance({ subnetId, tags: { 'elasticbeanstalk:environment-name': 'shop' } });
    const { arn } = world.ecs.addContainerInstance('awseb-shop-1a2b', instance.id);
    world.ecs.registerTaskDefinition({
      family: 'awseb-shop',
      networkMode: 'bridge',
      containers: [{ name: 'app', portMappings: [{ containerPort: 80, hostPort: 8000 }] }],
    });
    const group = world.targetGroups.add({
      name: 'shop',
      targetType: 'instance',
      vpcId,
      tags: { 'taskwire:beanstalk': 'shop' },
    });
    const task = world.ecs.startTask({
      cluster: 'awseb-shop-1a2b',
      taskDefinition: 'awseb-shop',
      containerInstance: arn,
    });
    await world.clock.advance(A_WHILE_MS);
    expect(world.audit().missing).toMatchObject([{ id: instance.id, port: 8000, taskArn: task.arn }]);
    world.targetGroups.put(group.arn, { id: instance.id, port: 8000 });
    expect(counts(town)).toMatchObject({ tasks: 1, missing: 0, stale: 0, wrong: 0 });
    world.ecs.stopTask(task.arn);
    await world.clock.advance(A_WHILE_MS);
    expect(counts(town)).toMatchObject({ tasks: 0, stale: 1 });
  });
});
