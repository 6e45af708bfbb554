import { groupBy } from '../group-by.ts';
import type { Severity } from '../outcome.ts';
import { type Workload, workloadKeyOf } from '../targets/binding.ts';
import { workloadsOf } from '../targets/fleet.ts';
import { clusterNameOf } from '../task/arn.ts';
import { isRunning } from '../task/stage.ts';
import type { IndexedSnapshot } from './index-snapshot.ts';
import type { ReportedCluster, ReportedGroup, ReportedWorkload } from './report.ts';
import type { AuditedGroup } from './subject.ts';

/** The worst severity by what it is about: ARN of a group, or `workloadKeyOf`. */
export type WorstOf = (mark: string) => Severity | undefined;

interface Named {
  readonly name: string;
  /** Of a workload: a family may be called like a service. */
  readonly key?: string;
}

const byName = (a: Named, b: Named): number =>
  a.name < b.name || (a.name === b.name && (a.key ?? '') < (b.key ?? '')) ? -1 : 1;

const reportedGroup = ({ seen, planned }: AuditedGroup, worstOf: WorstOf): ReportedGroup => {
  const { group, binding, targets } = seen;
  const states = [...groupBy(targets, ({ state }) => state)].map(([state, of]) => [state, of.length] as const);
  const worst = worstOf(group.arn);
  return {
    arn: group.arn,
    name: group.name,
    ...(binding !== undefined && { mode: binding.wiring.mode }),
    states: Object.fromEntries(states.toSorted()),
    missing: planned?.states.missing.length ?? 0,
    stale: planned?.states.stale.length ?? 0,
    wrong: planned?.states.wrong.length ?? 0,
    unknown: planned?.states.unknown.length ?? 0,
    ...(worst !== undefined && { worst }),
  };
};

/** The groups of the map, by name. */
export const mapGroups = ({ groups }: IndexedSnapshot, worstOf: WorstOf): readonly ReportedGroup[] =>
  groups.map((group) => reportedGroup(group, worstOf)).toSorted(byName);

/** A workload that is no service, with the names of the clusters in which it runs or is named. */
interface Standalone {
  readonly workload: Exclude<Workload, { kind: 'service' }>;
  readonly clusters: Set<string>;
}

/** Families and environments that run or that a group names. What runs for an environment is not told as a family, too. */
const standalonesOf = ({ index, groups }: IndexedSnapshot): readonly Standalone[] => {
  const { snapshot } = index;
  const known = new Map<string, Standalone>();
  const add = (workload: Standalone['workload'], clusters: readonly string[]): void => {
    const key = workloadKeyOf(workload);
    const standalone = known.get(key) ?? { workload, clusters: new Set() };
    for (const cluster of clusters) standalone.clusters.add(cluster);
    known.set(key, standalone);
  };
  const environments = new Map(
    snapshot.environments.map(({ name, clusterArns }) => [name, clusterArns.map(clusterNameOf)]),
  );
  for (const { seen } of groups) {
    for (const workload of seen.binding?.wiring.workloads ?? []) {
      if (workload.kind === 'family') add(workload, [workload.cluster]);
      if (workload.kind === 'beanstalk') add(workload, environments.get(workload.environment) ?? []);
    }
  }
  const facts = {
    instances: new Map(Object.entries(snapshot.instances)),
    environments: new Map(Object.entries(snapshot.environmentOfInstance)),
  };
  for (const task of snapshot.tasks.filter(isRunning)) {
    const own = workloadsOf(task, facts);
    const first = own.find(({ kind }) => kind === 'beanstalk') ?? own[0];
    if (first !== undefined && first.kind !== 'service') add(first, [clusterNameOf(task.clusterArn)]);
  }
  return [...known.values()];
};

const nameOf = (workload: Standalone['workload']): string =>
  workload.kind === 'family' ? workload.family : workload.environment;

/** The clusters of the map with their workloads, both by name. */
export const mapClusters = (indexed: IndexedSnapshot, worstOf: WorstOf): readonly ReportedCluster[] => {
  const { index, services } = indexed;
  const arns = new Map(index.snapshot.clusters.map((arn) => [clusterNameOf(arn), arn]));
  const workloads = new Map<string, ReportedWorkload[]>([...arns.keys()].map((name) => [name, []]));
  const add = (cluster: string, workload: ReportedWorkload): void => {
    const known = workloads.get(cluster);
    if (known === undefined) workloads.set(cluster, [workload]);
    else known.push(workload);
  };
  const groupsOf = (key: string): readonly string[] =>
    (index.groupsOfWorkload.get(key) ?? []).map(({ seen }) => seen.group.arn);

  for (const { service } of services) {
    const key = workloadKeyOf({ kind: 'service', cluster: service.cluster, service: service.name });
    const { target } = service.scaling;
    const worst = worstOf(key);
    add(service.cluster, {
      key,
      kind: 'service',
      arn: service.serviceArn,
      name: service.name,
      running: service.running,
      desired: service.desired,
      ...(target !== undefined && { min: target.min, max: target.max }),
      groups: groupsOf(key),
      ...(worst !== undefined && { worst }),
    });
  }
  for (const { workload, clusters } of standalonesOf(indexed)) {
    const key = workloadKeyOf(workload);
    const tasks = (index.fleet.byWorkload.get(key) ?? []).filter(isRunning);
    const running = groupBy(tasks, ({ clusterArn }) => clusterNameOf(clusterArn));
    const worst = worstOf(key);
    for (const cluster of clusters) {
      add(cluster, {
        key,
        kind: workload.kind,
        name: nameOf(workload),
        running: running.get(cluster)?.length ?? 0,
        groups: groupsOf(key),
        ...(worst !== undefined && { worst }),
      });
    }
  }
  return [...workloads]
    .map(([name, of]) => {
      const arn = arns.get(name);
      return { name, ...(arn !== undefined && { arn }), workloads: of.toSorted(byName) };
    })
    .toSorted(byName);
};
