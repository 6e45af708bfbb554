import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { serveWorld, type WireServer } from '../../simulator/wire/server.ts';
import { createWorld, type World } from '../../simulator/world.ts';
import { type FunctionInstance, startFunction } from '../cloud/function-instance.ts';
import { loadEvent } from '../support/load-event.ts';
import { addressOf } from '../support/stage.ts';

/** Where the function is told that it runs. */
const ACCOUNT = '123456789012';
/** How many seconds of ECS pass in one of the test. */
const SPEED = 60;

/** Resolves when a deployment has completed, as ECS tells it. */
const completed = ({ bus }: World): Promise<void> =>
  new Promise((resolve) => {
    const stop = bus.listen(({ detail }) => {
      if (!('eventName' in detail) || detail.eventName !== 'SERVICE_DEPLOYMENT_COMPLETED') return;
      stop();
      resolve();
    });
  });

describe('the built gate', () => {
  let world: World;
  let server: WireServer;
  let gate: FunctionInstance;
  let stopClock: () => void;

  beforeEach(async () => {
    world = createWorld({ startMs: Date.now(), account: ACCOUNT });
    server = await serveWorld(world);
    gate = await startFunction('gate-deployment', {
      AWS_REGION: world.region,
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    stopClock = world.clock.follow(SPEED);
  });

  afterEach(async () => {
    stopClock();
    await gate.stop();
    await server.close();
  });

  test('lets a deployment of ECS go on once its tasks are in their group, and only then', async () => {
    const { network, ecs, targetGroups } = world;
    const vpc = network.addVpc({ id: 'vpc-0a' });
    const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
    ecs.addCluster('production');
    ecs.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'web', portMappings: [{ containerPort: 8080 }] }],
    });
    const group = targetGroups.add({
      name: 'web',
      vpcId: vpc.id,
      port: 8080,
      tags: { 'taskwire:service': 'production/web' },
    });
    const answers: unknown[] = [];
    let firstAnswered = (): void => undefined;
    const firstAnswer = new Promise<void>((resolve) => {
      firstAnswered = resolve;
    });
    const invoke = async (payload: unknown) => {
      const answer = await gate.invoke(Object(payload));
      answers.push(answer);
      firstAnswered();
      return answer;
    };
    const first = completed(world);
    const service = ecs.createService({
      cluster: 'production',
      name: 'web',
      taskDefinition: 'web',
      subnets: [subnet.id],
      desiredCount: 2,
      deploymentStrategy: 'BLUE_GREEN',
      hooks: [{ arn: 'arn:aws:lambda:eu-central-1:123456789012:function:gate-deployment', invoke }],
    });
    await first;
    const second = completed(world);
    const deployment = ecs.updateService(service.arn, { forceNewDeployment: true });
    await firstAnswer;
    expect(answers[0]).toEqual({
      hookStatus: 'IN_PROGRESS',
      callBackDelay: 5,
      hookDetails: {
        startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        tasks: 2,
        looks: 1,
        learnt: expect.stringContaining('"vpc-0a"'),
      },
    });
    expect(deployment.shifted).toBe(false);
    for (const task of ecs.tasksOf(service.arn)) targetGroups.put(group.arn, { id: addressOf(task), port: 8080 });
    await second;
    expect(answers.at(-1)).toEqual({ hookStatus: 'SUCCEEDED' });
    expect(world.calls.count('ecs:DescribeTaskDefinition')).toBe(1);
  }, 60_000);

  test('refuses what is of another account, and says why', async () => {
    await expect(gate.invoke(loadEvent('deployment-hook/post-scale-up'))).rejects.toThrow(
      'is of account 111122223333 in eu-central-1, and this gate runs in account 123456789012',
    );
  });
});
