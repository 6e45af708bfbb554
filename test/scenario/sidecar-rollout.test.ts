import { expect, test } from '@jest/globals';
import { applySidecars } from '../../shared/app/change-sidecars.ts';
import { DeniedError } from '../../shared/errors.ts';
import { BARE, createSidecarStage } from '../support/sidecar-stage.ts';
import { DAEMON } from '../support/tracing-stage.ts';

const MINUTE = 60_000;
const ATTACH = { action: 'attach-sidecar', collector: 'adot' } as const;
const DETACH = { action: 'detach-sidecar' } as const;

test('attach ends steady, and verify-xray then finds nothing', async () => {
  const stage = createSidecarStage();
  stage.bare('web', { desiredCount: 3 });
  await stage.run(2 * MINUTE);
  expect(stage.highs()).toEqual(['XRY-1']);
  const before = stage.ran.length;
  const [result] = await stage.apply(ATTACH);
  expect(result).toMatchObject({
    outcome: 'steady',
    reason: 'web:2 runs and is steady.',
    former: expect.stringMatching(/web:1$/),
    revision: expect.stringMatching(/web:2$/),
    change: { action: 'attach-sidecar', applied: true },
  });
  await stage.run(2 * MINUTE);
  const found = stage.ran.slice(before).flatMap(({ outcome }) => outcome.findings);
  expect(stage.ran.length).toBeGreaterThan(before);
  expect(found.filter(({ severity }) => severity === 'high')).toEqual([]);
  expect(stage.told.map(({ stage: at }) => at)).toEqual(['registered', 'updated', 'ended']);
});

test('the second time nothing is registered or updated, and detach gives back what was', async () => {
  const stage = createSidecarStage();
  stage.bare('web', { definition: { tags: { team: 'a' }, others: { volumes: [{ name: 'data' }] } } });
  await stage.run(MINUTE);
  await stage.apply(ATTACH);
  const before = stage.world.calls.counts();
  expect(await stage.apply(ATTACH)).toMatchObject([{ outcome: 'unchanged' }]);
  const after = stage.world.calls.counts();
  expect(after['ecs:RegisterTaskDefinition']).toBe(before['ecs:RegisterTaskDefinition']);
  expect(after['ecs:UpdateService']).toBe(before['ecs:UpdateService']);
  expect(await stage.apply(DETACH)).toMatchObject([{ outcome: 'steady', change: { action: 'detach-sidecar' } }]);
  const [first, , third] = [...stage.world.ecs.definitions.values()];
  expect(third?.containers).toMatchObject(first?.containers ?? []);
  expect(third?.containers).toHaveLength(1);
  expect(third?.others).toEqual({ volumes: [{ name: 'data' }] });
  expect(third?.tags).toEqual(new Map([['team', 'a']]));
  expect(await stage.apply(DETACH)).toMatchObject([{ outcome: 'unchanged' }]);
});

test('a plan changes nothing and costs two looks; the calls of a change are few', async () => {
  const stage = createSidecarStage();
  stage.bare('web');
  await stage.run(MINUTE);
  await stage.run(10 * MINUTE);
  const since = stage.world.calls.counts();
  const spent = () =>
    Object.fromEntries(
      Object.entries(stage.world.calls.counts()).flatMap(([action, count]) =>
        action.startsWith('ecs:') && count > (since[action] ?? 0) ? [[action, count - (since[action] ?? 0)]] : [],
      ),
    );
  const plan = await stage.plan(ATTACH, { services: ['web'] });
  expect(plan.services).toMatchObject([{ kind: 'change', cluster: 'production', service: 'web' }]);
  expect(spent()).toEqual({ 'ecs:DescribeServices': 1, 'ecs:DescribeTaskDefinition': 1 });
  await stage.until(applySidecars(plan, stage.deps));
  expect(spent()).toMatchObject({ 'ecs:RegisterTaskDefinition': 1, 'ecs:UpdateService': 1 });
  expect(spent()['ecs:DescribeTaskDefinition']).toBeLessThanOrEqual(6);
  expect(spent()['ecs:DescribeServices']).toBeLessThanOrEqual(8);
});

