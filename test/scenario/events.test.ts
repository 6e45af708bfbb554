import { describe, expect, test } from '@jest/globals';
import { batchOf, taskEvents } from '../support/batch.ts';
import { createStage, type Stage } from '../support/stage.ts';
import { ALL_WELL, watchTruth } from '../support/truth.ts';

const right = { missing: [], stale: [], wrong: [] };

/** A day in a few minutes: two services grow, shrink, roll over, crash and start again. */
const churn = async (stage: Stage): Promise<void> => {
  const { ecs, random } = stage.world;
  const web = stage.service('web', 6);
  const api = stage.service('api', 4);
  await stage.run(30_000);
  for (const [service, counts] of [
    [web, [9, 3, 7]],
    [api, [1, 6, 4]],
  ] as const) {
    for (const desiredCount of counts) {
      ecs.updateService(service.arn, { desiredCount });
      await stage.run(random.between(1_000, 20_000));
    }
  }
  ecs.updateService(web.arn, { taskDefinition: 'web' });
  for (const { arn } of ecs.tasksOf(api.arn).slice(0, 2)) ecs.crashTask(arn);
  await stage.run(60_000);
};

describe.each([1, 2, 3, 4, 5])('events that come as they like, seed %i', (seed) => {
  test('late, repeated, shuffled and lost ones end in the right world after two sweeps', async () => {
    const stage = createStage({
      world: { seed, ecs: { jitter: 0.5 } },
      delivery: { trouble: { lateMs: [0, 90_000], repeated: 0.3, lost: 0.3 } },
    });
    const truth = watchTruth(stage);
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.group('api', { 'taskwire:service': 'production/api' });
    await churn(stage);
    await stage.quiet();
    await stage.sweep();
    await stage.quiet();
    await stage.sweep();
    expect(stage.world.audit()).toMatchObject({ tasks: 11, ...right });
    expect(truth.takenFromLive).toEqual([]);
  });

  test('all of them again, in any order, change nothing: not on this instance, nor on a fresh one', async () => {
    const stage = createStage({ world: { seed, ecs: { jitter: 0.5 } } });
    const truth = watchTruth(stage);
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.group('api', { 'taskwire:service': 'production/api' });
    await churn(stage);
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject({ tasks: 11, ...right });
    expect(truth).toEqual(ALL_WELL);

    stage.world.calls.reset();
    const events = stage.world.random.shuffle(taskEvents(stage));
    const again = stage.instance();
    for (const run of [again, again, stage.instance()]) {
      const { outcome, failed } = await stage.world.clock.until(run(batchOf(events)));
      expect({ changes: outcome.changes, failed }).toEqual({ changes: [], failed: [] });
    }
    expect(stage.world.calls.mutating()).toEqual([]);
  });
});

test('the late events of an old task take nothing from the task that has its address now', async () => {
  const stage = createStage({ world: { targetGroups: { drainingTarget: 'rejoin' } } });
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 1);
  await stage.run(30_000);
  const [before] = stage.registered(group);
  stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
  await stage.run(30_000);
  const old = taskEvents(stage);
  stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
  await stage.run(60_000);
  expect(stage.registered(group)).toEqual([before]);

  stage.world.calls.reset();
  for (const event of old) await stage.world.clock.until(stage.instance()(batchOf([event])));
  expect(stage.world.calls.mutating()).toEqual([]);
  expect(stage.registered(group)).toEqual([before]);
});
