import { expect, test } from '@jest/globals';
import { releaseHolds } from '../../shared/app/release-holds.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { ServiceRecord } from '../../simulator/state.ts';
import { createScalingStage, type ScalingStage } from '../support/scaling-stage.ts';

const tags = { 'taskwire:scaling': 'min=2 max=20 cpu=60', 'taskwire:reactions': 'deploy' };

/** Scale-out of services is held for deployments that go on. */
const hold = async (stage: ScalingStage, ...services: readonly ServiceRecord[]): Promise<void> => {
  await stage.sweep();
  for (const { arn } of services) stage.world.ecs.updateService(arn, { forceNewDeployment: true });
  await stage.run(3_000);
  expect(services.map((service) => stage.bounds(service))).toEqual(services.map(() => '2..20 out'));
};
const release = (stage: ScalingStage, clusters: readonly string[] = []) =>
  stage.world.clock.until(
    releaseHolds({ ...createInMemoryPorts(stage.world, { queues: {} }), tagPrefix: 'taskwire', clusters }),
  );

test('ends every hold though its deployment goes on, and writes nothing else', async () => {
  const stage = createScalingStage();
  const services = [await stage.service('web', 4, tags), await stage.service('api', 4, tags)];
  await hold(stage, ...services);
  const before = stage.world.calls.mutating().length;
  const released = await release(stage);
  for (const service of services) {
    expect(stage.bounds(service)).toBe('2..20');
    expect(stage.target(service).tags.get('taskwire:hold')).toBeUndefined();
  }
  expect(released.every(({ findings, error }) => findings.length === 0 && error === undefined)).toBe(true);
  const written = stage.world.calls.mutating().slice(before);
  expect(new Set(written.map(({ action }) => action))).toEqual(
    new Set(['application-autoscaling:RegisterScalableTarget', 'application-autoscaling:UntagResource']),
  );
  // Once more, nothing is left to do.
  expect(await release(stage)).toEqual([]);
});

test('what a person suspended stays, and so does the hold of a cluster that is not watched', async () => {
  const stage = createScalingStage();
  const web = await stage.service('web', 4, tags);
  const mine = await stage.service('mine', 4);
  stage.world.scaling.register(mine.arn, {
    min: 1,
    max: 9,
    suspended: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: true,
      ScheduledScalingSuspended: false,
    },
  });
  await hold(stage, web);
  expect(await release(stage, ['staging'])).toEqual([]);
  expect(stage.bounds(web)).toBe('2..20 out');
  await release(stage, ['production']);
  expect(stage.bounds(web)).toBe('2..20');
  expect(stage.bounds(mine)).toBe('1..9 out');
});

test('a hold whose release would move the count stays, and a finding says so', async () => {
  const stage = createScalingStage();
  const web = await stage.service('web', 4, tags);
  await hold(stage, web);
  stage.world.ecs.updateService(web.arn, { desiredCount: 30 });
  const [only, ...others] = await release(stage);
  expect(others).toEqual([]);
  expect(only?.findings).toMatchObject([{ rule: 'SCL-5' }]);
  expect(only?.changes).toEqual([]);
  expect(stage.bounds(web)).toBe('2..20 out');
});