test('the plan shows the difference with secrets masked, and the text that digests are made of', async () => {
  const stage = createSidecarStage();
  const app = { ...BARE, environment: [{ name: 'DB_PASSWORD', value: 'hunter2' }] };
  stage.service('web', [app], { definition: { cpu: '512', memory: '1024', requiresCompatibilities: ['FARGATE'] } });
  await stage.run(MINUTE);
  const [planned] = (await stage.plan(ATTACH)).services;
  if (planned?.kind !== 'change') throw new Error('nothing planned');
  expect(JSON.stringify(planned.diff)).not.toContain('hunter2');
  expect(planned.diff.filter(({ kind }) => kind === 'added').map(({ text }) => text.trim())).toContain(
    '"name": "aws-otel-collector"',
  );
  expect(planned.change.reason).not.toContain('hunter2');
  expect(planned.canonical).toBe(
    (await stage.plan(ATTACH)).services.flatMap((each) => (each.kind === 'change' ? [each.canonical] : []))[0],
  );
});

test.each<{ name: string; circuitBreaker: 'off' | 'fail' | 'rollback'; failure: object; why: string }>([
  { name: 'no circuit breaker', circuitBreaker: 'off', failure: { exitCode: 3 }, why: 'app exited with 3' },
  { name: 'a circuit breaker that only stops', circuitBreaker: 'fail', failure: {}, why: 'circuit breaker' },
  {
    name: 'a circuit breaker that rolls back itself',
    circuitBreaker: 'rollback',
    failure: {},
    why: 'Essential container in task exited',
  },
  {
    name: 'an image that cannot be pulled',
    circuitBreaker: 'off',
    failure: { stopCode: 'TaskFailedToStart', container: 'aws-otel-collector' },
    why: 'aws-otel-collector: CannotPullContainerError',
  },
  {
    name: 'tasks that keep stopping',
    circuitBreaker: 'off',
    failure: { runsMs: 5_000, exitCode: 139 },
    why: 'keep stopping: ',
  },
])('a failing revision is rolled back: $name', async ({ circuitBreaker, failure, why }) => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('web', { circuitBreaker, desiredCount: 2 });
  await stage.run(MINUTE);
  stage.world.ecs.failStarts(arn, { taskDefinition: 'web:2', ...failure });
  const [result] = await stage.apply(ATTACH);
  expect(result).toMatchObject({
    outcome: 'rolled-back',
    change: { applied: false },
    wayBack: {
      cluster: 'production',
      service: 'web',
      command: `aws ecs update-service --cluster production --service web --task-definition ${result?.former} --region eu-central-1`,
    },
  });
  expect(result?.reason).toContain(why);
  expect(result?.reason).toMatch(/web:1 runs again\.$/);
  expect(stage.revisionOf('web')).toBe('web:1');
  const { world } = stage;
  expect(world.ecs.tasksOf(arn).map(({ lastStatus, definition }) => [lastStatus, definition.revision])).toEqual([
    ['RUNNING', 1],
    ['RUNNING', 1],
  ]);
});

test('a rollout that takes too long is rolled back', async () => {
  const stage = createSidecarStage();
  stage.bare('web');
  await stage.run(MINUTE);
  stage.world.ecs.times.pendingMs = 20 * MINUTE;
  const onProgress = ({ stage: at }: { stage: string }) => {
    if (at === 'rolling-back') stage.world.ecs.times.pendingMs = 6_000;
  };
  const [result] = await stage.apply(ATTACH, { limitMs: 5 * MINUTE, onProgress });
  expect(result).toMatchObject({
    outcome: 'rolled-back',
    reason: expect.stringContaining('not steady after 5 minutes'),
  });
});

