import { describe, expect, test } from '@jest/globals';
import { APP, createTracingStage, DAEMON } from '../support/tracing-stage.ts';

const MINUTE = 60_000;

/** One batch with an event of each of these tasks as they are now. */
const batchOf = (stage: ReturnType<typeof createTracingStage>, arns: readonly string[]) => {
  const bodies: string[] = [];
  const stop = stage.world.bus.listen((event) => {
    if (event.source === 'aws.ecs') bodies.push(JSON.stringify(event));
  });
  stage.delivery.stop();
  for (const arn of arns) stage.world.ecs.repeatEvent(arn);
  stop();
  return {
    Records: bodies.map((body, index) => ({ messageId: `m-${index}`, body, eventSource: 'aws:sqs', attributes: {} })),
  };
};

/** The calls of a fresh instance that gets one event of every task at once. */
const callsFor = async (
  stage: ReturnType<typeof createTracingStage>,
  arns: readonly string[],
): Promise<Readonly<Record<string, number>>> => {
  const batch = batchOf(stage, arns);
  expect(batch.Records).toHaveLength(arns.length);
  stage.world.calls.reset();
  const { failed } = await stage.world.clock.until(stage.instance()(batch));
  expect(failed).toEqual([]);
  const { 'events:PutEvents': _, ...calls } = stage.world.calls.counts();
  return calls;
};

describe('1,000 task events of one revision', () => {
  test('cost one DescribeTaskDefinition and one DescribeServices', async () => {
    const stage = createTracingStage();
    const { arn } = stage.service('web', [{ ...APP, dependsOn: [] }], { desiredCount: 1_000 });
    await stage.run(2 * MINUTE);
    const tasks = stage.world.ecs.tasksOf(arn).map((task) => task.arn);
    expect(await callsFor(stage, tasks)).toEqual({ 'ecs:DescribeTaskDefinition': 1, 'ecs:DescribeServices': 1 });
  });

  test('cost ten DescribeTasks more where the collector declares a health check', async () => {
    const stage = createTracingStage();
    const checked = { ...DAEMON, healthCheck: { command: ['CMD', '/healthcheck'] } };
    const { arn } = stage.service('web', [APP, checked], { desiredCount: 1_000 });
    await stage.run(2 * MINUTE);
    const tasks = stage.world.ecs.tasksOf(arn).map((task) => task.arn);
    expect(await callsFor(stage, tasks)).toEqual({
      'ecs:DescribeTaskDefinition': 1,
      'ecs:DescribeServices': 1,
      'ecs:DescribeTasks': 10,
    });
  });
});

test('25 services cost three DescribeServices, and none in the next five minutes', async () => {
  const stage = createTracingStage();
  const services = Array.from({ length: 25 }, (_, n) => stage.service(`s${n}`, [APP, DAEMON]));
  await stage.run(2 * MINUTE);
  const tasks = services.flatMap(({ arn }) => stage.world.ecs.tasksOf(arn).map((task) => task.arn));
  const batch = batchOf(stage, tasks);
  const instance = stage.instance();
  stage.world.calls.reset();
  await stage.world.clock.until(instance(batch));
  expect(stage.world.calls.count('ecs:DescribeServices')).toBe(3);
  await stage.run(4 * MINUTE);
  stage.world.calls.reset();
  await stage.world.clock.until(instance(batch));
  expect(stage.world.calls.counts()).toEqual({});
});

test('an EC2 cluster costs three calls for its daemon services, kept five minutes', async () => {
  const stage = createTracingStage();
  stage.world.network.addInstance({ id: 'i-0a', subnetId: 'subnet-0a' });
  stage.world.ecs.addContainerInstance('production', 'i-0a');
  const definition = { networkMode: 'bridge' as const };
  stage.service('tracing', [DAEMON], { definition, strategy: 'DAEMON' });
  const { arn } = stage.service('web', [{ ...APP, dependsOn: [] }], { definition, desiredCount: 300 });
  await stage.run(2 * MINUTE);
  const tasks = stage.world.ecs.tasksOf(arn).map((task) => task.arn);
  const batch = batchOf(stage, tasks);
  const instance = stage.instance();
  const calls = async () => {
    stage.world.calls.reset();
    await stage.world.clock.until(instance(batch));
    const { 'events:PutEvents': _, ...counts } = stage.world.calls.counts();
    return counts;
  };
  // One each for the service’s tags, the revision; three for the daemons: list, services, what they run.
  expect(await calls()).toEqual({ 'ecs:DescribeServices': 2, 'ecs:DescribeTaskDefinition': 2, 'ecs:ListServices': 1 });
  await stage.run(4 * MINUTE);
  expect(await calls()).toEqual({});
  await stage.run(2 * MINUTE);
  expect(await calls()).toEqual({ 'ecs:DescribeServices': 2, 'ecs:ListServices': 1 });
});

test('events of tasks that stop cost no call', async () => {
  const stage = createTracingStage();
  const { arn } = stage.service('web', [APP, DAEMON], { desiredCount: 20 });
  await stage.run(2 * MINUTE);
  const tasks = stage.world.ecs.tasksOf(arn).map((task) => task.arn);
  stage.world.ecs.updateService(arn, { desiredCount: 0 });
  await stage.run(MINUTE);
  expect(await callsFor(stage, tasks)).toEqual({});
});
