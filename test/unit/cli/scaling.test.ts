import { describe, expect, test } from '@jest/globals';
import { plainWords, taskwire } from '../../support/command-line.ts';
import { createStage, type Stage } from '../../support/stage.ts';

const SCALING = 'min=2 max=20 cpu=60';

/** `web` with four running tasks, and tags that ask for its scaling. */
const stageScaled = async (
  serviceTags: Readonly<Record<string, string>> = { 'taskwire:scaling': SCALING },
  desired = 4,
) => {
  const stage = createStage();
  const web = stage.service('web', desired, { serviceTags });
  await stage.run(60_000);
  return { stage, web };
};

const targetOf = ({ world }: Stage, name = 'web') => world.scaling.targets.get(`service/production/${name}`);

/** Text as one line, however it was broken. */
const flat = (text: string): string => text.replace(/\n +/g, ' ');

describe('taskwire plan of auto scaling', () => {
  test('shows what would be written and why, and how to do it; 1', async () => {
    const { stage } = await stageScaled();
    const { code, out, err } = await taskwire(stage, ['plan']);
    expect(plainWords(out)).toBe(`service production/web  scaling min=2 max=20 cpu=60
  + bounds  the tags ask for min 2, max 20, it is not scalable yet
  + policy  the tags ask for it: ECSServiceAverageCPUUtilization at 60

2 to set (+).
<calls>

To do it: taskwire apply
`);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(targetOf(stage)).toBeUndefined();
  });

  test('stands beside the target groups in one Outcome', async () => {
    const { stage } = await stageScaled();
    stage.group('web', { 'taskwire:service': 'production/web' });
    // The group came after the tasks, and its tag's event is not waited for.
    const { code, out } = await taskwire(stage, ['plan', '--json']);
    expect(code).toBe(1);
    const { changes, held, findings } = JSON.parse(out);
    const actions = changes.map(({ action }: { readonly action: string }) => action);
    expect(actions).toEqual(['register', 'register', 'register', 'register', 'put-target', 'put-policy']);
    expect({ held, findings }).toEqual({ held: [], findings: [] });
  });

  test.each([
    { only: 'targets', says: 'Nothing here carries a tag of Taskwire.', code: 0 },
    { only: 'scaling', says: '2 to set (+).', code: 1 },
  ])('--only $only looks at nothing else', async ({ only, says, code }) => {
    const { stage } = await stageScaled();
    stage.world.calls.reset();
    const result = await taskwire(stage, ['plan', '--only', only]);
    expect(result.code).toBe(code);
    expect(result.out).toContain(says);
    const called = Object.keys(stage.world.calls.counts()).map((action) => action.split(':')[0]);
    expect(called.includes('application-autoscaling')).toBe(only === 'scaling');
    expect(called.includes('autoscaling')).toBe(only === 'targets');
  });

  test('of a target group looks at the services that its tags name, too', async () => {
    const { stage } = await stageScaled();
    stage.group('web', { 'taskwire:service': 'production/web' });
    await stage.run(1_000);
    const { code, out } = await taskwire(stage, ['plan', '--target-group', 'web', '--json']);
    const { changes } = JSON.parse(out);
    expect(changes.map(({ action }: { readonly action: string }) => action)).toEqual(
      expect.arrayContaining(['put-target', 'put-policy']),
    );
    expect(code).toBe(1);
    const { out: scaling } = await taskwire(stage, ['plan', '--target-group', 'web', '--only', 'scaling']);
    expect(scaling).toContain('2 to set (+).');
    const { out: targets } = await taskwire(stage, ['plan', '--target-group', 'web', '--only', 'targets']);
    expect(targets).not.toContain('bounds');
  });

  test('of a target group that names no service says so only where scaling alone is asked for; 2', async () => {
    const { stage } = await stageScaled();
    stage.group('jobs', { 'taskwire:family': 'production/job' });
    expect(await taskwire(stage, ['plan', '--target-group', 'jobs'])).toMatchObject({ code: 0 });
    const { code, err } = await taskwire(stage, ['plan', '--target-group', 'jobs', '--only', 'scaling']);
    expect(code).toBe(2);
    expect(flat(err)).toContain('jobs is wired to family production/job, and only services scale.');
  });

  test('a target group that is not wired is refused once, for both halves; 2', async () => {
    const { stage } = await stageScaled();
    const { code, err } = await taskwire(stage, ['plan', '--target-group', 'nope']);
    expect(code).toBe(2);
    expect(flat(err)).toContain('Nothing is wired in target group nope');
    expect(flat(err)).not.toContain('is not wired:');
  });

  test('says by how much the running count would move, and holds that; 1', async () => {
    const { stage } = await stageScaled({ 'taskwire:scaling': 'min=2 max=4' }, 10);
    const { code, out } = await taskwire(stage, ['plan', '--service', 'web']);
    expect(plainWords(out)).toBe(`service production/web  scaling min=2 max=4
  ! bounds  held, brake: the desired count would fall by 6 at once; the tags ask
            for min 2, max 4, it is not scalable yet; the desired count goes
            from 10 to 4 at once

1 held (!).
<calls>

To do what is held, too: taskwire apply --service web --include-held
`);
    expect(code).toBe(1);
  });

  test('tells of wrong tags with a right one, and plans nothing for them; 1', async () => {
    const { stage } = await stageScaled({ 'taskwire:scaling': 'min=5 max=4' });
    const { code, out } = await taskwire(stage, ['plan']);
    expect(code).toBe(1);
    expect(flat(out)).toContain('TAG-20  high    taskwire:scaling is "min=5 max=4": min 5 is above max 4.');
    expect(out).toContain('1 finding (1 high).');
  });

  test('names the services that scale as wanted; 0', async () => {
    const { stage } = await stageScaled();
    await taskwire(stage, ['apply', '--yes']);
    const { code, out } = await taskwire(stage, ['plan']);
    expect(plainWords(out)).toBe('1 service scales as its tags want: production/web\n\nNothing to do.\n<calls>\n');
    expect(code).toBe(0);
  });

  test('costs two tagging queries where no service carries the tag, and one for what is paused', async () => {
    const { stage } = await stageScaled({});
    const { code, out } = await taskwire(stage, ['plan', '--only', 'scaling', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).calls).toEqual({ 'tag:GetResources': 3 });
  });

  test('finds what a tag that was taken away left behind, of a service that is named', async () => {
    const { stage, web } = await stageScaled();
    await taskwire(stage, ['apply', '--yes']);
    stage.world.ecs.untagService(web.arn, ['taskwire:scaling']);
    const { code, out } = await taskwire(stage, ['plan', '--cluster', 'production', '--service', 'web']);
    expect(code).toBe(1);
    expect(plainWords(out)).toContain(`service production/web  no scaling tag any more
  - policy  taskwire-cpu: the scaling tag was taken away

1 to delete (-).
`);
  });

  test('says that a scope names nothing; 2', async () => {
    const { stage } = await stageScaled();
    const both = await taskwire(stage, ['plan', '--cluster', 'staging']);
    expect(both).toMatchObject({ code: 2, out: '' });
    expect(flat(both.err)).toContain('Nothing is wired in cluster staging');
    const one = await taskwire(stage, ['plan', '--cluster', 'staging', '--only', 'scaling']);
    expect(one).toMatchObject({ code: 2, out: '' });
    expect(flat(one.err)).toContain('No service carries the scaling tag in --cluster staging.');
  });

  test('goes on with the target groups where scaling may not be read; 3', async () => {
    const { stage } = await stageScaled();
    stage.group('web', { 'taskwire:service': 'production/web' });
    const failure = 'denied';
    stage.world.faults.add({ action: 'application-autoscaling:DescribeScalingPolicies', failure });
    const { code, out } = await taskwire(stage, ['plan']);
    expect(code).toBe(3);
    expect(out).toContain('4 to register (+)');
    expect(flat(out)).toMatch(/Could not finish: auto scaling: application-autoscaling:DescribeScalingPolicies/);
  });
});

