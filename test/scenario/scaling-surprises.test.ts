import { describe, expect, test } from '@jest/globals';
import type { ServiceRecord } from '../../simulator/state.ts';
import {
  changesOf,
  createScalingStage,
  foundBy,
  heldOf,
  MINUTE,
  type ScalingStage,
  schedulesOf,
  wordsOf,
} from '../support/scaling-stage.ts';

const tags = (scaling: string, more: Readonly<Record<string, string>> = {}) => ({
  'taskwire:scaling': scaling,
  ...more,
});
const retag = (stage: ScalingStage, service: ServiceRecord, scaling: string) =>
  stage.world.ecs.tagService(service.arn, tags(scaling));

describe('an operator who set 50 tasks by hand during an incident', () => {
  const incident = async (reactions: string) => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, tags('min=2 max=20 cpu=60', { 'taskwire:reactions': reactions }));
    await stage.sweep();
    stage.world.calls.reset();
    return { stage, web };
  };
  const operator = async ({ stage, web }: Awaited<ReturnType<typeof incident>>) => {
    stage.world.ecs.updateService(web.arn, { desiredCount: 50 });
    await stage.run(MINUTE);
  };

  test('keeps them when a deployment begins: no suspension, and a finding', async () => {
    const { stage, web } = await incident('deploy');
    await operator({ stage, web });
    stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
    await stage.run(5_000);
    expect(foundBy(stage.ran)).toContain('SCL-5 web');
    expect(wordsOf(stage.ran)).toContain('50 tasks wanted, outside of min 2 and max 20');
    expect([web.desiredCount, stage.bounds(web)]).toEqual([50, '2..20']);
    expect(stage.registrations).toHaveLength(1);
    expect(stage.target(web).tags.size).toBe(0);
  });

  test('keeps them when the deployment ends: no release, until the count is back in the bounds', async () => {
    const { stage, web } = await incident('deploy');
    stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
    await stage.run(2_000);
    expect(stage.bounds(web)).toBe('2..20 out');
    await operator({ stage, web });
    await stage.run(4 * MINUTE);
    expect(web.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    expect([web.desiredCount, stage.bounds(web)]).toEqual([50, '2..20 out']);
    expect(wordsOf(stage.ran.slice(-1))).toContain('releasing scale-out would move that count');
    stage.world.ecs.updateService(web.arn, { desiredCount: 18 });
    await stage.sweep();
    expect([web.desiredCount, stage.bounds(web), stage.target(web).tags.size]).toEqual([18, '2..20', 0]);
  });

  test('keeps them when Spot takes tasks, whatever the sweeps do after it', async () => {
    const { stage, web } = await incident('spot');
    await operator({ stage, web });
    for (const { arn } of stage.world.ecs.tasksOf(web.arn).slice(0, 3)) stage.world.ecs.interruptSpot(arn);
    await stage.run(40 * MINUTE);
    expect(foundBy(stage.ran)).toContain('SCL-5 web');
    expect([web.desiredCount, stage.bounds(web)]).toEqual([50, '2..20']);
    expect(schedulesOf(stage.target(web))).toEqual({});
    expect([...web.tags.keys()]).not.toContain('taskwire:spot');
  });

  test('keeps them when a wish comes: what would lower the running count is held', async () => {
    const { stage, web } = await incident('none');
    await operator({ stage, web });
    retag(stage, web, 'min=2 max=30 cpu=60');
    await stage.run(5_000);
    expect(heldOf(stage.ran)).toEqual([
      'put-target web: brake: the desired count would fall by 20 at once; the tags ask for min 2, max 30, it has min 2, max 20; the desired count goes from 50 to 30 at once',
    ]);
    expect([web.desiredCount, stage.bounds(web)]).toEqual([50, '2..20']);
    retag(stage, web, 'min=2 max=60 cpu=60');
    await stage.run(5_000);
    expect([web.desiredCount, stage.bounds(web)]).toEqual([50, '2..60']);
  });
});

