import { describe, expect, test } from '@jest/globals';
import { callsOf, found, held, made, news, planned, RIGHT } from '../support/say.ts';
import { createStage, type StageOptions } from '../support/stage.ts';

/** A group wired to `web` (10.0.0.4, .5), and `api` (.6, .7) that nothing is wired to yet. */
const staged = async (tags: Readonly<Record<string, string>> = {}, options: StageOptions = {}) => {
  const stage = createStage(options);
  const group = stage.group('web', { 'taskwire:service': 'production/web', ...tags });
  const web = stage.service('web', 2);
  const api = stage.service('api', 2);
  // Old enough that a listing which does not show them is no lagging one.
  await stage.run(360_000);
  const retag = (changed: Readonly<Record<string, string>>) => stage.world.targetGroups.tag(group.arn, changed);
  return { stage, group, web, api, retag };
};
const at = (...last: readonly number[]): readonly string[] => last.map((n) => `10.0.0.${n}:8080`);

describe('a service tag that is changed to another service', () => {
  test('wires the new one at once; the old targets are reported, and go with proof as their tasks stop', async () => {
    const { stage, group, web, retag } = await staged();
    retag({ 'taskwire:service': 'production/api' });
    await stage.run(2_000);
    expect(stage.registered(group)).toEqual(at(4, 5, 6, 7));
    expect(stage.ran.flatMap(found)).toEqual(['TGT-2 high web', 'TGT-2 high web']);
    await stage.run(80_000);
    stage.world.ecs.updateService(web.arn, { desiredCount: 0 });
    await stage.run(60_000);
    await stage.sweep();
    expect(stage.registered(group)).toEqual(at(6, 7));
    expect(stage.ran.flatMap(made).slice(-1)).toEqual([
      expect.stringMatching(/^deregister 10\.0\.0\.5:8080 web: task <id> \(service:web\) stopped: Scaling activity/),
    ]);
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
  });

  test('in an exclusive group the old targets only go, behind the brake, once the new ones serve', async () => {
    const { stage, group, retag } = await staged({ 'taskwire:targets': 'exclusive' });
    retag({ 'taskwire:service': 'production/api' });
    await stage.run(2_000);
    expect(stage.registered(group)).toEqual(at(4, 5, 6, 7));
    expect(stage.ran.flatMap(held)).toEqual([
      expect.stringMatching(
        /^deregister 10\.0\.0\.4:8080 web: brake: .*; without proof, the group is exclusive: .* held by network interface <eni>, not by a task of/,
      ),
      expect.stringMatching(/^deregister 10\.0\.0\.5:8080 web: brake: /),
    ]);
    await stage.run(90_000);
    await stage.sweep();
    expect(stage.registered(group)).toEqual(at(6, 7));
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
  });
});

test('a port tag that is changed moves each target: the old one leaves once the new one is healthy', async () => {
  const stage = createStage();
  stage.world.ecs.registerTaskDefinition({
    family: 'moving',
    containers: [
      { name: 'app', portMappings: [8080, 9090].map((containerPort) => ({ containerPort, protocol: 'tcp' as const })) },
    ],
  });
  const group = stage.group('web', { 'taskwire:service': 'production/moving', 'taskwire:port': '8080' });
  stage.service('moving', 2, { taskDefinition: 'moving' });
  await stage.run(60_000);
  stage.world.targetGroups.options.initialMs = 100_000;
  stage.world.targetGroups.tag(group.arn, { 'taskwire:port': '9090' });
  await stage.run(90_000);
  expect(stage.registered(group)).toEqual(['10.0.0.4:8080', '10.0.0.4:9090', '10.0.0.5:8080', '10.0.0.5:9090']);
  await stage.run(60_000);
  const ran = await stage.sweep();
  expect(made(ran)).toEqual([
    'deregister 10.0.0.4:8080 web: task <id> (service:moving) listens on port 9090',
    'deregister 10.0.0.5:8080 web: task <id> (service:moving) listens on port 9090',
  ]);
  expect(stage.registered(group)).toEqual(['10.0.0.4:9090', '10.0.0.5:9090']);
  expect(stage.ran.flatMap(({ outcome }) => [...outcome.findings, ...outcome.held])).toEqual([]);
});

test('with the tags taken away Taskwire stops, and the targets stay', async () => {
  const { stage, group, web } = await staged();
  stage.world.targetGroups.untag(group.arn, ['taskwire:service']);
  await stage.run(120_000);
  stage.world.calls.reset();
  stage.world.ecs.updateService(web.arn, { desiredCount: 1 });
  await stage.run(60_000);
  await stage.sweep();
  expect(stage.registered(group)).toEqual(at(4, 5));
  expect(stage.world.calls.mutating()).toEqual([]);
  expect(stage.world.calls.count('elasticloadbalancing:DescribeTargetHealth')).toBe(0);
});

