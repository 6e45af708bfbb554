import { expect, test } from '@jest/globals';
import { judgeSnapshot } from '../../shared/core/audit/judge-snapshot.ts';
import type { AuditSummary } from '../../shared/core/audit/report.ts';
import { createAuditor } from '../support/audit-stage.ts';
import { createScalingStage, MINUTE, type ScalingStage } from '../support/scaling-stage.ts';

const HOUR = 60 * MINUTE;
const SCALED = { 'taskwire:scaling': 'min=2 max=20 cpu=60' };

/** Findings about scaling, as `SCL-9 web`, and the audit's summary. */
const audit = async (stage: ScalingStage, history: readonly AuditSummary[] = []) => {
  const { findings, summary, unseen } = judgeSnapshot(await createAuditor(stage.world).collect(), history);
  expect(unseen).toEqual([]);
  const found = findings
    .filter(({ rule }) => rule.startsWith('SCL-'))
    .map(({ rule, resource }) => `${rule} ${resource.slice(resource.lastIndexOf('/') + 1)}`)
    .toSorted();
  return { found, summary };
};

const cpu = (TargetValue: number, type = 'ECSServiceAverageCPUUtilization') => ({
  TargetValue,
  PredefinedMetricSpecification: { PredefinedMetricType: type },
});

test('what adjust-scaling keeps has nothing against it', async () => {
  const stage = createScalingStage();
  await stage.service('plain', 4, SCALED);
  await stage.service('hours', 6, { ...SCALED, 'taskwire:hours': 'Mon-Sun 00:00-12:00 UTC min=4 max=40' });
  await stage.service('all', 4, {
    'taskwire:scaling': 'min=2 max=20 cpu=60 memory=70 in=300 out=60',
    'taskwire:reactions': 'crash deploy spot',
  });
  await stage.service('untagged', 4);
  await stage.sweep();
  await stage.run(MINUTE);
  expect((await audit(stage)).found).toEqual([]);
  // The bounds of the hours are in force by their schedules, not by a sweep.
  await stage.run(24 * HOUR);
  expect((await audit(stage)).found).toEqual([]);
});

test('planted faults are found, each by its own rule, and the function’s repair leaves a clean audit', async () => {
  const stage = createScalingStage();
  const { scaling } = stage.world;
  const bounds = await stage.service('bounds', 4, SCALED);
  const gone = await stage.service('gone', 4, SCALED);
  const value = await stage.service('value', 4, SCALED);
  await stage.sweep();
  await stage.run(MINUTE);
  stage.delivery.stop();
  scaling.register(bounds.arn, { max: 9 });
  scaling.deregister(gone.arn);
  scaling.putPolicy(value.arn, { name: 'taskwire-cpu', tracking: cpu(95) });
  const planted = ['SCL-10 gone', 'SCL-9 bounds', 'SCL-9 value'];
  expect((await audit(stage)).found).toEqual(planted);
  await stage.byHand({ dryRun: true });
  expect((await audit(stage)).found).toEqual(planted);
  await stage.release({});
  expect((await audit(stage)).found).toEqual([]);
});

test('what a person made is judged as it is, and stays', async () => {
  const stage = createScalingStage();
  const { scaling } = stage.world;
  const own = async (name: string, desired = 4, max = 20) => {
    const service = await stage.service(name, desired);
    scaling.register(service.arn, { min: 2, max });
    scaling.putPolicy(service.arn, { name: 'cpu', tracking: cpu(60) });
    return service;
  };
  await own('right');
  const twice = await own('twice');
  scaling.putPolicy(twice.arn, { name: 'fast', tracking: cpu(40, 'ECSServiceAverageCPUUtilizationHighResolution') });
  const steps = await own('steps');
  scaling.putPolicy(steps.arn, { name: 'steps', step: {} });
  const up = await own('up');
  scaling.putPolicy(up.arn, { name: 'cpu', tracking: { ...cpu(60), DisableScaleIn: true } });
  const over = await own('over');
  scaling.putSchedule(over.arn, { name: 'sale', schedule: 'at(2020-01-01T00:00:00)', min: 4 });
  const paused = await own('paused');
  scaling.register(paused.arn, {
    suspended: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false },
  });
  const zero = await own('zero');
  scaling.register(zero.arn, { min: 0 });
  const idle = await stage.service('idle', 4);
  scaling.register(idle.arn, { min: 2, max: 20 });
  await own('full', 6, 6);
  const { found, summary } = await audit(stage);
  const planted = [
    'SCL-13 paused',
    'SCL-16 idle',
    'SCL-17 twice',
    'SCL-18 steps',
    'SCL-19 up',
    'SCL-20 over',
    'SCL-23 zero',
  ];
  expect(found).toEqual(planted);
  await stage.sweep();
  await stage.run(24 * HOUR);
  expect(stage.registrations).toEqual([]);
  const aDayLater = await audit(stage, [summary]);
  expect(aDayLater.found.filter((each) => each.startsWith('SCL-15'))).toEqual(['SCL-15 full']);
});

test('a hold that nobody ended, and policies whose tag is gone, are found', async () => {
  const stage = createScalingStage();
  const { ecs } = stage.world;
  const web = await stage.service('web', 4, SCALED);
  const untagged = await stage.service('untagged', 4, SCALED);
  await stage.sweep();
  await stage.run(MINUTE);
  ecs.failStarts(web.arn, { reason: 'CannotPullContainerError: no such image' });
  for (const { arn } of ecs.tasksOf(web.arn).slice(0, 2)) ecs.crashTask(arn);
  await stage.run(2 * MINUTE);
  expect(stage.bounds(web)).toBe('2..20 out');
  expect((await audit(stage)).found).toEqual([]);
  // From here on nothing reaches the function.
  stage.delivery.stop();
  ecs.untagService(untagged.arn, ['taskwire:scaling']);
  await stage.run(2 * HOUR);
  expect((await audit(stage)).found).toEqual(['SCL-11 untagged', 'SCL-12 web']);
});
