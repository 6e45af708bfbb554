import type {
  ScalableTarget,
  ScalingPolicy,
  Schedule,
  ScheduledAction,
  TrackedMetric,
  TrackingPolicy,
} from '../../shared/core/scaling/observed.ts';
import { DeniedError, NotFoundError, TaskwireError, ThrottledError } from '../../shared/errors.ts';
import type { Scaling } from '../../shared/ports/scaling.ts';
import { AwsError } from '../errors.ts';
import type { AasScalableTarget, AasScalingPolicy, AasScheduledAction, AasTrackingConfiguration } from '../shapes.ts';
import { allPages, batches, distinct, type Send, taggedResources } from './send.ts';

const TARGETS_PER_CALL = 50;
const POLICIES_PER_PAGE = 10;
const SCHEDULES_PER_PAGE = 50;
const NAMESPACE = 'ecs';
const DIMENSION = 'ecs:service:DesiredCount';

const of = (resourceId: string) => ({
  ServiceNamespace: NAMESPACE,
  ResourceId: resourceId,
  ScalableDimension: DIMENSION,
});
/** AWS takes the dimension only together with an id. */
const listOf = (resourceId: string | undefined) =>
  resourceId === undefined ? { ServiceNamespace: NAMESPACE } : of(resourceId);

const targetOf = (told: AasScalableTarget): ScalableTarget => ({
  arn: told.ScalableTargetARN,
  resourceId: told.ResourceId,
  min: told.MinCapacity,
  max: told.MaxCapacity,
  suspended: {
    scaleIn: told.SuspendedState.DynamicScalingInSuspended ?? false,
    scaleOut: told.SuspendedState.DynamicScalingOutSuspended ?? false,
    scheduled: told.SuspendedState.ScheduledScalingSuspended ?? false,
  },
});

const metricOf = ({
  PredefinedMetricSpecification: predefined,
  CustomizedMetricSpecification: customized = {},
}: AasTrackingConfiguration): TrackedMetric => {
  if (predefined) {
    const { PredefinedMetricType: name, ResourceLabel } = predefined;
    return { kind: 'predefined', name, ...(ResourceLabel !== undefined && { resourceLabel: ResourceLabel }) };
  }
  const { Namespace, MetricName, Statistic, Dimensions = [], Unit, Metrics = [] } = customized;
  if (!Namespace || !MetricName || !Statistic || Unit !== undefined || Metrics.length > 0) return { kind: 'other' };
  return {
    kind: 'customized',
    namespace: Namespace,
    name: MetricName,
    statistic: Statistic,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  };
};

const policyOf = ({
  ResourceId: resourceId,
  PolicyName: name,
  TargetTrackingScalingPolicyConfiguration: told,
}: AasScalingPolicy): ScalingPolicy => {
  if (!told) return { resourceId, name, kind: 'step' };
  const tracking: TrackingPolicy = {
    name,
    metric: metricOf(told),
    targetValue: told.TargetValue,
    ...(told.ScaleInCooldown !== undefined && { scaleInSeconds: told.ScaleInCooldown }),
    ...(told.ScaleOutCooldown !== undefined && { scaleOutSeconds: told.ScaleOutCooldown }),
    scaleInDisabled: told.DisableScaleIn ?? false,
  };
  return { resourceId, name, tracking };
};

const scheduleOf = ({ Schedule: text, Timezone: zone = 'UTC', StartTime, EndTime }: AasScheduledAction): Schedule => {
  const [, moment] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(text) ?? [];
  const bounded = StartTime !== undefined || EndTime !== undefined;
  if (moment !== undefined && zone === 'UTC' && !bounded) return { kind: 'once', atMs: Date.parse(`${moment}Z`) };
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const from = StartTime === undefined ? '' : ` from ${iso(StartTime)}`;
  const until = EndTime === undefined ? '' : ` until ${iso(EndTime)}`;
  return { kind: 'recurring', expression: `${text}${from}${until}`, zone };
};

const actionOf = (told: AasScheduledAction): ScheduledAction => ({
  resourceId: told.ResourceId,
  name: told.ScheduledActionName,
  schedule: scheduleOf(told),
  ...(told.EndTime !== undefined && { endsAtMs: told.EndTime * 1000 }),
  ...(told.ScalableTargetAction.MinCapacity !== undefined && { min: told.ScalableTargetAction.MinCapacity }),
  ...(told.ScalableTargetAction.MaxCapacity !== undefined && { max: told.ScalableTargetAction.MaxCapacity }),
});

