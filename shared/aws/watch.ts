import type { CallBudgets } from './call-budget.ts';
import { isThrottling, outOfTime } from './sdk-errors.ts';

/** What a middleware knows of the call it stands in. */
export interface CallContext {
  readonly commandName?: string;
  readonly __smithy_context?: { readonly abortSignal?: unknown };
}

/** One try of a call, in the shape that the SDK's middleware have between them. */
export type Try<I, O> = (args: {
  readonly input: I;
  readonly request: unknown;
}) => Promise<{ readonly response: unknown; readonly output: O }>;

/** Stands around every try of every client: counts it, and charges it to its budget. */
export interface Watch {
  /** A middleware: behind the SDK's retries, so that it sees each try and not each call. */
  around<I, O>(service: string, next: Try<I, O>, context: CallContext): Try<I, O>;
  /** Where it stands among the SDK's middleware. */
  readonly place: { readonly relation: 'after'; readonly toMiddleware: string; readonly name: string };
  /** Tries sent since the last `reset`, by `service:Action`. */
  counts(): Readonly<Record<string, number>>;
  /** Whether a try of the call with this signal was sent. */
  wasSent(signal: AbortSignal): boolean;
  reset(): void;
}

// The batch form of an SQS call is allowed, and told in logs, by the name of the single one.
const actionOf = (service: string, commandName = 'UnknownCommand'): string =>
  `${service}:${commandName.replace(/(Batch)?Command$/, '')}`;

/** Counts and charges the tries of all clients of one instance. */
export const createWatch = (budgets: CallBudgets): Watch => {
  let counts: Record<string, number> = {};
  const sent = new WeakSet<AbortSignal>();
  return {
    place: { relation: 'after', toMiddleware: 'retryMiddleware', name: 'taskwireWatch' },
    around: (service, next, context) => {
      const action = actionOf(service, context.commandName);
      const told = context.__smithy_context?.abortSignal;
      const signal = told instanceof AbortSignal ? told : undefined;
      return async (args) => {
        await budgets.before(action, signal);
        if (signal?.aborted) throw outOfTime({ action, resource: 'this invocation' });
        counts[action] = (counts[action] ?? 0) + 1;
        if (signal) sent.add(signal);
        try {
          return await next(args);
        } catch (error) {
          if (isThrottling(error)) budgets.throttled(action);
          throw error;
        }
      };
    },
    counts: () => ({ ...counts }),
    wasSent: (signal) => sent.has(signal),
    reset: () => {
      counts = {};
    },
  };
};
