import fc from 'fast-check';
import { overlap } from '../../shared/core/scaling/hours.ts';
import type {
  ScalableTarget,
  ScaledService,
  ScalingPolicy,
  Suspension,
  TrackingPolicy,
} from '../../shared/core/scaling/observed.ts';
import type { ScalingChange, ScalingLimits, ScalingSight } from '../../shared/core/scaling/plan.ts';
import type { HoursWindow, ScalingWish } from '../../shared/core/scaling/wish.ts';

/** How Application Auto Scaling names the service of these tests. */
export const RESOURCE_ID = 'service/production/web';

/** Nothing is suspended. */
export const FREE: Suspension = { scaleIn: false, scaleOut: false, scheduled: false };

/** The Fargate service `production/web` with four tasks wanted and running. */
export const aScaledService = (says: Partial<ScaledService> = {}): ScaledService => ({
  serviceArn: 'arn:aws:ecs:eu-central-1:111122223333:service/production/web',
  cluster: 'production',
  name: 'web',
  desired: 4,
  running: says.desired ?? 4,
  tags: {},
  controller: 'ECS',
  strategy: 'REPLICA',
  managedByEcs: false,
  targetGroupArns: [],
  onFargate: true,
  ...says,
});

/** A wish for 2 to 20 tasks and nothing else. */
export const aWish = (says: Partial<ScalingWish> = {}): ScalingWish => ({
  bounds: { min: 2, max: 20 },
  hours: [],
  zone: 'UTC',
  reactions: new Set(['crash']),
  ...says,
});

/** Monday to Friday, 8 to 20 o'clock, 6 to 40 tasks. */
export const aWindow = (says: Partial<HoursWindow> = {}): HoursWindow => ({
  days: [0, 1, 2, 3, 4],
  from: 480,
  to: 1200,
  min: 6,
  max: 40,
  ...says,
});

/** The scalable target of `production/web`: 2 to 20 tasks, nothing suspended. */
export const aScalableTarget = (says: Partial<ScalableTarget> = {}): ScalableTarget => ({
  arn: 'arn:aws:application-autoscaling:eu-central-1:111122223333:scalable-target/0ec51a2b3c4d5e6f',
  resourceId: RESOURCE_ID,
  min: 2,
  max: 20,
  suspended: FREE,
  ...says,
});

/** Target tracking of the average CPU at 60 percent. */
export const aTracking = (says: Partial<TrackingPolicy> = {}): TrackingPolicy => ({
  name: 'taskwire-cpu',
  metric: { kind: 'predefined', name: 'ECSServiceAverageCPUUtilization' },
  targetValue: 60,
  scaleInDisabled: false,
  ...says,
});

/** A policy as it is observed. */
export const observed = (tracking: TrackingPolicy): ScalingPolicy => ({
  resourceId: RESOURCE_ID,
  name: tracking.name,
  tracking,
});

/** A service whose scaling is as its tags want it; a test says what differs. `undefined` takes a member away. */
export const aScalingSight = (says: Partial<ScalingSight> = {}): ScalingSight => ({
  service: aScaledService(),
  wish: aWish(),
  target: aScalableTarget(),
  policies: [],
  schedules: [],
  groups: [],
  nowMs: 0,
  ...says,
});

/** The brake's default. */
export const LIMITS: ScalingLimits = { brakePercent: 50, brakeReleased: false };

const put = <T extends { readonly name: string }>(list: readonly T[], item: T): readonly T[] => [
  ...list.filter(({ name }) => name !== item.name),
  item,
];

const after = (now: ScalingSight, change: ScalingChange): ScalingSight => {
  switch (change.action) {
    case 'put-target': {
      const { min, max } = change.bounds;
      const desired = Math.min(max, Math.max(min, now.service.desired));
      const target = { ...aScalableTarget(), ...now.target, min, max };
      return { ...now, target, service: { ...now.service, desired } };
    }
    case 'put-policy':
      return { ...now, policies: put(now.policies, observed(change.policy)) };
    case 'delete-policy':
      return { ...now, policies: now.policies.filter(({ name }) => name !== change.name) };
    case 'put-schedule':
      return { ...now, schedules: put(now.schedules, change.schedule) };
    case 'delete-schedule':
      return { ...now, schedules: now.schedules.filter(({ name }) => name !== change.name) };
  }
};

/** What Application Auto Scaling makes of changes: an update of the target pulls the desired count into its bounds. */
export const afterScaling = (sight: ScalingSight, changes: readonly ScalingChange[]): ScalingSight =>
  changes.reduce(after, sight);

/** Times on a grid of six hours: windows that touch and overlap are where the bugs are. */
export const windows: fc.Arbitrary<readonly HoursWindow[]> = fc
  .array(
    fc
      .record({
        days: fc.uniqueArray(fc.nat(6), { minLength: 1 }).map((days) => days.toSorted((a, b) => a - b)),
        from: fc.nat(3).map((quarter) => quarter * 360),
        to: fc.nat(3).map((quarter) => quarter * 360),
        min: fc.nat(9),
        more: fc.nat(9),
      })
      .map(({ min, more, ...window }) => ({ ...window, min, max: min + more })),
    { maxLength: 4 },
  )
  .map((list) => list.filter((one, index) => !list.slice(0, index).some((other) => overlap(one, other))));
