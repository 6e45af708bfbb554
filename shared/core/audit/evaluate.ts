import type { Finding } from '../outcome.ts';
import type { Rule } from './rule.ts';

/** A finding of a rule, with the place that it is about. */
export interface RuleFinding extends Finding {
  readonly container?: string;
  /** From the root of the document; members are called as RegisterTaskDefinition calls them. */
  readonly path?: readonly (string | number)[];
}

/**
 * Judges one subject by rules, in their order; what passes and what does not apply is silent.
 * @param resource What the findings are about: an ARN, or a file's path.
 */
export const evaluate = <Subject>(
  subject: Subject,
  rules: readonly Rule<Subject>[],
  resource: string,
): readonly RuleFinding[] =>
  rules.flatMap((rule) =>
    [rule.check(subject)].flat().flatMap((result) => {
      if (result.status !== 'fail') return [];
      const { found, fix = rule.fix, container, path } = result;
      return [
        {
          rule: rule.id,
          severity: rule.severity,
          resource,
          summary: found,
          fix,
          ...(container !== undefined && { container }),
          ...(path !== undefined && { path }),
        },
      ];
    }),
  );
