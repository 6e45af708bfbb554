import type { PolicyStatement } from '../core/audit/allowed-actions.ts';
import type { SeenGroup, SeenRevision, SeenService, Snapshot, Unseen } from '../core/audit/snapshot.ts';
import { bareTask, ownTagsOf } from '../core/audit/without-secrets.ts';
import type { Finding } from '../core/outcome.ts';
import type { Settings } from '../core/settings.ts';
import { type Workload, workloadKeyOf } from '../core/targets/binding.ts';
import { indexFleet, workloadsOf } from '../core/targets/fleet.ts';
import { clusterNameOf, parseArn } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import type { CollectorImage } from '../core/tracing/collectors.ts';
import type { Expected } from '../core/tracing/verdict.ts';
import { InputError } from '../errors.ts';
import type { Addresses } from '../ports/addresses.ts';
import type { Clock } from '../ports/clock.ts';
import type { Environments } from '../ports/environments.ts';
import type { GroupHealth } from '../ports/group-health.ts';
import type { Roles } from '../ports/roles.ts';
import type { DetailedService, ServiceDetails } from '../ports/service-details.ts';
import type { Fillers, Services } from '../ports/services.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import type { Tasks } from '../ports/tasks.ts';
import type { BindingsDeps } from './bindings.ts';
import { createFactBook, type FactBook } from './fact-book.ts';
import { clustersOfEnvironment } from './look.ts';
import { once } from './once.ts';
import type { RevisionBook } from './revision-book.ts';
import { seeChanged } from './see-changed.ts';
import { type SeenCluster, seeCluster } from './see-cluster.ts';
import { seeEnvironments } from './see-environments.ts';
import { seeGroups, seeTaggedGroups, type TaggedGroups, wiredTo } from './see-groups.ts';
import { type Running, seeRevisions } from './see-revisions.ts';
import { createAllowedActions, UNREAD_ROLES } from './see-roles.ts';
import { type SeeScalingDeps, seeScaling } from './see-scaling.ts';
import { type Seen, seenServices, seenTasks } from './seen-ports.ts';
import { sideBySide } from './side-by-side.ts';
import { createSighting, type Sighting } from './sighting.ts';
import type { ParseTracingTags } from './tracing-book.ts';

/** What an audit looks at. */
export interface AuditScope {
  /** Name or ARN of the only cluster that is looked at. */
  readonly cluster?: string;
  /** Read what the task roles allow, too. */
  readonly iam?: boolean;
}

/** What collecting is built from. */
export interface CollectDeps
  extends Pick<BindingsDeps, 'parseWiring' | 'foreignFillerOf' | 'parseAllow'>,
    Pick<SeeScalingDeps, 'scaling' | 'parseScalingTags'> {
  readonly tasks: Tasks;
  readonly services: Pick<Services, 'list' | 'targetGroupsOfRevisions'>;
  readonly serviceDetails: ServiceDetails;
  readonly targetGroups: TargetGroups;
  readonly groupHealth: GroupHealth;
  readonly addresses: Addresses;
  readonly fillers: Fillers;
  readonly environments: Environments;
  readonly roles: Roles;
  /** Kept by a warm process. */
  readonly revisions: RevisionBook;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'tagPrefix' | 'clusters' | 'tracing' | 'brakePercent'> &
    Partial<Pick<Settings, 'holdMinutes'>> & {
      /** Images that are collectors by setting. */
      readonly collectorImages?: readonly CollectorImage[];
    };
  readonly parseTracingTags: ParseTracingTags;
  readonly parseStandby: (task: Task) => { readonly standby: boolean; readonly findings: readonly Finding[] };
  readonly parsePolicy: (text: string, what: string) => readonly PolicyStatement[];
  /** Of Taskwire. */
  readonly version: string;
  /** AWS calls sent, by `service:Action`. */
  readonly calls: () => Readonly<Record<string, number>>;
}

/** How a person who waits is told. */
export type Progress = (text: string) => void;

