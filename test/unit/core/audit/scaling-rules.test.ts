import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SCALING_RULES } from '../../../../shared/core/audit/rules/scaling.ts';
import {
  cannotScale,
  conflictingPolicy,
  conflictingSchedule,
  noPolicyForSpot,
  noRequestsGroup,
} from '../../../../shared/core/scaling/findings.ts';
import type { ScalingPolicy, ScheduledAction, TrackedMetric } from '../../../../shared/core/scaling/observed.ts';
import { SPOT_RESTORE } from '../../../../shared/core/scaling/plan.ts';
import { policiesOf } from '../../../../shared/core/scaling/policies.ts';
import { aScalableTarget, aTracking, aWindow, aWish, FREE, observed, RESOURCE_ID } from '../../../support/scaling.ts';
import { NOW_MS } from '../../../support/sight.ts';
import { type AuditedServiceSays, anAuditedService, askRule, type SeenServiceSays } from '../../../support/snapshot.ts';

interface Row extends Omit<AuditedServiceSays, 'scaling'> {
  readonly it: string;
  readonly scaling?: SeenServiceSays['scaling'];
  /** `pass`, `not-applicable`, or what the finding must say. */
  readonly is: 'pass' | 'not-applicable' | RegExp | readonly RegExp[];
}

const HOUR_MS = 3_600_000;
const NA = 'not-applicable';
const SERVICE = 'arn:aws:ecs:eu-central-1:111122223333:service/production/web';
const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef';
const target = aScalableTarget();
const cpu = observed(aTracking());
const label = (group: string): TrackedMetric => ({
  kind: 'predefined',
  name: 'ALBRequestCountPerTarget',
  resourceLabel: `app/public/50dc6c495c0c9188/${group}`,
});
const tracks = (name: string, says: Parameters<typeof aTracking>[0] = {}): ScalingPolicy =>
  observed(aTracking({ name, ...says }));
const steps: ScalingPolicy = { resourceId: RESOURCE_ID, name: 'steps', kind: 'step' };
const forecast: ScalingPolicy = { resourceId: RESOURCE_ID, name: 'forecast', kind: 'predictive' };
const newer: ScalingPolicy = { resourceId: RESOURCE_ID, name: 'of a type that nobody knows yet' };
const custom = (namespace: string, name: string, statistic = 'Average'): { readonly metric: TrackedMetric } => ({
  metric: { kind: 'customized', namespace, name, statistic, dimensions: { ServiceName: 'web' } },
});
const every = (name: string, says: Partial<ScheduledAction> = {}): ScheduledAction => ({
  resourceId: RESOURCE_ID,
  name,
  schedule: { kind: 'recurring', expression: 'cron(0 8 ? * MON *)', zone: 'UTC' },
  ...says,
});
const once = (name: string, atMs: number, says: Partial<ScheduledAction> = {}): ScheduledAction =>
  every(name, { schedule: { kind: 'once', atMs }, ...says });
