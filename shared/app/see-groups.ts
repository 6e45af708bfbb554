import type { SeenGroup } from '../core/audit/snapshot.ts';
import { groupBy } from '../core/group-by.ts';
import type { Finding } from '../core/outcome.ts';
import { type Binding, type TargetGroup, type Workload, workloadKeyOf } from '../core/targets/binding.ts';
import type { Fleet } from '../core/targets/fleet.ts';
import type { Limits } from '../core/targets/plan.ts';
import type { Listed } from '../core/targets/sight.ts';
import { NotFoundError } from '../errors.ts';
import type { GroupHealth, UnhealthyCount } from '../ports/group-health.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import { type Bindings, type BindingsDeps, createBindings } from './bindings.ts';
import { createGroupLook, type GroupLookDeps } from './group-look.ts';
import { sideBySide } from './side-by-side.ts';
import type { Sighting } from './sighting.ts';

const GROUPS_AT_ONCE = 8;
/** How far back unhealthy targets are asked for. */
const HEALTH_MS = 3 * 60 * 60_000;

/** The target groups that carry tags, bound or not, and what is wrong with those tags. */
export interface TaggedGroups {
  readonly groups: readonly TargetGroup[];
  readonly bindings: readonly Binding[];
  readonly findings: readonly Finding[];
}

const NONE: TaggedGroups = { groups: [], bindings: [], findings: [] };

/** Keeps what is described on its way through: also the groups that come to no binding are told. */
const remembering = (
  targetGroups: TargetGroups,
): { readonly port: TargetGroups; readonly known: Map<string, TargetGroup> } => {
  const known = new Map<string, TargetGroup>();
  const describe: TargetGroups['describe'] = async (arns) => {
    const groups = await targetGroups.describe(arns);
    for (const group of groups) known.set(group.arn, group);
    return groups;
  };
  return { port: { ...targetGroups, describe }, known };
};

/** Reads the tags of all target groups, and looks at everything that can fill them. */
export const seeTaggedGroups = async (deps: BindingsDeps, sighting: Sighting): Promise<TaggedGroups> => {
  const { port, known } = remembering(deps.targetGroups);
  const bindings: Bindings = createBindings({ ...deps, targetGroups: port });
  const about = { resource: 'target groups', what: 'what else fills target groups' };
  const surveyed = await sighting.at(about, () => bindings.survey());
  // The tags themselves may be readable, where it is not to be learnt who else fills the groups.
  const set =
    surveyed ?? (await sighting.at({ resource: 'target groups', what: 'target groups' }, () => bindings.refresh()));
  if (set === undefined) return NONE;
  return { groups: [...known.values()], bindings: set.value.bindings, findings: set.value.findings };
};

/** What of the tasks is known for a group. */
const listedFor = ({ wiring }: Binding, isSeen: (workload: Workload) => boolean, everything: boolean): Listed => {
  if (!wiring.workloads.every(isSeen)) return 'nothing';
  return everything ? 'clusters' : 'workloads';
};

/** What looking at tagged groups needs beyond looking at one. */
export interface SeeGroupsDeps extends GroupLookDeps {
  readonly targetGroups: TargetGroups;
  readonly groupHealth: GroupHealth;
  readonly limits: Limits;
}

/** What was seen of the tasks. */
export interface TasksSeen {
  readonly fleet: Fleet;
  readonly lookedAtMs: number;
  /** Whether all tasks of a workload are among them. */
  readonly isSeen: (workload: Workload) => boolean;
  /** Whether all tasks of all watched clusters are. */
  readonly everything: boolean;
}

