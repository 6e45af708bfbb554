import type { ScalingExplanation } from '../../core/scaling/explain.ts';
import type { Report } from '../report.ts';
import { findingLines } from './findings.ts';
import { callLine } from './footer.ts';
import { EMPTY, type Line, line, type Tone } from './text.ts';

/** A service whose scaling a person asked about, and what became clear. */
export interface ExplainedScalingView {
  readonly title: string;
  readonly facts: readonly string[];
  readonly explanations: readonly ScalingExplanation[];
  readonly advice?: string;
}

const TONES: Readonly<Record<ScalingExplanation['is'], Tone>> = {
  wanted: 'good',
  differs: 'warn',
  held: 'warn',
  own: 'dim',
  acts: 'warn',
  rests: 'dim',
};
const WORDS: Readonly<Record<ScalingExplanation['is'], string>> = {
  wanted: 'as wanted',
  differs: 'differs',
  held: 'held',
  own: 'stays',
  acts: 'acts',
  rests: 'rests',
};
const INDENT = 11;

/** What a service's tags ask of its scaling, what is there, and what would be done. */
export const explainedScalingLines = (view: ExplainedScalingView, report: Report): readonly Line[] => [
  { spans: [{ text: view.title, tone: 'strong' }], hang: 2 },
  ...view.facts.map((fact) => ({ spans: [{ text: fact, tone: 'dim' as const }], indent: 2, hang: 4 })),
  EMPTY,
  ...view.explanations.flatMap(({ part, is, why, would }): readonly Line[] => [
    {
      spans: [
        { text: WORDS[is].padEnd(INDENT), tone: TONES[is] },
        { text: part, tone: 'strong' },
      ],
      hang: INDENT,
    },
    line(why, undefined, INDENT),
    ...(would === undefined
      ? []
      : [{ spans: [{ text: `Taskwire would ${would}`, tone: 'warn' as const }], indent: INDENT, hang: INDENT }]),
  ]),
  ...(view.explanations.length > 0 ? [EMPTY] : []),
  ...(view.advice === undefined ? [] : [{ spans: [{ text: view.advice }], hang: 2 }, EMPTY]),
  ...(report.findings.length > 0 ? [...findingLines(report.findings), EMPTY] : []),
  callLine(report),
];
