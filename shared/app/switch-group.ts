import { targetGroupNameOf } from '../core/task/arn.ts';
import { quote } from '../core/text.ts';
import { InputError, NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { GroupTags } from '../ports/group-tags.ts';
import { pausedTag } from './pauses.ts';

export interface GroupSwitch {
  /** Name or ARN. */
  readonly group: string;
  readonly tagPrefix: string;
  readonly on: boolean;
  /** A time as the mark's value, and back. */
  readonly renderTime: (timeMs: number) => string;
  readonly parseTime: (text: string) => number | undefined;
}

/** What became of a group. */
export interface SwitchedGroup {
  readonly arn: string;
  readonly name: string;
  /** False where it was so already. */
  readonly changed: boolean;
  /** Since when it is paused, or was, epoch milliseconds. */
  readonly sinceMs?: number;
}

/**
 * Pauses a target group, or lets it go on, by its tag. Repeating is safe, and keeps the time of the first pause.
 * @throws {NotFoundError} If there is no such group. @throws {InputError} If a group is to be paused that nothing wires.
 * @throws {DeniedError | ThrottledError | UnclearError}
 */
export const switchGroup = async (
  { group, tagPrefix, on, renderTime, parseTime }: GroupSwitch,
  { groupTags, clock }: { readonly groupTags: GroupTags; readonly clock: Clock },
): Promise<SwitchedGroup> => {
  const found = await groupTags.find(group);
  if (found === undefined) {
    throw new NotFoundError(
      `There is no target group ${quote(targetGroupNameOf(group))} here. Check the name, account and Region.`,
    );
  }
  const { arn, name } = found;
  const tags = await groupTags.of(arn);
  const key = pausedTag(tagPrefix);
  const marked = Object.hasOwn(tags, key) ? tags[key] : undefined;
  const sinceMs = marked === undefined ? undefined : parseTime(marked);
  const since = sinceMs === undefined ? {} : { sinceMs };
  if (on) {
    if (marked !== undefined) await groupTags.remove(arn, [key]);
    return { arn, name, changed: marked !== undefined, ...since };
  }
  if (!['service', 'family', 'beanstalk'].some((kind) => Object.hasOwn(tags, `${tagPrefix}:${kind}`))) {
    throw new InputError(
      `${name} is not wired: it carries none of the tags ${tagPrefix}:service, :family and :beanstalk, so there is nothing to pause.`,
    );
  }
  if (sinceMs !== undefined) return { arn, name, changed: false, sinceMs };
  const nowMs = clock.nowMs();
  await groupTags.set(arn, { [key]: renderTime(nowMs) });
  return { arn, name, changed: true, sinceMs: nowMs };
};
