import type { RuleResult } from './rule.ts';

/** A result that breaks a rule. */
export type Failure = Extract<RuleResult, { status: 'fail' }>;

export const PASS: RuleResult = { status: 'pass' };
/** Also where too little is known to judge: what is not known is not held against anybody. */
export const NOT_APPLICABLE: RuleResult = { status: 'not-applicable' };

/** A failure; `found` is a sentence. */
export const fail = (found: string, more: Omit<Failure, 'status' | 'found'> = {}): Failure => ({
  status: 'fail',
  found,
  ...more,
});

/**
 * One verdict of several: every failure; else a pass where one of them passed; else not applicable. Nothing to judge is
 * not applicable.
 */
export const together = (results: readonly RuleResult[]): RuleResult | readonly RuleResult[] => {
  const failures = results.filter(({ status }) => status === 'fail');
  if (failures.length > 0) return failures;
  return results.some(({ status }) => status === 'pass') ? PASS : NOT_APPLICABLE;
};
