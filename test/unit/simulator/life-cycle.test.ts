import { describe, expect, test } from '@jest/globals';
import { parseTaskEvent } from '../../../shared/contracts/task-event.ts';
import type { World } from '../../../simulator/world.ts';
import { A_WHILE_MS, addressOf, addService, createTown, only } from './arrange.ts';

const stagesOf = (world: World, taskArn: string): string[] =>
  world.bus.log
    .filter((event) => event.resources.includes(taskArn))
    .map((event) => parseTaskEvent(event))
    .map(({ task }) => `${task.version} ${task.lastStatus} ${task.desiredStatus}`);

describe('the life of a Fargate task', () => {
  test('every stage raises the version and sends an event that the contracts read', async () => {
    const town = createTown();
    const service = addService(town, 'web');
    await town.world.clock.advance(A_WHILE_MS);
    const task = only(town.world.ecs.tasksOf(service.arn));
    expect(stagesOf(town.world, task.arn)).toEqual([
      '1 PROVISIONING RUNNING',
      '2 PENDING RUNNING',
      '3 ACTIVATING RUNNING',
      '4 RUNNING RUNNING',
    ]);
    town.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await town.world.clock.advance(A_WHILE_MS);
    expect(stagesOf(town.world, task.arn).slice(4)).toEqual([
      '5 RUNNING STOPPED',
      '6 DEACTIVATING STOPPED',
      '7 STOPPING STOPPED',
      '8 DEPROVISIONING STOPPED',
      '9 STOPPED STOPPED',
    ]);
  });

  test('has its address from PENDING until it leaves DEPROVISIONING', async () => {
    const town = createTown();
    const { world, vpcId } = town;
    const service = addService(town, 'web');
    const task = only(world.ecs.tasksOf(service.arn));
    expect(task.attachment?.interface).toBeUndefined();
    await world.clock.runUntil(() => task.lastStatus === 'PENDING', A_WHILE_MS);
    const address = addressOf(task);
    expect(world.network.holderOf(vpcId, address)?.description).toMatch(/^arn:aws:ecs:.*:attachment\/[0-9a-f]{32}$/);
    world.ecs.updateService(service.arn, { desiredCount: 0 });
    await world.clock.runUntil(() => task.lastStatus === 'DEPROVISIONING', A_WHILE_MS);
    expect(world.network.holderOf(vpcId, address)).toBeDefined();
    await world.clock.runUntil(() => task.lastStatus === 'STOPPED', A_WHILE_MS);
    expect(world.network.holderOf(vpcId, address)).toBeUndefined();
  });

  test('gives its address up as DEPROVISIONING begins where the world is told so', async () => {
    const town = createTown({ ecs: { releaseAddress: 'deprovisioning' } });
    const service = addService(town, 'web');
    await town.world.clock.advance(A_WHILE_MS);
    const task = only(town.world.ecs.tasksOf(service.arn));
    town.world.ecs.stopTask(task.arn);
    await town.world.clock.runUntil(() => task.lastStatus === 'DEPROVISIONING', A_WHILE_MS);
    expect(town.world.network.holderOf(town.vpcId, addressOf(task))).toBeUndefined();
  });

  test('the address of a stopped task goes to the next one', async () => {
    const town = createTown();
    const { world } = town;
    const first = only(world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [town.subnetId] }));
    await world.clock.advance(A_WHILE_MS);
    const address = addressOf(first);
    world.ecs.stopTask(first.arn);
    await world.clock.advance(A_WHILE_MS);
    const second = only(world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [town.subnetId] }));
    await world.clock.advance(A_WHILE_MS);
    expect(addressOf(second)).toBe(address);
  });

  test('a Spot notice comes two minutes ahead', async () => {
    const town = createTown();
    const { world } = town;
    const service = addService(town, 'web');
    await world.clock.advance(A_WHILE_MS);
    const task = only(world.ecs.tasksOf(service.arn));
    world.ecs.interruptSpot(task.arn);
    expect(stagesOf(world, task.arn).at(-1)).toBe('5 RUNNING STOPPED');
    expect(task.stopCode).toBe('SpotInterruption');
    await world.clock.advance(119_000);
    expect(task.lastStatus).toBe('RUNNING');
    await world.clock.advance(1_500);
    expect(task.lastStatus).toBe('DEACTIVATING');
    expect(world.ecs.tasksOf(service.arn).filter((other) => other.desiredStatus === 'RUNNING')).toHaveLength(1);
  });

  test('a task asked to stop before it runs never runs', async () => {
    const town = createTown();
    const task = only(
      town.world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [town.subnetId] }),
    );
    await town.world.clock.advance(5_000);
    town.world.ecs.stopTask(task.arn);
    await town.world.clock.advance(A_WHILE_MS);
    expect(stagesOf(town.world, task.arn)).toEqual([
      '1 PROVISIONING RUNNING',
      '2 PENDING RUNNING',
      '3 PENDING STOPPED',
      '4 DEPROVISIONING STOPPED',
      '5 STOPPED STOPPED',
    ]);
  });

  test('StopTask takes the tags away', async () => {
    const town = createTown();
    const { world, subnetId } = town;
    const task = only(
      world.ecs.runTask({
        cluster: 'production',
        taskDefinition: 'web',
        subnets: [subnetId],
        tags: { 'taskwire:standby': 'true' },
      }),
    );
    const tagsNow = async () =>
      (await world.call('ecs:DescribeTasks', { cluster: 'production', tasks: [task.arn], include: ['TAGS'] })).tasks[0]
        ?.tags;
    expect(await tagsNow()).toEqual([{ key: 'taskwire:standby', value: 'true' }]);
    await world.call('ecs:StopTask', { cluster: 'production', task: task.id });
    expect(await tagsNow()).toEqual([]);
  });

  test('is told for an hour after it stopped', async () => {
    const town = createTown();
    const { world, subnetId } = town;
    const task = only(world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [subnetId] }));
    world.ecs.stopTask(task.arn);
    await world.clock.runUntil(() => task.lastStatus === 'STOPPED', A_WHILE_MS);
    const ask = () => world.call('ecs:DescribeTasks', { cluster: 'production', tasks: [task.arn] });
    await world.clock.advance(3_599_000);
    expect((await ask()).tasks).toHaveLength(1);
    await world.clock.advance(2_000);
    expect((await ask()).failures).toEqual([{ arn: task.arn, reason: 'MISSING' }]);
  });
});

