import type { Events, OutgoingEvent } from '../../shared/ports/events.ts';
import type { Queue } from '../../shared/ports/queue.ts';
import type { SqsMessageAttribute, SqsSendEntry } from '../shapes.ts';
import { batches, type Send } from './send.ts';

const EVENTS_PER_CALL = 10;
const MESSAGES_PER_CALL = 10;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The event bus over the world. */
export const createEvents = ({ write }: Send): Events => {
  const sendSome = async (events: readonly OutgoingEvent[]) => {
    try {
      const { Entries } = await write('events:PutEvents', {
        Entries: events.map(({ detailType, detail, resources }) => ({
          Source: 'taskwire',
          DetailType: detailType,
          Detail: JSON.stringify(detail),
          Resources: resources,
        })),
      });
      return events.flatMap((event, index) => {
        const { ErrorCode, ErrorMessage } = Entries[index] ?? {};
        return ErrorCode === undefined ? [] : [{ event, cause: `${ErrorCode}: ${ErrorMessage}` }];
      });
    } catch (error) {
      return events.map((event) => ({ event, cause: wordsOf(error) }));
    }
  };
  return {
    send: async (events) => (await Promise.all(batches(events, EVENTS_PER_CALL).map(sendSome))).flat(),
  };
};

const text = (value: string): SqsMessageAttribute => ({ DataType: 'String', StringValue: value });
const number = (value: number): SqsMessageAttribute => ({ DataType: 'Number', StringValue: String(value) });

/** As the adapter: one group, and an id of its own for whatever is sent again; no delay of a single message. */
const FIFO_GROUP = 'taskwire';

/** URLs of the function's queues in the world; without them, everything is answered as not sent. */
export interface QueueUrls {
  readonly own?: string;
  readonly failures?: string;
}

/**
 * The function's queues over the world.
 * @param newId Of each message for a FIFO queue.
 */
export const createQueuePort = ({ write }: Send, urls: QueueUrls, newId: () => string): Queue => {
  const sendAll = async (url: string | undefined, entries: readonly Omit<SqsSendEntry, 'Id'>[]) => {
    if (url === undefined) return entries.map((_, index) => ({ index, cause: 'there is no queue to send it to' }));
    const fifo = url.endsWith('.fifo');
    const numbered = entries.map(({ DelaySeconds, ...entry }, index) => ({
      ...entry,
      Id: String(index),
      ...(fifo
        ? { MessageGroupId: FIFO_GROUP, MessageDeduplicationId: newId() }
        : { ...(DelaySeconds !== undefined && { DelaySeconds }) }),
    }));
    const parts = await Promise.all(
      batches(numbered, MESSAGES_PER_CALL).map(async (some) => {
        try {
          const { Failed } = await write('sqs:SendMessageBatch', { QueueUrl: url, Entries: some });
          return Failed.map(({ Id, Code, Message }) => ({ index: Number(Id), cause: `${Code}: ${Message}` }));
        } catch (error) {
          return some.map(({ Id }) => ({ index: Number(Id), cause: wordsOf(error) }));
        }
      }),
    );
    return parts.flat();
  };
  return {
    sendAgain: (messages) =>
      sendAll(
        urls.own,
        messages.map(({ body, delaySeconds, postmark: { firstSeenMs, tries, why, untouched } }) => ({
          MessageBody: body,
          DelaySeconds: delaySeconds,
          MessageAttributes: {
            firstSeen: number(firstSeenMs),
            tries: number(tries),
            ...(untouched && { untouched: text('true') }),
            ...(why !== undefined && { why: text(why) }),
          },
        })),
      ),
    park: (messages) =>
      sendAll(
        urls.failures,
        messages.map(({ body, cause, postmark: { firstSeenMs, tries, why } }) => ({
          MessageBody: body,
          MessageAttributes: {
            firstSeen: number(firstSeenMs),
            tries: number(tries),
            ...(why !== undefined && { why: text(why) }),
            cause: text(cause),
          },
        })),
      ),
  };
};
