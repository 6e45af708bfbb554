import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveWorld, type WireServer } from '../../simulator/wire/server.ts';
import { createWorld, type World } from '../../simulator/world.ts';
import { startFunction } from '../cloud/function-instance.ts';

const SECRET = 'hunter2-s3cr3t';

/** What the lines say that a function printed; each is JSON. */
const read = (printed: string) => {
  const lines: readonly Readonly<Record<string, unknown>>[] = printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  return {
    findings: lines.filter(({ message }) => message === 'finding.reported').map(({ rule }) => rule),
    counted: lines.reduce((sum, { Findings = 0 }) => sum + Number(Findings), 0),
  };
};

describe('the built verify-xray', () => {
  let world: World;
  let server: WireServer;
  let stopClock: () => void;
  let batch: object;

  beforeAll(async () => {
    world = createWorld({ startMs: Date.now() });
    const { network, ecs, bus, clock } = world;
    const vpc = network.addVpc({ id: 'vpc-0a' });
    const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
    ecs.addCluster('production');
    ecs.registerTaskDefinition({
      family: 'web',
      taskRoleArn: 'arn:aws:iam::111122223333:role/task',
      executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
      containers: [
        {
          name: 'app',
          image: 'web:7',
          environment: ['DB_PASSWORD', 'AWS_XRAY_DAEMON_ADDRESS'].map((name) => ({ name, value: `${SECRET}:1` })),
          logConfiguration: { logDriver: 'awslogs' },
        },
      ],
    });
    const bodies: string[] = [];
    const stop = bus.listen((event) => bodies.push(JSON.stringify(event)));
    ecs.createService({
      cluster: 'production',
      name: 'web',
      taskDefinition: 'web',
      subnets: [subnet.id],
      desiredCount: 3,
    });
    await clock.advance(60_000);
    stop();
    batch = {
      Records: bodies
        .filter((body) => body.includes('ECS Task State Change'))
        .map((body, index) => ({ messageId: `m-${index}`, body, eventSource: 'aws:sqs', attributes: {} })),
    };
    server = await serveWorld(world);
    stopClock = clock.follow(1);
  });
  afterAll(async () => {
    stopClock?.();
    await server?.close();
  });

  const start = () =>
    startFunction('verify-xray', {
      AWS_REGION: world.region,
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  const told = () => world.bus.log.filter(({ source }) => source === 'taskwire');

  test('tells a finding once by an event, a log line and a metric, and nothing of the environment', async () => {
    const instance = await start();
    for (const _ of ['first', 'again']) expect(await instance.invoke(batch)).toEqual({ batchItemFailures: [] });
    const printed = await instance.stop();
    expect(read(printed)).toEqual({ findings: ['XRY-1'], counted: 1 });
    expect(told().map(({ detail }) => 'rule' in detail && detail.rule)).toEqual(['XRY-1']);
    expect(JSON.stringify([printed, told()])).not.toContain(SECRET);
  }, 60_000);

  test('another instance, which does not know of it, tells it again', async () => {
    const before = told().length;
    const instance = await start();
    await instance.invoke(batch);
    expect(read(await instance.stop())).toEqual({ findings: ['XRY-1'], counted: 1 });
    expect(told()).toHaveLength(before + 1);
  }, 60_000);
});
