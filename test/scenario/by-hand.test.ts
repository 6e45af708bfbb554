import { describe, expect, test } from '@jest/globals';
import { blind, byHand, found, made, planned, RIGHT, words } from '../support/say.ts';
import { createStage } from '../support/stage.ts';

/** Three groups of three services in two clusters; no event told of their six tasks. */
const unwired = async () => {
  const stage = createStage();
  blind(stage);
  stage.world.ecs.addCluster('staging');
  const web = stage.group('web', { 'taskwire:service': 'production/web' });
  const api = stage.group('api', { 'taskwire:service': 'production/api' });
  const test = stage.group('web-test', { 'taskwire:service': 'staging/web' });
  const arns = {
    web: stage.service('web', 2).arn,
    api: stage.service('api', 2).arn,
    staging: stage.service('web', 2, { cluster: 'staging' }).arn,
  };
  await stage.run(60_000);
  const wired = () => [web, api, test].filter((group) => stage.registered(group).length === 2).map(({ name }) => name);
  return { stage, web, api, arns, wired };
};

describe('by hand', () => {
  test('a dry run shows all that would be done and does nothing', async () => {
    const { stage, wired } = await unwired();
    const ran = await byHand(stage, { dryRun: true });
    expect(ran.outcome.mode).toBe('observe');
    expect(planned(ran)).toHaveLength(6);
    expect(made(ran)).toEqual([]);
    expect(wired()).toEqual([]);
    expect(stage.world.calls.mutating()).toEqual([]);
    expect(stage.queue.messages).toEqual([]);
  });

  test('a run does what the dry run showed', async () => {
    const { stage, wired } = await unwired();
    const shown = await byHand(stage, { dryRun: true });
    const ran = await byHand(stage, { dryRun: false });
    expect(made(ran)).toEqual(planned(shown));
    expect(wired()).toEqual(['web', 'api', 'web-test']);
    expect(stage.world.audit()).toMatchObject({ tasks: 6, ...RIGHT });
  });

  test.each([
    { scope: () => ({ cluster: 'staging' }), does: ['web-test'] },
    { scope: () => ({ cluster: 'arn:aws:ecs:eu-central-1:111122223333:cluster/production' }), does: ['web', 'api'] },
    { scope: () => ({ service: 'web' }), does: ['web', 'web-test'] },
    { scope: () => ({ cluster: 'production', service: 'web' }), does: ['web'] },
    { scope: ({ arns }: Awaited<ReturnType<typeof unwired>>) => ({ service: arns.staging }), does: ['web-test'] },
    { scope: () => ({ targetGroup: 'api' }), does: ['api'] },
    { scope: ({ web }: Awaited<ReturnType<typeof unwired>>) => ({ targetGroup: web.arn }), does: ['web'] },
  ])('a scope keeps to itself: $does', async ({ scope, does }) => {
    const scene = await unwired();
    await byHand(scene.stage, { dryRun: false, ...scope(scene) });
    expect(scene.wired()).toEqual(does);
  });

  test.each([
    { scope: { cluster: 'prodution' }, names: 'cluster prodution' },
    { scope: { service: 'wbe' }, names: 'service wbe' },
    { scope: { targetGroup: 'wbe' }, names: 'target group wbe' },
    { scope: { cluster: 'staging', service: 'api' }, names: 'cluster staging, service api' },
  ])('a scope that names nothing is refused with a cure: $names', async ({ scope, names }) => {
    const { stage, wired } = await unwired();
    await expect(byHand(stage, { dryRun: false, ...scope })).rejects.toThrow(
      new RegExp(`^Nothing is wired in ${names}: .*Check the name`),
    );
    expect(wired()).toEqual([]);
  });

  test('a Beanstalk group is not swept with the cluster of another', async () => {
    const { stage } = await unwired();
    const shop = stage.group('shop', { 'taskwire:beanstalk': 'shop-prod' }, { targetType: 'instance' });
    await byHand(stage, { dryRun: true, cluster: 'staging' });
    const asked = stage.world.calls.of('elasticloadbalancing:DescribeTargetHealth').map(({ input }) => input);
    expect(asked).not.toContainEqual({ TargetGroupArn: shop.arn });
  });
});

describe('a workload that does not exist', () => {
  test.each([
    { tags: { 'taskwire:service': 'production/wbe' }, names: 'production/wbe' },
    { tags: { 'taskwire:service': 'prodution/web' }, names: 'prodution/web' },
    { tags: { 'taskwire:family': 'prodution/web' }, names: 'prodution/web' },
    { tags: { 'taskwire:beanstalk': 'shop-prdo' }, names: 'shop-prdo', targetType: 'instance' },
  ])('$names is told with a cure, and others go on', async ({ tags, names, ...spec }) => {
    const { stage, wired } = await unwired();
    stage.group('lost', tags, spec);
    const ran = await stage.sweep();
    expect(found(ran)).toEqual(['TAG-14 medium lost']);
    expect(words(ran)).toContain(names);
    expect(words(ran)).toMatch(
      /which (does not exist|has no instance in an ECS cluster)\. Correct the name in the tag/,
    );
    expect(ran.failed).toEqual([]);
    expect(wired()).toEqual(['web', 'api', 'web-test']);
  });
});
