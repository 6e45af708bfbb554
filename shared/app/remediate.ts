import type { Change, Mode, Outcome } from '../core/outcome.ts';
import type { Digest } from '../core/plan-id.ts';
import type { Remediation } from '../core/remediation.ts';
import { nearChanges, SIGNS } from '../core/tracing/near-changes.ts';
import type { Events } from '../ports/events.ts';
import { announce } from './announce.ts';
import { causeOf, type Failed } from './hand-on.ts';
import { createRepair, PlanRequiredError, type Repair, type Repaired } from './repair.ts';
import type { RepairedScaling, RepairScalingDeps } from './repair-scaling.ts';
import type { RepairedSidecars, RepairSidecarsDeps, RepairSidecarsOptions } from './repair-sidecars.ts';
import type { RepairedTargets } from './repair-targets.ts';
import type { SweepDeps } from './sweep-targets.ts';
import type { Told } from './told.ts';

/** What the repairs work with. */
export interface RepairDeps extends SweepDeps, RepairScalingDeps, Omit<RepairSidecarsDeps, 'services' | 'tasks'> {
  readonly mode: Mode;
  readonly sha256: Digest;
}

/** What one repair came to, by what it is about. */
export type AnyRepaired = RepairedTargets | RepairedScaling | RepairedSidecars;

/** The repair that was asked for. What it needs is imported with it: a plan of targets reads nothing of scaling. */
export const repairOf = async (
  remediation: Remediation,
  deps: RepairDeps,
  run: RepairSidecarsOptions = {},
): Promise<Repair<AnyRepaired>> => {
  const { action, collector, ...scope } = remediation;
  const { signal } = run;
  switch (action) {
    case 'sync-targets':
    case 'unwire':
    case 'remove-unknown-targets': {
      const { repairTargets } = await import('./repair-targets.ts');
      return createRepair(remediation, repairTargets(action, scope, deps, signal), deps);
    }
    case 'sync-scaling':
    case 'resume-scaling': {
      const { repairScaling } = await import('./repair-scaling.ts');
      return createRepair(remediation, repairScaling(action, scope, deps, signal), deps);
    }
    case 'attach-sidecar':
    case 'detach-sidecar': {
      const { repairSidecars } = await import('./repair-sidecars.ts');
      const request =
        action === 'detach-sidecar' ? { action } : { action, ...(collector !== undefined && { collector }) };
      return createRepair(remediation, repairSidecars(request, scope, deps, run), deps);
    }
  }
};

/** What `remediate` is built from. */
export interface RemediateDeps extends RepairDeps {
  readonly events: Events;
  readonly told: Told;
  readonly calls: () => Readonly<Record<string, number>>;
}

/** An Outcome with its plan, or with what else there is to say. */
export interface RemediateOutcome extends Outcome {
  /** What would be done by applying: `changes` without what is only observed. */
  readonly plan?: { readonly id: string; readonly changes: readonly Change[] };
  /** Of sidecars: the difference to each revision that runs, changed lines and some around them, secrets masked. */
  readonly diffs?: readonly { readonly resource: string; readonly lines: readonly string[] }[];
  /** Sentences. */
  readonly notes?: readonly string[];
  /** What could not be looked at; of a plan only, since an apply that failed in a part is an error. */
  readonly failures?: readonly { readonly resource: string; readonly message: string }[];
}

/** What an invocation comes to. */
interface Remediated {
  readonly outcome: RemediateOutcome;
  readonly failed: readonly Failed[];
  readonly eventsRefused: number;
}

/**
 * Shows one repair, or makes one that was shown. Nothing is stored: the plan's id says what was shown. Repeating is safe.
 * @throws {PlanRequiredError} Without a plan. @throws {PlanChangedError} If something else would be done.
 * @throws {InputError} If the plan is none of this request, or the scope names nothing.
 */
export const remediate = async (
  { remediation, apply, plan }: { readonly remediation: Remediation; readonly apply: boolean; readonly plan?: string },
  deps: RemediateDeps,
  run: { readonly signal?: AbortSignal } = {},
): Promise<Remediated> => {
  if (apply && plan === undefined) throw new PlanRequiredError();
  // A rollout outlives the invocation: it is begun here, and a later plan tells where it stands.
  const repair = await repairOf(remediation, deps, { ...run, watch: false });
  if (plan === undefined) {
    const planned = await repair.plan();
    const failures = planned.seen.failures.map(({ resource, error }) => ({ resource, message: causeOf(error) }));
    const outcome = {
      ...outcomeOf(planned.seen, 'observe', deps.calls()),
      plan: planned.plan,
      ...(planned.seen.kind === 'sidecars' && { diffs: planned.seen.diffs.map(linesOf) }),
      ...(planned.seen.notes.length > 0 && { notes: planned.seen.notes }),
      ...(failures.length > 0 && { failures }),
    };
    return { outcome, failed: [], eventsRefused: 0 };
  }
  const { seen } = await repair.apply(plan);
  const changes = seen.changes.filter(({ applied: done }) => done);
  // What was found stands, and is told by whoever sweeps; an event is of what was made.
  const announced = changes.filter(({ action }) => action !== 'attach-sidecar' && action !== 'detach-sidecar');
  const news = { ...outcomeOf(seen, deps.mode, {}), changes: announced, held: [], findings: [] };
  const refused = await announce(news, deps.events, deps.told, deps.clock.nowMs());
  const outcome = {
    ...outcomeOf(seen, deps.mode, deps.calls()),
    ...(seen.notes.length > 0 && { notes: seen.notes }),
  };
  return { outcome, failed: failedOf(seen, changes.length), eventsRefused: refused.length };
};

const outcomeOf = ({ changes, held, findings }: Repaired, mode: Mode, calls: Outcome['calls']): Outcome => ({
  function: 'remediate',
  mode,
  changes,
  held,
  findings,
  calls,
});

const linesOf = ({ resource, diff }: RepairedSidecars['diffs'][number]) => ({
  resource,
  lines: nearChanges(diff).map(({ kind, text }) => `${SIGNS[kind]} ${text}`),
});

/** What failed while the rest was done; the error that tells of it hides the Outcome, so it says that, too. */
const failedOf = ({ failures }: Repaired, done: number): readonly Failed[] => {
  if (failures.length === 0) return [];
  const causes = failures.map(({ resource, error }) => `${resource}: ${causeOf(error)}`);
  const rest = `${done} of the other changes ${done === 1 ? 'was' : 'were'} made (see the log); ask for a plan to see what is left`;
  return [...causes, rest].map((cause) => ({ id: 'by-hand', cause }));
};
