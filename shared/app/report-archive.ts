import type { AuditSummary, PreviousAudit } from '../core/audit/report.ts';
import type { Reports } from '../ports/reports.ts';
import type { Sighting } from './sighting.ts';

/** How earlier audits are written down. */
export interface ArchiveFormat {
  readonly readHistory: (text: string) => readonly AuditSummary[];
  readonly writeHistory: (summaries: readonly AuditSummary[]) => string;
  readonly readPrevious: (text: string) => PreviousAudit;
}

/** What is known of earlier audits. */
export interface Past {
  /** Oldest first. */
  readonly history: readonly AuditSummary[];
  readonly previous?: PreviousAudit;
  /** It could not be read, so nobody knows what is new. */
  readonly unknown: boolean;
}

/** A report in the forms in which it is kept. */
export interface Written {
  readonly html: string;
  readonly json: string;
}

/** Where a report was put. */
export interface Kept {
  readonly html: string;
  readonly json: string;
}

/** Three months of daily audits. */
const MOST_SUMMARIES = 92;
/** Of older ones only the figures are asked for. */
const MOST_WITH_SERVICES = 14;

const HISTORY = 'audit/history.json';
const LATEST = { html: 'audit/latest.html', json: 'audit/latest.json' } as const;
const TYPES = { html: 'text/html; charset=utf-8', json: 'application/json' } as const;

const NO_PAST: Past = { history: [], unknown: false };

/** What earlier audits left. What cannot be read is told, and then nothing counts as new. */
export const readPast = async (
  reports: Reports | undefined,
  { readHistory, readPrevious }: ArchiveFormat,
  sighting: Sighting,
): Promise<Past> => {
  if (reports === undefined) return NO_PAST;
  const read = async <T>(key: string, parse: (text: string) => T): Promise<T | undefined> => {
    const text = await reports.read(key);
    return text === undefined ? undefined : parse(text);
  };
  const [history, previous] = await Promise.all([
    sighting.at({ resource: HISTORY, what: 'the history of audits' }, () => read(HISTORY, readHistory)),
    sighting.at({ resource: LATEST.json, what: 'the previous report' }, () => read(LATEST.json, readPrevious)),
  ]);
  return {
    history: history?.value ?? [],
    ...(previous?.value !== undefined && { previous: previous.value }),
    unknown: history === undefined || previous === undefined,
  };
};

const pad = (number: number): string => String(number).padStart(2, '0');

/** `audit/2026/11/22/041530`: when it was taken, in UTC. @param part What of the account it is about, if not all. */
const folderOf = (takenAtMs: number, part: string | undefined): string => {
  const at = new Date(takenAtMs);
  const day = [at.getUTCFullYear(), pad(at.getUTCMonth() + 1), pad(at.getUTCDate())].join('/');
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(pad).join('');
  return `audit/${day}/${time}${part === undefined ? '' : `-${part}`}`;
};

const bounded = (summaries: readonly AuditSummary[]): readonly AuditSummary[] => {
  const kept = summaries.slice(-MOST_SUMMARIES);
  return kept.map((summary, index) => (index < kept.length - MOST_WITH_SERVICES ? { ...summary, atMax: [] } : summary));
};

/**
 * Keeps a report by its date, as the latest one and in the history. An audit of a part of the account is kept by its
 * date alone: compared with it, all else would seem to be gone.
 * @throws {TaskwireError} If any of it could not be written.
 */
export const keepReport = async (
  written: Written,
  summary: AuditSummary,
  { history, unknown }: Past,
  part: string | undefined,
  reports: Reports,
  { writeHistory }: ArchiveFormat,
): Promise<Kept> => {
  const folder = folderOf(summary.takenAtMs, part);
  const kept = { html: `${folder}/report.html`, json: `${folder}/report.json` };
  for (const form of ['html', 'json'] as const) await reports.write(kept[form], written[form], TYPES[form]);
  if (part !== undefined) return kept;
  // A history that could not be read is not put in order by overwriting it.
  if (!unknown) await reports.write(HISTORY, writeHistory(bounded([...history, summary])), TYPES.json);
  // Last: whoever reads the latest one finds the others.
  for (const form of ['html', 'json'] as const) await reports.write(LATEST[form], written[form], TYPES[form]);
  return kept;
};
