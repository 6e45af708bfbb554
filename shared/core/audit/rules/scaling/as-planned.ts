import type { Fault } from '../../../fault.ts';
import { planScaling, type ScalingPlan, type ScalingSight } from '../../../scaling/plan.ts';
import { scalingSightOf } from '../../../scaling/sight.ts';
import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule, RuleResult } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';

/** What a sweep would decide from: the audit must never see it another way. */
export const sightOf = ({ service, takenAtMs }: AuditedService): ScalingSight => {
  const { wish, target, policies, schedules, groups } = service.scaling;
  return scalingSightOf({ service, wish, target, policies, schedules, groups }, takenAtMs);
};

/** What a sweep would do, whatever its brake holds. */
export const planOf = (audited: AuditedService): ScalingPlan =>
  planScaling(sightOf(audited), { brakePercent: 100, brakeReleased: true });

/** Says what a planner finds wrong, in the planner's words. */
const saysOf = (faults: readonly Fault[], ruleId: string): RuleResult | readonly RuleResult[] => {
  const own = faults.filter(({ rule }) => rule === ruleId);
  return own.length === 0 ? PASS : own.map(({ summary, fix }) => fail(printable(summary), { fix: printable(fix) }));
};

/**
 * A rule whose judgement is the planner's, so that the audit finds what a sweep would find.
 * @param applies Whether the planner has anything to judge.
 */
export const asPlanned = (
  rule: Omit<Rule<AuditedService>, 'check'>,
  applies: (audited: AuditedService) => boolean,
  faultsOf: (audited: AuditedService) => readonly Fault[] = (audited) => planOf(audited).faults,
): Rule<AuditedService> => ({
  ...rule,
  check: (audited) => (applies(audited) ? saysOf(faultsOf(audited), rule.id) : NOT_APPLICABLE),
});

/** Whether the tags are there and understood. */
export const isWished = ({ service: { scaling } }: AuditedService): boolean =>
  scaling.tagged && scaling.wish !== undefined;