const CLUSTERS_AT_ONCE = 4;

/** The clusters that are watched, by ARN. @throws {InputError} If the one that was asked for does not exist. */
const watchedClusters = async (
  { cluster }: AuditScope,
  sighting: Sighting,
  { tasks, settings }: CollectDeps,
): Promise<readonly string[]> => {
  const listed = await sighting.at({ resource: 'clusters', what: 'everything' }, () => tasks.clusters());
  if (listed === undefined) return [];
  const names = cluster === undefined ? settings.clusters : [clusterNameOf(cluster)];
  if (names.length === 0) return listed.value;
  const byName = new Map(listed.value.map((arn) => [clusterNameOf(arn), arn]));
  const missing = names.filter((name) => !byName.has(name));
  if (cluster !== undefined && missing.length > 0) {
    throw new InputError(
      `There is no cluster ${clusterNameOf(cluster)} in this account and Region. Check the name, the account and the Region.`,
    );
  }
  for (const name of missing) {
    const error = new InputError(
      'There is no such cluster in this account and Region. Correct its name in TASKWIRE_CLUSTERS, or take it out.',
    );
    sighting.miss({ resource: name, what: 'everything' }, error);
  }
  return names.flatMap((name) => byName.get(name) ?? []);
};

/** A look that grows, cluster by cluster. */
interface Looking {
  /** What earlier looks saw of revisions, by ARN. */
  readonly earlier: ReadonlyMap<string, SeenRevision>;
  /** Reading of revisions that is under way: their call budget is the narrowest, and is not left unused until their turn. */
  ahead: Promise<void>;
  readonly seen: Seen & { readonly clusters: Map<string, SeenCluster> };
  readonly factBook: FactBook;
  readonly tasks: Tasks;
  readonly sighting: Sighting;
  readonly deps: CollectDeps;
}

const lookAtClusters = async (arns: readonly string[], looking: Looking, progress: Progress): Promise<void> => {
  const { seen, sighting, deps } = looking;
  await sideBySide(arns, CLUSTERS_AT_ONCE, async (arn) => {
    progress(`Looking at cluster ${clusterNameOf(arn)} …`);
    const cluster = await seeCluster(arn, sighting, deps);
    seen.clusters.set(cluster.name, cluster);
    for (const task of cluster.tasks) seen.tasks.set(task.taskArn, task);
    const used = cluster.services
      .map(({ taskDefinitionArn }) => taskDefinitionArn)
      .filter((each) => each !== '' && !looking.earlier.has(each));
    // One cluster after the other: a few at a time, however many clusters there are.
    looking.ahead = looking.ahead.then(() => deps.revisions.readAhead(used));
  });
};

/** The clusters of Elastic Beanstalk environments that groups are wired to are always watched. */
const clustersOfEnvironments = async (
  { bindings }: TaggedGroups,
  { tasks, sighting, deps }: Looking,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const names = bindings.flatMap(({ wiring }) =>
    wiring.workloads.flatMap((workload) => (workload.kind === 'beanstalk' ? [workload.environment] : [])),
  );
  const clusters = new Map<string, readonly string[]>();
  for (const environment of new Set(names)) {
    const found = await sighting.at({ resource: environment, what: 'everything' }, () =>
      clustersOfEnvironment(environment, { tasks, addresses: deps.addresses }),
    );
    if (found !== undefined) clusters.set(environment, found.value);
  }
  return clusters;
};

/** Looks up the facts that deciding about tasks needs, each kind by itself. */
const learn = async ({ seen, factBook, sighting }: Looking, beanstalk: boolean): Promise<void> => {
  const tasks = [...seen.tasks.values()];
  await sighting.at({ resource: 'container instances', what: 'instances' }, () => factBook.learnInstances(tasks));
  if (beanstalk) {
    await sighting.at({ resource: 'instances', what: 'their Elastic Beanstalk environments' }, () =>
      factBook.learnEnvironments(tasks),
    );
  }
  await sighting.at({ resource: 'subnets', what: 'subnets' }, () => factBook.learnSubnets(tasks));
};

