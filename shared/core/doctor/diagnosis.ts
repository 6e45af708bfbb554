import type { Severity } from '../outcome.ts';

/** Something that is wrong, with its cure. */
export interface Problem {
  /** ARN, or the name by which a person finds it. */
  readonly resource: string;
  /** That of the rule unless told. */
  readonly severity?: Severity;
  readonly summary: string;
  readonly fix: string;
}

/** What a check comes to. */
export interface Diagnosis {
  /** What was seen, where nothing is wrong; in a few words. */
  readonly found: string;
  /** None: all is well. */
  readonly problems: readonly Problem[];
  /** What could not be seen beside that, and why. */
  readonly unseen?: readonly { readonly resource: string; readonly why: string }[];
}

/** Nothing is wrong. */
export const well = (found: string): Diagnosis => ({ found, problems: [] });
