/** A statement of an IAM policy, as far as it can be judged without the request. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  /** Patterns: `xray:Put*`. */
  readonly actions: readonly string[];
  /** The patterns are those that it does not mean (`NotAction`). */
  readonly allOthers: boolean;
  /** It means every resource: one of its patterns is `*`. */
  readonly anyResource: boolean;
  /** Whether it holds depends on the request. */
  readonly conditional: boolean;
}

/** Action patterns know `*` and `?`, and no case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
const matches = (pattern: string, action: string): boolean => {
  const [want, text] = [pattern.toLowerCase(), action.toLowerCase()];
  // By hand, since a pattern of many stars would keep a regular expression busy for hours.
  let [at, inPattern, star, resume] = [0, 0, -1, 0];
  while (at < text.length) {
    if (want[inPattern] === '*') {
      star = inPattern++;
      resume = at;
    } else if (want[inPattern] === '?' || want[inPattern] === text[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resume;
    } else return false;
  }
  while (want[inPattern] === '*') inPattern++;
  return inPattern === want.length;
};

const means = ({ actions, allOthers }: PolicyStatement, action: string): boolean =>
  actions.some((pattern) => matches(pattern, action)) !== allOthers;

/**
 * Which of these actions the statements of a role's policies allow on every resource, as calls that know no resources
 * need it. A condition is taken to be met by what allows, and not to be met by what denies: what is not known is not
 * held against anybody. Boundaries and policies of the organization are not looked at.
 */
export const allowedActionsOf = (
  statements: readonly PolicyStatement[],
  actions: readonly string[],
): readonly string[] =>
  actions.filter(
    (action) =>
      statements.some((each) => each.effect === 'Allow' && each.anyResource && means(each, action)) &&
      !statements.some(
        (each) => each.effect === 'Deny' && each.anyResource && !each.conditional && means(each, action),
      ),
  );
