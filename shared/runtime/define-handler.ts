import type { Context, SQSBatchResponse } from 'aws-lambda';
import type { Outcome } from '../core/outcome.ts';
import type { Clock } from '../ports/clock.ts';
import { batchResult } from './batch-result.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { createLog, type InvocationLog, type Log } from './log.ts';
import { createMetrics, type InvocationMetrics, type Metrics } from './metrics.ts';
import { reportOutcome } from './report-outcome.ts';
import { createSystemClock } from './system-clock.ts';

/** What an invocation was given: understood messages, and those that can never be handled. */
export interface Parsed<M> {
  readonly messages: readonly M[];
  readonly dropped: readonly { readonly id: string; readonly problem: string }[];
  /** Whether it came as an SQS batch, whose answer names the messages that failed. */
  readonly wrapped: boolean;
}

/** What wired dependencies may offer the glue. */
export interface Wired {
  /** Told before each run: what is sent ends with these signals. */
  begin?(signals: { readonly work: AbortSignal; readonly hard: AbortSignal }): void;
  /** Aborts whatever is not yet sent; Lambda would thaw it in the next invocation, minutes later. */
  abortAll?(): void;
}

/** What a run is given besides its messages and dependencies. */
interface RunContext {
  readonly deadline: Deadline;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a run comes to. */
interface RunResult<O extends Outcome, A> {
  readonly outcome: O;
  /** What a caller that is no queue is told in the place of the Outcome. */
  readonly answer?: A;
  /** What could be handed on to nobody, with why: the unforeseen, and what could not be sent again. */
  readonly failed: readonly { readonly id: string; readonly cause: string }[];
}

/** A deployed function. */
export interface Definition<M extends { readonly id: string }, D extends Wired, O extends Outcome, A = never> {
  /** Verb-noun; the same word in `serverless.yml`, folder, metric and log. */
  readonly name: string;
  /**
   * Unknown → messages; says which ones it could not read.
   * @param functionArn Of the function that was invoked, where Lambda tells it.
   * @throws If the event as a whole cannot be understood.
   */
  parse(event: unknown, nowMs: number, deps: D, functionArn?: string): Parsed<M>;
  /** Builds the dependencies, once per cold start; a failed wire is not kept. @throws {SettingsError} Naming all that is wrong. */
  wire(): D | Promise<D>;
  run(batch: Parsed<M>, deps: D, context: RunContext): Promise<RunResult<O, A>>;
  /** Most time to work on these messages; 20 s unless told. */
  workMs?(messages: readonly M[]): number | undefined;
}

/** What of Lambda’s context is used; less where a person calls it. */
type LambdaContext = Partial<
  Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis' | 'functionName' | 'invokedFunctionArn'>
>;

/** What the glue itself stands on; tests give their own. */
export interface Glue {
  readonly clock: Clock;
  readonly log: InvocationLog;
  readonly metrics: InvocationMetrics;
}

/** An invocation of one event that is not done, though its Outcome is reported. */
class UnfinishedError extends Error {
  // Written out: a bundle's minified classes have no readable names.
  override readonly name = 'UnfinishedError';
}

/** Lambda’s own default, for callers that say nothing of the time (a local run). */
const DEFAULT_REMAINING_MS = 60_000;

/** A failed wire is not kept: a setting may be right, a service be there, at the next invocation. */
const wiredOnce = <D>(wire: () => D | Promise<D>): (() => Promise<D>) => {
  let wired: Promise<D> | undefined;
  return () => {
    wired ??= Promise.resolve()
      .then(wire)
      .catch((error: unknown) => {
        wired = undefined;
        throw error;
      });
    return wired;
  };
};

/**
 * Makes a Lambda handler: wire, parse, run, report. An SQS batch is answered with `{ batchItemFailures }`, everything
 * else with the Outcome or what the run answers, or, where something failed, with an error: a sweep that Lambda takes for done would reach
 * nobody's failure queue. What throws fails the invocation, so that SQS delivers the whole batch again: nothing is
 * caught, logged and returned. Before it returns, everything not yet sent is aborted, and the log lines and metrics are
 * out.
 */
export const defineHandler = <M extends { readonly id: string }, D extends Wired, O extends Outcome, A = never>(
  definition: Definition<M, D, O, A>,
  glue: Glue = {
    clock: createSystemClock(),
    log: createLog(definition.name),
    metrics: createMetrics(definition.name),
  },
): ((event: unknown, context?: LambdaContext) => Promise<O | A | SQSBatchResponse>) => {
  const { clock, log, metrics } = glue;
  const wired = wiredOnce(() => definition.wire());

  const handle = async (event: unknown, context: LambdaContext | undefined): Promise<O | A | SQSBatchResponse> => {
    const startedMs = clock.nowMs();
    const remainingMs = context?.getRemainingTimeInMillis?.() ?? DEFAULT_REMAINING_MS;
    const deps = await wired();
    const batch = definition.parse(event, clock.nowMs(), deps, context?.invokedFunctionArn);
    for (const { id, problem } of batch.dropped) log.warn('message.dropped', { messageId: id, problem });
    metrics.count('MessagesDropped', batch.dropped.length);
    if (batch.wrapped && batch.messages.length === 0) return batchResult([], []);

    const workMs = definition.workMs?.(batch.messages);
    const deadline = createDeadline({
      clock,
      remainingMs: remainingMs - (clock.nowMs() - startedMs),
      ...(workMs !== undefined && { workMs }),
    });
    deps.begin?.({ work: deadline.work, hard: deadline.hard });
    try {
      const { outcome, answer, failed } = await definition.run(batch, deps, { deadline, log, metrics });
      reportOutcome(outcome, log, metrics);
      for (const { id, cause } of failed) log.error('message.failed', { messageId: id, cause });
      metrics.count('MessagesFailed', failed.length);
      if (batch.wrapped) {
        return batchResult(
          batch.messages.map(({ id }) => id),
          failed.map(({ id }) => id),
        );
      }
      if (failed.length > 0) {
        const causes = new Set(failed.map(({ cause }) => cause));
        throw new UnfinishedError(`${definition.name} could not finish: ${[...causes].join('; ')}`);
      }
      return answer ?? outcome;
    } finally {
      deps.abortAll?.();
      deadline.end();
    }
  };

  return async (event, context) => {
    log.begin(context?.awsRequestId ?? 'local');
    metrics.begin(context?.functionName ?? definition.name);
    try {
      return await handle(event, context);
    } finally {
      await log.flush();
      await metrics.flush();
    }
  };
};
