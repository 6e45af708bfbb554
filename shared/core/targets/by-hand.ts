import { taskIdOf } from '../task/arn.ts';
import { printable } from '../text.ts';
import { claimsOn } from './claims.ts';
import { candidatesOf, judgedOf, type Limits, planTargets, type Removal, type TargetPlan, type Wait } from './plan.ts';
import type { Sight } from './sight.ts';
import { isDraining, keyOf, type ObservedTarget, type Target } from './target.ts';
import { SECOND_LOOK_MS } from './verdict.ts';

/** Decides what is to be done to one group, in the place of `planTargets`. */
export type PlanGroup = (sight: Sight, limits: Limits) => TargetPlan;

const plain = ({ id, port, zone }: ObservedTarget): Target => ({ id, port, ...(zone !== undefined && { zone }) });

/**
 * Unwires a group: every target that a task of the group's own workloads holds goes, and those that such a task left
 * behind. There is no brake: that all of them go, the last one too, is what a person asked for and was shown. Whatever
 * else is in the group stays.
 */
export const planUnwire: PlanGroup = (sight, limits) => {
  const plan = planTargets(sight, limits);
  const own = candidatesOf(sight);
  const unwired = sight.observed
    .filter((target) => !isDraining(target))
    .flatMap((target): readonly Removal[] => {
      const holder = claimsOn(target, sight, own).find(({ holds, own: isOwn }) => holds && isOwn)?.task;
      if (holder === undefined) return [];
      const who = `task ${taskIdOf(holder.taskArn)} (${printable(holder.group ?? 'no group')})`;
      const reason = `unwired by hand: ${who} holds it, and all targets of the group's own tasks go, the last one too`;
      return [{ target: plain(target), task: holder.taskArn, reason, inherited: false }];
    });
  const going = new Set(unwired.map(({ target }) => keyOf(target)));
  const left = plan.deregister.filter(
    ({ target, task }) => task !== undefined && own.has(task) && !going.has(keyOf(target)),
  );
  const deregister = [...unwired, ...left].toSorted((a, b) => (keyOf(a.target) < keyOf(b.target) ? -1 : 1));
  return { ...plan, register: [], deregister, held: [], waits: [], candidates: [] };
};

/**
 * Removes what a sweep of a shared group only reports, since nothing proves that it may go: what somebody else holds, and
 * what no task explains, this after a second look. There is no brake: a person was shown each of them. A port where
 * somebody answers stays, as in an exclusive group.
 */
export const planUnknown: PlanGroup = (sight) => {
  const own = candidatesOf(sight);
  const deregister: Removal[] = [];
  const waits: Wait[] = [];
  const base = planTargets(sight, { brakePercent: 0, brakeReleased: false });
  for (const { target, verdict } of judgedOf(sight, own)) {
    const { id, port } = target;
    if (verdict.kind === 'wait') waits.push({ id, port, firstSeenMs: verdict.firstSeenMs, untilMs: verdict.untilMs });
    if (verdict.kind !== 'unexplained') continue;
    const firstSeenMs = sight.firstSeenMs.get(keyOf(target)) ?? sight.nowMs;
    const untilMs = firstSeenMs + SECOND_LOOK_MS;
    if (verdict.waits && sight.nowMs < untilMs) waits.push({ id, port, firstSeenMs, untilMs });
    else {
      const reason = `removed by hand, without proof: ${verdict.reason}`;
      deregister.push({ target: plain(target), reason, inherited: false });
    }
  }
  const going = new Set(deregister.map(({ reason }) => reason));
  const faults = base.faults.filter(({ summary }) => !going.has(`removed by hand, without proof: ${summary}`));
  return { ...base, register: [], deregister, held: [], faults, waits, candidates: [] };
};
