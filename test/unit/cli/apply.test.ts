import { describe, expect, test } from '@jest/globals';
import { plainWords, taskwire } from '../../support/command-line.ts';
import { blind, RIGHT } from '../../support/say.ts';
import { addressOf, createStage, only, type Stage } from '../../support/stage.ts';

/** Two running tasks of `web` that nothing has registered. */
const stageUnwired = async (): Promise<Stage> => {
  const stage = createStage();
  blind(stage);
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.service('web', 2);
  await stage.run(60_000);
  return stage;
};

const PLAN = `web  service production/web
  + 10.0.0.4:8080  task <id> is running
  + 10.0.0.5:8080  task <id> is running

2 to register (+).
`;

const DONE = `Done:

web  service production/web
  + 10.0.0.4:8080  task <id> is running
  + 10.0.0.5:8080  task <id> is running

2 registered (+).
<calls>
`;

describe('taskwire apply', () => {
  test('shows, asks, does it, and leaves nothing to plan', async () => {
    const stage = await stageUnwired();
    const { code, out, err, asked } = await taskwire(stage, ['apply'], { says: [true] });
    expect(plainWords(out)).toBe(`${PLAN}\n${DONE}`);
    expect({ code, err, asked }).toEqual({ code: 0, err: '', asked: ['Make these 2 changes?'] });
    expect(stage.world.audit()).toMatchObject(RIGHT);
    expect(await taskwire(stage, ['plan'])).toMatchObject({ code: 0 });
    expect(await taskwire(stage, ['apply', '--yes'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Nothing to do.'),
    });
  });

  test('changes nothing where the person says no; 1', async () => {
    const stage = await stageUnwired();
    const { code, out } = await taskwire(stage, ['apply'], { says: [false] });
    expect(plainWords(out)).toBe(`${PLAN}\nNothing was changed.\n`);
    expect(code).toBe(1);
    expect(stage.world.audit().missing).toHaveLength(2);
  });

  test('needs --yes where nobody can be asked, and says so before any call; 2', async () => {
    const stage = await stageUnwired();
    stage.world.calls.reset();
    const { code, out, err } = await taskwire(stage, ['apply']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: taskwire apply changes what it shows and there is no terminal to ask on\./);
    expect(err).toContain('--yes');
    expect(stage.world.calls.counts()).toEqual({});
    expect(await taskwire(stage, ['apply', '--yes'])).toMatchObject({ code: 0, asked: [] });
  });

  test('answers in JSON with what was done, and shows what it asks about on stderr', async () => {
    const { code, out, err } = await taskwire(await stageUnwired(), ['apply', '--json'], { says: [true] });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      function: 'apply',
      mode: 'enforce',
      changes: [{ applied: true }, { applied: true }],
    });
    expect(plainWords(err)).toBe(`${PLAN}\n`);
  });

  test('does only what was shown: what came meanwhile waits', async () => {
    const stage = await stageUnwired();
    const { world } = stage;
    const stop = world.faults.after('elasticloadbalancing:DescribeTargetHealth', async () => {
      stop();
      const [first] = world.ecs.tasks.keys();
      // One of the two stops before it is registered, and its successor was not shown to anybody.
      world.ecs.stopTask(first ?? '');
    });
    const { code, out } = await taskwire(stage, ['apply'], { says: [true] });
    expect(code).toBe(0);
    expect(plainWords(out)).toContain('1 registered (+).\n1 change that was shown was not made (web)');
    expect(stage.registered(only([...world.targetGroups.groups.values()]))).toHaveLength(1);
  });

  test('changes nothing in a stack that only observes, and says so; 1', async () => {
    const stage = await stageUnwired();
    const { code, out, asked } = await taskwire(stage, ['apply', '--yes'], { env: { TASKWIRE_MODE: 'observe' } });
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(out).toContain('TASKWIRE_MODE is observe: nothing was changed.');
    expect(stage.world.audit().missing).toHaveLength(2);
  });

  test('leaves a group alone whose own mode is observe', async () => {
    const stage = await stageUnwired();
    const [group] = stage.world.targetGroups.groups.values();
    stage.world.targetGroups.tag(group?.arn ?? '', { 'taskwire:mode': 'observe' });
    const { code, out } = await taskwire(stage, ['apply', '--yes']);
    expect(code).toBe(1);
    expect(out).toMatch(/^web {2}service production\/web, observed only: nothing is changed\n/);
    expect(stage.world.audit().missing).toHaveLength(2);
  });

  test('tells what AWS refused; 3', async () => {
    const stage = await stageUnwired();
    const { faults } = stage.world;
    faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'denied' });
    const { code, out } = await taskwire(stage, ['apply', '--yes']);
    expect(code).toBe(3);
    expect(out).toContain('Could not finish:\n  web: ');
    expect(out).toContain('TGT-11');
  });

  test('--except leaves out findings that are known: then all is done; 0', async () => {
    const stage = await stageUnwired();
    stage.group('mistyped', { 'taskwire:service': 'web' });
    expect(await taskwire(stage, ['apply', '--yes'])).toMatchObject({ code: 1 });
    const { code, out } = await taskwire(stage, ['apply', '--yes', '--except', 'TAG']);
    expect(code).toBe(0);
    expect(out).not.toContain('TAG-');
  });

  test('is held by the brake, and released by a person who saw it', async () => {
    const stage = createStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': 'exclusive' });
    stage.service('web', 1);
    await stage.run(60_000);
    for (const id of ['192.168.1.1', '192.168.1.2']) stage.world.targetGroups.put(group.arn, { id, port: 80 });
    const held = await taskwire(stage, ['apply', '--yes']);
    expect(held.code).toBe(1);
    expect(held.out).toContain('What is held is only done with --include-held.');
    expect(stage.registered(group)).toHaveLength(3);

    const before = stage.world.clock.nowMs();
    const released = await taskwire(stage, ['apply', '--include-held'], { says: [true] });
    expect(released.code).toBe(0);
    expect(released.asked).toEqual(['Make these 2 changes?']);
    expect(released.out).toContain('2 deregistered (-).');
    expect(stage.registered(group)).toEqual(['10.0.0.4:8080']);
    // Seen twice before it was shown: what follows does not wait for a second minute.
    expect(stage.world.clock.nowMs() - before).toBeLessThan(70_000);
  });
});

