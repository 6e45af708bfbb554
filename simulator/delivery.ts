import { uuid } from './bus.ts';
import type { QueueMessage, SimulatedQueue } from './queues.ts';
import type { BusEvent } from './shapes.ts';
import type { MappingRecord, RuleRecord } from './switches.ts';
import type { World } from './world.ts';

/** What an event source mapping hands to a function. */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>> & {
    readonly ApproximateReceiveCount: string;
    readonly SentTimestamp: string;
    readonly SenderId: string;
    readonly ApproximateFirstReceiveTimestamp: string;
  };
  readonly messageAttributes: Readonly<
    Record<string, { readonly dataType: string; readonly stringValue?: string | undefined }>
  >;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** The part of Lambda's context that functions use. */
export interface InvocationContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

/** A deployed function: a built bundle's handler, or a use case over the in-memory ports. */
export type FunctionHandler = (event: unknown, context: InvocationContext) => Promise<unknown>;

/** What the bus does to events on their way to the queue. May be changed at any time. */
export interface BusTrouble {
  /** How late an event comes, from and to, milliseconds; different latenesses shuffle events. Default 0 to 0. */
  lateMs: readonly [from: number, to: number];
  /** Probability that an event comes once more (with a lateness of its own). Default 0. */
  repeated: number;
  /** Probability that an event never comes. Default 0. */
  lost: number;
}

export interface DeliveryOptions {
  readonly queue: SimulatedQueue;
  readonly handler: FunctionHandler;
  readonly functionName?: string;
  /** The rule. Default: ECS task state changes, and tag changes of target groups. */
  readonly wants?: (event: BusEvent) => boolean;
  readonly trouble?: Partial<BusTrouble>;
  /** In which group of a FIFO queue the rule puts its events. Default `taskwire`. */
  readonly groupId?: string;
  /** Default 100; of a FIFO queue 10, which is its most. */
  readonly batchSize?: number;
  /** How long messages are gathered. Default 1,000; a FIFO queue has none. */
  readonly windowMs?: number;
  /** Default 2. */
  readonly maxConcurrency?: number;
  /** The function's time-out. Default 60,000. */
  readonly timeoutMs?: number;
  /** What the queue's messages come through; while it is not enabled, none is handed on. Left out: always. */
  readonly mapping?: MappingRecord;
}

/** One run of the function. */
export interface Invocation {
  readonly event: unknown;
  readonly startedAtMs: number;
  endedAtMs?: number;
  result?: unknown;
  /** What it threw, or that it took too long. */
  error?: unknown;
}

/** EventBridge → SQS → Lambda. */
export interface Delivery {
  readonly trouble: BusTrouble;
  readonly invocations: readonly Invocation[];
  /** Runs that have not ended. */
  readonly running: number;
  /** Nothing on its way, nothing visible in the queue, nothing running. Delayed and failed messages may still wait. */
  readonly idle: boolean;
  /** Runs the function with any event, as a schedule or a person does. @throws What it throws, or that it took too long. */
  invoke(event: unknown): Promise<unknown>;
  /**
   * Runs the function every `everyMs` with a `Scheduled Event`, as long as the rule is enabled; errors stay in
   * `invocations`. Returns how to stop.
   */
  schedule(everyMs: number, rule?: RuleRecord): () => void;
  stop(): void;
}

/** What a rule of EventBridge sends on a schedule. */
export const scheduledEvent = (world: World): BusEvent => ({
  version: '0',
  id: uuid(world.random),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: world.account,
  time: `${new Date(world.clock.nowMs()).toISOString().slice(0, 19)}Z`,
  region: world.region,
  resources: [`arn:aws:events:${world.region}:${world.account}:rule/taskwire-sweep`],
  detail: {},
});

const wantsTargetEvents = (event: BusEvent): boolean =>
  (event.source === 'aws.ecs' && event['detail-type'] === 'ECS Task State Change') ||
  (event.source === 'aws.tag' && event.resources.some((arn) => arn.includes(':targetgroup/')));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * The messages that failed, by AWS's rules: none for an empty answer or list; all of them for an answer that is no
 * such list or names a message that was not in the batch.
 */
export const failedIds = (result: unknown, ids: readonly string[]): readonly string[] => {
  if (result === null || result === undefined) return [];
  if (!isObject(result)) return ids;
  const failures = result.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return ids;
  const named: string[] = [];
  for (const failure of failures) {
    const id = isObject(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== 'string' || !ids.includes(id)) return ids;
    named.push(id);
  }
  return named;
};

/**
 * Connects the world's bus to a function through a queue. Into a FIFO queue EventBridge sends without an id, so the queue
 * must tell messages apart by their text; an event that comes twice within five minutes is one message there.
 * Not modelled: freezing (a function goes on after it answered or timed out, where Lambda would stop its timers),
 * cold starts, throttling of Lambda itself, the poller's back-off after failures, EventBridge's own retries.
 */