const seeTargets = async (
  binding: Binding,
  { fleet, lookedAtMs, isSeen, everything }: TasksSeen,
  sighting: Sighting,
  deps: SeeGroupsDeps,
): Promise<Pick<SeenGroup, 'targets' | 'holders' | 'listed' | 'listedInstances'> | 'gone'> => {
  const resource = binding.group.arn;
  const listed = listedFor(binding, isSeen, everything);
  const look = createGroupLook({ binding, fleet, lookedAtMs, listed, limits: deps.limits }, deps);
  const observed = await sighting.at({ resource, what: 'targets' }, async () => {
    try {
      await look.observe();
      return true;
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  });
  if (observed?.value === false) return 'gone';
  // Who holds an address is asked only where planning asks, and only where the tasks are known.
  if (observed !== undefined && listed !== 'nothing') {
    await sighting.at({ resource, what: 'who holds the targets’ addresses' }, () => look.decide());
  }
  const { sight } = look;
  return {
    targets: sight.observed,
    holders: Object.fromEntries(sight.holders),
    listed,
    listedInstances: [...sight.listedInstances],
  };
};

const unhealthyOf = async (
  groups: readonly TargetGroup[],
  toMs: number,
  sighting: Sighting,
  { groupHealth }: SeeGroupsDeps,
): Promise<ReadonlyMap<string, readonly UnhealthyCount[]>> => {
  const attached = groups.flatMap(({ arn, loadBalancerArns: [loadBalancerArn] = [] }) =>
    loadBalancerArn === undefined ? [] : [{ arn, loadBalancerArn }],
  );
  if (attached.length === 0) return new Map();
  const period = { fromMs: toMs - HEALTH_MS, toMs };
  const about = { resource: 'target groups', what: 'unhealthy counts' };
  return (await sighting.at(about, () => groupHealth.unhealthyCounts(attached, period)))?.value ?? new Map();
};

const checksOf = async (groups: readonly TargetGroup[], sighting: Sighting, { groupHealth }: SeeGroupsDeps) => {
  if (groups.length === 0) return undefined;
  const about = { resource: 'target groups', what: 'health checks' };
  return (await sighting.at(about, () => groupHealth.healthChecks(groups.map(({ arn }) => arn))))?.value;
};

/** Looks at tagged target groups, with all that deciding about their targets rests on. */
export const seeGroups = async (
  { groups, bindings, findings }: TaggedGroups,
  seen: TasksSeen,
  sighting: Sighting,
  deps: SeeGroupsDeps,
): Promise<readonly SeenGroup[]> => {
  const bindingOf = new Map(bindings.map((binding) => [binding.group.arn, binding]));
  const findingsOf = groupBy(findings, ({ resource }) => resource);
  const [checks, unhealthy] = await Promise.all([
    checksOf(groups, sighting, deps),
    unhealthyOf(groups, seen.lookedAtMs, sighting, deps),
  ]);
  const looked = await sideBySide(groups, GROUPS_AT_ONCE, async (told): Promise<readonly SeenGroup[]> => {
    // It was described: that nothing sends to it is known, and not only not told.
    const group = { loadBalancerArns: [], ...told };
    const known = bindingOf.get(group.arn);
    const binding = known && { ...known, group: { loadBalancerArns: [], ...known.group } };
    const tagFindings = findingsOf.get(group.arn) ?? [];
    if (binding === undefined) {
      return [{ group, targets: [], holders: {}, listed: 'nothing', listedInstances: [], tagFindings }];
    }
    const targets = await seeTargets(binding, seen, sighting, deps);
    // The tagging API tells a deleted group for some minutes.
    if (targets === 'gone') return [];
    const delay = await sighting.at({ resource: group.arn, what: 'deregistration delay' }, () =>
      deps.targetGroups.deregistrationDelaySeconds(group.arn),
    );
    const healthCheck = checks?.get(group.arn);
    const counts = unhealthy.get(group.arn);
    return [
      {
        group,
        binding,
        ...targets,
        ...(delay !== undefined && { deregistrationDelaySeconds: delay.value }),
        ...(healthCheck !== undefined && { healthCheck }),
        ...(counts !== undefined && { unhealthy: counts }),
        tagFindings,
      },
    ];
  });
  return looked.flat();
};

/** Keys of the workloads that target groups are wired to. */
export const wiredTo = (bindings: readonly Binding[]): ReadonlyMap<string, readonly Binding[]> => {
  const named = bindings.flatMap((binding) =>
    binding.wiring.workloads.map((workload) => ({ key: workloadKeyOf(workload), binding })),
  );
  return new Map([...groupBy(named, ({ key }) => key)].map(([key, each]) => [key, each.map(({ binding }) => binding)]));
};
