import type { Limits, TargetPlan } from '../../shared/core/targets/plan.ts';
import { planTargets } from '../../shared/core/targets/plan.ts';
import type { Question } from '../../shared/core/targets/sight.ts';
import { keyOf, type Target } from '../../shared/core/targets/target.ts';
import { aSight, LIMITS, type SightSays } from './sight.ts';

/** What a plan does, short enough for a row of a table; nothing where a member is left out. */
export interface Does {
  /** Keys, `10.0.0.1 80`; `again` behind it where the target drains. */
  readonly register?: readonly string[];
  /** Keys; `inherited` behind it where a stranger has the address. */
  readonly deregister?: readonly string[];
  /** Keys. */
  readonly held?: readonly string[];
  /** Rule ids. */
  readonly faults?: readonly string[];
  /** `holder 10.0.0.1`, `vpc vpc-1`, `instance i-1`, `workloads` */
  readonly asks?: readonly string[];
  /** Key, and until how many seconds from now. */
  readonly waits?: readonly string[];
}

const textOf = (question: Question): string => Object.values(question).join(' ');
const keysOf = (items: readonly { readonly target: Target }[]): readonly string[] =>
  items.map(({ target }) => keyOf(target));

/** A plan in the form of a table's row, with every member. */
const doneBy = (plan: TargetPlan, nowMs: number): Required<Does> => ({
  register: plan.register.map(({ target, draining }) => `${keyOf(target)}${draining ? ' again' : ''}`),
  deregister: plan.deregister.map(({ target, inherited }) => `${keyOf(target)}${inherited ? ' inherited' : ''}`),
  held: keysOf(plan.held),
  faults: plan.faults.map(({ rule }) => rule),
  asks: plan.questions.map(textOf),
  waits: plan.waits.map((wait) => `${keyOf(wait)} ${(wait.untilMs - nowMs) / 1_000}s`),
});

/** What is done after this look. */
export const doneAfter = (says: SightSays, limits: Partial<Limits> = {}): Required<Does> => {
  const sight = aSight(says);
  return doneBy(planTargets(sight, { ...LIMITS, ...limits }), sight.nowMs);
};

/** A row's expectation with every member. */
export const does = (row: Does): Required<Does> => ({
  register: [],
  deregister: [],
  held: [],
  faults: [],
  asks: [],
  waits: [],
  ...row,
});
