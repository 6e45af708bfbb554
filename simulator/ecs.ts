import { clusterNameOf } from '../shared/core/task/arn.ts';
import { type Bus, uuid } from './bus.ts';
import type { VirtualClock } from './clock.ts';
import { DEFAULT_TIMES, type EcsTimes } from './ecs-times.ts';
import { createLifeCycle, type LifeListener } from './life-cycle.ts';
import { createLifecycleHooks } from './lifecycle-hooks.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import { nextServiceStep } from './rolling.ts';
import { createServiceEvents } from './service-events.ts';
import { createServiceWatch } from './service-watch.ts';
import type { EcsContainerDefinition, EcsLoadBalancer } from './shapes.ts';
import type {
  ClusterRecord,
  ContainerInstanceRecord,
  ContainerRecord,
  DeploymentRecord,
  HostPort,
  ServiceRecord,
  StartFailure,
  TaskDefinitionRecord,
  TaskRecord,
} from './state.ts';

export interface EcsOptions extends Partial<EcsTimes> {
  /** When the interface of a stopping task is gone and its address free: with STOPPED (default), or as DEPROVISIONING begins. */
  readonly releaseAddress?: 'stopped' | 'deprovisioning';
}

/** A container of a task definition; only what differs from the defaults. */
export type ContainerSpec = Partial<EcsContainerDefinition> & { readonly name: string };

export interface TaskDefinitionSpec {
  readonly family: string;
  /** Default awsvpc. */
  readonly networkMode?: TaskDefinitionRecord['networkMode'];
  readonly containers: readonly ContainerSpec[];
  /** Default 256 CPU units. */
  readonly cpu?: string;
  /** Default 512 MiB. */
  readonly memory?: string;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly requiresCompatibilities?: readonly string[];
  /** Further members, kept as they are: volumes, runtimePlatform… */
  readonly others?: Readonly<Record<string, unknown>>;
  /** Tags of the revision. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What tasks of one launch have in common. */
export interface TaskSpec {
  /** Name or ARN. */
  readonly cluster: string;
  /** ARN, `family:revision`, or a family for its newest revision. */
  readonly taskDefinition: string;
  /** awsvpc: taken in turn. */
  readonly subnets?: readonly string[];
  /** bridge and host: ARNs, taken in turn; left out: all of the cluster's. */
  readonly containerInstances?: readonly string[];
  /** Default FARGATE for awsvpc, EC2 otherwise; `null` where a capacity provider leaves it out. */
  readonly launchType?: string | null;
  readonly capacityProviderName?: string;
  /** A Service Connect attachment stands before the interface's. */
  readonly serviceConnect?: boolean;
  /** Names of containers that AWS puts in: no image, in no task definition. */
  readonly injected?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RunTaskSpec extends TaskSpec {
  readonly count?: number;
  /** Default `family:<family>`. May borrow a service's. */
  readonly group?: string;
  readonly startedBy?: string;
}

export interface ServiceSpec extends TaskSpec {
  readonly name: string;
  readonly desiredCount?: number;
  readonly loadBalancers?: readonly EcsLoadBalancer[];
  /** Tags of the service, not of its tasks. */
  readonly serviceTags?: Readonly<Record<string, string>>;
  /** Default ECS. */
  readonly controller?: ServiceRecord['controller'];
  /** Default REPLICA. */
  readonly strategy?: ServiceRecord['strategy'];
  /** awsvpc: whether its tasks get a public address, which the world only tells; default not. */
  readonly assignPublicIp?: 'ENABLED' | 'DISABLED';
  /** Express Mode; default false. */
  readonly managedByEcs?: boolean;
  /** Whether tasks that fail to start end a deployment, and bring the last good one back; default off. */
  readonly circuitBreaker?: ServiceRecord['circuitBreaker'];
  /** Default ROLLING; the others are all blue/green here. */
  readonly deploymentStrategy?: ServiceRecord['deploymentStrategy'];
  /** Called at POST_SCALE_UP of deployments that are not rolling. */
  readonly hooks?: ServiceRecord['hooks'];
  /** Default 200. */
  readonly maximumPercent?: number;
}

/** What of a service changes. */
export interface ServiceChange {
  readonly desiredCount?: number;
  readonly taskDefinition?: string;
  readonly loadBalancers?: readonly EcsLoadBalancer[];
  /** A deployment, though nothing else changes. */
  readonly forceNewDeployment?: boolean;
}

/** ECS: clusters, definitions, services and tasks, and everything that happens to them. */
export interface Ecs {
  readonly times: EcsTimes;
  readonly clusters: ReadonlyMap<string, ClusterRecord>;
  /** By ARN, stopped ones too as long as ECS tells them. */
  readonly tasks: ReadonlyMap<string, TaskRecord>;
  readonly services: ReadonlyMap<string, ServiceRecord>;
  readonly containerInstances: ReadonlyMap<string, ContainerInstanceRecord>;
  readonly definitions: ReadonlyMap<string, TaskDefinitionRecord>;
  /** DescribeTasks answers these with a failure instead: task ARN → reason. */
  readonly failing: Map<string, string>;

