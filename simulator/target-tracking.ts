import type { ScalableTargetRecord, ScalingPolicyRecord } from './state.ts';

/** A metric's value: fixed, or following from how many tasks run. `undefined`: no data. */
export type MetricValue = number | ((running: number) => number | undefined);

/** What a target-tracking policy comes to at one datapoint. */
export interface TrackingSight {
  readonly target: ScalableTargetRecord;
  readonly desired: number;
  /** All running tasks, those of an older deployment too: from these Application Auto Scaling counts. */
  readonly running: number;
  readonly deploying: boolean;
  readonly measured: (policy: ScalingPolicyRecord) => number | undefined;
  readonly lastOut: { readonly atMs: number; readonly to: number } | undefined;
  readonly lastInMs: number | undefined;
  readonly nowMs: number;
}

/** Datapoints of a minute above the target before the service grows, and below before it shrinks. */
const POINTS_OUT = 3;
const POINTS_IN = 15;
/** It shrinks only when the metric is this far below the target. */
const LOW = 0.9;
const DEFAULT_COOLDOWN_SECONDS = 300;

/** What the metric of a policy is called: the predefined type, or the customised metric's name. */
export const trackedMetricOf = ({ tracking }: ScalingPolicyRecord): string | undefined =>
  tracking?.PredefinedMetricSpecification?.PredefinedMetricType ?? tracking?.CustomizedMetricSpecification?.MetricName;

const count = (policy: ScalingPolicyRecord, value: number | undefined): void => {
  const target = policy.tracking?.TargetValue ?? 0;
  policy.high = value !== undefined && value > target ? policy.high + 1 : 0;
  policy.low = value !== undefined && value < target * LOW ? policy.low + 1 : 0;
};

/**
 * Takes one datapoint and decides: out where any policy asks for it, in where all do that may.
 * @returns The desired count to set; `undefined`: none.
 * Not modelled: alarms as resources, anticipated flapping, more cautious steps of scaling in, step scaling, predictive
 * scaling.
 */
export const track = (sight: TrackingSight): number | undefined => {
  const { target, desired, running, deploying, measured, lastOut, lastInMs, nowMs } = sight;
  const policies = [...target.policies.values()].filter(({ tracking }) => tracking !== undefined);
  for (const policy of policies) count(policy, measured(policy));
  const neededBy = (policy: ScalingPolicyRecord): number =>
    Math.ceil((running * (measured(policy) ?? 0)) / (policy.tracking?.TargetValue ?? 1));
  const isCooling = (seconds: number | undefined, sinceMs: number | undefined): boolean =>
    sinceMs !== undefined && nowMs - sinceMs < (seconds ?? DEFAULT_COOLDOWN_SECONDS) * 1000;

  const hot = policies.filter(({ high }) => high >= POINTS_OUT);
  if (hot.length > 0) {
    if (target.suspended.scaleOut) return undefined;
    const wanted = hot.map((policy) => {
      const needed = Math.min(target.max, neededBy(policy));
      // While it cools down, only more than what the last step was to bring counts.
      const cooling = isCooling(policy.tracking?.ScaleOutCooldown, lastOut?.atMs);
      return cooling && needed <= (lastOut?.to ?? 0) ? 0 : needed;
    });
    const most = Math.max(...wanted);
    return most > desired ? most : undefined;
  }
  const shrinking = policies.filter(({ tracking }) => tracking?.DisableScaleIn !== true);
  const all = shrinking.length > 0 && shrinking.every(({ low }) => low >= POINTS_IN);
  if (!all || deploying || target.suspended.scaleIn) return undefined;
  if (shrinking.some(({ tracking }) => isCooling(tracking?.ScaleInCooldown, lastInMs))) return undefined;
  const needed = Math.max(target.min, ...shrinking.map(neededBy));
  return needed < desired ? needed : undefined;
};
