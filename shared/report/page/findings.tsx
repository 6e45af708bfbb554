import type { VNode } from 'preact';
import type { AuditFinding, AuditReport } from '../../core/audit/report.ts';
import type { RuleText } from '../../core/audit/rule.ts';
import { groupBy } from '../../core/group-by.ts';
import { printable } from '../../core/text.ts';
import { counted, SEVERITIES } from '../figures.ts';
import { resourceKindOf, resourceNameOf } from '../resource-name.ts';
import type { Trend } from '../trend.ts';
import { FoldedFinding, MOST_WHOLE, MOST_WORDED, Names } from './folded.tsx';
import { Mark, New, Outside, targetWords, taskWords } from './marks.tsx';
import { aboutWorkload, type Joined, type ShownWorkload, type Subject } from './subjects.ts';

/** Up to here all findings stand open. */
const MOST_OPEN = 25;

interface FindingsProps {
  readonly report: AuditReport;
  readonly joined: Joined;
  readonly trend: Trend | undefined;
}

/** First letters of the severities among some findings, `hm`: what the filter's style asks. */
const lettersOf = (findings: readonly AuditFinding[]): string =>
  SEVERITIES.filter((each) => findings.some(({ severity }) => severity === each))
    .map((severity) => severity.charAt(0))
    .join('');

interface FindingProps {
  readonly finding: AuditFinding;
  readonly rule: RuleText | undefined;
  readonly subject: string;
  readonly isNew: boolean;
  readonly open: boolean;
}

const FindingBox = ({ finding, rule, subject, isNew, open }: FindingProps): VNode => {
  const { severity, summary, fix, resource, risk = rule?.risk, page = rule?.page } = finding;
  return (
    <details class={`item f ${severity}`} open={open}>
      <summary>
        <Mark severity={severity} /> <span class="rule">{printable(finding.rule)}</span> {printable(summary)}{' '}
        {isNew && <New />}
      </summary>
      <dl>
        {risk !== undefined && (
          <>
            <dt>Risk</dt>
            <dd>{printable(risk)}</dd>
          </>
        )}
        <dt>Cure</dt>
        <dd>{printable(fix)}</dd>
        {resource !== subject && (
          <>
            <dt>About</dt>
            <dd>
              {resourceKindOf(resource)} <code>{printable(resource)}</code>
            </dd>
          </>
        )}
        {page !== undefined && (
          <>
            <dt>Source</dt>
            <dd>
              <Outside href={page}>{printable(page)}</Outside>
            </dd>
          </>
        )}
      </dl>
    </details>
  );
};

const factsOf = ({ workload, groups }: ShownWorkload): string =>
  [
    taskWords(workload.running, workload.desired),
    ...(workload.max === undefined ? [] : [`scales ${workload.min ?? 0}–${workload.max}`]),
    groups.length === 0
      ? 'no target group'
      : groups.map(({ group }) => `${printable(group.name)}: ${targetWords(group)}`).join(' · '),
  ].join(' · ');

interface SubjectProps {
  readonly subject: Subject;
  readonly rules: ReadonlyMap<string, RuleText>;
  /** Fragments of the rules that have findings, where findings leave to them what is of the rule. */
  readonly folded: ReadonlyMap<string, string> | undefined;
  readonly trend: Trend | undefined;
  readonly open: boolean;
}

const SubjectBox = ({ subject, rules, folded, trend, open }: SubjectProps): VNode => {
  const { id, name, about, findings, workload } = subject;
  const key = findings[0]?.service ?? findings[0]?.targetGroup ?? findings[0]?.resource ?? '';
  return (
    <section class="box" id={id} data-has={lettersOf(findings)} tabIndex={-1}>
      <h3>
        {name} {about !== '' && <small>{about}</small>}
      </h3>
      {workload !== undefined && <p class="quiet">{factsOf(workload)}</p>}
      {folded !== undefined && (
        <ul class="places">
          {findings.map((finding) => (
            <FoldedFinding
              finding={finding}
              rule={rules.get(finding.rule)}
              ruleId={folded.get(finding.rule) ?? ''}
              subject={key}
              isNew={trend?.fresh.has(finding) === true}
            />
          ))}
        </ul>
      )}
      {folded === undefined &&
        findings.map((finding) => (
          <FindingBox
            finding={finding}
            rule={rules.get(finding.rule)}
            subject={key}
            isNew={trend?.fresh.has(finding) === true}
            open={open}
          />
        ))}
    </section>
  );
};

interface RuleProps {
  readonly id: string;
  /** Of the page, where something links to it. */
  readonly fragment: string | undefined;
  readonly rule: RuleText | undefined;
  readonly findings: readonly AuditFinding[];
  readonly joined: Joined;
  readonly trend: Trend | undefined;
}