test('one at a time, it stops at the first that fails', async () => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('a');
  stage.bare('b');
  stage.bare('c');
  await stage.run(MINUTE);
  stage.world.ecs.failStarts(arn, { taskDefinition: 'a:2' });
  expect(await stage.apply(ATTACH)).toMatchObject([
    { outcome: 'rolled-back' },
    { outcome: 'not-begun', reason: 'a failed first.' },
    { outcome: 'not-begun', reason: 'a failed first.' },
  ]);
  expect(stage.revisions()).toEqual(['a:1', 'b:1', 'c:1', 'a:2']);
});

test('two at a time, the one under way when the other fails is finished', async () => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('a');
  stage.bare('b');
  stage.bare('c');
  await stage.run(MINUTE);
  stage.world.faults.add({
    action: 'ecs:RegisterTaskDefinition',
    failure: 'denied',
    when: ({ family }) => family === 'a',
  });
  expect(await stage.apply(ATTACH, { parallel: 2 })).toMatchObject([
    { outcome: 'failed' },
    { outcome: 'steady' },
    { outcome: 'not-begun' },
  ]);
  expect(stage.world.ecs.tasksOf(arn)).toHaveLength(1);
});

test('services that share a revision share the new one', async () => {
  const stage = createSidecarStage();
  stage.bare('web');
  const { world } = stage;
  for (const name of ['east', 'west']) {
    world.ecs.createService({ cluster: 'production', name, taskDefinition: 'web', subnets: ['subnet-0a'] });
  }
  await stage.run(MINUTE);
  const results = await stage.apply(ATTACH, { parallel: 3 });
  expect(results.map(({ outcome }) => outcome)).toEqual(['steady', 'steady', 'steady']);
  expect(world.calls.count('ecs:RegisterTaskDefinition')).toBe(1);
  expect(['east', 'web', 'west'].map(stage.revisionOf)).toEqual(['web:2', 'web:2', 'web:2']);
});

test('what is refused for one of them is no word about the others', async () => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('web');
  const { world } = stage;
  world.ecs.createService({ cluster: 'production', name: 'west', taskDefinition: 'web', subnets: ['subnet-0a'] });
  await stage.run(MINUTE);
  const plan = await stage.plan(ATTACH);
  world.ecs.registerTaskDefinition({ family: 'web', containers: [BARE] });
  world.ecs.updateService(arn, { taskDefinition: 'web:2' });
  await stage.run(MINUTE);
  const results = await stage.until(applySidecars(plan, stage.deps, { parallel: 2 }));
  expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'steady']);
  expect(stage.revisionOf('west')).toBe('web:3');
});

test('one after another, too: what is registered already is used again', async () => {
  const stage = createSidecarStage();
  stage.bare('web');
  const { world } = stage;
  world.ecs.createService({ cluster: 'production', name: 'east', taskDefinition: 'web:1', subnets: ['subnet-0a'] });
  await stage.run(MINUTE);
  await stage.apply(ATTACH, {}, { services: ['east'] });
  await stage.apply(ATTACH, {}, { services: ['web'] });
  expect(world.calls.count('ecs:RegisterTaskDefinition')).toBe(1);
  expect(stage.revisions()).toEqual(['web:1', 'web:2']);
});

test('a service that was changed meanwhile is refused, the others go on', async () => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('a');
  stage.bare('b');
  await stage.run(MINUTE);
  const plan = await stage.plan(ATTACH);
  const { world } = stage;
  world.ecs.registerTaskDefinition({ family: 'a', containers: [BARE] });
  world.ecs.updateService(arn, { taskDefinition: 'a:2' });
  await stage.run(MINUTE);
  const results = await stage.until(applySidecars(plan, stage.deps));
  expect(results).toMatchObject([
    { outcome: 'refused', reason: 'It runs a:2 now, and not a:1 as shown.', change: { applied: false } },
    { outcome: 'steady' },
  ]);
  expect(stage.revisions()).toEqual(['a:1', 'b:1', 'a:2', 'b:2']);
});

