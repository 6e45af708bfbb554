import {
  CreateServiceCommand,
  DeleteServiceCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Outcome } from '../../shared/core/outcome.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, eventOf, type MotoWorld } from './moto-world.ts';
import { describeWithPython } from './with-python.ts';

const isOutcome = (value: unknown): value is Outcome =>
  typeof value === 'object' && value !== null && 'findings' in value && 'calls' in value;

const APP = {
  name: 'app',
  image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:7',
  cpu: 128,
  memory: 256,
  environment: [{ name: 'DB_PASSWORD', value: 'hunter2' }],
  logConfiguration: { logDriver: 'awslogs' as const },
};
const DAEMON = {
  name: 'xray-daemon',
  image: 'public.ecr.aws/xray/aws-xray-daemon:3.3.14',
  cpu: 32,
  memory: 128,
  essential: false,
  portMappings: [{ containerPort: 2000, protocol: 'udp' as const }],
  logConfiguration: { logDriver: 'awslogs' as const },
};

// What moto 5.2.5 cannot show, and where it is shown instead (test/scenario/tracing-*): containers that exit or are
// unhealthy while their task goes on (of a task it tells the first container only, and that one as PENDING for good);
// daemon services beside bridge tasks, which its startTask gives no ports.
describeWithPython('the built verify-xray against moto', (python) => {
  let moto: Moto;
  let proxy: CountingProxy;
  let world: MotoWorld;
  let instance: FunctionInstance;
  let version = 1;

  beforeAll(async () => {
    moto = await startMoto(python);
    world = await createMotoWorld(moto);
    proxy = await startCountingProxy(moto.endpoint);
    instance = await startFunction('verify-xray', {
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: proxy.endpoint,
    });
  }, 120_000);
  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  /** One event of a task of a new service with these containers. */
  const verify = async (
    service: string,
    containerDefinitions: readonly object[],
    tags: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> => {
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: service,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        taskRoleArn: 'arn:aws:iam::123456789012:role/task',
        executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
        containerDefinitions: containerDefinitions.map((each) => ({ ...each })),
        tags: [{ key: 'team', value: 'a' }],
      }),
    );
    const { service: created } = await world.ecs.send(
      new CreateServiceCommand({
        cluster: world.cluster,
        serviceName: service,
        taskDefinition: service,
        desiredCount: 0,
        launchType: 'FARGATE',
      }),
    );
    if (Object.keys(tags).length > 0) {
      await world.ecs.send(
        new TagResourceCommand({
          resourceArn: created?.serviceArn,
          tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        }),
      );
    }
    const [task] = await world.runTasks(service, 1);
    if (task === undefined) throw new Error('nothing runs');
    proxy.reset();
    const running = { ...task, lastStatus: 'RUNNING', desiredStatus: 'RUNNING' };
    const outcome = await instance.invoke(eventOf(running, version++));
    if (!isOutcome(outcome)) throw new Error(`not an Outcome: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const highsOf = ({ findings }: Outcome): readonly string[] =>
    findings.flatMap(({ rule, severity }) => (severity === 'high' ? [rule] : []));

  test('a task without a collector is found by one look at its revision and one at its service', async () => {
    const outcome = await verify('bare', [APP]);
    expect(outcome).toMatchObject({ function: 'verify-xray', changes: [], held: [] });
    expect(highsOf(outcome)).toEqual(['XRY-1']);
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    expect(outcome.calls).toMatchObject({ 'ecs:DescribeTaskDefinition': 1, 'ecs:DescribeServices': 1 });
    const { PutEvents: _, ...calls } = proxy.counts();
    expect(calls).toEqual({ DescribeTaskDefinition: 1, DescribeServices: 1 });
  });

  test('a collector that works is fine', async () => {
    const app = { ...APP, dependsOn: [{ containerName: DAEMON.name, condition: 'START' }] };
    expect(highsOf(await verify('traced', [app, DAEMON]))).toEqual([]);
  });

  test('the service’s tags override the stack’s setting, and a wrong one is named', async () => {
    expect((await verify('untraced', [APP], { 'taskwire:tracing': 'off' })).findings).toEqual([]);
    expect(highsOf(await verify('adot', [APP, DAEMON], { 'taskwire:collector': 'adot' }))).toContain('XRY-1');
    expect(highsOf(await verify('mistyped', [APP], { 'taskwire:tracing': 'of' }))).toContain('TAG-30');
  });

  test('a service that is gone leaves its tasks to the stack’s setting', async () => {
    await verify('going', [APP], { 'taskwire:tracing': 'off' });
    await world.ecs.send(new DeleteServiceCommand({ cluster: world.cluster, service: 'going', force: true }));
    const [task] = await world.runTasks('going', 1);
    if (task === undefined) throw new Error('nothing runs');
    const fresh = await startFunction('verify-xray', {
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: proxy.endpoint,
    });
    try {
      const outcome = await fresh.invoke(eventOf({ ...task, lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }, 1));
      expect(isOutcome(outcome) ? highsOf(outcome) : outcome).toEqual(['XRY-1']);
    } finally {
      await fresh.stop();
    }
  });
});
