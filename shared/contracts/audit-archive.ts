import * as v from 'valibot';
import type { AuditSummary, PreviousAudit } from '../core/audit/report.ts';
import { readArchived } from './archived.ts';

const text = v.string('text');
const number = v.pipe(v.number('a number'), v.finite('a finite number'));
const counts = v.record(text, number, 'an object');

const summary = v.object(
  {
    takenAtMs: number,
    services: number,
    tasks: number,
    groups: number,
    targets: v.object({ missing: number, stale: number, wrong: number }, 'an object'),
    findings: v.object({ high: number, medium: number, low: number, info: number }, 'an object'),
    rules: counts,
    atMax: v.array(text, 'a list'),
    calls: counts,
  },
  'an object',
);

const FORMAT = 'taskwire-audit-history/1';
const history = v.object({ format: v.literal(FORMAT, FORMAT), summaries: v.array(summary, 'a list') }, 'an object');

const report = v.object(
  {
    summary: v.object({ takenAtMs: number }, 'an object'),
    findings: v.array(
      v.object(
        {
          rule: text,
          severity: v.picklist(['high', 'medium', 'low', 'info'], 'high, medium, low or info'),
          resource: text,
          summary: text,
        },
        'an object',
      ),
      'a list',
    ),
  },
  'an object',
);

const CURE = 'Delete it from the bucket: the next audit begins it anew.';

/** Writes the summaries of earlier audits, oldest first. */
export const writeHistory = (summaries: readonly AuditSummary[]): string =>
  `${JSON.stringify({ format: FORMAT, summaries })}\n`;

/** Reads the summaries of earlier audits, oldest first. @throws {InputError} If the text is none. */
export const readHistory = (json: string): readonly AuditSummary[] =>
  readArchived(history, json, 'The history of audits', CURE).summaries.toSorted((a, b) => a.takenAtMs - b.takenAtMs);

/** Reads what an earlier report, written as JSON, found. @throws {InputError} If the text is none. */
export const readPreviousAudit = (json: string): PreviousAudit => {
  const { summary: told, findings } = readArchived(report, json, 'The previous report', CURE);
  return { takenAtMs: told.takenAtMs, findings };
};
