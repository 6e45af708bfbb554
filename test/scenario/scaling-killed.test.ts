import { describe, expect, test } from '@jest/globals';
import type { ServiceRecord } from '../../simulator/state.ts';
import { createScalingStage, MINUTE, policiesOf, type ScalingStage, schedulesOf } from '../support/scaling-stage.ts';

const WRITES = [
  'application-autoscaling:RegisterScalableTarget',
  'application-autoscaling:PutScalingPolicy',
  'application-autoscaling:PutScheduledAction',
  'application-autoscaling:DeleteScalingPolicy',
  'application-autoscaling:DeleteScheduledAction',
  'application-autoscaling:TagResource',
  'application-autoscaling:UntagResource',
  'ecs:TagResource',
  'ecs:UntagResource',
] as const;

/** Lambda kills the function behind its nth write from now: whatever it sends later is never sent. */
const killBehind = (stage: ScalingStage, nth: number): (() => boolean) => {
  let seen = 0;
  let dead = false;
  for (const action of WRITES) {
    stage.world.faults.before(action, () => {
      // A promise that never settles: the instance is gone in the middle of its call.
      if (dead) return new Promise<void>(() => undefined);
      return undefined;
    });
    stage.world.faults.after(action, () => {
      seen++;
      if (seen !== nth) return undefined;
      dead = true;
      return new Promise<void>(() => undefined);
    });
  }
  return () => {
    const wasDead = dead;
    dead = false;
    seen = Number.NEGATIVE_INFINITY;
    return wasDead;
  };
};

const truthOf = (stage: ScalingStage, service: ServiceRecord) => ({
  bounds: stage.bounds(service),
  policies: policiesOf(stage.target(service)),
  schedules: schedulesOf(stage.target(service)),
  hold: stage.target(service).tags.get('taskwire:hold'),
  spot: service.tags.get('taskwire:spot'),
});
const HOURS = 'Mon-Fri 09:00-20:00 UTC min=3 max=20';
const TAGS = {
  'taskwire:scaling': 'min=2 max=20 cpu=60 memory=70',
  'taskwire:hours': HOURS,
  'taskwire:reactions': 'deploy crash spot',
};
const QUIET = 'Mon-Fri 19:00-20:00 UTC min=3 max=20';

describe('the function is killed behind a write, and the next run ends everything right', () => {
  test.each([1, 2, 3, 4, 5])('of the wish: %i', async (nth) => {
    const stage = createScalingStage();
    const revive = killBehind(stage, nth);
    const web = await stage.service('web', 4, TAGS);
    await stage.run(10 * MINUTE);
    expect(revive()).toBe(true);
    await stage.run(60 * MINUTE);
    await stage.sweep();
    expect(truthOf(stage, web)).toEqual({
      bounds: '3..20',
      policies: {
        'taskwire-cpu': 'ECSServiceAverageCPUUtilization 60',
        'taskwire-memory': 'ECSServiceAverageMemoryUtilization 70',
      },
      schedules: {
        'taskwire-hours-1-start': 'cron(0 9 ? * MON,TUE,WED,THU,FRI *) UTC 3..20',
        'taskwire-hours-1-end': 'cron(0 20 ? * MON,TUE,WED,THU,FRI *) UTC 2..20',
      },
      hold: undefined,
      spot: undefined,
    });
  });

  test.each([
    { what: 'deploy', nth: 1 },
    { what: 'deploy', nth: 2 },
    { what: 'deploy', nth: 3 },
    { what: 'deploy', nth: 4 },
    { what: 'crash', nth: 1 },
    { what: 'crash', nth: 2 },
    { what: 'crash', nth: 3 },
    { what: 'spot', nth: 1 },
    { what: 'spot', nth: 2 },
    { what: 'spot', nth: 3 },
    { what: 'spot', nth: 4 },
  ])('of $what: $nth; what a person suspended is as before', async ({ what, nth }) => {
    const stage = createScalingStage();
    const web = await stage.service('web', 4, { ...TAGS, 'taskwire:hours': QUIET });
    await stage.run(2 * MINUTE);
    await stage.sweep();
    stage.world.scaling.register(web.arn, {
      suspended: { ScheduledScalingSuspended: false, DynamicScalingInSuspended: true },
    });
    await stage.run(2 * MINUTE);
    const before = truthOf(stage, web);
    const revive = killBehind(stage, nth);
    if (what === 'deploy') stage.world.ecs.updateService(web.arn, { forceNewDeployment: true });
    const [first, second] = stage.world.ecs.tasksOf(web.arn);
    if (what === 'spot') stage.world.ecs.interruptSpot(first?.arn ?? '');
    if (what === 'crash') {
      stage.world.ecs.failStarts(web.arn);
      for (const task of [first, second]) stage.world.ecs.crashTask(task?.arn ?? '');
    }
    await stage.run(3 * MINUTE);
    stage.world.ecs.mendStarts(web.arn);
    await stage.run(9 * MINUTE);
    expect(revive()).toBe(true);
    // The dead run times out, its messages come back half an hour later, and the sweeps go on.
    await stage.run(120 * MINUTE);
    const { schedules, ...after } = truthOf(stage, web);
    // A one-time schedule that has struck does nothing more.
    const { 'taskwire-spot-restore': _, ...lasting } = schedules;
    expect({ ...after, schedules: lasting }).toEqual(before);
    expect(stage.registrations.filter(({ before: from, after: to }) => to < from)).toEqual([]);
  });
});

test('of the removal of all that Taskwire made, at any write', async () => {
  for (const nth of [1, 2, 3, 4]) {
    const stage = createScalingStage();
    await stage.service('other', 1, { 'taskwire:scaling': 'min=1 max=2' });
    const web = await stage.service('web', 4, { ...TAGS, 'taskwire:hours': QUIET });
    await stage.sweep();
    const revive = killBehind(stage, nth);
    stage.world.ecs.untagService(web.arn, ['taskwire:scaling', 'taskwire:hours', 'taskwire:reactions']);
    await stage.run(10_000);
    expect(revive()).toBe(true);
    await stage.run(90 * MINUTE);
    expect(truthOf(stage, web)).toEqual({
      bounds: '2..20',
      policies: {},
      schedules: {},
      hold: undefined,
      spot: undefined,
    });
  }
});
