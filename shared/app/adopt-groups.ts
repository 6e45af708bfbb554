import { type AdoptedTarget, adoptedTargets } from '../core/adopt/adoption.ts';
import { type HolderSight, holderOf, type TargetHolder } from '../core/adopt/holder.ts';
import { type Proposal, proposeWorkload } from '../core/adopt/proposal.ts';
import {
  isTagged,
  proposeTags,
  type TagProposal,
  type TagWish,
  type WorkloadTag,
  workloadTagOf,
} from '../core/adopt/tags.ts';
import type { Finding } from '../core/outcome.ts';
import { bindGroup, otherFillerOf } from '../core/targets/bind.ts';
import type { Binding, BoundGroup, TargetGroup, Wiring } from '../core/targets/binding.ts';
import { agreedWiring } from '../core/targets/consent.ts';
import { filledByOther } from '../core/targets/findings.ts';
import { indexFleet } from '../core/targets/fleet.ts';
import type { Limits } from '../core/targets/plan.ts';
import { isDraining, type ObservedTarget } from '../core/targets/target.ts';
import { clusterNameOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { NotFoundError, TaskwireError } from '../errors.ts';
import type { GroupTags } from '../ports/group-tags.ts';
import type { Fillers, Service } from '../ports/services.ts';
import type { BindingsDeps } from './bindings.ts';
import { describeAll, WHOLE_CLUSTER_TASKS } from './look.ts';
import { sideBySide } from './side-by-side.ts';
import { surveyFillers } from './survey-fillers.ts';
import type { SweepDeps } from './sweep-targets.ts';
import { viewBinding } from './view-binding.ts';

/** What adopting needs beyond sweeping. */
export interface AdoptDeps extends SweepDeps, Pick<BindingsDeps, 'parseWiring' | 'foreignFillerOf' | 'parseAllow'> {
  readonly groupTags: GroupTags;
  readonly fillers: Fillers;
  readonly tagPrefix: string;
}

/** A group that is to be adopted, and what came of looking at it. */
export interface Adoption {
  readonly group: TargetGroup;
  /** Its tags as they were seen. */
  readonly present: Readonly<Record<string, string>>;
  /** It named a workload already. */
  readonly tagged: boolean;
  /** The tags that would bind it; absent where it is refused, or nothing can be proposed. */
  readonly proposal?: TagProposal;
  /** On what the proposed workload rests, or why none can be proposed; absent where the person or the tags name it. */
  readonly ground?: Proposal;
  /** The wiring that the tags would give. */
  readonly wiring?: Wiring;
  /** Whether the tags may be set: nothing is wrong with them, and the group is nobody else's. */
  readonly adoptable: boolean;
  readonly targets: readonly AdoptedTarget[];
  readonly findings: readonly Finding[];
}

/** What came of looking at groups that are to be adopted. */
export interface Adoptions {
  readonly adoptions: readonly Adoption[];
  /** What was not looked through, in words. */
  readonly notes: readonly string[];
}

/** The tasks and services of the account, as far as they were looked through. */
interface Account {
  readonly tasks: readonly Task[];
  readonly services: ReadonlyMap<string, Service>;
  readonly fillerOf: (group: TargetGroup) => string | undefined;
  readonly notes: readonly string[];
}

/** Clusters looked through at a time. */
const CLUSTERS_AT_ONCE = 4;

const tasksOfCluster = async (
  cluster: string,
  { tasks }: AdoptDeps,
): Promise<{ readonly tasks: readonly Task[]; readonly note?: string }> => {
  const running = await tasks.list(cluster, { desiredStatus: 'RUNNING' });
  if (running.length <= WHOLE_CLUSTER_TASKS) return describeAll(tasks, cluster, running);
  const note = `Cluster ${clusterNameOf(cluster)} runs ${running.length} tasks and was not looked through (most ${WHOLE_CLUSTER_TASKS}): a target that one of them holds is told as held by its network interface or instance. Name the workload with --service.`;
  return { tasks: [], note };
};

const seeAccount = async (deps: AdoptDeps): Promise<Account> => {
  const clusters = await deps.tasks.clusters();
  const [{ known, fillerOf }, found] = await Promise.all([
    surveyFillers(clusters, deps),
    sideBySide(clusters, CLUSTERS_AT_ONCE, (cluster) => tasksOfCluster(cluster, deps)),
  ]);
  return {
    tasks: found.flatMap((each) => each.tasks),
    services: new Map(known.map((each) => [`${clusterNameOf(each.clusterArn)}/${each.name}`, each])),
    fillerOf,
    notes: found.flatMap(({ note }) => (note === undefined ? [] : [note])),
  };
};

/** Only to find out whether a group can be bound at all. */
const NO_WIRING: Wiring = { workloads: [], mode: 'observe', targets: 'shared', zone: 'auto' };

const refusedFor = (group: TargetGroup, filler: string): Finding => ({
  ...filledByOther(
    `${group.name} is filled by ${filler}: Taskwire touches no group that something else fills.`,
    `Detach ${group.name} from ${filler} first, or give the tasks a target group of their own.`,
  ),
  resource: group.arn,
});

/** A group's targets, and what telling who holds them rests on. */
interface Held {
  readonly sight: HolderSight;
  readonly observed: readonly ObservedTarget[];
}

/** Looks up who holds each of a group's registered targets. */
const holdersOf = async (
  group: BoundGroup,
  tasks: readonly Task[],
  { targetGroups, addresses, factBook }: AdoptDeps,
): Promise<Held> => {
  const observed = await targetGroups.targets(group.arn);
  const answers =
    group.targetType === 'ip' && observed.length > 0 ? await addresses.holders(observed.map(({ id }) => id)) : [];
  if (group.targetType === 'ip') await Promise.all([factBook.learnVpc(group.vpcId), factBook.learnSubnets(tasks)]);
  await factBook.learnInstances(tasks);
  await factBook.learnEnvironments(tasks);
  const holders = new Map(observed.map(({ id }) => [id, answers.filter(({ address }) => address === id)] as const));
  return { sight: { group, fleet: indexFleet(tasks, factBook.facts), facts: factBook.facts, holders }, observed };
};

const holdersIn = ({ sight, observed }: Held): readonly TargetHolder[] =>
  observed.filter((target) => !isDraining(target)).map((target) => holderOf(target, sight));

/** Who holds what, where nothing can be planned. */
const targetsWithoutPlan = ({ sight, observed }: Held): readonly AdoptedTarget[] =>
  observed.map((target) => ({
    target: { id: target.id, port: target.port },
    holder: holderOf(target, sight),
    makes: isDraining(target) ? 'leave' : 'none',
    why: '',
  }));

/** Whose consent is missing, where services must agree. */
const consentFor = (group: TargetGroup, wiring: Wiring, { services }: Account, deps: AdoptDeps): readonly Finding[] => {
  const { parseAllow, tagPrefix } = deps;
  if (parseAllow === undefined) return [];
  const allowedBy = (cluster: string, service: string): ReadonlySet<string> | undefined => {
    const found = services.get(`${cluster}/${service}`);
    return found && parseAllow(found.tags);
  };
  return agreedWiring(group, wiring, allowedBy, tagPrefix).faults.map((each) => ({ ...each, resource: group.arn }));
};

const adoptOne = async (
  group: TargetGroup,
  asked: TagWish,
  limits: Limits,
  account: Account,
  deps: AdoptDeps,
): Promise<Adoption> => {
  const present = await deps.groupTags.of(group.arn);
  const { tagPrefix } = deps;
  const tagged = isTagged(present, tagPrefix);
  const about = { group, present, tagged };
  const refused = { ...about, adoptable: false, targets: [] };
  const filler = otherFillerOf(group, deps.foreignFillerOf(present) ?? account.fillerOf(group));
  if (filler !== undefined) return { ...refused, findings: [refusedFor(group, filler)] };
  const bare = bindGroup(group, NO_WIRING, undefined);
  if ('rule' in bare) return { ...refused, findings: [{ ...bare, resource: group.arn }] };

  const held = await holdersOf(bare.group, account.tasks, deps);
  const ground = asked.workload === undefined && !tagged ? proposeWorkload(holdersIn(held)) : undefined;
  if (ground !== undefined && ground.workload === undefined) {
    return { ...refused, ground, targets: targetsWithoutPlan(held), findings: [] };
  }
  const workload: WorkloadTag | undefined = asked.workload ?? (ground && workloadTagOf(ground.workload));
  const proposal = proposeTags(present, { ...asked, ...(workload !== undefined && { workload }) }, tagPrefix);
  const { wiring, findings } = deps.parseWiring(proposal.tags, group.arn);
  const more = { ...about, proposal, ...(ground !== undefined && { ground }) };
  if (wiring === undefined) {
    return { ...more, adoptable: false, targets: targetsWithoutPlan(held), findings };
  }
  // What it would do once it may: in the mode observe everything would only be shown.
  const binding: Binding = { group: bare.group, wiring: { ...wiring, mode: 'enforce' } };
  const { sight, plan, missing } = await viewBinding(binding, limits, deps, account.tasks);
  const targets = adoptedTargets(sight, plan, (target) => holderOf(target, { ...held.sight, fleet: sight.fleet }));
  return {
    ...more,
    wiring,
    adoptable: true,
    targets,
    findings: [
      ...findings,
      ...consentFor(group, wiring, account, deps),
      ...missing,
      ...plan.faults.map((each) => ({ ...each, resource: group.arn })),
    ],
  };
};

/** All of them, or none: a name that is mistyped should not be found out after the others were changed. */
const findGroups = async (names: readonly string[], { groupTags }: AdoptDeps): Promise<readonly TargetGroup[]> => {
  const found = await sideBySide([...new Set(names)], 4, async (name) => ({ name, group: await groupTags.find(name) }));
  const missing = found.filter(({ group }) => group === undefined).map(({ name }) => name);
  if (missing.length > 0) {
    throw new NotFoundError(
      `There is no target group ${missing.join(', ')}. Check the name, the account and the Region.`,
    );
  }
  return [
    ...new Map(found.flatMap(({ group }) => (group === undefined ? [] : [[group.arn, group] as const]))).values(),
  ];
};

/**
 * Looks at target groups that somebody else filled so far: who holds each target, the tags that would wire the group, and
 * what Taskwire would make of each target by them. Changes nothing.
 * @param names Names or ARNs.
 * @throws {NotFoundError} If one of the groups does not exist. @throws {TaskwireError} If something could not be read.
 */
export const viewAdoptions = async (
  names: readonly string[],
  asked: TagWish,
  limits: Limits,
  deps: AdoptDeps,
): Promise<Adoptions> => {
  const groups = await findGroups(names, deps);
  const account = await seeAccount(deps);
  const adoptions = await sideBySide(groups, 4, (group) => adoptOne(group, asked, limits, account, deps));
  return { adoptions, notes: account.notes };
};

const taggedMeanwhile = (name: string): TaskwireError =>
  new TaskwireError(
    'fail',
    `The tags of ${name} were changed since they were looked at, so none were set. Look at it again with taskwire adopt ${name}.`,
  );

/**
 * Sets the proposed tags of a group. Repeating is safe.
 * @throws {TaskwireError} If its tags are not as they were seen, or AWS did not take them.
 */
export const setTags = async (
  { group, present, proposal }: Adoption,
  { groupTags, tagPrefix }: Pick<AdoptDeps, 'groupTags' | 'tagPrefix'>,
): Promise<void> => {
  if (proposal === undefined || proposal.changes.length === 0) return;
  const now = await groupTags.of(group.arn);
  const own = (tags: Readonly<Record<string, string>>): string =>
    JSON.stringify(
      Object.entries(tags)
        .filter(([key]) => key.startsWith(`${tagPrefix}:`))
        .toSorted(),
    );
  if (own(now) !== own(present)) throw taggedMeanwhile(group.name);
  await groupTags.set(group.arn, Object.fromEntries(proposal.changes.map(({ key, value }) => [key, value])));
};
