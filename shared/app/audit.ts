import { type JudgeOptions, judgeSnapshot } from '../core/audit/judge-snapshot.ts';
import type { AuditFinding, AuditReport, AuditSummary } from '../core/audit/report.ts';
import type { Unseen } from '../core/audit/snapshot.ts';
import type { Finding, Mode, Outcome } from '../core/outcome.ts';
import { clusterNameOf } from '../core/task/arn.ts';
import type { Events, OutgoingEvent } from '../ports/events.ts';
import type { Reports } from '../ports/reports.ts';
import { collectRemembering, type RevisionsFormat } from './collect-remembering.ts';
import type { AuditScope, CollectDeps } from './collect-snapshot.ts';
import { type ArchiveFormat, type Kept, keepReport, type Past, readPast, type Written } from './report-archive.ts';
import { createSighting, type Sighting } from './sighting.ts';

/** What the function `audit` is built from. */
export interface AuditDeps extends CollectDeps {
  /** Where reports are kept; without it nothing is written, and nothing is known of earlier audits. */
  readonly reports?: Reports;
  readonly archive: ArchiveFormat & RevisionsFormat;
  readonly render: (report: AuditReport) => Promise<Written>;
  /** Findings that the previous audit did not have. */
  readonly freshOf: (report: AuditReport) => ReadonlySet<AuditFinding> | undefined;
  readonly events: Events;
  readonly mode: Mode;
}

/** The answer of an audit: an Outcome, bounded by what Lambda may answer, and where the whole report is. */
export interface AuditOutcome extends Outcome {
  readonly summary: Omit<AuditSummary, 'atMax' | 'calls'>;
  /** Findings that did not fit; the report has them. */
  readonly findingsLeftOut: number;
  readonly unseen: readonly Unseen[];
  readonly unseenLeftOut: number;
  /** Keys in the bucket; absent without one. */
  readonly report?: Kept;
}

/** A figure about a run, for metrics. */
export interface AuditMeasure {
  readonly name:
    | 'ServicesAudited'
    | 'HighFindings'
    | 'NewFindings'
    | 'TargetsMissing'
    | 'TargetsStale'
    | 'TargetsWrong'
    | 'Unseen'
    | 'EventsRefused';
  readonly value: number;
}

/** What a run comes to. */
export interface Audited {
  readonly outcome: AuditOutcome;
  readonly report: AuditReport;
  /** Why the report could not be kept, if it could not. */
  readonly unkept?: unknown;
  readonly measures: readonly AuditMeasure[];
}

/** A first audit may find thousands; whoever listens gets the worst, and the summary tells how many there are. */
const MOST_EVENTS = 500;
/** Lambda answers with 6 MB at most. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 3_000_000;
const MOST_FINDINGS = 5_000;
const MOST_UNSEEN = 200;

/** In the bucket, beside the reports. */
const REVISIONS = 'audit/revisions.json';

const ENCODER = new TextEncoder();

/** As many as fit, in their order. */
const fitting = (findings: readonly Finding[]): readonly Finding[] => {
  const kept: Finding[] = [];
  let bytes = 0;
  for (const { rule, severity, resource, summary, fix } of findings.slice(0, MOST_FINDINGS)) {
    const finding = { rule, severity, resource, summary, fix };
    bytes += ENCODER.encode(JSON.stringify(finding)).length;
    if (bytes > MOST_BYTES) break;
    kept.push(finding);
  }
  return kept;
};

const figuresOf = ({ atMax: _, calls: _calls, ...figures }: AuditSummary): AuditOutcome['summary'] => figures;

const findingEvent = ({ rule, severity, resource, summary, fix }: AuditFinding): OutgoingEvent => ({
  detailType: 'Taskwire Finding',
  detail: { rule, severity, resource, summary, fix },
  resources: [resource],
});

