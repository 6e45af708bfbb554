import type { Finding, Severity } from '../outcome.ts';
import type { DoctorRule } from './rules.ts';

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

/** `skipped`: there was nothing to ask it of. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'not-known' | 'skipped';

/** A check and what came of it. */
export interface Checked extends Diagnosis {
  readonly rule: DoctorRule;
  readonly status: CheckStatus;
}

/** `fail`: something is wrong that must be mended; `warn`: that should be; what is only told for information is ok. */
export const checkedAs = (rule: DoctorRule, diagnosis: Diagnosis): Checked => {
  const severities = diagnosis.problems.map(({ severity = rule.severity }) => severity);
  const bad = severities.includes('high') || severities.includes('medium');
  if (bad) return { ...diagnosis, rule, status: severities.includes('high') ? 'fail' : 'warn' };
  if ((diagnosis.unseen ?? []).length > 0) return { ...diagnosis, rule, status: 'not-known' };
  return { ...diagnosis, rule, status: severities.includes('low') ? 'warn' : 'ok' };
};

/** A check of which nothing is known. @param why And the cure. */
export const notKnown = (rule: DoctorRule, resource: string, why: string): Checked => ({
  rule,
  status: 'not-known',
  found: '',
  problems: [],
  unseen: [{ resource, why }],
});

/** Nothing there to ask it of. */
export const skipped = (rule: DoctorRule, why: string): Checked => ({
  rule,
  status: 'skipped',
  found: why,
  problems: [],
});

/** What is wrong, as findings with the rule's id. */
export const findingsOf = ({ rule, problems }: Checked): readonly Finding[] =>
  problems.map(({ resource, severity = rule.severity, summary, fix }) => ({
    rule: rule.id,
    severity,
    resource,
    summary,
    fix,
  }));
