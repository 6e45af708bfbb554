import { expect, test } from '@jest/globals';
import { batchFrom, batchOf, taskEvents } from '../support/batch.ts';
import { createStage } from '../support/stage.ts';

const GROUPS = 12;
const BURST = 5;

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

test('a group that had to wait for its turn is settled with the tasks that no message named', async () => {
  const { stage, groups, events } = await halfTold();
  const { calls } = stage.world;
  const ran = await stage.world.clock.until(stage.instance()(batchOf(events)));
  const sizes = groups.map((group) => stage.registered(group).length);
  expect([events.length, ran.failed, calls.count('elasticloadbalancing:RegisterTargets')]).toEqual([12, [], 12]);
  // Those that came at once, and one that waited less than a look may be old, registered what they were told.
  expect(sizes.filter((size) => size === 1).length).toBeLessThanOrEqual(BURST + 2);
  expect(sizes.filter((size) => size === 2).length).toBeGreaterThanOrEqual(GROUPS - BURST - 2);
  // One look before the turn would have been thrown away.
  expect(calls.count('elasticloadbalancing:DescribeTargetHealth')).toBe(GROUPS);
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
