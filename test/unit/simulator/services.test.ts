import { describe, expect, test } from '@jest/globals';
import type { World } from '../../../simulator/world.ts';
import { A_WHILE_MS, addService, createTown } from './arrange.ts';

/** What the bus told about services, in order: names of the events. */
const told = (world: World): readonly string[] =>
  world.bus.log.flatMap(({ detail }) => ('eventName' in detail ? String(detail.eventName) : []));

const createShop = async (spec: object = {}) => {
  const town = createTown();
  const { world } = town;
  const service = world.ecs.createService({
    cluster: 'production',
    name: 'web',
    taskDefinition: 'web',
    subnets: [town.subnetId],
    desiredCount: 2,
    ...spec,
  });
  await world.clock.advance(A_WHILE_MS);
  return { town, world, service };
};

describe('a deployment', () => {
  test('is told when it begins and, with the steady state, when it is completed', async () => {
    const { world, service } = await createShop();
    expect(told(world)).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_STEADY_STATE',
      'SERVICE_DEPLOYMENT_COMPLETED',
    ]);
    const [begun, steady] = world.bus.log.filter(({ detail }) => 'eventName' in detail);
    expect(begun).toMatchObject({
      source: 'aws.ecs',
      'detail-type': 'ECS Deployment State Change',
      resources: [service.arn],
    });
    expect(begun?.detail).toEqual({
      eventType: 'INFO',
      eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS',
      deploymentId: service.deployments[0]?.id,
      updatedAt: '2026-03-02T08:00:00Z',
      reason: `ECS deployment ${service.deployments[0]?.id} in progress.`,
    });
    expect(steady).toMatchObject({ 'detail-type': 'ECS Service Action', resources: [service.arn] });
    expect(steady?.detail).toEqual({
      eventType: 'INFO',
      eventName: 'SERVICE_STEADY_STATE',
      clusterArn: service.clusterArn,
      createdAt: '2026-03-02T08:00:12.000Z',
    });
  });

  test('has no more tasks live than the maximum percent, and comes to its end', async () => {
    const { world } = await createShop();
    const service = world.ecs.createService({
      cluster: 'production',
      name: 'slow',
      taskDefinition: 'web',
      subnets: [...world.network.subnets.keys()].slice(0, 1),
      desiredCount: 10,
      maximumPercent: 125,
    });
    await world.clock.advance(A_WHILE_MS);
    const live = (): number => world.ecs.tasksOf(service.arn).filter((task) => task.desiredStatus === 'RUNNING').length;
    const deployment = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    const seen = new Set<number>();
    for (let second = 0; second < 300; second++) {
      await world.clock.advance(1_000);
      seen.add(live());
    }
    expect([Math.max(...seen), Math.min(...seen), deployment.rolloutState]).toEqual([12, 10, 'COMPLETED']);
  });

  test('that another one supersedes stays in progress and sends no COMPLETED', async () => {
    const { world, service } = await createShop();
    const first = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    await world.clock.advance(5_000);
    const second = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    const described = async () =>
      (await world.call('ecs:DescribeServices', { cluster: 'production', services: ['web'] })).services[0]?.deployments;
    expect((await described())?.map(({ status, rolloutState }) => `${status} ${rolloutState}`)).toEqual([
      'PRIMARY IN_PROGRESS',
      'ACTIVE IN_PROGRESS',
      'ACTIVE COMPLETED',
    ]);
    await world.clock.advance(2 * A_WHILE_MS);
    expect((await described())?.map(({ id, rolloutState }) => `${id} ${rolloutState}`)).toEqual([
      `${second.id} COMPLETED`,
    ]);
    expect(first.rolloutState).toBe('IN_PROGRESS');
    expect(told(world).slice(3)).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_STEADY_STATE',
      'SERVICE_DEPLOYMENT_COMPLETED',
    ]);
  });

  test('fails by the circuit breaker, which brings the last good one back', async () => {
    const { world, service } = await createShop({ circuitBreaker: 'rollback' });
    world.ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web' }] });
    world.ecs.failStarts(service.arn, { taskDefinition: 'web:2' });
    const bad = world.ecs.updateService(service.arn, { taskDefinition: 'web' });
    await world.clock.advance(10 * A_WHILE_MS);
    expect(bad).toMatchObject({ rolloutState: 'FAILED' });
    expect(service.deployments).toMatchObject([{ definition: { revision: 1 }, rolloutState: 'COMPLETED' }]);
    const reasons = world.bus.log.flatMap(({ detail }) => ('reason' in detail ? String(detail.reason) : []));
    expect(reasons.slice(-3)).toEqual([
      'ECS deployment circuit breaker: tasks failed to start.',
      `ECS deployment circuit breaker: rolling back to deploymentId ${service.deployments[0]?.id}.`,
      `ECS deployment ${service.deployments[0]?.id} completed.`,
    ]);
  });

  test('of CodeDeploy or an external controller is not told', async () => {
    const { world } = await createShop({ controller: 'EXTERNAL' });
    expect(told(world)).toEqual(['SERVICE_STEADY_STATE']);
    const { services } = await world.call('ecs:DescribeServices', { cluster: 'production', services: ['web'] });
    expect(services[0]).toMatchObject({ deployments: [], deploymentController: { type: 'EXTERNAL' } });
  });
});

