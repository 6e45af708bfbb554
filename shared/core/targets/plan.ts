import type { SeenTarget } from '../message.ts';
import { taskIdOf } from '../task/arn.ts';
import { workloadKeyOf } from './binding.ts';
import { brakeOn } from './brake.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import type { Fault } from './findings.ts';
import { isDraining, keyOf, type ObservedTarget, type Target } from './target.ts';
import { judge, type Question, SECOND_LOOK_MS, type Sight, type Verdict } from './verdict.ts';

/** A target that is missing from its group. */
export interface Registration {
  readonly target: Target;
  readonly task: string;
  readonly reason: string;
  /** It is there and draining: AWS may not take it back before its deregistration delay is over. */
  readonly draining: boolean;
}

/** A target that should leave its group. */
export interface Removal {
  readonly target: Target;
  /** The task that had it; absent where EC2's answer or nothing at all is the ground. */
  readonly task?: string;
  readonly reason: string;
  /** A stranger has the address already. */
  readonly inherited: boolean;
}

/** A target that must be seen the same a while longer. */
export interface Wait extends SeenTarget {
  /** Epoch milliseconds. */
  readonly untilMs: number;
}

/** What is to be done to one target group. */
export interface TargetPlan {
  readonly register: readonly Registration[];
  readonly deregister: readonly Removal[];
  /** Removals that are held back, each with why. */
  readonly held: readonly Removal[];
  readonly faults: readonly Fault[];
  /** What must be known before the plan is complete; until then nothing is decided about the targets it concerns. */
  readonly questions: readonly Question[];
  readonly waits: readonly Wait[];
  /** The group's own tasks, as it sees them. */
  readonly candidates: readonly Candidate[];
}

/** What the owner of the stack, and whoever runs a plan by hand, allow. */
export interface Limits {
  readonly brakePercent: number;
  /** A person looked at the plan and applies what the brake held. */
  readonly brakeReleased: boolean;
}

const byTarget = (a: { readonly target: Target }, b: { readonly target: Target }): number =>
  keyOf(a.target) < keyOf(b.target) ? -1 : 1;

/** The group's own tasks; the order of the fleet does not matter. */
export const candidatesOf = (sight: Sight): ReadonlyMap<string, Candidate> => {
  const { binding, fleet, facts, isStandby } = sight;
  const candidates = new Map<string, Candidate>();
  for (const workload of binding.wiring.workloads) {
    for (const task of fleet.byWorkload.get(workloadKeyOf(workload)) ?? []) {
      if (!candidates.has(task.taskArn))
        candidates.set(task.taskArn, candidateOf(binding, task, isStandby(task), facts));
    }
  }
  return candidates;
};

const missingOf = (candidates: ReadonlyMap<string, Candidate>, sight: Sight): readonly Registration[] => {
  const observed = new Map(sight.observed.map((target) => [keyOf(target), target]));
  const missing = new Map<string, Registration>();
  for (const { task, place, wanted } of candidates.values()) {
    if (!wanted || place.kind !== 'at') continue;
    if (sight.focus !== undefined && !sight.focus.has(task.taskArn)) continue;
    const seen = observed.get(keyOf(place.target));
    if (seen !== undefined && !isDraining(seen)) continue;
    const draining = seen !== undefined;
    const reason = `task ${taskIdOf(task.taskArn)} is running${draining ? ' and its target is draining' : ''}`;
    missing.set(keyOf(place.target), { target: place.target, task: task.taskArn, reason, draining });
  }
  return [...missing.values()].toSorted(byTarget);
};

const plain = ({ id, port, zone }: Target): Target => ({ id, port, ...(zone !== undefined && { zone }) });

/** A fault of many tasks is told once. */
const faultsOf = (candidates: ReadonlyMap<string, Candidate>, sight: Sight): readonly Fault[] => {
  const faults = new Map<string, Fault>();
  for (const { task, place } of candidates.values()) {
    if (place.kind !== 'wrong' || task.desiredStatus !== 'RUNNING') continue;
    if (sight.focus === undefined || sight.focus.has(task.taskArn)) faults.set(place.fault.summary, place.fault);
  }
  return [...faults.values()].toSorted((a, b) => (a.summary < b.summary ? -1 : 1));
};

/**
 * A workload without a live task is no ground to call anything surplus: it may be mistyped, not watched, or not
 * started yet.
 */
const workloadWithoutTask = (sight: Sight): string | undefined =>
  sight.binding.wiring.workloads
    .map(workloadKeyOf)
    .find((key) => !sight.fleet.byWorkload.get(key)?.some(({ desiredStatus }) => desiredStatus === 'RUNNING'));

interface Judged {
  readonly target: ObservedTarget;
  readonly verdict: Verdict;
}

const ofKind = <K extends Verdict['kind']>(
  judged: readonly Judged[],
  kind: K,
): readonly { readonly target: ObservedTarget; readonly verdict: Extract<Verdict, { kind: K }> }[] =>
  judged.flatMap(({ target, verdict }) => (isKind(verdict, kind) ? [{ target, verdict }] : []));

