import type { Finding, Severity } from './outcome.ts';

/** A finding before it is known which resource it is about. */
export type Fault = Omit<Finding, 'resource'>;

/** The faults of one rule: they differ in what was found and in its cure. */
export const fault =
  (rule: string, severity: Severity) =>
  (summary: string, fix: string): Fault => ({ rule, severity, summary, fix });
