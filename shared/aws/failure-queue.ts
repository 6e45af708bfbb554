import type { BatchResultErrorEntry, Message } from '@aws-sdk/client-sqs';
import { printable } from '../core/text.ts';
import type { FailedMessage, FailureQueue, FailureQueues, Refused } from '../ports/failure-queue.ts';
import { batches } from './batches.ts';
import type { Clients } from './clients.ts';
import { createFailureQueueClient } from './failure-queue-client.ts';
import { createQueue } from './queue.ts';
import { fromSdkError } from './sdk-errors.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MESSAGES_PER_CALL = 10;
/** A person reads what is shown before they agree; nobody else receives it meanwhile. */
const OUT_OF_SIGHT_SECONDS = 15 * 60;
/** With a wait SQS asks all its servers, without one only some: few messages would often not be found. */
const WAIT_SECONDS = 1;

interface BatchAnswer {
  readonly Failed?: readonly BatchResultErrorEntry[] | undefined;
}

const messageFrom = ({ MessageId, ReceiptHandle, Body, MessageAttributes = {} }: Message): readonly FailedMessage[] =>
  MessageId === undefined || ReceiptHandle === undefined
    ? []
    : [
        {
          id: MessageId,
          body: Body ?? '',
          attributes: Object.fromEntries(
            Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
              StringValue === undefined ? [] : [[name, StringValue]],
            ),
          ),
          receipt: ReceiptHandle,
        },
      ];

/** Failure queues over the AWS API, for the command line. */
export const createFailureQueues = (clients: Clients): FailureQueues => {
  let made: ReturnType<typeof createFailureQueueClient> | undefined;
  const client = () => {
    made ??= createFailureQueueClient(clients.more);
    return made;
  };

  /** Ten messages per call; what AWS refuses of them, and those of a call that failed. */
  const eachTen = async (
    messages: readonly FailedMessage[],
    send: (some: readonly FailedMessage[], idOf: (index: number) => string) => Promise<BatchAnswer>,
    call: { readonly action: string; readonly resource: string },
  ): Promise<readonly Refused[]> => {
    const parts = await Promise.all(
      batches(messages, MESSAGES_PER_CALL).map(async (some, part): Promise<readonly Refused[]> => {
        const indexOf = (index: number): number => part * MESSAGES_PER_CALL + index;
        try {
          const { Failed = [] } = await send(some, String);
          return Failed.map(({ Id, Code, Message: words }) => ({
            index: indexOf(Number(Id)),
            cause: printable(`${Code ?? 'no code'}: ${words ?? 'no message'}`),
          }));
        } catch (error) {
          const { message: cause } = fromSdkError(error, call);
          return some.map((_, index) => ({ index: indexOf(index), cause }));
        }
      }),
    );
    return parts.flat();
  };

  const openUrl = (url: string): FailureQueue => {
    const call = (action: string) => ({ action, resource: url });
    const receive = async (most: number): Promise<readonly FailedMessage[]> => {
      const { Messages = [] } = await clients.read(call('sqs:ReceiveMessage'), (options) =>
        client().receiveMessage(
          {
            QueueUrl: url,
            MaxNumberOfMessages: Math.min(MESSAGES_PER_CALL, most),
            VisibilityTimeout: OUT_OF_SIGHT_SECONDS,
            WaitTimeSeconds: WAIT_SECONDS,
            MessageAttributeNames: ['All'],
          },
          options,
        ),
      );
      return Messages.flatMap(messageFrom);
    };
    const putBack: FailureQueue['putBack'] = (messages) =>
      eachTen(
        messages,
        (some, idOf) =>
          clients.post(call('sqs:ChangeMessageVisibility'), (options) =>
            client().changeMessageVisibilityBatch(
              {
                QueueUrl: url,
                Entries: some.map(({ receipt }, index) => ({
                  Id: idOf(index),
                  ReceiptHandle: receipt,
                  VisibilityTimeout: 0,
                })),
              },
              options,
            ),
          ),
        call('sqs:ChangeMessageVisibility'),
      );
    return {
      url,
      waiting: async () => {
        const { Attributes } = await clients.read(call('sqs:GetQueueAttributes'), (options) =>
          client().getQueueAttributes({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }, options),
        );
        return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      },
      take: async (most) => {
        const taken = new Map<string, FailedMessage>();
        try {
          while (taken.size < most) {
            const some = await receive(most - taken.size);
            if (some.length === 0) break;
            for (const message of some) taken.set(message.id, message);
          }
        } catch (error) {
          // Nobody would see them for a quarter of an hour.
          await putBack([...taken.values()]);
          throw error;
        }
        return [...taken.values()];
      },
      remove: (messages) =>
        eachTen(
          messages,
          (some, idOf) =>
            clients.post(call('sqs:DeleteMessage'), (options) =>
              client().deleteMessageBatch(
                {
                  QueueUrl: url,
                  Entries: some.map(({ receipt }, index) => ({ Id: idOf(index), ReceiptHandle: receipt })),
                },
                options,
              ),
            ),
          call('sqs:DeleteMessage'),
        ),
      putBack,
      sendTo: (queueUrl, bodies) =>
        createQueue(clients, { queueUrl }).sendAgain(
          bodies.map((body) => ({ body, delaySeconds: 0, postmark: { firstSeenMs: Date.now(), tries: 0 } })),
        ),
    };
  };

  return {
    open: async (queue) => {
      if (/^https?:\/\//.test(queue)) return openUrl(queue);
      const { QueueUrl } = await clients.read({ action: 'sqs:GetQueueUrl', resource: queue }, (options) =>
        client().getQueueUrl({ QueueName: queue }, options),
      );
      return openUrl(QueueUrl ?? queue);
    },
  };
};
