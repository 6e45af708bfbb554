import type { Settled } from '../shared/app/settle-group.ts';
import type { Swept } from '../shared/app/sweep-targets.ts';
import type { Change, Finding, Mode } from '../shared/core/outcome.ts';
import { workloadKeyOf } from '../shared/core/targets/binding.ts';
import type { Report } from '../shared/report/report.ts';
import type { LookedGroup } from '../shared/report/terminal/targets.ts';
import { describeError } from './describe-error.ts';

/** What of a look at target groups is reported. */
export interface Looked extends Pick<Swept, 'settled' | 'findings' | 'failures'> {}

/** The same finding of several groups or looks is told once. */
const unique = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((each) => [JSON.stringify([each.rule, each.resource, each.summary]), each])).values(),
];

/** A look at target groups as a report. */
export const reportOf = (
  { settled, findings, failures }: Looked,
  of: {
    readonly verb: string;
    readonly mode: Mode;
    readonly calls: Report['calls'];
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Report => ({
  function: of.verb,
  mode: of.mode,
  changes: settled.flatMap(({ changes }) => changes),
  held: settled.flatMap(({ held }) => held),
  findings: unique(findings),
  calls: of.calls,
  failures: failures.map(({ resource, error }) => ({ resource, message: describeError(error, of.env) })),
});

/** The groups that were looked at, for a person to read. */
export const lookedGroups = (settled: readonly Settled[], nowMs: number): readonly LookedGroup[] =>
  settled.map(({ binding, waits, unplaced }) => ({
    resource: binding.group.arn,
    wires: binding.wiring.workloads.map(workloadKeyOf),
    observed: binding.wiring.mode === 'observe',
    waits: waits.map(({ id, port, untilMs }) => ({
      target: { id, port },
      seconds: Math.max(1, Math.ceil((untilMs - nowMs) / 1000)),
    })),
    unplaced,
  }));

/** Changes that were tried and not made; what a group that is only observed shows was not tried. */
export const refusedOf = (settled: readonly Settled[]): readonly Change[] =>
  settled
    .filter(({ binding }) => binding.wiring.mode !== 'observe')
    .flatMap(({ changes }) => changes.filter(({ applied }) => !applied));
