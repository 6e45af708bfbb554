import { groupBy } from '../../core/group-by.ts';
import type { Change, Finding, HeldChange } from '../../core/outcome.ts';
import type { Target } from '../../core/targets/target.ts';
import { taskIdOf } from '../../core/task/arn.ts';
import type { Report } from '../report.ts';
import { findingCount, findingLines } from './findings.ts';
import { failureLines } from './footer.ts';
import { EMPTY, type Line, line, type Tone } from './text.ts';
import { count, resourceText, targetText } from './words.ts';

/** A target group that was looked at. */
export interface LookedGroup {
  /** ARN. */
  readonly resource: string;
  /** Whose tasks it is wired to, in words. */
  readonly wires: readonly string[];
  /** Its own tags say that it is only observed. */
  readonly observed: boolean;
  /** Targets that must be seen the same a while longer. */
  readonly waits: readonly { readonly target: Pick<Target, 'id' | 'port'>; readonly seconds: number }[];
  /** Running tasks (ARNs) whose place cannot be told yet. */
  readonly unplaced: readonly { readonly taskArn: string; readonly why: string }[];
}

type Row = { readonly sign: string; readonly tone: Tone; readonly target: string; readonly text: string };

/** Wider targets (IPv6) are followed by their reason without a column of its own. */
const WIDEST = 21;

const rowLines = (rows: readonly Row[]): readonly Line[] => {
  const widths = rows.map(({ target }) => target.length).filter((width) => width <= WIDEST);
  const width = Math.max(0, ...widths);
  return rows.map(({ sign, tone, target, text }) => ({
    spans: [{ text: `${sign} ${target.padEnd(width)}`, tone }, { text: `  ${text}` }],
    indent: 2,
    hang: width + 6,
  }));
};

const changeRow = ({ action, target, reason, applied }: Change, made: boolean): Row => {
  const refused = made && !applied;
  const register = action === 'register';
  return {
    sign: refused ? 'x' : register ? '+' : '-',
    tone: refused ? 'bad' : register ? 'good' : 'warn',
    target: target ? targetText(target) : '',
    text: reason,
  };
};

const heldRow = ({ target, reason }: HeldChange): Row => ({
  sign: '!',
  tone: 'warn',
  target: target ? targetText(target) : '',
  text: `held, ${reason}`,
});

const groupLines = (
  resource: string,
  looked: LookedGroup | undefined,
  of: {
    readonly changes: readonly Change[];
    readonly held: readonly HeldChange[];
    readonly findings: readonly Finding[];
  },
  made: boolean,
): readonly Line[] => {
  const rows = [
    // A group that is only observed refuses nothing: what it shows is planned.
    ...of.changes.map((change) => changeRow(change, made && !looked?.observed)),
    ...of.held.map(heldRow),
    ...(looked?.waits ?? []).map(
      ({ target, seconds }): Row => ({
        sign: '?',
        tone: 'dim',
        target: targetText(target),
        text: `unexplained so far; decided when it is seen the same for ${seconds} s more`,
      }),
    ),
    ...(looked?.unplaced ?? []).map(
      ({ taskArn, why }): Row => ({ sign: '?', tone: 'dim', target: `task ${taskIdOf(taskArn)}`, text: why }),
    ),
  ];
  if (rows.length === 0 && of.findings.length === 0) return [];
  const notes = [...(looked?.wires ?? []), ...(looked?.observed ? ['observed only: nothing is changed'] : [])];
  return [
    {
      spans: [
        { text: resourceText(resource), tone: 'strong' },
        { text: notes.length > 0 ? `  ${notes.join(', ')}` : '', tone: 'dim' },
      ],
      hang: 2,
    },
    ...rowLines(rows),
    ...findingLines(of.findings),
    EMPTY,
  ];
};

const asWanted = (quiet: readonly LookedGroup[]): readonly Line[] => {
  if (quiet.length === 0) return [];
  const names = quiet.map(({ resource }) => resourceText(resource));
  const some = names.length > 20 ? [...names.slice(0, 20), `and ${names.length - 20} more`] : names;
  return [
    {
      spans: [
        { text: `${count(names.length, 'target group is', 'target groups are')} as wanted: `, tone: 'good' },
        { text: some.join(', ') },
      ],
      hang: 2,
    },
    EMPTY,
  ];
};

const summaryOf = (report: Report, made: boolean, groups: number): string => {
  const number = (action: string, applied?: boolean): number =>
    report.changes.filter((each) => each.action === action && (applied === undefined || each.applied === applied))
      .length;
  const pending = report.changes.filter(({ applied }) => !applied).length;
  const parts = made
    ? [
        number('register', true) > 0 && `${number('register', true)} registered (+)`,
        number('deregister', true) > 0 && `${number('deregister', true)} deregistered (-)`,
        pending > 0 && `${pending} not done`,
      ]
    : [
        number('register') > 0 && `${number('register')} to register (+)`,
        number('deregister') > 0 && `${number('deregister')} to deregister (-)`,
      ];
  const all = [...parts, report.held.length > 0 && `${report.held.length} held (!)`, findingCount(report.findings)];
  const words = all.filter((part) => typeof part === 'string');
  if (words.length > 0) return `${words.join(', ')}.`;
  if (report.failures.length > 0) return 'Nothing else to report.';
  return groups === 0 ? 'No target group is wired here.' : made ? 'Nothing was left to do.' : 'Nothing to do.';
};

/**
 * What was found and would be done, or was done, target group by target group.
 * @param made Whether changes were made: then one that is not applied was refused.
 */
export const targetLines = (report: Report, groups: readonly LookedGroup[], made: boolean): readonly Line[] => {
  const looked = new Map(groups.map((group) => [group.resource, group]));
  const changes = groupBy(report.changes, ({ resource }) => resource);
  const held = groupBy(report.held, ({ resource }) => resource);
  const findings = groupBy(report.findings, ({ resource }) => resource);
  const failed = new Set(report.failures.map(({ resource }) => resource));
  const resources = [...new Set([...looked.keys(), ...changes.keys(), ...held.keys(), ...findings.keys()])].toSorted();
  const quiet: LookedGroup[] = [];
  const lines = resources.flatMap((resource) => {
    const group = looked.get(resource);
    const of = {
      changes: changes.get(resource) ?? [],
      held: held.get(resource) ?? [],
      findings: findings.get(resource) ?? [],
    };
    const told = groupLines(resource, group, of, made);
    if (told.length === 0 && group !== undefined && !failed.has(resource)) quiet.push(group);
    return told;
  });
  return [
    ...lines,
    ...asWanted(quiet),
    ...failureLines(report.failures),
    line(summaryOf(report, made, resources.length), 'strong'),
  ];
};
