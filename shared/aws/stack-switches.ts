import { NotFoundError } from '../errors.ts';
import type { StackSwitches } from '../ports/stack-switches.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';
import { codeOf } from './sdk-errors.ts';
import { createSwitchClients } from './switch-clients.ts';
import { taggedResources } from './tagged-resources.ts';

/** What switches a stack over the AWS API, for the command line. */
export const createStackSwitches = (clients: Clients): StackSwitches => {
  let made: ReturnType<typeof createSwitchClients> | undefined;
  const client = () => {
    made ??= createSwitchClients(clients.more);
    return made;
  };
  return {
    marked: (tagKey) => taggedResources(clients, undefined, tagKey, 'resources'),

    queue: async (name) => {
      const { QueueUrl: url } = await clients.read({ action: 'sqs:GetQueueUrl', resource: name }, (options) =>
        client().queueUrl(name, options),
      );
      if (url === undefined) throw new NotFoundError(`sqs:GetQueueUrl told no URL of the queue ${name}.`);
      const { Tags: tags = {} } = await clients.read({ action: 'sqs:ListQueueTags', resource: name }, (options) =>
        client().queueTags(url, options),
      );
      return { url, tags };
    },

    mark: (queueUrl, tags) =>
      clients.change({ action: 'sqs:TagQueue', resource: queueUrl }, (options) =>
        client().tagQueue({ QueueUrl: queueUrl, Tags: { ...tags } }, options),
      ),

    unmark: (queueUrl, tagKeys) =>
      clients.change({ action: 'sqs:UntagQueue', resource: queueUrl }, (options) =>
        client().untagQueue({ QueueUrl: queueUrl, TagKeys: [...tagKeys] }, options),
      ),

    mappings: async (functionName) => {
      const call = { action: 'lambda:ListEventSourceMappings', resource: functionName };
      const mappings = await allPages(call.action, async (token) => {
        const answer = await clients.read(call, (options) =>
          client().listMappings({ FunctionName: functionName, ...(token !== undefined && { Marker: token }) }, options),
        );
        return { items: answer.EventSourceMappings ?? [], next: answer.NextMarker };
      });
      return mappings.flatMap(({ UUID, State }) =>
        UUID === undefined ? [] : [{ id: UUID, state: State ?? 'unknown' }],
      );
    },

    switchMapping: async (id, enabled) => {
      try {
        await clients.change({ action: 'lambda:UpdateEventSourceMapping', resource: id }, (options) =>
          client().updateMapping({ UUID: id, Enabled: enabled }, options),
        );
        return true;
      } catch (error) {
        if (['ResourceInUse', 'ResourceConflict'].includes(codeOf(error))) return false;
        throw error;
      }
    },

    isRuleEnabled: async (name) => {
      const { State } = await clients.read({ action: 'events:DescribeRule', resource: name }, (options) =>
        client().describeRule({ Name: name }, options),
      );
      return State !== 'DISABLED';
    },

    switchRule: (name, enabled) =>
      clients.change({ action: `events:${enabled ? 'EnableRule' : 'DisableRule'}`, resource: name }, (options) =>
        client().switchRule(name, enabled, options),
      ),
  };
};
