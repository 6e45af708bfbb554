import type { AdoptedTarget, Makes } from '../../core/adopt/adoption.ts';
import type { TagChange, TagProposal } from '../../core/adopt/tags.ts';
import type { Finding } from '../../core/outcome.ts';
import { taskIdOf } from '../../core/task/arn.ts';
import { findingLines } from './findings.ts';
import { EMPTY, type Line, line, NO_BREAK, type Tone } from './text.ts';
import { count, targetText } from './words.ts';

/** A group that is to be adopted, as a person is shown it. */
export interface AdoptedView {
  /** What it is called, and what it is in a few words. */
  readonly title: string;
  readonly facts: readonly string[];
  readonly targets: readonly AdoptedTarget[];
  readonly proposal?: TagProposal;
  readonly findings: readonly Finding[];
  /** What to do next, each a sentence, and a command that is left in one line. */
  readonly next: readonly { readonly words: string; readonly command?: string }[];
}

const TONES: Readonly<Record<Makes, Tone>> = {
  own: 'good',
  register: 'good',
  remove: 'bad',
  hold: 'warn',
  wait: 'warn',
  report: 'warn',
  leave: 'dim',
  none: 'dim',
};
const WORDS: Readonly<Record<Makes, string>> = {
  own: 'own',
  register: 'register',
  remove: 'remove',
  hold: 'hold',
  wait: 'wait',
  report: 'report',
  leave: 'leaving',
  none: '-',
};
const HANG = 10;

const targetLines = ({ target, task, holder, makes, why }: AdoptedTarget): readonly Line[] => {
  return [
    {
      spans: [
        { text: WORDS[makes].padEnd(HANG), tone: TONES[makes] },
        ...(target === undefined ? [] : [{ text: targetText(target), tone: 'strong' as const }, { text: '  ' }]),
        { text: holder?.words ?? (task === undefined ? '' : `task ${taskIdOf(task)}`) },
      ],
      hang: HANG,
    },
    ...(why === '' ? [] : [line(why, 'dim', HANG)]),
  ];
};

const changeLine = ({ key, value, was }: TagChange): Line => ({
  spans: [
    { text: was === undefined ? '+ ' : '~ ', tone: was === undefined ? 'good' : 'warn' },
    { text: `${key} = ${value}` },
    ...(was === undefined ? [] : [{ text: `  (is ${was})`, tone: 'dim' as const }]),
  ],
  indent: 2,
  hang: 4,
});

const proposalLines = ({ changes, kept }: TagProposal): readonly Line[] => [
  line(changes.length === 0 ? 'No tag to set.' : `${count(changes.length, 'tag')} to set:`, 'strong'),
  ...changes.map(changeLine),
  ...kept.map(({ key, value }) => ({ ...line(`${key} = ${value}`, 'dim', 4), hang: 4 })),
  EMPTY,
];

/** The targets of a group with who holds them and what Taskwire would make of them, and the tags to set. */
export const adoptedLines = ({ title, facts, targets, proposal, findings, next }: AdoptedView): readonly Line[] => [
  line(title, 'strong'),
  ...facts.map((fact) => ({ spans: [{ text: fact, tone: 'dim' as const }], indent: 2, hang: 4 })),
  EMPTY,
  ...targets.flatMap(targetLines),
  ...(targets.length > 0 ? [EMPTY] : []),
  ...(findings.length > 0 ? [...findingLines(findings), EMPTY] : []),
  ...(proposal === undefined ? [] : proposalLines(proposal)),
  ...next.map(({ words, command }) => ({
    spans: [{ text: words }, ...(command === undefined ? [] : [{ text: ` ${command.replaceAll(' ', NO_BREAK)}` }])],
    hang: 2,
  })),
  ...(next.length > 0 ? [EMPTY] : []),
];
