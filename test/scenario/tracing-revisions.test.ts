import { describe, expect, test } from '@jest/globals';
import type { ContainerSpec } from '../../simulator/ecs.ts';
import { APP, createTracingStage, DAEMON } from '../support/tracing-stage.ts';

const MINUTE = 60_000;

test('a task with a collector that works is fine, and nobody hears of it', async () => {
  const stage = createTracingStage();
  stage.service('web', [APP, DAEMON], { desiredCount: 3 });
  await stage.run(2 * MINUTE);
  expect(stage.highs()).toEqual([]);
});

test('a task without a collector is a finding about its revision, told once', async () => {
  const stage = createTracingStage();
  stage.service('web', [{ ...APP, dependsOn: [] }], { desiredCount: 5 });
  await stage.run(2 * MINUTE);
  expect(stage.found()).toContain('XRY-1 web:1');
  expect(stage.found().filter((each) => each.startsWith('XRY-1 '))).toHaveLength(1);
  expect(stage.told().filter((each) => each.includes('"XRY-1"'))).toHaveLength(1);
});

test('the same finding is told again after an hour, not before', async () => {
  const stage = createTracingStage();
  const { arn } = stage.service('web', [{ ...APP, dependsOn: [] }]);
  const again = async (ms: number) => {
    await stage.run(ms);
    for (const task of stage.world.ecs.tasksOf(arn)) stage.world.ecs.repeatEvent(task.arn);
    await stage.run(MINUTE);
    return stage.told().filter((each) => each.includes('"XRY-1"')).length;
  };
  expect(await again(30 * MINUTE)).toBe(1);
  expect(await again(40 * MINUTE)).toBe(2);
});

test.each<{
  name: string;
  tracing?: 'required' | 'optional' | 'off';
  tags?: Readonly<Record<string, string>>;
  collector?: boolean;
  broken?: boolean;
  highs: readonly string[];
}>([
  { name: 'required by the stack', highs: ['XRY-1'] },
  { name: 'optional by the stack', tracing: 'optional', highs: [] },
  { name: 'optional, and broken', tracing: 'optional', collector: true, broken: true, highs: ['XRY-11'] },
  { name: 'off by the stack', tracing: 'off', collector: true, broken: true, highs: [] },
  { name: 'required by the tag', tracing: 'off', tags: { 'taskwire:tracing': 'required' }, highs: ['XRY-1'] },
  { name: 'off by the tag', tags: { 'taskwire:tracing': 'off' }, highs: [] },
  { name: 'optional by the tag', tags: { 'taskwire:tracing': 'optional' }, highs: [] },
  { name: 'the right collector by the tag', tags: { 'taskwire:collector': 'xray' }, collector: true, highs: [] },
  { name: 'another collector', tags: { 'taskwire:collector': 'adot' }, collector: true, highs: ['XRY-1'] },
  { name: 'a wrong tag', tracing: 'off', tags: { 'taskwire:tracing': 'requird' }, highs: ['TAG-30'] },
  { name: 'a wrong collector', tags: { 'taskwire:collector': 'jaeger' }, collector: true, highs: ['TAG-31'] },
])('$name', async ({ tracing = 'required', tags = {}, collector = false, broken = false, highs }) => {
  const stage = createTracingStage({ tracing });
  const containers = collector ? [APP, DAEMON] : [{ ...APP, dependsOn: [] }];
  const definition = broken ? { taskRoleArn: '' } : {};
  stage.service('web', containers, { serviceTags: tags, definition });
  await stage.run(MINUTE);
  expect(stage.highs()).toEqual(highs);
});

test('a tag that changes counts five minutes later, for an instance that has asked', async () => {
  const stage = createTracingStage({ tracing: 'off' });
  const { arn } = stage.service('web', [{ ...APP, dependsOn: [] }]);
  await stage.run(MINUTE);
  stage.world.ecs.tagService(arn, { 'taskwire:tracing': 'required' });
  const repeat = async () => {
    for (const task of stage.world.ecs.tasksOf(arn)) stage.world.ecs.repeatEvent(task.arn);
    await stage.run(MINUTE);
    return stage.highs();
  };
  expect(await repeat()).toEqual([]);
  await stage.run(5 * MINUTE);
  expect(await repeat()).toEqual(['XRY-1']);
});

test('clusters that are not watched cost no call', async () => {
  const stage = createTracingStage({ clusters: ['staging'] });
  stage.service('web', [{ ...APP, dependsOn: [] }]);
  await stage.run(MINUTE);
  expect(stage.found()).toEqual([]);
  expect(stage.world.calls.counts()).toEqual({});
});

test('a standalone task that borrows a service’s group does not get its tags', async () => {
  const stage = createTracingStage();
  stage.service('web', [{ ...APP, dependsOn: [] }], { serviceTags: { 'taskwire:tracing': 'off' } });
  await stage.run(MINUTE);
  expect(stage.highs()).toEqual([]);
  stage.world.ecs.runTask({
    cluster: 'production',
    taskDefinition: 'web',
    subnets: ['subnet-0a'],
    group: 'service:web',
  });
  await stage.run(MINUTE);
  expect(stage.highs()).toEqual(['XRY-1']);
});

