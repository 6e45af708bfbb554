import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import type { Postmark } from '../core/message.ts';
import { printable } from '../core/text.ts';
import type { Queue } from '../ports/queue.ts';
import { batchesByBytes } from './batches.ts';
import type { Clients } from './clients.ts';
import { fromSdkError } from './sdk-errors.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MESSAGES_PER_CALL = 10;
/** All messages of a call together, attributes included: 1 MiB, with room for the attributes' names. */
const BYTES_PER_CALL = 1_000_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
const MOST_DELAY_SECONDS = 900;
/** Enough for an error's message; the body beside it may need all the rest. */
const MOST_ATTRIBUTE_CHARACTERS = 1_000;
/** A message that is there twice costs one look; one that is lost, a sweep. So what did not arrive is sent once more. */
const ROUNDS = 2;

interface Outgoing {
  readonly index: number;
  readonly body: string;
  readonly delaySeconds: number;
  readonly postmark: Postmark;
  readonly cause?: string;
}

interface Unsent {
  readonly index: number;
  readonly cause: string;
  /** Whether the same message could be taken another time. */
  readonly again: boolean;
}

const text = (value: string) => ({
  DataType: 'String',
  // An attribute may not be empty.
  StringValue: printable(value).slice(0, MOST_ATTRIBUTE_CHARACTERS) || 'unknown',
});

const number = (value: number) => ({ DataType: 'Number', StringValue: String(Math.trunc(value)) });

/** All messages in one group, the rules' too: they are taken one after the other, by one writer. */
export const FIFO_GROUP = 'taskwire';

/**
 * A FIFO queue holds back no single message, and drops a message whose id it saw in the last five minutes; what is sent
 * again is meant, so each has an id of its own.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
const inFifo = () => ({ MessageGroupId: FIFO_GROUP, MessageDeduplicationId: crypto.randomUUID() });

const toSdk = (
  { index, body, delaySeconds, postmark, cause }: Outgoing,
  fifo: boolean,
): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: body,
  ...(fifo ? inFifo() : { DelaySeconds: Math.min(MOST_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds))) }),
  MessageAttributes: {
    firstSeen: number(postmark.firstSeenMs),
    tries: number(postmark.tries),
    ...(postmark.untouched && { untouched: text('true') }),
    ...(postmark.why !== undefined && { why: text(postmark.why) }),
    ...(cause !== undefined && { cause: text(cause) }),
  },
});

const bytesOf = ({ body, postmark, cause }: Outgoing): number =>
  Buffer.byteLength(body) +
  4 * Math.min(MOST_ATTRIBUTE_CHARACTERS, postmark.why?.length ?? 0) +
  4 * Math.min(MOST_ATTRIBUTE_CHARACTERS, cause?.length ?? 0) +
  200;

/**
 * The function's own queue and its failure queue over the AWS API; the client is imported at the first message.
 * @param queueUrl Without it (tried by hand) nothing can be sent again, and the answer says so.
 */
export const createQueue = (
  clients: Clients,
  urls: { readonly queueUrl?: string; readonly failureQueueUrl?: string },
): Queue => {
  const sendSome = async (queueUrl: string, messages: readonly Outgoing[]): Promise<readonly Unsent[]> => {
    const call = { action: 'sqs:SendMessage', resource: queueUrl };
    try {
      const sqs = await clients.sqs();
      const answer = await clients.post(call, (options) =>
        sqs.sendMessageBatch(
          { QueueUrl: queueUrl, Entries: messages.map((message) => toSdk(message, queueUrl.endsWith('.fifo'))) },
          options,
        ),
      );
      const arrived = new Set((answer.Successful ?? []).map(({ Id }) => Id));
      return messages.flatMap(({ index }) => {
        if (arrived.has(String(index))) return [];
        const failed = answer.Failed?.find(({ Id }) => Id === String(index));
        const words = failed
          ? `${failed.Code ?? 'no code'}: ${failed.Message ?? 'no message'}`
          : 'SQS did not answer for it';
        return [{ index, cause: printable(words), again: failed?.SenderFault !== true }];
      });
    } catch (error) {
      const failure = fromSdkError(error, call);
      return messages.map(({ index }) => ({ index, cause: failure.message, again: failure.disposition === 'retry' }));
    }
  };

  const sendAll = async (queueUrl: string | undefined, setting: string, messages: readonly Outgoing[]) => {
    if (queueUrl === undefined) {
      return messages.map(({ index }) => ({ index, cause: `${setting} is not set: there is no queue to send it to.` }));
    }
    const unsent = new Map<number, Unsent>();
    let rest = messages;
    for (let round = 0; round < ROUNDS && rest.length > 0; round++) {
      const parts = await Promise.all(
        batchesByBytes(rest, MESSAGES_PER_CALL, BYTES_PER_CALL, bytesOf).map((some) => sendSome(queueUrl, some)),
      );
      for (const { index } of rest) unsent.delete(index);
      for (const failed of parts.flat()) unsent.set(failed.index, failed);
      rest = rest.filter(({ index }) => unsent.get(index)?.again);
    }
    return Array.from(unsent.values(), ({ index, cause }) => ({ index, cause }));
  };

  return {
    sendAgain: (messages) =>
      sendAll(
        urls.queueUrl,
        'TASKWIRE_QUEUE_URL',
        messages.map((message, index) => ({ ...message, index })),
      ),
    park: (messages) =>
      sendAll(
        urls.failureQueueUrl,
        'TASKWIRE_FAILURE_QUEUE_URL',
        messages.map((message, index) => ({ ...message, index, delaySeconds: 0 })),
      ),
  };
};
