import { describe, expect, test } from '@jest/globals';
import { held, made, news, RIGHT } from '../support/say.ts';
import { addressOf, createStage } from '../support/stage.ts';

const staged = async () => {
  const stage = createStage();
  const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': 'exclusive' });
  stage.group('wrong', { 'taskwire:service': 'web' });
  const service = stage.service('web', 2);
  await stage.run(60_000);
  for (const n of [1, 2, 3]) stage.world.targetGroups.put(group.arn, { id: `192.168.7.${n}`, port: 8080, zone: 'all' });
  return { stage, group, service };
};

describe('Taskwire’s own events', () => {
  test('tell every change, and a finding or what the brake holds once an hour per instance', async () => {
    const { stage } = await staged();
    const counts = () =>
      ['Taskwire Targets Changed', 'Taskwire Finding', 'Taskwire Brake Held'].map((type) => news(stage, type).length);
    expect(counts()[0]).toBe(2);
    for (let pass = 0; pass < 12; pass++) {
      await stage.sweep();
      await stage.run(300_000);
    }
    // The sweep tells the wrong tag, and like the instance that takes the second looks, each of the three targets.
    const [changes, findings, holds] = counts();
    expect(changes).toBe(2);
    expect(findings).toBe(7);
    expect(holds).toBe(3);
    await stage.sweep();
    expect(counts()[1]).toBeGreaterThan(findings ?? 0);
  });

  test('carry the change, the finding and the held change, with the resources they are about', async () => {
    const { stage, group, service } = await staged();
    const [task] = stage.world.ecs.tasksOf(service.arn);
    await stage.sweep();
    await stage.run(90_000);
    const own = stage.world.bus.log.filter(({ source }) => source === 'taskwire');
    const of = (type: string) => own.find((event) => event['detail-type'] === type);
    expect(of('Taskwire Targets Changed')).toMatchObject({
      resources: [group.arn, task?.arn],
      detail: {
        action: 'register',
        resource: group.arn,
        task: task?.arn,
        applied: true,
        reason: `task ${task?.id} is running`,
      },
    });
    expect(of('Taskwire Finding')).toMatchObject({ detail: { rule: 'TAG-2', severity: 'high' } });
    expect(of('Taskwire Brake Held')).toMatchObject({
      resources: [group.arn],
      detail: { action: 'deregister', target: { id: '192.168.7.1', port: 8080 } },
    });
  });

  test('are no part of the work: a bus that refuses them fails nothing', async () => {
    const { stage, group, service } = await staged();
    stage.world.faults.add({ action: 'events:PutEvents', failure: 'denied' });
    stage.world.ecs.updateService(service.arn, { desiredCount: 3 });
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(stage.registered(group)).toContain('10.0.0.6:8080');
    expect(stage.ran.flatMap(({ failed }) => failed)).toEqual([]);
    expect(stage.ran.flatMap(({ measures }) => measures)).toContainEqual({
      name: 'EventsRefused',
      value: expect.any(Number),
    });
    expect(stage.failureQueue.messages).toEqual([]);
    expect(held(ran)).toEqual([]);
  });
});

describe('a draining target that is wanted again', () => {
  test.each(['refuse', 'rejoin'] as const)(
    'is looked at when its delay is over (AWS would %s it)',
    async (drainingTarget) => {
      const stage = createStage({ world: { targetGroups: { drainingTarget } } });
      const group = stage.group('web', { 'taskwire:service': 'production/web' }, { delaySeconds: 120 });
      const service = stage.service('web', 2);
      await stage.run(60_000);
      const [, second] = stage.world.ecs.tasksOf(service.arn);
      stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
      await stage.run(20_000);
      stage.world.ecs.updateService(service.arn, { desiredCount: 2 });
      await stage.run(30_000);
      const [, heir] = stage.world.ecs.tasksOf(service.arn);
      expect(heir && addressOf(heir)).toBe(second && addressOf(second));
      await stage.run(150_000);
      expect(stage.registered(group)).toEqual(['10.0.0.4:8080', '10.0.0.5:8080']);
      expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
      expect(stage.ran.flatMap(made)).toContain(
        'register 10.0.0.5:8080 web: task <id> is running and its target is draining',
      );
    },
  );
});
