import { groupBy } from '../../shared/core/group-by.ts';
import { serviceNameOf, targetGroupNameOf } from '../../shared/core/task/arn.ts';
import { scalingWordOf } from '../../shared/report/terminal/scaling.ts';
import { type Line, line, type Span } from '../../shared/report/terminal/text.ts';

/** A change, a finding or a held change as it came over the event bus. */
export interface Told {
  readonly atMs: number;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const SHOWN_TARGETS = 3;
/** Behind the time and the sign of a line. */
const INDENT = 8;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const targetOf = (detail: Told['detail']): string => {
  const { target } = detail;
  if (typeof target !== 'object' || target === null || !('id' in target) || !('port' in target)) return '';
  return `${target.id}:${target.port}`;
};

/** Of a target group its name, of anything else what its ARN ends with: `api:1`. */
const nameOf = (arn: string): string =>
  arn.includes(':targetgroup/') ? targetGroupNameOf(arn) : arn.slice(arn.lastIndexOf('/') + 1);

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

const isScaling = ({ detailType }: Told): boolean => detailType === 'Taskwire Scaling Changed';

/** Notes that Taskwire keeps in tags of its own, before and after what it does. */
const isNote = (each: Told): boolean =>
  isScaling(each) && /^(remember |the (hold|Spot wave) is over$)/.test(textOf(each.detail.reason));

const bundlesOf = (told: readonly Told[]): readonly (readonly Told[])[] => {
  const keyOf = (each: Told): string => {
    const { detailType, detail } = each;
    // Every reason of a change of scaling is told.
    if (isScaling(each)) return [detailType, textOf(detail.action), textOf(detail.resource)].join(' ');
    return [
      detailType,
      textOf(detail.action),
      textOf(detail.resource),
      textOf(detail.reason).replace(/[0-9a-f]{32}/g, ''),
    ].join(' ');
  };
  return [
    ...groupBy(
      told.filter((each) => !isNote(each)),
      keyOf,
    ).values(),
  ];
};

const whyLine = (reason: string): Line => line(reason, 'dim', INDENT);

const headOf = (time: Span, { action, resource }: Told['detail']): Line => {
  const word = scalingWordOf(textOf(action));
  const name = serviceNameOf(textOf(resource));
  return {
    spans: [
      time,
      { text: `${word?.sign ?? '~'} `, tone: word?.tone ?? 'warn' },
      { text: `${name.padEnd(9)} ${word?.about ?? textOf(action)}` },
    ],
    hang: INDENT + 10,
  };
};

/** Lines for what was told in a moment: one per group and kind of change, with the reason. */
export const linesOf = (told: readonly Told[], sinceMs: number): readonly Line[] =>
  bundlesOf(told).flatMap((of): readonly Line[] => {
    const [first] = of;
    if (first === undefined) return [];
    const time = { text: `${((first.atMs - sinceMs) / 1000).toFixed(1).padStart(5)}s `, tone: 'dim' as const };
    if (isScaling(first))
      return [headOf(time, first.detail), ...of.map(({ detail }) => whyLine(textOf(detail.reason)))];
    const name = nameOf(textOf(first.detail.resource));
    if (first.detailType === 'Taskwire Finding') {
      const { rule, severity, summary, fix } = first.detail;
      return [
        { spans: [time, { text: '! ', tone: 'warn' }, { text: name }] },
        line(`${textOf(rule)}, ${textOf(severity)}: ${short(textOf(summary))}`, undefined, INDENT),
        line(`cure: ${textOf(fix)}`, 'dim', INDENT),
      ];
    }
    const adds = first.detail.action === 'register';
    const targets = of.map(({ detail }) => targetOf(detail));
    const more = targets.length > SHOWN_TARGETS ? ` and ${targets.length - SHOWN_TARGETS} more` : '';
    const sign = adds ? { text: '+ ', tone: 'good' as const } : { text: '- ', tone: 'warn' as const };
    return [
      {
        spans: [time, sign, { text: `${name.padEnd(9)} ${targets.slice(0, SHOWN_TARGETS).join(', ')}${more}` }],
        hang: INDENT + 10,
      },
      line(whyOf(of), 'dim', INDENT),
    ];
  });
