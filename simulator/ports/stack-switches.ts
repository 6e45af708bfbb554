import type { StackSwitches } from '../../shared/ports/stack-switches.ts';
import { AwsError } from '../errors.ts';
import { type Send, taggedResources } from './send.ts';

/** What switches a stack, over the world. */
export const createStackSwitches = (send: Send): StackSwitches => {
  const { read, write } = send;
  return {
    marked: (tagKey) => taggedResources(send, undefined, tagKey),
    queue: async (name) => {
      const { QueueUrl: url } = await read('sqs:GetQueueUrl', { QueueName: name });
      const { Tags: tags } = await read('sqs:ListQueueTags', { QueueUrl: url });
      return { url, tags };
    },
    mark: async (QueueUrl, Tags) => {
      await write('sqs:TagQueue', { QueueUrl, Tags });
    },
    unmark: async (QueueUrl, TagKeys) => {
      await write('sqs:UntagQueue', { QueueUrl, TagKeys });
    },
    mappings: async (FunctionName) => {
      const { EventSourceMappings } = await read('lambda:ListEventSourceMappings', { FunctionName });
      return EventSourceMappings.map(({ UUID, State }) => ({ id: UUID, state: State }));
    },
    switchMapping: async (UUID, Enabled) => {
      try {
        await write('lambda:UpdateEventSourceMapping', { UUID, Enabled });
        return true;
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        if (cause instanceof AwsError && cause.code === 'ResourceInUseException') return false;
        throw error;
      }
    },
    isRuleEnabled: async (Name) => (await read('events:DescribeRule', { Name })).State === 'ENABLED',
    switchRule: async (Name, enabled) => {
      await write(enabled ? 'events:EnableRule' : 'events:DisableRule', { Name });
    },
  };
};
