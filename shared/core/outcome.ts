import type { Target } from './targets/target.ts';

/** Everything Taskwire can do to AWS. */
export type Action =
  | 'register'
  | 'deregister'
  | 'put-target'
  | 'put-policy'
  | 'delete-policy'
  | 'put-schedule'
  | 'delete-schedule'
  | 'suspend'
  | 'resume'
  | 'raise-min'
  | 'attach-sidecar'
  | 'detach-sidecar';

export type Severity = 'high' | 'medium' | 'low' | 'info';

/** `observe` plans, logs and reports, and changes nothing. */
export type Mode = 'enforce' | 'observe';

/** One change of one resource, planned or made, with the reason a person reads. */
export interface Change {
  readonly action: Action;
  /** ARN of what is changed. */
  readonly resource: string;
  readonly target?: Target;
  /** ARN of the task that caused it. */
  readonly task?: string;
  readonly reason: string;
  /** False where the mode is `observe`, in a dry run, and where AWS refused. */
  readonly applied: boolean;
}

/** A change that was wanted and held back. */
export type HeldChange = Omit<Change, 'applied'>;

/** Something a person should know, with its cure. */
export interface Finding {
  /** Letters-number, never reused. */
  readonly rule: string;
  readonly severity: Severity;
  /** ARN, or a file's path. */
  readonly resource: string;
  readonly summary: string;
  readonly fix: string;
}

/** What a function or a command answers. */
export interface Outcome {
  readonly function: string;
  readonly mode: Mode;
  readonly changes: readonly Change[];
  readonly held: readonly HeldChange[];
  readonly findings: readonly Finding[];
  /** AWS calls sent, by `service:Action`; every try counts. */
  readonly calls: Readonly<Record<string, number>>;
}
