import {
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  type SendMessageBatchCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The SQS call that is used; a file of its own, read when first needed. */
export interface Sqs {
  sendMessageBatch(input: SendMessageBatchCommandInput, options: SendOptions): Promise<SendMessageBatchCommandOutput>;
}

/** Makes the SQS client; every try passes through `watch`. */
export const createSqs = (config: SQSClientConfig, watch: Watch): Sqs => {
  const client = new SQSClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('sqs', next, context),
    watch.place,
  );
  return { sendMessageBatch: (input, options) => client.send(new SendMessageBatchCommand(input), options) };
};
