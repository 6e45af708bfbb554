import type { Registration, TargetPlan } from '../targets/plan.ts';
import type { Sight } from '../targets/sight.ts';
import { isDraining, keyOf, type Target } from '../targets/target.ts';
import { judge, type Verdict } from '../targets/verdict.ts';

/** A registered target that should not be there, and why. */
export interface SurplusTarget {
  readonly target: Target;
  /** In words. */
  readonly reason: string;
  /** ARN of the task that had it, where one is known. */
  readonly task?: string;
}

/** What is wrong with the targets of a bound group. A target is in one of the lists at most. */
export interface TargetStates {
  /** Wanted and not registered. */
  readonly missing: readonly Registration[];
  /** Held by a task that stopped, or that listens elsewhere, or by nobody; not draining. */
  readonly stale: readonly SurplusTarget[];
  /** Held by a live task of another workload, or by another interface: customers reach a stranger. */
  readonly wrong: readonly SurplusTarget[];
  /** Registered, and nothing explains it. */
  readonly unknown: readonly SurplusTarget[];
}

/** In which list a surplus target belongs; `undefined` for none: it is rightful, or nobody can tell. */
const listOf = (verdict: Verdict): 'stale' | 'wrong' | 'unknown' | undefined => {
  switch (verdict.kind) {
    case 'remove':
      // On standby it is held by a live task of its own workload, and leaves because a person wants it so.
      if (verdict.standby) return undefined;
      return verdict.inherited ? 'wrong' : 'stale';
    case 'wait':
      return verdict.proven ? 'stale' : 'unknown';
    case 'unexplained':
      return verdict.fault.rule === 'TGT-2' ? 'wrong' : 'unknown';
    case 'report':
      return 'unknown';
    case 'keep':
    case 'ask':
      return undefined;
  }
};

const reasonOf = (verdict: Verdict): string => {
  switch (verdict.kind) {
    case 'remove':
    case 'unexplained':
      return verdict.reason;
    case 'report':
      return verdict.fault.summary;
    default:
      return 'nobody is known to have it';
  }
};

/**
 * Sorts the targets of a group by what is wrong with them. Every surplus target is judged as a sweep judges it, whether
 * the group is shared or exclusive.
 */
export const targetStatesOf = (sight: Sight, plan: TargetPlan): TargetStates => {
  const own = new Map(plan.candidates.map((candidate) => [candidate.task.taskArn, candidate]));
  const wanted = new Set(
    plan.candidates.flatMap(({ wanted: isWanted, place }) =>
      isWanted && place.kind === 'at' ? [keyOf(place.target)] : [],
    ),
  );
  const lists: Record<'stale' | 'wrong' | 'unknown', SurplusTarget[]> = { stale: [], wrong: [], unknown: [] };
  for (const observed of sight.observed) {
    if (isDraining(observed) || wanted.has(keyOf(observed))) continue;
    const verdict = judge(observed, sight, own);
    const list = listOf(verdict);
    if (list === undefined) continue;
    const { id, port } = observed;
    const task = verdict.kind === 'remove' ? verdict.task : undefined;
    lists[list].push({ target: { id, port }, reason: reasonOf(verdict), ...(task !== undefined && { task }) });
  }
  return { missing: plan.register, ...lists };
};
