import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../shared/errors.ts';
import { changesOf, createScalingStage, type ScalingStageOptions } from '../support/scaling-stage.ts';

const SCALING = { 'taskwire:scaling': 'min=2 max=20' };

/** Three services that are tagged, of which nothing told the function; a group that names two of them. */
const staged = async (options: ScalingStageOptions = {}) => {
  const stage = createScalingStage({ ...options, trouble: { lost: 1 } });
  for (const name of ['web', 'api', 'other']) await stage.service(name, 4, SCALING);
  const group = stage.group('front', { 'taskwire:service': 'production/web production/api' });
  stage.group('jobs', { 'taskwire:family': 'production/job' });
  stage.group('mistyped', { 'taskwire:service': 'production/web', 'taskwire:port': 'http' });
  stage.group('stranger');
  return { stage, group };
};

describe('adjust-scaling by hand, of a target group', () => {
  test.each(['name', 'arn'] as const)(
    'by its %s looks at the services that its tags name, and at no other',
    async (by) => {
      const { stage, group } = await staged();
      const plan = await stage.byHand({ dryRun: true, targetGroup: group[by] });
      expect(changesOf([plan])).toEqual(['put-target api (not applied)', 'put-target web (not applied)']);
      expect(stage.world.calls.mutating()).toEqual([]);
    },
  );

  test('narrows further by service and by cluster', async () => {
    const { stage } = await staged();
    const narrowed = async (scope: object) =>
      changesOf([await stage.byHand({ dryRun: true, targetGroup: 'front', ...scope })]);
    expect(await narrowed({ service: 'web' })).toEqual(['put-target web (not applied)']);
    expect(await narrowed({ cluster: 'staging' })).toEqual([]);
  });

  test('looks at no service of a cluster that is not watched', async () => {
    const { stage } = await staged({ clusters: ['production'] });
    stage.group('far', { 'taskwire:service': 'production/web' });
    expect(changesOf([await stage.byHand({ dryRun: true, targetGroup: 'far' })])).toHaveLength(1);
    const elsewhere = await staged({ clusters: ['staging'] });
    // Its binding names a cluster outside, so it is wrong.
    await expect(elsewhere.stage.byHand({ dryRun: true, targetGroup: 'front' })).rejects.toThrow(/front.*production/s);
  });

  test('with dryRun false is done from the queue', async () => {
    const { stage } = await staged();
    const answer = await stage.byHand({ dryRun: false, targetGroup: 'front' });
    expect(answer).toMatchObject({ failed: [], outcome: { queued: true, changes: [] } });
    await stage.run(1_000);
    expect(changesOf(stage.ran)).toEqual(['put-target api', 'put-target web']);
  });

  test('looks as little at the rest of the account as at one service', async () => {
    const { stage } = await staged();
    stage.world.calls.reset();
    await stage.byHand({ dryRun: true, targetGroup: 'front' });
    const { 'application-autoscaling:DescribeScalableTargets': targets, 'ecs:DescribeServices': services } =
      stage.world.calls.counts();
    // Once for the bindings, once for the services' tags.
    expect({ targets, services }).toEqual({ targets: 1, services: 2 });
  });

  test.each<{ name: string; targetGroup: string; says: RegExp }>([
    { name: 'that does not exist', targetGroup: 'nope', says: /target group nope is not wired.*Check the name/ },
    { name: 'without tags', targetGroup: 'stranger', says: /stranger is not wired.*taskwire:service/ },
    { name: 'whose tags are wrong', targetGroup: 'mistyped', says: /mistyped is not wired.*"http".*such as 8080/s },
    {
      name: 'that names no service',
      targetGroup: 'jobs',
      says: /jobs is wired to family production\/job.*only services scale/,
    },
  ])('a group $name is refused at once, with the cure', async ({ targetGroup, says }) => {
    const { stage } = await staged();
    for (const dryRun of [true, false]) {
      const asked = stage.byHand({ dryRun, targetGroup });
      await expect(asked).rejects.toThrow(InputError);
      await expect(asked).rejects.toThrow(says);
    }
    expect([stage.queue.messages, stage.failureQueue.messages]).toEqual([[], []]);
  });
});

test('a plan by hand that cannot be made is told to who asked for it, and parked nowhere', async () => {
  const { stage } = await staged();
  stage.world.faults.add({ action: 'tag:GetResources', failure: 'denied' });
  await expect(stage.byHand({ dryRun: true })).rejects.toThrow(/tag:GetResources/);
  expect(stage.failureQueue.messages).toEqual([]);
});