test('changed between the registration and the update, it keeps what somebody else brought', async () => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('web');
  await stage.run(MINUTE);
  const { world } = stage;
  world.faults.after('ecs:RegisterTaskDefinition', () => {
    world.ecs.registerTaskDefinition({ family: 'web', containers: [BARE] });
    world.ecs.updateService(arn, { taskDefinition: 'web:3' });
  });
  expect(await stage.apply(ATTACH)).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('web:3') }]);
  expect(stage.revisionOf('web')).toBe('web:3');
  expect(world.calls.count('ecs:UpdateService')).toBe(0);
});

test('somebody else’s rollout during ours is left alone', async () => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('web');
  await stage.run(MINUTE);
  const { world } = stage;
  world.faults.after('ecs:UpdateService', () => {
    world.ecs.registerTaskDefinition({ family: 'web', containers: [BARE] });
    world.clock.after(5_000, () => world.ecs.updateService(arn, { taskDefinition: 'web:3' }));
  });
  const [result] = await stage.apply(ATTACH);
  expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('Somebody else brought web:3') });
  expect(world.calls.count('ecs:UpdateService')).toBe(1);
});

test('a rollout under way, and one that failed, are not added to', async () => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('web', { circuitBreaker: 'fail' });
  const reasonsOf = async () =>
    (await stage.plan(ATTACH)).services.flatMap((each) => (each.kind === 'refused' ? each.reasons : []));
  expect(await reasonsOf()).toEqual([
    'A rollout of the service is under way. Wait until it is steady, then ask again.',
  ]);
  await stage.run(MINUTE);
  stage.world.ecs.failStarts(arn);
  stage.world.ecs.updateService(arn, { forceNewDeployment: true });
  await stage.run(5 * MINUTE);
  expect(await reasonsOf()).toEqual([expect.stringContaining('The last rollout of the service failed')]);
});

test.each(['CODE_DEPLOY', 'EXTERNAL'] as const)('%s services are for a person to deploy', async (controller) => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('web', { controller });
  stage.world.ecs.addTaskSet(arn, []);
  await stage.run(MINUTE);
  const plan = await stage.plan(ATTACH);
  const [planned] = plan.services;
  expect(planned).toMatchObject({
    kind: 'manual',
    former: expect.stringMatching(/web:1$/),
    definition: { family: 'web' },
  });
  expect(await stage.until(applySidecars(plan, stage.deps))).toMatchObject([{ outcome: 'manual' }]);
  expect(stage.revisions()).toEqual(['web:1']);
});

test('what was not shown is not done', async () => {
  const stage = createSidecarStage();
  stage.bare('a');
  stage.bare('b');
  await stage.run(MINUTE);
  const results = await stage.apply(ATTACH, { isShown: ({ service }) => service === 'b' });
  expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'steady']);
  expect(stage.revisions()).toEqual(['a:1', 'b:1', 'b:2']);
});

test.each([
  { name: 'throttled', failure: 'throttled', registrations: 3 },
  { name: 'not answered, and not done', failure: 'unanswered', registrations: 3 },
  { name: 'done, and the answer lost', failure: 'lost', registrations: 1 },
] as const)('calls that are $name are looked at and tried again, nothing twice', async ({ failure, registrations }) => {
  const stage = createSidecarStage();
  stage.bare('web');
  await stage.run(MINUTE);
  const { world } = stage;
  world.faults.add({ action: 'ecs:RegisterTaskDefinition', failure, times: 2 });
  world.faults.add({ action: 'ecs:UpdateService', failure, times: 2 });
  expect(await stage.apply(ATTACH)).toMatchObject([{ outcome: 'steady' }]);
  expect(stage.revisions()).toEqual(['web:1', 'web:2']);
  expect(world.calls.count('ecs:RegisterTaskDefinition')).toBe(registrations);
  expect(world.calls.count('ecs:UpdateService')).toBe(registrations);
});

