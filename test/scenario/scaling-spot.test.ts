import { describe, expect, test } from '@jest/globals';
import {
  changesOf,
  createScalingStage,
  foundBy,
  MINUTE,
  type ScalingStageOptions,
  schedulesOf,
  wordsOf,
} from '../support/scaling-stage.ts';

const CPU = 'ECSServiceAverageCPUUtilization';
const RESTORE = 'taskwire-spot-restore';

const staged = async (
  options: ScalingStageOptions = {},
  more: Readonly<Record<string, string>> = {},
  spec: object = {},
) => {
  const stage = createScalingStage(options);
  const tags = { 'taskwire:scaling': 'min=2 max=12 cpu=60', 'taskwire:reactions': 'spot', ...more };
  const web = await stage.service('web', 8, tags, spec);
  await stage.sweep();
  await stage.run(MINUTE);
  stage.world.calls.reset();
  const before = stage.ran.length;
  return {
    stage,
    web,
    runs: () => stage.ran.slice(before),
    /** Spot takes tasks that nobody asked to stop. */
    take: (count: number) => {
      const live = stage.world.ecs.tasksOf(web.arn).filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
      for (const { arn } of live.slice(0, count)) stage.world.ecs.interruptSpot(arn);
    },
    restore: () => schedulesOf(stage.target(web))[RESTORE],
  };
};

const atText = (ms: number): string => `at(${new Date(ms).toISOString().slice(0, 19)})`;

describe('a Spot notice', () => {
  test('raises min by what leaves, until ten minutes after; then the bounds are as before and the policies bring the count down', async () => {
    const { stage, web, runs, take, restore } = await staged();
    stage.world.scaling.setMetric(web.arn, CPU, (running) => 320 / running);
    const began = stage.world.clock.nowMs();
    take(3);
    await stage.run(1_000);
    expect([stage.bounds(web), web.desiredCount]).toEqual(['11..12', 11]);
    expect(web.tags.get('taskwire:spot')).toBe(`8@${Math.floor(began / 1000)}`);
    expect(restore()).toBe(`${atText(began + 10 * MINUTE)} UTC 2..12`);
    expect(changesOf(runs())).toEqual(['raise-min web', 'put-schedule web', 'raise-min web']);
    // While tasks are still ending, each of their events moves the restore: it comes ten minutes after the last.
    await stage.run(12 * MINUTE + 30_000);
    expect(stage.bounds(web)).toBe('2..12');
    await stage.run(40 * MINUTE);
    expect(web.desiredCount).toBe(6);
    expect([...web.tags.keys()]).not.toContain('taskwire:spot');
    expect(stage.world.scaling.activities.map(({ cause }) => cause)).not.toContain('schedule');
    expect(stage.registrations).toHaveLength(2);
  });

  test('repeated does nothing, and sweeps leave the raised min', async () => {
    const { stage, web, runs, take } = await staged({ trouble: { repeated: 1, lateMs: [0, 20_000] } });
    take(3);
    await stage.run(MINUTE);
    await stage.sweep();
    await stage.sweep();
    expect([stage.bounds(web), web.desiredCount]).toEqual(['11..12', 11]);
    expect(changesOf(runs())).toEqual(['raise-min web', 'put-schedule web', 'raise-min web']);
  });

  test('later ones move the restore, and raise from the count before the wave, within max', async () => {
    const { stage, web, take, restore } = await staged();
    take(1);
    await stage.run(1_000);
    expect(stage.bounds(web)).toBe('9..12');
    await stage.run(90_000);
    const began = stage.world.clock.nowMs();
    take(2);
    await stage.run(1_000);
    expect(stage.bounds(web)).toBe('11..12');
    expect(restore()).toBe(`${atText(began + 10 * MINUTE)} UTC 2..12`);
    expect(web.tags.get('taskwire:spot')).toMatch(/^8@/);
    await stage.run(30_000);
    take(4);
    await stage.run(1_000);
    expect([stage.bounds(web), web.desiredCount]).toEqual(['12..12', 12]);
    await stage.run(30 * MINUTE);
    expect(stage.bounds(web)).toBe('2..12');
    expect([...web.tags.keys()]).not.toContain('taskwire:spot');
  });

  test('lost does no harm; of several, the one that comes counts all', async () => {
    const { stage, web, runs, take } = await staged({ trouble: { lost: 1 } });
    take(2);
    await stage.run(1_000);
    expect(changesOf(runs())).toEqual([]);
    stage.delivery.trouble.lost = 0;
    take(1);
    await stage.run(1_000);
    expect(stage.bounds(web)).toBe('11..12');
  });

  test('that comes when the tasks are gone raises nothing', async () => {
    const { stage, web, runs, take } = await staged({ trouble: { lateMs: [5 * MINUTE, 5 * MINUTE] } });
    await stage.run(6 * MINUTE);
    take(3);
    await stage.run(10 * MINUTE);
    expect(changesOf(runs())).toEqual([]);
    expect(stage.bounds(web)).toBe('2..12');
  });

  test('of a second wave remembers anew', async () => {
    const { stage, web, take } = await staged();
    take(3);
    await stage.run(30 * MINUTE);
    expect([stage.bounds(web), web.desiredCount]).toEqual(['2..12', 11]);
    take(1);
    await stage.run(1_000);
    expect(web.tags.get('taskwire:spot')).toMatch(/^11@/);
    expect(stage.bounds(web)).toBe('12..12');
  });

  test('is not answered without the choice, off Fargate, or by RunTask under the service’s name', async () => {
    const { stage, runs, take } = await staged({}, { 'taskwire:reactions': 'crash' });
    take(3);
    await stage.run(MINUTE);
    expect(changesOf(runs())).toEqual([]);
    const other = await staged({}, {}, { launchType: null, capacityProviderName: 'own-instances' });
    other.take(3);
    await other.stage.run(MINUTE);
    expect(changesOf(other.runs())).toEqual([]);
    const borrowed = await staged();
    const [task] = borrowed.stage.world.ecs.runTask({
      cluster: 'production',
      taskDefinition: 'web',
      subnets: ['subnet-0a'],
      group: 'service:web',
    });
    await borrowed.stage.run(MINUTE);
    borrowed.stage.world.ecs.interruptSpot(task?.arn ?? '');
    await borrowed.stage.run(MINUTE);
    expect(changesOf(borrowed.runs())).toEqual([]);
  });

  test('without a target-tracking policy is a finding and no reaction', async () => {
    const { stage, web, runs, take } = await staged({}, { 'taskwire:scaling': 'min=2 max=12' });
    take(3);
    await stage.run(MINUTE);
    expect(foundBy(runs())).toContain('SCL-7 web');
    expect(wordsOf(runs())).toContain('Add cpu, memory or requests to the scaling tag');
    expect(changesOf(runs())).toEqual([]);
    expect(stage.bounds(web)).toBe('2..12');
  });
});

