import type { Task } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadEvent } from '../support/load-event.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { addressOf, createMotoWorld, type MotoWorld } from './moto-world.ts';
import { describeWithPython } from './with-python.ts';

const PORT = 8080;
const BLUE = '1920498462936580504';
const GREEN = '9313423515462893900';

// What moto cannot show, and where it is shown instead: deployments and their hooks, which it takes and never calls, and
// targets that are not healthy: test/scenario/gate.test.ts. That ECS lists tasks by who started them, it can.
describeWithPython('the built gate-deployment against moto', (python) => {
  let moto: Moto;
  let proxy: CountingProxy;
  let world: MotoWorld;
  let gate: FunctionInstance;
  let group: string;
  let blue: readonly Task[];

  const payload = (hookDetails?: object): object => {
    const text = JSON.stringify({ ...loadEvent('deployment-hook/post-scale-up'), hookDetails });
    return JSON.parse(text.replaceAll('111122223333', '123456789012'));
  };
  const ask = async (hookDetails?: object): Promise<unknown> => {
    proxy.reset();
    return gate.invoke(payload(hookDetails));
  };
  const registerAll = async (tasks: readonly Task[]): Promise<void> => {
    for (const task of tasks) await world.register(group, { Id: addressOf(task), Port: PORT });
  };

  beforeAll(async () => {
    moto = await startMoto(python);
    proxy = await startCountingProxy(moto.endpoint);
    world = await createMotoWorld(moto);
    await world.createService('checkout', PORT);
    group = await world.createTargetGroup('checkout', { 'taskwire:service': 'production/checkout' });
    blue = await world.runTasks('checkout', 2, BLUE);
    gate = await startFunction('gate-deployment', {
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  }, 60_000);
  afterAll(async () => {
    await gate?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  test('waits for the tasks of the new revision alone, and passes when those are in their group', async () => {
    await registerAll(blue);
    expect(await ask()).toMatchObject({ hookStatus: 'IN_PROGRESS', hookDetails: { tasks: 0 } });
    const green = await world.runTasks('checkout', 3, GREEN);
    expect(await ask()).toMatchObject({ hookStatus: 'IN_PROGRESS', callBackDelay: 30, hookDetails: { tasks: 3 } });
    await registerAll(green.slice(1));
    expect(await ask()).toMatchObject({ hookStatus: 'IN_PROGRESS' });
    await registerAll(green.slice(0, 1));
    expect(await ask()).toEqual({ hookStatus: 'SUCCEEDED' });
    expect(proxy.counts()).toEqual({ ListTasks: 1, DescribeTasks: 1, DescribeTargetHealth: 1 });
  });

  test('ends the deployment when its time is over', async () => {
    const [task] = await world.runTasks('checkout', 1, GREEN);
    expect(task?.startedBy).toBe(`ecs-svc/${GREEN}`);
    expect(await ask({ timeLimitMinutes: 5, startedAt: '2026-01-01T00:00:00Z' })).toEqual({ hookStatus: 'FAILED' });
  });
});
