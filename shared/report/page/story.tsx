import type { VNode } from 'preact';
import { groupBy } from '../../core/group-by.ts';
import { printable } from '../../core/text.ts';
import { counted } from '../figures.ts';
import type { TargetState, Timeline, TimelineCount, TimelineLane } from './timeline.ts';

const WIDTH = 1200;
const LEFT = 96;
const TOP = 22;
/** Of the counts above the lanes. */
const CURVE = 84;
const LANE = 5;
const STEP = 6;
const GAP = 12;
/** Room of a chapter's number. */
const NUMBER = 16;

const secondsOf = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const WORDS: Readonly<Record<TargetState, string>> = {
  wired: 'registered, and its task runs',
  missing: 'wanted, not registered',
  stale: 'registered, nobody there',
  wrong: "registered, another workload's task there",
  foreign: "somebody else's, left alone",
};

type Place = (atMs: number) => string;

const Curve = ({
  counts,
  read,
  name,
  x,
  endMs,
  most,
}: {
  readonly counts: readonly TimelineCount[];
  readonly read: (count: TimelineCount) => number;
  readonly name: 'tasks' | 'targets';
  readonly x: Place;
  readonly endMs: number;
  readonly most: number;
}): VNode => {
  const y = (value: number): string => (TOP + CURVE - (value / most) * (CURVE - 8)).toFixed(1);
  const [first] = counts;
  const steps = counts.slice(1).map((count) => `H${x(count.atMs)}V${y(read(count))}`);
  const path = first === undefined ? '' : `M${x(first.atMs)} ${y(read(first))}${steps.join('')}H${x(endMs)}`;
  return <path class={`curve ${name}`} d={path} />;
};

const Lane = ({
  lane,
  y,
  x,
  startMs,
}: {
  readonly lane: TimelineLane;
  readonly y: number;
  readonly x: Place;
  readonly startMs: number;
}): VNode => (
  <>
    {lane.spans.map(({ fromMs, toMs, state }) => {
      // What is wrong for a moment must still be seen.
      const width = Math.max(Number(x(toMs)) - Number(x(fromMs)), state === 'wired' ? 0.5 : 2);
      return (
        <rect class={state} x={x(fromMs)} y={y} width={width.toFixed(1)} height={LANE}>
          <title>
            {`${printable(lane.target)} in ${printable(lane.group)}: ${WORDS[state]}, ${secondsOf(fromMs - startMs)} to ${secondsOf(toMs - startMs)}`}
          </title>
        </rect>
      );
    })}
  </>
);

const gapWords = (lanes: readonly TimelineLane[]): string => {
  const parts = (['missing', 'stale', 'wrong'] as const).map((state) => {
    const spans = lanes.flatMap((lane) => lane.spans).filter((span) => span.state === state);
    const longestMs = Math.max(0, ...spans.map(({ fromMs, toMs }) => toMs - fromMs));
    const times = counted(spans.length, 'time', 'times');
    return spans.length === 0 ? `never ${state}` : `${state} ${times}, for ${secondsOf(longestMs)} at most`;
  });
  return `A target was ${parts.join('; ')}.`;
};

/** Tasks and targets over time: one line for each address in each group, so that every gap is seen. */
export const Story = ({ timeline }: { readonly timeline: Timeline }): VNode => {
  const { fromMs, toMs, chapters, counts, lanes } = timeline;
  const scale = (WIDTH - LEFT) / Math.max(1, toMs - fromMs);
  const x: Place = (atMs) => (LEFT + (Math.min(Math.max(atMs, fromMs), toMs) - fromMs) * scale).toFixed(1);
  const groups = [...groupBy(lanes, ({ group }) => group)].map(([name, each]) => ({
    name,
    lanes: each.toSorted((a, b) => (a.spans[0]?.fromMs ?? 0) - (b.spans[0]?.fromMs ?? 0)),
  }));
  let height = TOP + CURVE + GAP;
  const placed = groups.map((group) => {
    const y = height;
    height += Math.max(group.lanes.length * STEP, 14) + GAP;
    return { ...group, y };
  });
  // Chapters that follow each other at once would be written over each other.
  const numbersAt: number[] = [];
  for (const { atMs } of chapters) numbersAt.push(Math.max(Number(x(atMs)) + 3, (numbersAt.at(-1) ?? 0) + NUMBER));
  const most = Math.max(1, ...counts.flatMap(({ tasks, targets }) => [tasks, targets]));
  return (
    <section id="story" aria-labelledby="story-title">
      <h2 id="story-title">The story</h2>
      <p>
        One line for each address in each target group, over {secondsOf(toMs - fromMs)}. {gapWords(lanes)}
      </p>
      <ul class="legend" aria-label="Signs of the story">
        {(['wired', 'missing', 'stale', 'wrong', 'foreign'] as const).map((state) => (
          <li>
            <svg viewBox="0 0 24 6" width="24" height="6" class="lanes" aria-hidden="true">
              <rect class={state} width="24" height={LANE} />
            </svg>{' '}
            {state}: {WORDS[state]}
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keys as well */}
      <section class="scroll" aria-label="Targets over time" tabIndex={0}>
        <svg
          class="lanes"
          viewBox={`0 0 ${WIDTH} ${height}`}
          role="img"
          aria-label={`Tasks and targets over ${secondsOf(toMs - fromMs)}: ${gapWords(lanes)}`}
        >
          <defs>
            <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="4" height="4" class="hatch-back" />
              <rect width="1.6" height="4" class="hatch-line" />
            </pattern>
          </defs>
          {chapters.map(({ atMs }, index) => (
            <>
              <line class="chapter" x1={x(atMs)} x2={x(atMs)} y1={TOP - 6} y2={height} />
              <text class="number" x={numbersAt[index]} y={TOP - 8}>
                {index + 1}
              </text>
            </>
          ))}
          <text x="0" y={TOP + 14}>
            {most}
          </text>
          <text x="0" y={TOP + CURVE}>
            0
          </text>
          <Curve counts={counts} read={({ targets }) => targets} name="targets" x={x} endMs={toMs} most={most} />
          <Curve counts={counts} read={({ tasks }) => tasks} name="tasks" x={x} endMs={toMs} most={most} />
          {placed.map(({ name, lanes: own, y }) => (
            <>
              <text x="0" y={y + 9} class="group">
                {printable(name)}
              </text>
              {own.map((lane, index) => (
                <Lane lane={lane} y={y + index * STEP} x={x} startMs={fromMs} />
              ))}
            </>
          ))}
        </svg>
      </section>
      <p class="quiet">Solid curve: tasks that run. Dashed curve: registered targets.</p>
      <ol class="chapters">
        {chapters.map(({ atMs, title }) => (
          <li>
            {printable(title)} <small>{secondsOf(atMs - fromMs)}</small>
          </li>
        ))}
      </ol>
    </section>
  );
};