const minutesAgo = (minutes: number): number => NOW_MS / 1000 - minutes * 60;
const hold = (minutes: number, reasons: readonly ('crash' | 'deploy')[] = ['crash'], former = FREE) => ({
  former,
  reasons,
  sinceSeconds: minutesAgo(minutes),
});
const held = { target: aScalableTarget({ suspended: { ...FREE, scaleOut: true } }) };
const wished = (says: Parameters<typeof aWish>[0] = {}) => ({ tagged: true, wish: aWish(says) });
const audit = (hoursAgo: number, atMax = true) => ({
  takenAtMs: NOW_MS - hoursAgo * HOUR_MS,
  atMax: atMax ? [SERVICE] : [],
});

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'SCL-1': [
    { it: 'a service like any other', scaling: wished(), is: 'pass' },
    { it: 'a daemon service', strategy: 'DAEMON', scaling: wished(), is: /daemon service/ },
    { it: 'CodeDeploy deploys it', controller: 'CODE_DEPLOY', scaling: wished(), is: /CodeDeploy/ },
    { it: 'no tag', strategy: 'DAEMON', is: NA },
    { it: 'tags that are wrong', strategy: 'DAEMON', scaling: { tagged: true }, is: NA },
  ],
  'SCL-2': [
    { it: 'nobody else follows it', scaling: { ...wished({ cpuPercent: 60 }), target, policies: [cpu] }, is: 'pass' },
    { it: 'a person does', scaling: { ...wished({ cpuPercent: 60 }), policies: [tracks('mine')] }, is: /policy mine/ },
    { it: 'a person does, no tag', scaling: { policies: [tracks('mine')] }, is: NA },
  ],
  'SCL-3': [
    { it: 'only the tags write', scaling: wished(), is: 'pass' },
    { it: 'a person writes bounds', scaling: { ...wished(), schedules: [every('mine', { min: 3 })] }, is: /mine/ },
    { it: 'a person did', scaling: { ...wished(), schedules: [once('mine', NOW_MS - 1, { min: 3 })] }, is: 'pass' },
    { it: 'no tag', scaling: { schedules: [every('mine', { min: 3 })] }, is: NA },
  ],
  'SCL-4': [
    { it: 'no requests asked', scaling: wished(), is: NA },
    { it: 'in no group', scaling: wished({ requests: { perMinute: 800 } }), is: /needs a target group/ },
    {
      it: 'in one',
      scaling: {
        ...wished({ requests: { perMinute: 800 } }),
        groups: [{ arn: GROUP, loadBalancerArns: ['arn:aws:x:y:z:loadbalancer/app/public/1'], native: false }],
      },
      is: 'pass',
    },
  ],
  'SCL-7': [
    { it: 'no reaction asked', scaling: { ...wished(), target }, is: NA },
    { it: 'no policy', scaling: { ...wished({ reactions: new Set(['spot']) }), target }, is: /bring its count down/ },
    {
      it: 'a policy',
      scaling: { ...wished({ reactions: new Set(['spot']) }), target, policies: [cpu] },
      is: 'pass',
    },
    {
      it: 'not on Fargate',
      onFargate: false,
      scaling: { ...wished({ reactions: new Set(['spot']) }), target },
      is: NA,
    },
    { it: 'no target yet', scaling: wished({ reactions: new Set(['spot']) }), is: NA },
  ],
  'SCL-9': [
    { it: 'all is as asked', scaling: { ...wished({ cpuPercent: 60 }), target, policies: [cpu] }, is: 'pass' },
    { it: 'no tag', scaling: { target }, is: NA },
    { it: 'no target: SCL-10', scaling: wished(), is: NA },
    {
      it: 'other bounds',
      scaling: { ...wished(), target: aScalableTarget({ max: 9 }) },
      is: /max 20, it has min 2, max 9/,
    },
    { it: 'a policy is missing', scaling: { ...wished({ cpuPercent: 60 }), target }, is: /CPUUtilization at 60/ },
    { it: 'another value', scaling: { ...wished({ cpuPercent: 70 }), target, policies: [cpu] }, is: /at 70/ },
    { it: 'a policy too many', scaling: { ...wished(), target, policies: [cpu] }, is: /no longer ask for it/ },
    {
      it: 'a schedule is missing',
      scaling: { ...wished({ hours: [aWindow()] }), target },
      is: /min 6, max 40 at cron/,
    },
    {
      it: 'the rest is a fault',
      scaling: { ...wished({ cpuPercent: 60 }), target, policies: [tracks('mine')] },
      is: NA,
    },
    {
      it: 'Spot raised min for a moment',
      scaling: {
        ...wished(),
        target: aScalableTarget({ min: 7 }),
        schedules: [once(SPOT_RESTORE, NOW_MS + 60_000, { min: 2, max: 20 })],
      },
      is: 'pass',
    },
    {
      it: 'a brake would hold it',
      desired: 4,
      scaling: { ...wished({ bounds: { min: 9, max: 20 } }), target },
      is: /from 4 to 9/,
    },
    {
      it: 'many differences',
      scaling: {
        ...wished({ hours: [aWindow({ days: [0] }), aWindow({ days: [2] }), aWindow({ days: [4] })] }),
        target: aScalableTarget({ max: 9 }),
      },
      is: /and 2 more\.$/,
    },
  ],
  'SCL-10': [
    { it: 'there is one', scaling: { ...wished(), target }, is: 'pass' },
    { it: 'there is none', scaling: wished(), is: /is no scalable target/ },
    { it: 'there can be none: SCL-1', strategy: 'DAEMON', scaling: wished(), is: NA },
    { it: 'no tag', is: NA },
  ],
  'SCL-11': [
    { it: 'nothing of Taskwire', scaling: { target, policies: [tracks('mine')] }, is: NA },
    { it: 'a policy', scaling: { target, policies: [cpu] }, is: /still "taskwire-cpu"/ },
    { it: 'a schedule', scaling: { target, schedules: [every('taskwire-hours-1-start')] }, is: /hours-1-start/ },
    { it: 'a restore that is ahead', scaling: { target, schedules: [once(SPOT_RESTORE, NOW_MS + 1)] }, is: 'pass' },
    { it: 'tags that are wrong', scaling: { tagged: true, target, policies: [cpu] }, is: NA },
    { it: 'the tag is there', scaling: { ...wished({ cpuPercent: 60 }), target, policies: [cpu] }, is: NA },
  ],
  'SCL-12': [
    { it: 'no hold', scaling: { ...wished(), target }, is: NA },
    { it: 'a young one', scaling: { ...wished(), ...held, hold: hold(10) }, is: 'pass' },
    {
      it: 'an old one',
      scaling: { ...wished(), ...held, hold: hold(90) },
      is: /Scale-out of production\/web is still held for crash: it began 90/,
    },
    {
      it: 'an old one, where holds may be long',
      holdMinutes: 61,
      scaling: { ...wished(), ...held, hold: hold(90) },
      is: 'pass',
    },
    {
      it: 'one of an hour, where holds are short',
      holdMinutes: 5,
      scaling: { ...wished(), ...held, hold: hold(50) },
      is: /began 50/,
    },
    { it: 'no tag any more', scaling: { ...held, hold: hold(1) }, is: /no scaling tag any more/ },
    {
      it: 'its deployment is over',
      scaling: { ...wished(), ...held, hold: hold(20, ['deploy']) },
      is: /no deployment is under way/,
    },
    { it: 'it was over a moment ago', scaling: { ...wished(), ...held, hold: hold(14, ['deploy']) }, is: 'pass' },
    {
      it: 'its deployment goes on',
      deployingSinceMs: NOW_MS - 20 * 60_000,
      scaling: { ...wished(), ...held, hold: hold(20, ['deploy']) },
      is: 'pass',
    },
    { it: 'a crash loop besides', scaling: { ...wished(), ...held, hold: hold(20, ['crash', 'deploy']) }, is: 'pass' },
    { it: 'only its tag is left', scaling: { ...wished(), target, hold: hold(90) }, is: /The tag of a hold/ },
  ],
  'SCL-13': [
    { it: 'no target', is: NA },
    { it: 'nothing is suspended', scaling: { target }, is: 'pass' },
    { it: 'a hold', scaling: { ...held, hold: hold(1) }, is: 'pass' },
    { it: 'a person', scaling: held, is: /suspended scale-out of production\/web/ },
    {
      it: 'a person, and a hold after it',
      scaling: { ...held, hold: hold(1, ['crash'], { ...FREE, scaleOut: true }) },
      is: /scale-out/,
    },
    {
      it: 'all of it',
      scaling: { target: aScalableTarget({ suspended: { scaleIn: true, scaleOut: true, scheduled: true } }) },
      is: /scale-in and scale-out and scheduled scaling/,
    },
  ],
  'SCL-14': [
    { it: 'room', scaling: { target, policies: [cpu] }, is: 'pass' },
    { it: 'none', scaling: { target: aScalableTarget({ min: 20 }), policies: [cpu] }, is: /both 20/ },
    { it: 'none, and no policies', scaling: { target: aScalableTarget({ min: 20 }) }, is: NA },
    { it: 'switched off', scaling: { target: aScalableTarget({ min: 0, max: 0 }), policies: [cpu] }, is: NA },
    {
      it: 'a schedule makes room',
      scaling: { target: aScalableTarget({ min: 20 }), policies: [cpu], schedules: [every('day', { max: 40 })] },
      is: 'pass',
    },
  ],
  'SCL-15': [
    { it: 'below', desired: 19, scaling: { target, policies: [cpu] }, earlier: [audit(24)], is: 'pass' },
    {
      it: 'at max for a day',
      desired: 20,
      scaling: { target, policies: [cpu] },
      earlier: [audit(24)],
      is: /every audit of the last 24 hours/,
    },
    { it: 'above it', desired: 25, scaling: { target, policies: [cpu] }, earlier: [audit(23.5)], is: /max of 20/ },
    { it: 'at max, no earlier audit', desired: 20, scaling: { target, policies: [cpu] }, is: NA },
    { it: 'at max since an hour', desired: 20, scaling: { target, policies: [cpu] }, earlier: [audit(1)], is: NA },
    {
      it: 'not between',
      desired: 20,
      scaling: { target, policies: [cpu] },
      earlier: [audit(48), audit(24, false), audit(1)],
      is: NA,
    },
    {
      it: 'for days',
      desired: 20,
      scaling: { target, policies: [cpu] },
      earlier: [audit(72, false), audit(48), audit(24)],
      is: /48 hours/,
    },
    { it: 'nothing scales it', desired: 20, scaling: { target }, earlier: [audit(24)], is: NA },
    {
      it: 'fixed',
      desired: 20,
      scaling: { target: aScalableTarget({ min: 20 }), policies: [cpu] },
      earlier: [audit(24)],
      is: NA,
    },
  ],
  'SCL-16': [
    { it: 'a policy', scaling: { target, policies: [steps] }, is: 'pass' },
    { it: 'a schedule', scaling: { target, schedules: [every('day')] }, is: 'pass' },
    { it: 'neither', scaling: { target }, is: /2 to 20 tasks/ },
    { it: 'fixed', scaling: { target: aScalableTarget({ min: 20 }) }, is: NA },
    { it: 'no target', is: NA },
  ],
  'SCL-17': [
    { it: 'no policy of a person', scaling: { policies: [cpu] }, is: NA },
    {
      it: 'two measures',
      scaling: { policies: [tracks('a'), tracks('b', custom('AWS/ECS', 'MemoryUtilization'))] },
      is: 'pass',
    },
    {
      it: 'two of one',
      scaling: { policies: [tracks('a'), tracks('b', { targetValue: 40 })] },
      is: /"a" and "b" of production\/web both follow ECSServiceAverageCPU/,
    },
    {
      it: 'the high resolution of it',
      scaling: {
        policies: [
          tracks('a'),
          tracks('b', { metric: { kind: 'predefined', name: 'ECSServiceAverageCPUUtilizationHighResolution' } }),
        ],
      },
      is: /both follow/,
    },
    {
      it: 'written out',
      scaling: { policies: [tracks('a'), tracks('b', custom('AWS/ECS', 'CPUUtilization'))] },
      is: /both follow/,
    },
    {
      it: 'another statistic',
      scaling: { policies: [tracks('a'), tracks('b', custom('AWS/ECS', 'CPUUtilization', 'Maximum'))] },
      is: 'pass',
    },
    {
      it: 'two groups',
      scaling: {
        policies: [
          tracks('a', { metric: label('targetgroup/a/1') }),
          tracks('b', { metric: label('targetgroup/b/2') }),
        ],
      },
      is: 'pass',
    },
    {
      it: 'expressions',
      scaling: { policies: [tracks('a', { metric: { kind: 'other' } }), tracks('b', { metric: { kind: 'other' } })] },
      is: 'pass',
    },
    {
      it: 'two pairs',
      scaling: {
        policies: [
          tracks('a'),
          tracks('b'),
          tracks('c', custom('AWS/ECS', 'MemoryUtilization')),
          tracks('d', custom('AWS/ECS', 'MemoryUtilization')),
        ],
      },
      is: [/"a" and "b"/, /"c" and "d".*ECSServiceAverageMemory/],
    },
  ],
  'SCL-18': [
    { it: 'nothing', is: NA },
    { it: 'only tracking', scaling: { policies: [cpu, forecast, newer] }, is: 'pass' },
    { it: 'only steps', scaling: { policies: [steps] }, is: 'pass' },
    { it: 'both', scaling: { policies: [cpu, steps] }, is: /by steps \("steps"\) beside/ },
    {
      it: 'out by tracking, in by steps',
      scaling: { policies: [tracks('cpu', { scaleInDisabled: true }), steps] },
      is: 'pass',
    },
  ],
  'SCL-19': [
    { it: 'no policy', scaling: { target }, is: NA },
    { it: 'one scales in', scaling: { policies: [cpu, tracks('b', { scaleInDisabled: true })] }, is: 'pass' },
    {
      it: 'none does',
      scaling: { policies: [tracks('b', { scaleInDisabled: true }), forecast] },
      is: /ever lowers its count/,
    },
    { it: 'steps may', scaling: { policies: [tracks('b', { scaleInDisabled: true }), steps] }, is: 'pass' },
    { it: 'a type that is newer might', scaling: { policies: [newer] }, is: 'pass' },
    { it: 'a schedule does', scaling: { policies: [forecast], schedules: [every('night', { max: 2 })] }, is: 'pass' },
  ],
  'SCL-20': [
    { it: 'none', is: NA },
    {
      it: 'ahead',
      scaling: { schedules: [once('sale', NOW_MS + 1), every('day', { endsAtMs: NOW_MS + 1 })] },
      is: 'pass',
    },
    { it: 'over', scaling: { schedules: [once('sale', NOW_MS), every('day')] }, is: /that are over: "sale"\./ },
    { it: 'ended', scaling: { schedules: [every('summer', { endsAtMs: NOW_MS - 1 })] }, is: /"summer"/ },
    { it: 'Taskwire’s own', scaling: { schedules: [once(SPOT_RESTORE, 0)] }, is: NA },
  ],
  'SCL-21': [
    { it: 'no target', is: NA },
    { it: 'inside', desired: 2, scaling: { target }, is: 'pass' },
    { it: 'below', desired: 1, scaling: { target }, is: /wants 1 tasks.*makes it 2 at once/ },
    { it: 'above', desired: 50, scaling: { target }, is: /makes it 20 at once/ },
  ],
  'SCL-22': [
    { it: 'no such policy', scaling: { policies: [cpu] }, is: NA },
    {
      it: 'of its own group',
      targetGroupArns: [GROUP],
      scaling: { policies: [tracks('mine', { metric: label('targetgroup/web/0123456789abcdef') })] },
      is: 'pass',
    },
    {
      it: 'of another',
      targetGroupArns: [GROUP],
      scaling: { policies: [tracks('mine', { metric: label('targetgroup/old/0123456789abcdef') })] },
      is: /"mine" of production\/web follows requests of targetgroup\/old/,
    },
    {
      it: 'of none',
      scaling: { policies: [tracks('mine', { metric: label('') })] },
      is: /requests of no target group/,
    },
    {
      it: 'Taskwire’s own: drift',
      scaling: { policies: [tracks('taskwire-requests', { metric: label('') })] },
      is: NA,
    },
    {
      it: 'blue and green',
      deploymentStrategy: 'BLUE_GREEN',
      scaling: { policies: [tracks('mine', { metric: label('targetgroup/green/1') })] },
      is: NA,
    },
  ],
  'SCL-23': [
    { it: 'min 1', scaling: { target, policies: [cpu] }, is: NA },
    {
      it: 'zero and CPU',
      desired: 0,
      scaling: { target: aScalableTarget({ min: 0 }), policies: [cpu] },
      is: /is at zero tasks/,
    },
    { it: 'perhaps zero', scaling: { target: aScalableTarget({ min: 0 }), policies: [cpu] }, is: /may scale to zero/ },
    {
      it: 'zero and what Taskwire wires',
      scaling: {
        target: aScalableTarget({ min: 0 }),
        policies: policiesOf(aWish({ requests: { perMinute: 800 } }), [
          { arn: GROUP, loadBalancerArns: ['arn:aws:x:y:z:loadbalancer/app/public/1'], native: false },
        ]).policies.map(observed),
      },
      is: /may scale to zero/,
    },
    {
      it: 'a queue',
      scaling: { target: aScalableTarget({ min: 0 }), policies: [cpu, tracks('q', custom('AWS/SQS', 'Depth'))] },
      is: 'pass',
    },
    { it: 'steps', scaling: { target: aScalableTarget({ min: 0 }), policies: [steps] }, is: 'pass' },
    {
      it: 'hours',
      scaling: { target: aScalableTarget({ min: 0 }), policies: [cpu], schedules: [every('day', { min: 1 })] },
      is: 'pass',
    },
    {
      it: 'hours to zero',
      scaling: { target: aScalableTarget({ min: 0 }), policies: [cpu], schedules: [every('day', { min: 0 })] },
      is: /zero/,
    },
    { it: 'switched off', scaling: { target: aScalableTarget({ min: 0, max: 0 }), policies: [cpu] }, is: NA },
    { it: 'no policies', scaling: { target: aScalableTarget({ min: 0 }) }, is: NA },
  ],
  'SCL-24': [
    { it: 'not asked', onFargate: false, scaling: wished(), is: NA },
    { it: 'on Fargate', scaling: wished({ reactions: new Set(['spot']) }), is: 'pass' },
    {
      it: 'on EC2',
      onFargate: false,
      scaling: wished({ reactions: new Set(['spot']) }),
      is: /does not run on Fargate/,
    },
    { it: 'no tag', onFargate: false, is: NA },
  ],
};

