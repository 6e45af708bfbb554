import type { Bounds } from './wish.ts';

/** What of scaling is suspended; AWS wants all three told together. */
export interface Suspension {
  readonly scaleIn: boolean;
  readonly scaleOut: boolean;
  readonly scheduled: boolean;
}

/** The scalable target of a service. */
export interface ScalableTarget extends Bounds {
  readonly arn: string;
  /** `service/<cluster>/<service>` */
  readonly resourceId: string;
  readonly suspended: Suspension;
}

/** What a target-tracking policy follows. */
export type TrackedMetric =
  | { readonly kind: 'predefined'; readonly name: string; readonly resourceLabel?: string }
  | {
      readonly kind: 'customized';
      readonly namespace: string;
      readonly name: string;
      readonly statistic: string;
      readonly dimensions: Readonly<Record<string, string>>;
    }
  /** A metric expression, or another shape that Taskwire never writes. */
  | { readonly kind: 'other' };

/** A target-tracking policy. */
export interface TrackingPolicy {
  readonly name: string;
  readonly metric: TrackedMetric;
  readonly targetValue: number;
  readonly scaleInSeconds?: number;
  readonly scaleOutSeconds?: number;
  readonly scaleInDisabled: boolean;
}

/** A policy as Application Auto Scaling describes it. */
export interface ScalingPolicy {
  readonly resourceId: string;
  readonly name: string;
  /** Only of a target-tracking policy. */
  readonly tracking?: TrackingPolicy;
  /** Of a policy that follows steps, or a forecast; absent where it tracks, and where AWS knows a type that is newer. */
  readonly kind?: 'step' | 'predictive';
}

/** When a scheduled action strikes. */
export type Schedule =
  /** `cron(…)` or `rate(…)`. */
  | { readonly kind: 'recurring'; readonly expression: string /** IANA name. */; readonly zone: string }
  | { readonly kind: 'once' /** Epoch milliseconds, whole seconds. */; readonly atMs: number };

/** A scheduled action. */
export interface ScheduledAction {
  readonly resourceId: string;
  readonly name: string;
  readonly schedule: Schedule;
  /** Epoch milliseconds: from then on it strikes no more. */
  readonly endsAtMs?: number;
  readonly min?: number;
  readonly max?: number;
}

/** A service, as far as scaling needs to know it. */
export interface ScaledService {
  readonly serviceArn: string;
  readonly cluster: string;
  readonly name: string;
  readonly desired: number;
  readonly running: number;
  readonly tags: Readonly<Record<string, string>>;
  /** ECS, CODE_DEPLOY, EXTERNAL. */
  readonly controller: string;
  /** REPLICA, DAEMON. */
  readonly strategy: string;
  /** ECS owns its load balancer, target groups and scaling (Express Mode). */
  readonly managedByEcs: boolean;
  /** When the deployment that is under way began, epoch milliseconds; `undefined`: none is. */
  readonly deployingSinceMs?: number;
  /** Target groups that ECS fills for it. */
  readonly targetGroupArns: readonly string[];
  readonly onFargate: boolean;
}

/** `service/<cluster>/<service>`, as Application Auto Scaling names a service. */
export const resourceIdOf = ({ cluster, name }: Pick<ScaledService, 'cluster' | 'name'>): string =>
  `service/${cluster}/${name}`;

/** Everything whose name begins so in scaling is Taskwire's own; everything else is a person's. */
export const isOurs = (name: string): boolean => name.startsWith('taskwire-');
