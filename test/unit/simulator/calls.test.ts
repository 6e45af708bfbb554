import { describe, expect, test } from '@jest/globals';
import { createInMemoryPorts } from '../../../simulator/ports/in-memory.ts';
import { A_WHILE_MS, addGroup, addService, createTown, only } from './arrange.ts';

describe('budgets', () => {
  test('registering and deregistering share twenty calls, then four a second', async () => {
    const town = createTown();
    const group = addGroup(town, 'web');
    const send = (n: number) =>
      town.world.call(n % 2 === 0 ? 'elasticloadbalancing:RegisterTargets' : 'elasticloadbalancing:DeregisterTargets', {
        TargetGroupArn: group.arn,
        Targets: [{ Id: '10.0.0.10', Port: 80 }],
      });
    for (let n = 0; n < 20; n++) await send(n);
    await expect(send(20)).rejects.toMatchObject({ code: 'Throttling', message: 'Rate exceeded', statusCode: 400 });
    await town.world.clock.advance(1_000);
    for (let n = 0; n < 4; n++) await send(n);
    await expect(send(0)).rejects.toMatchObject({ code: 'Throttling' });
    expect(town.world.calls.mutating().filter(({ error }) => error === 'Throttling')).toHaveLength(2);
  });

  test('all calls of load balancing share forty', async () => {
    const town = createTown();
    const group = addGroup(town, 'web');
    const read = () => town.world.call('elasticloadbalancing:DescribeTargetHealth', { TargetGroupArn: group.arn });
    for (let n = 0; n < 40; n++) await read();
    await expect(
      town.world.call('elasticloadbalancing:RegisterTargets', { TargetGroupArn: group.arn, Targets: [] }),
    ).rejects.toMatchObject({ code: 'Throttling' });
  });

  test('ECS throttles in its own words, and budgets can be switched off', async () => {
    const { world } = createTown();
    world.budgets.use('ecs cluster resource read', 100);
    const read = () => world.call('ecs:ListTasks', { cluster: 'production' });
    await expect(read()).rejects.toMatchObject({ name: 'ThrottlingException', code: 'ThrottlingException' });
    world.budgets.enabled = false;
    await expect(read()).resolves.toEqual({ taskArns: [] });
  });
});

describe('faults', () => {
  test('strike after some calls, so often, and only calls like these', async () => {
    const { world } = createTown();
    world.ecs.addCluster('staging');
    const fault = world.faults.add({
      action: 'ecs:ListTasks',
      failure: 'broken',
      after: 1,
      times: 2,
      when: ({ cluster }) => cluster === 'production',
    });
    const outcomes: string[] = [];
    for (const cluster of ['staging', 'production', 'production', 'production', 'production']) {
      outcomes.push(
        await world.call('ecs:ListTasks', { cluster }).then(
          () => 'ok',
          ({ code }) => code,
        ),
      );
    }
    expect(outcomes).toEqual(['ok', 'ok', 'ServerException', 'ServerException', 'ok']);
    expect(fault.hits).toBe(2);
    fault.remove();
  });

  test('a lost answer took effect', async () => {
    const town = createTown();
    const group = addGroup(town, 'web');
    town.world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'lost', times: 1 });
    await expect(
      town.world.call('elasticloadbalancing:RegisterTargets', {
        TargetGroupArn: group.arn,
        Targets: [{ Id: '10.0.0.10' }],
      }),
    ).rejects.toMatchObject({ answered: false, code: 'ECONNRESET' });
    expect(town.world.targetGroups.targetsOf(group.arn)).toHaveLength(1);
  });

  test('latency takes virtual time', async () => {
    const { world } = createTown();
    world.faults.add({ action: 'ecs:ListTasks', latencyMs: 2_500 });
    const startMs = world.clock.nowMs();
    await world.clock.until(world.call('ecs:ListTasks', { cluster: 'production' }));
    expect(world.clock.nowMs() - startMs).toBe(2_500);
  });

  test('hooks come between a look and an act', async () => {
    const town = createTown();
    const { world } = town;
    const service = addService(town, 'web');
    await world.clock.advance(A_WHILE_MS);
    const task = only(world.ecs.tasksOf(service.arn));
    const remove = world.faults.after('ecs:DescribeTasks', () => world.ecs.stopTask(task.arn));
    const answer = await world.call('ecs:DescribeTasks', { cluster: 'production', tasks: [task.arn] });
    expect(answer.tasks[0]?.desiredStatus).toBe('RUNNING');
    expect(task.desiredStatus).toBe('STOPPED');
    remove();
  });
});

