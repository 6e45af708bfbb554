import { expect, test } from '@jest/globals';
import { renderLaterWork } from '../../shared/contracts/later-work.ts';
import { batchFrom, batchOf, taskEvents } from '../support/batch.ts';
import { createStage, type Stage } from '../support/stage.ts';

const GROUPS = 12;

/** Groups of two tasks each, of which only the first is told: more groups than calls that are saved up. */
const halfTold = async () => {
  const stage = createStage({ delivery: { trouble: { lost: 1 } } });
  const groups = Array.from({ length: GROUPS }, (_, index) => {
    const group = stage.group(`group-${index}`, { 'taskwire:service': `production/service-${index}` });
    stage.service(`service-${index}`, 2);
    return group;
  });
  await stage.run(30_000);
  const told = new Set<unknown>();
  const events = taskEvents(stage, 'RUNNING').filter(({ detail }) => {
    const service: unknown = Reflect.get(detail, 'group');
    const isFirst = !told.has(service);
    told.add(service);
    return isFirst;
  });
  return { stage, groups, events };
};

const inQueue = ({ queue }: Stage) => queue.messages.filter(({ body }) => body.includes('"follow"'));

test('an instance takes on what it can settle soon, and hands the rest on before its first call', async () => {
  const { stage, groups, events } = await halfTold();
  const { calls } = stage.world;
  stage.delivery.stop();
  const taken = stage.world.clock.until(stage.instance()(batchOf(events)));
  let queued = 0;
  stage.world.faults.after('elasticloadbalancing:DescribeTargetHealth', () => {
    queued ||= inQueue(stage).length;
  });
  expect((await taken).failed).toEqual([]);
  expect([groups.filter((group) => stage.registered(group).length > 0).length, queued]).toEqual([6, 6]);
  const waiting = inQueue(stage);
  await stage.world.clock.until(stage.instance()(batchFrom(waiting)));
  expect(groups.filter((group) => stage.registered(group).length === 0)).toEqual([]);
  expect(calls.count('elasticloadbalancing:RegisterTargets')).toBe(GROUPS);
});

test('where a task listens is asked when its turn comes, if its event does not tell', async () => {
  const stage = createStage({ delivery: { trouble: { lost: 1 } } });
  const groups = Array.from({ length: 7 }, (_, index) => {
    const group = stage.group(`group-${index}`, { 'taskwire:service': `production/service-${index}` });
    // More than one look tells of, so that each group is looked at in its turn.
    stage.service(`service-${index}`, 20);
    return group;
  });
  // Long enough that the event does not come back for being new.
  await stage.run(6 * 60_000);
  stage.delivery.stop();
  const bare = taskEvents(stage, 'RUNNING').map((event) => ({
    ...event,
    detail: { ...event.detail, attachments: [] },
  }));
  await stage.world.clock.until(stage.instance()(batchOf(bare)));
  expect(groups.map((group) => stage.registered(group).length)).toEqual([20, 20, 20, 20, 20, 20, 0]);
});

test('a task that is to be looked at again has its look, also where an event of it waits', async () => {
  const { stage, groups, events } = await halfTold();
  stage.delivery.stop();
  const last = events.at(-1);
  const { clusterArn, taskArn } = Object(last?.detail);
  const work = JSON.parse(renderLaterWork({ kind: 'look', clusterArn, taskArns: [taskArn], act: 'stopped' }));
  await stage.world.clock.until(stage.instance()(batchOf([...events, work])));
  expect(groups.map((group) => stage.registered(group).length)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1]);
});

test('a group that had to wait for its turn is settled with the tasks that no message named', async () => {
  const { stage, groups, events } = await halfTold();
  stage.delivery.stop();
  const instance = stage.instance();
  await stage.world.clock.until(instance(batchOf(events)));
  const first = new Set(groups.filter((group) => stage.registered(group).length > 0));
  // The calls that were saved up are spent, so that most of the others wait for longer than a look may be old.
  await stage.world.clock.until(instance(batchFrom(inQueue(stage))));
  const sizes = groups.filter((group) => !first.has(group)).map((group) => stage.registered(group).length);
  expect(sizes.filter((size) => size === 1).length).toBeLessThanOrEqual(3);
  expect(sizes.filter((size) => size === 2).length).toBeGreaterThanOrEqual(3);
  // One look before the turn would have been thrown away.
  expect(stage.world.calls.count('elasticloadbalancing:DescribeTargetHealth')).toBe(GROUPS);
});

test('a task of many groups is registered in all of them at once', async () => {
  const stage = createStage({ delivery: { trouble: { lost: 1 } } });
  const groups = Array.from({ length: GROUPS }, (_, index) =>
    stage.group(`group-${index}`, { 'taskwire:service': 'production/web' }),
  );
  stage.service('web', 1);
  await stage.run(30_000);
  await stage.world.clock.until(stage.instance()(batchOf(taskEvents(stage, 'RUNNING'))));
  expect(groups.filter((group) => stage.registered(group).length === 0)).toEqual([]);
  expect(inQueue(stage)).toEqual([]);
});

test('what ECS does not show when its turn comes is looked at again', async () => {
  const stage = createStage({ world: { ecs: { newTaskMissingMs: 90_000 } }, delivery: { batchSize: 1_000 } });
  const groups = Array.from({ length: 8 }, (_, index) => {
    const group = stage.group(`group-${index}`, { 'taskwire:service': `production/service-${index}` });
    // More than one look tells of, so that each group is looked at in its turn.
    stage.service(`service-${index}`, 30);
    return group;
  });
  await stage.run(60_000);
  expect(stage.changes()).toEqual([]);
  await stage.quiet();
  expect(groups.map((group) => stage.registered(group).length)).toEqual(groups.map(() => 30));
});

test('what had no turn waits as one message per service, and loses nothing', async () => {
  const { stage, groups, events } = await halfTold();
  stage.world.budgets.set('elb registration', { burst: 1, perSecond: 0.1 });
  await stage.world.clock.until(stage.instance()(batchOf([...events, ...events])));
  const waiting = stage.queue.messages.filter(({ body }) => body.includes('"follow"'));
  expect(waiting.length).toBeGreaterThan(0);
  expect(new Set(waiting.map(({ body }) => /service:service-\d+/.exec(body)?.[0])).size).toBe(waiting.length);
  expect(waiting.every(({ attributes }) => attributes.untouched?.StringValue === 'true')).toBe(true);
  stage.world.budgets.set('elb registration', { burst: 20, perSecond: 4 });
  await stage.run(2_000);
  await stage.world.clock.until(stage.instance()(batchFrom(waiting)));
  const told = events.flatMap(({ detail }) => String(Reflect.get(detail, 'group')));
  expect(told).toHaveLength(GROUPS);
  await stage.quiet();
  await stage.sweep();
  expect(groups.map((group) => stage.registered(group).length)).toEqual(groups.map(() => 2));
});