describe.each(Object.entries(ROWS))('%s', (id, rows) => {
  test.each(rows)('$it', ({ it: _it, is, ...says }) => {
    const said = askRule(SCALING_RULES, id, anAuditedService(says));
    if (typeof is === 'string') {
      expect(said).toEqual({ is, found: [] });
      return;
    }
    const wanted = [is].flat();
    expect(said).toEqual({ is: 'fail', found: wanted.map((each) => expect.stringMatching(each)) });
  });
});

test('every rule has rows that pass, fail and do not apply', () => {
  expect(Object.keys(ROWS)).toEqual(SCALING_RULES.map(({ id }) => id));
  for (const rows of Object.values(ROWS)) {
    const kinds = new Set(rows.map(({ is }) => (typeof is === 'string' ? is : 'fail')));
    expect([...kinds].toSorted()).toEqual(['fail', NA, 'pass']);
  }
});

/** A service that breaks nearly every rule. */
const broken: AuditedServiceSays = {
  desired: 50,
  scaling: { ...wished({ cpuPercent: 60 }), ...held, policies: [tracks('mine'), steps], hold: hold(90) },
};
const rulesOf = (says: AuditedServiceSays) =>
  SCALING_RULES.filter(({ id }) => askRule(SCALING_RULES, id, anAuditedService(says)).is === 'fail').map(
    ({ id }) => id,
  );

