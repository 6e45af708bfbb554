import {
  ChangeMessageVisibilityBatchCommand,
  type ChangeMessageVisibilityBatchCommandInput,
  type ChangeMessageVisibilityBatchCommandOutput,
  DeleteMessageBatchCommand,
  type DeleteMessageBatchCommandInput,
  type DeleteMessageBatchCommandOutput,
  GetQueueAttributesCommand,
  type GetQueueAttributesCommandInput,
  type GetQueueAttributesCommandOutput,
  GetQueueUrlCommand,
  type GetQueueUrlCommandInput,
  type GetQueueUrlCommandOutput,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  type ReceiveMessageCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { MoreClients } from './clients.ts';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try } from './watch.ts';

/** The SQS calls of the command line; a file of its own, so that no function bundles them. */
export interface FailureQueueClient {
  getQueueUrl(input: GetQueueUrlCommandInput, options: SendOptions): Promise<GetQueueUrlCommandOutput>;
  getQueueAttributes(
    input: GetQueueAttributesCommandInput,
    options: SendOptions,
  ): Promise<GetQueueAttributesCommandOutput>;
  receiveMessage(input: ReceiveMessageCommandInput, options: SendOptions): Promise<ReceiveMessageCommandOutput>;
  deleteMessageBatch(
    input: DeleteMessageBatchCommandInput,
    options: SendOptions,
  ): Promise<DeleteMessageBatchCommandOutput>;
  changeMessageVisibilityBatch(
    input: ChangeMessageVisibilityBatchCommandInput,
    options: SendOptions,
  ): Promise<ChangeMessageVisibilityBatchCommandOutput>;
}

/** Makes it, over the connections and the watch of the other clients. */
export const createFailureQueueClient = ({ config, readTries, watch }: MoreClients): FailureQueueClient => {
  const client = new SQSClient(config(readTries));
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('sqs', next, context),
    watch.place,
  );
  return {
    getQueueUrl: (input, options) => client.send(new GetQueueUrlCommand(input), options),
    getQueueAttributes: (input, options) => client.send(new GetQueueAttributesCommand(input), options),
    receiveMessage: (input, options) => client.send(new ReceiveMessageCommand(input), options),
    deleteMessageBatch: (input, options) => client.send(new DeleteMessageBatchCommand(input), options),
    changeMessageVisibilityBatch: (input, options) =>
      client.send(new ChangeMessageVisibilityBatchCommand(input), options),
  };
};