describe('taskwire apply --task', () => {
  const stageStandby = async () => {
    const stage = createStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 2);
    await stage.run(60_000);
    blind(stage);
    const [task] = stage.world.ecs.tasksOf(service.arn);
    stage.world.ecs.tagTask(task!.arn, { 'taskwire:standby': 'true' });
    return { stage, group, task: task! };
  };

  test('takes a task on standby out at once, and looks at that task only', async () => {
    const { stage, group, task } = await stageStandby();
    stage.world.targetGroups.put(group.arn, { id: '10.0.9.9', port: 80 });
    const { code, out } = await taskwire(stage, ['apply', '--task', task.arn, '--yes']);
    expect(code).toBe(0);
    expect(plainWords(out)).toContain(
      `  - ${addressOf(task)}:8080  task <id> (service:web) is on\n                   standby\n\n1 deregistered (-).`,
    );
    expect(stage.registered(group)).toEqual(['10.0.0.5:8080', '10.0.9.9:80']);
  });

  test('takes a task by its id and cluster, too', async () => {
    const { stage, group, task } = await stageStandby();
    const { code } = await taskwire(stage, ['apply', '--cluster', 'production', '--task', task.id], { says: [true] });
    expect(code).toBe(0);
    expect(stage.registered(group)).toEqual(['10.0.0.5:8080']);
  });

  test('says where a task is bound to nothing', async () => {
    const { stage } = await stageStandby();
    const [stray] = stage.world.ecs.runTask({
      cluster: 'production',
      taskDefinition: 'web',
      subnets: [stage.subnetId],
    });
    const { code, out } = await taskwire(stage, ['apply', '--task', stray!.arn, '--yes']);
    expect(code).toBe(0);
    expect(plainWords(out)).toBe(
      'No target group binds this task. To learn why: taskwire explain\narn:aws:ecs:eu-central-1:111122223333:task/production/<id>\n<calls>\n',
    );
  });

  test.each([
    {
      name: 'a task that does not exist',
      argv: ['--task', 'arn:aws:ecs:eu-central-1:111122223333:task/production/36fbeee74c1d4e7a9b3f7eeebf630017'],
      code: 3,
      says: 'Task 36fbeee74c1d4e7a9b3f7eeebf630017 in cluster production is not known to ECS.',
    },
    {
      name: 'a cluster that does not exist',
      argv: ['--task', '36fbeee74c1d4e7a9b3f7eeebf630017', '--cluster', 'nope'],
      code: 3,
      says: 'in cluster nope is not known to ECS.',
    },
    {
      name: 'an id without its cluster',
      argv: ['--task', '36fbeee74c1d4e7a9b3f7eeebf630017'],
      code: 2,
      says: 'does not say its cluster. Add --cluster',
    },
    {
      name: 'something that is no task',
      argv: ['--task', 'web'],
      code: 2,
      says: '"web" is neither the ARN nor the id of an ECS task.',
    },
    {
      name: 'a task and a group',
      argv: ['--task', '36fbeee74c1d4e7a9b3f7eeebf630017', '--target-group', 'web'],
      code: 2,
      says: 'leave out --service and --target-group',
    },
  ])('refuses $name', async ({ argv, code, says }) => {
    const { stage } = await stageStandby();
    const result = await taskwire(stage, ['apply', '--yes', ...argv]);
    expect(result.code).toBe(code);
    expect(result.err.replace(/\n +/g, ' ')).toContain(says);
  });
});