  addCluster(name: string): ClusterRecord;
  /** Registers a new revision of the family. */
  registerTaskDefinition(spec: TaskDefinitionSpec): TaskDefinitionRecord;
  addContainerInstance(cluster: string, instanceId: string): ContainerInstanceRecord;
  /**
   * DRAINING: takes no new tasks, and the tasks of services on it are stopped, whose services start others elsewhere.
   * Not modelled: that ECS does so within the deployment's percentages.
   */
  setInstance(containerInstanceArn: string, status: ContainerInstanceRecord['status']): void;
  /** Creates the service and starts its tasks. */
  createService(spec: ServiceSpec): ServiceRecord;
  /**
   * Changes a service. Another task definition or other load balancers start a rolling deployment: new tasks first,
   * old ones stop as the new ones run.
   */
  updateService(serviceArn: string, change: ServiceChange): DeploymentRecord;
  /** From now on new tasks of the service fail to start: a crash loop. */
  failStarts(serviceArn: string, failure?: StartFailure): void;
  /** From now on they start again. */
  mendStarts(serviceArn: string): void;
  /** Sets tags of a service and sends `Tag Change on Resource`. */
  tagService(serviceArn: string, tags: Readonly<Record<string, string>>): void;
  /** Takes tags of a service away and sends `Tag Change on Resource`. */
  untagService(serviceArn: string, keys: readonly string[]): void;
  /** Stops all tasks of a service and makes it INACTIVE. */
  deleteService(serviceArn: string): void;
  /** A task set with target groups of its own (CodeDeploy, external deployment controllers); it starts no tasks. */
  addTaskSet(serviceArn: string, loadBalancers: readonly EcsLoadBalancer[]): void;
  /** Starts tasks that no service keeps. */
  runTask(spec: RunTaskSpec): readonly TaskRecord[];
  /** Elastic Beanstalk's way: one task on this container instance, group `family:…`, no service. */
  startTask(spec: RunTaskSpec & { readonly containerInstance: string }): TaskRecord;
  /** Asks a task to stop; takes its tags away. A service starts another. */
  stopTask(taskArn: string, reason?: string): void;
  /** An essential container exits: the task stops without notice. */
  crashTask(taskArn: string, exitCode?: number): void;
  /** A container ends while its task goes on; its host ports are free at once. */
  exitContainer(taskArn: string, container: string, exitCode?: number): void;
  /** What the container's health check says from now on; ECS sends no event about it. */
  setHealth(taskArn: string, container: string, health: ContainerRecord['health']): void;
  /** Spot takes the task back: desired status STOPPED now, the end after the notice. */
  interruptSpot(taskArn: string): void;
  /** When a container of this task will end after the task is asked to stop; default with the others. */
  delayStop(taskArn: string, container: string, ms: number): void;
  tagTask(taskArn: string, tags: Readonly<Record<string, string>>): void;
  /** Tasks of a service, newest last; stopped ones left out unless asked for. */
  tasksOf(serviceArn: string, options?: { readonly stopped?: boolean }): readonly TaskRecord[];
  /** Forces the event of a task's present state once more. */
  repeatEvent(taskArn: string): void;
}

/** What the calls and the target groups need to know besides. */
export interface EcsInside {
  /** The task whose attachment this is, stopped ones too. */
  byAttachment(attachmentId: string): TaskRecord | undefined;
  onContainerInstance(containerInstanceArn: string): readonly TaskRecord[];
  /** Every task of the instance is gone. */
  loseInstance(instanceId: string): void;
  /** Application Auto Scaling sets the desired count, which ECS tells on the bus. */
  scale(service: ServiceRecord, desiredCount: number): void;
}

/** What ECS itself registers and deregisters for services with load balancers. */
export type NativeTargets = (
  what: 'register' | 'deregister',
  task: TaskRecord,
  loadBalancers: readonly EcsLoadBalancer[],
) => void;

/** The first port of the dynamic range of the ECS-optimised images. */
const FIRST_DYNAMIC_PORT = 32_768;
const RETRY_PLACEMENT_MS = 5_000;

const rangeOf = (mapping: { readonly containerPort?: number; readonly containerPortRange?: string }): number[] => {
  if (mapping.containerPortRange === undefined)
    return mapping.containerPort === undefined ? [] : [mapping.containerPort];
  const [from = 0, to = 0] = mapping.containerPortRange.split('-').map(Number);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
};

/** How a service starts its tasks: a launch type, or a capacity provider, never both. */
const launchOf = (
  spec: TaskSpec,
  { networkMode }: TaskDefinitionRecord,
): { readonly launchType?: string; readonly capacityProvider?: string } => {
  if (spec.capacityProviderName !== undefined) return { capacityProvider: spec.capacityProviderName };
  if (spec.launchType === null) return {};
  const onInstances = networkMode !== 'awsvpc' || spec.containerInstances !== undefined;
  return { launchType: spec.launchType ?? (onInstances ? 'EC2' : 'FARGATE') };
};

/** The container ports that a container of a definition opens, ranges told one by one. */
export const openPortsOf = (
  container: EcsContainerDefinition,
): readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[] =>
  container.portMappings.flatMap((mapping) =>
    rangeOf(mapping).map((port) => ({ port, protocol: mapping.protocol ?? 'tcp' })),
  );

/**
 * No clusters.
 * Not modelled: placement constraints, cpu and memory as resources, capacity provider scaling, Managed Instances' own
 * rules, task protection. A static host port is free for another task when its container ends. Daemon services,
 * services of CodeDeploy and of external controllers, and those of Express Mode are told as such; their tasks come and
 * go like those of any other.
 */
export const createEcs = (
  deps: {
    readonly clock: VirtualClock;
    readonly random: Random;
    readonly bus: Bus;
    readonly network: Network;
    readonly account: string;
    readonly region: string;
    readonly native: NativeTargets;
  },
  { releaseAddress = 'stopped', ...given }: EcsOptions,
): { ecs: Ecs; inside: EcsInside } => {
  const { clock, random, bus, network, account, region, native } = deps;
  const times: EcsTimes = { ...DEFAULT_TIMES, ...given };
  const arnOf = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;

  const clusters = new Map<string, ClusterRecord>();
  const tasks = new Map<string, TaskRecord>();
  const services = new Map<string, ServiceRecord>();
  const specs = new Map<string, ServiceSpec>();
  const containerInstances = new Map<string, ContainerInstanceRecord>();
  const definitions = new Map<string, TaskDefinitionRecord>();
  const attachments = new Map<string, TaskRecord>();
  const byInstance = new Map<string, Set<TaskRecord>>();
  const byService = new Map<string, Set<TaskRecord>>();
  const reconciling = new Set<string>();
  let turn = 0;

  const known = <T>(map: ReadonlyMap<string, T>, key: string, what: string): T => {
    const found = map.get(key);
    if (found === undefined) throw new Error(`the world has no ${what} ${key}`);
    return found;
  };
  const clusterOf = (cluster: string) => known(clusters, clusterNameOf(cluster), 'cluster');
  const taskOf = (taskArn: string) => known(tasks, taskArn, 'task');
  const containerIn = (taskArn: string, name: string): ContainerRecord => {
    const container = taskOf(taskArn).containers.find((other) => other.name === name);
    if (!container) throw new Error(`${taskArn} has no container ${name}`);
    return container;
  };

  const definitionOf = (name: string): TaskDefinitionRecord => {
    const exact = definitions.get(name) ?? definitions.get(arnOf(`task-definition/${name}`));
    const newest = [...definitions.values()].filter((definition) => definition.family === name).at(-1);
    const found = exact ?? newest;
    if (!found) throw new Error(`the world has no task definition ${name}`);
    return found;
  };

  const serviceOf = (task: TaskRecord): ServiceRecord | undefined => {
    if (!task.startedBy?.startsWith('ecs-svc/')) return undefined;
    return services.get(arnOf(`service/${clusterNameOf(task.clusterArn)}/${task.group.slice('service:'.length)}`));
  };

  const portsInUse = (containerInstanceArn: string): Set<string> => {
    const used = new Set<string>();
    for (const task of byInstance.get(containerInstanceArn) ?? []) {
      for (const container of task.containers) {
        if (container.lastStatus === 'STOPPED') continue;
        for (const { hostPort, protocol } of container.hostPorts) used.add(`${hostPort} ${protocol}`);
      }
    }
    return used;
  };

  /** Host ports of one container on one instance; `undefined` where a fixed one is taken. */
  const assignPorts = (
    definition: TaskDefinitionRecord,
    container: EcsContainerDefinition,
    used: Set<string>,
  ): readonly HostPort[] | undefined => {
    if (definition.networkMode === 'awsvpc' || definition.networkMode === 'none') return [];
    const assigned: HostPort[] = [];
    for (const mapping of container.portMappings) {
      const protocol = mapping.protocol ?? 'tcp';
      for (const containerPort of rangeOf(mapping)) {
        const fixed = definition.networkMode === 'host' ? containerPort : (mapping.hostPort ?? 0);
        let hostPort = fixed || FIRST_DYNAMIC_PORT;
        while (!fixed && used.has(`${hostPort} ${protocol}`)) hostPort++;
        if (used.has(`${hostPort} ${protocol}`)) return undefined;
        used.add(`${hostPort} ${protocol}`);
        assigned.push({ containerPort, hostPort, protocol });
      }
    }
    return assigned;
  };

  const events = createServiceEvents(clock, bus);
  const watch = createServiceWatch(clock, times, events);

  const listener: LifeListener = {
    running: (task) => {
      const service = serviceOf(task);
      if (!service) return;
      watch.started(service, task);
      native('register', task, service.deployments.find(({ id }) => id === task.startedBy)?.loadBalancers ?? []);
      reconcileIn(service, 0);
    },
    deactivating: (task) => {
      const service = serviceOf(task);
      if (service) {
        native(
          'deregister',
          task,
          service.deployments.find(({ id }) => id === task.startedBy)?.loadBalancers ?? service.loadBalancers,
        );
      }
    },
    stopRequested: (task) => {
      const service = serviceOf(task);
      if (!service) return;
      if (watch.stopping(service, task) && service.circuitBreaker === 'rollback') rollBack(service);
      reconcileIn(service, times.replaceMs);
    },
    stopped: (task) => {
      if (task.containerInstanceArn) byInstance.get(task.containerInstanceArn)?.delete(task);
      const ended = serviceOf(task);
      if (ended) reconcileIn(ended, 0);
      clock.after(times.keepStoppedMs, () => {
        tasks.delete(task.arn);
        if (task.attachment) attachments.delete(task.attachment.id);
        const service = serviceOf(task);
        if (service) byService.get(service.arn)?.delete(task);
      });
    },
  };

  const life = createLifeCycle({
    clock,
    random,
    bus,
    network,
    times,
    releaseAddress,
    attachmentArn: (id) => arnOf(`attachment/${id}`),
    listener,
  });

  /** A container instance of the cluster on which all fixed host ports are free. */
  const place = (
    spec: TaskSpec,
    cluster: ClusterRecord,
    definition: TaskDefinitionRecord,
  ): { instance: ContainerInstanceRecord; ports: readonly (readonly HostPort[])[] } => {
    const all = [...containerInstances.values()].filter(({ clusterArn }) => clusterArn === cluster.arn);
    const candidates = spec.containerInstances
      ? spec.containerInstances.map((arn) => known(containerInstances, arn, 'container instance'))
      : all;
    const start = turn++;
    for (let offset = 0; offset < candidates.length; offset++) {
      const instance = candidates[(start + offset) % candidates.length];
      if (
        !instance ||
        instance.status === 'DRAINING' ||
        network.instances.get(instance.instanceId)?.state !== 'running'
      )
        continue;
      const used = portsInUse(instance.arn);
      const ports = definition.containers.map((container) => assignPorts(definition, container, used));
      const assigned = ports.filter((own) => own !== undefined);
      if (assigned.length === ports.length) return { instance, ports: assigned };
    }
    throw new Error(`no container instance of ${cluster.name} can take a task of ${definition.arn} (RESOURCE:PORTS)`);
  };

  const launch = (
    spec: TaskSpec,
    group: string,
    startedBy: string | undefined,
    definition: TaskDefinitionRecord,
    startFailure?: StartFailure,
  ) => {
    const cluster = clusterOf(spec.cluster);
    const awsvpc = definition.networkMode === 'awsvpc';
    const id = random.hex(32);
    const arn = arnOf(`task/${cluster.name}/${id}`);
    const wantsInstance = !awsvpc || spec.launchType === 'EC2' || spec.containerInstances !== undefined;
    const placed = wantsInstance ? place(spec, cluster, definition) : undefined;
    const subnetId = awsvpc ? spec.subnets?.[turn++ % spec.subnets.length] : undefined;
    if (awsvpc && subnetId === undefined) throw new Error(`an awsvpc task of ${definition.arn} needs subnets`);
    const zone =
      network.subnets.get(subnetId ?? network.instances.get(placed?.instance.instanceId ?? '')?.subnetId ?? '')?.zone ??
      `${region}a`;
    const containerOf = (name: string): string => arnOf(`container/${cluster.name}/${id}/${name}-${random.hex(10)}`);
    const launchType = spec.launchType === undefined ? (wantsInstance ? 'EC2' : 'FARGATE') : spec.launchType;
    const containers: ContainerRecord[] = definition.containers.map((container, index) => ({
      arn: containerOf(container.name),
      name: container.name,
      ...(container.image !== undefined && { image: container.image }),
      essential: container.essential,
      injected: false,
      lastStatus: 'PENDING',
      health: 'UNKNOWN',
      hostPorts: placed?.ports[index] ?? [],
    }));
    for (const name of spec.injected ?? []) {
      containers.push({
        arn: containerOf(name),
        name,
        essential: false,
        injected: true,
        lastStatus: 'PENDING',
        health: 'UNKNOWN',
        hostPorts: [],
      });
    }
    const task: TaskRecord = {
      arn,
      id,
      clusterArn: cluster.arn,
      definition,
      group,
      ...(startedBy !== undefined && { startedBy }),
      ...(launchType !== null && { launchType }),
      ...(spec.capacityProviderName !== undefined && { capacityProviderName: spec.capacityProviderName }),
      ...(placed && { containerInstanceArn: placed.instance.arn }),
      ...(startFailure && { startFailure }),
      zone,
      serviceConnect: spec.serviceConnect ?? false,
      containers,
      ...(subnetId !== undefined && { attachment: { id: random.hex(32), subnetId, status: 'PRECREATED' as const } }),
      tags: new Map(Object.entries(spec.tags ?? {})),
      version: 1,
      lastStatus: awsvpc ? 'PROVISIONING' : 'PENDING',
      desiredStatus: 'RUNNING',
      createdAtMs: clock.nowMs(),
    };
    tasks.set(arn, task);
    if (task.attachment) attachments.set(task.attachment.id, task);
    if (placed) {
      const onInstance = byInstance.get(placed.instance.arn) ?? new Set();
      byInstance.set(placed.instance.arn, onInstance.add(task));
    }
    life.launch(task);
    return task;
  };

  const liveOf = (service: ServiceRecord): TaskRecord[] =>
    [...(byService.get(service.arn) ?? [])].filter((task) => task.desiredStatus === 'RUNNING');

  const reconcile = (service: ServiceRecord): void => {
    const spec = known(specs, service.arn, 'service');
    const [newest] = service.deployments;
    const step = nextServiceStep(service, liveOf(service));
    for (const task of step.stop) {
      life.requestStop(task, {
        code: 'ServiceSchedulerInitiated',
        reason: `Scaling activity initiated by (deployment ${newest?.id})`,
      });
    }
    const pauseMs = service.startsFromMs - clock.nowMs();
    if (step.start > 0 && pauseMs > 0) reconcileIn(service, pauseMs, 'paused');
    for (let started = 0; newest && pauseMs <= 0 && started < step.start; started++) {
      try {
        const task = launch(
          spec,
          `service:${service.name}`,
          newest.id,
          newest.definition,
          startFailureOf(service, newest.definition),
        );
        const own = byService.get(service.arn) ?? new Set();
        byService.set(service.arn, own.add(task));
      } catch {
        events.action(service, 'SERVICE_TASK_PLACEMENT_FAILURE', { reason: 'RESOURCE:PORTS' });
        reconcileIn(service, RETRY_PLACEMENT_MS);
        break;
      }
    }
    const alive = new Set(
      [...(byService.get(service.arn) ?? [])]
        .filter((task) => task.lastStatus !== 'STOPPED')
        .map((task) => task.startedBy),
    );
    service.deployments = service.deployments.filter((deployment, index) => index === 0 || alive.has(deployment.id));
    watch.looked(service, liveOf(service));
    hooks.looked(service, liveOf(service));
  };

  /** Several reasons at once are one look. */
  const reconcileIn = (service: ServiceRecord, ms: number, why = ms === 0 ? 'now' : 'soon'): void => {
    const key = `${service.arn} ${why}`;
    if (reconciling.has(key)) return;
    reconciling.add(key);
    clock.after(ms, () => {
      reconciling.delete(key);
      reconcile(service);
    });
  };

  const startFailureOf = (
    { startFailure }: ServiceRecord,
    { arn, family }: TaskDefinitionRecord,
  ): StartFailure | undefined => {
    const only = startFailure?.taskDefinition;
    const meant = only === undefined || only === arn || only === family || arn.endsWith(`/${only}`);
    return meant ? startFailure : undefined;
  };

  const deploy = (
    service: ServiceRecord,
    definition: TaskDefinitionRecord,
    reasonOf = (id: string) => `ECS deployment ${id} in progress.`,
  ): DeploymentRecord => {
    const id = String(random.between(1, 9)) + Array.from({ length: 18 }, () => random.between(0, 9)).join('');
    const deployment: DeploymentRecord = {
      id: `ecs-svc/${id}`,
      definition,
      revisionArn: arnOf(`service-revision/${clusterNameOf(service.clusterArn)}/${service.name}/${id}`),
      // AWS's ids of the two have nothing in common.
      deploymentArn: arnOf(`service-deployment/${clusterNameOf(service.clusterArn)}/${service.name}/d${id}`),
      shifted: service.deploymentStrategy === 'ROLLING' || service.deployments.length === 0,
      loadBalancers: service.loadBalancers,
      createdAtMs: clock.nowMs(),
      rolloutState: 'IN_PROGRESS',
      rolloutReason: reasonOf(`ecs-svc/${id}`),
      updatedAtMs: clock.nowMs(),
      failedTasks: 0,
    };
    service.deployments.unshift(deployment);
    watch.began(service, deployment);
    return deployment;
  };

  /** Back to what last reached a steady state, in a deployment of its own; without one, nothing more is started. */
  const rollBack = (service: ServiceRecord): void => {
    const good = service.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED');
    if (!good) return;
    service.loadBalancers = good.loadBalancers;
    deploy(service, good.definition, (id) => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`);
  };

  const hooks = createLifecycleHooks({
    clock,
    uuid: () => uuid(random),
    shift: (service) => {
      for (const deployment of service.deployments) deployment.shifted = deployment === service.deployments[0];
      reconcileIn(service, 0);
    },
    fail: (service, reason) => {
      const [failed, before, ...older] = service.deployments;
      if (failed === undefined || before === undefined) return;
      failed.rolloutState = 'FAILED';
      failed.rolloutReason = reason;
      failed.updatedAtMs = clock.nowMs();
      events.deployment(service, failed, 'SERVICE_DEPLOYMENT_FAILED');
      // The old tasks have served all the time.
      service.deployments = [before, failed, ...older];
      service.loadBalancers = before.loadBalancers;
      reconcileIn(service, 0);
    },
  });

  const tellTags = (service: ServiceRecord, keys: readonly string[]): void => {
    bus.send({
      source: 'aws.tag',
      detailType: 'Tag Change on Resource',
      resources: [service.arn],
      detail: {
        'changed-tag-keys': keys,
        service: 'ecs',
        'resource-type': 'service',
        version: service.tags.size + keys.length,
        tags: Object.fromEntries(service.tags),
      },
    });
  };

  const scale = (service: ServiceRecord, desiredCount: number): void => {
    service.desiredCount = desiredCount;
    events.action(service, 'SERVICE_DESIRED_COUNT_UPDATED', { desiredCount });
    reconcile(service);
  };

  const ecs: Ecs = {
    times,
    clusters,
    tasks,
    services,
    containerInstances,
    definitions,
    failing: new Map(),
    addCluster: (name) => {
      const cluster = { name, arn: arnOf(`cluster/${name}`) };
      clusters.set(name, cluster);
      return cluster;
    },
    registerTaskDefinition: ({ family, networkMode = 'awsvpc', containers, others = {}, tags = {}, ...more }) => {
      const revision = [...definitions.values()].filter((definition) => definition.family === family).length + 1;
      const definition: TaskDefinitionRecord = {
        arn: arnOf(`task-definition/${family}:${revision}`),
        family,
        revision,
        networkMode,
        containers: containers.map((container) => ({
          image: `${container.name}:latest`,
          essential: true,
          portMappings: [],
          ...container,
        })),
        cpu: '256',
        memory: '512',
        ...more,
        others,
        tags: new Map(Object.entries(tags)),
        registeredAtMs: clock.nowMs(),
        gone: false,
      };
      definitions.set(definition.arn, definition);
      return definition;
    },
    addContainerInstance: (cluster, instanceId) => {
      const { arn: clusterArn, name } = clusterOf(cluster);
      known(network.instances, instanceId, 'instance');
      const instance = {
        arn: arnOf(`container-instance/${name}/${random.hex(32)}`),
        clusterArn,
        instanceId,
        status: 'ACTIVE' as const,
      };
      containerInstances.set(instance.arn, instance);
      return instance;
    },
    setInstance: (arn, status) => {
      const instance = known(containerInstances, arn, 'container instance');
      instance.status = status;
      if (status === 'ACTIVE') return;
      for (const task of [...(byInstance.get(arn) ?? [])]) {
        if (!task.startedBy?.startsWith('ecs-svc/')) continue;
        task.tags.clear();
        life.requestStop(task, {
          code: 'ServiceSchedulerInitiated',
          reason: 'Service scheduler: container instance is draining',
        });
      }
    },
    createService: (spec) => {
      const cluster = clusterOf(spec.cluster);
      const service: ServiceRecord = {
        arn: arnOf(`service/${cluster.name}/${spec.name}`),
        name: spec.name,
        clusterArn: cluster.arn,
        status: 'ACTIVE',
        controller: spec.controller ?? 'ECS',
        strategy: spec.strategy ?? 'REPLICA',
        managedByEcs: spec.managedByEcs ?? false,
        ...(spec.assignPublicIp !== undefined && { assignPublicIp: spec.assignPublicIp }),
        ...launchOf(spec, definitionOf(spec.taskDefinition)),
        circuitBreaker: spec.circuitBreaker ?? 'off',
        deploymentStrategy: spec.deploymentStrategy ?? 'ROLLING',
        hooks: spec.hooks ?? [],
        maximumPercent: spec.maximumPercent ?? 200,
        createdAtMs: clock.nowMs(),
        desiredCount: spec.desiredCount ?? 1,
        steady: false,
        failedStarts: 0,
        startsFromMs: 0,
        impairedToldAtMs: Number.NEGATIVE_INFINITY,
        loadBalancers: spec.loadBalancers ?? [],
        deployments: [],
        taskSets: [],
        tags: new Map(Object.entries(spec.serviceTags ?? {})),
      };
      services.set(service.arn, service);
      specs.set(service.arn, spec);
      deploy(service, definitionOf(spec.taskDefinition));
      reconcile(service);
      return service;
    },
    updateService: (serviceArn, { desiredCount, taskDefinition, loadBalancers, forceNewDeployment = false }) => {
      const service = known(services, serviceArn, 'service');
      if (desiredCount !== undefined) service.desiredCount = desiredCount;
      if (loadBalancers) service.loadBalancers = loadBalancers;
      const [newest] = service.deployments;
      const definition = taskDefinition === undefined ? newest?.definition : definitionOf(taskDefinition);
      if (!newest || !definition) throw new Error(`${serviceArn} has no deployment`);
      const changed = taskDefinition !== undefined || loadBalancers !== undefined || forceNewDeployment;
      const deployment = changed ? deploy(service, definition) : newest;
      reconcile(service);
      return deployment;
    },
    failStarts: (serviceArn, failure = {}) => {
      known(services, serviceArn, 'service').startFailure = failure;
    },
    mendStarts: (serviceArn) => {
      delete known(services, serviceArn, 'service').startFailure;
    },
    tagService: (serviceArn, tags) => {
      const service = known(services, serviceArn, 'service');
      for (const [key, value] of Object.entries(tags)) service.tags.set(key, value);
      tellTags(service, Object.keys(tags));
    },
    untagService: (serviceArn, keys) => {
      const service = known(services, serviceArn, 'service');
      for (const key of keys) service.tags.delete(key);
      tellTags(service, keys);
    },
    deleteService: (serviceArn) => {
      const service = known(services, serviceArn, 'service');
      service.desiredCount = 0;
      service.status = 'INACTIVE';
      reconcile(service);
    },
    addTaskSet: (serviceArn, loadBalancers) => {
      const service = known(services, serviceArn, 'service');
      const definition = service.deployments[0]?.definition;
      if (!definition) throw new Error(`${serviceArn} has no deployment`);
      const id = `ecs-svc/${random.between(1, 9)}${random.between(10 ** 8, 10 ** 9)}`;
      const name = `${clusterNameOf(service.clusterArn)}/${service.name}`;
      service.taskSets.push({ id, arn: arnOf(`task-set/${name}/${id}`), definition, loadBalancers });
    },
    runTask: ({ count = 1, ...spec }) => {
      const definition = definitionOf(spec.taskDefinition);
      const group = spec.group ?? `family:${definition.family}`;
      return Array.from({ length: count }, () => launch(spec, group, spec.startedBy, definition));
    },
    startTask: ({ containerInstance, ...spec }) => {
      const definition = definitionOf(spec.taskDefinition);
      const group = spec.group ?? `family:${definition.family}`;
      return launch({ ...spec, containerInstances: [containerInstance] }, group, spec.startedBy, definition);
    },
    stopTask: (taskArn, reason = 'Task stopped by user') => {
      const task = taskOf(taskArn);
      task.tags.clear();
      life.requestStop(task, { code: 'UserInitiated', reason });
    },
    crashTask: (taskArn, exitCode = 1) => {
      const task = taskOf(taskArn);
      const essential = task.containers.find((container) => container.essential && container.lastStatus !== 'STOPPED');
      if (essential) life.endContainer(task, essential, exitCode);
    },
    exitContainer: (taskArn, name, exitCode = 0) => {
      life.endContainer(taskOf(taskArn), containerIn(taskArn, name), exitCode);
    },
    setHealth: (taskArn, name, health) => {
      containerIn(taskArn, name).health = health;
    },
    interruptSpot: (taskArn) => {
      life.requestStop(taskOf(taskArn), {
        code: 'SpotInterruption',
        reason: 'Your Spot Task was interrupted.',
        noticeMs: times.spotNoticeMs,
      });
    },
    delayStop: (taskArn, container, ms) => life.delayStop(taskOf(taskArn), container, ms),
    tagTask: (taskArn, tags) => {
      for (const [key, value] of Object.entries(tags)) taskOf(taskArn).tags.set(key, value);
    },
    tasksOf: (serviceArn, { stopped = false } = {}) =>
      [...(byService.get(serviceArn) ?? [])].filter((task) => stopped || task.lastStatus !== 'STOPPED'),
    repeatEvent: (taskArn) => life.tell(taskOf(taskArn)),
  };
  return {
    ecs,
    inside: {
      byAttachment: (attachmentId) => attachments.get(attachmentId),
      scale,
      onContainerInstance: (arn) => [...(byInstance.get(arn) ?? [])],
      loseInstance: (instanceId) => {
        for (const instance of containerInstances.values()) {
          if (instance.instanceId !== instanceId) continue;
          for (const task of byInstance.get(instance.arn) ?? []) {
            life.requestStop(task, { code: 'TerminationNotice', reason: 'Host EC2 terminated.', noticeMs: 0 });
          }
        }
      },
    },
  };
};
