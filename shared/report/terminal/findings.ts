import type { Finding, Severity } from '../../core/outcome.ts';
import type { Line, Tone } from './text.ts';
import { count } from './words.ts';

/** How loud a severity is told. */
export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  high: 'bad',
  medium: 'warn',
  low: 'dim',
  info: 'dim',
};
const SEVERITIES: readonly Severity[] = ['high', 'medium', 'low', 'info'];
const HANG = 18;

/** Findings with their cures, the worst first. */
export const findingLines = (findings: readonly Finding[]): readonly Line[] =>
  findings
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .flatMap(({ rule, severity, summary, fix }) => [
      {
        spans: [
          { text: rule.padEnd(8) },
          { text: severity.padEnd(8), tone: SEVERITY_TONES[severity] },
          { text: summary },
        ],
        indent: 2,
        hang: HANG,
      },
      { spans: [{ text: `Cure: ${fix}`, tone: 'dim' }], indent: HANG, hang: HANG },
    ]);

/** `3 findings (1 high, 2 low)`; `undefined` for none. */
export const findingCount = (findings: readonly Finding[]): string | undefined => {
  if (findings.length === 0) return undefined;
  const parts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((each) => each.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}`];
  });
  return `${count(findings.length, 'finding')} (${parts.join(', ')})`;
};