describe('a service', () => {
  test('is steady again after its count changed, and says so', async () => {
    const { world, service } = await createShop();
    world.ecs.updateService(service.arn, { desiredCount: 3 });
    expect(service.steady).toBe(false);
    await world.clock.advance(A_WHILE_MS);
    expect(told(world).slice(3)).toEqual(['SERVICE_STEADY_STATE']);
  });

  test('whose tasks keep failing to start is impaired, and its starts become rarer', async () => {
    const { world, service } = await createShop();
    world.ecs.failStarts(service.arn, { stopCode: 'TaskFailedToStart' });
    const [task] = world.ecs.tasksOf(service.arn);
    world.ecs.stopTask(task?.arn ?? '');
    await world.clock.advance(60 * A_WHILE_MS);
    expect(told(world)).toContain('SERVICE_TASK_START_IMPAIRED');
    const all = world.ecs.tasksOf(service.arn, { stopped: true });
    expect(all.length).toBeLessThan(40);
    expect(all.at(-2)).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining('CannotPullContainerError'),
    });
    expect(service).toMatchObject({ steady: false, desiredCount: 2 });
    world.ecs.mendStarts(service.arn);
    await world.clock.advance(30 * A_WHILE_MS);
    expect(told(world).at(-1)).toBe('SERVICE_STEADY_STATE');
    expect(service.failedStarts).toBe(0);
  });

  test('starts at once again after an update', async () => {
    const { world, service } = await createShop();
    world.ecs.failStarts(service.arn);
    for (const { arn } of world.ecs.tasksOf(service.arn)) world.ecs.stopTask(arn);
    await world.clock.advance(30 * A_WHILE_MS);
    world.ecs.mendStarts(service.arn);
    world.ecs.updateService(service.arn, { forceNewDeployment: true });
    await world.clock.advance(A_WHILE_MS);
    expect(service.steady).toBe(true);
  });

  test('tells changes of its tags', async () => {
    const { world, service } = await createShop({ serviceTags: { team: 'a' } });
    await world.call('ecs:TagResource', {
      resourceArn: service.arn,
      tags: [{ key: 'taskwire:scaling', value: 'min=1 max=2' }],
    });
    await world.call('ecs:UntagResource', { resourceArn: service.arn, tagKeys: ['team'] });
    expect(world.bus.log.filter(({ source }) => source === 'aws.tag')).toMatchObject([
      {
        'detail-type': 'Tag Change on Resource',
        resources: [service.arn],
        detail: {
          'changed-tag-keys': ['taskwire:scaling'],
          service: 'ecs',
          'resource-type': 'service',
          tags: { team: 'a', 'taskwire:scaling': 'min=1 max=2' },
        },
      },
      { detail: { 'changed-tag-keys': ['team'], tags: { 'taskwire:scaling': 'min=1 max=2' } } },
    ]);
    expect(world.calls.mutating()).toHaveLength(2);
    await expect(world.call('ecs:TagResource', { resourceArn: `${service.arn}x`, tags: [] })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    world.ecs.deleteService(service.arn);
    await expect(world.call('ecs:UntagResource', { resourceArn: service.arn, tagKeys: [] })).rejects.toMatchObject({
      message: expect.stringContaining('inactive'),
    });
  });

  test('takes another desired count by UpdateService, and none once it is INACTIVE', async () => {
    const { world, service } = await createShop();
    const update = (desiredCount: number) =>
      world.call('ecs:UpdateService', { cluster: 'production', service: service.arn, desiredCount });
    expect((await update(5)).service).toMatchObject({ desiredCount: 5, runningCount: 2 });
    await expect(update(-1)).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(
      world.call('ecs:UpdateService', { cluster: 'production', service: 'nobody', desiredCount: 1 }),
    ).rejects.toMatchObject({ code: 'ServiceNotFoundException' });
    world.ecs.deleteService(service.arn);
    await expect(update(1)).rejects.toMatchObject({ code: 'ServiceNotActiveException' });
  });

  test('says that no instance has room for its tasks', async () => {
    const town = createTown();
    const { world } = town;
    world.ecs.registerTaskDefinition({ family: 'api', networkMode: 'bridge', containers: [{ name: 'api' }] });
    world.ecs.createService({ cluster: 'production', name: 'api', taskDefinition: 'api' });
    expect(told(world)).toEqual(['SERVICE_DEPLOYMENT_IN_PROGRESS', 'SERVICE_TASK_PLACEMENT_FAILURE']);
    addService(town, 'web');
  });
});
