import { describe, expect, test } from '@jest/globals';
import type { ServiceRecord, TargetGroupRecord } from '../../simulator/state.ts';
import { answersOf, createGateStage, foundBy, type GateStage } from '../support/gate-stage.ts';
import { blind } from '../support/say.ts';
import { addressOf, type StageOptions } from '../support/stage.ts';

const MINUTE = 60_000;

/** The blue/green service `web` with two tasks, wired to one group. */
const stageWired = async (
  spec: Parameters<GateStage['gated']>[2] = {},
  options: StageOptions = {},
): Promise<{ readonly stage: GateStage; readonly group: TargetGroupRecord; readonly web: ServiceRecord }> => {
  const stage = createGateStage(options);
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const web = await stage.gated('web', 2, spec);
  return { stage, group, web };
};

/** From now on nothing that is registered in the group becomes healthy. */
const keepFromHealth = ({ world }: GateStage, group: TargetGroupRecord): void => {
  world.faults.after('elasticloadbalancing:RegisterTargets', () => {
    for (const { id, port, state } of world.targetGroups.targetsOf(group.arn)) {
      if (state === 'initial') world.targetGroups.force(group.arn, { id, port }, 'unhealthy');
    }
  });
};

const greenOf = ({ world }: GateStage, web: ServiceRecord) =>
  world.ecs.tasksOf(web.arn).filter(({ startedBy }) => startedBy === web.deployments[0]?.id);

const waitsOf = (stage: GateStage): readonly string[] => stage.gate.flatMap(({ gated }) => gated.waitsFor ?? []);

