import type {
  ScalingPolicy as SdkPolicy,
  ScheduledAction as SdkSchedule,
  ScalableTarget as SdkTarget,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type {
  ScalableTarget,
  ScalingPolicy,
  Schedule,
  ScheduledAction,
  Suspension,
  TrackedMetric,
  TrackingPolicy,
} from '../core/scaling/observed.ts';

const suspensionFrom = (state: SdkTarget['SuspendedState']): Suspension => ({
  scaleIn: state?.DynamicScalingInSuspended ?? false,
  scaleOut: state?.DynamicScalingOutSuspended ?? false,
  scheduled: state?.ScheduledScalingSuspended ?? false,
});

/** A scalable target; one that was made before they had ARNs has none that could be tagged. */
export const targetFrom = (target: SdkTarget): ScalableTarget | undefined => {
  const { ResourceId: resourceId, MinCapacity: min, MaxCapacity: max } = target;
  if (!resourceId || min === undefined || max === undefined) return undefined;
  return {
    arn: target.ScalableTargetARN ?? '',
    resourceId,
    min,
    max,
    suspended: suspensionFrom(target.SuspendedState),
  };
};

const metricFrom = (configuration: TargetTrackingScalingPolicyConfiguration): TrackedMetric => {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration;
  if (predefined?.PredefinedMetricType) {
    return {
      kind: 'predefined',
      name: predefined.PredefinedMetricType,
      ...(predefined.ResourceLabel !== undefined && { resourceLabel: predefined.ResourceLabel }),
    };
  }
  const { Namespace, MetricName, Statistic, Dimensions, Unit, Metrics } = customized ?? {};
  if (!Namespace || !MetricName || !Statistic || Unit !== undefined || (Metrics ?? []).length > 0) {
    return { kind: 'other' };
  }
  return {
    kind: 'customized',
    namespace: Namespace,
    name: MetricName,
    statistic: Statistic,
    dimensions: Object.fromEntries(
      (Dimensions ?? []).flatMap(({ Name, Value }) => (Name ? [[Name, Value ?? '']] : [])),
    ),
  };
};

const trackingFrom = (
  name: string,
  configuration: TargetTrackingScalingPolicyConfiguration | undefined,
): TrackingPolicy | undefined => {
  if (configuration?.TargetValue === undefined) return undefined;
  const { TargetValue: targetValue, ScaleInCooldown, ScaleOutCooldown, DisableScaleIn } = configuration;
  return {
    name,
    metric: metricFrom(configuration),
    targetValue,
    ...(ScaleInCooldown !== undefined && { scaleInSeconds: ScaleInCooldown }),
    ...(ScaleOutCooldown !== undefined && { scaleOutSeconds: ScaleOutCooldown }),
    scaleInDisabled: DisableScaleIn ?? false,
  };
};

const KINDS: Readonly<Record<string, ScalingPolicy['kind']>> = { StepScaling: 'step', PredictiveScaling: 'predictive' };

/** A policy of any type; `tracking` only where it is a target-tracking one. */
export const policyFrom = (policy: SdkPolicy): ScalingPolicy | undefined => {
  const { ResourceId: resourceId, PolicyName: name } = policy;
  if (!resourceId || !name) return undefined;
  const tracking = trackingFrom(name, policy.TargetTrackingScalingPolicyConfiguration);
  const kind = KINDS[policy.PolicyType ?? ''];
  return { resourceId, name, ...(tracking !== undefined && { tracking }), ...(kind !== undefined && { kind }) };
};

/** `at(2026-11-20T18:00:00)` */
const ONCE = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/;

/**
 * When an action strikes. A one-time expression on another zone's wall clock, and an action with a begin or an end,
 * which Taskwire never writes, stay text: they equal no wish.
 */
const scheduleFrom = ({ Schedule: text = '', Timezone: zone = 'UTC', StartTime, EndTime }: SdkSchedule): Schedule => {
  const [, moment] = ONCE.exec(text) ?? [];
  const atMs = moment === undefined || zone !== 'UTC' ? Number.NaN : Date.parse(`${moment}Z`);
  const limits = [
    ...(StartTime === undefined ? [] : [` from ${StartTime.toISOString()}`]),
    ...(EndTime === undefined ? [] : [` until ${EndTime.toISOString()}`]),
  ].join('');
  if (limits === '' && Number.isFinite(atMs)) return { kind: 'once', atMs };
  return { kind: 'recurring', expression: `${text}${limits}`, zone };
};

/** A scheduled action; `min` and `max` only where it writes them. */
export const scheduledActionFrom = (action: SdkSchedule): ScheduledAction | undefined => {
  const { ResourceId: resourceId, ScheduledActionName: name, ScalableTargetAction: bounds } = action;
  if (!resourceId || !name) return undefined;
  return {
    resourceId,
    name,
    schedule: scheduleFrom(action),
    ...(action.EndTime !== undefined && { endsAtMs: action.EndTime.getTime() }),
    ...(bounds?.MinCapacity !== undefined && { min: bounds.MinCapacity }),
    ...(bounds?.MaxCapacity !== undefined && { max: bounds.MaxCapacity }),
  };
};
