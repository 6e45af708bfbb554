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
    expect(answersOf(stage)).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
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
    expect(answersOf(stage).slice(0, -1)).toEqual(Array.from({ length: 30 }, () => 'IN_PROGRESS'));
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
    expect(stage.gate.at(-1)!.atMs - stage.gate[0]!.atMs).toBe(3 * MINUTE);
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

  test('tasks that can never be wired end it at once', async () => {
    const { stage, web } = await stageWired();
    stage.world.ecs.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'web', portMappings: [{ containerPort: 9000 }, { containerPort: 9001 }] }],
    });
    expect(await stage.ended(stage.deploy(web, 'web'))).toBe('FAILED');
    expect(answersOf(stage)).toEqual(['FAILED']);
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
    expect(answersOf(stage)).toEqual(['SUCCEEDED']);
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
    expect(answersOf(stage)).toHaveLength(5);
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

  test('100 tasks in 3 groups: 6 per answer at most, once what never changes is known', async () => {
    const stage = createGateStage({ world: { ecs: { jitter: 0.2 } } });
    const groups = ['a', 'b', 'c'].map((name) => stage.group(name, { 'taskwire:service': 'production/web' }));
    const web = await stage.gated('web', 100);
    expect(groups.map((group) => stage.registered(group).length)).toEqual([100, 100, 100]);
    keepFromHealth(stage, groups[2]!);
    stage.deploy(web);
    await stage.run(10 * MINUTE);
    const [first, ...later] = stage.gate.map(({ calls }) => calls);
    // The groups, the service, a revision and a subnet are looked up once.
    expect(first).toEqual({
      'tag:GetResources': 1,
      'elasticloadbalancing:DescribeTargetGroups': 1,
      'ecs:DescribeServices': 1,
      'ecs:ListTasks': 1,
      'ecs:DescribeTasks': 1,
      'ecs:DescribeTaskDefinition': 1,
      'ec2:DescribeSubnets': 1,
      'elasticloadbalancing:DescribeTargetHealth': 3,
    });
    expect(later.length).toBeGreaterThan(15);
    const sums = later.map((calls) => Object.values(calls).reduce((sum, count) => sum + count, 0));
    expect(Math.max(...sums)).toBeLessThanOrEqual(MOST_CALLS);
    expect(later.at(-1)).toEqual({
      ...(later.length % 2 === 0 ? { 'tag:GetResources': 1 } : {}),
      'ecs:ListTasks': 1,
      'ecs:DescribeTasks': 1,
      'elasticloadbalancing:DescribeTargetHealth': 3,
    });
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
    expect(answersOf(stage)).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
    expect(stage.registered(group)).toHaveLength(2);
  });
});
