import type { CallRecord, Calls } from './calls.ts';

/** Who makes calls, as CloudTrail's `userIdentity`. */
export type Identity = Readonly<Record<string, unknown>>;

/** A line of a log group. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly text: string;
}

/** What is recorded beside the world: CloudTrail's history, and the logs of functions. */
export interface TrailWorld {
  /** How late CloudTrail tells an event. Default 5 minutes. */
  delayMs: number;
  /** Whoever calls from now on; at first Taskwire's `register-targets` of stage `prod`. */
  actAs(identity: Identity): void;
  identityOf(call: CallRecord): Identity;
  /** Lines by log group, in the order of time; arranged by hand. */
  readonly logs: Map<string, LogLine[]>;
  /** Texts that CloudTrail tells in the place of an event, by its id: truncated, hostile. */
  readonly garbled: Map<string, string>;
}

/** The identity of a Lambda function: its role, and its own name as the session. */
export const functionIdentity = (name: string): Identity => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::111122223333:assumed-role/${name}-role/${name}`,
});

/**
 * Nobody but Taskwire, and empty logs.
 * Not modelled: calls that were forgotten by `calls.reset()`, events of other services, retention.
 */
export const createTrail = (calls: Calls): TrailWorld => {
  const identities = new WeakMap<CallRecord, Identity>();
  const first = functionIdentity('taskwire-prod-register-targets');
  let current = first;
  /** Calls up to here have their identity. */
  const settle = (): void => {
    for (const call of calls.all) if (!identities.has(call)) identities.set(call, current);
  };
  return {
    delayMs: 5 * 60_000,
    actAs: (identity) => {
      settle();
      current = identity;
    },
    identityOf: (call) => {
      settle();
      return identities.get(call) ?? first;
    },
    logs: new Map(),
    garbled: new Map(),
  };
};
