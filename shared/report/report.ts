import type { Outcome } from '../core/outcome.ts';

/** Something that could not be looked at or done. */
export interface Failure {
  /** ARN, a file's path, or what else a person would call it. */
  readonly resource: string;
  /** What is wrong, and the cure. */
  readonly message: string;
}

/** What a verb answers: an Outcome, and what kept it from being whole. */
export interface Report extends Outcome {
  readonly failures: readonly Failure[];
}
