import { describe, expect, test } from '@jest/globals';
import { taskwire } from '../support/command-line.ts';
import { held, RIGHT } from '../support/say.ts';
import { createStackStage } from '../support/stack-stage.ts';

const MINUTE = 60_000;

const staged = async () => {
  const stage = createStackStage();
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 3);
  await stage.run(2 * MINUTE);
  const changed = () =>
    stage.world.calls.of('elasticloadbalancing:RegisterTargets').length +
    stage.world.calls.of('elasticloadbalancing:DeregisterTargets').length;
  return { stage, group, service, changed };
};

describe('a paused stack', () => {
  test('changes nothing, keeps what happens, and does it when it goes on', async () => {
    const { stage, group, service, changed } = await staged();
    expect(stage.world.audit()).toMatchObject({ tasks: 3, ...RIGHT });
    await taskwire(stage, ['pause']);
    const [before, invoked] = [changed(), stage.stackDelivery.invocations.length];

    // Scales up, loses a task, rolls over: all while nobody follows.
    stage.world.ecs.updateService(service.arn, { desiredCount: 5 });
    await stage.run(20 * MINUTE);
    const [first] = stage.world.ecs.tasksOf(service.arn);
    if (!first) throw new Error('tasks were asked for');
    stage.world.ecs.crashTask(first.arn);
    await stage.run(40 * MINUTE);
    expect(changed()).toBe(before);
    expect(stage.stackDelivery.invocations).toHaveLength(invoked);
    expect(stage.stackQueue.messages.length).toBeGreaterThan(3);
    // No receive was spent: nothing comes nearer to the failure queue by waiting.
    expect(Math.max(...stage.stackQueue.messages.map(({ receiveCount }) => receiveCount))).toBe(0);
    expect(stage.world.audit().missing.length).toBeGreaterThan(1);

    const { out } = await taskwire(stage, ['resume']);
    expect(out).toMatch(/^About [1-9]\d* messages waited in its queues/m);
    // Before any sweep could come.
    await stage.run(MINUTE);
    expect(stage.registered(group)).toHaveLength(5);
    expect(stage.world.audit()).toMatchObject({ tasks: 5, ...RIGHT });
    await stage.run(10 * MINUTE);
    expect(stage.stackQueue.messages).toEqual([]);
    expect(stage.world.queues.byName('taskwire-prod-register-targets-failures').messages).toEqual([]);
  });

  test('whose events are lost as well is right after the first sweep', async () => {
    const { stage, service } = await staged();
    await taskwire(stage, ['pause']);
    stage.world.ecs.updateService(service.arn, { desiredCount: 6 });
    await stage.run(20 * MINUTE);
    for (const { id } of [...stage.stackQueue.messages]) stage.stackQueue.delete(id);
    await taskwire(stage, ['resume']);
    await stage.run(6 * MINUTE);
    expect(stage.world.audit()).toMatchObject({ tasks: 6, ...RIGHT });
  });
});

describe('a paused target group', () => {
  test('is not touched but reported, while the others go on; its own turn comes at once when it goes on', async () => {
    const { stage, group, service } = await staged();
    const inside = stage.group('inside', { 'taskwire:service': 'production/web' });
    await stage.run(6 * MINUTE);
    await taskwire(stage, ['pause', 'web']);
    await stage.run(2 * MINUTE);
    stage.world.ecs.updateService(service.arn, { desiredCount: 5 });
    await stage.run(20 * MINUTE);
    expect(stage.registered(group)).toHaveLength(3);
    expect(stage.registered(inside)).toHaveLength(5);
    const swept = stage.ran.at(-1);
    expect(swept?.outcome.changes).toMatchObject([
      { action: 'register', resource: group.arn, applied: false },
      { action: 'register', resource: group.arn, applied: false },
    ]);
    if (swept) expect(held(swept)).toEqual([]);

    const { code, out } = await taskwire(stage, ['apply', '--target-group', 'web', '--yes']);
    expect(code).toBe(1);
    expect(out).toContain('paused: nothing is changed');
    expect(stage.registered(group)).toHaveLength(3);

    await taskwire(stage, ['resume', 'web']);
    await stage.run(10_000);
    expect(stage.registered(group)).toHaveLength(5);
    expect(stage.world.audit()).toMatchObject({ ...RIGHT });
  });

  test('is told by the sweep in minutes, the longest pause of all', async () => {
    const { stage } = await staged();
    stage.group('inside', { 'taskwire:service': 'production/web' });
    const minutes = () =>
      stage.ran
        .at(-1)
        ?.measures.filter(({ name }) => name === 'PausedMinutes')
        .map(({ value }) => value);
    await stage.sweep();
    expect(minutes()).toEqual([]);
    await taskwire(stage, ['pause', 'web']);
    await stage.run(70 * MINUTE);
    await taskwire(stage, ['pause', 'inside']);
    await stage.sweep();
    expect(minutes()).toEqual([70]);
    await taskwire(stage, ['resume', 'web']);
    await stage.sweep();
    expect(minutes()).toEqual([0]);
    stage.world.targetGroups.tag(stage.world.targetGroups.groups.values().next().value?.arn ?? '', {
      'taskwire:paused': 'for a while',
    });
    await stage.sweep();
    // Nobody knows since when: too long.
    expect(minutes()).toEqual([24 * 60]);
  });
});