test('what was not seen is held against nobody', () => {
  expect(rulesOf(broken)).toEqual(['SCL-2', 'SCL-12', 'SCL-18', 'SCL-21']);
  expect(rulesOf({ ...broken, unseen: [{ resource: 'production', what: 'auto scaling', why: 'Denied.' }] })).toEqual(
    [],
  );
  expect(rulesOf({ ...broken, unseen: [{ resource: 'production', what: 'tasks', why: 'Denied.' }] })).toHaveLength(4);
});

test('a service that is being deleted is left alone', () => {
  expect(rulesOf({ ...broken, status: 'DRAINING' })).toEqual([]);
});

test('hostile names are told as quotations', () => {
  const name = '\u001b[31mx\n';
  const says = { name, desired: 50, scaling: { target, policies: [tracks(name), tracks(`${name}2`)] } };
  const found = SCALING_RULES.flatMap(({ id }) => askRule(SCALING_RULES, id, anAuditedService(says)).found);
  expect(found.length).toBeGreaterThan(1);
  for (const text of found) expect(text).not.toMatch(/\p{Cc}/u);
});

test('a rule that a planner shares has the planner’s severity', () => {
  const faults = [cannotScale, conflictingPolicy, conflictingSchedule, noRequestsGroup, noPolicyForSpot].map((of) =>
    of('', ''),
  );
  for (const { rule, severity } of faults) {
    expect(SCALING_RULES.find(({ id }) => id === rule)?.severity).toBe(severity);
  }
});

