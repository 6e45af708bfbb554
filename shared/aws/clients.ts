import {
  ECSClient,
  type ServiceInputTypes as EcsInput,
  type ServiceOutputTypes as EcsOutput,
} from '@aws-sdk/client-ecs';
import {
  ElasticLoadBalancingV2Client,
  type ServiceInputTypes as ElbInput,
  type ServiceOutputTypes as ElbOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ResourceGroupsTaggingAPIClient,
  type ServiceInputTypes as TaggingInput,
  type ServiceOutputTypes as TaggingOutput,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { AutoScaling } from './auto-scaling-client.ts';
import type { CallBudgets } from './call-budget.ts';
import type { CodeDeploy } from './code-deploy-client.ts';
import type { Ec2 } from './ec2-client.ts';
import type { EventBridge } from './event-bridge-client.ts';
import { type Call, fromSdkError, outOfTime } from './sdk-errors.ts';
import type { SendOptions } from './send-options.ts';
import type { Sqs } from './sqs-client.ts';
import { type CallContext, createWatch, type Try, type Watch } from './watch.ts';

/** Tries of a read, the first included; each is charged to the read budget. */
const READ_TRIES = 4;
/** A read that hangs is worth a second try while the invocation lasts. */
const READ_TIMEOUT_MS = 6_000;
/** A change rests on a look that is at most 2 s old; what has not answered by then is looked at again. */
const CHANGE_TIMEOUT_MS = 3_000;
/** `requestTimeout` alone only logs and goes on waiting; the socket's covers an answer that stops half way. */
const HANDLER = {
  connectionTimeout: 1_500,
  requestTimeout: READ_TIMEOUT_MS,
  throwOnRequestTimeout: true,
  socketTimeout: 5_500,
};

/** Where and as whom the clients call; what is left out comes from the SDK's own chains (environment, profile, role). */
export interface Connection {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** The two ends of an invocation. */
interface InvocationSignals {
  /** Time is up for work: reads end, changes are no longer begun. What remains can still be sent to the queue. */
  readonly work: AbortSignal;
  /** Time is up for everything, just before Lambda ends the process. */
  readonly hard: AbortSignal;
}

/** What it takes to make a further client, of one function alone: from a file of its own, which only that one bundles. */
export interface MoreClients {
  config(maxAttempts: number): Connection & {
    readonly maxAttempts: number;
    readonly requestHandler: ECSClient['config']['requestHandler'] | typeof HANDLER;
  };
  /** Tries of a read, the first included. */
  readonly readTries: number;
  /** To stand around every try. */
  readonly watch: Watch;
}

/**
 * The AWS clients of one instance. A client is made at its first call; those that only a change or a sweep needs are
 * imported then. Every call goes through `read`, `change` or `post`, which bound its time and turn the SDK's errors
 * into those of `shared/errors.ts`.
 */
export interface Clients {
  ecs(): ECSClient;
  /** For changes: one try, never the SDK's own second one. */
  ecsOnce(): ECSClient;
  elb(): ElasticLoadBalancingV2Client;
  /** For changes: one try, never the SDK's own second one. */
  elbOnce(): ElasticLoadBalancingV2Client;
  tagging(): ResourceGroupsTaggingAPIClient;
  ec2(): Promise<Ec2>;
  sqs(): Promise<Sqs>;
  eventBridge(): Promise<EventBridge>;
  autoScaling(): Promise<AutoScaling>;
  codeDeploy(): Promise<CodeDeploy>;
  readonly more: MoreClients;
  /** A read: tried again by the SDK until the time for work is up. @throws {TaskwireError} */
  read<T>(call: Call, send: (options: SendOptions) => Promise<T>): Promise<T>;
  /**
   * A change: not begun when the time for work is up, but one that is under way may use its 3 s.
   * @throws {TaskwireError} `OutOfTimeError` if it was not sent; `UnclearError` if nobody knows what became of it.
   */
  change<T>(call: Call, send: (options: SendOptions) => Promise<T>): Promise<T>;
  /** A message to the queue or the bus: also after the time for work is up, since that is when work is handed on. @throws {TaskwireError} */
  post<T>(call: Call, send: (options: SendOptions) => Promise<T>): Promise<T>;
  /** Calls sent since `begin`, by `service:Action`; every try counts. */
  calls(): Readonly<Record<string, number>>;
  /** Begins an invocation: counts from nothing, calls end with its signals. Without it (a command line) nothing ends them. */
  begin(signals: InvocationSignals): void;
  /** Aborts whatever is not yet sent or answered; until the next `begin` nothing is sent. Lambda would thaw it minutes later. */
  abortAll(): void;
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** A failed import is not kept: the next call tries again. */
export const onceLoaded = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
};

/**
 * The clients of one instance; nothing is made or imported yet.
 * @param changeTimeoutMs Time-out of one change or post.
 */
export const createClients = (settings: {
  readonly budgets: CallBudgets;
  readonly connection?: Connection;
  readonly changeTimeoutMs?: number;
}): Clients => {
  const { budgets, connection = {}, changeTimeoutMs = CHANGE_TIMEOUT_MS } = settings;
  const watch = createWatch(budgets);
  let signals: InvocationSignals | undefined;
  let ended = new AbortController();

  // One pool of connections: the first client makes it, the others take it over.
  let pool: ECSClient['config']['requestHandler'] | undefined;
  const config = (maxAttempts: number) => ({ ...connection, maxAttempts, requestHandler: pool ?? HANDLER });

  const createEcs = (maxAttempts: number): ECSClient => {
    const client = new ECSClient(config(maxAttempts));
    pool ??= client.config.requestHandler;
    client.middlewareStack.addRelativeTo(
      (next: Try<EcsInput, EcsOutput>, context: CallContext) => watch.around('ecs', next, context),
      watch.place,
    );
    return client;
  };
  const createElb = (maxAttempts: number): ElasticLoadBalancingV2Client => {
    const client = new ElasticLoadBalancingV2Client(config(maxAttempts));
    pool ??= client.config.requestHandler;
    client.middlewareStack.addRelativeTo(
      (next: Try<ElbInput, ElbOutput>, context: CallContext) => watch.around('elasticloadbalancing', next, context),
      watch.place,
    );
    return client;
  };
  const tagging = once(() => {
    const client = new ResourceGroupsTaggingAPIClient(config(READ_TRIES));
    pool ??= client.config.requestHandler;
    client.middlewareStack.addRelativeTo(
      (next: Try<TaggingInput, TaggingOutput>, context: CallContext) => watch.around('tag', next, context),
      watch.place,
    );
    return client;
  });

  const bounded = async <T>(
    call: Call,
    kind: 'read' | 'change' | 'post',
    send: (options: SendOptions) => Promise<T>,
  ): Promise<T> => {
    if (ended.signal.aborted || (kind !== 'post' && signals?.work.aborted)) throw outOfTime(call);
    const ends = [ended.signal];
    if (signals) ends.push(kind === 'read' ? signals.work : signals.hard);
    if (kind !== 'read') ends.push(AbortSignal.timeout(changeTimeoutMs));
    const abortSignal = AbortSignal.any(ends);
    try {
      return await send({ abortSignal });
    } catch (error) {
      // Aborted before it left, or a read: nothing was changed and nothing needs a look.
      if (abortSignal.aborted && (kind === 'read' || !watch.wasSent(abortSignal))) throw outOfTime(call, error);
      throw fromSdkError(error, call);
    }
  };

  return {
    ecs: once(() => createEcs(READ_TRIES)),
    ecsOnce: once(() => createEcs(1)),
    elb: once(() => createElb(READ_TRIES)),
    elbOnce: once(() => createElb(1)),
    tagging,
    ec2: onceLoaded(async () => (await import('./ec2-client.ts')).createEc2(config(READ_TRIES), watch)),
    sqs: onceLoaded(async () => (await import('./sqs-client.ts')).createSqs(config(1), watch)),
    eventBridge: onceLoaded(async () => (await import('./event-bridge-client.ts')).createEventBridge(config(1), watch)),
    autoScaling: onceLoaded(async () =>
      (await import('./auto-scaling-client.ts')).createAutoScaling(config(READ_TRIES), watch),
    ),
    codeDeploy: onceLoaded(async () =>
      (await import('./code-deploy-client.ts')).createCodeDeploy(config(READ_TRIES), watch),
    ),
    more: { config, readTries: READ_TRIES, watch },
    read: (call, send) => bounded(call, 'read', send),
    change: (call, send) => bounded(call, 'change', send),
    post: (call, send) => bounded(call, 'post', send),
    calls: watch.counts,
    begin: (given) => {
      signals = given;
      ended = new AbortController();
      watch.reset();
    },
    abortAll: () => ended.abort(),
  };
};