test('a tag event reads the tags at once, and again 75 s later for the other instance', async () => {
  const { stage, group, api, retag } = await staged();
  const other = stage.instance();
  const event = (name: string) =>
    stage.world.bus.log
      .filter(({ resources, detail }) => resources.includes(name) && JSON.stringify(detail).includes('"RUNNING"'))
      .at(-1);
  const [task] = stage.world.ecs.tasksOf(api.arn);
  // The other instance keeps the bindings of before the change.
  await stage.world.clock.until(other(event(task?.arn ?? '')));
  stage.world.calls.reset();
  const changedAtMs = stage.world.clock.nowMs();
  retag({ 'taskwire:service': 'production/web production/api' });
  await stage.run(5_000);
  expect(stage.registered(group)).toEqual(at(4, 5, 6, 7));
  stage.world.ecs.stopTask(task?.arn ?? '');
  await stage.run(1_500);
  const stale = await stage.world.clock.until(other(event(task?.arn ?? '')));
  expect(stale.outcome.changes).toEqual([]);
  await stage.run(100_000);
  const readAt = stage.world.calls.of('tag:GetResources').map(({ atMs }) => Math.round((atMs - changedAtMs) / 1000));
  expect(readAt.filter((seconds) => seconds >= 70)).toEqual([77, 77, 77]);
  expect(readAt.slice(0, 3)).toEqual([1, 1, 1]);
});

describe('observe', () => {
  test.each([
    { where: 'on the group', tags: { 'taskwire:mode': 'observe' }, options: {} },
    { where: 'in the stack', tags: { 'taskwire:mode': 'enforce' }, options: { mode: 'observe' as const } },
  ])('$where plans, reports and changes nothing', async ({ tags, options }) => {
    const { stage, group } = await staged(tags, options);
    stage.world.targetGroups.put(group.arn, { id: '10.0.200.1', port: 8080 });
    // Until its health is known, EC2 may not show yet whose it is.
    await stage.run(120_000);
    const ran = await stage.sweep();
    expect(planned(ran)).toEqual([
      'deregister 10.0.200.1:8080 web: EC2 knows no network interface with 10.0.200.1 in vpc-0a',
      'register 10.0.0.4:8080 web: task <id> is running',
      'register 10.0.0.5:8080 web: task <id> is running',
    ]);
    expect(stage.ran.flatMap(made)).toEqual([]);
    expect(stage.registered(group)).toEqual(['10.0.200.1:8080']);
    expect(stage.world.calls.mutating()).toEqual([]);
    expect(news(stage, 'Taskwire Targets Changed')).toContainEqual(
      expect.objectContaining({ action: 'register', applied: false }),
    );
  });
});

describe('a mistake in the tags', () => {
  test.each([
    { rule: 'TAG-1', tags: { 'taskwire:family': 'production/web' } },
    { rule: 'TAG-2', tags: { 'taskwire:service': 'web' } },
    { rule: 'TAG-2', tags: { 'taskwire:service': 'production/web,production/api' } },
    { rule: 'TAG-3', tags: { 'taskwire:service': 'elsewhere/web' } },
    { rule: 'TAG-4', tags: { 'taskwire:container': 'web admin' } },
    { rule: 'TAG-5', tags: { 'taskwire:port': '80800' } },
    { rule: 'TAG-6', tags: { 'taskwire:mode': 'obsrve' } },
    { rule: 'TAG-7', tags: { 'taskwire:targets': 'Exclusive' } },
    { rule: 'TAG-8', tags: { 'taskwire:zone': 'eu-central-1a' } },
    { rule: 'TAG-9', tags: { 'taskwire:Port': '8080' } },
    { rule: 'TAG-11', tags: { 'taskwire:container': 'wbe' } },
    { rule: 'TAG-11', tags: { 'taskwire:port': '8081' } },
    { rule: 'TAG-12', tags: { 'taskwire:service.3': 'production/api' } },
  ])('$rule $tags is told, and nothing changes in that group while others go on', async ({ rule, tags }) => {
    const { stage, group, web, retag } = await staged({}, { clusters: ['production'] });
    const good = stage.group('good', { 'taskwire:service': 'production/web' });
    retag(tags);
    await stage.run(80_000);
    stage.world.ecs.updateService(web.arn, { desiredCount: 3 });
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(found(ran)).toEqual([`${rule} high web`]);
    expect(ran.outcome.findings[0]?.fix).toMatch(/\w/);
    expect(stage.registered(group)).toEqual(at(4, 5));
    expect(stage.registered(good)).toHaveLength(3);
  });

  test('several are told at once', async () => {
    const { stage, retag } = await staged();
    retag({ 'taskwire:mode': 'obsrve', 'taskwire:port': 'http', 'taskwire:zone': 'some' });
    await stage.run(80_000);
    const calls = await callsOf(stage, stage.sweep);
    expect(stage.ran.slice(-1).flatMap(found)).toEqual(['TAG-5 high web', 'TAG-6 high web', 'TAG-8 high web']);
    expect(calls['elasticloadbalancing:DescribeTargetHealth']).toBeUndefined();
  });
});