const onInstances = (stage: ReturnType<typeof createTracingStage>) => {
  stage.world.network.addInstance({ id: 'i-0a', subnetId: 'subnet-0a' });
  stage.world.ecs.addContainerInstance('production', 'i-0a');
  const definition = { networkMode: 'bridge' as const };
  const environment = [{ name: 'AWS_XRAY_DAEMON_ADDRESS', value: '172.17.0.1:2000' }];
  return {
    app: () => stage.service('web', [{ ...APP, dependsOn: [], environment, memory: 128 }], { definition }),
    daemon: (differs: Partial<ContainerSpec> = {}) =>
      stage.service(
        'tracing',
        [
          {
            ...DAEMON,
            ...differs,
            essential: true,
            portMappings: [{ containerPort: 2000, hostPort: 2000, protocol: 'udp' }],
          },
        ],
        {
          definition,
          strategy: 'DAEMON',
        },
      ),
  };
};

test('on EC2 a daemon service with a collector counts, for three calls', async () => {
  const stage = createTracingStage();
  const { app, daemon } = onInstances(stage);
  daemon();
  await stage.run(MINUTE);
  stage.world.calls.reset();
  app();
  await stage.run(MINUTE);
  expect(stage.highs()).toEqual([]);
  const { 'ecs:ListServices': listed = 0, 'ecs:DescribeServices': described = 0 } = stage.world.calls.counts();
  expect(listed).toBeLessThanOrEqual(1);
  expect(described).toBeLessThanOrEqual(2);
});

test('on EC2 without one, and on Fargate beside one, a collector is missing', async () => {
  const without = createTracingStage();
  onInstances(without).app();
  await without.run(MINUTE);
  expect(without.highs()).toEqual(['XRY-1']);
  const beside = createTracingStage();
  onInstances(beside).daemon();
  beside.service('fargate', [{ ...APP, dependsOn: [] }]);
  await beside.run(MINUTE);
  expect(beside.highs()).toEqual(['XRY-1']);
});

test('values of the environment leave the function in no finding, and hostile names only printable', async () => {
  const stage = createTracingStage();
  const secret = 'hunter2-s3cr3t';
  const hostile = 'xray-daemon\u001b[31m\u202e\nevil';
  const environment = [
    'DB_PASSWORD',
    'AWS_XRAY_DAEMON_ADDRESS',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'AOT_CONFIG_CONTENT',
  ].map((name) => ({ name, value: `${secret}:1` }));
  const { arn } = stage.service('web', [
    { ...APP, environment, dependsOn: [] },
    { ...DAEMON, name: hostile, environment, command: ['-b', secret] },
    { ...DAEMON, name: 'adot', image: 'amazon/aws-otel-collector', environment },
  ]);
  await stage.run(MINUTE);
  for (const task of stage.world.ecs.tasksOf(arn)) stage.world.ecs.exitContainer(task.arn, hostile, 7);
  await stage.run(MINUTE);
  expect(stage.highs()).toContain('XRY-30');
  const words = stage.ran.flatMap(({ outcome }) => outcome.findings.map(({ summary, fix }) => `${summary}${fix}`));
  expect(JSON.stringify([words, stage.told()])).not.toContain(secret);
  expect(words.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('a revision that is gone is told so, not tried for hours', async () => {
  const stage = createTracingStage();
  const { arn } = stage.service('web', [APP, DAEMON]);
  for (const definition of stage.world.ecs.definitions.values()) definition.gone = true;
  await stage.run(20 * MINUTE);
  expect(stage.found()).toEqual(['XRY-34 web:1']);
  expect(stage.delivery.idle).toBe(true);
  expect([arn, stage.failureQueue.messages.length]).toEqual([arn, 0]);
});

describe('an image that is a collector by setting', () => {
  const image = 'registry.example.com/tools/tracer:7';
  const collectorImages = [{ kind: 'xray', pattern: 'tools/tracer' }] as const;

  test('counts beside the application, and its death is told', async () => {
    const highs = async (options: Parameters<typeof createTracingStage>[0]) => {
      const stage = createTracingStage(options);
      const service = stage.service('web', [APP, { ...DAEMON, image }]);
      await stage.run(2 * MINUTE);
      const before = stage.highs();
      for (const { arn } of stage.world.ecs.tasksOf(service.arn)) stage.world.ecs.exitContainer(arn, DAEMON.name, 1);
      await stage.run(MINUTE);
      return [before, stage.highs()];
    };
    expect(await highs({ collectorImages })).toEqual([[], ['XRY-30']]);
    expect(await highs({})).toEqual([['XRY-1'], ['XRY-1']]);
  });

  test('counts on every instance', async () => {
    const highs = async (options: Parameters<typeof createTracingStage>[0]) => {
      const stage = createTracingStage(options);
      const { app, daemon } = onInstances(stage);
      daemon({ image });
      await stage.run(MINUTE);
      app();
      await stage.run(MINUTE);
      return stage.highs();
    };
    expect(await highs({ collectorImages })).toEqual([]);
    expect(await highs({})).toEqual(['XRY-1']);
  });
});
