import { FLEET_FOLDER, type FleetFailure, fleetTargetName, type PlacedTarget } from '../core/audit/fleet.ts';
import { mergeReports } from '../core/audit/merge-reports.ts';
import type { AuditReport, AuditSummary } from '../core/audit/report.ts';
import type { Unseen } from '../core/audit/snapshot.ts';
import { printable } from '../core/text.ts';
import { NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Reports } from '../ports/reports.ts';
import { keyOfFailure, keyOfReport, keyOfTargets } from './audit-fleet.ts';
import type { ArchiveFormat, Kept, Written } from './report-archive.ts';
import { sideBySide } from './side-by-side.ts';

/** What making one report of many needs. */
export interface ReduceDeps {
  readonly reports: Reports;
  readonly readTargets: (text: string) => readonly PlacedTarget[];
  readonly readReport: (json: string) => AuditReport;
  readonly readFailure: (json: string) => FleetFailure;
  readonly archive: Pick<ArchiveFormat, 'readPrevious'>;
  readonly render: (report: AuditReport) => Promise<Written>;
  readonly freshOf: (report: AuditReport) => ReadonlySet<unknown> | undefined;
  readonly events: Events;
  readonly clock: Clock;
}

/** What the last step answers. */
export interface ReducedAudits {
  readonly report: Kept;
  readonly targets: number;
  /** How many of them have a report. */
  readonly seen: number;
  /** Those without one, in words; as many as a person reads. */
  readonly failed: readonly string[];
  readonly summary: Omit<AuditSummary, 'atMax' | 'calls' | 'rules'>;
  readonly eventsRefused: number;
}

const READS_AT_ONCE = 8;
const FAILURES_TOLD = 50;
const WORDS = 500;

const LATEST: Kept = { html: `${FLEET_FOLDER}/latest.html`, json: `${FLEET_FOLDER}/latest.json` };
const TYPES = { html: 'text/html; charset=utf-8', json: 'application/json' } as const;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Of a function that threw, the text of its error lies in a JSON of its own. */
const wordsOf = ({ error = '', cause = '' }: FleetFailure): string => {
  const told = cause || error || 'Its audit failed without a word';
  try {
    const { errorMessage } = JSON.parse(cause);
    return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : told;
  } catch {
    return told;
  }
};

const sentence = (text: string): string => {
  const words = printable(text).slice(0, WORDS).trim();
  return /[.!?]$/.test(words) ? words : `${words}.`;
};

/**
 * Makes one report of all that the targets of a run left, keeps it, and tells that it is there. A target without a report
 * is named as unseen with what is known of why. Repeating is safe.
 * @param run Name of the execution.
 * @throws {TaskwireError} If the run left no list, or the report could not be kept.
 */
export const reduceAudits = async (run: string, deps: ReduceDeps): Promise<ReducedAudits> => {
  const { reports, readTargets, readReport, readFailure, archive, events, clock } = deps;
  const list = await reports.read(keyOfTargets(run));
  if (list === undefined) throw new NotFoundError(`There is no ${keyOfTargets(run)}: the run was never begun.`);
  const targets = readTargets(list);

  const unseen: Unseen[] = [];
  const lookFor = async (target: PlacedTarget): Promise<readonly AuditReport[]> => {
    const miss = (why: string): readonly never[] => {
      unseen.push({ resource: fleetTargetName(target), what: 'everything', why: sentence(why) });
      return [];
    };
    try {
      const text = await reports.read(keyOfReport(target));
      if (text !== undefined) return [readReport(text)];
      const failure = await reports.read(keyOfFailure(target));
      return miss(
        failure === undefined
          ? 'Its audit ended without a word: look at its child execution'
          : wordsOf(readFailure(failure)),
      );
    } catch (error) {
      return miss(`Its report could not be read: ${messageOf(error)}`);
    }
  };
  const found = (await sideBySide(targets, READS_AT_ONCE, lookFor)).flat();
  const byName = unseen.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
  const failed = byName.map(({ resource }) => resource);

  const merged = mergeReports({ reports: found, unseen: byName, nowMs: clock.nowMs() });
  // Where the one before cannot be read nothing counts as new, and that is all.
  const previous = await reports
    .read(LATEST.json)
    .then((text) => (text === undefined ? undefined : archive.readPrevious(text)))
    .catch(() => undefined);
  const report = previous === undefined ? merged : { ...merged, previous };
  const written = await deps.render(report);
  const kept: Kept = { html: `${FLEET_FOLDER}/${run}/report.html`, json: `${FLEET_FOLDER}/${run}/report.json` };
  for (const keys of [kept, LATEST]) {
    for (const form of ['html', 'json'] as const) await reports.write(keys[form], written[form], TYPES[form]);
  }

  const { atMax: _, calls: _calls, rules: _rules, ...summary } = report.summary;
  const detail = {
    fleet: run,
    targets: targets.length,
    failed: failed.length,
    summary,
    newFindings: deps.freshOf(report)?.size ?? 0,
    unseen: report.unseen.length,
    report: kept,
  };
  const refused = await events.send([{ detailType: 'Taskwire Audit Completed', detail, resources: [] }]);
  return {
    report: kept,
    targets: targets.length,
    seen: found.length,
    failed: failed.slice(0, FAILURES_TOLD),
    summary,
    eventsRefused: refused.length,
  };
};
