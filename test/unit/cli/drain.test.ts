import { describe, expect, test } from '@jest/globals';
import { OutOfTimeError } from '../../../shared/errors.ts';
import { plainWords, taskwire } from '../../support/command-line.ts';
import { RIGHT } from '../../support/say.ts';
import { createStage } from '../../support/stage.ts';

const TAG = 'taskwire:standby';

/** Two tasks in two groups, healthy, with 300 and 120 s of deregistration delay. */
const staged = async (tasks = 2, tags: Readonly<Record<string, string>> = {}) => {
  const stage = createStage();
  const web = stage.group('web', { 'taskwire:service': 'production/web', ...tags });
  const inside = stage.group('inside', { 'taskwire:service': 'production/web' }, { delaySeconds: 120 });
  const service = stage.service('web', tasks);
  await stage.run(2 * 60_000);
  const [task] = stage.world.ecs.tasksOf(service.arn);
  if (!task) throw new Error('tasks were asked for');
  stage.world.calls.reset();
  return { stage, web, inside, service, task };
};
/** However it was broken into lines. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');
const stops = (stage: Awaited<ReturnType<typeof staged>>['stage']) => stage.world.calls.of('ecs:StopTask');

describe('taskwire drain of a task', () => {
  test('takes it out, waits until no group knows it, and only then stops it; 0', async () => {
    const { stage, web, inside, task, service } = await staged();
    let atStop: readonly string[] = ['not stopped'];
    stage.world.faults.before('ecs:StopTask', () => {
      atStop = [web, inside].flatMap(({ arn }) =>
        stage.world.targetGroups.targetsOf(arn).map(({ id, state }) => `${id} ${state}`),
      );
    });
    const { code, out, err, asked } = await taskwire(stage, ['drain', task.arn], { says: [true] });
    expect({ code, err, asked }).toEqual({ code: 0, err: '', asked: ['Drain it?'] });
    expect(plainWords(out)).toBe(`Task <id> in cluster production
  - 10.0.0.4:8080  out of inside
  - 10.0.0.4:8080  out of web
Draining ends when no connection is left, at the latest after 300 seconds.
Then the task is stopped; its service starts another one only then, so until
that runs one task fewer serves.

2 targets are gone after 300 seconds. The task was asked to stop.
<calls>
`);
    // The other task serves on, and nobody sends to this one any more.
    expect(atStop).toEqual(['10.0.0.5 healthy', '10.0.0.5 healthy']);
    expect(stops(stage)).toMatchObject([{ input: { task: task.arn, reason: 'Drained by taskwire drain' } }]);
    await stage.run(2 * 60_000);
    expect(stage.world.ecs.tasksOf(service.arn)).toHaveLength(2);
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
  });

  test('no event and no sweep brings it back while it drains', async () => {
    const { stage, task, web } = await staged();
    const seen: string[] = [];
    stage.world.faults.after('elasticloadbalancing:DescribeTargetHealth', async () => {
      if (seen.length < 3 && task.tags.has(TAG)) {
        seen.push('again');
        stage.world.ecs.repeatEvent(task.arn);
      }
    });
    const drained = taskwire(stage, ['drain', task.id, '--cluster', 'production', '--yes', '--json']);
    const { code, out } = await drained;
    expect(seen).toHaveLength(3);
    const { changes, drain } = JSON.parse(out);
    expect(code).toBe(0);
    expect(drain).toMatchObject({ kind: 'task', resource: task.arn, left: 0, is: 'stopped', waitedSeconds: 300 });
    expect(changes.map(({ action, applied }: { action: string; applied: boolean }) => [action, applied])).toEqual([
      ['deregister', true],
      ['deregister', true],
    ]);
    expect(changes[0].reason).toContain('is on standby');
    expect(stage.registered(web)).not.toContain('10.0.0.4:8080');
  });

  test('what serves last in a group is refused, and only taken with --last', async () => {
    const { stage, task, web } = await staged(1);
    const refused = await taskwire(stage, ['drain', task.arn, '--yes']);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('Refused: nothing that serves would be left in inside, web.');
    expect(stage.world.calls.mutating()).toEqual([]);
    const { code, out } = await taskwire(stage, ['drain', task.arn, '--yes', '--last']);
    expect(code).toBe(0);
    expect(out).toContain('Nothing that serves is left in inside, web then: --last was given.');
    expect(stage.world.targetGroups.targetsOf(web.arn)).toEqual([]);
    expect(stops(stage)).toHaveLength(1);
  });

  test('another target that does not serve is none to rely on', async () => {
    const { stage, task, service, web } = await staged(1);
    // Registered, and not healthy yet.
    stage.world.ecs.updateService(service.arn, { desiredCount: 2 });
    const states = () =>
      stage.world.targetGroups
        .targetsOf(web.arn)
        .map(({ state }) => state)
        .toSorted();
    while (states().length < 2) await stage.run(1_000);
    expect(states()).toEqual(['healthy', 'initial']);
    const { code, out } = await taskwire(stage, ['drain', task.arn, '--yes']);
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining('Refused: nothing that serves') });
  });

  test('out of time it stops nothing, says what it leaves and how to undo it; again it finishes', async () => {
    const { stage, task } = await staged();
    const { code, out } = await taskwire(stage, ['drain', task.arn, '--yes', '--timeout', '30']);
    expect(code).toBe(3);
    expect(plainWords(out)).toContain(`Not drained after 30 s: 10.0.0.4:8080 in inside, 10.0.0.4:8080 in web. Nothing
was stopped.
1 task stays out of the target groups by the tag taskwire:standby and goes on
running. Drain again to finish, or bring it back:
  aws ecs untag-resource`);
    expect(out).toContain(`taskwire apply --task ${task.arn}`);
    expect({ tag: task.tags.get(TAG), status: task.desiredStatus }).toEqual({ tag: 'true', status: 'RUNNING' });
    const again = await taskwire(stage, ['drain', task.arn, '--yes']);
    expect(again.code).toBe(0);
    expect(again.out).toContain('out of web, draining already');
    expect(stops(stage)).toHaveLength(1);
  });

  test('Ctrl-C while it waits stops nothing, and says what it leaves; 3', async () => {
    const { stage, task } = await staged();
    const giveUp = new AbortController();
    stage.world.clock.after(20_000, () =>
      giveUp.abort(new OutOfTimeError('Interrupted: what was not begun is not done.')),
    );
    const { code, out } = await taskwire(stage, ['drain', task.arn, '--yes'], { signal: giveUp.signal });
    expect(code).toBe(3);
    expect(flat(out)).toContain('Not finished: 1 task stays out of the target groups by the tag taskwire:standby');
    expect(flat(out)).toContain('Interrupted: what was not begun is not done.');
    expect({ tag: task.tags.get(TAG), stops: stops(stage) }).toEqual({ tag: 'true', stops: [] });
  });

  test.each([
    ['ecs:TagResource', [0, 0]],
    ['elasticloadbalancing:DeregisterTargets', [1, 0]],
    ['ecs:StopTask', [1, 1]],
  ] as const)('where %s is denied it says so, and how to undo what was done; 3', async (action, [tagged, tried]) => {
    const { stage, task } = await staged();
    stage.world.faults.add({ action, failure: 'denied' });
    const { code, out } = await taskwire(stage, ['drain', task.arn, '--yes']);
    expect(code).toBe(3);
    expect(out).toContain('Not finished:');
    expect(out).toContain(action);
    expect(out).toContain('--tag-keys taskwire:standby');
    expect({ tagged: task.tags.size, stops: stops(stage).length }).toEqual({ tagged, stops: tried });
    expect(task.desiredStatus).toBe('RUNNING');
  });

  test('nothing is changed without agreement, in observe, or where nobody can be asked', async () => {
    const { stage, task } = await staged();
    expect((await taskwire(stage, ['drain', task.arn], { says: [false] })).code).toBe(1);
    expect((await taskwire(stage, ['drain', task.arn, '--yes'], { env: { TASKWIRE_MODE: 'observe' } })).code).toBe(1);
    expect(await taskwire(stage, ['drain', task.arn])).toMatchObject({ code: 2 });
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('a task that is not wired has nothing to drain', async () => {
    const { stage } = await staged();
    const [task] = stage.world.ecs.runTask({
      cluster: 'production',
      taskDefinition: 'web',
      subnets: [stage.subnetId],
    });
    await stage.run(60_000);
    const { code, err } = await taskwire(stage, ['drain', task?.arn ?? '', '--yes']);
    expect(code).toBe(2);
    expect(flat(err)).toContain('is in no target group that Taskwire fills, so there is nothing to drain');
    expect(flat(err)).toContain('aws ecs stop-task --cluster production');
  });

  test.each([
    [{ 'taskwire:mode': 'observe' }, 'which is only observed'],
    [{ 'taskwire:paused': '2026-03-02T08:00:00Z' }, 'which is paused'],
  ])('in a group with %o nobody would take it out', async (tags, words) => {
    const { stage, task, web } = await staged();
    stage.world.targetGroups.tag(web.arn, tags);
    const { code, err } = await taskwire(stage, ['drain', task.arn, '--yes']);
    expect({ code, err: flat(err) }).toMatchObject({ code: 2, err: expect.stringContaining(words) });
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('one that is stopping already is left to it; an unknown one, or one of another cluster, is not found', async () => {
    const { stage, task } = await staged();
    stage.world.ecs.addCluster('staging');
    const elsewhere = await taskwire(stage, ['drain', task.id, '--cluster', 'staging', '--yes']);
    expect(elsewhere.code).toBe(3);
    expect(flat(elsewhere.err)).toContain('in cluster staging is not known to ECS');
    expect((await taskwire(stage, ['drain', task.id, '--yes'])).code).toBe(2);
    expect((await taskwire(stage, ['drain', 'web', '--cluster', 'production', '--yes'])).code).toBe(2);
    stage.world.ecs.stopTask(task.arn);
    const stopping = await taskwire(stage, ['drain', task.arn, '--yes']);
    expect(stopping).toMatchObject({ code: 0, out: expect.stringContaining('is stopping already') });
  });
});

describe('taskwire drain of a container instance', () => {
  const onInstances = async () => {
    const stage = createStage();
    const group = stage.group(
      'app',
      { 'taskwire:service': 'production/app' },
      { targetType: 'instance', delaySeconds: 60 },
    );
    const ids = ['i-0a1b2c3d', 'i-0b1b2c3d'] as const;
    const [here, there] = ids.map((id) => {
      stage.world.network.addInstance({ id, subnetId: stage.subnetId });
      return stage.world.ecs.addContainerInstance('production', id);
    });
    if (!here || !there) throw new Error('two instances were asked for');
    stage.world.ecs.registerTaskDefinition({
      family: 'app',
      networkMode: 'bridge',
      containers: [{ name: 'app', portMappings: [{ containerPort: 8080, hostPort: 0, protocol: 'tcp' }] }],
    });
    const service = stage.world.ecs.createService({
      cluster: 'production',
      name: 'app',
      taskDefinition: 'app',
      desiredCount: 4,
    });
    await stage.run(2 * 60_000);
    return { stage, group, here, there, service };
  };

  test('takes the targets of all its tasks out, waits, then drains it; their services start them elsewhere', async () => {
    const { stage, group, here, there, service } = await onInstances();
    let atDrain: readonly string[] = [];
    stage.world.faults.before('ecs:UpdateContainerInstancesState', () => {
      atDrain = stage.world.targetGroups.targetsOf(group.arn).map(({ id }) => id);
    });
    const { code, out } = await taskwire(stage, ['drain', here.instanceId, '--cluster', 'production', '--yes']);
    expect(code).toBe(0);
    expect(flat(out)).toMatch(/^Container instance \w+ in cluster production: 2 tasks, 2 in target groups - i-/);
    expect(out).toContain('2 targets are gone after 60 seconds. The container instance is DRAINING.');
    expect(atDrain).toEqual([there.instanceId, there.instanceId]);
    await stage.run(3 * 60_000);
    expect(stage.world.ecs.tasksOf(service.arn)).toHaveLength(4);
    expect(stage.world.audit()).toMatchObject({ tasks: 4, ...RIGHT });
    expect(stops(stage)).toEqual([]);
  });

  test('by its ARN; one that runs nothing wired is drained at once; an unknown one is not found', async () => {
    const { stage, there, service } = await onInstances();
    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(3 * 60_000);
    const { code, out } = await taskwire(stage, ['drain', there.arn, '--yes', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).drain).toMatchObject({ kind: 'container-instance', targets: [], left: 0, is: 'draining' });
    const none = await taskwire(stage, ['drain', 'i-0c1b2c3d', '--cluster', 'production', '--yes']);
    expect(none.code).toBe(3);
    expect(flat(none.err)).toContain('is not known to ECS');
    expect((await taskwire(stage, ['drain', 'i-0c1b2c3d', '--yes'])).code).toBe(2);
  });
});