describe('listings', () => {
  const town = async () => {
    const made = createTown();
    const service = addService(made, 'web', 250);
    await made.world.clock.advance(A_WHILE_MS);
    return { ...made, service };
  };

  test('come in pages, and a page that fails fails the whole', async () => {
    const { world } = await town();
    world.calls.reset();
    const { tasks } = createInMemoryPorts(world);
    expect(await tasks.list('production', { desiredStatus: 'RUNNING' })).toHaveLength(250);
    expect(world.calls.count('ecs:ListTasks')).toBe(3);
    world.faults.add({ action: 'ecs:ListTasks', failure: 'broken', after: 2 });
    const failed = tasks.list('production', { desiredStatus: 'RUNNING' });
    await expect(world.clock.until(failed)).rejects.toMatchObject({ name: 'IncompleteError' });
  });

  test('lag behind while DescribeTasks is current', async () => {
    const { world, service } = await town();
    world.ecs.times.listLagMs = 120_000;
    const [first] = world.ecs.tasksOf(service.arn);
    await world.clock.advance(120_000);
    world.ecs.stopTask(first?.arn ?? '');
    const listed = async () =>
      (await world.call('ecs:ListTasks', { cluster: 'production', desiredStatus: 'STOPPED' })).taskArns;
    expect(await listed()).not.toContain(first?.arn);
    await world.clock.advance(120_000);
    expect(await listed()).toContain(first?.arn);
  });

  test('DescribeTasks misses very new tasks and tells other failures as they are', async () => {
    const made = createTown({ ecs: { newTaskMissingMs: 3_000 } });
    const { world } = made;
    const service = addService(made, 'web');
    const task = only(world.ecs.tasksOf(service.arn));
    const { tasks } = createInMemoryPorts(world);
    expect(await tasks.describe('production', [task.arn])).toMatchObject({ tasks: [], missing: [task.arn] });
    await world.clock.advance(3_000);
    expect((await tasks.describe('production', [task.arn])).tasks).toHaveLength(1);
    world.ecs.failing.set(task.arn, 'ACCESS_DENIED');
    expect(await tasks.describe('production', [task.arn])).toMatchObject({
      tasks: [],
      missing: [],
      failed: [{ arn: task.arn, reason: 'ACCESS_DENIED' }],
    });
  });
});

test('the recorder counts every try and tells which could have changed something', async () => {
  const town = createTown();
  const { world } = town;
  const group = addGroup(town, 'web');
  await world.call('ecs:ListTasks', { cluster: 'production' });
  await world.call('ecs:ListTasks', { cluster: 'nowhere' }).catch(() => undefined);
  await world.call('elasticloadbalancing:DeregisterTargets', { TargetGroupArn: group.arn, Targets: [] });
  expect(world.calls.counts()).toEqual({ 'ecs:ListTasks': 2, 'elasticloadbalancing:DeregisterTargets': 1 });
  expect(world.calls.of('ecs:ListTasks').map(({ error }) => error)).toEqual([undefined, 'ClusterNotFoundException']);
  expect(world.calls.mutating()).toHaveLength(1);
});

test('the same seed gives the same world', async () => {
  const story = async (seed: number) => {
    const town = createTown({ seed, ecs: { jitter: 0.5 } });
    addService(town, 'web', 5);
    await town.world.clock.advance(A_WHILE_MS);
    return town.world.bus.log.map(({ id, time, detail }) => ({ id, time, detail }));
  };
  expect(await story(7)).toEqual(await story(7));
  expect(await story(7)).not.toEqual(await story(8));
});