describe('taskwire apply of auto scaling', () => {
  test('shows, asks, writes it, and leaves nothing to plan', async () => {
    const { stage } = await stageScaled();
    const { code, out, asked } = await taskwire(stage, ['apply'], { says: [true] });
    expect({ code, asked }).toEqual({ code: 0, asked: ['Make these 2 changes?'] });
    expect(plainWords(out)).toContain(`Done:

service production/web  scaling min=2 max=20 cpu=60
  + bounds  the tags ask for min 2, max 20, it is not scalable yet
  + policy  the tags ask for it: ECSServiceAverageCPUUtilization at 60

2 set (+).
`);
    expect(targetOf(stage)).toMatchObject({ min: 2, max: 20 });
    expect(await taskwire(stage, ['plan'])).toMatchObject({ code: 0 });
  });

  test('writes nothing where the person says no; 1', async () => {
    const { stage } = await stageScaled();
    expect(await taskwire(stage, ['apply'], { says: [false] })).toMatchObject({ code: 1 });
    expect(targetOf(stage)).toBeUndefined();
  });

  test('is held by the brake, and released by a person who saw it', async () => {
    const { stage, web } = await stageScaled({ 'taskwire:scaling': 'min=2 max=4' }, 10);
    stage.world.scaling.register(web.arn, { min: 1, max: 30 });
    const held = await taskwire(stage, ['apply', '--yes']);
    expect(held.code).toBe(1);
    expect(held.out).toContain('What is held is only done with --include-held.');
    expect(web.desiredCount).toBe(10);
    const released = await taskwire(stage, ['apply', '--include-held', '--yes']);
    expect(released.code).toBe(0);
    expect(web.desiredCount).toBe(4);
  });

  test('does what was shown though the count came nearer meanwhile, and not where it went further', async () => {
    const change = async (from: number, to: number) => {
      const { stage, web } = await stageScaled({ 'taskwire:scaling': 'min=2 max=4' }, from);
      const { world } = stage;
      world.scaling.register(web.arn, { min: 1, max: 30 });
      const stop = world.faults.after('application-autoscaling:DescribeScalableTargets', () => {
        stop();
        world.ecs.updateService(web.arn, { desiredCount: to });
      });
      const { out } = await taskwire(stage, ['apply', '--include-held'], { says: [true] });
      return { max: targetOf(stage)?.max, desired: web.desiredCount, out: flat(out) };
    };
    expect(await change(10, 8)).toMatchObject({ max: 4, desired: 4 });
    const further = await change(8, 12);
    expect(further).toMatchObject({ max: 30, desired: 12 });
    expect(further.out).toContain('1 change that was shown was not made (service production/web)');
  });

  test('does only what was shown: a tag that changed meanwhile waits', async () => {
    const { stage, web } = await stageScaled({ 'taskwire:scaling': 'min=2 max=20' });
    const { world } = stage;
    const stop = world.faults.after('application-autoscaling:DescribeScalableTargets', () => {
      stop();
      world.ecs.tagService(web.arn, { 'taskwire:scaling': 'min=3 max=30 cpu=60' });
    });
    const { code, out } = await taskwire(stage, ['apply'], { says: [true] });
    expect(code).toBe(0);
    expect(out).toContain('1 change that was shown was not made');
    expect(targetOf(stage)).toBeUndefined();
  });

  test('begins no hold, since it would not come back to end it', async () => {
    const { stage, web } = await stageScaled({ 'taskwire:scaling': SCALING, 'taskwire:reactions': 'deploy' });
    const { arn } = stage.world.ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web' }] });
    stage.world.ecs.updateService(web.arn, { taskDefinition: arn });
    expect(await taskwire(stage, ['apply', '--yes'])).toMatchObject({ code: 0 });
    expect(targetOf(stage)).toMatchObject({ suspended: { scaleOut: false } });
  });

  test('tells what AWS refused, and wires the targets all the same; 3', async () => {
    const { stage } = await stageScaled();
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.world.scaling.serviceLinkedRole = false;
    const { code, out } = await taskwire(stage, ['apply', '--yes']);
    expect(code).toBe(3);
    expect(out).toContain('4 registered (+)');
    expect(flat(out)).toMatch(/x bounds {2}the tags ask for .*; AWS refused it: /);
    expect(out).toContain('SCL-8   high');
  });

  test('of a task leaves scaling out; 2', async () => {
    const { stage } = await stageScaled();
    const task = ['--task', '36fbeee74c1d4e7a9b3f7eeebf630017', '--cluster', 'production'];
    const { code, err } = await taskwire(stage, ['apply', '--yes', '--only', 'scaling', ...task]);
    expect(code).toBe(2);
    expect(flat(err)).toContain('scaling is of services: use --service.');
  });
});

