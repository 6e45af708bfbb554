import type { Severity } from '../outcome.ts';

/** What a rule says of one subject. Three-valued: a rule that does not apply has not passed. */
export type RuleResult =
  | { readonly status: 'pass' }
  | { readonly status: 'not-applicable' }
  | {
      readonly status: 'fail';
      /** What was found instead, in words; outside text in it is printable. */
      readonly found: string;
      /** Name of the container that it is about, as the document has it (not made printable). */
      readonly container?: string;
      /** The cure for this very subject, where it says more than the rule's own. */
      readonly fix?: string;
      /** Where in the document, as keys and indexes from its root: `['containerDefinitions', 1, 'portMappings']`. */
      readonly path?: readonly (string | number)[];
    };

/** What a rule says of itself: for whom it is new. */
export interface RuleText {
  /** Letters-number, never reused. */
  readonly id: string;
  readonly slug: string;
  readonly severity: Severity;
  /** What it requires, as a sentence. */
  readonly requires: string;
  /** What happens where it is broken, as a sentence. */
  readonly risk: string;
  /** What to do, as a sentence. */
  readonly fix: string;
  /** The page of AWS (or of the collector) that it rests on. */
  readonly page: string;
}

/** A rule: one file, one rule, and a test for pass, fail and not applicable. */
export interface Rule<Subject> extends RuleText {
  /** Pure: the same subject, the same result. One result per place that breaks the rule; none of them: `pass`. */
  check(subject: Subject): RuleResult | readonly RuleResult[];
}
