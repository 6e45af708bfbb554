import { groupBy } from '../group-by.ts';
import { workloadKeyOf } from '../targets/binding.ts';
import type { Facts } from '../targets/facts.ts';
import { type Fleet, indexFleet } from '../targets/fleet.ts';
import { type Limits, planTargets } from '../targets/plan.ts';
import type { Sight } from '../targets/sight.ts';
import { clusterNameOf } from '../task/arn.ts';
import { isLive } from '../task/stage.ts';
import type { SeenGroup, SeenRevision, SeenService, SeenTask, Snapshot, Unseen } from './snapshot.ts';
import type {
  AuditedEnvironment,
  AuditedGroup,
  AuditedRevision,
  AuditedService,
  EarlierAudit,
  SnapshotIndex,
} from './subject.ts';
import { targetStatesOf } from './target-states.ts';

/** A snapshot as its rules see it. */
export interface IndexedSnapshot {
  readonly index: SnapshotIndex;
  readonly groups: readonly AuditedGroup[];
  readonly services: readonly AuditedService[];
  readonly revisions: readonly AuditedRevision[];
  readonly environments: readonly AuditedEnvironment[];
}

/** `production/web`, by which tags and Application Auto Scaling name a service. */
const serviceKeyOf = ({ cluster, name }: Pick<SeenService, 'cluster' | 'name'>): string => `${cluster}/${name}`;

const factsOf = (snapshot: Snapshot): Facts => ({
  definitions: new Map(snapshot.revisions.map(({ taskDefinitionArn, definition }) => [taskDefinitionArn, definition])),
  subnets: new Map(Object.entries(snapshot.subnets)),
  subnetsOfVpc: new Map(Object.entries(snapshot.subnetsOfVpc)),
  instances: new Map(Object.entries(snapshot.instances)),
  environments: new Map(Object.entries(snapshot.environmentOfInstance)),
});

/** What was not seen, by what it is about: an ARN, a name, the name of a cluster for its ARN, or a kind of resources. */
const unseenBy = (unseen: readonly Unseen[]): ((...resources: readonly string[]) => readonly Unseen[]) => {
  const byResource = groupBy(unseen, ({ resource }) =>
    resource.includes(':cluster/') ? clusterNameOf(resource) : resource,
  );
  return (...resources) => [...new Set(resources)].flatMap((resource) => byResource.get(resource) ?? []);
};

/** Names of the clusters and environments that a group's tags name. */
const homesOf = ({ binding }: SeenGroup): readonly string[] =>
  binding?.wiring.workloads.map((each) => (each.kind === 'beanstalk' ? each.environment : each.cluster)) ?? [];

/** What a sweep would do to a group, from what the snapshot saw of it. */
const plannedOf = (
  { binding, targets, listed, listedInstances, holders }: SeenGroup,
  rest: Pick<Sight, 'fleet' | 'facts' | 'isStandby' | 'nowMs'>,
  limits: Limits,
): AuditedGroup['planned'] => {
  if (binding === undefined) return undefined;
  const sight: Sight = {
    ...rest,
    binding,
    observed: targets,
    listed,
    listedInstances: new Set(listedInstances),
    holders: new Map(Object.entries(holders)),
    firstSeenMs: new Map(),
  };
  const plan = planTargets(sight, limits);
  return { sight, plan, states: targetStatesOf(sight, plan) };
};

/** What is the same for all groups. */
interface Surroundings {
  readonly rest: Pick<Sight, 'fleet' | 'facts' | 'isStandby' | 'nowMs'>;
  readonly fleet: Fleet;
  readonly limits: Limits;
  readonly seenTasks: ReadonlyMap<string, SeenTask>;
  readonly revisions: ReadonlyMap<string, SeenRevision>;
  readonly services: ReadonlyMap<string, SeenService>;
  /** Targets by ARN of the load balancer. */
  readonly targetsBehind: ReadonlyMap<string, number>;
  readonly unseenOf: (...resources: readonly string[]) => readonly Unseen[];
}

/** How many targets all groups of a load balancer have together. */
const countBehind = (groups: readonly SeenGroup[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { group, targets } of groups) {
    for (const arn of group.loadBalancerArns ?? []) counts.set(arn, (counts.get(arn) ?? 0) + targets.length);
  }
  return counts;
};

const auditedGroup = (
  seen: SeenGroup,
  { rest, fleet, limits, seenTasks, revisions, services, targetsBehind, unseenOf }: Surroundings,
): AuditedGroup => {
  const workloads = seen.binding?.wiring.workloads ?? [];
  const tasks = workloads
    .flatMap((workload) => fleet.byWorkload.get(workloadKeyOf(workload)) ?? [])
    .filter(isLive)
    .flatMap(({ taskArn }) => seenTasks.get(taskArn) ?? []);
  const own = workloads.flatMap((workload) =>
    workload.kind === 'service'
      ? (services.get(serviceKeyOf({ cluster: workload.cluster, name: workload.service })) ?? [])
      : [],
  );
  const arns = new Set([...tasks, ...own].map(({ taskDefinitionArn }) => taskDefinitionArn));
  const planned = plannedOf(seen, rest, limits);
  const behind = (seen.group.loadBalancerArns ?? []).map((arn) => targetsBehind.get(arn) ?? 0);
  return {
    seen,
    ...(planned !== undefined && { planned }),
    tasks,
    services: own,
    revisions: [...arns].toSorted().flatMap((arn) => revisions.get(arn) ?? []),
    behindLoadBalancer: Math.max(seen.targets.length, ...behind),
    unseen: unseenOf('target groups', seen.group.arn, ...homesOf(seen)),
  };
};

