import type {
  MetricStatistic,
  MetricType,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { Schedule, Suspension, TrackedMetric, TrackingPolicy } from '../core/scaling/observed.ts';
import { printable } from '../core/text.ts';
import { TaskwireError } from '../errors.ts';

/** Of a service. https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html */
const PREDEFINED: readonly MetricType[] = [
  'ECSServiceAverageCPUUtilization',
  'ECSServiceAverageMemoryUtilization',
  'ECSServiceAverageCPUUtilizationHighResolution',
  'ECSServiceAverageMemoryUtilizationHighResolution',
  'ALBRequestCountPerTarget',
];
const STATISTICS: readonly MetricStatistic[] = ['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'];

/** All three flags: AWS sets one that is left out to false. */
export const suspensionToSdk = ({ scaleIn, scaleOut, scheduled }: Suspension) => ({
  DynamicScalingInSuspended: scaleIn,
  DynamicScalingOutSuspended: scaleOut,
  ScheduledScalingSuspended: scheduled,
});

const metricToSdk = (
  metric: TrackedMetric,
): Omit<TargetTrackingScalingPolicyConfiguration, 'TargetValue'> | undefined => {
  if (metric.kind === 'predefined') {
    const { name, resourceLabel } = metric;
    const type = PREDEFINED.find((each) => each === name);
    return type === undefined
      ? undefined
      : {
          PredefinedMetricSpecification: {
            PredefinedMetricType: type,
            ...(resourceLabel !== undefined && { ResourceLabel: resourceLabel }),
          },
        };
  }
  if (metric.kind === 'other') return undefined;
  const { namespace, name, statistic, dimensions } = metric;
  const Statistic = STATISTICS.find((each) => each === statistic);
  return Statistic === undefined
    ? undefined
    : {
        CustomizedMetricSpecification: {
          Namespace: namespace,
          MetricName: name,
          Statistic,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
      };
};

/** @throws {TaskwireError} `fail`, if its metric is of a kind that is only read. */
export const trackingToSdk = (policy: TrackingPolicy): TargetTrackingScalingPolicyConfiguration => {
  const metric = metricToSdk(policy.metric);
  if (metric === undefined) {
    throw new TaskwireError(
      'fail',
      `The policy ${printable(policy.name)} follows a metric that Taskwire can read but not write; write it by the AWS console or command line.`,
    );
  }
  return {
    ...metric,
    TargetValue: policy.targetValue,
    DisableScaleIn: policy.scaleInDisabled,
    ...(policy.scaleInSeconds !== undefined && { ScaleInCooldown: policy.scaleInSeconds }),
    ...(policy.scaleOutSeconds !== undefined && { ScaleOutCooldown: policy.scaleOutSeconds }),
  };
};

/** The zone is always told: an update without it would keep the one of before. */
export const scheduleToSdk = (schedule: Schedule): { readonly Schedule: string; readonly Timezone: string } =>
  schedule.kind === 'once'
    ? { Schedule: `at(${new Date(schedule.atMs).toISOString().slice(0, 19)})`, Timezone: 'UTC' }
    : { Schedule: schedule.expression, Timezone: schedule.zone };
