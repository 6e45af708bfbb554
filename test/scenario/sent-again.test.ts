import { describe, expect, test } from '@jest/globals';
import { batchOf, taskEvents } from '../support/batch.ts';
import { createStage, only } from '../support/stage.ts';

const right = { missing: [], stale: [], wrong: [] };
const HOUR_MS = 3_600_000;
const LOOK = 'ecs:DescribeTasks';

/** One event three times, of a task that cannot be looked at. */
const threeCopies = async () => {
  const stage = createStage({ delivery: { trouble: { lost: 1 } } });
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.service('web', 1);
  await stage.run(30_000);
  stage.world.faults.add({ action: LOOK, failure: 'throttled' });
  const copies = taskEvents(stage, 'RUNNING').flatMap((event) => [event, event, event]);
  return { stage, copies };
};

describe('work that keeps failing', () => {
  test('is sent again ever more seldom, and parked with its cause after six hours', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.world.faults.add({ action: 'elasticloadbalancing:DescribeTargetHealth', failure: 'throttled' });
    stage.service('web', 1);
    await stage.run(5.9 * HOUR_MS);
    expect(stage.failureQueue.messages).toEqual([]);
    const tries = stage.ran.length;
    // A delay of five minutes at most: 72 tries in six hours, and the first few.
    expect(tries).toBeGreaterThan(60);
    expect(tries).toBeLessThan(90);
    await stage.run(0.3 * HOUR_MS);
    const { attributes } = only(stage.failureQueue.messages);
    expect(attributes.cause?.StringValue).toMatch(/^Given up after \d+ tries: .*Throttling/);
    expect(stage.queue.messages).toEqual([]);
  });

  test('is sent again once, however many copies of its message came: or they would double with every try', async () => {
    const { stage, copies } = await threeCopies();
    const ran = await stage.world.clock.until(stage.instance()(batchOf(copies)));
    expect([copies.length, stage.queue.messages.length, ran.failed]).toEqual([3, 1, []]);
    // None of the three may be deleted where the one that stands for them could not be sent.
    stage.world.faults.add({ action: 'sqs:SendMessageBatch', failure: 'throttled' });
    const unsent = await stage.world.clock.until(stage.instance()(batchOf(copies)));
    expect(unsent.failed.map(({ id }) => id)).toEqual(['message-0', 'message-1', 'message-2']);
  });

  test('is parked once, however many copies of its message came', async () => {
    const { stage, copies } = await threeCopies();
    const old = { firstSeen: stage.world.clock.nowMs() - 7 * HOUR_MS };
    const ran = await stage.world.clock.until(stage.instance()(batchOf(copies, old)));
    expect([stage.failureQueue.messages.length, ran.failed]).toEqual([1, []]);
    stage.world.faults.add({ action: 'sqs:SendMessageBatch', failure: 'throttled' });
    const unparked = await stage.world.clock.until(stage.instance()(batchOf(copies, old)));
    expect(unparked.failed.map(({ id }) => id)).toEqual(['message-0', 'message-1', 'message-2']);
  });

  test('does not multiply for hours, though most answers to its being sent again are lost', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.world.faults.add({ action: LOOK, failure: 'throttled' });
    const lost = stage.world.faults.add({ action: 'sqs:SendMessageBatch', failure: 'lost', probability: 0.6 });
    stage.service('web', 3);
    await stage.run(3 * HOUR_MS);
    // Each lost answer leaves one copy more, and copies that meet in a batch become one.
    expect(lost.hits).toBeGreaterThan(100);
    expect(stage.queue.messages.length).toBeLessThan(3 * 100);
    stage.world.faults.clear();
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject({ tasks: 3, ...right });
  });

  test('is parked at once when its message is older than that already', async () => {
    const stage = createStage({ delivery: { trouble: { lost: 1 } } });
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.service('web', 1);
    await stage.run(30_000);
    const fault = stage.world.faults.add({ action: LOOK, failure: 'throttled' });
    const follow = async (firstSeen: number) => {
      const batch = batchOf(taskEvents(stage, 'RUNNING'), { firstSeen, tries: 7 });
      return stage.world.clock.until(stage.instance()(batch));
    };
    const nowMs = stage.world.clock.nowMs();
    await follow(nowMs - 6 * HOUR_MS + 60_000);
    expect([stage.queue.messages.length, stage.failureQueue.messages.length]).toEqual([1, 0]);
    await follow(nowMs - 6 * HOUR_MS - 60_000);
    expect([stage.queue.messages.length, stage.failureQueue.messages.length]).toEqual([1, 1]);
    // Old age alone is no reason: what can be done is done.
    fault.remove();
    await follow(nowMs - 6 * HOUR_MS - 60_000);
    expect(stage.failureQueue.messages).toHaveLength(1);
    expect(stage.world.audit()).toMatchObject(right);
  });
});

describe('a task that ECS does not show', () => {
  test('yet: its RUNNING event goes back until it does', async () => {
    const stage = createStage({ world: { ecs: { newTaskMissingMs: 120_000 } } });
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    stage.service('web', 2);
    await stage.run(60_000);
    expect(stage.registered(group)).toEqual([]);
    expect(stage.queue.messages).toHaveLength(2);
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...right });
  });

  test('for more than five minutes: the event is acknowledged, and the sweep does it later', async () => {
    const stage = createStage({ world: { ecs: { newTaskMissingMs: 20 * 60_000 } } });
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    stage.service('web', 2);
    await stage.run(4 * 60_000);
    expect(stage.queue.messages).toHaveLength(2);
    await stage.run(6 * 60_000);
    expect([...stage.queue.messages, ...stage.failureQueue.messages]).toEqual([]);
    expect(stage.registered(group)).toEqual([]);
    expect(stage.ran.flatMap(({ failed }) => failed)).toEqual([]);
    await stage.run(15 * 60_000);
    await stage.sweep();
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...right });
  });

  test('any more: its stop is verified at once, without a wait', async () => {
    const stage = createStage({ world: { ecs: { keepStoppedMs: 0 } } });
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 2);
    await stage.run(60_000);
    stage.delivery.trouble.lost = 1;
    stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
    await stage.run(60_000);
    const gone = only(taskEvents(stage, 'STOPPED'));
    stage.world.calls.reset();
    const { outcome } = await stage.world.clock.until(stage.instance()(batchOf([gone])));
    expect(only(outcome.changes)).toMatchObject({ action: 'deregister', task: gone.resources[0], applied: true });
    expect(stage.registered(group)).toHaveLength(1);
    const { calls } = stage.world;
    expect([calls.count(LOOK), calls.count('ec2:DescribeNetworkInterfaces')]).toEqual([1, 1]);
  });

  test('any more, and the event says only that it was to stop: the same', async () => {
    const stage = createStage({ world: { ecs: { keepStoppedMs: 0 } } });
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 2);
    await stage.run(60_000);
    stage.delivery.trouble.lost = 1;
    stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
    await stage.run(60_000);
    const stopping = taskEvents(stage, 'RUNNING').filter(
      (event) => Reflect.get(event.detail, 'desiredStatus') === 'STOPPED',
    );
    await stage.world.clock.until(stage.instance()(batchOf([only(stopping)])));
    expect(stage.registered(group)).toHaveLength(1);
    expect(stage.world.audit()).toMatchObject(right);
  });
});
