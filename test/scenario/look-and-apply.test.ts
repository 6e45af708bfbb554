import { expect, test } from '@jest/globals';
import { addressOf, createStage, only } from '../support/stage.ts';
import { ALL_WELL, watchTruth } from '../support/truth.ts';

const right = { missing: [], stale: [], wrong: [] };

test('a task that is asked to stop between look and apply leaves with its stop event', async () => {
  const stage = createStage();
  const truth = watchTruth(stage);
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 1);
  const stop = stage.world.faults.after('elasticloadbalancing:DescribeTargetHealth', () => {
    stop();
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
  });
  await stage.run(12_000);
  expect(stage.changes()).toEqual([]);
  await stage.run(8_000);
  expect(stage.registered(group)).toEqual([]);
  expect(stage.changes()).toHaveLength(2);
  await stage.run(60_000);
  expect(stage.world.audit()).toMatchObject(right);
  expect(truth).toEqual(ALL_WELL);
});

test('when that event is lost, the second look finds the task stopped and takes it out', async () => {
  const stage = createStage();
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 1);
  const stop = stage.world.faults.before('elasticloadbalancing:RegisterTargets', () => {
    stop();
    stage.delivery.trouble.lost = 1;
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
  });
  await stage.run(20_000);
  const task = only(stage.world.ecs.tasksOf(service.arn, { stopped: true }));
  expect(stage.registered(group)).toEqual([`${addressOf(task)}:8080`]);
  await stage.run(20_000);
  expect(stage.registered(group)).toEqual([]);
  expect(stage.ran.flatMap(({ outcome }) => outcome.changes)).toMatchObject([
    { action: 'register', task: task.arn },
    { action: 'deregister', task: task.arn },
  ]);
});

test('a look that has become old while the registration waited for its answer is taken again', async () => {
  const stage = createStage();
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 1);
  // The answer about the targets takes longer than a look may be old, and the task stops meanwhile.
  stage.world.faults.add({ action: 'elasticloadbalancing:DescribeTargetHealth', latencyMs: 2_500, times: 1 });
  const stop = stage.world.faults.before('elasticloadbalancing:DescribeTargetHealth', () => {
    stop();
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
  });
  await stage.run(60_000);
  expect(stage.world.calls.mutating()).toEqual([]);
  expect(stage.registered(group)).toEqual([]);
});
