import { expect, test } from '@jest/globals';
import { APP, createTracingStage, DAEMON, type TracingStageOptions } from '../support/tracing-stage.ts';

const MINUTE = 60_000;

const staged = async (options: TracingStageOptions = {}, daemon: object = {}) => {
  const stage = createTracingStage(options);
  const service = stage.service('web', [APP, { ...DAEMON, ...daemon }], { desiredCount: 2 });
  await stage.run(2 * MINUTE);
  const [first] = stage.world.ecs.tasksOf(service.arn);
  if (first === undefined) throw new Error('nothing runs');
  return { stage, service, task: first };
};

test('a sidecar that dies later is a finding about its task, with the exit code', async () => {
  const { stage, task } = await staged();
  expect(stage.highs()).toEqual([]);
  stage.world.ecs.exitContainer(task.arn, 'xray-daemon', 137);
  await stage.run(MINUTE);
  expect(stage.found()).toContain(`XRY-30 ${task.id}`);
  expect(stage.told().filter((each) => each.includes('"XRY-30"'))).toEqual([expect.stringContaining('exit code 137')]);
});

test('repeated and shuffled events tell of it once', async () => {
  const { stage, task } = await staged({ trouble: { repeated: 1, lateMs: [0, 20_000] } });
  stage.world.ecs.exitContainer(task.arn, 'xray-daemon', 1);
  stage.world.ecs.repeatEvent(task.arn);
  await stage.run(2 * MINUTE);
  expect(stage.told().filter((each) => each.includes('"XRY-30"'))).toHaveLength(1);
});

test('where the event is lost, the next one of the task tells', async () => {
  const { stage, task } = await staged();
  stage.delivery.trouble.lost = 1;
  stage.world.ecs.exitContainer(task.arn, 'xray-daemon', 1);
  await stage.run(MINUTE);
  expect(stage.highs()).toEqual([]);
  stage.delivery.trouble.lost = 0;
  stage.world.ecs.repeatEvent(task.arn);
  await stage.run(MINUTE);
  expect(stage.highs()).toEqual(['XRY-30']);
});

test('a collector that ends with its task is no finding', async () => {
  const { stage, service, task } = await staged();
  stage.world.ecs.stopTask(task.arn);
  await stage.run(MINUTE);
  stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
  await stage.run(5 * MINUTE);
  expect(stage.highs()).toEqual([]);
});

test('an essential collector that ends its task is told as the culprit', async () => {
  const { stage, task } = await staged({}, { essential: true });
  stage.world.ecs.exitContainer(task.arn, 'xray-daemon', 2);
  await stage.run(2 * MINUTE);
  expect(stage.found()).toContain(`XRY-33 ${task.id}`);
});

test('an application that crashes is not the collector’s fault', async () => {
  const { stage, task } = await staged({}, { essential: true });
  stage.world.ecs.exitContainer(task.arn, 'app', 1);
  await stage.run(2 * MINUTE);
  expect(stage.found().filter((each) => each.startsWith('XRY-3'))).toEqual([]);
});

test('a health check that fails is a finding when the task is looked at; without one nobody looks', async () => {
  const { stage, task } = await staged({}, { healthCheck: { command: ['CMD', '/healthcheck'] } });
  expect(stage.highs()).toEqual([]);
  stage.world.ecs.setHealth(task.arn, 'xray-daemon', 'UNHEALTHY');
  stage.world.ecs.repeatEvent(task.arn);
  await stage.run(MINUTE);
  expect(stage.found()).toContain(`XRY-32 ${task.id}`);
  const { stage: other } = await staged();
  expect(other.world.calls.count('ecs:DescribeTasks')).toBe(0);
});

test('what AWS refuses for a while is done later', async () => {
  const stage = createTracingStage();
  for (const action of ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition'] as const) {
    stage.world.faults.add({ action, failure: 'broken', times: 9 });
  }
  stage.service('web', [{ ...APP, dependsOn: [] }]);
  await stage.run(10 * MINUTE);
  expect(stage.highs()).toEqual(['XRY-1']);
  expect(stage.failureQueue.messages).toEqual([]);
});

test('what a person must fix first is parked with its cause', async () => {
  const stage = createTracingStage();
  stage.world.faults.add({ action: 'ecs:DescribeServices', failure: 'denied' });
  stage.service('web', [APP, DAEMON]);
  await stage.run(2 * MINUTE);
  expect(stage.failureQueue.messages.length).toBeGreaterThan(0);
  expect(stage.failureQueue.messages[0]?.attributes.cause?.StringValue).toMatch(/DescribeServices/);
});
