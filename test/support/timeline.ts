import type { Timeline, TimelineLane } from '../../shared/report/page/timeline.ts';

const START_MS = Date.UTC(2026, 10, 22, 4, 12);

/** Two groups over a minute: the first tasks stay, each other one is replaced, and some gaps are left between. */
export const storyTimeline = (): Timeline => {
  const at = (seconds: number): number => START_MS + seconds * 1_000;
  const lanes = ['web', 'admin', 'checkout'].flatMap((group, g) =>
    Array.from({ length: 12 }, (_, index): TimelineLane => {
      const begin = 1 + index * 3 + g;
      const end = index < 4 ? 60 : Math.min(60, begin + 22);
      return {
        group,
        target: `10.0.7.${4 + index}:8080`,
        spans: [
          { fromMs: at(begin), toMs: at(begin + 0.6), state: 'missing' },
          { fromMs: at(begin + 0.6), toMs: at(end), state: 'wired' },
          ...(end < 60 && index % 3 === 0 ? [{ fromMs: at(end), toMs: at(end + 1.5), state: 'stale' as const }] : []),
          ...(end < 58 && index % 5 === 0
            ? [{ fromMs: at(end + 1.5), toMs: at(end + 2), state: 'wrong' as const }]
            : []),
        ],
      };
    }),
  );
  return {
    fromMs: at(0),
    toMs: at(60),
    chapters: [
      { atMs: at(0), title: 'A fleet starts' },
      { atMs: at(14), title: 'The service web scales from 6 to 12 tasks' },
      { atMs: at(31), title: 'AWS takes 3 Spot tasks of <checkout> back' },
    ],
    counts: Array.from({ length: 31 }, (_, index) => {
      const tasks = Math.min(24, index);
      return { atMs: at(index * 2), tasks, targets: Math.max(0, tasks - (index % 4)) };
    }),
    lanes: [
      ...lanes,
      { group: 'web', target: '10.0.7.60:8080', spans: [{ fromMs: at(0), toMs: at(60), state: 'foreign' }] },
    ],
  };
};