describe('a deployment with the gate', () => {
  test('goes on once every new task is healthy, and the old ones leave', async () => {
    const { stage, group, web } = await stageWired();
    const old = stage.registered(group);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    await stage.quiet();
    expect(answersOf(stage)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'SUCCEEDED']);
    expect(stage.registered(group)).toHaveLength(2);
    expect(stage.registered(group)).not.toEqual(expect.arrayContaining([...old]));
    expect(foundBy(stage)).toEqual([]);
  });

  test('is not let through by old tasks that are healthy: ended after its time limit, with the reason', async () => {
    const { stage, group, web } = await stageWired();
    const old = stage.registered(group);
    blind(stage);
    const deployment = stage.deploy(web);
    const [before] = web.deployments.slice(1);
    expect(await stage.ended(deployment)).toBe('FAILED');
    expect(new Set(answersOf(stage).slice(0, -1))).toEqual(new Set(['IN_PROGRESS']));
    expect(foundBy(stage)).toEqual([
      expect.stringMatching(
        /^GAT-3 The gate ended the deployment of production\/web: after 15 minutes 2 of 2 tasks are not healthy in every target group: task [0-9a-f]{32} runs, but 10\.0\.0\.\d+:8080 is not registered \(web\); task /,
      ),
    ]);
    await stage.run(2 * MINUTE);
    expect(web.deployments).toEqual([before]);
    expect(stage.registered(group)).toEqual(old);
  });

  test('is ended where its tasks never become healthy, after the limit of the hook’s details', async () => {
    const { stage, group, web } = await stageWired({ hook: { details: { timeLimitMinutes: 3 } } });
    keepFromHealth(stage, group);
    expect(await stage.ended(stage.deploy(web))).toBe('FAILED');
    const tookMs = stage.gate.at(-1)!.atMs - stage.gate[0]!.atMs;
    expect(tookMs).toBeGreaterThanOrEqual(3 * MINUTE);
    expect(tookMs).toBeLessThan(3.5 * MINUTE);
    expect(foundBy(stage)[0]).toMatch(/after 3 minutes 2 of 2 tasks .* is unhealthy \(web\)/);
  });

  test('a limit that is none is told, and the usual one holds', async () => {
    const { stage, web } = await stageWired({ hook: { details: { timeLimitMinutes: 'soon' } } });
    blind(stage);
    expect(await stage.ended(stage.deploy(web))).toBe('FAILED');
    expect(foundBy(stage)[0]).toMatch(/^GAT-3 .*after 15 minutes/);
    expect(foundBy(stage)[1]).toBe(
      'GAT-5 In the details of production/web\'s hook timeLimitMinutes must be a whole number from 1 to 1440, found "soon"; 15 minutes are used.',
    );
  });

  test('waits for a task that replaces another one meanwhile', async () => {
    const { stage, group, web } = await stageWired();
    keepFromHealth(stage, group);
    const deployment = stage.deploy(web);
    await stage.run(MINUTE);
    const [first, second] = greenOf(stage, web);
    for (const task of [first!, second!]) {
      stage.world.targetGroups.force(group.arn, { id: addressOf(task), port: 8080 }, undefined);
    }
    // It ends just before the gate looks: the next one is not listed yet.
    let ended = false;
    stage.world.faults.before('ecs:ListTasks', ({ startedBy }) => {
      if (ended || startedBy === undefined) return;
      ended = true;
      stage.world.ecs.crashTask(first!.arn);
    });
    const calls = stage.gate.length;
    expect(await stage.ended(deployment)).toBe('FAILED');
    expect(waitsOf(stage)[calls]).toBe('1 run where the last look found 2 tasks: one may be being replaced');
    // Neither is the one in its place passed over.
    expect(foundBy(stage)[0]).toMatch(/after 15 minutes 1 of 2 tasks is not healthy/);
    expect(foundBy(stage)[0]).not.toContain(first!.id);
  });

  test('a group that is deleted meanwhile is not waited for', async () => {
    const { stage, group, web } = await stageWired();
    const gone = stage.group('gone', { 'taskwire:service': 'production/web' });
    keepFromHealth(stage, gone);
    await stage.run(2 * MINUTE);
    const deployment = stage.deploy(web);
    await stage.run(2 * MINUTE);
    expect(answersOf(stage).every((status) => status === 'IN_PROGRESS')).toBe(true);
    stage.world.targetGroups.delete(gone.arn, { stillTagged: true });
    expect(await stage.ended(deployment)).toBe('COMPLETED');
    expect(foundBy(stage)).toEqual(['GAT-4 The deployment did not wait for gone: the target group was deleted.']);
    expect(stage.gate.at(-1)?.gated.outcome.findings[0]?.resource).toBe(gone.arn);
    expect(stage.registered(group)).toHaveLength(2);
  });

  test('a group in observe is never waited for', async () => {
    const { stage, web } = await stageWired();
    stage.group('watched', { 'taskwire:service': 'production/web', 'taskwire:mode': 'observe' });
    await stage.run(2 * MINUTE);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(foundBy(stage)).toEqual(['GAT-4 The deployment did not wait for watched: its mode is observe.']);
  });

  test('a paused group is not waited for either, and is told with how it goes on', async () => {
    const { stage, web } = await stageWired();
    stage.group('still', { 'taskwire:service': 'production/web', 'taskwire:paused': '2026-03-02T08:00:00Z' });
    await stage.run(2 * MINUTE);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(foundBy(stage)).toEqual(['GAT-4 The deployment did not wait for still: it is paused.']);
    expect(stage.gate.at(-1)?.gated.outcome.findings[0]?.fix).toContain('taskwire resume still');
  });

  test('a stack in observe waits for nothing, and asks nothing of ECS', async () => {
    const { stage, web } = await stageWired({}, { mode: 'observe' });
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(answersOf(stage)).toEqual(['SUCCEEDED']);
    expect(foundBy(stage)).toEqual(['GAT-4 The deployment did not wait for web: the stack’s mode is observe.']);
  });

  test('a group that no listener uses has to be filled, not healthy', async () => {
    const { stage, group, web } = await stageWired();
    stage.world.targetGroups.attach(group.arn, undefined);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(foundBy(stage)[0]).toMatch(/^GAT-4 No listener sends to web/);
  });

  test('a service that nothing names passes at once, with a finding', async () => {
    const stage = createGateStage();
    stage.group('other', { 'taskwire:service': 'production/other' });
    const web = await stage.gated('web', 1);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(answersOf(stage)).toEqual(['SUCCEEDED']);
    expect(foundBy(stage)).toEqual([
      'GAT-1 No target group is wired to production/web, so the gate let its deployment pass unseen.',
    ]);
    expect(stage.gate[0]?.calls).toEqual({ 'tag:GetResources': 1, 'events:PutEvents': 1 });
  });

  test('a group whose tags name the service and are wrong wires nothing, which is told', async () => {
    const stage = createGateStage();
    stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:port': 'http' });
    const web = await stage.gated('web', 1);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(foundBy(stage).map((text) => text.slice(0, 4))).toEqual(['TAG-', 'GAT-']);
  });

  test('a group that ECS itself fills is not Taskwire’s to wait for', async () => {
    const stage = createGateStage();
    const native = stage.group('native', { 'taskwire:service': 'production/web' });
    const loadBalancers = [{ targetGroupArn: native.arn, containerName: 'web', containerPort: 8080 }];
    const web = await stage.gated('web', 1, { loadBalancers });
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(foundBy(stage)[0]).toMatch(
      /^TGT-4 native is tagged for Taskwire, but filled by ECS service production\/web/,
    );
  });

  test('tasks that can never be wired end it as soon as that is known', async () => {
    const { stage, web } = await stageWired();
    stage.world.ecs.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'web', portMappings: [{ containerPort: 9000 }, { containerPort: 9001 }] }],
    });
    expect(await stage.ended(stage.deploy(web, 'web'))).toBe('FAILED');
    expect(answersOf(stage)).toEqual(['IN_PROGRESS', 'FAILED']);
    expect(stage.gate[1]!.atMs - stage.gate[0]!.atMs).toBe(5_000);
    const [finding] = stage.gate.at(-1)!.gated.outcome.findings;
    expect(finding).toMatchObject({ rule: 'GAT-3', severity: 'high', resource: web.arn });
    expect(finding?.summary).toBe(
      'The gate ended the deployment of production/web: its tasks can never be wired. Several container ports of task definition web:2 could be meant: web:9000, web:9001. (TAG-10)',
    );
    expect(finding?.fix).toMatch(/^Tag web with the container and the port that listen/);
  });

  test('tasks on standby are not waited for', async () => {
    const { stage, web } = await stageWired({ tags: { 'taskwire:standby': 'true' } });
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(answersOf(stage)).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
  });

  test('a service that is scaled to 0 has nothing to wait for, once its listing cannot lag any more', async () => {
    const { stage, web } = await stageWired();
    stage.world.ecs.updateService(web.arn, { desiredCount: 0 });
    await stage.run(MINUTE);
    const deployment = stage.deploy(web);
    await stage.run(5 * MINUTE);
    expect(deployment.shifted).toBe(true);
    expect(answersOf(stage)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS', 'SUCCEEDED']);
    expect(foundBy(stage)).toEqual([
      'GAT-1 production/web has no running task, so the deployment had nothing to wait for.',
    ]);
  });
});