describe('the brake', () => {
  test.each([
    { wish: 'min=7 max=20', held: 'brake: the desired count would rise by 3 of 4 at once' },
    { wish: 'min=1 max=3', held: 'brake: the desired count would fall by 1 at once' },
  ])('holds $wish for 4 tasks with its schedules, in every sweep; policies go on', async ({ wish, held }) => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, tags('min=2 max=20'));
    await stage.sweep();
    stage.world.calls.reset();
    stage.world.ecs.tagService(
      web.arn,
      tags(`${wish} cpu=60`, { 'taskwire:hours': 'Sat 09:00-12:00 UTC min=1 max=3' }),
    );
    const before = stage.ran.length;
    await stage.run(5_000);
    const [tagged] = stage.ran.slice(before);
    const swept = await stage.sweep();
    for (const run of tagged ? [tagged, swept] : []) {
      const [first, ...rest] = heldOf([run]);
      expect(first).toContain(`put-target web: ${held}`);
      expect(rest.map((text) => text.slice(0, 12))).toEqual(['put-schedule', 'put-schedule']);
    }
    expect(stage.ran.slice(before)).toHaveLength(2);
    expect(changesOf(stage.ran.slice(before))).toEqual(['put-policy web']);
    expect([web.desiredCount, stage.bounds(web)]).toEqual([4, '2..20']);
    expect(stage.target(web).schedules.size).toBe(0);
  });

  test('lets go when a person applies what was held, and only there', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, tags('min=2 max=20'));
    const api = await stage.service('api', 4, tags('min=2 max=20'));
    for (const service of [web, api]) {
      stage.world.ecs.tagService(
        service.arn,
        tags('min=9 max=20 cpu=60', { 'taskwire:hours': 'Sat 09:00-12:00 UTC min=1 max=3' }),
      );
    }
    await stage.run(20 * MINUTE);
    await stage.release({ cluster: 'production', service: 'web' });
    expect([web.desiredCount, stage.bounds(web), stage.target(web).schedules.size]).toEqual([9, '9..20', 2]);
    await stage.run(20 * MINUTE);
    expect([api.desiredCount, stage.bounds(api), stage.target(api).schedules.size]).toEqual([4, '2..20', 0]);
  });

  test('lets a rise of up to half through', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, tags('min=2 max=20'));
    await stage.sweep();
    retag(stage, web, 'min=6 max=20');
    await stage.run(5_000);
    expect([web.desiredCount, stage.bounds(web)]).toEqual([6, '6..20']);
    const reasons = stage.ran.flatMap(({ outcome }) => outcome.changes.map(({ reason }) => reason));
    expect(reasons.join()).toContain('the desired count goes from 4 to 6 at once');
  });

  test('holds all of a new service whose count lies above max, policies too', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 8, tags('min=1 max=4 cpu=60'));
    const swept = await stage.sweep();
    expect(heldOf([swept]).map((text) => text.split(':')[0])).toEqual(['put-target web', 'put-policy web']);
    expect([web.desiredCount, stage.bounds(web)]).toEqual([8, 'none']);
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('is not gone round: a Spot wave brings back what was in force, not what is held', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 8, tags('min=2 max=20 cpu=60', { 'taskwire:reactions': 'spot' }));
    await stage.sweep();
    retag(stage, web, 'min=2 max=5 cpu=60');
    await stage.run(5_000);
    expect(heldOf(stage.ran)).toHaveLength(1);
    for (const { arn } of stage.world.ecs.tasksOf(web.arn).slice(0, 2)) stage.world.ecs.interruptSpot(arn);
    await stage.run(40 * MINUTE);
    expect(web.desiredCount).toBeGreaterThanOrEqual(8);
    expect(stage.target(web).max).toBe(20);
  });
});

describe('a desired count that changes between look and write', () => {
  test('is seen where the look grew old meanwhile', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, tags('min=2 max=20', { 'taskwire:reactions': 'deploy' }));
    await stage.sweep();
    stage.world.faults.add({ action: 'application-autoscaling:ListTagsForResource', latencyMs: 2_500, times: 1 });
    const stop = stage.world.faults.before('application-autoscaling:ListTagsForResource', () => {
      stop();
      stage.world.ecs.updateService(web.arn, { desiredCount: 50 });
    });
    stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
    await stage.run(10_000);
    expect(web.desiredCount).toBe(50);
    expect(stage.registrations).toHaveLength(1);
    expect(foundBy(stage.ran)).toContain('SCL-5 web');
  });

  test('between two writes of one hold, too', async () => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, tags('min=2 max=20', { 'taskwire:reactions': 'deploy' }));
    await stage.sweep();
    stage.world.faults.add({ action: 'application-autoscaling:TagResource', latencyMs: 2_500, times: 1 });
    const stop = stage.world.faults.after('application-autoscaling:TagResource', () => {
      stop();
      stage.world.ecs.updateService(web.arn, { desiredCount: 50 });
    });
    stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
    await stage.run(10_000);
    expect(web.desiredCount).toBe(50);
    expect(stage.registrations).toHaveLength(1);
    expect(foundBy(stage.ran)).toContain('SCL-5 web');
  });
});