const expectedOf = (
  { tags, serviceArn }: DetailedService,
  { parseTracingTags, settings }: CollectDeps,
): { readonly expected: Expected; readonly findings: readonly Finding[] } => {
  const { tracing, collector, findings } = parseTracingTags(tags, serviceArn);
  return { expected: { tracing: tracing ?? settings.tracing, wanted: collector ?? 'any' }, findings };
};

/** Every revision in use, with each place where it runs or is meant to. */
const runningIn = ({ seen, factBook, deps }: Looking): readonly Running[] => {
  const expected = new Map<string, Expected>();
  const running: Running[] = [];
  for (const { arn: clusterArn, name: cluster, services } of seen.clusters.values()) {
    for (const service of services) {
      const asked = expectedOf(service, deps).expected;
      expected.set(`${cluster}/${service.name}`, asked);
      for (const taskDefinitionArn of new Set([service.taskDefinitionArn, ...service.runningDefinitionArns])) {
        if (taskDefinitionArn === '') continue;
        running.push({ taskDefinitionArn, clusterArn, onInstance: !service.onFargate, expected: asked });
      }
    }
  }
  const standalone: Expected = { tracing: deps.settings.tracing, wanted: 'any' };
  for (const task of seen.tasks.values()) {
    // Not while it waits for capacity: on EC2 it has no instance yet, and would be taken for one of Fargate.
    if (task.desiredStatus !== 'RUNNING' || task.lastStatus === 'PROVISIONING') continue;
    const [workload] = workloadsOf(task, factBook.facts);
    const key = workload?.kind === 'service' ? `${workload.cluster}/${workload.service}` : undefined;
    const { taskDefinitionArn, clusterArn } = task;
    const asked = (key !== undefined && expected.get(key)) || standalone;
    running.push({
      taskDefinitionArn,
      clusterArn,
      onInstance: task.containerInstanceArn !== undefined,
      expected: asked,
    });
  }
  return running;
};

/** Whether all tasks of a workload were seen. */
const seenWorkloads =
  ({ seen }: Looking, environments: ReadonlyMap<string, readonly string[]>) =>
  (workload: Workload): boolean => {
    const clusters = workload.kind === 'beanstalk' ? environments.get(workload.environment) : [workload.cluster];
    return clusters?.every((cluster) => seen.clusters.get(clusterNameOf(cluster))?.allTasks) ?? false;
  };

/** A group's findings, with those of the tasks that are wired to it. */
const withStandbyFindings = (
  groups: readonly SeenGroup[],
  ofTasks: ReadonlyMap<string, readonly Finding[]>,
  { seen, factBook }: Looking,
): readonly SeenGroup[] => {
  if (ofTasks.size === 0) return groups;
  const fleet = indexFleet(
    [...ofTasks.keys()].flatMap((arn) => seen.tasks.get(arn) ?? []),
    factBook.facts,
  );
  return groups.map((group) => {
    const keys = group.binding?.wiring.workloads.map(workloadKeyOf) ?? [];
    const own = keys.flatMap((key) => fleet.byWorkload.get(key) ?? []);
    const findings = own.flatMap(({ taskArn }) => ofTasks.get(taskArn) ?? []);
    return findings.length === 0 ? group : { ...group, tagFindings: [...group.tagFindings, ...findings] };
  });
};

/** Environments by the clusters that their instances belong to: those of tasks, and those that groups are wired to. */
const environmentClusters = (
  { seen, factBook }: Looking,
  bound: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const clusters = new Map([...bound].map(([name, arns]) => [name, new Set(arns)]));
  for (const { clusterArn, containerInstanceArn } of seen.tasks.values()) {
    const instance = containerInstanceArn && factBook.facts.instances.get(containerInstanceArn);
    const environment = instance && factBook.facts.environments.get(instance);
    if (!environment) continue;
    const known = clusters.get(environment);
    if (known === undefined) clusters.set(environment, new Set([clusterArn]));
    else known.add(clusterArn);
  }
  return clusters;
};

