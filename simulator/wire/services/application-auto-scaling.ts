import type { AasTrackingConfiguration } from '../../shapes.ts';
import {
  BadMember,
  type Input,
  objectOf,
  objects,
  optionalBoolean,
  optionalDecimal,
  optionalNumber,
  optionalText,
  text,
  texts,
} from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

const optional = <T>(input: Input, name: string, read: (value: Input) => T): T | undefined =>
  input[name] === undefined || input[name] === null ? undefined : read(objectOf(input[name], name));

const resource = (input: Input) => ({
  ServiceNamespace: text(input, 'ServiceNamespace'),
  ResourceId: text(input, 'ResourceId'),
  ScalableDimension: text(input, 'ScalableDimension'),
});

const listing = (input: Input) => ({
  ServiceNamespace: text(input, 'ServiceNamespace'),
  ScalableDimension: optionalText(input, 'ScalableDimension'),
  MaxResults: optionalNumber(input, 'MaxResults'),
  NextToken: optionalText(input, 'NextToken'),
});

const capacities = (input: Input) => ({
  MinCapacity: optionalNumber(input, 'MinCapacity'),
  MaxCapacity: optionalNumber(input, 'MaxCapacity'),
});

const suspension = (state: Input) => ({
  DynamicScalingInSuspended: optionalBoolean(state, 'DynamicScalingInSuspended'),
  DynamicScalingOutSuspended: optionalBoolean(state, 'DynamicScalingOutSuspended'),
  ScheduledScalingSuspended: optionalBoolean(state, 'ScheduledScalingSuspended'),
});

const tags = (given: Input): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(given).map((key) => [key, text(given, key)]));

// What is left out must not come back as a member, as it would not from AWS.
const present = (input: object): object =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

const predefined = (input: Input) => ({
  PredefinedMetricType: text(input, 'PredefinedMetricType'),
  ...present({ ResourceLabel: optionalText(input, 'ResourceLabel') }),
});

const customized = (input: Input) =>
  present({
    MetricName: optionalText(input, 'MetricName'),
    Namespace: optionalText(input, 'Namespace'),
    Statistic: optionalText(input, 'Statistic'),
    Unit: optionalText(input, 'Unit'),
    Dimensions: objects(input, 'Dimensions').map((dimension) => ({
      Name: text(dimension, 'Name'),
      Value: text(dimension, 'Value'),
    })),
    Metrics: input.Metrics === undefined ? undefined : objects(input, 'Metrics'),
  });

const tracking = (input: Input): AasTrackingConfiguration => {
  const TargetValue = optionalDecimal(input, 'TargetValue');
  if (TargetValue === undefined) throw new BadMember('TargetValue', 'given');
  return {
    TargetValue,
    ...present({
      PredefinedMetricSpecification: optional(input, 'PredefinedMetricSpecification', predefined),
      CustomizedMetricSpecification: optional(input, 'CustomizedMetricSpecification', customized),
      ScaleOutCooldown: optionalNumber(input, 'ScaleOutCooldown'),
      ScaleInCooldown: optionalNumber(input, 'ScaleInCooldown'),
      DisableScaleIn: optionalBoolean(input, 'DisableScaleIn'),
    }),
  };
};

/**
 * Application Auto Scaling over AWS JSON 1.1. Not modelled: predictive scaling policies, scaling activities, and members
 * of a step scaling policy (they are handed back as they came).
 */
export const applicationAutoScaling: Handlers = handlersOf({
  DescribeScalableTargets: (input, { call }) =>
    call('application-autoscaling:DescribeScalableTargets', {
      ...listing(input),
      ResourceIds: input.ResourceIds === undefined ? undefined : texts(input, 'ResourceIds'),
    }),
  DescribeScalingPolicies: (input, { call }) =>
    call('application-autoscaling:DescribeScalingPolicies', {
      ...listing(input),
      PolicyNames: texts(input, 'PolicyNames'),
      ResourceId: optionalText(input, 'ResourceId'),
    }),
  DescribeScheduledActions: (input, { call }) =>
    call('application-autoscaling:DescribeScheduledActions', {
      ...listing(input),
      ScheduledActionNames: texts(input, 'ScheduledActionNames'),
      ResourceId: optionalText(input, 'ResourceId'),
    }),
  RegisterScalableTarget: (input, { call }) =>
    call('application-autoscaling:RegisterScalableTarget', {
      ...resource(input),
      ...capacities(input),
      SuspendedState: optional(input, 'SuspendedState', suspension),
      Tags: optional(input, 'Tags', tags),
    }),
  DeregisterScalableTarget: (input, { call }) =>
    call('application-autoscaling:DeregisterScalableTarget', resource(input)),
  PutScalingPolicy: (input, { call }) =>
    call('application-autoscaling:PutScalingPolicy', {
      ...resource(input),
      PolicyName: text(input, 'PolicyName'),
      PolicyType: optionalText(input, 'PolicyType'),
      StepScalingPolicyConfiguration: optional(input, 'StepScalingPolicyConfiguration', (value) => value),
      TargetTrackingScalingPolicyConfiguration: optional(input, 'TargetTrackingScalingPolicyConfiguration', tracking),
    }),
  DeleteScalingPolicy: (input, { call }) =>
    call('application-autoscaling:DeleteScalingPolicy', {
      ...resource(input),
      PolicyName: text(input, 'PolicyName'),
    }),
  PutScheduledAction: (input, { call }) =>
    call('application-autoscaling:PutScheduledAction', {
      ...resource(input),
      ScheduledActionName: text(input, 'ScheduledActionName'),
      Schedule: optionalText(input, 'Schedule'),
      Timezone: optionalText(input, 'Timezone'),
      StartTime: optionalDecimal(input, 'StartTime'),
      EndTime: optionalDecimal(input, 'EndTime'),
      ScalableTargetAction: optional(input, 'ScalableTargetAction', capacities),
    }),
  DeleteScheduledAction: (input, { call }) =>
    call('application-autoscaling:DeleteScheduledAction', {
      ...resource(input),
      ScheduledActionName: text(input, 'ScheduledActionName'),
    }),
  ListTagsForResource: (input, { call }) =>
    call('application-autoscaling:ListTagsForResource', { ResourceARN: text(input, 'ResourceARN') }),
  TagResource: (input, { call }) =>
    call('application-autoscaling:TagResource', {
      ResourceARN: text(input, 'ResourceARN'),
      Tags: tags(objectOf(input.Tags ?? {}, 'Tags')),
    }),
  UntagResource: (input, { call }) =>
    call('application-autoscaling:UntagResource', {
      ResourceARN: text(input, 'ResourceARN'),
      TagKeys: texts(input, 'TagKeys'),
    }),
});
