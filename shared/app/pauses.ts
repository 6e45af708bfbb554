import { targetGroupNameOf } from '../core/task/arn.ts';
import type { StackSwitches } from '../ports/stack-switches.ts';

/** A stack or a target group that stands still because somebody wanted it so. */
export interface Pause {
  readonly kind: 'stack' | 'group';
  /** The stack's stage, the group's name. */
  readonly name: string;
  /** ARN of what carries the mark: the stack's first queue, the group. */
  readonly resource: string;
  /** Epoch milliseconds; `undefined` where the mark tells no time. */
  readonly sinceMs?: number;
}

/** The queue that carries a stack's mark. */
const MARKED = /^arn:[^:]*:sqs:[^:]*:[^:]*:taskwire-([a-z][a-z0-9-]*)-register-targets$/;
const GROUP = /^arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:targetgroup\//;

/** The tag that marks what is paused, with the time since when. */
export const pausedTag = (tagPrefix: string): string => `${tagPrefix}:paused`;

/**
 * What is paused in the account and Region, stacks first. One call for each hundred.
 * @param timeOf Epoch milliseconds of a mark's text; `undefined` for what is no time.
 * @throws {TaskwireError} If it could not be asked.
 */
export const listPauses = async (
  tagPrefix: string,
  {
    stackSwitches,
    timeOf,
  }: {
    readonly stackSwitches: Pick<StackSwitches, 'marked'>;
    readonly timeOf: (text: string) => number | undefined;
  },
): Promise<readonly Pause[]> => {
  const key = pausedTag(tagPrefix);
  const pauses = (await stackSwitches.marked(key)).flatMap(({ arn, tags }): readonly Pause[] => {
    const sinceMs = timeOf(tags[key] ?? '');
    const since = sinceMs === undefined ? {} : { sinceMs };
    const [, stage] = MARKED.exec(arn) ?? [];
    if (stage !== undefined) return [{ kind: 'stack', name: stage, resource: arn, ...since }];
    return GROUP.test(arn) ? [{ kind: 'group', name: targetGroupNameOf(arn), resource: arn, ...since }] : [];
  });
  const rank = ({ kind, name }: Pause): string => `${kind === 'stack' ? 0 : 1} ${name}`;
  return pauses.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
};
