import { expect, test } from '@jest/globals';
import type { Action } from '../../simulator/shapes.ts';
import { createStage } from '../support/stage.ts';
import { watchTruth } from '../support/truth.ts';

const right = { missing: [], stale: [], wrong: [] };

test.each<Action>([
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:DeregisterTargets',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:DescribeTargetGroups',
  'ecs:DescribeTasks',
  'ecs:DescribeTaskDefinition',
  'ecs:DescribeServices',
  'ec2:DescribeSubnets',
  'tag:GetResources',
])('two minutes in which %s is throttled lose nothing', async (action) => {
  const stage = createStage();
  const truth = watchTruth(stage);
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.group('api', { 'taskwire:service': 'production/api' });
  const throttle = stage.world.faults.add({ action, failure: 'throttled' });
  const services = [stage.service('web', 4), stage.service('api', 2)];
  await stage.run(60_000);
  for (const { arn } of services) stage.world.ecs.updateService(arn, { desiredCount: 1 });
  await stage.run(60_000);
  throttle.remove();
  await stage.quiet();
  expect(stage.world.audit()).toMatchObject({ tasks: 2, ...right });
  expect(stage.failureQueue.messages).toEqual([]);
  expect(stage.ran.flatMap(({ failed }) => failed)).toEqual([]);
  expect(truth.takenFromLive).toEqual([]);
});

test('every throttled change is one attempt: a look at the same group comes before the next', async () => {
  const stage = createStage();
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.group('api', { 'taskwire:service': 'production/api' });
  const throttle = stage.world.faults.add({
    action: 'elasticloadbalancing:RegisterTargets',
    failure: 'throttled',
    times: 12,
  });
  stage.service('web', 4);
  stage.service('api', 2);
  await stage.run(60_000);
  await stage.quiet();
  expect(throttle.hits).toBe(12);
  expect(stage.world.audit()).toMatchObject(right);
  for (const { arn } of stage.world.targetGroups.groups.values()) {
    const calls = stage.world.calls.all.filter(({ input }) => Reflect.get(input, 'TargetGroupArn') === arn);
    const changes = calls.flatMap(({ mutating }, index) => (mutating ? [index] : []));
    expect(changes.length).toBeGreaterThan(1);
    for (const index of changes) expect(calls[index - 1]?.action).toBe('elasticloadbalancing:DescribeTargetHealth');
  }
});

test('an account whose budgets others use up is wired in the end', async () => {
  const stage = createStage();
  for (let index = 0; index < 8; index++) {
    stage.group(`group-${index}`, { 'taskwire:service': `production/service-${index}` });
    stage.service(`service-${index}`, 3);
  }
  const { budgets, calls } = stage.world;
  // Another tool of the account takes all but a call now and then.
  for (const name of ['elb account', 'elb registration', 'elb read', 'ecs cluster resource read'] as const) {
    budgets.set(name, { burst: 12, perSecond: 1 });
  }
  await stage.run(60_000);
  await stage.quiet();
  expect(calls.all.filter(({ error }) => error !== undefined).length).toBeGreaterThan(5);
  expect(stage.world.audit()).toMatchObject({ tasks: 24, ...right });
  expect(stage.failureQueue.messages).toEqual([]);
});
