import { claimsOn, latestEnded, type OwnTasks } from '../targets/claims.ts';
import type { Registration, TargetPlan } from '../targets/plan.ts';
import type { Sight } from '../targets/sight.ts';
import { isDraining, keyOf, type ObservedTarget, type Target } from '../targets/target.ts';
import { judge, SECOND_LOOK_MS, type Verdict } from '../targets/verdict.ts';

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
  /** Held by a live task of another workload: customers reach a stranger. */
  readonly wrong: readonly SurplusTarget[];
  /** Registered, and no task explains it: held by what is no task, or nobody can tell. */
  readonly unknown: readonly SurplusTarget[];
}

/** So long after its task stopped nobody waits for a last health check any more. */
const SETTLED_MS = 2 * SECOND_LOOK_MS;

/**
 * A sweep would look twice, and one look must do. The port of an instance is free when its task has ended. An address
 * that nobody has is settled where its group is in no use: no health check ever tells how long it has been there. One
 * that went on to an interface which ECS made may be that of the group's own next task.
 */
const isSettled = (target: ObservedTarget, nobody: boolean, sight: Sight, own: OwnTasks): boolean => {
  if (sight.binding.group.targetType === 'ip') return nobody && target.state === 'unused';
  const endedAtMs = latestEnded(claimsOn(target, sight, own))?.task.stoppedAtMs;
  return endedAtMs !== undefined && sight.nowMs - endedAtMs >= SETTLED_MS;
};

/** Whether a task holds it: one that is known, or one whose interface ECS made. */
const isHeldByTask = (target: ObservedTarget, sight: Sight, own: OwnTasks): boolean =>
  claimsOn(target, sight, own).some(({ holds }) => holds) ||
  (sight.holders.get(target.id) ?? []).some(({ attachmentId }) => attachmentId !== undefined);

/** In which list a surplus target belongs; `undefined` for none: it is rightful, or nobody can tell. */
const listOf = (
  verdict: Verdict,
  isOver: (nobody: boolean) => boolean,
  isOfTask: () => boolean,
): 'stale' | 'wrong' | 'unknown' | undefined => {
  switch (verdict.kind) {
    case 'remove':
      // On standby it is held by a live task of its own workload, and leaves because a person wants it so.
      if (verdict.standby) return undefined;
      return verdict.inherited ? 'wrong' : 'stale';
    case 'wait':
      return isOver(verdict.nobody) ? 'stale' : undefined;
    case 'unexplained':
      return verdict.fault.rule === 'TGT-2' && isOfTask() ? 'wrong' : 'unknown';
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
    case 'wait':
      return verdict.reason;
    case 'report':
      return verdict.fault.summary;
    case 'keep':
    case 'ask':
      return '';
  }
};

/**
 * Sorts the targets of a group by what is wrong with them, each list by target. Every surplus target is judged as a sweep judges it, whether
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
  const inOrder = sight.observed.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const observed of inOrder) {
    if (isDraining(observed) || wanted.has(keyOf(observed))) continue;
    const verdict = judge(observed, sight, own);
    const list = listOf(
      verdict,
      (nobody) => isSettled(observed, nobody, sight, own),
      () => isHeldByTask(observed, sight, own),
    );
    if (list === undefined) continue;
    const { id, port } = observed;
    const task = verdict.kind === 'remove' ? verdict.task : undefined;
    lists[list].push({ target: { id, port }, reason: reasonOf(verdict), ...(task !== undefined && { task }) });
  }
  return { missing: plan.register, ...lists };
};
