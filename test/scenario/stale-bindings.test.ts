import { expect, test } from '@jest/globals';
import { createStage } from '../support/stage.ts';

test('tags that cannot be read are told, events go on with the last bindings, and it ends when they can', async () => {
  const stage = createStage();
  stage.group('web', { 'taskwire:service': 'production/web' });
  const { arn } = stage.service('web', 1);
  await stage.run(120_000);
  const stale = () => stage.ran.flatMap(({ measures }) => measures).filter(({ name }) => name === 'BindingsStale');
  expect(stale()).toEqual([]);

  const failure = stage.world.faults.add({ action: 'tag:GetResources', failure: 'throttled' });
  stage.world.ecs.updateService(arn, { desiredCount: 3 });
  await stage.run(120_000);
  expect(stale().length).toBeGreaterThan(0);
  expect(stage.ran.find(({ bindingsKeptBecause }) => bindingsKeptBecause)?.bindingsKeptBecause).toContain(
    'tag:GetResources',
  );
  expect(stage.world.audit()).toMatchObject({ tasks: 3, missing: [], stale: [], wrong: [] });

  failure.remove();
  await stage.run(120_000);
  const told = stale().length;
  stage.world.ecs.updateService(arn, { desiredCount: 1 });
  await stage.quiet();
  expect(stale()).toHaveLength(told);
});
