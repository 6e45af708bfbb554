import { describe, expect, test } from '@jest/globals';
import { batchFrom, batchOf, taskEvents } from '../support/batch.ts';
import { createStage, type Stage } from '../support/stage.ts';

/** Calls to AWS but for the function's own events and queue. */
const callsOf = async (stage: Stage, work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> => {
  stage.world.calls.reset();
  await stage.world.clock.until(work());
  return Object.fromEntries(
    Object.entries(stage.world.calls.counts()).filter(([action]) => !/^(events|sqs):/.test(action)),
  );
};

const ceil = (n: number, per: number): number => Math.ceil(n / per);

/** `count` running tasks of one bound service, of which nobody was told, and one that this instance has registered. */
const unheard = async (count: number) => {
  const stage = createStage({ delivery: { trouble: { lost: 1 } } });
  stage.delivery.stop();
  stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 1);
  await stage.run(30_000);
  const warm = stage.instance();
  await stage.world.clock.until(warm(batchOf(taskEvents(stage, 'RUNNING'))));
  // Warm: what it learnt is kept, the bindings for 60 s.
  for (const { id } of [...stage.queue.messages]) stage.queue.delete(id);
  const heard = taskEvents(stage, 'RUNNING').length;
  stage.world.ecs.updateService(service.arn, { desiredCount: count + 1 });
  await stage.run(15_000);
  const events = taskEvents(stage, 'RUNNING').slice(heard);
  expect(events).toHaveLength(count);
  return { stage, warm, batch: batchOf(events) };
};

describe.each([1, 100, 250])('a batch of %i running tasks of one bound service', (count) => {
  const warmCalls = {
    'ecs:DescribeTasks': ceil(count, 100),
    'elasticloadbalancing:DescribeTargetHealth': 1,
    'elasticloadbalancing:RegisterTargets': ceil(count, 200),
  };
  const coldCalls = {
    ...warmCalls,
    'tag:GetResources': 3,
    'elasticloadbalancing:DescribeTargetGroups': 1,
    'ecs:DescribeServices': 1,
    'ecs:DescribeTaskDefinition': 1,
    'ec2:DescribeSubnets': 1,
  };

  test('costs a warm instance what the issue allows, then one second look, then nothing at all', async () => {
    const { stage, warm, batch } = await unheard(count);
    expect(await callsOf(stage, () => warm(batch))).toEqual({
      ...warmCalls,
    });
    expect(stage.world.audit()).toMatchObject({ tasks: count + 1, missing: [] });

    await stage.run(21_000);
    const later = stage.queue.receive(10);
    expect(await callsOf(stage, () => warm(batchFrom(later)))).toEqual({ 'ecs:DescribeTasks': ceil(count, 100) });

    expect(await callsOf(stage, () => warm(batch))).toEqual({});
  });

  test('costs a cold instance what it must learn besides, and changes nothing the second time', async () => {
    const { stage, batch } = await unheard(count);
    expect(await callsOf(stage, () => stage.instance()(batch))).toEqual(coldCalls);
    const { 'elasticloadbalancing:RegisterTargets': _, ...looks } = coldCalls;
    expect(await callsOf(stage, () => stage.instance()(batch))).toEqual(looks);
  });
});

test('tasks that no group is bound to cost a warm instance no call at all', async () => {
  const { stage, warm } = await unheard(1);
  const service = stage.service('unbound', 120);
  await stage.run(20_000);
  stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
  await stage.run(20_000);
  const events = taskEvents(stage).filter(({ detail }) => Reflect.get(detail, 'group') === 'service:unbound');
  expect(events.length).toBeGreaterThan(120 * 6);
  // The bindings are kept for 60 s.
  await stage.world.clock.until(warm(batchOf(taskEvents(stage, 'RUNNING').slice(0, 1))));
  expect(await callsOf(stage, () => warm(batchOf(events)))).toEqual({});
});

test('a batch on instances learns them once, 100 a call', async () => {
  const stage = createStage({ delivery: { trouble: { lost: 1 } } });
  stage.world.ecs.registerTaskDefinition({
    family: 'bridge',
    networkMode: 'bridge',
    containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
  });
  for (let index = 0; index < 120; index++) {
    const { id } = stage.world.network.addInstance({ subnetId: stage.subnetId });
    stage.world.ecs.addContainerInstance('production', id);
  }
  const group = stage.group('web', { 'taskwire:service': 'production/web' }, { targetType: 'instance' });
  stage.service('web', 120, { taskDefinition: 'bridge' });
  await stage.run(30_000);
  const run = stage.instance();
  const batch = batchOf(taskEvents(stage, 'RUNNING'));
  expect(await callsOf(stage, () => run(batch))).toEqual({
    'tag:GetResources': 3,
    'elasticloadbalancing:DescribeTargetGroups': 1,
    'ecs:DescribeServices': 1,
    'ecs:DescribeTasks': 2,
    'ecs:DescribeContainerInstances': 2,
    'ecs:DescribeTaskDefinition': 1,
    'elasticloadbalancing:DescribeTargetHealth': 1,
    'elasticloadbalancing:RegisterTargets': 1,
  });
  expect(stage.registered(group)).toHaveLength(120);
  expect(await callsOf(stage, () => run(batch))).toEqual({});
});
