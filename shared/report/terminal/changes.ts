import { groupBy } from '../../core/group-by.ts';
import type { Action, Change, Finding, HeldChange } from '../../core/outcome.ts';
import type { Target } from '../../core/targets/target.ts';
import { taskIdOf } from '../../core/task/arn.ts';
import type { Report } from '../report.ts';
import { findingCount, findingLines } from './findings.ts';
import { failureLines } from './footer.ts';
import { scalingWordOf } from './scaling.ts';
import { EMPTY, type Line, line, type Tone } from './text.ts';
import { count, resourceText, targetText } from './words.ts';

/** A target group, or the scaling of a service, that was looked at. */
export interface LookedResource {
  /** ARN. */
  readonly resource: string;
  /** Whose tasks the group is wired to, or what the service's tags ask for, in words. */
  readonly asks: readonly string[];
  /** Its own tags say that it is only observed, or paused. */
  readonly observed: boolean;
  readonly paused?: boolean;
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
  const word = scalingWordOf(action);
  const adds = action === 'register';
  return {
    sign: refused ? 'x' : (word?.sign ?? (adds ? '+' : '-')),
    tone: refused ? 'bad' : (word?.tone ?? (adds ? 'good' : 'warn')),
    target: target ? targetText(target) : (word?.about ?? ''),
    text: reason,
  };
};

const heldRow = ({ action, target, reason }: HeldChange): Row => ({
  sign: '!',
  tone: 'warn',
  target: target ? targetText(target) : (scalingWordOf(action)?.about ?? ''),
  text: `held, ${reason}`,
});

const resourceLines = (
  resource: string,
  looked: LookedResource | undefined,
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
  const still = looked?.paused ? ['paused: nothing is changed'] : ['observed only: nothing is changed'];
  const notes = [...(looked?.asks ?? []), ...(looked?.observed ? still : [])];
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

const quietLines = (names: readonly string[], one: string, many: string): readonly Line[] => {
  if (names.length === 0) return [];
  const some = names.length > 20 ? [...names.slice(0, 20), `and ${names.length - 20} more`] : names;
  return [
    { spans: [{ text: `${count(names.length, one, many)}: `, tone: 'good' }, { text: some.join(', ') }], hang: 2 },
    EMPTY,
  ];
};

const asWanted = (quiet: readonly LookedResource[]): readonly Line[] => {
  const names = (services: boolean): readonly string[] =>
    quiet
      .filter(({ resource }) => isService(resource) === services)
      .map(({ resource }) => resourceText(resource).replace(/^service /, ''));
  return [
    ...quietLines(names(false), 'target group is as wanted', 'target groups are as wanted'),
    ...quietLines(names(true), 'service scales as its tags want', 'services scale as their tags want'),
  ];
};

/** What became of changes, and what is to become of them, by sign. */
const WORDS = [
  { actions: ['register'], done: 'registered (+)', open: 'to register (+)' },
  { actions: ['deregister'], done: 'deregistered (-)', open: 'to deregister (-)' },
  { actions: ['put-target', 'put-policy', 'put-schedule'], done: 'set (+)', open: 'to set (+)' },
  { actions: ['delete-policy', 'delete-schedule'], done: 'deleted (-)', open: 'to delete (-)' },
  {
    actions: ['suspend', 'resume', 'raise-min'],
    done: 'steps of reactions done (~)',
    open: 'steps of reactions to do (~)',
  },
] as const satisfies readonly { readonly actions: readonly Action[]; readonly done: string; readonly open: string }[];

const summaryOf = (report: Report, made: boolean, looked: number): string => {
  const pending = report.changes.filter(({ applied }) => !applied).length;
  const parts = WORDS.map(({ actions, done, open }) => {
    const named: readonly Action[] = actions;
    const number = report.changes.filter(({ action, applied }) => named.includes(action) && (applied || !made)).length;
    return number > 0 && `${number} ${made ? done : open}`;
  });
  if (made) parts.push(pending > 0 && `${pending} not done`);
  const all = [...parts, report.held.length > 0 && `${report.held.length} held (!)`, findingCount(report.findings)];
  const words = all.filter((part) => typeof part === 'string');
  if (words.length > 0) return `${words.join(', ')}.`;
  if (report.failures.length > 0) return 'Nothing else to report.';
  return looked === 0 ? 'Nothing here carries a tag of Taskwire.' : made ? 'Nothing was left to do.' : 'Nothing to do.';
};

const isService = (resource: string): boolean => /^arn:[^:]*:ecs:[^:]*:[^:]*:service\//.test(resource);

/**
 * What was found and would be done, or was done, resource by resource: target groups, then the scaling of services.
 * @param made Whether changes were made: then one that is not applied was refused.
 */
export const changeLines = (report: Report, all: readonly LookedResource[], made: boolean): readonly Line[] => {
  const looked = new Map(all.map((each) => [each.resource, each]));
  const changes = groupBy(report.changes, ({ resource }) => resource);
  const held = groupBy(report.held, ({ resource }) => resource);
  const findings = groupBy(report.findings, ({ resource }) => resource);
  const failed = new Set(report.failures.map(({ resource }) => resource));
  const named = [...new Set([...looked.keys(), ...changes.keys(), ...held.keys(), ...findings.keys()])].toSorted();
  const resources = [...named.filter((each) => !isService(each)), ...named.filter(isService)];
  const quiet: LookedResource[] = [];
  const lines = resources.flatMap((resource) => {
    const known = looked.get(resource);
    const of = {
      changes: changes.get(resource) ?? [],
      held: held.get(resource) ?? [],
      findings: findings.get(resource) ?? [],
    };
    const told = resourceLines(resource, known, of, made);
    if (told.length === 0 && known !== undefined && !failed.has(resource)) quiet.push(known);
    return told;
  });
  return [
    ...lines,
    ...asWanted(quiet),
    ...failureLines(report.failures),
    line(summaryOf(report, made, resources.length), 'strong'),
  ];
};