export const createDelivery = (world: World, options: DeliveryOptions): Delivery => {
  const { queue, handler, functionName = 'register-targets', wants = wantsTargetEvents } = options;
  const { fifo } = queue;
  const { batchSize = fifo ? 10 : 100, windowMs = fifo ? 0 : 1_000, maxConcurrency = 2, timeoutMs = 60_000 } = options;
  const group = fifo ? { groupId: options.groupId ?? 'taskwire' } : {};
  const { clock, random, account, region } = world;
  const trouble: BusTrouble = { lateMs: [0, 0], repeated: 0, lost: 0, ...options.trouble };
  const invocations: Invocation[] = [];
  let onTheWay = 0;
  let running = 0;
  let gathering = false;
  let stopped = false;

  const send = (event: BusEvent) => {
    onTheWay++;
    clock.after(random.between(...trouble.lateMs), () => {
      onTheWay--;
      if (!stopped) queue.send(JSON.stringify(event), group);
    });
  };
  const unlisten = world.bus.listen((event) => {
    if (!wants(event) || random.chance(trouble.lost)) return;
    send(event);
    if (random.chance(trouble.repeated)) send(event);
  });

  const contextOf = (): InvocationContext => {
    const endMs = clock.nowMs() + timeoutMs;
    return {
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
      memoryLimitInMB: '512',
      awsRequestId: uuid(random),
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: 'simulated',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, endMs - clock.nowMs()),
    };
  };

  const invoke = async (event: unknown): Promise<unknown> => {
    const invocation: Invocation = { event, startedAtMs: clock.nowMs() };
    invocations.push(invocation);
    running++;
    try {
      const result = await new Promise<unknown>((resolve, reject) => {
        const timer = clock.after(timeoutMs, () => reject(new Error(`timed out after ${timeoutMs} ms`)));
        const answer = (async () => handler(event, contextOf()))();
        answer.then(resolve, reject).finally(() => timer.cancel());
      });
      invocation.result = result;
      return result;
    } catch (error) {
      invocation.error = error;
      throw error;
    } finally {
      running--;
      invocation.endedAtMs = clock.nowMs();
    }
  };

  const recordOf = (message: QueueMessage): SqsRecord => ({
    messageId: message.id,
    receiptHandle: `${message.id}#${message.receiveCount}`,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAtMs),
      SenderId: 'AIDASIMULATED',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? clock.nowMs()),
      ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
      ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { DataType, StringValue }]) => [
        name,
        { dataType: DataType, stringValue: StringValue },
      ]),
    ),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  });

  const runBatch = async (messages: readonly QueueMessage[]): Promise<void> => {
    const ids = messages.map(({ id }) => id);
    let failed: readonly string[] = ids;
    try {
      const event: SqsEvent = { Records: messages.map(recordOf) };
      failed = failedIds(await invoke(event), ids);
    } catch {
      // Lambda deletes nothing; the messages come back when their visibility time-out ends.
    }
    const kept = new Set(failed);
    for (const id of ids) if (!kept.has(id)) queue.delete(id);
    poll();
  };

  const isOff = (): boolean => stopped || (options.mapping !== undefined && options.mapping.state !== 'Enabled');
  const takeBatches = (): void => {
    while (!isOff() && running < maxConcurrency) {
      const messages = queue.receive(batchSize);
      if (messages.length === 0) return;
      void runBatch(messages);
    }
  };

  const poll = (): void => {
    if (isOff() || running >= maxConcurrency) return;
    // Counting is only worth it where it could fill a batch before the window ends.
    if (gathering && queue.messages.length < batchSize) return;
    const waiting = queue.ready;
    if (waiting >= batchSize) {
      takeBatches();
      return;
    }
    if (waiting === 0 || gathering) return;
    gathering = true;
    clock.after(windowMs, () => {
      gathering = false;
      takeBatches();
    });
  };
  const unwatch = queue.onVisible(poll);
  const unmap = world.switches.onMapping(poll);

  return {
    trouble,
    invocations,
    get running() {
      return running;
    },
    get idle() {
      return onTheWay === 0 && running === 0 && !gathering && queue.ready === 0;
    },
    invoke,
    schedule: (everyMs, rule) => {
      let on = true;
      const next = () => {
        clock.after(everyMs, () => {
          if (!on || stopped) return;
          next();
          if (rule?.enabled === false) return;
          invoke(scheduledEvent(world)).catch(() => undefined);
        });
      };
      next();
      return () => {
        on = false;
      };
    },
    stop: () => {
      stopped = true;
      unlisten();
      unwatch();
      unmap();
    },
  };
};