/** Revisions of the live tasks on the instances of Elastic Beanstalk environments, by the environment's name. */
const revisionsOfEnvironments = (
  { tasks }: Snapshot,
  { instances, environments }: Facts,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const arns = new Map<string, Set<string>>();
  for (const task of tasks.filter(isLive)) {
    const instance = task.containerInstanceArn && instances.get(task.containerInstanceArn);
    const environment = instance && environments.get(instance);
    if (!environment) continue;
    const known = arns.get(environment);
    if (known === undefined) arns.set(environment, new Set([task.taskDefinitionArn]));
    else known.add(task.taskDefinitionArn);
  }
  return arns;
};

/** Where the tasks of each revision run. */
const placesOf = ({ tasks, services }: Snapshot): ((revision: SeenRevision) => AuditedRevision['runsOn']) => {
  const live = groupBy(tasks.filter(isLive), ({ taskDefinitionArn }) => taskDefinitionArn);
  const deployed = groupBy(services, ({ taskDefinitionArn }) => taskDefinitionArn);
  return ({ taskDefinitionArn, task }) => {
    const running = (live.get(taskDefinitionArn) ?? []).map(
      ({ containerInstanceArn }) => containerInstanceArn === undefined,
    );
    const meant = (deployed.get(taskDefinitionArn) ?? []).map(({ onFargate }) => onFargate);
    const [known = [task.fargate]] = [running, meant].filter((each) => each.length > 0);
    // Fargate knows no other network mode; before a task is placed it has no instance either.
    const fargate = task.networkMode === 'awsvpc' && known.includes(true);
    return { fargate, instances: !fargate || known.includes(false) };
  };
};

/**
 * Joins what a snapshot holds into what the rules judge. Every bound group is planned as a sweep plans it; nothing is
 * looked up, so a plan may keep questions open. Time and memory grow with the snapshot, not with its square.
 * @param earlier Earlier audits, oldest first.
 */
export const indexSnapshot = (
  snapshot: Snapshot,
  earlier: readonly EarlierAudit[],
  limits: Limits,
): IndexedSnapshot => {
  const { takenAtMs, tagPrefix, holdMinutes, collectorImages } = snapshot;
  const facts = factsOf(snapshot);
  const fleet = indexFleet(snapshot.tasks, facts);
  const seenTasks = new Map(snapshot.tasks.map((task) => [task.taskArn, task]));
  const revisions = new Map(snapshot.revisions.map((each) => [each.taskDefinitionArn, each]));
  const services = new Map(snapshot.services.map((each) => [serviceKeyOf(each), each]));
  const unseenOf = unseenBy(snapshot.unseen);
  const isStandby: Sight['isStandby'] = ({ taskArn }) => seenTasks.get(taskArn)?.standby === true;
  const rest = { fleet, facts, isStandby, nowMs: takenAtMs };
  const targetsBehind = countBehind(snapshot.groups);
  const surroundings = { rest, fleet, limits, seenTasks, revisions, services, targetsBehind, unseenOf };
  const groups = snapshot.groups
    .toSorted((a, b) => (a.group.arn < b.group.arn ? -1 : 1))
    .map((seen) => auditedGroup(seen, surroundings));

  const named = groups.flatMap((group) =>
    (group.seen.binding?.wiring.workloads ?? []).map((workload) => ({ key: workloadKeyOf(workload), group })),
  );
  const groupsOfWorkload = new Map(
    [...groupBy(named, ({ key }) => key)].map(([key, each]) => [key, each.map(({ group }) => group)]),
  );
  const arnsOfEnvironment = revisionsOfEnvironments(snapshot, facts);
  const runsOn = placesOf(snapshot);

  return {
    index: { snapshot, fleet, revisions, services, groupsOfWorkload, earlier },
    groups,
    services: snapshot.services.map((service) => {
      const revision = revisions.get(service.taskDefinitionArn);
      const key = workloadKeyOf({ kind: 'service', cluster: service.cluster, service: service.name });
      return {
        service,
        ...(revision !== undefined && { revision }),
        groups: groupsOfWorkload.get(key) ?? [],
        unseen: unseenOf('auto scaling', service.serviceArn, service.cluster),
        takenAtMs,
        tagPrefix,
        ...(holdMinutes !== undefined && { holdMinutes }),
        earlier,
      };
    }),
    revisions: snapshot.revisions.map((revision) => ({
      revision,
      runsOn: runsOn(revision),
      ...(collectorImages !== undefined && { collectorImages }),
    })),
    environments: snapshot.environments.map((environment) => ({
      environment,
      revisions: [...(arnsOfEnvironment.get(environment.name) ?? [])]
        .toSorted()
        .flatMap((arn) => revisions.get(arn) ?? []),
      groups: groupsOfWorkload.get(workloadKeyOf({ kind: 'beanstalk', environment: environment.name })) ?? [],
      unseen: unseenOf(environment.name, ...environment.clusterArns.map(clusterNameOf)),
      takenAtMs,
    })),
  };
};