const isKind = <K extends Verdict['kind']>(verdict: Verdict, kind: K): verdict is Extract<Verdict, { kind: K }> =>
  verdict.kind === kind;

/** Tasks on standby may leave as long as the group keeps a target. */
const standbyPlan = (
  standby: readonly Removal[],
  left: number,
): { go: readonly Removal[]; stay: readonly Removal[] } => {
  const stays = left - standby.length < 1 ? 1 - Math.max(0, left - standby.length) : 0;
  return {
    stay: standby
      .slice(0, stays)
      .map((each) => ({ ...each, reason: `${each.reason}, but it is the group's last target` })),
    go: standby.slice(stays),
  };
};

interface Unproven {
  readonly deregister: readonly Removal[];
  readonly held: readonly Removal[];
  readonly waits: readonly Wait[];
  readonly faults: readonly Fault[];
}

const NONE: Unproven = { deregister: [], held: [], waits: [], faults: [] };

const planUnproven = (
  judged: readonly Judged[],
  sight: Sight,
  limits: Limits,
  present: number,
  proven: number,
): Unproven => {
  const unexplained = ofKind(judged, 'unexplained');
  // An event tells of its own task only; what else is in the group is the sweep's business.
  if (unexplained.length === 0 || sight.focus !== undefined) return NONE;
  const faults = unexplained.map(({ verdict }) => verdict.fault);
  if (sight.binding.wiring.targets === 'shared') return { ...NONE, faults };

  const waits: Wait[] = [];
  const ready: Removal[] = [];
  for (const { target, verdict } of unexplained) {
    const firstSeenMs = sight.firstSeenMs.get(keyOf(target)) ?? sight.nowMs;
    const untilMs = firstSeenMs + SECOND_LOOK_MS;
    if (verdict.waits && sight.nowMs < untilMs) waits.push({ id: target.id, port: target.port, firstSeenMs, untilMs });
    else
      ready.push({
        target: plain(target),
        reason: `without proof, the group is exclusive: ${verdict.reason}`,
        inherited: false,
      });
  }
  const removals = ready.toSorted(byTarget);
  const absent = workloadWithoutTask(sight);
  const held = limits.brakeReleased
    ? undefined
    : absent !== undefined
      ? `brake: ${absent} has no live task`
      : brakeOn({ present, proven, unproven: unexplained.length }, limits.brakePercent);
  return held === undefined
    ? { deregister: removals, held: [], waits, faults }
    : { deregister: [], held: removals.map((each) => ({ ...each, reason: `${held}; ${each.reason}` })), waits, faults };
};

/**
 * Decides what is to be done to one group. Data in, data out: the same plan is printed, logged and applied, and a plan
 * that ran leaves nothing to do.
 *
 * A plan with questions is incomplete, never wrong: it lists what else must be looked up, and leaves the targets that
 * depend on it alone.
 */
export const planTargets = (sight: Sight, limits: Limits): TargetPlan => {
  const own = candidatesOf(sight);
  const wanted = new Set(
    [...own.values()].flatMap(({ wanted, place }) => (wanted && place.kind === 'at' ? [keyOf(place.target)] : [])),
  );
  const present = sight.observed.filter((target) => !isDraining(target));
  const judged = present
    .filter((target) => !wanted.has(keyOf(target)))
    .map((target) => ({ target, verdict: judge(target, sight, own) }));

  const removals = ofKind(judged, 'remove').map(({ target, verdict }) => ({
    standby: verdict.standby,
    removal: {
      target: plain(target),
      ...(verdict.task !== undefined && { task: verdict.task }),
      reason: verdict.reason,
      inherited: verdict.inherited,
    },
  }));
  const sorted = removals.toSorted((a, b) => byTarget(a.removal, b.removal));
  const proven = sorted.filter(({ standby }) => !standby).map(({ removal }) => removal);
  const standby = standbyPlan(
    sorted.filter((each) => each.standby).map(({ removal }) => removal),
    present.length - proven.length,
  );
  const unproven = planUnproven(judged, sight, limits, present.length, proven.length + standby.go.length);

  return {
    register: missingOf(own, sight),
    deregister: [...proven, ...standby.go, ...unproven.deregister],
    held: [...standby.stay, ...unproven.held],
    faults: [
      ...faultsOf(own, sight),
      ...ofKind(judged, 'report').map(({ verdict }) => verdict.fault),
      ...unproven.faults,
    ],
    questions: ofKind(judged, 'ask').map(({ verdict }) => verdict.question),
    waits: [
      ...ofKind(judged, 'wait').map(({ target, verdict }) => ({
        id: target.id,
        port: target.port,
        firstSeenMs: verdict.firstSeenMs,
        untilMs: verdict.untilMs,
      })),
      ...unproven.waits,
    ],
    candidates: [...own.values()],
  };
};
