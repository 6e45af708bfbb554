import { explainGroup } from '../targets/explain.ts';
import { candidatesOf, type TargetPlan } from '../targets/plan.ts';
import type { Sight } from '../targets/sight.ts';
import { keyOf, type ObservedTarget, type Target } from '../targets/target.ts';
import { judge } from '../targets/verdict.ts';
import type { TargetHolder } from './holder.ts';

/** What Taskwire would make of a target: `own` it, or what else; `none`: a task that is not to be registered now. */
export type Makes = 'own' | 'register' | 'remove' | 'hold' | 'wait' | 'report' | 'leave' | 'none';

/** One target of a group, or one task that belongs into it, as Taskwire would see it. */
export interface AdoptedTarget {
  readonly target?: Target;
  /** ARN of the task that it is about, where one is known. */
  readonly task?: string;
  /** Of a registered target. */
  readonly holder?: TargetHolder;
  readonly makes: Makes;
  /** In words: one or two sentences. */
  readonly why: string;
}

const madeOf = (plan: TargetPlan, key: string): Makes | undefined => {
  const has = (items: readonly { readonly target: Target }[]): boolean =>
    items.some(({ target }) => keyOf(target) === key);
  if (has(plan.register)) return 'register';
  if (has(plan.deregister)) return 'remove';
  if (has(plan.held)) return 'hold';
  return plan.waits.some((wait) => keyOf(wait) === key) ? 'wait' : undefined;
};

/**
 * Tells of every target of a group, and of every task that belongs into it, who holds it and what Taskwire would make of
 * it, in the order of the explanation: tasks by id, then the other targets.
 * @param plan Made from the same sight.
 */
export const adoptedTargets = (
  sight: Sight,
  plan: TargetPlan,
  holderOf: (target: ObservedTarget) => TargetHolder,
): readonly AdoptedTarget[] => {
  const own = candidatesOf(sight);
  const observed = new Map(sight.observed.map((target) => [keyOf(target), target]));
  const wanted = new Set(
    [...own.values()].flatMap(({ wanted: isWanted, place }) =>
      isWanted && place.kind === 'at' ? [keyOf(place.target)] : [],
    ),
  );
  return explainGroup(sight, plan).map(({ target, task, is, why, would }): AdoptedTarget => {
    const key = target && keyOf(target);
    const registered = key === undefined ? undefined : observed.get(key);
    const decided = key === undefined ? undefined : madeOf(plan, key);
    const owns = (seen: ObservedTarget): boolean => wanted.has(keyOf(seen)) || judge(seen, sight, own).kind === 'keep';
    const makes =
      decided ?? (is === 'leaving' ? 'leave' : registered === undefined ? 'none' : owns(registered) ? 'own' : 'report');
    return {
      ...(target !== undefined && { target }),
      ...(task !== undefined && { task }),
      ...(registered !== undefined && { holder: holderOf(registered) }),
      makes,
      why: would === undefined ? why : `${why} It would ${would}.`,
    };
  });
};