/** One event about the audit as a whole, and one per finding that is new. */
const eventsOf = (
  report: AuditReport,
  fresh: readonly AuditFinding[],
  scope: AuditScope,
  kept: Kept | undefined,
): readonly OutgoingEvent[] => [
  ...fresh.slice(0, MOST_EVENTS).map(findingEvent),
  {
    detailType: 'Taskwire Audit Completed',
    detail: {
      ...(scope.cluster !== undefined && { cluster: clusterNameOf(scope.cluster) }),
      summary: figuresOf(report.summary),
      newFindings: fresh.length,
      unseen: report.unseen.length,
      ...(kept !== undefined && { report: kept }),
    },
    resources: [],
  },
];

/** What was seen is let go with this call: rendering a report needs its room. */
const lookAndJudge = async (
  scope: AuditScope,
  { history, previous }: Past,
  sighting: Sighting,
  deps: AuditDeps,
  { signal, ...options }: { readonly signal?: AbortSignal } & JudgeOptions,
): Promise<AuditReport> => {
  const memory = deps.reports && { reports: deps.reports, key: REVISIONS, format: deps.archive };
  const seen = await collectRemembering(scope, deps, memory, sighting, signal === undefined ? {} : { signal });
  const { brakePercent } = deps.settings;
  return {
    ...judgeSnapshot(seen, history, { brakePercent, ...options }),
    by: 'audit',
    ...(previous !== undefined && { previous }),
  };
};

/**
 * Looks at everything, judges it, keeps the report and tells what is new. Changes nothing that is looked at. Repeating
 * is safe: it makes another report.
 * @param signal Aborted when the time for looking is over; what was seen until then is judged and kept.
 * @throws {InputError} If the one cluster that was asked for does not exist.
 */
export const audit = async (
  scope: AuditScope,
  deps: AuditDeps,
  options: { readonly signal?: AbortSignal } & JudgeOptions = {},
): Promise<Audited> => {
  const { reports, archive } = deps;
  // Before everything else: reading ends with the time, and without it nobody knows what is new.
  const sighting = createSighting(options.signal);
  const past = await readPast(reports, archive, sighting);
  const report = await lookAndJudge(scope, past, sighting, deps, options);

  const part = scope.cluster === undefined ? undefined : clusterNameOf(scope.cluster);
  let kept: Kept | undefined;
  let unkept: unknown;
  if (reports !== undefined) {
    try {
      kept = await keepReport(await deps.render(report), report.summary, past, part, reports, archive);
    } catch (error) {
      unkept = error;
    }
  }
  // Without a bucket every day would be the first one, and a part of the account has no previous audit.
  const comparable = reports !== undefined && !past.unknown && part === undefined;
  const fresh = comparable ? [...(deps.freshOf(report) ?? report.findings)] : [];
  const refused = await deps.events.send(eventsOf(report, fresh, scope, kept));

  const findings = fitting(report.findings);
  const { summary, unseen } = report;
  const measures: readonly AuditMeasure[] = [
    { name: 'ServicesAudited', value: summary.services },
    { name: 'HighFindings', value: summary.findings.high },
    { name: 'NewFindings', value: fresh.length },
    { name: 'TargetsMissing', value: summary.targets.missing },
    { name: 'TargetsStale', value: summary.targets.stale },
    { name: 'TargetsWrong', value: summary.targets.wrong },
    { name: 'Unseen', value: unseen.length },
    { name: 'EventsRefused', value: refused.length },
  ];
  return {
    outcome: {
      function: 'audit',
      mode: deps.mode,
      changes: [],
      held: [],
      findings,
      calls: deps.calls(),
      summary: figuresOf(summary),
      findingsLeftOut: report.findings.length - findings.length,
      unseen: unseen.slice(0, MOST_UNSEEN),
      unseenLeftOut: Math.max(0, unseen.length - MOST_UNSEEN),
      ...(kept !== undefined && { report: kept }),
    },
    report,
    ...(unkept !== undefined && { unkept }),
    measures,
  };
};