const anyPolicy: fc.Arbitrary<ScalingPolicy> = fc.oneof(
  fc.constantFrom(steps, forecast, newer, cpu),
  fc
    .record({
      name: fc.constantFrom('a', 'b', 'taskwire-memory'),
      scaleInDisabled: fc.boolean(),
      metric: fc.constantFrom<TrackedMetric>(
        { kind: 'other' },
        label('targetgroup/web/0123456789abcdef'),
        custom('AWS/ECS', 'CPUUtilization').metric,
        aTracking().metric,
      ),
    })
    .map((says) => observed(aTracking(says))),
);
const anySchedule: fc.Arbitrary<ScheduledAction> = fc
  .record({ name: fc.constantFrom('x', 'y', SPOT_RESTORE), ahead: fc.boolean(), min: fc.nat(3), more: fc.nat(3) })
  .map(({ name, ahead, min, more }) => once(name, NOW_MS + (ahead ? 1 : -1), { min, max: min + more }));
const unique = { maxLength: 4, selector: ({ name }: { readonly name: string }) => name };

test('the order in which AWS lists policies and schedules does not matter', () => {
  const findingsOf = (says: AuditedServiceSays) =>
    SCALING_RULES.map(({ id }) => askRule(SCALING_RULES, id, anAuditedService(says)).is);
  fc.assert(
    fc.property(
      fc.uniqueArray(anyPolicy, unique),
      fc.uniqueArray(anySchedule, unique),
      fc.nat(4),
      fc.boolean(),
      (policies, schedules, desired, tagged) => {
        const wish = tagged ? wished({ cpuPercent: 60 }) : {};
        const scaling = { ...wish, target: aScalableTarget({ min: 0, max: 3 }), policies, schedules };
        const says = { desired, targetGroupArns: [GROUP], scaling };
        const reversed = { ...scaling, policies: policies.toReversed(), schedules: schedules.toReversed() };
        expect(findingsOf({ ...says, scaling: reversed })).toEqual(findingsOf(says));
      },
    ),
  );
});
