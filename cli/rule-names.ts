import { Option } from '@commander-js/extra-typings';
import { nearest } from '../shared/contracts/nearest.ts';
import { SCALING_RULES } from '../shared/core/audit/rules/scaling.ts';
import { TAG_RULES } from '../shared/core/audit/rules/tags.ts';
import { TARGET_RULES } from '../shared/core/audit/rules/targets.ts';
import { TOLD_RULES } from '../shared/core/audit/rules/told.ts';
import { isSelected } from '../shared/core/audit/select-rules.ts';
import { quote } from '../shared/core/text.ts';
import { UsageError } from './usage-error.ts';

/** `TGT,SCL-4` → `['TGT', 'SCL-4']`; the option may be given several times. */
export const ruleList = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  ...text.split(/[\s,]+/).filter((name) => name !== ''),
];

/** `--except` */
export const exceptOption = () =>
  new Option('--except <rules>', 'no findings of these rules or kinds').argParser(ruleList);

/**
 * @param rules Those that could be meant.
 * @throws {UsageError} If a name means no rule: passed over, it would ask all or none.
 */
export const checkRules = (
  option: string,
  names: readonly string[] | undefined,
  rules: readonly { readonly id: string }[],
): void => {
  const unknown = names?.find((name) => !rules.some(({ id }) => isSelected(id, { only: [name] })));
  if (unknown === undefined && names?.length !== 0) return;
  const ids = rules.map(({ id }) => id);
  const kinds = [...new Set(ids.map((id) => id.slice(0, id.indexOf('-'))))];
  const meant = unknown && nearest(unknown.toUpperCase(), [...kinds, ...ids]);
  throw new UsageError(
    `${option} ${unknown === undefined ? 'names no rule' : `${quote(unknown)} means no rule`}${meant ? `, did you mean ${meant}?` : '.'} Name rules by their ids, such as TGT-1, or by their kind: ${kinds.join(', ')}.`,
  );
};

/** What a plan of target groups and scaling may find. */
const PLANNED_RULES = [...TARGET_RULES, ...TAG_RULES, ...SCALING_RULES, ...TOLD_RULES].filter(({ id }) =>
  /^(?:TGT|TAG|SCL)-/.test(id),
);

/**
 * What leaves out the findings of rules that a person has judged already: they are neither told nor do they make a verb
 * fail. What is planned stays as it is.
 * @throws {UsageError} If a name means none of the rules that planning finds.
 */
export const leavingOut = (
  except: readonly string[] | undefined,
): (<T extends { readonly findings: readonly { readonly rule: string }[] }>(seen: T) => T) => {
  checkRules('--except', except, PLANNED_RULES);
  if (except === undefined) return (seen) => seen;
  return (seen) => ({ ...seen, findings: seen.findings.filter(({ rule }) => isSelected(rule, { except })) });
};
