import { targetGroupNameOf } from '../../shared/core/task/arn.ts';
import { printable } from '../../shared/core/text.ts';

/** A change, a finding or a held change as it came over the event bus. */
export interface Told {
  readonly atMs: number;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Colours, or none. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const SHOWN_TARGETS = 3;
/** A terminal that nobody has widened. */
const COLUMNS = 80;

/** Behind the time and the sign of a line. */
const INDENT = 8;

/** Text in lines that fit a terminal, each indented. */
export const wrapped = (text: string, indent = 0): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const targetOf = (detail: Told['detail']): string => {
  const { target } = detail;
  if (typeof target !== 'object' || target === null || !('id' in target) || !('port' in target)) return '';
  return `${target.id}:${target.port}`;
};

/** A task's id has 32 characters; eight tell them apart here. */
const short = (text: string): string => text.replace(/\b([0-9a-f]{8})[0-9a-f]{24}\b/g, '$1');

const whyOf = (told: readonly Told[]): string => {
  const reasons = [...new Set(told.map(({ detail }) => short(textOf(detail.reason))))];
  const [first = ''] = reasons;
  if (reasons.length === 1) return first;
  // "task 1a2b is running" of many tasks differs in the id only.
  const kinds = [...new Set(reasons.map((reason) => reason.replace(/task [0-9a-f]{8}/g, 'task')))];
  const [kind = ''] = kinds;
  return kinds.length === 1 ? kind.replace(/^task\b/, 'each task') : `${first}; and ${reasons.length - 1} more reasons`;
};

/** Lines for the changes of a moment: one per group and kind of change, with the reason. */
export const linesOf = (told: readonly Told[], sinceMs: number, paint: Paint): readonly string[] => {
  const bundles = new Map<string, Told[]>();
  for (const one of told) {
    const why = textOf(one.detail.reason).replace(/[0-9a-f]{32}/g, '');
    const key = `${one.detailType} ${textOf(one.detail.action)} ${textOf(one.detail.resource)} ${why}`;
    bundles.set(key, [...(bundles.get(key) ?? []), one]);
  }
  return [...bundles.values()].flatMap((of): readonly string[] => {
    const [first] = of;
    if (first === undefined) return [];
    const time = paint.dim(`${((first.atMs - sinceMs) / 1000).toFixed(1).padStart(5)}s`);
    const group = targetGroupNameOf(textOf(first.detail.resource)).padEnd(9);
    if (first.detailType === 'Taskwire Finding') {
      const { rule, severity, summary, fix } = first.detail;
      const said = wrapped(printable(`${textOf(rule)}, ${textOf(severity)}: ${short(textOf(summary))}`), INDENT);
      return [
        `${time} ${paint.yellow('!')} ${group.trimEnd()}`,
        ...said,
        ...wrapped(`cure: ${printable(textOf(fix))}`, INDENT).map(paint.dim),
      ];
    }
    const adds = first.detail.action === 'register';
    const targets = of.map(({ detail }) => targetOf(detail));
    const more = targets.length > SHOWN_TARGETS ? ` and ${targets.length - SHOWN_TARGETS} more` : '';
    const sign = adds ? paint.green('+') : paint.yellow('-');
    return [
      `${time} ${sign} ${group} ${printable(`${targets.slice(0, SHOWN_TARGETS).join(', ')}${more}`)}`,
      ...wrapped(printable(whyOf(of)), INDENT).map(paint.dim),
    ];
  });
};
