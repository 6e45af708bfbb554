import { describe, expect, test } from '@jest/globals';
import { addressOf, createStage, only, type Stage } from '../support/stage.ts';
import { ALL_WELL, watchTruth } from '../support/truth.ts';

const right = { missing: [], stale: [], wrong: [] };

/** Two services on the same port; whoever starts next takes the address that was freed last. */
const stageTwo = (releaseAddress: 'stopped' | 'deprovisioning'): Stage =>
  createStage({ world: { ecs: { releaseAddress }, network: { reuse: 'newest' } } });

describe.each(['stopped', 'deprovisioning'] as const)('addresses that are free with %s', (releaseAddress) => {
  test('leave their groups before the other service inherits them, over and over', async () => {
    const stage = stageTwo(releaseAddress);
    const truth = watchTruth(stage);
    const groups = [
      stage.group('web', { 'taskwire:service': 'production/web' }),
      stage.group('api', { 'taskwire:service': 'production/api' }),
    ];
    const services = [stage.service('web', 3), stage.service('api', 0)];
    const used = groups.map(() => new Set<string>());
    await stage.run(30_000);
    for (let round = 0; round < 6; round++) {
      for (const [index, { arn }] of services.entries()) {
        stage.world.ecs.updateService(arn, { desiredCount: index === round % 2 ? 0 : 3 });
        // The one ends just before the other's interfaces are made.
        await stage.run(9_000);
        for (const [at, group] of groups.entries()) for (const id of stage.registered(group)) used[at]?.add(id);
      }
    }
    await stage.run(600_000);
    const [ofWeb, ofApi] = used;
    expect([...(ofWeb ?? [])].filter((id) => ofApi?.has(id)).length).toBeGreaterThanOrEqual(3);
    expect(stage.world.audit()).toMatchObject({ tasks: 3, ...right });
    expect(truth).toEqual(ALL_WELL);
  });
});

test('an address goes to the other service at once: the removal names the task that had it', async () => {
  const stage = stageTwo('deprovisioning');
  const truth = watchTruth(stage);
  const web = stage.group('web', { 'taskwire:service': 'production/web' });
  const api = stage.group('api', { 'taskwire:service': 'production/api' });
  const old = stage.service('web', 1);
  await stage.run(30_000);
  const task = only(stage.world.ecs.tasksOf(old.arn));
  const target = `${addressOf(task)}:8080`;
  stage.world.ecs.updateService(old.arn, { desiredCount: 0 });
  await stage.run(6_000);
  stage.service('api', 1);
  await stage.run(30_000);
  expect([stage.registered(web), stage.registered(api)]).toEqual([[], [target]]);
  expect(truth).toEqual(ALL_WELL);
  const removals = stage.ran.flatMap(({ outcome }) => outcome.changes).filter(({ action }) => action === 'deregister');
  expect(only(removals)).toMatchObject({
    resource: web.arn,
    task: task.arn,
    reason: expect.stringContaining('is stopping'),
  });
});

test('a stop that nobody told of is repaired by the sweep, though a stranger has the address by then', async () => {
  const stage = stageTwo('deprovisioning');
  const web = stage.group('web', { 'taskwire:service': 'production/web' });
  const api = stage.group('api', { 'taskwire:service': 'production/api' });
  const old = stage.service('web', 1);
  await stage.run(60_000);
  const target = `${addressOf(only(stage.world.ecs.tasksOf(old.arn)))}:8080`;
  stage.delivery.trouble.lost = 1;
  stage.world.ecs.updateService(old.arn, { desiredCount: 0 });
  await stage.run(15_000);
  stage.delivery.trouble.lost = 0;
  stage.service('api', 1);
  await stage.run(30_000);
  expect([stage.registered(web), stage.registered(api)]).toEqual([[target], [target]]);
  const truth = watchTruth(stage);
  const { outcome } = await stage.sweep();
  expect(only(outcome.changes)).toMatchObject({ action: 'deregister', resource: web.arn, applied: true });
  expect([stage.registered(web), stage.registered(api)]).toEqual([[], [target]]);
  expect(truth).toEqual(ALL_WELL);
});
