import { describe, expect, test } from '@jest/globals';
import { held, made, RIGHT } from '../support/say.ts';
import { createStage } from '../support/stage.ts';

const staged = async () => {
  const stage = createStage();
  const tags = { 'taskwire:service': 'production/web' };
  const groups = [stage.group('web', tags), stage.group('inside', tags)];
  const service = stage.service('web', 2);
  await stage.run(60_000);
  const [a, b] = stage.world.ecs.tasksOf(service.arn);
  if (!a || !b) throw new Error('two tasks were asked for');
  const standby = (task: typeof a, on = true) =>
    on ? stage.world.ecs.tagTask(task.arn, { 'taskwire:standby': 'true' }) : task.tags.delete('taskwire:standby');
  const registered = () => groups.map((group) => stage.registered(group));
  return { stage, service, a, b, standby, registered };
};

describe('a task on standby', () => {
  test('leaves its groups with the next sweep and is back with the one after its tag goes', async () => {
    const { stage, a, standby, registered } = await staged();
    standby(a);
    const ran = await stage.sweep();
    expect(made(ran)).toEqual([
      'deregister 10.0.0.4:8080 inside: task <id> (service:web) is on standby',
      'deregister 10.0.0.4:8080 web: task <id> (service:web) is on standby',
    ]);
    expect(registered()).toEqual([['10.0.0.5:8080'], ['10.0.0.5:8080']]);
    expect(a.lastStatus).toBe('RUNNING');

    standby(a, false);
    await stage.sweep();
    // Its address is draining: it is back when the deregistration delay is over.
    await stage.run(310_000);
    expect(registered()).toEqual([
      ['10.0.0.4:8080', '10.0.0.5:8080'],
      ['10.0.0.4:8080', '10.0.0.5:8080'],
    ]);
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
  });

  test('is not registered by its events', async () => {
    const { stage, a, standby, registered } = await staged();
    standby(a);
    await stage.sweep();
    await stage.run(310_000);
    stage.world.ecs.repeatEvent(a.arn);
    await stage.run(60_000);
    expect(registered()).toEqual([['10.0.0.5:8080'], ['10.0.0.5:8080']]);
  });

  test('stays while it is a group’s last target that is not draining', async () => {
    const { stage, a, b, standby, registered } = await staged();
    standby(a);
    standby(b);
    for (let pass = 0; pass < 3; pass++) {
      const ran = await stage.sweep();
      expect(registered().map((each) => each.length)).toEqual([1, 1]);
      expect(held(ran)).toEqual([
        expect.stringMatching(/ inside: task <id> \(service:web\) is on standby, but it is the group's last target$/),
        expect.stringMatching(/ web: task <id> \(service:web\) is on standby, but it is the group's last target$/),
      ]);
      await stage.run(60_000);
    }
  });

  test('that stops leaves its groups like any other', async () => {
    const { stage, a, b, standby, registered, service } = await staged();
    standby(a);
    standby(b);
    await stage.sweep();
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(60_000);
    expect(registered()).toEqual([[], []]);
  });
});
