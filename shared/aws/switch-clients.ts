import {
  DescribeRuleCommand,
  type DescribeRuleCommandInput,
  type DescribeRuleCommandOutput,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  type ServiceInputTypes as RuleInput,
  type ServiceOutputTypes as RuleOutput,
} from '@aws-sdk/client-eventbridge';
import {
  LambdaClient,
  type ServiceInputTypes as LambdaInput,
  type ServiceOutputTypes as LambdaOutput,
  ListEventSourceMappingsCommand,
  type ListEventSourceMappingsCommandInput,
  type ListEventSourceMappingsCommandOutput,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingCommandInput,
  type UpdateEventSourceMappingCommandOutput,
} from '@aws-sdk/client-lambda';
import {
  GetQueueUrlCommand,
  type GetQueueUrlCommandOutput,
  ListQueueTagsCommand,
  type ListQueueTagsCommandOutput,
  type ServiceInputTypes as QueueInput,
  type ServiceOutputTypes as QueueOutput,
  SQSClient,
  TagQueueCommand,
  type TagQueueCommandInput,
  UntagQueueCommand,
  type UntagQueueCommandInput,
} from '@aws-sdk/client-sqs';
import type { MoreClients } from './clients.ts';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try } from './watch.ts';

/** The calls that switch a stack; a file of its own, so that no function bundles them. Changes are tried once. */
export interface SwitchClients {
  listMappings(
    input: ListEventSourceMappingsCommandInput,
    options: SendOptions,
  ): Promise<ListEventSourceMappingsCommandOutput>;
  updateMapping(
    input: UpdateEventSourceMappingCommandInput,
    options: SendOptions,
  ): Promise<UpdateEventSourceMappingCommandOutput>;
  describeRule(input: DescribeRuleCommandInput, options: SendOptions): Promise<DescribeRuleCommandOutput>;
  switchRule(name: string, enabled: boolean, options: SendOptions): Promise<void>;
  queueUrl(name: string, options: SendOptions): Promise<GetQueueUrlCommandOutput>;
  queueTags(url: string, options: SendOptions): Promise<ListQueueTagsCommandOutput>;
  tagQueue(input: TagQueueCommandInput, options: SendOptions): Promise<void>;
  untagQueue(input: UntagQueueCommandInput, options: SendOptions): Promise<void>;
}

/** Makes them, over the connections and the watch of the other clients. */
export const createSwitchClients = ({ config, readTries, watch }: MoreClients): SwitchClients => {
  const lambda = (tries: number): LambdaClient => {
    const client = new LambdaClient(config(tries));
    client.middlewareStack.addRelativeTo(
      (next: Try<LambdaInput, LambdaOutput>, context: CallContext) => watch.around('lambda', next, context),
      watch.place,
    );
    return client;
  };
  const events = (tries: number): EventBridgeClient => {
    const client = new EventBridgeClient(config(tries));
    client.middlewareStack.addRelativeTo(
      (next: Try<RuleInput, RuleOutput>, context: CallContext) => watch.around('events', next, context),
      watch.place,
    );
    return client;
  };
  const sqs = (tries: number): SQSClient => {
    const client = new SQSClient(config(tries));
    client.middlewareStack.addRelativeTo(
      (next: Try<QueueInput, QueueOutput>, context: CallContext) => watch.around('sqs', next, context),
      watch.place,
    );
    return client;
  };
  const reads = { lambda: lambda(readTries), events: events(readTries), sqs: sqs(readTries) };
  const changes = { lambda: lambda(1), events: events(1), sqs: sqs(1) };
  return {
    listMappings: (input, options) => reads.lambda.send(new ListEventSourceMappingsCommand(input), options),
    updateMapping: (input, options) => changes.lambda.send(new UpdateEventSourceMappingCommand(input), options),
    describeRule: (input, options) => reads.events.send(new DescribeRuleCommand(input), options),
    switchRule: async (Name, enabled, options) => {
      if (enabled) await changes.events.send(new EnableRuleCommand({ Name }), options);
      else await changes.events.send(new DisableRuleCommand({ Name }), options);
    },
    queueUrl: (QueueName, options) => reads.sqs.send(new GetQueueUrlCommand({ QueueName }), options),
    queueTags: (QueueUrl, options) => reads.sqs.send(new ListQueueTagsCommand({ QueueUrl }), options),
    tagQueue: async (input, options) => {
      await changes.sqs.send(new TagQueueCommand(input), options);
    },
    untagQueue: async (input, options) => {
      await changes.sqs.send(new UntagQueueCommand(input), options);
    },
  };
};
