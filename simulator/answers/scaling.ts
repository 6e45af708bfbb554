import { createPager, type Page } from '../paging.ts';
import type { Random } from '../random.ts';
import type { ScalingInside, ScalingWorld } from '../scaling.ts';
import { badScalingToken, invalidScaling, noAccessToAlarms } from '../scaling-errors.ts';
import type { AasScalableTarget, AasScalingPolicy, AasScheduledAction, Action } from '../shapes.ts';
import type { ScalableTargetRecord, ScalingPolicyRecord, ScheduledActionRecord } from '../state.ts';
import type { AnswersTo } from './answer.ts';

type ScalingAction = Extract<Action, `application-autoscaling:${string}`>;

const NAMESPACE = 'ecs';
const DIMENSION = 'ecs:service:DesiredCount';
const MOST_IDS = 50;
const TARGETS_PER_PAGE = 50;
const POLICIES_PER_PAGE = 10;
const SCHEDULES_PER_PAGE = 50;

const describedTarget = (target: ScalableTargetRecord, account: string): AasScalableTarget => ({
  ServiceNamespace: NAMESPACE,
  ResourceId: target.resourceId,
  ScalableDimension: DIMENSION,
  MinCapacity: target.min,
  MaxCapacity: target.max,
  RoleARN: `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
  CreationTime: target.createdAtMs / 1000,
  SuspendedState: {
    DynamicScalingInSuspended: target.suspended.scaleIn,
    DynamicScalingOutSuspended: target.suspended.scaleOut,
    ScheduledScalingSuspended: target.suspended.scheduled,
  },
  ScalableTargetARN: target.arn,
});

const describedPolicy = (target: ScalableTargetRecord, policy: ScalingPolicyRecord): AasScalingPolicy => ({
  PolicyARN: policy.arn,
  PolicyName: policy.name,
  ServiceNamespace: NAMESPACE,
  ResourceId: target.resourceId,
  ScalableDimension: DIMENSION,
  PolicyType: policy.policyType,
  ...(policy.step && { StepScalingPolicyConfiguration: policy.step }),
  ...(policy.tracking && { TargetTrackingScalingPolicyConfiguration: policy.tracking }),
  Alarms: [],
  CreationTime: policy.createdAtMs / 1000,
});

const describedSchedule = (target: ScalableTargetRecord, action: ScheduledActionRecord): AasScheduledAction => ({
  ScheduledActionName: action.name,
  ScheduledActionARN: action.arn,
  ServiceNamespace: NAMESPACE,
  Schedule: action.schedule,
  ...(action.timezone !== undefined && { Timezone: action.timezone }),
  ResourceId: target.resourceId,
  ScalableDimension: DIMENSION,
  ...(action.startTime !== undefined && { StartTime: action.startTime }),
  ...(action.endTime !== undefined && { EndTime: action.endTime }),
  ScalableTargetAction: {
    ...(action.min !== undefined && { MinCapacity: action.min }),
    ...(action.max !== undefined && { MaxCapacity: action.max }),
  },
  CreationTime: action.createdAtMs / 1000,
});

const checkPlace = ({
  ServiceNamespace,
  ScalableDimension,
  ...about
}: {
  readonly ServiceNamespace: string;
  readonly ScalableDimension?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ResourceIds?: readonly string[] | undefined;
}): void => {
  if (ServiceNamespace !== NAMESPACE) throw invalidScaling(`Unsupported service namespace: ${ServiceNamespace}`);
  if (ScalableDimension !== undefined && ScalableDimension !== DIMENSION) {
    throw invalidScaling(`Unsupported scalable dimension for ${NAMESPACE}: ${ScalableDimension}`);
  }
  if (ScalableDimension !== undefined && about.ResourceId === undefined && !about.ResourceIds?.length) {
    throw invalidScaling('A scalable dimension needs a resource ID');
  }
};

/**
 * Application Auto Scaling's answers: always current.
 * Not modelled: the alarms of policies (none are told), scaling activities, predictive scaling.
 */
export const scalingAnswers = ({
  random,
  scaling,
  inside,
  account,
}: {
  readonly random: Random;
  readonly scaling: ScalingWorld;
  readonly inside: ScalingInside;
  readonly account: string;
}): AnswersTo<ScalingAction> => {
  const targetPages = createPager<AasScalableTarget>(random);
  const policyPages = createPager<AasScalingPolicy>(random);
  const schedulePages = createPager<AasScheduledAction>(random);

  const sizeOf = (asked: number | undefined, most: number): number => {
    const size = asked ?? most;
    if (!Number.isInteger(size) || size < 1 || size > most) {
      throw invalidScaling(`MaxResults must be between 1 and ${most}`);
    }
    return size;
  };
  const pageOf = <T>(page: Page<T> | undefined): Page<T> => {
    if (!page) throw badScalingToken();
    return page;
  };
  const tokenOf = ({ token }: Page<unknown>) => (token === undefined ? {} : { NextToken: token });
  const targetsOf = (resourceId: string | undefined): readonly ScalableTargetRecord[] =>
    [...scaling.targets.values()].filter((target) => resourceId === undefined || target.resourceId === resourceId);

  return {
    'application-autoscaling:DescribeScalableTargets': (input) => {
      checkPlace(input);
      const ids = input.ResourceIds ?? [];
      if (ids.length > MOST_IDS) throw invalidScaling(`ResourceIds can have at most ${MOST_IDS} items`);
      const wanted = new Set(ids);
      const all = () =>
        targetsOf(undefined)
          .filter(({ resourceId }) => wanted.size === 0 || wanted.has(resourceId))
          .map((target) => describedTarget(target, account));
      const page = pageOf(targetPages(all, sizeOf(input.MaxResults, TARGETS_PER_PAGE), input.NextToken));
      return { ScalableTargets: page.items, ...tokenOf(page) };
    },
    'application-autoscaling:DescribeScalingPolicies': (input) => {
      checkPlace(input);
      const names = new Set(input.PolicyNames ?? []);
      const all = () =>
        targetsOf(input.ResourceId).flatMap((target) =>
          [...target.policies.values()]
            .filter(({ name }) => names.size === 0 || names.has(name))
            .map((policy) => describedPolicy(target, policy)),
        );
      // Its alarms are looked up with the service-linked role.
      if (!scaling.serviceLinkedRole && all().length > 0) throw noAccessToAlarms();
      const page = pageOf(policyPages(all, sizeOf(input.MaxResults, POLICIES_PER_PAGE), input.NextToken));
      return { ScalingPolicies: page.items, ...tokenOf(page) };
    },
    'application-autoscaling:DescribeScheduledActions': (input) => {
      checkPlace(input);
      const names = new Set(input.ScheduledActionNames ?? []);
      const all = () =>
        targetsOf(input.ResourceId).flatMap((target) =>
          [...target.schedules.values()]
            .filter(({ name }) => names.size === 0 || names.has(name))
            .map((action) => describedSchedule(target, action)),
        );
      const page = pageOf(schedulePages(all, sizeOf(input.MaxResults, SCHEDULES_PER_PAGE), input.NextToken));
      return { ScheduledActions: page.items, ...tokenOf(page) };
    },
    'application-autoscaling:RegisterScalableTarget': (input) => {
      checkPlace(input);
      const { arn } = scaling.register(input.ResourceId, {
        min: input.MinCapacity,
        max: input.MaxCapacity,
        suspended: input.SuspendedState,
        tags: input.Tags,
      });
      return { ScalableTargetARN: arn };
    },
    'application-autoscaling:DeregisterScalableTarget': (input) => {
      checkPlace(input);
      scaling.deregister(input.ResourceId);
      return {};
    },
    'application-autoscaling:PutScalingPolicy': (input) => {
      checkPlace(input);
      const { PolicyType: type = 'StepScaling' } = input;
      const tracking = input.TargetTrackingScalingPolicyConfiguration;
      const step = input.StepScalingPolicyConfiguration;
      if ((type === 'TargetTrackingScaling') !== (tracking !== undefined)) {
        throw invalidScaling(`The configuration does not fit the policy type ${type}`);
      }
      const { arn } = scaling.putPolicy(input.ResourceId, { name: input.PolicyName, tracking, step });
      return { PolicyARN: arn, Alarms: [] };
    },
    'application-autoscaling:DeleteScalingPolicy': (input) => {
      checkPlace(input);
      scaling.deletePolicy(input.ResourceId, input.PolicyName);
      return {};
    },
    'application-autoscaling:PutScheduledAction': (input) => {
      checkPlace(input);
      scaling.putSchedule(input.ResourceId, {
        name: input.ScheduledActionName,
        schedule: input.Schedule,
        timezone: input.Timezone,
        startTime: input.StartTime,
        endTime: input.EndTime,
        min: input.ScalableTargetAction?.MinCapacity,
        max: input.ScalableTargetAction?.MaxCapacity,
      });
      return {};
    },
    'application-autoscaling:DeleteScheduledAction': (input) => {
      checkPlace(input);
      scaling.deleteSchedule(input.ResourceId, input.ScheduledActionName);
      return {};
    },
    'application-autoscaling:ListTagsForResource': ({ ResourceARN }) => ({
      Tags: Object.fromEntries(inside.byArn(ResourceARN).tags),
    }),
    'application-autoscaling:TagResource': ({ ResourceARN, Tags }) => {
      scaling.tag(ResourceARN, Tags);
      return {};
    },
    'application-autoscaling:UntagResource': ({ ResourceARN, TagKeys }) => {
      scaling.untag(ResourceARN, TagKeys);
      return {};
    },
  };
};
