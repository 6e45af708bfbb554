import { expect, test } from '@jest/globals';
import { changesOf, createScalingStage, MINUTE, type ScalingStageOptions } from '../support/scaling-stage.ts';

const CPU = 'ECSServiceAverageCPUUtilization';

const staged = async (
  { startMs = 6_000, ...options }: ScalingStageOptions & { readonly startMs?: number } = {},
  more: Readonly<Record<string, string>> = {},
) => {
  const stage = createScalingStage(options);
  const web = await stage.service(
    'web',
    4,
    { 'taskwire:scaling': 'min=2 max=20 cpu=60', 'taskwire:reactions': 'deploy', ...more },
    { circuitBreaker: 'rollback' },
  );
  await stage.sweep();
  await stage.run(MINUTE);
  stage.world.calls.reset();
  // How long a deployment takes from now on.
  stage.world.ecs.times.pendingMs = startMs;
  const before = stage.ran.length;
  return {
    stage,
    web,
    deploy: () => stage.world.ecs.updateService(web.arn, { forceNewDeployment: true }),
    changes: () => changesOf(stage.ran.slice(before)),
  };
};
const HELD = ['suspend web', 'suspend web'];
const RELEASED = ['resume web', 'resume web'];

test('scale-out is held while a deployment runs, and released when it is over', async () => {
  const { stage, web, deploy, changes } = await staged();
  deploy();
  await stage.run(2_000);
  expect(stage.bounds(web)).toBe('2..20 out');
  expect(stage.target(web).tags.get('taskwire:hold')).toMatch(
    /^in=false out=false scheduled=false for=deploy since=\d+$/,
  );
  await stage.run(3 * MINUTE);
  expect(web.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  expect(stage.bounds(web)).toBe('2..20');
  expect(stage.target(web).tags.size).toBe(0);
  expect(changes()).toEqual([...HELD, ...RELEASED]);
});

test('old plus new tasks under load do not make the service grow meanwhile', async () => {
  const { stage, web, deploy } = await staged({ startMs: 5 * MINUTE });
  stage.world.scaling.setMetric(web.arn, CPU, 90);
  deploy();
  await stage.run(5 * MINUTE);
  expect([web.desiredCount, stage.bounds(web)]).toEqual([4, '2..20 out']);
  await stage.run(8 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20');
  expect(web.desiredCount).toBeGreaterThan(4);
});

test('without the reaction nothing is held', async () => {
  const { stage, deploy, changes } = await staged({}, { 'taskwire:reactions': 'crash spot' });
  deploy();
  await stage.run(3 * MINUTE);
  expect(changes()).toEqual([]);
});

test.each([
  { trouble: 'repeated', options: { trouble: { repeated: 1, lateMs: [0, 3_000] as const } } },
  { trouble: 'late and shuffled', options: { trouble: { repeated: 0.5, lateMs: [0, 60_000] as const } } },
])('events that come $trouble hold once and release once', async ({ options }) => {
  const { stage, web, deploy, changes } = await staged({ ...options, startMs: 2 * MINUTE });
  deploy();
  await stage.run(10 * MINUTE);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
  expect(changes()).toEqual([...HELD, ...RELEASED]);
});

test('a lost begin is made up for by the sweep, a lost end by the next', async () => {
  const { stage, web, deploy, changes } = await staged({ startMs: 5 * MINUTE });
  stage.delivery.trouble.lost = 1;
  deploy();
  await stage.run(MINUTE);
  expect(stage.bounds(web)).toBe('2..20');
  await stage.sweep();
  expect(stage.bounds(web)).toBe('2..20 out');
  await stage.run(20 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20');
  expect(changes()).toEqual([...HELD, ...RELEASED]);
});

test('a superseded deployment, which never completes, holds on for the one that superseded it', async () => {
  const { stage, web, deploy, changes } = await staged({ startMs: 2 * MINUTE });
  deploy();
  await stage.run(MINUTE);
  deploy();
  await stage.run(MINUTE);
  expect(stage.bounds(web)).toBe('2..20 out');
  await stage.run(5 * MINUTE);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
  expect(changes()).toEqual([...HELD, ...RELEASED]);
});

test('a deployment that fails and is rolled back is held to its end', async () => {
  const { stage, web, changes } = await staged();
  stage.world.ecs.registerTaskDefinition({ family: 'bad', containers: [{ name: 'web' }] });
  stage.world.ecs.failStarts(web.arn, { taskDefinition: 'bad' });
  stage.world.ecs.updateService(web.arn, { taskDefinition: 'bad' });
  await stage.run(2_000);
  expect(stage.bounds(web)).toBe('2..20 out');
  await stage.run(10 * MINUTE);
  expect(web.deployments).toMatchObject([{ rolloutState: 'COMPLETED', definition: { family: 'web' } }]);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
  expect(new Set(changes())).toEqual(new Set(['suspend web', 'resume web']));
});

test('a deployment longer than a hold may last is released by the next sweep, and not held again', async () => {
  const { stage, web, deploy, changes } = await staged({ startMs: 90 * MINUTE });
  deploy();
  await stage.run(29 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20 out');
  await stage.run(17 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20');
  await stage.run(40 * MINUTE);
  expect(changes()).toEqual([...HELD, ...RELEASED]);
});

test.each([
  { name: 'scale-in', suspended: { DynamicScalingInSuspended: true }, after: '2..20 in' },
  { name: 'scale-out', suspended: { DynamicScalingOutSuspended: true }, after: '2..20 out' },
  { name: 'schedules', suspended: { ScheduledScalingSuspended: true }, after: '2..20 scheduled' },
])('what a person suspended before ($name) is so afterwards', async ({ suspended, after }) => {
  const { stage, web, deploy } = await staged();
  stage.world.scaling.register(web.arn, { suspended });
  deploy();
  await stage.run(2_000);
  expect(stage.bounds(web)).toContain(' out');
  expect(stage.target(web).tags.size).toBe(1);
  await stage.run(3 * MINUTE);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual([after, 0]);
});

test('what a person suspends during a hold stays', async () => {
  const { stage, web, deploy } = await staged();
  deploy();
  await stage.run(2_000);
  stage.world.scaling.register(web.arn, {
    suspended: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true },
  });
  await stage.run(3 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20 in');
});

test.each(['scaling tag', 'reaction', 'scaling tag, and its event is lost'])(
  'a hold ends when the %s is taken away',
  async (what) => {
    const { stage, web, deploy } = await staged(
      { startMs: 90 * MINUTE },
      // No policy, no schedule: nothing but the hold itself tells that Taskwire was here.
      { 'taskwire:scaling': 'min=2 max=20' },
    );
    deploy();
    await stage.run(2_000);
    expect(stage.bounds(web)).toBe('2..20 out');
    if (what === 'reaction') stage.world.ecs.tagService(web.arn, { 'taskwire:reactions': 'none' });
    else {
      stage.delivery.trouble.lost = what.endsWith('lost') ? 1 : 0;
      stage.world.ecs.untagService(web.arn, ['taskwire:scaling', 'taskwire:reactions']);
    }
    await stage.run(5_000);
    if (stage.delivery.trouble.lost === 1) await stage.sweep();
    expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
  },
);

test('a hold does not outlive its time because a tag has become wrong', async () => {
  const { stage, web, deploy } = await staged({ startMs: 90 * MINUTE });
  await stage.sweep();
  deploy();
  await stage.run(2_000);
  stage.world.ecs.tagService(web.arn, { 'taskwire:scaling': 'min=2 max=' });
  await stage.run(10 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20 out');
  await stage.run(36 * MINUTE);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
});

test('a sweep that the tagging API told too little does not take Taskwire’s hold for a person’s', async () => {
  const { stage, web, deploy } = await staged({ startMs: 2 * MINUTE });
  deploy();
  await stage.run(2_000);
  expect(stage.bounds(web)).toBe('2..20 out');
  // It lags by seconds: the tag that was just written is not told yet.
  const { tags } = stage.target(web);
  const value = tags.get('taskwire:hold') ?? '';
  const back = [
    stage.world.faults.before('tag:GetResources', ({ ResourceTypeFilters }) => {
      if (ResourceTypeFilters?.includes('application-autoscaling:scalable-target')) tags.delete('taskwire:hold');
    }),
    stage.world.faults.after('tag:GetResources', ({ ResourceTypeFilters }) => {
      if (ResourceTypeFilters?.includes('application-autoscaling:scalable-target')) tags.set('taskwire:hold', value);
    }),
  ];
  await stage.sweep();
  for (const end of back) end();
  await stage.run(5 * MINUTE);
  expect([stage.bounds(web), tags.size]).toEqual(['2..20', 0]);
});
