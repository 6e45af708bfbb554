import { describe, expect, test } from '@jest/globals';
import type { LifecycleHookRecord, ServiceRecord } from '../../../simulator/state.ts';
import { createWorld, type World } from '../../../simulator/world.ts';

const MINUTE = 60_000;

/** A service of one task whose deployments ask these functions. */
const stage = async (
  hooks: readonly (Partial<LifecycleHookRecord> & Pick<LifecycleHookRecord, 'invoke'>)[],
  spec: object = {},
): Promise<{ readonly world: World; readonly service: ServiceRecord }> => {
  const world = createWorld();
  const vpc = world.network.addVpc({ id: 'vpc-0a' });
  const subnet = world.network.addSubnet({ vpcId: vpc.id, cidr: '10.0.0.0/24' });
  world.ecs.addCluster('production');
  world.ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web' }] });
  const service = world.ecs.createService({
    cluster: 'production',
    name: 'web',
    taskDefinition: 'web',
    subnets: [subnet.id],
    deploymentStrategy: 'BLUE_GREEN',
    hooks: hooks.map((hook, index) => ({ arn: `arn:hook-${index}`, ...hook })),
    ...spec,
  });
  await world.clock.advance(MINUTE);
  return { world, service };
};

const succeed = async () => ({ hookStatus: 'SUCCEEDED' });

describe('a deployment that shifts its traffic', () => {
  test('keeps the old tasks until every hook has succeeded, and tells them what it deploys', async () => {
    const payloads: unknown[] = [];
    let open = false;
    const { world, service } = await stage([
      { invoke: succeed },
      {
        details: { bucket: 'b' },
        invoke: async (payload) => {
          payloads.push(payload);
          return open
            ? { hookStatus: 'SUCCEEDED' }
            : { hookStatus: 'IN_PROGRESS', hookDetails: { tries: payloads.length } };
        },
      },
    ]);
    expect(payloads).toEqual([]); // the first deployment has nothing to shift from
    const [old] = world.ecs.tasksOf(service.arn);
    const deployment = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    await world.clock.advance(13_000 + 2 * 30_000);
    expect(payloads).toEqual(
      [{ bucket: 'b' }, { bucket: 'b', tries: 1 }, { bucket: 'b', tries: 2 }].map((hookDetails) => ({
        executionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        lifecycleStage: 'POST_SCALE_UP',
        resourceArn: deployment.deploymentArn,
        executionDetails: {
          serviceArn: service.arn,
          targetServiceRevisionArn: deployment.revisionArn,
          testTrafficWeights: {},
          productionTrafficWeights: {},
        },
        hookDetails,
      })),
    );
    expect(old?.desiredStatus).toBe('RUNNING');
    expect(deployment.shifted).toBe(false);
    open = true;
    await world.clock.advance(MINUTE);
    expect(deployment).toMatchObject({ shifted: true, rolloutState: 'COMPLETED' });
    expect(old?.desiredStatus).toBe('STOPPED');
  });

  test.each<{ name: string; invoke: LifecycleHookRecord['invoke']; why: string }>([
    { name: 'FAILED', invoke: async () => ({ hookStatus: 'FAILED' }), why: 'a lifecycle hook answered FAILED' },
    { name: 'nothing', invoke: async () => undefined, why: 'a lifecycle hook answered undefined' },
    { name: 'an Outcome', invoke: async () => ({ function: 'gate' }), why: 'a lifecycle hook answered undefined' },
    { name: 'an error', invoke: () => Promise.reject(new Error('no')), why: 'a lifecycle hook failed' },
  ])('is rolled back by $name', async ({ invoke, why }) => {
    const { world, service } = await stage([{ invoke: succeed }, { invoke }]);
    const [old] = world.ecs.tasksOf(service.arn);
    const deployment = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    await world.clock.advance(2 * MINUTE);
    expect(deployment).toMatchObject({
      shifted: false,
      rolloutState: 'FAILED',
      rolloutReason: `Service deployment rolled back because ${why}.`,
    });
    expect(world.ecs.tasksOf(service.arn)).toEqual([old]);
    expect(world.bus.log.map(({ detail }) => Object(detail).eventName)).toContain('SERVICE_DEPLOYMENT_FAILED');
  });

  test.each([
    ['ROLLBACK', 'FAILED'],
    ['CONTINUE', 'COMPLETED'],
  ] as const)('whose hook never ends does %s after its time-out', async (timeoutAction, state) => {
    const invoke = async () => ({ hookStatus: 'IN_PROGRESS', callBackDelay: 10 });
    const { world, service } = await stage([{ invoke, timeoutMinutes: 2, timeoutAction }]);
    const deployment = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    await world.clock.advance(2 * MINUTE);
    expect(deployment.rolloutState).toBe('IN_PROGRESS');
    await world.clock.advance(MINUTE);
    expect(deployment.rolloutState).toBe(state);
  });

  test('asks nobody any more once another one has begun', async () => {
    let calls = 0;
    const invoke = async () => {
      calls++;
      return { hookStatus: calls > 2 ? 'SUCCEEDED' : 'IN_PROGRESS' };
    };
    const { world, service } = await stage([{ invoke }]);
    const first = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    await world.clock.advance(20_000);
    const second = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    await world.clock.advance(3 * MINUTE);
    expect([first.shifted, second.rolloutState, calls]).toEqual([false, 'COMPLETED', 3]);
  });

  test('needs no hook', async () => {
    const { world, service } = await stage([]);
    const deployment = world.ecs.updateService(service.arn, { forceNewDeployment: true });
    await world.clock.advance(MINUTE);
    expect(deployment.rolloutState).toBe('COMPLETED');
  });
});

test('a rolling deployment asks nobody', async () => {
  const { world, service } = await stage([{ invoke: async () => ({ hookStatus: 'FAILED' }) }], {
    deploymentStrategy: 'ROLLING',
  });
  const deployment = world.ecs.updateService(service.arn, { forceNewDeployment: true });
  await world.clock.advance(MINUTE);
  expect(deployment.rolloutState).toBe('COMPLETED');
});
