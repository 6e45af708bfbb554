import type { Settled } from '../shared/app/settle-group.ts';
import type { ScalingSettled } from '../shared/app/settle-scaling.ts';
import type { Swept } from '../shared/app/sweep-targets.ts';
import type { Change, Finding, HeldChange, Mode } from '../shared/core/outcome.ts';
import type { ScalingWrite } from '../shared/core/scaling/shown.ts';
import { workloadKeyOf } from '../shared/core/targets/binding.ts';
import type { Report } from '../shared/report/report.ts';
import type { LookedResource } from '../shared/report/terminal/changes.ts';
import { describeError } from './describe-error.ts';

/** What a look at target groups, at the scaling of services, or at both comes to. */
export interface Seen {
  readonly changes: readonly Change[];
  readonly held: readonly HeldChange[];
  readonly findings: readonly Finding[];
  readonly failures: readonly { readonly resource: string; readonly error: unknown }[];
  /** All that was looked at, for a person to read. */
  readonly looked: readonly LookedResource[];
  /** Changes that were tried and not made. */
  readonly refused: number;
  /** What the changes of scaling write, and those that are held: their reasons tell counts that go on changing. */
  readonly writes: readonly ScalingWrite[];
  readonly heldWrites: readonly ScalingWrite[];
}

/** Nothing was seen. */
export const NOTHING: Seen = {
  changes: [],
  held: [],
  findings: [],
  failures: [],
  looked: [],
  refused: 0,
  writes: [],
  heldWrites: [],
};

/** Two looks as one. */
export const together = (a: Seen, b: Seen): Seen => ({
  changes: [...a.changes, ...b.changes],
  held: [...a.held, ...b.held],
  findings: [...a.findings, ...b.findings],
  failures: [...a.failures, ...b.failures],
  looked: [...a.looked, ...b.looked],
  refused: a.refused + b.refused,
  writes: [...a.writes, ...b.writes],
  heldWrites: [...a.heldWrites, ...b.heldWrites],
});

const lookedGroup = ({ binding, waits, unplaced }: Settled, nowMs: number): LookedResource => ({
  resource: binding.group.arn,
  asks: binding.wiring.workloads.map(workloadKeyOf),
  observed: binding.wiring.mode === 'observe',
  paused: binding.wiring.paused !== undefined,
  waits: waits.map(({ id, port, untilMs }) => ({
    target: { id, port },
    seconds: Math.max(1, Math.ceil((untilMs - nowMs) / 1000)),
  })),
  unplaced,
});

/** What of target groups was seen. */
export const seenTargets = (
  { settled, findings, failures }: Pick<Swept, 'settled' | 'findings' | 'failures'>,
  nowMs: number,
): Seen => ({
  ...NOTHING,
  changes: settled.flatMap(({ changes }) => changes),
  held: settled.flatMap(({ held }) => held),
  findings,
  failures,
  looked: settled.map((each) => lookedGroup(each, nowMs)),
  // What a group that is only observed shows was not tried.
  refused: settled
    .filter(({ binding }) => binding.wiring.mode !== 'observe')
    .flatMap(({ changes }) => changes.filter(({ applied }) => !applied)).length,
});

const ASKING = ['scaling', 'hours', 'reactions'] as const;

const lookedService = ({ serviceArn, look }: ScalingSettled, tagPrefix: string): LookedResource => {
  const tags = look?.service.tags ?? {};
  const asks = ASKING.flatMap((name) => {
    const value = tags[`${tagPrefix}:${name}`];
    return value === undefined ? [] : [`${name} ${value}`];
  });
  return {
    resource: serviceArn,
    asks: look !== undefined && asks.length === 0 ? ['no scaling tag any more'] : asks,
    observed: false,
    waits: [],
    unplaced: [],
  };
};

/** What of the scaling of services was seen. */
export const seenScaling = (settled: readonly ScalingSettled[], tagPrefix: string): Seen => ({
  changes: settled.flatMap(({ changes }) => changes),
  held: settled.flatMap(({ held }) => held),
  findings: settled.flatMap(({ findings }) => findings),
  failures: settled.flatMap(({ serviceArn, error }) => (error === undefined ? [] : [{ resource: serviceArn, error }])),
  looked: settled.map((each) => lookedService(each, tagPrefix)),
  refused: settled.flatMap(({ changes }) => changes.filter(({ applied }) => !applied)).length,
  writes: settled.flatMap(({ writes }) => writes),
  heldWrites: settled.flatMap(({ heldWrites }) => heldWrites),
});

/** The same finding of several groups or looks is told once. */
const unique = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((each) => [JSON.stringify([each.rule, each.resource, each.summary]), each])).values(),
];

/** What was seen, as a report. */
export const reportOf = (
  { changes, held, findings, failures }: Pick<Seen, 'changes' | 'held' | 'findings' | 'failures'>,
  of: {
    readonly verb: string;
    readonly mode: Mode;
    readonly calls: Report['calls'];
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Report => ({
  function: of.verb,
  mode: of.mode,
  changes,
  held,
  findings: unique(findings),
  calls: of.calls,
  failures: failures.map(({ resource, error }) => ({ resource, message: describeError(error, of.env) })),
});
