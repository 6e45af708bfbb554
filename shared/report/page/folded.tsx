import type { VNode } from 'preact';
import type { AuditFinding } from '../../core/audit/report.ts';
import type { RuleText } from '../../core/audit/rule.ts';
import type { Severity } from '../../core/outcome.ts';
import { printable } from '../../core/text.ts';
import { resourceKindOf, resourceNameOf } from '../resource-name.ts';
import { New } from './marks.tsx';

/** Above this many findings a page says what is of the rule, its risk and its cure, once with the rule. */
export const MOST_WHOLE = 400;
/** Of a folded page: above this many findings a rule names what they are about; their words stand there. */
export const MOST_WORDED = 100;

/** A severity as a sign and its word, in few bytes: a page may hold thousands. */
const Sign = ({ severity }: { readonly severity: Severity }): VNode => <b class={`sign ${severity}`}>{severity}</b>;

interface FoldedProps {
  readonly finding: AuditFinding;
  readonly rule: RuleText | undefined;
  /** Fragment of the rule. */
  readonly ruleId: string;
  /** What the box around it is about. */
  readonly subject: string;
  readonly isNew: boolean;
}

/** A finding's own words; its rule, which it links to, tells the rest. */
export const FoldedFinding = ({ finding, rule, ruleId, subject, isNew }: FoldedProps): VNode => {
  const { severity, summary, fix, resource, risk = rule?.risk } = finding;
  const kind = resourceKindOf(resource);
  return (
    <li class={`item ${severity}`}>
      <Sign severity={severity} />{' '}
      <a class="rule" href={`#${ruleId}`}>
        {printable(finding.rule)}
      </a>{' '}
      {printable(summary)}
      {resource !== subject && (
        <small>
          {' '}
          {kind} {resourceNameOf(resource)}
        </small>
      )}
      {risk !== undefined && risk !== rule?.risk && <small> Risk: {printable(risk)}</small>}
      {fix !== rule?.fix && <small> Cure: {printable(fix)}</small>} {isNew && <New />}
    </li>
  );
};

interface NamesProps {
  readonly findings: readonly AuditFinding[];
  readonly idOf: (finding: AuditFinding) => string;
  readonly isNew: (finding: AuditFinding) => boolean;
}

/** What many findings of one rule are about, each linked to its words. */
export const Names = ({ findings, idOf, isNew }: NamesProps): VNode => (
  <ul class="names">
    {findings.map((finding) => (
      <li class={`item ${finding.severity}`}>
        <a href={`#${idOf(finding)}`}>{resourceNameOf(finding.service ?? finding.resource)}</a>
        {isNew(finding) && <New />}
      </li>
    ))}
  </ul>
);
