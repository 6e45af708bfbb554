import type { Severity } from '../shared/core/outcome.ts';
import { InputError, SettingsError } from '../shared/errors.ts';
import type { Report } from '../shared/report/report.ts';
import { UsageError } from './usage-error.ts';

/** 0 done and nothing to report · 1 changes pending or held, or findings · 2 wrong usage · 3 could not finish. */
export type ExitCode = 0 | 1 | 2 | 3;

/** From the worst to the mildest. */
export const SEVERITIES = ['high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

/**
 * The exit code of a report.
 * @param failOn Findings of this severity, and worse ones, count.
 * @param refused Changes that were tried and refused: they make a partial failure of pending changes.
 */
export const exitCodeOf = (report: Report, failOn: Severity, refused = 0): ExitCode => {
  if (report.failures.length > 0 || refused > 0) return 3;
  const counts = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  const pending = report.changes.some(({ applied }) => !applied) || report.held.length > 0;
  return pending || report.findings.some(({ severity }) => counts.includes(severity)) ? 1 : 0;
};

/** The exit code of an error that kept a verb from answering. */
export const exitCodeOfError = (error: unknown): ExitCode =>
  error instanceof UsageError || error instanceof InputError || error instanceof SettingsError ? 2 : 3;