/** Keeps the groups that are about what is looked at. */
const within = (
  { groups, bindings, findings }: TaggedGroups,
  isMeant: (workload: Workload) => boolean,
): TaggedGroups => {
  const kept = bindings.filter(({ wiring }) => wiring.workloads.some(isMeant));
  const arns = new Set(kept.map(({ group }) => group.arn));
  return {
    groups: groups.filter(({ arn }) => arns.has(arn)),
    bindings: kept,
    findings: findings.filter(({ resource }) => arns.has(resource)),
  };
};

const recordOf = <T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> => Object.fromEntries(map);

const seenServicesOf = (
  services: readonly DetailedService[],
  scalingOf: Awaited<ReturnType<typeof seeScaling>>,
  deps: CollectDeps,
): readonly SeenService[] =>
  services.map(({ clusterArn: _, revisionArns: _revisions, tags, ...service }): SeenService => {
    const { expected, findings } = expectedOf({ ...service, tags, clusterArn: '', revisionArns: [] }, deps);
    const told = scalingOf.get(service.serviceArn);
    return {
      ...service,
      tags: ownTagsOf(tags, deps.settings.tagPrefix),
      tracing: expected,
      scaling: told?.scaling ?? { tagged: false, policies: [], schedules: [], groups: [] },
      tagFindings: [...(told?.findings ?? []), ...findings],
    };
  });

const unique = (unseen: readonly Unseen[]): readonly Unseen[] => [
  ...new Map(unseen.map((each) => [JSON.stringify([each.resource, each.what]), each])).values(),
];

/**
 * Looks at the watched clusters and at everything that is wired to them, with as few calls as that takes. What fails
 * stops nothing else: it is told as unseen, and so is what the time was too short for.
 * @param signal Aborted when the time is over.
 * @param earlier What `recallable` leaves of earlier looks: it is not described again where it stands as it was judged.
 * @throws {InputError} If the one cluster that was asked for does not exist.
 */