describe('taskwire explain <service>', () => {
  test('says what the tags ask and what differs; 1', async () => {
    const { stage } = await stageScaled({ 'taskwire:scaling': SCALING, 'taskwire:reactions': 'deploy' });
    const { code, out } = await taskwire(stage, ['explain', 'production/web']);
    expect(plainWords(out)).toBe(`Auto scaling of service web in cluster production
  4 tasks wanted, 4 running
  taskwire:scaling = min=2 max=20 cpu=60
  taskwire:reactions = deploy

differs    bounds
           It is not scalable yet; the tags ask for min 2, max 20 now.
           Taskwire would set the bounds: the tags ask for min 2, max 20, it is
           not scalable yet
differs    policy taskwire-cpu
           It is not there.
           Taskwire would set the policy: the tags ask for it:
           ECSServiceAverageCPUUtilization at 60
rests      reaction deploy
           On: no deployment runs.
rests      reaction crash
           Off: the tags do not choose it.
rests      reaction spot
           Off: the tags do not choose it.

<calls>
`);
    expect(code).toBe(1);
  });

  test('says that all is as wanted, of a service by its ARN; 0', async () => {
    const { stage, web } = await stageScaled();
    await taskwire(stage, ['apply', '--yes']);
    stage.world.scaling.putPolicy(web.arn, { name: 'mine', step: {} });
    const { code, out } = await taskwire(stage, ['explain', web.arn]);
    expect(code).toBe(0);
    expect(out).toContain('as wanted  bounds\n           It has min 2, max 20;');
    expect(out).toContain('as wanted  policy taskwire-cpu\n');
    expect(out).toContain("stays      policy mine\n           It is a person's");
  });

  test('says why scale-out is held, and what ends it', async () => {
    const { stage, web } = await stageScaled({ 'taskwire:scaling': SCALING, 'taskwire:reactions': 'deploy' });
    await taskwire(stage, ['apply', '--yes']);
    const { world } = stage;
    const { arn } = world.ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web' }] });
    world.ecs.updateService(web.arn, { taskDefinition: arn });
    const since = Math.floor(world.clock.nowMs() / 1000) - 300;
    world.scaling.register(web.arn, { suspended: { DynamicScalingOutSuspended: true } });
    const held = `in=false out=false scheduled=false for=deploy since=${since}`;
    world.scaling.tag(targetOf(stage)?.arn ?? '', { 'taskwire:hold': held });
    const during = await taskwire(stage, ['explain', 'production/web']);
    expect(flat(during.out)).toContain(
      'acts       scale-out It is held for deploy, for 5 min so far, until no deployment runs, and no longer than 30 min.',
    );
    expect(flat(during.out)).toMatch(
      /acts {7}reaction deploy On: a deployment runs for 1 min now, and scale-out is held\./,
    );
    await stage.run(120_000);
    const after = await taskwire(stage, ['explain', 'production/web']);
    expect(after.code).toBe(1);
    expect(flat(after.out)).toContain('Taskwire would release it: the hold for deploy is over');
  });

  test('quotes wrong tags with a right one; 1', async () => {
    const { stage } = await stageScaled({ 'taskwire:scaling': 'min=2 max=x' });
    const { code, out } = await taskwire(stage, ['explain', 'production/web']);
    expect(code).toBe(1);
    expect(out).toContain('  taskwire:scaling = min=2 max=x\n');
    expect(out).toContain('Nothing of its scaling is changed until its tags are put right.');
    expect(out).toContain('TAG-20  high');
  });

  test('says of a service without the tag how to tag it; 0', async () => {
    const { stage } = await stageScaled({});
    const { code, out } = await taskwire(stage, ['explain', 'production/web']);
    expect(code).toBe(0);
    expect(flat(out)).toContain('tag it, such as taskwire:scaling = min=2 max=20 cpu=60');
  });

  test.each([
    {
      name: 'that does not exist',
      argv: ['production/nope'],
      code: 3,
      says: 'Service nope in cluster production is not known',
    },
    {
      name: 'whose old ARN names no cluster',
      argv: ['arn:aws:ecs:eu-central-1:111122223333:service/web'],
      code: 2,
      says: 'does not say its cluster. Add --cluster',
    },
    {
      name: 'in two clusters',
      argv: ['production/web', '--cluster', 'staging'],
      code: 2,
      says: 'Leave out --cluster.',
    },
  ])('refuses a service $name; $code', async ({ argv, code, says }) => {
    const { stage } = await stageScaled();
    const result = await taskwire(stage, ['explain', ...argv]);
    expect(result).toMatchObject({ code, out: '' });
    expect(flat(result.err)).toContain(says);
  });
});
