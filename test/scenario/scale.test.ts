import { describe, expect, test } from '@jest/globals';
import { createStage, only } from '../support/stage.ts';

const right = { missing: [], stale: [], wrong: [] };

describe('a service scaled to zero', () => {
  test.each(['shared', 'exclusive'])(
    'leaves a %s group empty: tasks that stopped are proof, not a brake case',
    async (targets) => {
      const stage = createStage();
      const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': targets });
      const service = stage.service('web', 10);
      await stage.run(60_000);
      expect(stage.registered(group)).toHaveLength(10);
      stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
      await stage.run(5_000);
      expect(stage.registered(group)).toEqual([]);
      expect(stage.ran.flatMap(({ outcome }) => [...outcome.held, ...outcome.findings])).toEqual([]);
    },
  );

  test('is found out by the sweep, too, when no event came', async () => {
    const stage = createStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': 'exclusive' });
    const service = stage.service('web', 10);
    await stage.run(60_000);
    stage.delivery.trouble.lost = 1;
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(1_800_000);
    const { outcome } = await stage.sweep();
    expect(stage.registered(group)).toEqual([]);
    expect(outcome.held).toEqual([]);
    expect(outcome.changes.map(({ task, applied }) => [task?.length, applied])).toHaveLength(10);
  });
});

test('250 tasks of one service are wired within seconds, and unwired', async () => {
  const stage = createStage();
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 250);
  await stage.run(20_000);
  expect(stage.registered(group)).toHaveLength(250);
  await stage.run(60_000);
  stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
  await stage.run(6_000);
  expect(stage.registered(group)).toEqual([]);
  expect(stage.changes()).toHaveLength(500);
});

describe('more changes than the budget allows at once', () => {
  const GROUPS = 60;
  const saturated = async (maxConcurrency = 2) => {
    const stage = createStage({ delivery: { maxConcurrency } });
    const groups = Array.from({ length: GROUPS }, (_, index) =>
      stage.group(`group-${index}`, { 'taskwire:service': `production/service-${index}` }),
    );
    const services = groups.map((_, index) => stage.service(`service-${index}`, 1));
    await stage.run(14_000);
    return { stage, groups, services };
  };

  test('an invocation works 20 s at most and sends the rest again; nothing is lost', async () => {
    const { stage } = await saturated();
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject({ tasks: GROUPS, ...right });
    const took = stage.delivery.invocations.map(
      ({ startedAtMs, endedAtMs = Number.POSITIVE_INFINITY }) => endedAtMs - startedAtMs,
    );
    expect(Math.max(...took)).toBeGreaterThan(5_000);
    expect(Math.max(...took)).toBeLessThan(22_000);
    const again = stage.ran.flatMap(({ measures }) => measures.filter(({ name }) => name === 'SentAgain'));
    expect(again.length).toBeGreaterThan(0);
    expect(stage.failureQueue.messages).toEqual([]);
    expect(stage.ran.flatMap(({ failed }) => failed)).toEqual([]);
    // One call per group: what waited was not sent twice.
    expect(stage.world.calls.count('elasticloadbalancing:RegisterTargets')).toBe(GROUPS);
    expect(stage.world.calls.mutating().filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test('changes of a group that come while it waits join its call', async () => {
    const { stage, services, groups } = await saturated(1);
    for (const { arn } of services) stage.world.ecs.updateService(arn, { desiredCount: 2 });
    await stage.run(600_000);
    for (const group of groups) expect(stage.registered(group)).toHaveLength(2);
    expect(stage.world.calls.count('elasticloadbalancing:RegisterTargets')).toBeLessThan(1.5 * GROUPS);
  });

  test('how long a task waited is told once, also where the turn that registered it came for another', async () => {
    const { stage, services } = await saturated();
    for (let tasks = 2; tasks <= 4; tasks++) {
      for (const { arn } of services) stage.world.ecs.updateService(arn, { desiredCount: tasks });
      await stage.run(5_000);
    }
    await stage.run(600_000);
    const registered = stage.changes().filter((change) => change.startsWith('register'));
    const told = stage.ran.flatMap(({ measures }) => measures.filter(({ name }) => name === 'EventToRegistered'));
    expect(registered).toHaveLength(4 * GROUPS);
    expect(told).toHaveLength(4 * GROUPS);
    expect(Math.max(...told.map(({ value }) => value))).toBeGreaterThan(10_000);
  });

  test('a group that is torn down while it waits to be filled is not filled', async () => {
    const { stage, services, groups } = await saturated();
    const last = services.at(-1)?.arn ?? '';
    expect(stage.registered(groups.at(-1) ?? only([]))).toEqual([]);
    stage.world.ecs.updateService(last, { desiredCount: 0 });
    await stage.run(600_000);
    expect(stage.changes().filter((change) => change.startsWith('register'))).toHaveLength(GROUPS - 1);
    expect(stage.world.audit()).toMatchObject(right);
  });
});
