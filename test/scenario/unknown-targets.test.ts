import { describe, expect, test } from '@jest/globals';
import { blind, byHand, found, held, made, news, RIGHT, words } from '../support/say.ts';
import { createStage, type StageOptions } from '../support/stage.ts';

const UNKNOWN = { id: '192.168.7.7', port: 8080 };

const staged = async (targets: string, options: StageOptions = {}) => {
  const stage = createStage(options);
  const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': targets });
  const service = stage.service('web', 4);
  await stage.run(60_000);
  const own = stage.registered(group);
  const put = (...ids: readonly string[]) => {
    for (const id of ids) stage.world.targetGroups.put(group.arn, { id, port: 8080, zone: 'all' });
  };
  return { stage, group, service, own, put };
};

describe('a target that no task explains', () => {
  test('is reported and stays in a shared group', async () => {
    const { stage, group, put } = await staged('shared');
    put(UNKNOWN.id);
    const ran = await stage.sweep();
    await stage.run(120_000);
    expect(found(ran)).toEqual(['TGT-3 medium web']);
    expect(words(ran)).toContain(
      '192.168.7.7:8080 in web lies outside vpc-0a, and no task explains it. If it is left over',
    );
    expect(stage.registered(group)).toContain('192.168.7.7:8080');
  });

  test('is removed from an exclusive group after two looks 60 s apart, the second by a delayed message', async () => {
    const { stage, group, own, put } = await staged('exclusive');
    put(UNKNOWN.id);
    const ran = await stage.sweep();
    expect(made(ran)).toEqual([]);
    expect(stage.queue.messages.map(({ visibleAtMs, sentAtMs }) => visibleAtMs - sentAtMs)).toEqual([60_000]);
    await stage.run(59_000);
    expect(stage.registered(group)).toContain('192.168.7.7:8080');
    await stage.run(3_000);
    expect(stage.registered(group)).toEqual(own);
    expect(stage.ran.slice(-1).flatMap(made)).toEqual([
      'deregister 192.168.7.7:8080 web: without proof, the group is exclusive: 192.168.7.7:8080 in web lies outside vpc-0a, and no task explains it.',
    ]);
  });

  test('stays in an exclusive group where it is explained at the second look', async () => {
    const { stage, group, put } = await staged('exclusive');
    const vpc = stage.world.network.addVpc({ cidrs: ['192.168.0.0/16'] });
    const subnet = stage.world.network.addSubnet({ vpcId: vpc.id, cidr: '192.168.7.0/24' });
    put('192.168.7.4');
    await stage.sweep();
    stage.world.targetGroups.tag(group.arn, { 'taskwire:zone': 'all', 'taskwire:service.2': 'production/far' });
    stage.service('far', 1, { subnets: [subnet.id] });
    await stage.run(120_000);
    expect(stage.registered(group)).toContain('192.168.7.4:8080');
    expect(stage.world.audit()).toMatchObject({ tasks: 5, ...RIGHT });
  });

  test('is removed by hand in one run, which waits for its second look, with or without a queue', async () => {
    const { stage, group, own, put } = await staged('exclusive', { withoutQueue: true });
    put(UNKNOWN.id);
    const startedAtMs = stage.world.clock.nowMs();
    const shown = await byHand(stage, { dryRun: true, targetGroup: 'web' });
    expect(shown.outcome.changes).toMatchObject([
      { action: 'deregister', target: { id: '192.168.7.7' }, applied: false },
    ]);
    expect(stage.registered(group)).toContain('192.168.7.7:8080');
    await byHand(stage, { dryRun: false, targetGroup: 'web' });
    expect(stage.world.clock.nowMs() - startedAtMs).toBe(120_000);
    expect(stage.registered(group)).toEqual(own);
  });
});

describe('a target of someone else', () => {
  test('is reported as high and stays in a shared group', async () => {
    const { stage, group, put } = await staged('shared');
    stage.service('other', 1);
    await stage.run(30_000);
    put('10.0.0.8');
    const ran = await stage.sweep();
    expect(found(ran)).toEqual(['TGT-2 high web']);
    expect(words(ran)).toContain('10.0.0.8:8080 in web is held by task <id> (service:other)');
    expect(stage.registered(group)).toContain('10.0.0.8:8080');
    expect(stage.world.audit().wrong).toHaveLength(1);
  });

  test('is removed from an exclusive group', async () => {
    const { stage, group, own, put } = await staged('exclusive');
    stage.service('other', 1);
    await stage.run(30_000);
    put('10.0.0.8');
    await stage.sweep();
    expect(stage.registered(group)).toEqual(own);
  });
});

