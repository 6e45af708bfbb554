import { LIFE_RULES } from '../tracing/life.ts';
import { TRACING_RULES } from '../tracing/rules.ts';
import { READABLE_REVISION } from '../tracing/verdict.ts';
import type { Rule, RuleText } from './rule.ts';
import { BEANSTALK_RULES } from './rules/beanstalk.ts';
import { REVISION_RULES } from './rules/revision.ts';
import { SCALING_RULES } from './rules/scaling.ts';
import { TAG_RULES, TAGGED_GROUP_RULES } from './rules/tags.ts';
import { TARGET_RULES, WIRED_SERVICE_RULES } from './rules/targets.ts';
import { TOLD_RULES } from './rules/told.ts';
import type { AuditedGroup, AuditedService } from './subject.ts';

/** What is asked of a target group. */
export const GROUP_RULES: readonly Rule<AuditedGroup>[] = [...TARGET_RULES, ...TAGGED_GROUP_RULES];

/** What is asked of a service. */
export const SERVICE_RULES: readonly Rule<AuditedService>[] = [...WIRED_SERVICE_RULES, ...SCALING_RULES];

const described = ({ id, slug, severity, requires, risk, fix, page }: RuleText): RuleText => ({
  id,
  slug,
  severity,
  requires,
  risk,
  fix,
  page,
});

/** Every rule that an audit asks, as it describes itself. */
export const AUDIT_RULES: readonly RuleText[] = [
  ...TARGET_RULES,
  ...WIRED_SERVICE_RULES,
  ...TAG_RULES,
  ...SCALING_RULES,
  ...REVISION_RULES,
  ...BEANSTALK_RULES,
  ...TRACING_RULES,
  READABLE_REVISION,
].map(described);

const BY_ID: ReadonlyMap<string, RuleText> = new Map(
  [...AUDIT_RULES, ...LIFE_RULES, ...TOLD_RULES].map((rule) => [rule.id, described(rule)]),
);

/** What a rule says of itself; `undefined` where nobody described it. */
export const ruleOf = (ruleId: string): RuleText | undefined => BY_ID.get(ruleId);