test('a look that takes too long is no ground for a change', async () => {
  const stage = createSidecarStage();
  stage.bare('web');
  await stage.run(MINUTE);
  const { world } = stage;
  const plan = await stage.plan(ATTACH);
  world.faults.add({ action: 'ecs:DescribeServices', latencyMs: 3_000 });
  const results = await stage.until(applySidecars(plan, stage.deps));
  expect(results).toMatchObject([
    { outcome: 'not-begun', reason: expect.stringContaining('longer than a look may be old') },
  ]);
  expect(stage.revisions()).toEqual(['web:1']);
});

test('looks that fail while it is watched say nothing about the rollout', async () => {
  const stage = createSidecarStage();
  stage.bare('web');
  await stage.run(MINUTE);
  const { world } = stage;
  world.faults.after('ecs:UpdateService', () => {
    world.faults.add({ action: 'ecs:DescribeServices', failure: 'broken', times: 6 });
  });
  expect(await stage.apply(ATTACH)).toMatchObject([{ outcome: 'steady' }]);
});

test('a caller who may not register is told, and the others are not begun', async () => {
  const stage = createSidecarStage();
  stage.bare('a');
  stage.bare('b');
  await stage.run(MINUTE);
  stage.world.faults.add({ action: 'ecs:RegisterTaskDefinition', failure: 'denied' });
  const results = await stage.apply(ATTACH);
  expect(results).toMatchObject([{ outcome: 'failed', error: expect.any(DeniedError) }, { outcome: 'not-begun' }]);
  expect(results[0]?.wayBack).toBeUndefined();
});

test('a roll-back that is denied is told, with the way back', async () => {
  const stage = createSidecarStage();
  const { arn } = stage.bare('web');
  await stage.run(MINUTE);
  stage.world.ecs.failStarts(arn, { taskDefinition: 'web:2' });
  stage.world.faults.add({ action: 'ecs:UpdateService', failure: 'denied', after: 1 });
  const [result] = await stage.apply(ATTACH);
  expect(result).toMatchObject({ outcome: 'failed', wayBack: { taskDefinition: expect.stringMatching(/web:1$/) } });
  expect(result?.reason).toContain('it was not rolled back');
});

test('aborted, it begins nothing more and no longer watches', async () => {
  const stage = createSidecarStage();
  stage.bare('a');
  stage.bare('b');
  await stage.run(MINUTE);
  const controller = new AbortController();
  stage.world.faults.after('ecs:UpdateService', () => {
    stage.world.clock.after(3_000, () => controller.abort());
  });
  const results = await stage.apply(ATTACH, { signal: controller.signal });
  expect(results).toMatchObject([
    { outcome: 'begun', wayBack: { service: 'a' }, change: { applied: true } },
    { outcome: 'not-begun', change: { applied: false } },
  ]);
  expect(results[1]?.wayBack).toBeUndefined();
});

test('begun without waiting, a later call reports it', async () => {
  const stage = createSidecarStage();
  stage.bare('web');
  stage.bare('other');
  await stage.run(MINUTE);
  expect(await stage.report()).toEqual([]);
  const sinceMs = stage.world.clock.nowMs();
  const [begun] = await stage.apply(ATTACH, { watch: false }, { services: ['web'] });
  expect(stage.world.clock.nowMs()).toBe(sinceMs);
  expect(begun).toMatchObject({ outcome: 'begun', reason: 'web:2 is being rolled out.', wayBack: { service: 'web' } });
  expect(await stage.report()).toMatchObject([
    {
      action: 'attach-sidecar',
      state: 'under way',
      revision: expect.stringMatching(/web:2$/),
      reason: '0 of 1 tasks of web:2 run.',
      wayBack: { taskDefinition: expect.stringMatching(/web:1$/) },
    },
  ]);
  await stage.run(MINUTE);
  expect(await stage.report()).toMatchObject([{ action: 'attach-sidecar', state: 'steady', reason: 'web:2 runs.' }]);
  await stage.apply(DETACH, { watch: false }, { services: ['web'] });
  expect(await stage.report()).toMatchObject([{ action: 'detach-sidecar', state: 'under way' }]);
  await stage.run(MINUTE);
  expect(await stage.report()).toEqual([]);
});