describe('the brake', () => {
  const sweeps = async ({ stage }: Awaited<ReturnType<typeof staged>>, passes: number) => {
    for (let pass = 0; pass < passes; pass++) {
      await stage.sweep();
      await stage.run(300_000);
    }
  };

  test('holds all, in this and every later pass, where more than half would go without proof', async () => {
    const scene = await staged('exclusive');
    const { stage, group, own, put } = scene;
    const strangers = ['192.168.7.1', '192.168.7.2', '192.168.7.3', '192.168.7.4', '192.168.7.5'];
    put(...strangers);
    await sweeps(scene, 5);
    expect(stage.registered(group)).toEqual([...own, ...strangers.map((id) => `${id}:8080`)]);
    const last = stage.ran.filter(({ outcome }) => outcome.held.length > 0).at(-1);
    expect(last && held(last)).toHaveLength(5);
    expect(last && held(last)[0]).toMatch(/^deregister 192\.168\.7\.1:8080 web: brake: 5 of 9 targets without proof; /);
    // Five sweeps in 25 minutes: told once.
    expect(news(stage, 'Taskwire Brake Held')).toHaveLength(5);

    // The reason is gone: one of them less is half, which may go.
    stage.world.targetGroups.drop(group.arn, { id: '192.168.7.5', port: 8080 });
    await sweeps(scene, 1);
    expect(stage.registered(group)).toEqual(own);
  });

  test('holds the last target that is not draining', async () => {
    const scene = await staged('exclusive');
    const { stage, group, service, put } = scene;
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(60_000);
    put(UNKNOWN.id);
    await sweeps(scene, 2);
    expect(stage.registered(group)).toEqual(['192.168.7.7:8080']);
    expect(news(stage, 'Taskwire Brake Held')).toHaveLength(1);
  });

  test('holds the last one also where the others only go with proof', async () => {
    const stage = createStage();
    const tags = { 'taskwire:service': 'production/web', 'taskwire:targets': 'exclusive' };
    const group = stage.group('web', tags);
    const service = stage.service('web', 1);
    stage.service('other', 1);
    await stage.run(60_000);
    stage.world.targetGroups.put(group.arn, { id: '10.0.0.5', port: 8080 });
    blind(stage);
    stage.world.ecs.times.pendingMs = 600_000;
    stage.world.ecs.stopTask(stage.world.ecs.tasksOf(service.arn)[0]?.arn ?? '');
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(stage.registered(group)).toEqual(['10.0.0.5:8080']);
    expect(made(ran)).toHaveLength(1);
    // Once the other is gone it is all of the group: told as it is now.
    expect(held(ran)).toEqual([expect.stringContaining('10.0.0.5:8080 web: brake: 1 of 1 targets without proof; ')]);
  });

  test('lets nothing go for a mistyped service, in any of five sweeps', async () => {
    const scene = await staged('exclusive');
    const { stage, group, own, put } = scene;
    put(UNKNOWN.id);
    stage.world.targetGroups.tag(group.arn, { 'taskwire:service': 'production/wbe' });
    await sweeps(scene, 5);
    expect(stage.registered(group)).toEqual([...own, '192.168.7.7:8080']);
    expect(stage.ran.flatMap(held)).toContainEqual(
      expect.stringMatching(/^deregister 10\.0\.0\.4:8080 web: brake: service production\/wbe has no live task; /),
    );
    expect(stage.ran.slice(-2).flatMap(found)).toContain('TAG-14 medium web');
    expect(stage.ran.flatMap(made).filter((change) => change.startsWith('deregister'))).toEqual([]);
  });

  test('is no matter for a service that is scaled to zero: its own targets go with proof, the unknown one stays', async () => {
    const scene = await staged('exclusive');
    const { stage, group, service, put } = scene;
    put(UNKNOWN.id);
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(60_000);
    expect(stage.registered(group)).toEqual(['192.168.7.7:8080']);
    await sweeps(scene, 2);
    expect(stage.registered(group)).toEqual(['192.168.7.7:8080']);
    expect(stage.ran.slice(-2).flatMap(found)).not.toContain('TAG-14 medium web');
  });
});
