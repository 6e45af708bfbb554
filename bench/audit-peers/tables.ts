import type { Table } from '../bench.ts';
import { FAULTS } from './faults.ts';
import { CONTROL } from './fleet.ts';
import type { Measure } from './measure-tools.ts';
import type { Reported } from './tools.ts';

const MB = 1_000_000;
const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** What each tool took; `services` for the calls per service. */
export const takenTable = (title: string, measures: readonly Measure[], services: number): Table => {
  const throttled = measures.some((measure) => measure.throttled > 0);
  return {
    title,
    columns: [
      'tool',
      'seconds',
      'CPU seconds',
      'peak MB',
      'calls',
      'calls per service',
      ...(throttled ? ['throttled'] : []),
    ],
    rows: measures.map((measure) => [
      measure.tool,
      rounded(measure.seconds),
      rounded(measure.cpuSeconds),
      Math.round(measure.rssBytes / MB),
      measure.callsInAll,
      rounded(measure.callsInAll / services, 2),
      ...(throttled ? [measure.throttled] : []),
    ]),
  };
};

/** Calls by kind, the most frequent first. */
export const callsTable = (title: string, measures: readonly Measure[]): Table => {
  const most = (action: string): number => Math.max(...measures.map(({ calls }) => calls[action] ?? 0));
  const actions = [...new Set(measures.flatMap(({ calls }) => Object.keys(calls)))].sort((a, b) => most(b) - most(a));
  return {
    title,
    columns: ['call', ...measures.map(({ tool }) => tool)],
    rows: actions.map((action) => [action, ...measures.map(({ calls }) => calls[action] ?? 0)]),
  };
};

/** Rules that name a service, its family or its target group; the names are parts of ARNs. */
const rulesAbout = (name: string, reported: readonly Reported[]): ReadonlySet<string> => {
  const isNamed = new RegExp(`[/:]${name}(?=$|[/:])`);
  return new Set(reported.filter(({ resource }) => isNamed.test(resource)).map(({ rule }) => rule));
};

/** A fault is seen by the rules that name its service and not the sound one. */
export const rulesThatSee = (fault: string, reported: readonly Reported[]): readonly string[] => {
  const always = rulesAbout(CONTROL, reported);
  return [...rulesAbout(fault, reported)].filter((rule) => !always.has(rule));
};

/** Which tool sees which planted fault, by which of its rules. */
export const sightTable = (
  title: string,
  of: readonly { readonly tool: string; readonly reported: readonly Reported[] }[],
): Table => ({
  title,
  columns: ['what is wrong', ...of.map(({ tool }) => tool)],
  rows: FAULTS.map(({ name, what }) => [
    what,
    ...of.map(({ reported }) => rulesThatSee(name, reported).join(', ') || '–'),
  ]),
});