describe('what ECS calls the gate with', () => {
  test('another stage, also one of the future, has nothing to wait for', async () => {
    const { stage, web } = await stageWired();
    const payloads: unknown[] = [];
    const instance = stage.gateInstance();
    stage.deploy(web);
    await stage.run(MINUTE);
    payloads.push(...stage.gate.map(({ payload }) => payload));
    for (const lifecycleStage of ['PRE_SCALE_UP', 'PRODUCTION_TRAFFIC_SHIFT', 'POST_BAKE_TIME']) {
      const called = { ...Object(payloads[0]), lifecycleStage };
      const { answer, outcome } = await stage.world.clock.until(instance(called));
      expect(answer).toEqual({ hookStatus: 'SUCCEEDED' });
      expect(outcome.findings).toMatchObject([
        {
          rule: 'GAT-2',
          severity: 'low',
          summary: `The hook of production/web calls the gate at ${lifecycleStage}, where it has nothing to wait for, and passes.`,
        },
      ]);
    }
  });

  test('a revision whose tasks have other ids than expected is judged by all tasks of the service', async () => {
    const { stage, web } = await stageWired();
    keepFromHealth(stage, stage.group('second', { 'taskwire:service': 'production/web' }));
    const instance = stage.gateInstance();
    stage.deploy(web);
    await stage.run(3 * MINUTE);
    const payload = Object(stage.gate[0]?.payload);
    const { executionDetails } = payload;
    const targetServiceRevisionArn = executionDetails.targetServiceRevisionArn.replace(/\d+$/, '1');
    const renamed = { ...payload, executionDetails: { ...executionDetails, targetServiceRevisionArn } };
    const first = await stage.world.clock.until(instance(renamed));
    expect(first.waitsFor).toBe('no task of the new revision is listed yet');
    const startedAt = new Date(stage.world.clock.nowMs() - 2 * MINUTE).toISOString();
    await stage.world.clock.until(instance({ ...renamed, hookDetails: { startedAt } }));
    const later = await stage.world.clock.until(instance({ ...renamed, hookDetails: { startedAt } }));
    expect(later.waitsFor).toMatch(/^4 of 4 tasks are not healthy in every target group/);
  });

  test('every call may meet a new instance: what must be remembered stands in the answers', async () => {
    const stage = createGateStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    const invoke = async (payload: unknown) => (await stage.gateInstance()(payload)).answer;
    const web = await stage.gated('web', 2, { hook: { invoke, details: { timeLimitMinutes: 2, team: 'shop' } } });
    blind(stage);
    expect(await stage.ended(stage.deploy(web))).toBe('FAILED');
    expect(answersOf(stage)).toHaveLength(6);
    expect(stage.gate.at(-1)?.payload).toMatchObject({ hookDetails: { timeLimitMinutes: 2, team: 'shop', tasks: 2 } });
  });

  test('where ECS hands nothing back, its own time-out ends the deployment', async () => {
    const stage = createGateStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    const instance = stage.gateInstance();
    const invoke = async ({ hookDetails: _, ...payload }: Record<string, unknown>) => (await instance(payload)).answer;
    const web = await stage.gated('web', 1, {
      hook: { invoke: (payload) => invoke(Object(payload)), timeoutMinutes: 30 },
    });
    blind(stage);
    const deployment = stage.deploy(web);
    expect(await stage.ended(deployment)).toBe('FAILED');
    expect(deployment.rolloutReason).toBe('Service deployment rolled back because a lifecycle hook timed out.');
  });
});