test.each([
  { circuitBreaker: 'fail', state: 'failed', action: 'attach-sidecar' },
  { circuitBreaker: 'off', state: 'failed', action: 'attach-sidecar' },
] as const)(
  'a rollout that failed unwatched is reported so: circuit breaker $circuitBreaker',
  async ({ circuitBreaker, state, action }) => {
    const stage = createSidecarStage();
    const { arn } = stage.bare('web', { circuitBreaker });
    await stage.run(MINUTE);
    stage.world.ecs.failStarts(arn, { taskDefinition: 'web:2' });
    await stage.apply(ATTACH, { watch: false });
    await stage.run(5 * MINUTE);
    expect(await stage.report()).toMatchObject([
      { state, action, wayBack: { taskDefinition: expect.stringMatching(/web:1$/) } },
    ]);
  },
);

test('of a whole cluster those are changed whose tracing is required; by name any', async () => {
  const stage = createSidecarStage('optional');
  stage.bare('a', { serviceTags: { 'taskwire:tracing': 'required', 'taskwire:collector': 'xray' } });
  stage.bare('b');
  stage.bare('c', { serviceTags: { 'taskwire:tracing': 'off' } });
  await stage.run(MINUTE);
  const request = { action: 'attach-sidecar' } as const;
  const all = await stage.plan(request);
  expect(all.services.map(({ kind }) => kind)).toEqual(['change', 'unchanged', 'unchanged']);
  expect(JSON.stringify(all.services[0])).toContain('aws-xray-daemon');
  const named = await stage.plan(request, { services: ['b', 'c', 'nobody'] });
  expect(named.services.map(({ kind }) => kind)).toEqual(['change', 'change']);
  expect(JSON.stringify(named.services[0])).toContain('aws-otel-collector');
  expect(named.missing).toEqual(['nobody']);
});

test('where a daemon service collects on every instance, a sidecar is attached by name only', async () => {
  const stage = createSidecarStage();
  const { network, ecs } = stage.world;
  network.addInstance({ id: 'i-0a', subnetId: 'subnet-0a' });
  ecs.addContainerInstance('production', 'i-0a');
  const bridge = { networkMode: 'bridge', requiresCompatibilities: ['EC2'] } as const;
  stage.bare('on-ec2', { definition: bridge });
  stage.bare('on-fargate');
  await stage.run(MINUTE);
  const kindsOf = async (services?: readonly string[]) =>
    (await stage.plan(ATTACH, services && { services })).services.map(({ kind, service }) => `${service}: ${kind}`);
  expect(await kindsOf()).toEqual(['on-ec2: change', 'on-fargate: change']);
  stage.service('tracing', [{ ...DAEMON, essential: true, memory: 64 }], { strategy: 'DAEMON', definition: bridge });
  await stage.run(MINUTE);
  expect(await kindsOf()).toEqual(['on-ec2: unchanged', 'on-fargate: change', 'tracing: unchanged']);
  expect(await kindsOf(['on-ec2', 'tracing'])).toEqual(['on-ec2: change', 'tracing: refused']);
});

test('a revision that ECS no longer describes is refused', async () => {
  const stage = createSidecarStage();
  stage.bare('web');
  await stage.run(MINUTE);
  for (const definition of stage.world.ecs.definitions.values()) definition.gone = true;
  expect((await stage.plan(ATTACH)).services).toMatchObject([{ kind: 'refused' }]);
});
