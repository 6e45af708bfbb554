import type { Settings } from '../settings.ts';

/** Who calls AWS. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  /** AWS's clock at the answer, epoch milliseconds, to the second; `undefined` where the answer told none. */
  readonly serverTimeMs?: number;
}

/** A function of Lambda. */
export interface DeployedFunction {
  readonly name: string;
  readonly arn: string;
  /** ARN of its role. */
  readonly role: string;
  /** `Active`, `Pending`, `Inactive`, `Failed`; `undefined` where it is not told. */
  readonly state?: string;
  /** Of its environment, what begins with `TASKWIRE_`. */
  readonly env: Readonly<Record<string, string>>;
}

/** A queue that invokes a function. */
export interface QueueMapping {
  readonly queueArn: string;
  /** `Enabled`, `Disabled`, `Enabling` … */
  readonly state: string;
}

/** A rule of EventBridge. */
export interface SeenRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly targetArns: readonly string[];
}

/** A function of the stack, with its settings as far as they can be read. */
export interface SeenFunction extends DeployedFunction {
  /** In the code: `register-targets`. */
  readonly part: string;
  readonly settings?: Settings;
  /** Why they cannot be read. */
  readonly wrong?: string;
}