export const collectSnapshot = async (
  scope: AuditScope,
  deps: CollectDeps,
  {
    signal,
    progress = () => undefined,
    earlier = new Map(),
  }: {
    readonly signal?: AbortSignal;
    readonly progress?: Progress;
    readonly earlier?: ReadonlyMap<string, SeenRevision>;
  } = {},
): Promise<Snapshot> => {
  const { clock, settings, addresses } = deps;
  const { tagPrefix, brakePercent, holdMinutes, collectorImages } = settings;
  const takenAtMs = clock.nowMs();
  const sighting = createSighting(signal);
  const clusters = new Map<string, SeenCluster>();
  const known = new Map<string, Task>();
  const seen = { clusters, tasks: known, instances: () => factBook.facts.instances };
  const tasks = seenTasks(seen, deps.tasks, async (arn) => {
    return earlier.get(arn)?.definition ?? (await deps.revisions.read(arn)).definition;
  });
  const learning = createFactBook(tasks, addresses);
  // Groups of one VPC are looked at side by side.
  const factBook: FactBook = { ...learning, learnVpc: once((vpcId) => learning.learnVpc(vpcId)) };
  const looking: Looking = {
    earlier,
    ahead: Promise.resolve(),
    seen,
    factBook,
    tasks,
    sighting,
    deps,
  };

  const watched = await watchedClusters(scope, sighting, deps);
  const all = scope.cluster === undefined && settings.clusters.length === 0 && sighting.unseen.length === 0;
  await lookAtClusters(watched, looking, progress);

  progress('Looking at target groups …');
  const tagged = await seeTaggedGroups({ ...deps, services: seenServices(seen, deps.services), tagPrefix }, sighting);
  const bound = await clustersOfEnvironments(tagged, looking);
  if (scope.cluster === undefined) {
    const more = [...bound.values()].flat().filter((arn) => !clusters.has(clusterNameOf(arn)));
    await lookAtClusters([...new Set(more)], looking, progress);
  }
  const beanstalk = bound.size > 0 || [...clusters.keys()].some((name) => name.startsWith('awseb-'));
  await learn(looking, beanstalk);

  const { facts } = factBook;
  const isMeant = (workload: Workload): boolean =>
    workload.kind === 'beanstalk'
      ? (bound.get(workload.environment) ?? []).some((arn) => clusters.has(clusterNameOf(arn)))
      : clusters.has(workload.cluster);
  const meant = scope.cluster === undefined ? tagged : within(tagged, isMeant);
  progress('Looking at targets and auto scaling …');
  const services = [...clusters.values()].flatMap((cluster) => cluster.services);
  const [groups, scalingOf] = await Promise.all([
    seeGroups(
      meant,
      {
        fleet: indexFleet(known.values(), facts),
        lookedAtMs: takenAtMs,
        isSeen: seenWorkloads(looking, bound),
        everything: [...clusters.values()].every(({ allTasks }) => allTasks),
      },
      sighting,
      {
        ...deps,
        tasks,
        factBook,
        isStandby: (task) => deps.parseStandby(task).standby,
        limits: { brakePercent, brakeReleased: false },
      },
    ),
    seeScaling(services, { wired: wiredTo(meant.bindings), known: meant.groups }, sighting, { ...deps, tagPrefix }),
  ]);

  const revisions = await seeRevisions(runningIn(looking), sighting, {
    revisions: deps.revisions,
    earlier,
    version: deps.version,
    clock,
    ...(collectorImages !== undefined && { collectorImages }),
    progress: (done, of) => progress(`Looking at task definitions: ${done} of ${of} …`),
    servicesOf: (arn) => {
      const cluster = clusters.get(clusterNameOf(arn));
      return { services: cluster?.services ?? [], all: cluster?.allServices ?? false };
    },
    allowedActions: scope.iam === true ? createAllowedActions(deps.roles, sighting, deps.parsePolicy) : UNREAD_ROLES,
  });

  await looking.ahead;

  const clustersOf = environmentClusters(looking, bound);
  const narrow = scope.cluster !== undefined || settings.clusters.length > 0;
  const environments = await seeEnvironments(
    (name) => [...(clustersOf.get(name) ?? [])],
    (name) => !narrow || clustersOf.has(name),
    sighting,
    deps.environments,
  );

  const standby = [...known.values()].map((task) => ({ task, ...deps.parseStandby(task) }));
  const wrongStandby = new Map(
    standby.filter(({ findings }) => findings.length > 0).map(({ task, findings }) => [task.taskArn, findings]),
  );
  const place = parseArn(watched[0] ?? '');
  const tasksNow = (): Snapshot['tasks'] =>
    [...known.values()].map((task) => bareTask(task, deps.parseStandby(task).standby));
  const snapshot: Snapshot = {
    takenAtMs,
    ...(place !== undefined && { region: place.region, account: place.account }),
    tagPrefix,
    ...(holdMinutes !== undefined && { holdMinutes }),
    ...(collectorImages !== undefined && { collectorImages }),
    clusters: [...clusters.values()].map(({ arn }) => arn),
    ...(all && { allClusters: true }),
    services: seenServicesOf(services, scalingOf, deps),
    tasks: tasksNow(),
    revisions,
    groups: withStandbyFindings(groups, wrongStandby, looking),
    environments,
    subnets: recordOf(facts.subnets),
    subnetsOfVpc: recordOf(facts.subnetsOfVpc),
    instances: recordOf(facts.instances),
    environmentOfInstance: recordOf(facts.environments),
    unseen: [],
    calls: {},
  };
  await seeChanged(snapshot, known, sighting, deps.tasks);
  return { ...snapshot, tasks: tasksNow(), unseen: unique(sighting.unseen), calls: deps.calls() };
};
