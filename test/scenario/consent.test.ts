import { describe, expect, test } from '@jest/globals';
import { found } from '../support/say.ts';
import { createStage } from '../support/stage.ts';

const TAGS = { 'taskwire:service': 'production/web' };

describe('where services must agree', () => {
  test('a service that does not is left alone, and wired once it does', async () => {
    const stage = createStage({ consent: 'both' });
    const group = stage.group('web', TAGS);
    const { arn } = stage.service('web', 2);
    await stage.run(120_000);
    expect(found(await stage.sweep())).toEqual(['TAG-15 high web']);
    expect(stage.world.calls.mutating()).toEqual([]);
    stage.world.ecs.tagService(arn, { 'taskwire:allow': 'blue web' });
    expect(found(await stage.sweep())).toEqual([]);
    expect(stage.registered(group)).toHaveLength(2);
  });

  test('an agreement that is taken back stops Taskwire and leaves the targets', async () => {
    const stage = createStage({ consent: 'both' });
    const group = stage.group('web', TAGS);
    const { arn } = stage.service('web', 2, { serviceTags: { 'taskwire:allow': 'web' } });
    await stage.run(120_000);
    expect(stage.registered(group)).toHaveLength(2);
    stage.world.ecs.untagService(arn, ['taskwire:allow']);
    await stage.sweep();
    const before = stage.world.calls.mutating().length;
    stage.world.ecs.updateService(arn, { desiredCount: 4 });
    await stage.run(120_000);
    await stage.sweep();
    expect(stage.world.calls.mutating()).toHaveLength(before);
    expect(stage.registered(group)).toHaveLength(2);
  });

  test('one service of two agrees: only its tasks come in', async () => {
    const stage = createStage({ consent: 'both' });
    const group = stage.group('web', { 'taskwire:service': 'production/web production/api' });
    stage.service('web', 2, { serviceTags: { 'taskwire:allow': 'web' } });
    stage.service('api', 3);
    await stage.run(120_000);
    expect(found(await stage.sweep())).toEqual(['TAG-15 high web']);
    expect(stage.registered(group)).toHaveLength(2);
  });

  test('the agreement costs no call', async () => {
    const calls = async (consent: 'group' | 'both') => {
      const stage = createStage({ consent });
      stage.group('web', TAGS);
      stage.service('web', 2, { serviceTags: { 'taskwire:allow': 'web' } });
      await stage.run(120_000);
      await stage.sweep();
      return stage.world.calls.counts();
    };
    expect(await calls('both')).toEqual(await calls('group'));
  });
});
