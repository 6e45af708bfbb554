import type { VNode } from 'preact';
import type { AuditReport, ReportedGroup } from '../../core/audit/report.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Severity } from '../../core/outcome.ts';
import { clusterNameOf } from '../../core/task/arn.ts';
import { printable } from '../../core/text.ts';
import { counted, worstOf } from '../figures.ts';
import { GLYPHS, Mark, targetWords, taskWords } from './marks.tsx';
import type { Joined, ShownGroup, ShownWorkload } from './subjects.ts';

/** Up to here every workload is a card with its tasks and groups; above, a tile of a dense map. */
const MOST_CARDS = 60;
/** Up to here every task is a dot. */
const MOST_DOTS = 40;

const findingWords = (worst: Severity | undefined): string =>
  worst === undefined ? 'Nothing found' : `Worst finding: ${worst}`;

const groupWords = ({ group }: ShownGroup): string => `${printable(group.name)}: ${targetWords(group)}`;

const workloadWords = ({ workload, groups, worst }: ShownWorkload): string =>
  [
    taskWords(workload.running, workload.desired),
    groups.length === 0 ? 'Wired to no target group' : groups.map(groupWords).join('; '),
    findingWords(worst),
  ].join('. ');

interface TileProps {
  readonly href: string;
  readonly name: string;
  readonly words: string;
  readonly worst: Severity | undefined;
}

const Tile = ({ href, name, words, worst }: TileProps): VNode => (
  <li>
    <a class={worst === undefined ? 't' : `t ${worst}`} href={href}>
      {worst !== undefined && <i aria-hidden="true">{GLYPHS[worst]}</i>}
      <span class="tip">
        <b>{name}</b> {words}.
      </span>
    </a>
  </li>
);

/** A bar of parts; what it shows stands beside it in words. */
const TargetBar = ({ group }: { readonly group: ReportedGroup }): VNode | null => {
  const { states, missing, stale, wrong, unknown } = group;
  const unexplained = stale + wrong + unknown;
  const registered = Object.values(states).reduce((sum, count) => sum + count, 0);
  const healthy = Math.max(0, (states.healthy ?? 0) - unexplained);
  const parts: readonly (readonly [string, number])[] = [
    ['healthy', healthy],
    ['waiting', Math.max(0, registered - healthy - unexplained)],
    ['unknown', unknown],
    ['missing', missing],
    ['stale', stale],
    ['wrong', wrong],
  ];
  const all = parts.reduce((sum, [, count]) => sum + count, 0);
  if (all === 0) return null;
  let x = 0;
  return (
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      {parts.map(([word, count]) => {
        const width = (count / all) * 100;
        const part = count > 0 && <rect class={word} x={x.toFixed(2)} y="0" width={width.toFixed(2)} height="6" />;
        x += width;
        return part;
      })}
    </svg>
  );
};

const Dots = ({ running, desired = running }: { readonly running: number; readonly desired: number | undefined }) => {
  const most = Math.max(running, desired);
  if (most === 0 || most > MOST_DOTS) return null;
  return (
    <span class="dots" aria-hidden="true">
      {Array.from({ length: most }, (_, index) => (
        <i class={index < running ? 'on' : 'off'} />
      ))}
    </span>
  );
};

const Card = ({ shown }: { readonly shown: ShownWorkload }): VNode => {
  const { workload, groups, worst, id } = shown;
  return (
    <li class={`card ${worst ?? 'fine'}`}>
      <a href={`#${id}`} class="name">
        {printable(workload.name)}
      </a>
      {worst !== undefined && <Mark severity={worst} />}
      <p>
        <Dots running={workload.running} desired={workload.desired} />
        {taskWords(workload.running, workload.desired)}
        {workload.max !== undefined && `, scales ${workload.min ?? 0}–${workload.max}`}
      </p>
      {groups.length === 0 ? (
        <p class="quiet">No target group</p>
      ) : (
        <ul class="wires">
          {groups.map(({ group }) => (
            <li>
              <span class="group">{printable(group.name)}</span>
              <TargetBar group={group} />
              <span class="states">{targetWords(group)}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
};

interface ClusterProps {
  readonly name: string;
  /** What of it was not seen, in words. */
  readonly unseen: readonly string[];
  readonly workloads: readonly ShownWorkload[];
  readonly dense: boolean;
}

const Cluster = ({ name, unseen, workloads, dense }: ClusterProps): VNode => {
  const tasks = workloads.reduce((sum, { workload }) => sum + workload.running, 0);
  const bad = workloads.filter(({ worst }) => worst === 'high' || worst === 'medium').length;
  const groups = [...new Set(workloads.flatMap((each) => each.groups))];
  return (
    <section class="cluster">
      <h3>{printable(name)}</h3>
      <p class="quiet">
        {counted(workloads.length, 'workload')}, {counted(tasks, 'task')}
        {bad > 0 && `, ${counted(bad, 'workload')} with something wrong`}
      </p>
      {unseen.length > 0 && <p class="gap">Not seen: {unseen.map(printable).join(', ')}</p>}
      {dense ? (
        <>
          <ul class="tiles" aria-label="Workloads">
            {workloads.map((shown) => (
              <Tile
                href={`#${shown.id}`}
                name={printable(shown.workload.name)}
                words={workloadWords(shown)}
                worst={shown.worst}
              />
            ))}
          </ul>
          {groups.length > 0 && <GroupTiles groups={groups} />}
        </>
      ) : (
        <ul class="cards">
          {workloads.map((shown) => (
            <Card shown={shown} />
          ))}
        </ul>
      )}
    </section>
  );
};

const GroupTiles = ({ groups }: { readonly groups: readonly ShownGroup[] }): VNode => (
  <ul class="tiles round" aria-label="Target groups">
    {groups.map(({ id, group, worst }) => (
      <Tile
        href={`#${id}`}
        name={printable(group.name)}
        words={`Target group with ${targetWords(group)}`}
        worst={worst}
      />
    ))}
  </ul>
);

const Legend = ({ dense }: { readonly dense: boolean }): VNode => (
  <ul class="legend" aria-label="Signs of the map">
    {(['high', 'medium', 'low', 'info'] as const).map((severity) => (
      <li>
        <Mark severity={severity} />
      </li>
    ))}
    <li>
      <span class="mark fine">nothing found</span>
    </li>
    {dense && <li>square: a workload</li>}
    {dense && <li>round: a target group</li>}
  </ul>
);

/** Cluster, workloads, tasks and target groups; what is wrong stands out. */
export const FleetMap = ({ report, joined }: { readonly report: AuditReport; readonly joined: Joined }): VNode => {
  const dense = joined.workloads.length > MOST_CARDS;
  const byCluster = groupBy(joined.workloads, ({ cluster }) => cluster);
  const worst = worstOf(joined.alone.map((each) => each.worst));
  return (
    <section id="map" aria-labelledby="map-title" class={dense ? 'dense' : undefined}>
      <h2 id="map-title">The fleet</h2>
      <Legend dense={dense} />
      <div class="clusters">
        {report.clusters.map(({ name }) => (
          <Cluster
            name={name}
            unseen={report.unseen.filter(({ resource }) => clusterNameOf(resource) === name).map(({ what }) => what)}
            workloads={byCluster.get(name) ?? []}
            dense={dense}
          />
        ))}
        {joined.alone.length > 0 && (
          <section class="cluster">
            <h3>Target groups of nobody</h3>
            <p class="quiet">
              Tagged, and no workload of this report is wired to them{worst === 'high' && ': see below'}.
            </p>
            {<GroupTiles groups={joined.alone} />}
          </section>
        )}
      </div>
    </section>
  );
};
