import type { Outcome } from '../core/outcome.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** One log line per change, held change and finding, and their counts. */
export const reportOutcome = (outcome: Outcome, log: Log, metrics: Metrics): void => {
  for (const { applied, ...change } of outcome.changes) {
    if (applied) log.info('change.applied', change);
    else log.info('change.planned', change);
    metrics.count(applied ? 'ChangesApplied' : 'ChangesPlanned');
  }
  for (const change of outcome.held) log.warn('change.held', change);
  metrics.count('ChangesHeld', outcome.held.length);
  for (const finding of outcome.findings) {
    if (finding.severity === 'high') log.warn('finding.reported', { ...finding });
    else log.info('finding.reported', { ...finding });
  }
  metrics.count('Findings', outcome.findings.length);
  // Apart from the others, since somebody mistyped: what is not wired for it can be mended in a minute.
  metrics.count('TagFindings', outcome.findings.filter(({ rule }) => rule.startsWith('TAG-')).length);
  const calls = Object.values(outcome.calls).reduce((sum, count) => sum + count, 0);
  metrics.count('CallsSent', calls);
};
