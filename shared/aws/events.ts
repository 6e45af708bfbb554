import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { printable } from '../core/text.ts';
import type { Events, OutgoingEvent } from '../ports/events.ts';
import { batchesByBytes } from './batches.ts';
import type { Clients } from './clients.ts';
import { fromSdkError } from './sdk-errors.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const EVENTS_PER_CALL = 10;
/** All entries of a call together. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const BYTES_PER_CALL = 256 * 1024;
const SOURCE = 'taskwire';

interface Entry {
  readonly event: OutgoingEvent;
  readonly detail: string;
}

// AWS counts source, detail-type, detail and resources in UTF-8; three bytes per character are never too few.
const bytesOf = ({ event, detail }: Entry): number =>
  Buffer.byteLength(detail) + 3 * (SOURCE.length + event.detailType.length + event.resources.join('').length) + 14;

const toSdk = ({ event, detail }: Entry): PutEventsRequestEntry => ({
  Source: SOURCE,
  DetailType: event.detailType,
  Detail: detail,
  Resources: [...event.resources],
});

/** Events on the account's default bus over the AWS API; the client is imported at the first event. */
export const createEvents = (clients: Clients): Events => {
  const sendSome = async (entries: readonly Entry[]) => {
    const call = { action: 'events:PutEvents', resource: 'the default event bus' };
    try {
      const eventBridge = await clients.eventBridge();
      const answer = await clients.post(call, (options) =>
        eventBridge.putEvents({ Entries: entries.map(toSdk) }, options),
      );
      // The answer's entries stand in the order of the request's.
      return entries.flatMap(({ event }, index) => {
        const { ErrorCode: code, ErrorMessage: message } = answer.Entries?.[index] ?? {};
        return code === undefined ? [] : [{ event, cause: printable(`${code}: ${message ?? 'no message'}`) }];
      });
    } catch (error) {
      const cause = fromSdkError(error, call).message;
      return entries.map(({ event }) => ({ event, cause }));
    }
  };

  return {
    send: async (events) => {
      const entries = events.map((event) => ({ event, detail: JSON.stringify(event.detail) }));
      const parts = await Promise.all(batchesByBytes(entries, EVENTS_PER_CALL, BYTES_PER_CALL, bytesOf).map(sendSome));
      return parts.flat();
    },
  };
};
