import type { QueueMessage } from '../../simulator/queues.ts';
import type { BusEvent } from '../../simulator/shapes.ts';
import type { Stage } from './stage.ts';

/** Events as one SQS batch, each its own message. */
export const batchOf = (events: readonly object[], attributes: Readonly<Record<string, number>> = {}): object => ({
  Records: events.map((event, index) => ({
    messageId: `message-${index}`,
    eventSource: 'aws:sqs',
    body: JSON.stringify(event),
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { dataType: 'Number', stringValue: String(value) }]),
    ),
  })),
});

/** What waits in a queue, as the batch that SQS would hand out. */
export const batchFrom = (messages: readonly QueueMessage[]): object => ({
  Records: messages.map(({ id, body, attributes }) => ({
    messageId: id,
    eventSource: 'aws:sqs',
    body,
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
        name,
        { dataType: DataType, stringValue: StringValue },
      ]),
    ),
  })),
});

/** The events of tasks so far that say this status, oldest first; all of them where none is given. */
export const taskEvents = ({ world }: Stage, lastStatus?: string): readonly BusEvent[] =>
  world.bus.log.filter(
    (event) =>
      event['detail-type'] === 'ECS Task State Change' &&
      (lastStatus === undefined || Reflect.get(event.detail, 'lastStatus') === lastStatus),
  );