const RuleBox = ({ id, fragment, rule, findings, joined, trend }: RuleProps): VNode => {
  const common = rule?.fix ?? findings[0]?.fix ?? '';
  const risk = rule?.risk ?? findings[0]?.risk;
  const page = rule?.page ?? findings[0]?.page;
  const isNew = (finding: AuditFinding): boolean => trend?.fresh.has(finding) === true;
  return (
    <section
      class="box"
      id={fragment}
      data-has={lettersOf(findings)}
      tabIndex={fragment === undefined ? undefined : -1}
    >
      <h3>
        {printable(id)} <small>{rule === undefined ? '' : printable(rule.requires)}</small>
      </h3>
      <p>
        {risk !== undefined && (
          <>
            <b>Risk</b> {printable(risk)}{' '}
          </>
        )}
        <b>Cure</b> {printable(common)} {page !== undefined && <Outside href={page}>Why: {printable(page)}</Outside>}
      </p>
      {fragment !== undefined && findings.length > MOST_WORDED ? (
        <Names findings={findings} idOf={joined.idOf} isNew={isNew} />
      ) : (
        <ul class="places">
          {findings.map((finding) => (
            <li class={`item ${finding.severity}`}>
              <Mark severity={finding.severity} />{' '}
              <a href={`#${joined.idOf(finding)}`}>{resourceNameOf(finding.service ?? finding.resource)}</a>{' '}
              {printable(finding.summary)}{' '}
              {finding.fix !== common && <span class="quiet">Cure: {printable(finding.fix)} </span>}
              {isNew(finding) && <New />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

const Quiet = ({ workloads }: { readonly workloads: readonly ShownWorkload[] }): VNode | null =>
  workloads.length === 0 ? null : (
    <details class="box" id="quiet">
      <summary>{counted(workloads.length, 'workload')} with no finding of their own</summary>
      <ul class="rows">
        {workloads.map((shown) => (
          <li class="item row" id={shown.id} tabIndex={-1}>
            <b>{printable(shown.workload.name)}</b> <small>{aboutWorkload(shown)}</small>{' '}
            <span class="quiet">{factsOf(shown)}</span>
          </li>
        ))}
      </ul>
    </details>
  );

const Controls = ({ report }: { readonly report: AuditReport }): VNode => (
  <search class="controls" aria-label="Findings">
    <form>
      <label class="search needs-script">
        <span>Search</span>
        <input type="search" id="search" autocomplete="off" spellcheck={false} placeholder="service, rule, words" />
      </label>
      <fieldset>
        <legend>Severity</legend>
        {SEVERITIES.map((severity) => (
          <label>
            <input type="checkbox" id={`show-${severity}`} checked /> <Mark severity={severity} />{' '}
            {report.summary.findings[severity]}
          </label>
        ))}
      </fieldset>
      <fieldset class="switch">
        <legend>Group by</legend>
        <label>
          <input type="radio" name="by" id="by-service" checked /> service
        </label>
        <label>
          <input type="radio" name="by" id="by-rule" /> rule
        </label>
      </fieldset>
      {report.findings.length <= MOST_WHOLE && (
        <button type="button" id="open-all" class="needs-script" aria-pressed="false">
          Open all
        </button>
      )}
    </form>
    <output id="shown" for="search">
      {counted(report.findings.length, 'finding')}
    </output>
  </search>
);

/** Where nothing was found there is nothing to group: both lists tell what was looked at. */
const classOf = (findings: number): string | undefined => {
  if (findings === 0) return 'both';
  if (findings > MOST_WHOLE) return 'many folded';
  return findings > MOST_OPEN ? 'many' : undefined;
};

/** Findings by service and by rule, with what narrows them down. */
export const Findings = ({ report, joined, trend }: FindingsProps): VNode => {
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  const byRule = groupBy(report.findings, ({ rule }) => rule);
  const quietRules = report.rules.filter(({ id }) => !byRule.has(id));
  const open = report.findings.length <= MOST_OPEN;
  const isFolded = report.findings.length > MOST_WHOLE;
  const fragments = new Map([...byRule.keys()].map((id, index) => [id, `r${index}`]));
  return (
    <section id="findings" aria-labelledby="findings-title" class={classOf(report.findings.length)}>
      <h2 id="findings-title">Findings</h2>
      {report.findings.length === 0 ? <p>Nothing was found.</p> : <Controls report={report} />}
      <div id="services">
        {joined.subjects.map((subject) => (
          <SubjectBox
            subject={subject}
            rules={rules}
            folded={isFolded ? fragments : undefined}
            trend={trend}
            open={open}
          />
        ))}
        <Quiet workloads={joined.quiet} />
      </div>
      <div id="rules">
        {[...byRule].map(([id, findings]) => (
          <RuleBox
            id={id}
            fragment={isFolded ? fragments.get(id) : undefined}
            rule={rules.get(id)}
            findings={findings}
            joined={joined}
            trend={trend}
          />
        ))}
        {quietRules.length > 0 && (
          <details class="box">
            <summary>{counted(quietRules.length, 'rule')} found nothing</summary>
            <ul class="rows">
              {quietRules.map(({ id, requires, page }) => (
                <li class="item row">
                  <b>{printable(id)}</b> {printable(requires)} <Outside href={page}>Why</Outside>
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <p id="none" hidden>
        Nothing matches.
      </p>
    </section>
  );
};
