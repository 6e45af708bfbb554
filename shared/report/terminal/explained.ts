import type { Explanation } from '../../core/targets/explain.ts';
import type { Miss } from '../../core/targets/miss.ts';
import { targetGroupNameOf, taskIdOf } from '../../core/task/arn.ts';
import type { Report } from '../report.ts';
import { findingLines } from './findings.ts';
import { callLine, failureLines } from './footer.ts';
import { EMPTY, type Line, line, type Span, type Tone } from './text.ts';
import { count, targetText } from './words.ts';

/** What a person asked about, and what became clear. */
export interface ExplainedView {
  readonly kind: 'task' | 'group';
  /** What it is called, and what it is in a few words. */
  readonly title: string;
  readonly facts: readonly string[];
  readonly explanations: readonly Explanation[];
  readonly misses: readonly (Miss & { readonly targetGroup: string })[];
  readonly advice?: string;
}

const TONES: Readonly<Record<Explanation['is'], Tone>> = { in: 'good', leaving: 'dim', out: 'warn' };
const WORDS: Readonly<Record<Explanation['is'], string>> = { in: 'in', leaving: 'leaving', out: 'not in' };
/** Groups of other workloads are only counted beyond these. */
const MISSES_TOLD = 5;

const headOf = (
  kind: ExplainedView['kind'],
  { targetGroup, task, target, is, would }: Explanation,
): readonly Span[] => {
  const where = target === undefined ? '' : targetText(target);
  const who = task === undefined ? '' : `task ${taskIdOf(task)}`;
  const [first, second] = kind === 'task' ? [targetGroupNameOf(targetGroup), where] : [who || where, who && where];
  return [
    { text: WORDS[is].padEnd(8), tone: would === undefined ? TONES[is] : 'warn' },
    { text: first, tone: 'strong' },
    { text: second && `  ${second}` },
  ];
};

const explanationLines = (kind: ExplainedView['kind'], explanation: Explanation): readonly Line[] => [
  { spans: headOf(kind, explanation), hang: 8 },
  line(explanation.why, undefined, 8),
  explanation.would === undefined
    ? line('Taskwire would do nothing.', 'dim', 8)
    : { spans: [{ text: `Taskwire would ${explanation.would}`, tone: 'warn' }], indent: 8, hang: 8 },
];

const missLines = ({ misses, explanations }: ExplainedView): readonly Line[] => {
  if (misses.length === 0) return [];
  const near = misses.filter((each) => each.near);
  // Whoever looks for a missing binding wants to see the others; to everybody else they are noise.
  const told = misses.slice(0, Math.max(near.length, explanations.length === 0 ? MISSES_TOLD : 0));
  const more = misses.length - told.length;
  return [
    line('Tagged target groups that do not name it:', 'strong'),
    ...told.map((miss) => ({
      spans: [
        { text: targetGroupNameOf(miss.targetGroup), ...(miss.near && { tone: 'warn' as const }) },
        { text: `${miss.near ? '  near miss' : ''}  ${miss.why}` },
      ],
      indent: 2,
      hang: 4,
    })),
    ...(more > 0 ? [line(`and ${count(more, 'other')} of other workloads`, 'dim', 2)] : []),
    EMPTY,
  ];
};

/** Why a task is or is not in its target groups, or what is in a target group and why. */
export const explainedLines = (view: ExplainedView, report: Report): readonly Line[] => {
  const number = view.explanations.length;
  return [
    { spans: [{ text: view.title, tone: 'strong' }], hang: 2 },
    ...view.facts.map((fact) => line(fact, 'dim', 2)),
    EMPTY,
    ...view.explanations.flatMap((each) => [...explanationLines(view.kind, each), EMPTY]),
    ...(number === 0 && view.advice === undefined && report.failures.length === 0
      ? [line('It is empty, and no live task of its workloads is there to be registered.'), EMPTY]
      : []),
    ...(view.advice === undefined ? [] : [{ spans: [{ text: view.advice }], hang: 2 }, EMPTY]),
    ...missLines(view),
    ...(report.findings.length > 0 ? [...findingLines(report.findings), EMPTY] : []),
    ...failureLines(report.failures),
    callLine(report),
  ];
};
