import type { FleetFailure, FleetTarget, PlacedTarget } from '../core/audit/fleet.ts';
import type { Outcome } from '../core/outcome.ts';
import { TaskwireError } from '../errors.ts';
import type { Reports } from '../ports/reports.ts';
import {
  type AuditedTarget,
  type AuditTargetDeps,
  auditTarget,
  type BegunFleet,
  beginFleet,
  type FleetRun,
  keyOfFailure,
} from './audit-fleet.ts';
import { type ReduceDeps, type ReducedAudits, reduceAudits } from './reduce-audits.ts';

/** One of the steps of a fleet's state machine. */
type FleetStep =
  | ({ readonly step: 'begin' } & FleetRun)
  | { readonly step: 'target'; readonly target: PlacedTarget }
  | { readonly step: 'failed'; readonly output: string; readonly failure: FleetFailure }
  | { readonly step: 'reduce'; readonly run: string };

/** Where it is kept why a target has no report. */
interface NotedFailure {
  readonly noted: string;
}

/** What the steps are built from. */
export interface FleetDeps
  extends Omit<ReduceDeps, 'reports' | 'archive'>,
    Omit<AuditTargetDeps, 'reports' | 'archive'> {
  readonly archive: ReduceDeps['archive'] & AuditTargetDeps['archive'];
  /** Left out: the stack keeps no reports, and then there is nothing that the steps could hand on. */
  readonly reports?: Reports;
  readonly readList: (text: string, what: string) => readonly FleetTarget[];
  readonly calls: () => Outcome['calls'];
}

/**
 * Makes one step of an audit of a fleet.
 * @throws {TaskwireError} As the step; Step Functions writes it down and goes on with the other targets.
 */
export const runFleet = async (
  input: FleetStep,
  deps: FleetDeps,
  run: { readonly signal?: AbortSignal } = {},
): Promise<{
  readonly outcome: Outcome;
  readonly answer: BegunFleet | AuditedTarget | NotedFailure | ReducedAudits;
}> => {
  const { reports } = deps;
  if (reports === undefined) {
    throw new TaskwireError(
      'fail',
      'An audit of a fleet needs TASKWIRE_REPORT_BUCKET: its steps hand their reports on there. Deploy the stack with reportBucket.',
    );
  }
  const outcome = { function: 'audit', mode: 'observe', changes: [], held: [], findings: [] } as const;
  switch (input.step) {
    case 'begin': {
      const { step: _, ...begin } = input;
      return { answer: await beginFleet(begin, { ...deps, reports }), outcome: { ...outcome, calls: deps.calls() } };
    }
    case 'target': {
      const { calls, ...answer } = await auditTarget(input.target, { ...deps, reports }, run);
      return { answer, outcome: { ...outcome, calls } };
    }
    case 'failed': {
      const answer: NotedFailure = { noted: keyOfFailure(input) };
      await reports.write(answer.noted, `${JSON.stringify(input.failure)}\n`, 'application/json');
      return { answer, outcome: { ...outcome, calls: deps.calls() } };
    }
    case 'reduce': {
      const answer = await reduceAudits(input.run, { ...deps, reports });
      return { answer, outcome: { ...outcome, calls: deps.calls() } };
    }
  }
};
