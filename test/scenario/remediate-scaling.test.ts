import { describe, expect, test } from '@jest/globals';
import { ask, inShort, show } from '../support/repairs.ts';
import { createScalingStage, MINUTE, mutatingCalls } from '../support/scaling-stage.ts';

const SYNC = { action: 'sync-scaling', cluster: 'production' };
const RESUME = { action: 'resume-scaling', cluster: 'production' };
const TAGS = { 'taskwire:scaling': 'min=2 max=10 cpu=60' };

/** Services whose tags nobody followed yet. */
const tagged = async (
  names: readonly string[] = ['web'],
  desired = 2,
  tags: Readonly<Record<string, string>> = TAGS,
) => {
  const stage = createScalingStage();
  stage.delivery.trouble.lost = 1;
  const services = [];
  for (const name of names) services.push(await stage.service(name, desired, tags));
  return { stage, world: stage.world, services };
};

describe('sync-scaling', () => {
  test('shows, does what it showed, and a second time nothing', async () => {
    const { stage, world, services } = await tagged();
    const { plan } = await show(world, SYNC);
    expect(inShort(plan.changes)).toEqual(['put-policy web', 'put-target web']);
    expect(mutatingCalls(stage)).toEqual({});
    const apply = { ...SYNC, apply: true, plan: plan.id };
    const { outcome, failed } = await ask(world, apply);
    expect({ failed, mode: outcome.mode }).toEqual({ failed: [], mode: 'enforce' });
    expect(outcome.changes.every(({ applied }) => applied)).toBe(true);
    expect(stage.bounds(services[0]!)).toBe('2..10');
    const before = mutatingCalls(stage);
    expect((await ask(world, apply)).outcome.notes).toEqual(['2 changes that were shown are no longer needed.']);
    expect(mutatingCalls(stage)).toEqual(before);
  });

  test('refuses other bounds than were shown', async () => {
    const { stage, world, services } = await tagged();
    const { plan } = await show(world, SYNC);
    world.ecs.tagService(services[0]!.arn, { 'taskwire:scaling': 'min=2 max=12 cpu=60' });
    await expect(ask(world, { ...SYNC, apply: true, plan: plan.id })).rejects.toMatchObject({ name: 'PlanChanged' });
    expect(mutatingCalls(stage)).toEqual({});
  });

  test.each([
    { name: 'further than was shown', desired: 7, refused: true },
    { name: 'less far', desired: 9, refused: false },
    { name: 'nowhere any more', desired: 10, refused: false },
  ])('a count that would move $name', async ({ desired, refused }) => {
    const { stage, world, services } = await tagged(['web'], 8, { 'taskwire:scaling': 'min=10 max=20' });
    const { plan } = await show(world, SYNC);
    expect(plan.changes).toHaveLength(1);
    world.ecs.updateService(services[0]!.arn, { desiredCount: desired });
    await stage.run(MINUTE);
    const apply = ask(world, { ...SYNC, apply: true, plan: plan.id });
    if (refused) await expect(apply).rejects.toMatchObject({ name: 'PlanChanged' });
    else expect((await apply).outcome.changes).toMatchObject([{ action: 'put-target', applied: true }]);
  });

  test('leaves held what the brake holds', async () => {
    const { world } = await tagged(['web'], 10, { 'taskwire:scaling': 'min=2 max=4' });
    const { plan, outcome } = await show(world, SYNC);
    expect(plan.changes).toEqual([]);
    expect(outcome.held).toMatchObject([{ action: 'put-target' }]);
  });

  test('goes on where one of two services is denied, and says so', async () => {
    const { stage, world, services } = await tagged(['web', 'api']);
    const { plan } = await show(world, SYNC);
    world.faults.add({
      action: 'application-autoscaling:RegisterScalableTarget',
      when: ({ ResourceId }) => ResourceId.endsWith('/web'),
      failure: 'denied',
    });
    const { outcome } = await ask(world, { ...SYNC, apply: true, plan: plan.id });
    expect(outcome.changes.filter(({ applied }) => !applied)).toMatchObject([{ action: 'put-target' }]);
    expect(services.map((service) => stage.bounds(service))).toEqual(['none', '2..10']);
  });

  test('says where nothing of the scope carries the tag', async () => {
    const { world } = await tagged();
    await expect(ask(world, { ...SYNC, service: 'wbe' })).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('No service carries the scaling tag in cluster production, service wbe.'),
    });
  });
});

describe('resume-scaling', () => {
  const held = async () => {
    const scene = await tagged(['web', 'api']);
    const { stage, world, services } = scene;
    const { plan } = await show(world, SYNC);
    await ask(world, { ...SYNC, apply: true, plan: plan.id });
    for (const service of services) {
      const target = stage.target(service);
      target.suspended = { scaleIn: false, scaleOut: true, scheduled: false };
      world.scaling.tag(target.arn, {
        'taskwire:hold': `in=false out=false scheduled=false for=crash since=${Math.floor(world.clock.nowMs() / 1000)}`,
      });
    }
    return scene;
  };

  test('ends the holds of its scope, after showing them', async () => {
    const { stage, world, services } = await held();
    const request = { ...RESUME, service: 'web' };
    const { plan } = await show(world, request);
    expect(inShort(plan.changes)).toEqual(['resume web', 'resume web']);
    expect(services.map((service) => stage.bounds(service))).toEqual(['2..10 out', '2..10 out']);
    const { outcome } = await ask(world, { ...request, apply: true, plan: plan.id });
    expect(outcome.changes.map(({ applied }) => applied)).toEqual([true, true]);
    expect(services.map((service) => stage.bounds(service))).toEqual(['2..10', '2..10 out']);
  });

  test('leaves alone what a person suspended', async () => {
    const { stage, world, services } = await held();
    stage.target(services[0]!).suspended = { scaleIn: true, scaleOut: true, scheduled: false };
    const { plan } = await show(world, RESUME);
    await ask(world, { ...RESUME, apply: true, plan: plan.id });
    expect(services.map((service) => stage.bounds(service))).toEqual(['2..10 in', '2..10']);
  });
});
