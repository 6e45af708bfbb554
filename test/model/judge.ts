import type { Misplaced } from '../../simulator/audit.ts';
import type { TargetGroupRecord } from '../../simulator/state.ts';
import type { Fleet } from './fleet.ts';
import type { Truth } from './truth.ts';

const HOUR_MS = 3_600_000;
/** ECS tells a stopped task for an hour; what stopped so long ago may have been forgotten before the sweeps. */
const SURELY_TOLD_MS = 45 * 60_000;

/**
 * What is wrong with a world that was quiet for longer than any deregistration delay, and was swept twice.
 * Forgiven is what is left to people: groups that are only observed or whose tags say nothing, and what a person put on
 * a port that no task ever had.
 */
export const judge = ({ stage: { world } }: Fleet, truth: Truth): readonly string[] => {
  const { clock, targetGroups } = world;
  const nowMs = clock.nowMs();
  const kept = ({ targetGroupArn }: Misplaced): TargetGroupRecord | undefined => {
    const group = targetGroups.groups.get(targetGroupArn);
    const tagIs = (key: string, value: string): boolean => group?.tags.get(key) === value;
    return tagIs('taskwire:mode', 'observe') || tagIs('taskwire:port', 'http') ? undefined : group;
  };
  const wasHeld = (group: TargetGroupRecord, target: Misplaced, withinMs: number, own: boolean): boolean =>
    [...truth.tasks.values()].some(
      (task) =>
        truth.had(task, group, target) &&
        nowMs - (task.stoppedAtMs ?? nowMs) < withinMs &&
        (!own ||
          (task.stoppedAtMs !== undefined &&
            truth.wishesOf(group).every((wish) => truth.listensThere(task, group, target, wish)))),
    );
  const said = (
    what: string,
    misplaced: readonly Misplaced[],
    isWrong: (group: TargetGroupRecord, target: Misplaced) => boolean,
  ) =>
    misplaced.flatMap((target) => {
      const group = kept(target);
      return group !== undefined && isWrong(group, target)
        ? [`${what} after quiet: ${group.name} ${target.id}:${target.port}`]
        : [];
    });

  const { missing, stale, wrong, foreign } = world.audit();
  return [
    ...said('missing', missing, () => true),
    ...said('stale', stale, (group, target) => group.targetType === 'ip' || wasHeld(group, target, HOUR_MS, false)),
    // Its task ended within the hour, which is proof; who has the address now is a stranger.
    ...said('inherited', [...wrong, ...foreign], (group, target) => wasHeld(group, target, SURELY_TOLD_MS, true)),
  ];
};