describe('AWS that cannot be asked', () => {
  test.each([
    'tag:GetResources',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'elasticloadbalancing:DescribeTargetHealth',
  ] as const)('a while without %s is waited out', async (action) => {
    const { stage, web } = await stageWired();
    await stage.quiet();
    const deployment = stage.deploy(web);
    await stage.run(14_000);
    stage.world.faults.add({ action, failure: 'broken', times: 8 });
    await stage.run(20_000);
    expect(await stage.ended(deployment)).toBe('COMPLETED');
  });

  test('a permission that is missing ends it after the limit, with the permission’s name', async () => {
    const { stage, web } = await stageWired({ hook: { details: { timeLimitMinutes: 5 } } });
    stage.world.faults.add({ action: 'ecs:ListTasks', failure: 'denied' });
    expect(await stage.ended(stage.deploy(web))).toBe('FAILED');
    expect(answersOf(stage)).toHaveLength(11);
    expect(foundBy(stage)[0]).toMatch(/after 5 minutes it could not be looked at: .*ecs:ListTasks/);
  });

  test('an event bus that takes no news ends no deployment', async () => {
    const { stage, web } = await stageWired();
    stage.group('watched', { 'taskwire:service': 'production/web', 'taskwire:mode': 'observe' });
    stage.world.faults.add({ action: 'events:PutEvents', failure: 'denied' });
    await stage.run(2 * MINUTE);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(stage.gate.at(-1)?.gated.eventsRefused).toEqual([expect.stringContaining('events:PutEvents')]);
  });

  test('tasks that ECS could not describe are no tasks that serve', async () => {
    const { stage, web } = await stageWired({ hook: { details: { timeLimitMinutes: 1 } } });
    const deployment = stage.deploy(web);
    await stage.run(5_000);
    for (const { arn } of greenOf(stage, web)) stage.world.ecs.failing.set(arn, 'INTERNAL');
    expect(await stage.ended(deployment)).toBe('FAILED');
    expect(foundBy(stage)[0]).toMatch(/could not be looked at: ECS could not describe 2 of 2 tasks/);
  });

  test('nor are those that it does not show yet', async () => {
    const { stage, web } = await stageWired();
    stage.world.ecs.times.newTaskMissingMs = 3 * MINUTE;
    const deployment = stage.deploy(web);
    await stage.run(2 * MINUTE);
    expect(new Set(waitsOf(stage))).toEqual(new Set(['ECS does not show 2 of 2 tasks yet']));
    expect(deployment.shifted).toBe(false);
  });
});

