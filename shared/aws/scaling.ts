import {
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { NotFoundError } from '../errors.ts';
import type { Scaling } from '../ports/scaling.ts';
import { batches, distinct } from './batches.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';
import { createScalingClients } from './scaling-client.ts';
import { fromScalingError } from './scaling-errors.ts';
import { policyFrom, scheduledActionFrom, targetFrom } from './scaling-from-sdk.ts';
import { scheduleToSdk, suspensionToSdk, trackingToSdk } from './scaling-to-sdk.ts';
import type { Call } from './sdk-errors.ts';
import type { SendOptions } from './send-options.ts';
import { taggedResources } from './tagged-resources.ts';

/** Ids per call, and targets per page. https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
const TARGETS_PER_CALL = 50;
/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html */
const POLICIES_PER_PAGE = 10;
/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScheduledActions.html */
const SCHEDULES_PER_PAGE = 50;

const NAMESPACE = { ServiceNamespace: 'ecs' } as const;
const DIMENSION = 'ecs:service:DesiredCount';

/** What one service's scaling is called; a new object each, since the SDK's inputs are not readonly. */
const of = (resourceId: string) =>
  ({
    ...NAMESPACE,
    ResourceId: resourceId,
    ScalableDimension: DIMENSION,
  }) as const;

/** AWS takes the dimension only together with an id; without one, other dimensions are left out of the answer. */
const listOf = (resourceId: string | undefined) => (resourceId === undefined ? NAMESPACE : of(resourceId));

const isDesiredCount = ({ ScalableDimension }: { readonly ScalableDimension?: string | undefined }): boolean =>
  ScalableDimension === DIMENSION;

/** Application Auto Scaling over the AWS API. */
export const createScaling = (clients: Clients): Scaling => {
  const { scaling, scalingOnce } = createScalingClients(clients.more);

  const explained = async <T>(call: Call, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw fromScalingError(error, call);
    }
  };
  const callOf = (operation: string, resource: string): Call => ({
    action: `application-autoscaling:${operation}`,
    resource,
  });
  const read = <T>(call: Call, send: (options: SendOptions) => Promise<T>): Promise<T> =>
    explained(call, clients.read(call, send));
  const change = async (
    operation: string,
    resource: string,
    send: (options: SendOptions) => Promise<unknown>,
  ): Promise<void> => {
    const call = callOf(operation, resource);
    await explained(call, clients.change(call, send));
  };
  const unlessGone = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error; // gone is what we wanted
    }
  };

  return {
    targets: async (resourceIds) => {
      const wanted = resourceIds === undefined ? [undefined] : batches(distinct(resourceIds), TARGETS_PER_CALL);
      const parts = await Promise.all(
        wanted.map((ids) => {
          const call = callOf('DescribeScalableTargets', ids?.[0] ?? 'the account');
          return allPages(call.action, async (token) => {
            const answer = await read(call, (options) =>
              scaling().send(
                new DescribeScalableTargetsCommand({
                  ...NAMESPACE,
                  ...(ids !== undefined && { ScalableDimension: DIMENSION, ResourceIds: [...ids] }),
                  MaxResults: TARGETS_PER_CALL,
                  ...(token !== undefined && { NextToken: token }),
                }),
                options,
              ),
            );
            return { items: answer.ScalableTargets ?? [], next: answer.NextToken };
          });
        }),
      );
      return parts.flat().flatMap((target) => targetFrom(target) ?? []);
    },

    policies: async (resourceId) => {
      const call = callOf('DescribeScalingPolicies', resourceId ?? 'the account');
      const policies = await allPages(call.action, async (token) => {
        const answer = await read(call, (options) =>
          scaling().send(
            new DescribeScalingPoliciesCommand({
              ...listOf(resourceId),
              MaxResults: POLICIES_PER_PAGE,
              ...(token !== undefined && { NextToken: token }),
            }),
            options,
          ),
        );
        return { items: answer.ScalingPolicies ?? [], next: answer.NextToken };
      });
      return policies.filter(isDesiredCount).flatMap((policy) => policyFrom(policy) ?? []);
    },

    schedules: async (resourceId) => {
      const call = callOf('DescribeScheduledActions', resourceId ?? 'the account');
      const actions = await allPages(call.action, async (token) => {
        const answer = await read(call, (options) =>
          scaling().send(
            new DescribeScheduledActionsCommand({
              ...listOf(resourceId),
              MaxResults: SCHEDULES_PER_PAGE,
              ...(token !== undefined && { NextToken: token }),
            }),
            options,
          ),
        );
        return { items: answer.ScheduledActions ?? [], next: answer.NextToken };
      });
      return actions.filter(isDesiredCount).flatMap((action) => scheduledActionFrom(action) ?? []);
    },

    putTarget: (resourceId, { bounds, suspension }) =>
      change('RegisterScalableTarget', resourceId, (options) =>
        scalingOnce().send(
          new RegisterScalableTargetCommand({
            ...of(resourceId),
            ...(bounds !== undefined && { MinCapacity: bounds.min, MaxCapacity: bounds.max }),
            ...(suspension !== undefined && { SuspendedState: suspensionToSdk(suspension) }),
          }),
          options,
        ),
      ),

    putPolicy: (resourceId, policy) =>
      change('PutScalingPolicy', resourceId, (options) =>
        scalingOnce().send(
          new PutScalingPolicyCommand({
            ...of(resourceId),
            PolicyName: policy.name,
            PolicyType: 'TargetTrackingScaling',
            TargetTrackingScalingPolicyConfiguration: trackingToSdk(policy),
          }),
          options,
        ),
      ),

    deletePolicy: (resourceId, name) =>
      unlessGone(
        change('DeleteScalingPolicy', resourceId, (options) =>
          scalingOnce().send(new DeleteScalingPolicyCommand({ ...of(resourceId), PolicyName: name }), options),
        ),
      ),

    putSchedule: ({ resourceId, name, schedule, min, max }) =>
      change('PutScheduledAction', resourceId, (options) =>
        scalingOnce().send(
          new PutScheduledActionCommand({
            ...of(resourceId),
            ScheduledActionName: name,
            ...scheduleToSdk(schedule),
            ScalableTargetAction: {
              ...(min !== undefined && { MinCapacity: min }),
              ...(max !== undefined && { MaxCapacity: max }),
            },
          }),
          options,
        ),
      ),

    deleteSchedule: (resourceId, name) =>
      unlessGone(
        change('DeleteScheduledAction', resourceId, (options) =>
          scalingOnce().send(
            new DeleteScheduledActionCommand({ ...of(resourceId), ScheduledActionName: name }),
            options,
          ),
        ),
      ),

    tags: async (targetArn) => {
      const answer = await read(callOf('ListTagsForResource', targetArn), (options) =>
        scaling().send(new ListTagsForResourceCommand({ ResourceARN: targetArn }), options),
      );
      return answer.Tags ?? {};
    },

    tagged: async (tagKey) => {
      const type = 'application-autoscaling:scalable-target';
      const resources = await taggedResources(clients, type, tagKey, 'scalable targets');
      return new Map(resources.map(({ arn, tags }) => [arn, tags]));
    },

    tag: (targetArn, tags) =>
      change('TagResource', targetArn, (options) =>
        scalingOnce().send(new TagResourceCommand({ ResourceARN: targetArn, Tags: { ...tags } }), options),
      ),

    untag: (targetArn, tagKeys) =>
      unlessGone(
        change('UntagResource', targetArn, (options) =>
          scalingOnce().send(new UntagResourceCommand({ ResourceARN: targetArn, TagKeys: [...tagKeys] }), options),
        ),
      ),
  };
};
