import type { VNode } from 'preact';
import { printable } from '../../core/text.ts';
import { counted } from '../figures.ts';
import { Mark } from './marks.tsx';
import type { Joined, ShownGroup, ShownWorkload } from './subjects.ts';

const zero = (count: number): VNode => <td class={count === 0 ? 'number zero' : 'number bad'}>{count}</td>;

/** How many workloads of a group are named; the others are counted. */
const MOST_NAMED = 3;

const Row = ({
  shown,
  workloads,
}: {
  readonly shown: ShownGroup;
  readonly workloads: readonly ShownWorkload[];
}): VNode => {
  const { id, group, worst } = shown;
  const { healthy = 0, draining = 0 } = group.states;
  const registered = Object.values(group.states).reduce((sum, count) => sum + count, 0);
  const more = workloads.length - MOST_NAMED;
  return (
    <tr id={id}>
      <th scope="row">
        {printable(group.name)} {worst !== undefined && <Mark severity={worst} />}
        {group.mode === 'observe' && <span class="chip">observe</span>}
        {group.mode === undefined && <span class="chip">not bound</span>}
      </th>
      <td>
        {workloads.slice(0, MOST_NAMED).map((each, index) => (
          <>
            {index > 0 && ', '}
            <a href={`#${each.id}`}>{printable(each.workload.name)}</a>
          </>
        ))}
        {more > 0 && ` and ${more} more`}
        {workloads.length === 0 && <span class="quiet">nobody</span>}
      </td>
      <td class="number">{registered}</td>
      <td class="number">{healthy}</td>
      <td class="number">{draining}</td>
      {zero(group.missing)}
      {zero(group.stale)}
      {zero(group.wrong)}
      {zero(group.unknown)}
    </tr>
  );
};

const Table = ({ groups, joined }: { readonly groups: readonly ShownGroup[]; readonly joined: Joined }): VNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keys as well
  <section class="scroll" aria-label="Target groups and their targets" tabIndex={0}>
    <table>
      <thead>
        <tr>
          <th scope="col">Target group</th>
          <th scope="col">Wired to</th>
          {['Targets', 'Healthy', 'Draining', 'Missing', 'Stale', 'Wrong', 'Unknown'].map((word) => (
            <th scope="col" class="number">
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map((shown) => (
          <Row
            shown={shown}
            workloads={joined.workloads.filter(({ workload }) => workload.groups.includes(shown.group.arn))}
          />
        ))}
      </tbody>
    </table>
  </section>
);

/** Every target group with what its targets are; the words are told once, below the table. */
export const TargetGroups = ({ joined }: { readonly joined: Joined }): VNode | null => {
  if (joined.groups.length === 0) return null;
  const wrong = joined.groups.filter(({ worst }) => worst !== undefined);
  const right = joined.groups.filter(({ worst }) => worst === undefined);
  return (
    <section id="groups" aria-labelledby="groups-title">
      <h2 id="groups-title">Target groups</h2>
      {wrong.length > 0 && <Table groups={wrong} joined={joined} />}
      {right.length > 0 && (
        <details open={wrong.length === 0 && right.length <= 20}>
          <summary>{counted(right.length, 'target group')} with nothing found</summary>
          <Table groups={right} joined={joined} />
        </details>
      )}
      <p class="quiet">
        Missing: wanted and not registered. Stale: held by a task that stopped, or by nobody. Wrong: held by somebody
        else, a live task of another workload or another network interface. Unknown: registered, and nothing explains
        it.
      </p>
    </section>
  );
};