describe('calls', () => {
  const MOST_CALLS = 6;
  const sumOf = (calls: Readonly<Record<string, number>>): number =>
    Object.values(calls).reduce((sum, count) => sum + count, 0);
  /** 100 tasks in so many groups; the gate is asked through `invoke`. */
  const stageHundred = async (groups = 3, invoke?: (stage: GateStage) => (payload: unknown) => Promise<unknown>) => {
    const stage = createGateStage({ world: { ecs: { jitter: 0.2 } } });
    const names = Array.from({ length: groups }, (_, index) => `group-${index}`);
    const made = names.map((name) => stage.group(name, { 'taskwire:service': 'production/web' }));
    const web = await stage.gated('web', 100, invoke === undefined ? {} : { hook: { invoke: invoke(stage) } });
    expect(made.map((group) => stage.registered(group).length)).toEqual(made.map(() => 100));
    return { stage, made, web };
  };
  const everyCallAnew = (stage: GateStage) => async (payload: unknown) => (await stage.gateInstance()(payload)).answer;

  test('100 tasks in 3 groups: 6 per answer at most, the first of a fresh instance among them', async () => {
    const { stage, made, web } = await stageHundred();
    keepFromHealth(stage, made[2]!);
    stage.deploy(web);
    await stage.run(14 * MINUTE);
    const [first, second, ...later] = stage.gate;
    // The groups, the service, a revision and a subnet are looked up once.
    expect(first?.calls).toEqual({
      'tag:GetResources': 1,
      'elasticloadbalancing:DescribeTargetGroups': 1,
      'ecs:DescribeServices': 1,
      'ecs:ListTasks': 1,
      'ecs:DescribeTasks': 1,
      'ecs:DescribeTaskDefinition': 1,
    });
    expect(second?.calls).toEqual({
      'ecs:ListTasks': 1,
      'ecs:DescribeTasks': 1,
      'ec2:DescribeSubnets': 1,
      'elasticloadbalancing:DescribeTargetHealth': 3,
    });
    expect(second!.atMs - first!.atMs).toBe(5_000);
    expect(later.length).toBeGreaterThan(25);
    expect(Math.max(...later.map(({ calls }) => sumOf(calls)))).toBeLessThanOrEqual(MOST_CALLS);
    const kinds = new Set(later.map(({ calls }) => Object.keys(calls).sort().join(' ')));
    const looked = 'ecs:DescribeTasks ecs:ListTasks elasticloadbalancing:DescribeTargetHealth';
    expect(kinds).toContain(looked);
    expect(kinds).toContain(`${looked} tag:GetResources`);
  });

  test('and where every call meets a fresh instance: it lives on what the answers before it left', async () => {
    const { stage, web } = await stageHundred(3, everyCallAnew);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    const sums = stage.gate.map(({ calls }) => sumOf(calls));
    // All that does not change; the subnet; then only what may have changed.
    expect(sums.slice(0, 3)).toEqual([6, 4, 6]);
    expect(Math.max(...sums)).toBeLessThanOrEqual(MOST_CALLS);
    expect(stage.gate[2]!.atMs - stage.gate[0]!.atMs).toBe(10_000);
  });

  test('what is too long to be left behind puts no deployment off for good', async () => {
    const { stage, web } = await stageHundred(12, everyCallAnew);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    const unfinished = stage.gate.filter(({ gated }) => gated.waitsFor?.startsWith('what does not change'));
    expect(unfinished.length).toBeGreaterThanOrEqual(3);
    expect(stage.gate.at(-1)!.atMs - stage.gate[0]!.atMs).toBeLessThan(3 * MINUTE);
  });

  test('what the owner of another service wrote into its details is no fact for this one', async () => {
    const { stage, web } = await stageHundred(1);
    stage.group('other', { 'taskwire:service': 'production/other' });
    stage.service('other', 1);
    stage.deploy(web);
    await stage.run(2 * MINUTE);
    const { hookDetails, ...payload } = Object(stage.gate[1]?.payload);
    const other = JSON.parse(JSON.stringify(payload).replaceAll('/web', '/other'));
    const learnt = hookDetails.learnt.replaceAll('8080', '9090').replaceAll('vpc-0a', 'vpc-9');
    const instance = stage.gateInstance();
    const ask = (call: unknown) => stage.world.clock.until(instance(call));
    const hers = await ask({ ...other, hookDetails: { learnt } });
    expect(hers.answer.hookStatus).toBe('IN_PROGRESS');
    expect((await ask(payload)).answer.hookStatus).toBe('IN_PROGRESS');
    expect((await ask(payload)).answer).toEqual({ hookStatus: 'SUCCEEDED' });
  });

  test.each(['{', '{"groups":[]}', '[]', 7])('details that hold %j are looked up anew', async (learnt) => {
    const { stage, web } = await stageWired({ hook: { details: { learnt, looks: 'many' } } });
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
  });
});

