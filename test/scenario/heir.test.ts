import { describe, expect, test } from '@jest/globals';
import { addressOf, createStage, only, type Stage } from '../support/stage.ts';
import { ALL_WELL, watchTruth } from '../support/truth.ts';

const right = { missing: [], stale: [], wrong: [] };
const DEREGISTER = 'elasticloadbalancing:DeregisterTargets';

/** Uses up the registration budget for a while: `count` groups that all want the tasks of one new service. */
const starve = ({ group, service }: Stage, count: number): void => {
  for (let index = 0; index < count; index++) group(`busy-${index}`, { 'taskwire:service': 'production/busy' });
  service('busy', 1);
};

const eager = () =>
  createStage({
    world: {
      ecs: { releaseAddress: 'deprovisioning' },
      network: { reuse: 'newest' },
      targetGroups: { drainingTarget: 'rejoin' },
    },
  });

describe('while a removal waits for budget', () => {
  test('an heir of the same service takes the address: its target stays', async () => {
    const stage = eager();
    const truth = watchTruth(stage);
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 1);
    await stage.run(60_000);
    const target = `${addressOf(only(stage.world.ecs.tasksOf(service.arn)))}:8080`;
    starve(stage, 25);
    await stage.run(12_500);
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(8_000);
    stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
    await stage.run(60_000);
    expect(`${addressOf(only(stage.world.ecs.tasksOf(service.arn)))}:8080`).toBe(target);
    expect(stage.registered(group)).toEqual([target]);
    expect(stage.world.calls.count(DEREGISTER)).toBe(0);
    expect(truth).toEqual(ALL_WELL);
    expect(stage.world.audit()).toMatchObject(right);
  });

  test('and the registration before it had a new look, the removal has one of its own', async () => {
    const stage = eager();
    const truth = watchTruth(stage);
    stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 1);
    await stage.run(60_000);
    const old = only(stage.world.ecs.tasksOf(service.arn));
    starve(stage, 16);
    // Another task of the service runs as the old one is asked to stop: one plan with an addition and a removal. The
    // old one's replacement has its address by the time the addition has had its turn.
    stage.world.ecs.times.replaceMs = 6_000;
    stage.world.ecs.updateService(service.arn, { desiredCount: 2 });
    await stage.run(12_500);
    stage.world.ecs.stopTask(old.arn);
    await stage.run(90_000);
    expect(stage.world.ecs.tasksOf(service.arn).map(addressOf)).toContain(addressOf(old));
    expect(truth).toEqual(ALL_WELL);
    expect(stage.world.audit()).toMatchObject({ tasks: 3, ...right });
  });

  test.each([
    ['in one batch with them', 500],
    ['while they wait', 6_000],
  ])('a stranger takes the address: the removal goes before all others, told %s', async (_, afterMs) => {
    const stage = eager();
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 1);
    await stage.run(60_000);
    const old = only(stage.world.ecs.tasksOf(service.arn));
    stage.delivery.trouble.lost = 1;
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(15_000);
    stage.delivery.trouble.lost = 0;
    starve(stage, 40);
    await stage.run(12_000 + afterMs);
    // The stop is told of only now, so its change is the youngest of all.
    stage.world.ecs.repeatEvent(old.arn);
    await stage.run(3_000);
    expect(stage.registered(group)).toEqual([]);
    expect(stage.world.audit().missing.length).toBeGreaterThan(20);
    await stage.run(60_000);
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject(right);
  });
});
