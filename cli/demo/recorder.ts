import type { TargetState, Timeline, TimelineCount, TimelineLane } from '../../shared/report/page/timeline.ts';
import { targetText } from '../../shared/report/terminal/words.ts';
import type { World } from '../../simulator/world.ts';

/** Watches a world: what each target of its tagged groups is, and for how long. */
export interface Recorder {
  /** Looks at the world as it is now; the more often, the finer the timeline. */
  look(): void;
  /** What happens from now on. */
  chapter(title: string): void;
  /** All that was seen until now. */
  timeline(): Timeline;
}

type Span = TimelineLane['spans'][number];

/** A target in its group, and the stretches that have ended. */
interface Lane extends Pick<TimelineLane, 'group' | 'target'> {
  readonly ended: Span[];
  open: { readonly fromMs: number; readonly state: TargetState } | undefined;
}

interface Sight extends Pick<TimelineLane, 'group' | 'target'> {
  readonly state: TargetState;
}

/** By the world's own truth, which no API tells: what is missing is seen before anybody could know. */
const look = (
  world: World,
): { readonly sights: ReadonlyMap<string, Sight>; readonly count: Omit<TimelineCount, 'atMs'> } => {
  const { tasks, missing, stale, wrong, foreign } = world.audit();
  const sights = new Map<string, Sight>();
  let targets = 0;
  const note = (group: string, place: { readonly id: string; readonly port: number }, state: TargetState): void => {
    const target = targetText(place);
    sights.set(`${group} ${target}`, { group, target, state });
  };
  for (const { name, targets: registered } of world.targetGroups.groups.values()) {
    for (const target of registered.values()) {
      if (target.drainsUntilMs !== undefined) continue;
      targets++;
      note(name, target, 'wired');
    }
  }
  const faults = [
    ['missing', missing],
    ['stale', stale],
    ['wrong', wrong],
    ['foreign', foreign],
  ] as const;
  for (const [state, places] of faults) {
    for (const place of places) {
      note(world.targetGroups.groups.get(place.targetGroupArn)?.name ?? place.targetGroupArn, place, state);
    }
  }
  return { sights, count: { tasks, targets } };
};

export const createRecorder = (world: World): Recorder => {
  const fromMs = world.clock.nowMs();
  const lanes = new Map<string, Lane>();
  const counts: TimelineCount[] = [];
  const chapters: { readonly atMs: number; readonly title: string }[] = [];

  const end = (lane: Lane, atMs: number): void => {
    if (lane.open !== undefined && atMs > lane.open.fromMs) lane.ended.push({ ...lane.open, toMs: atMs });
    lane.open = undefined;
  };

  return {
    look: () => {
      const atMs = world.clock.nowMs();
      const { sights, count } = look(world);
      for (const [key, { group, target, state }] of sights) {
        const lane = lanes.get(key) ?? { group, target, ended: [], open: undefined };
        lanes.set(key, lane);
        if (lane.open?.state === state) continue;
        end(lane, atMs);
        lane.open = { fromMs: atMs, state };
      }
      for (const [key, lane] of lanes) if (!sights.has(key)) end(lane, atMs);
      const last = counts.at(-1);
      if (last?.tasks !== count.tasks || last.targets !== count.targets) counts.push({ atMs, ...count });
    },
    chapter: (title) => {
      chapters.push({ atMs: world.clock.nowMs(), title });
    },
    timeline: () => {
      const toMs = world.clock.nowMs();
      return {
        fromMs,
        toMs,
        chapters: [...chapters],
        counts: [...counts],
        lanes: [...lanes.values()].map(({ group, target, ended, open }) => ({
          group,
          target,
          spans: open === undefined ? [...ended] : [...ended, { ...open, toMs }],
        })),
      };
    },
  };
};
