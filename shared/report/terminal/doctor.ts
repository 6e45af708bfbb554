import type { Checked, CheckStatus } from '../../core/doctor/diagnosis.ts';
import { SEVERITY_TONES } from './findings.ts';
import type { Line, Tone } from './text.ts';

const SIGNS: Readonly<Record<CheckStatus, { readonly sign: string; readonly tone: Tone }>> = {
  ok: { sign: 'ok', tone: 'good' },
  warn: { sign: 'warn', tone: 'warn' },
  fail: { sign: 'FAIL', tone: 'bad' },
  'not-known': { sign: '?', tone: 'warn' },
  skipped: { sign: '-', tone: 'dim' },
};
const ID = 8;
const SIGN = 6;
const INDENT = ID + SIGN;

/** One line for each check; below it what is wrong, each with its cure, and what could not be seen. */
export const doctorLines = (checks: readonly Checked[]): readonly Line[] =>
  checks.flatMap(({ rule, status, found, problems, unseen = [] }): readonly Line[] => {
    const { sign, tone } = SIGNS[status];
    return [
      {
        spans: [
          { text: rule.id.padEnd(ID) },
          { text: sign.padEnd(SIGN), tone },
          { text: rule.title },
          ...(found === '' || status === 'fail' || status === 'not-known'
            ? []
            : [{ text: `: ${found}`, tone: 'dim' as const }]),
        ],
        hang: INDENT,
      },
      ...problems.flatMap(({ severity = rule.severity, summary, fix }): readonly Line[] => [
        {
          spans: [{ text: severity.padEnd(8), tone: SEVERITY_TONES[severity] }, { text: summary }],
          indent: INDENT,
          hang: INDENT + 8,
        },
        { spans: [{ text: `Cure: ${fix}`, tone: 'dim' }], indent: INDENT + 8, hang: INDENT + 8 },
      ]),
      ...unseen.map(
        ({ why }): Line => ({
          spans: [{ text: `not known: ${why}`, tone: 'warn' }],
          indent: INDENT,
          hang: INDENT,
        }),
      ),
    ];
  });

const WORDS: readonly (readonly [CheckStatus, string])[] = [
  ['fail', 'failed'],
  ['warn', 'to look at'],
  ['not-known', 'not known'],
  ['skipped', 'not asked'],
];

/** `17 checks: 1 failed, 2 not known` */
export const doctorSummary = (checks: readonly Checked[]): string => {
  const parts = WORDS.flatMap(([status, words]) => {
    const number = checks.filter((check) => check.status === status).length;
    return number === 0 ? [] : [`${number} ${words}`];
  });
  return `${checks.length} checks: ${parts.length === 0 ? 'all is well' : parts.join(', ')}`;
};