describe('a raised min', () => {
  test('gives way to a wish that changes meanwhile, and what comes back is the new wish', async () => {
    const { stage, web, take, restore } = await staged();
    take(3);
    await stage.run(1_000);
    stage.world.ecs.tagService(web.arn, { 'taskwire:scaling': 'min=3 max=30 cpu=60' });
    await stage.run(1_000);
    expect(stage.bounds(web)).toBe('11..30');
    expect(restore()).toContain('3..30');
    stage.world.ecs.updateService(web.arn, { desiredCount: 25 });
    await stage.run(30 * MINUTE);
    expect([stage.bounds(web), web.desiredCount]).toEqual(['3..30', 25]);
  });

  test('is set with a wish that changes at the same moment', async () => {
    const { stage, web, take } = await staged();
    stage.delivery.trouble.lost = 1;
    stage.world.ecs.tagService(web.arn, { 'taskwire:scaling': 'min=3 max=30 cpu=60' });
    stage.delivery.trouble.lost = 0;
    take(1);
    await stage.run(1_000);
    expect([stage.bounds(web), web.desiredCount]).toEqual(['9..30', 9]);
    await stage.run(30 * MINUTE);
    expect(stage.bounds(web)).toBe('3..30');
  });

  test('comes down though the scaling tag was taken away meanwhile, and nothing is left', async () => {
    const { stage, web, take } = await staged();
    take(3);
    await stage.run(1_000);
    stage.world.ecs.untagService(web.arn, ['taskwire:scaling', 'taskwire:reactions']);
    await stage.run(1_000);
    expect(stage.bounds(web)).toBe('11..12');
    await stage.run(11 * MINUTE);
    expect(stage.bounds(web)).toBe('2..12');
    await stage.service('other', 1, { 'taskwire:scaling': 'min=1 max=2' });
    await stage.run(30 * MINUTE);
    expect(schedulesOf(stage.target(web))).toEqual({});
    expect([...web.tags.keys()]).toEqual([]);
  });

  test('comes down by the sweep where a person suspended schedules', async () => {
    const { stage, web, take } = await staged();
    stage.world.scaling.register(web.arn, { suspended: { ScheduledScalingSuspended: true } });
    take(3);
    await stage.run(1_000);
    expect(stage.bounds(web)).toBe('11..12 scheduled');
    await stage.run(31 * MINUTE);
    expect(stage.bounds(web)).toBe('2..12 scheduled');
    expect(web.desiredCount).toBe(11);
  });

  test('is not written within two minutes of a boundary of the hours', async () => {
    const { stage, web, take } = await staged(
      { world: { startMs: Date.parse('2026-03-02T08:10:00Z') } },
      { 'taskwire:hours': 'Mon-Fri 09:00-20:00 UTC min=4 max=12' },
    );
    await stage.run(Date.parse('2026-03-02T08:58:30Z') - stage.world.clock.nowMs());
    take(3);
    await stage.run(80_000);
    expect(stage.bounds(web)).toBe('2..12');
    await stage.run(MINUTE);
    expect(stage.bounds(web)).toBe('4..12');
  });
});
