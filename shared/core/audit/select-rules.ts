/** Which rules are asked, by their ids or what these begin with: `TGT-1`, `TGT`. */
export interface RuleSelection {
  /** Nothing but these; absent: all. */
  readonly only?: readonly string[];
  /** None of these; it wins. */
  readonly except?: readonly string[];
}

/** Whether a rule is meant: `TGT` means TGT-1 and TGT-10, `TGT-1` means TGT-1 alone. Case does not count. */
const meansRule = (text: string, ruleId: string): boolean => {
  const [wanted, id] = [text.toUpperCase(), ruleId.toUpperCase()];
  return id === wanted || id.startsWith(wanted.endsWith('-') ? wanted : `${wanted}-`);
};

/** Whether a rule is among the selected. */
export const isSelected = (ruleId: string, { only, except = [] }: RuleSelection): boolean =>
  (only === undefined || only.some((text) => meansRule(text, ruleId))) &&
  !except.some((text) => meansRule(text, ruleId));