describe('a service', () => {
  test('replaces a task that crashed', async () => {
    const town = createTown();
    const { world } = town;
    const service = addService(town, 'web', 2);
    await world.clock.advance(A_WHILE_MS);
    const [first] = world.ecs.tasksOf(service.arn);
    world.ecs.crashTask(first?.arn ?? '', 137);
    await world.clock.advance(A_WHILE_MS);
    expect(first?.stopCode).toBe('EssentialContainerExited');
    expect(world.ecs.tasksOf(service.arn).map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING']);
  });

  test('rolls over without ever having fewer running tasks than desired', async () => {
    const town = createTown();
    const { world } = town;
    const service = addService(town, 'web', 5);
    await world.clock.advance(A_WHILE_MS);
    const old = world.ecs.tasksOf(service.arn);
    world.ecs.updateService(service.arn, { taskDefinition: 'web' });
    const running = () =>
      world.ecs
        .tasksOf(service.arn)
        .filter(({ lastStatus, desiredStatus }) => lastStatus === 'RUNNING' && desiredStatus === 'RUNNING').length;
    let fewest = 5;
    await world.clock.runUntil(() => {
      fewest = Math.min(fewest, running());
      return old.every(({ lastStatus }) => lastStatus === 'STOPPED');
    }, 10 * A_WHILE_MS);
    await world.clock.settle();
    expect(fewest).toBe(5);
    expect(world.ecs.tasksOf(service.arn)).toHaveLength(5);
    expect(service.deployments).toHaveLength(1);
  });
});

describe('tasks on EC2 instances', () => {
  const bridge = () => {
    const town = createTown();
    const { world, subnetId } = town;
    const instance = world.network.addInstance({ subnetId, id: 'i-0a' });
    const containerInstance = world.ecs.addContainerInstance('production', instance.id);
    world.ecs.registerTaskDefinition({
      family: 'api',
      networkMode: 'bridge',
      containers: [
        { name: 'api', portMappings: [{ containerPort: 80, hostPort: 0 }] },
        { name: 'agent', essential: false },
      ],
    });
    const run = () => only(world.ecs.runTask({ cluster: 'production', taskDefinition: 'api' }));
    return { town, world, containerInstance, run };
  };

  test('get dynamic host ports, told twice', async () => {
    const { world, run } = bridge();
    const [first, second] = [run(), run()];
    await world.clock.advance(A_WHILE_MS);
    const { tasks } = await world.call('ecs:DescribeTasks', { cluster: 'production', tasks: [first.arn, second.arn] });
    expect(tasks.map((task) => task.containers[0]?.networkBindings)).toEqual([
      [
        { bindIP: '0.0.0.0', containerPort: 80, hostPort: 32_768, protocol: 'tcp' },
        { bindIP: '::', containerPort: 80, hostPort: 32_768, protocol: 'tcp' },
      ],
      [
        { bindIP: '0.0.0.0', containerPort: 80, hostPort: 32_769, protocol: 'tcp' },
        { bindIP: '::', containerPort: 80, hostPort: 32_769, protocol: 'tcp' },
      ],
    ]);
    expect(tasks.map(({ attachments }) => attachments)).toEqual([[], []]);
  });

  test('free a host port when its container ends, while a sidecar is still stopping', async () => {
    const { world, run } = bridge();
    const first = run();
    world.ecs.delayStop(first.arn, 'agent', 30_000);
    await world.clock.advance(A_WHILE_MS);
    world.ecs.stopTask(first.arn);
    await world.clock.advance(10_000);
    expect(first.lastStatus).toBe('STOPPING');
    expect(first.containers.map(({ lastStatus }) => lastStatus)).toEqual(['STOPPED', 'RUNNING']);
    expect(run().containers[0]?.hostPorts[0]?.hostPort).toBe(32_768);
  });

  test('do not bring back a container that exited while they started', async () => {
    const { world, run } = bridge();
    const task = run();
    world.ecs.exitContainer(task.arn, 'agent', 1);
    await world.clock.advance(A_WHILE_MS);
    expect([task.lastStatus, ...task.containers.map(({ lastStatus }) => lastStatus)]).toEqual([
      'RUNNING',
      'RUNNING',
      'STOPPED',
    ]);
  });

  test('go on while a container that is not essential has exited', async () => {
    const { world, run } = bridge();
    const task = run();
    await world.clock.advance(A_WHILE_MS);
    const { version } = task;
    world.ecs.exitContainer(task.arn, 'agent', 1);
    await world.clock.advance(A_WHILE_MS);
    expect([task.lastStatus, task.desiredStatus, task.version]).toEqual(['RUNNING', 'RUNNING', version + 1]);
  });
});
