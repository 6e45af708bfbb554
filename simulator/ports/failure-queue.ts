import type { FailedMessage, FailureQueue, FailureQueues, Refused } from '../../shared/ports/failure-queue.ts';
import type { SqsRefusal } from '../shapes.ts';
import { createQueuePort } from './messages.ts';
import { batches, type Send } from './send.ts';

const MESSAGES_PER_CALL = 10;
const OUT_OF_SIGHT_SECONDS = 15 * 60;

/**
 * Failure queues over the world.
 * @param newId Of each message for a FIFO queue.
 */
export const createFailureQueues = (send: Send, newId: () => string): FailureQueues => {
  const { read, write } = send;

  const eachTen = async (
    messages: readonly FailedMessage[],
    carryOut: (
      entries: readonly { readonly Id: string; readonly ReceiptHandle: string }[],
    ) => Promise<{ readonly Failed: readonly SqsRefusal[] }>,
  ): Promise<readonly Refused[]> => {
    const entries = messages.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
    const parts = await Promise.all(
      batches(entries, MESSAGES_PER_CALL).map(async (some) => {
        try {
          const { Failed } = await carryOut(some);
          return Failed.map(({ Id, Code, Message }) => ({ index: Number(Id), cause: `${Code}: ${Message}` }));
        } catch (error) {
          const cause = error instanceof Error ? error.message : String(error);
          return some.map(({ Id }) => ({ index: Number(Id), cause }));
        }
      }),
    );
    return parts.flat();
  };

  const openUrl = (url: string): FailureQueue => ({
    url,
    waiting: async () => {
      const { Attributes } = await read('sqs:GetQueueAttributes', { QueueUrl: url });
      return Number(Attributes.ApproximateNumberOfMessages);
    },
    take: async (most) => {
      const taken: FailedMessage[] = [];
      while (taken.length < most) {
        const { Messages } = await read('sqs:ReceiveMessage', {
          QueueUrl: url,
          MaxNumberOfMessages: Math.min(MESSAGES_PER_CALL, most - taken.length),
          VisibilityTimeout: OUT_OF_SIGHT_SECONDS,
        });
        if (Messages.length === 0) break;
        for (const { MessageId, ReceiptHandle, Body, MessageAttributes } of Messages) {
          const attributes = Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
            StringValue === undefined ? [] : [[name, StringValue] as const],
          );
          taken.push({
            id: MessageId,
            body: Body,
            attributes: Object.fromEntries(attributes),
            receipt: ReceiptHandle,
          });
        }
      }
      return taken;
    },
    remove: (messages) => eachTen(messages, (Entries) => write('sqs:DeleteMessageBatch', { QueueUrl: url, Entries })),
    putBack: (messages) =>
      eachTen(messages, (entries) =>
        write('sqs:ChangeMessageVisibilityBatch', {
          QueueUrl: url,
          Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
        }),
      ),
    sendTo: (queueUrl, bodies) =>
      createQueuePort(send, { own: queueUrl }, newId).sendAgain(
        bodies.map((body) => ({ body, delaySeconds: 0, postmark: { firstSeenMs: 0, tries: 0 } })),
      ),
  });

  return {
    open: async (queue) =>
      openUrl(/^https?:\/\//.test(queue) ? queue : (await read('sqs:GetQueueUrl', { QueueName: queue })).QueueUrl),
  };
};
