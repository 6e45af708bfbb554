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
  /** FIFO queues only. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
  receiveCount: number;
  firstReceivedAtMs?: number;
  /** Nobody receives it before then. */
  visibleAtMs: number;
}

export interface QueueOptions {
  /** A FIFO queue's ends with `.fifo`. */
  readonly name: string;
  /** FIFO: a message without an id of its own is told apart by its text. Default false. */
  readonly contentBasedDeduplication?: boolean;
  /** Default 30,000. */
  readonly visibilityMs?: number;
  /** Where a message goes after `maxReceives` receives without being deleted. */
  readonly failureQueue?: SimulatedQueue;
  /** Default 5. */
  readonly maxReceives?: number;
}

export interface SendOptions {
  /** A FIFO queue takes none. */
  readonly delayMs?: number;
  readonly attributes?: Readonly<Record<string, SqsMessageAttribute>>;
  /** FIFO, and needed there: the messages of one group come in order. */
  readonly groupId?: string;
  /** FIFO: the same id again within five minutes is accepted and dropped. */
  readonly deduplicationId?: string;
}

/** An SQS queue, standard or FIFO. */
export interface SimulatedQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** All messages, waiting and in flight, oldest first. */
  readonly messages: readonly QueueMessage[];
  readonly fifo: boolean;
  readonly tags: Map<string, string>;
  /** How many messages could be received now. */
  readonly ready: number;
  /** @throws {AwsError} If a FIFO queue refuses the message. */
  send(body: string, options?: SendOptions): QueueMessage;
  /**
   * At most `most` visible messages; they are invisible until their visibility time-out ends. FIFO: in order, and none
   * of a group that has a message in flight: one that failed holds its group back until it is visible again.
   */
  receive(most: number): readonly QueueMessage[];
  delete(id: string): void;
  /** Makes a received message visible again after `ms`. */
  changeVisibility(id: string, ms: number): void;
  /** Called whenever a message may have become visible. Returns how to stop listening. */
  onVisible(listener: () => void): () => void;
}

export interface Queues {
  readonly all: () => readonly SimulatedQueue[];
  add(options: QueueOptions): SimulatedQueue;
  /** @throws {AwsError} If there is none. */
  byUrl(url: string): SimulatedQueue;
  /** @throws {AwsError} If there is none. */
  byName(name: string): SimulatedQueue;
}

const DEDUPLICATION_MS = 5 * 60_000;

/** Why a FIFO queue does not take a message, if it does not. */
const fifoRefusal = (
  {
    groupId,
    deduplicationId,
    delayMs,
  }: {
    readonly groupId: string | undefined;
    readonly deduplicationId: string | undefined;
    readonly delayMs: number | undefined;
  },
  contentBasedDeduplication: boolean,
): AwsError | undefined => {
  const refuse = (code: string, message: string) => new AwsError(code, code, message, { statusCode: 400 });
  if (groupId === undefined) {
    return refuse('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  }
  if (deduplicationId === undefined && !contentBasedDeduplication) {
    return refuse(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  if (delayMs !== undefined && delayMs > 0) {
    return refuse(
      'InvalidParameterValue',
      `Value ${delayMs / 1000} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  return undefined;
};

/**
 * No queues. Not modelled: retention, the 1 MiB limit on a batch, receives that miss messages, messages delivered twice
 * by SQS itself (a delivery can repeat events), high throughput of FIFO queues.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export const createQueues = (clock: VirtualClock, random: Random, account: string, region: string): Queues => {
  const queues = new Map<string, SimulatedQueue>();

  const create = (options: QueueOptions): SimulatedQueue => {
    const { name, visibilityMs = 30_000, failureQueue, maxReceives = 5, contentBasedDeduplication = false } = options;
    const fifo = name.endsWith('.fifo');
    /** Deduplication id → the message, for five minutes. */
    const seen = new Map<string, QueueMessage>();
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
    /** What may be received now, oldest first; in a FIFO queue a message in flight holds those behind it back. */
    const receivable = (): readonly QueueMessage[] => {
      const nowMs = clock.nowMs();
      const held = new Set<string | undefined>();
      return messages.filter(({ visibleAtMs, groupId }) => {
        if (fifo && held.has(groupId)) return false;
        if (visibleAtMs <= nowMs) return true;
        held.add(groupId);
        return false;
      });
    };
    const identityOf = (
      body: string,
      { groupId, deduplicationId, delayMs = 0 }: SendOptions,
    ): { readonly groupId?: string; readonly deduplicationId?: string } => {
      if (!fifo) return {};
      const refusal = fifoRefusal({ groupId, deduplicationId, delayMs }, contentBasedDeduplication);
      if (refusal) throw refusal;
      return { ...(groupId !== undefined && { groupId }), deduplicationId: deduplicationId ?? body };
    };
    return {
      name,
      fifo,
      tags: new Map(),
      get ready() {
        return receivable().length;
      },
      url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
      arn: `arn:aws:sqs:${region}:${account}:${name}`,
      messages,
      send: (body, sendOptions = {}) => {
        const { delayMs = 0, attributes = {} } = sendOptions;
        const nowMs = clock.nowMs();
        const identity = identityOf(body, sendOptions);
        const before = seen.get(identity.deduplicationId ?? '');
        if (before && nowMs - before.sentAtMs < DEDUPLICATION_MS) return before;
        const message: QueueMessage = {
          ...identity,
          id: uuid(random),
          body,
          attributes,
          sentAtMs: nowMs,
          receiveCount: 0,
          visibleAtMs: nowMs + delayMs,
        };
        if (identity.deduplicationId !== undefined) seen.set(identity.deduplicationId, message);
        messages.push(message);
        wake(delayMs);
        return message;
      },
      receive: (most) => {
        const nowMs = clock.nowMs();
        const received: QueueMessage[] = [];
        for (const message of receivable()) {
          if (received.length === most) break;
          if (failureQueue && message.receiveCount >= maxReceives) {
            remove(message.id);
            const { body, attributes, groupId, id } = message;
            failureQueue.send(body, {
              attributes,
              ...(failureQueue.fifo && groupId !== undefined && { groupId, deduplicationId: id }),
            });
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

  const found = (queue: SimulatedQueue | undefined): SimulatedQueue => {
    if (queue) return queue;
    throw new AwsError(
      'QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue',
      'The specified queue does not exist.',
      { statusCode: 400 },
    );
  };
  return {
    all: () => [...queues.values()],
    add: (options) => {
      const queue = create(options);
      queues.set(queue.url, queue);
      return queue;
    },
    byUrl: (url) => found(queues.get(url)),
    byName: (name) => found([...queues.values()].find((queue) => queue.name === name)),
  };
};
