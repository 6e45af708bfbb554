import { expect, test } from '@jest/globals';
import {
  changesOf,
  createScalingStage,
  foundBy,
  MINUTE,
  type ScalingStageOptions,
  wordsOf,
} from '../support/scaling-stage.ts';

const staged = async (options: ScalingStageOptions = {}, more: Readonly<Record<string, string>> = {}) => {
  const stage = createScalingStage(options);
  const web = await stage.service('web', 4, { 'taskwire:scaling': 'min=2 max=20 cpu=60', ...more });
  await stage.sweep();
  await stage.run(MINUTE);
  const before = stage.ran.length;
  const { ecs } = stage.world;
  return {
    stage,
    web,
    runs: () => stage.ran.slice(before),
    /** Tasks end one after the other, and no new one starts. */
    crash: () => {
      ecs.failStarts(web.arn, { reason: 'CannotPullContainerError: no such image' });
      for (const { arn } of ecs.tasksOf(web.arn).slice(0, 2)) ecs.crashTask(arn);
    },
    mend: () => ecs.mendStarts(web.arn),
  };
};

test('tasks that do not start hold scale-out until the service is steady, with a finding that says why', async () => {
  const { stage, web, runs, crash, mend } = await staged();
  crash();
  await stage.run(2 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20 out');
  expect(stage.target(web).tags.get('taskwire:hold')).toContain('for=crash');
  expect(foundBy(runs())).toContain('SCL-6 web');
  expect(wordsOf(runs())).toMatch(/2 of 4 run.*CannotPullContainerError: no such image/);
  mend();
  await stage.run(10 * MINUTE);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
  expect(changesOf(runs())).toEqual(['suspend web', 'suspend web', 'resume web', 'resume web']);
});

test('none is the default’s opposite: nothing is held', async () => {
  const { stage, runs, crash } = await staged({}, { 'taskwire:reactions': 'none' });
  crash();
  await stage.run(5 * MINUTE);
  expect(changesOf(runs())).toEqual([]);
});

test('an event that comes when the tasks run again holds nothing', async () => {
  const { stage, runs, crash, mend } = await staged({ trouble: { lateMs: [8 * MINUTE, 8 * MINUTE] } });
  await stage.run(10 * MINUTE);
  crash();
  await stage.run(90_000);
  mend();
  await stage.run(12 * MINUTE);
  expect(changesOf(runs())).toEqual([]);
});

test('repeated and shuffled events hold once and release once', async () => {
  const { stage, web, runs, crash, mend } = await staged({ trouble: { repeated: 1, lateMs: [0, 20_000] } });
  crash();
  await stage.run(4 * MINUTE);
  mend();
  await stage.run(20 * MINUTE);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
  expect(changesOf(runs())).toEqual(['suspend web', 'suspend web', 'resume web', 'resume web']);
});

test('a lost steady state leaves the hold no longer than its time and one sweep', async () => {
  const { stage, web, crash, mend } = await staged();
  crash();
  await stage.run(2 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20 out');
  stage.delivery.trouble.lost = 1;
  mend();
  await stage.run(46 * MINUTE);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
});

test('with a deployment at once there is one hold, which ends when both reasons have', async () => {
  const { stage, web, crash, mend } = await staged({}, { 'taskwire:reactions': 'deploy crash' });
  stage.world.ecs.failStarts(web.arn);
  stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
  await stage.run(5_000);
  expect(stage.target(web).tags.get('taskwire:hold')).toContain('for=deploy');
  crash();
  await stage.run(2 * MINUTE);
  const tag = stage.target(web).tags.get('taskwire:hold');
  expect(tag).toMatch(/^in=false out=false scheduled=false for=crash\+deploy /);
  expect(stage.bounds(web)).toBe('2..20 out');
  mend();
  await stage.run(10 * MINUTE);
  expect([stage.bounds(web), stage.target(web).tags.size]).toEqual(['2..20', 0]);
});