const configurationOf = ({ metric, ...policy }: TrackingPolicy): AasTrackingConfiguration => {
  if (metric.kind === 'other') {
    throw new TaskwireError('fail', `The policy ${policy.name} follows a metric that can be read but not written.`);
  }
  return {
    ...(metric.kind === 'predefined'
      ? {
          PredefinedMetricSpecification: {
            PredefinedMetricType: metric.name,
            ...(metric.resourceLabel !== undefined && { ResourceLabel: metric.resourceLabel }),
          },
        }
      : {
          CustomizedMetricSpecification: {
            Namespace: metric.namespace,
            MetricName: metric.name,
            Statistic: metric.statistic,
            Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
        }),
    TargetValue: policy.targetValue,
    DisableScaleIn: policy.scaleInDisabled,
    ...(policy.scaleInSeconds !== undefined && { ScaleInCooldown: policy.scaleInSeconds }),
    ...(policy.scaleOutSeconds !== undefined && { ScaleOutCooldown: policy.scaleOutSeconds }),
  };
};

/** What Application Auto Scaling's own errors mean: a person must cure a refusal, a quota and a missing role. */
const explained = (error: unknown): unknown => {
  const cause = error instanceof TaskwireError ? error.cause : undefined;
  if (!(error instanceof TaskwireError) || !(cause instanceof AwsError)) return error;
  const options = { cause };
  if (cause.message.startsWith('Unable to assume IAM role')) return new DeniedError(error.message, options);
  switch (cause.code) {
    case 'ConcurrentUpdateException':
      return new ThrottledError(error.message, options);
    case 'ValidationException':
      return cause.message.startsWith("ECS service doesn't exist")
        ? new NotFoundError(error.message, options)
        : new TaskwireError('fail', error.message, options);
    case 'LimitExceededException':
    case 'FailedResourceAccessException':
      return new TaskwireError('fail', error.message, options);
    default:
      return error;
  }
};

/** Application Auto Scaling over the world. */
export const createScalingPort = (send: Send): Scaling => {
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw explained(error);
    }
  };
  const read: Send['read'] = (action, input) => told(send.read(action, input));
  const change = async (work: Promise<object>): Promise<void> => {
    await told(work);
  };
  const unlessGone = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  };

  return {
    targets: async (resourceIds) => {
      const wanted = resourceIds === undefined ? [undefined] : batches(distinct(resourceIds), TARGETS_PER_CALL);
      const parts = await Promise.all(
        wanted.map((ids) =>
          allPages(
            (NextToken) =>
              read('application-autoscaling:DescribeScalableTargets', {
                ServiceNamespace: NAMESPACE,
                ...(ids !== undefined && { ScalableDimension: DIMENSION, ResourceIds: ids }),
                MaxResults: TARGETS_PER_CALL,
                NextToken,
              }),
            ({ NextToken }) => NextToken,
          ),
        ),
      );
      return parts.flat().flatMap(({ ScalableTargets }) => ScalableTargets.map(targetOf));
    },
    policies: async (resourceId) => {
      const pages = await allPages(
        (NextToken) =>
          read('application-autoscaling:DescribeScalingPolicies', {
            ...listOf(resourceId),
            MaxResults: POLICIES_PER_PAGE,
            NextToken,
          }),
        ({ NextToken }) => NextToken,
      );
      return pages.flatMap(({ ScalingPolicies }) => ScalingPolicies.map(policyOf));
    },
    schedules: async (resourceId) => {
      const pages = await allPages(
        (NextToken) =>
          read('application-autoscaling:DescribeScheduledActions', {
            ...listOf(resourceId),
            MaxResults: SCHEDULES_PER_PAGE,
            NextToken,
          }),
        ({ NextToken }) => NextToken,
      );
      return pages.flatMap(({ ScheduledActions }) => ScheduledActions.map(actionOf));
    },
    putTarget: (resourceId, { bounds, suspension }) =>
      change(
        send.write('application-autoscaling:RegisterScalableTarget', {
          ...of(resourceId),
          ...(bounds && { MinCapacity: bounds.min, MaxCapacity: bounds.max }),
          ...(suspension && {
            SuspendedState: {
              DynamicScalingInSuspended: suspension.scaleIn,
              DynamicScalingOutSuspended: suspension.scaleOut,
              ScheduledScalingSuspended: suspension.scheduled,
            },
          }),
        }),
      ),
    putPolicy: async (resourceId, policy) => {
      const configuration = configurationOf(policy);
      await change(
        send.write('application-autoscaling:PutScalingPolicy', {
          ...of(resourceId),
          PolicyName: policy.name,
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: configuration,
        }),
      );
    },
    deletePolicy: (resourceId, name) =>
      unlessGone(
        change(send.write('application-autoscaling:DeleteScalingPolicy', { ...of(resourceId), PolicyName: name })),
      ),
    putSchedule: ({ resourceId, name, schedule, min, max }) =>
      change(
        send.write('application-autoscaling:PutScheduledAction', {
          ...of(resourceId),
          ScheduledActionName: name,
          Schedule:
            schedule.kind === 'once'
              ? `at(${new Date(schedule.atMs).toISOString().slice(0, 19)})`
              : schedule.expression,
          Timezone: schedule.kind === 'once' ? 'UTC' : schedule.zone,
          ScalableTargetAction: { MinCapacity: min, MaxCapacity: max },
        }),
      ),
    deleteSchedule: (resourceId, name) =>
      unlessGone(
        change(
          send.write('application-autoscaling:DeleteScheduledAction', { ...of(resourceId), ScheduledActionName: name }),
        ),
      ),
    tags: async (targetArn) =>
      (await read('application-autoscaling:ListTagsForResource', { ResourceARN: targetArn })).Tags,
    tagged: async (tagKey) => {
      const found = await taggedResources(send, 'application-autoscaling:scalable-target', tagKey);
      return new Map(found.map(({ arn, tags }) => [arn, tags]));
    },
    tag: (targetArn, tags) =>
      change(send.write('application-autoscaling:TagResource', { ResourceARN: targetArn, Tags: tags })),
    untag: (targetArn, tagKeys) =>
      unlessGone(
        change(send.write('application-autoscaling:UntagResource', { ResourceARN: targetArn, TagKeys: tagKeys })),
      ),
  };
};
