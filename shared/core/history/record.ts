import type { Target } from '../targets/target.ts';

/** The two calls that change who gets a group's traffic. */
export type TargetAction = 'register' | 'deregister';

/** Who made a call, as CloudTrail tells it. */
export interface Principal {
  /** For a person to read. */
  readonly words: string;
  /** Session name of an assumed role; of a Lambda function its own name. */
  readonly session?: string;
}

/** A call that CloudTrail recorded. */
export interface TrailRecord {
  /** Epoch milliseconds, whole seconds. */
  readonly atMs: number;
  readonly action: TargetAction;
  /** ARN of the target group. */
  readonly targetGroup: string;
  /** A target without a port means the group's own. */
  readonly targets: readonly { readonly id: string; readonly port?: number }[];
  readonly who: Principal;
  readonly eventId: string;
  /** Id of the AWS request. */
  readonly requestId?: string;
  /** Why AWS refused the call: nothing was changed. */
  readonly error?: string;
}

/** A change that Taskwire made, as its log tells it. */
export interface LoggedReason {
  /** When it was written: at the end of an invocation, after the call. Epoch milliseconds. */
  readonly atMs: number;
  readonly action: TargetAction;
  /** ARN of the target group. */
  readonly targetGroup: string;
  readonly target: Pick<Target, 'id' | 'port'>;
  /** ARN of the task that caused it. */
  readonly task?: string;
  readonly reason: string;
  /** Id of the function's invocation. */
  readonly requestId?: string;
}