describe('a paused stack', () => {
  const pause = ({ world }: GateStage): void => {
    world.queues.add({ name: 'taskwire-prod-register-targets' }).tags.set('taskwire:paused', '2026-03-02T08:00:00Z');
  };

  test('is the reason for what is not registered, with the command that lets it go on', async () => {
    const { stage, web } = await stageWired({ hook: { details: { timeLimitMinutes: 4 } } });
    blind(stage);
    pause(stage);
    expect(await stage.ended(stage.deploy(web))).toBe('FAILED');
    const [finding] = stage.gate.at(-1)!.gated.outcome.findings;
    expect(finding?.summary).toMatch(
      /after 4 minutes 2 of 2 tasks .*; the stack of the stage prod is paused since 2026-03-02T08:00:00.000Z, so nothing is registered until it goes on\.$/,
    );
    expect(finding?.fix).toBe('Let the stack go on with taskwire resume --stage prod, then deploy again.');
    // Nothing is asked in the first minute, and no answer is dearer for it.
    const asked = stage.gate.filter(({ calls }) => (calls['tag:GetResources'] ?? 0) > 0);
    expect(asked[1]!.atMs - asked[0]!.atMs).toBeGreaterThanOrEqual(MINUTE);
    const most = Math.max(...stage.gate.map(({ calls }) => Object.values(calls).reduce((sum, count) => sum + count)));
    expect(most).toBeLessThanOrEqual(6);
  });

  test('that cannot be asked about changes no answer', async () => {
    const { stage, web } = await stageWired({ hook: { details: { timeLimitMinutes: 4 } } });
    blind(stage);
    pause(stage);
    stage.deploy(web);
    await stage.run(50_000);
    stage.world.faults.add({ action: 'tag:GetResources', failure: 'denied' });
    await stage.run(10 * MINUTE);
    expect(answersOf(stage).at(-1)).toBe('FAILED');
  });

  test('is not asked about where all is registered', async () => {
    const { stage, group, web } = await stageWired({ hook: { details: { timeLimitMinutes: 4 } } });
    keepFromHealth(stage, group);
    pause(stage);
    expect(await stage.ended(stage.deploy(web))).toBe('FAILED');
    expect(foundBy(stage)[0]).not.toContain('paused');
    const asked = stage.gate.reduce((sum, { calls }) => sum + (calls['tag:GetResources'] ?? 0), 0);
    expect(asked).toBeLessThanOrEqual(5);
  });
});

describe('where services must agree', () => {
  test('a group that the service does not allow is not waited for, and told', async () => {
    const stage = createGateStage({ consent: 'both' });
    stage.group('web', { 'taskwire:service': 'production/web' });
    const web = await stage.gated('web', 2);
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(answersOf(stage)).toEqual(['SUCCEEDED']);
    expect(foundBy(stage)).toContainEqual(expect.stringMatching(/^TAG-15 web is tagged for production\/web/));
  });

  test('one that it allows is waited for', async () => {
    const stage = createGateStage({ consent: 'both' });
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const web = await stage.gated('web', 2, { serviceTags: { 'taskwire:allow': 'web' } });
    expect(await stage.ended(stage.deploy(web))).toBe('COMPLETED');
    expect(answersOf(stage)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'SUCCEEDED']);
    expect(stage.registered(group)).toHaveLength(2);
  });
});
