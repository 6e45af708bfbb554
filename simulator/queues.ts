import { uuid } from './bus.ts';
import type { VirtualClock } from './clock.ts';
import { AwsError } from './errors.ts';
import type { Random } from './random.ts';
import type { SqsMessageAttribute } from './shapes.ts';

/** A message in a queue. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, SqsMessageAttribute>>;
  readonly sentAtMs: number;
  receiveCount: number;
  firstReceivedAtMs?: number;
  /** Nobody receives it before then. */
  visibleAtMs: number;
}

export interface QueueOptions {
  readonly name: string;
  /** Default 30,000. */
  readonly visibilityMs?: number;
  /** Where a message goes after `maxReceives` receives without being deleted. */
  readonly failureQueue?: SimulatedQueue;
  /** Default 5. */
  readonly maxReceives?: number;
}

/** A standard SQS queue. */
export interface SimulatedQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** All messages, waiting and in flight, oldest first. */
  readonly messages: readonly QueueMessage[];
  send(
    body: string,
    options?: { delayMs?: number; attributes?: Readonly<Record<string, SqsMessageAttribute>> },
  ): QueueMessage;
  /** At most `most` visible messages; they are invisible until their visibility time-out ends. */
  receive(most: number): readonly QueueMessage[];
  delete(id: string): void;
  /** Makes a received message visible again after `ms`. */
  changeVisibility(id: string, ms: number): void;
  /** Called whenever a message may have become visible. Returns how to stop listening. */
  onVisible(listener: () => void): () => void;
}

export interface Queues {
  add(options: QueueOptions): SimulatedQueue;
  /** @throws {AwsError} If there is none. */
  byUrl(url: string): SimulatedQueue;
}

/**
 * No queues. Not modelled: FIFO queues, retention, the 1 MiB limit on a batch, receives that miss messages, messages
 * delivered twice by SQS itself (a delivery can repeat events).
 */
export const createQueues = (clock: VirtualClock, random: Random, account: string, region: string): Queues => {
  const queues = new Map<string, SimulatedQueue>();

  const create = ({ name, visibilityMs = 30_000, failureQueue, maxReceives = 5 }: QueueOptions): SimulatedQueue => {
    const messages: QueueMessage[] = [];
    const listeners = new Set<() => void>();
    const wake = (inMs: number) => {
      clock.after(inMs, () => {
        for (const listener of listeners) listener();
      });
    };
    const remove = (id: string) => {
      const index = messages.findIndex((message) => message.id === id);
      if (index !== -1) messages.splice(index, 1);
    };
    return {
      name,
      url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
      arn: `arn:aws:sqs:${region}:${account}:${name}`,
      messages,
      send: (body, { delayMs = 0, attributes = {} } = {}) => {
        const nowMs = clock.nowMs();
        const message = {
          id: uuid(random),
          body,
          attributes,
          sentAtMs: nowMs,
          receiveCount: 0,
          visibleAtMs: nowMs + delayMs,
        };
        messages.push(message);
        wake(delayMs);
        return message;
      },
      receive: (most) => {
        const nowMs = clock.nowMs();
        const received: QueueMessage[] = [];
        for (const message of [...messages]) {
          if (received.length === most) break;
          if (message.visibleAtMs > nowMs) continue;
          if (failureQueue && message.receiveCount >= maxReceives) {
            remove(message.id);
            failureQueue.send(message.body, { attributes: message.attributes });
            continue;
          }
          message.receiveCount++;
          message.firstReceivedAtMs ??= nowMs;
          message.visibleAtMs = nowMs + visibilityMs;
          wake(visibilityMs);
          received.push(message);
        }
        return received;
      },
      delete: remove,
      changeVisibility: (id, ms) => {
        const message = messages.find((other) => other.id === id);
        if (!message) return;
        message.visibleAtMs = clock.nowMs() + ms;
        wake(ms);
      },
      onVisible: (listener) => {
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
        };
      },
    };
  };

  return {
    add: (options) => {
      const queue = create(options);
      queues.set(queue.url, queue);
      return queue;
    },
    byUrl: (url) => {
      const queue = queues.get(url);
      if (queue) return queue;
      throw new AwsError(
        'QueueDoesNotExist',
        'AWS.SimpleQueueService.NonExistentQueue',
        'The specified queue does not exist.',
        { statusCode: 400 },
      );
    },
  };
};
