import { type Adjusted, type AdjustScalingDeps, adjustScaling, sweepScaling } from '../../shared/app/adjust-scaling.ts';
import { createBindings } from '../../shared/app/bindings.ts';
import { createTold } from '../../shared/app/told.ts';
import { foreignFillerOf } from '../../shared/contracts/foreign-tags.ts';
import { parseScalingInput } from '../../shared/contracts/scaling-input.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { parseWiring } from '../../shared/contracts/wiring-tags.ts';
import type { Mode } from '../../shared/core/outcome.ts';
import { createDeadline } from '../../shared/runtime/deadline.ts';
import { createDelivery, type Delivery, type DeliveryOptions, scheduledEvent } from '../../simulator/delivery.ts';
import type { ServiceSpec } from '../../simulator/ecs.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { SimulatedQueue } from '../../simulator/queues.ts';
import type { BusEvent } from '../../simulator/shapes.ts';
import type { ScalableTargetRecord, ServiceRecord, TargetGroupRecord } from '../../simulator/state.ts';
import { createWorld, type World, type WorldOptions } from '../../simulator/world.ts';

/** How a scaling scenario is staged. */
export interface ScalingStageOptions {
  readonly world?: WorldOptions;
  readonly mode?: Mode;
  readonly clusters?: readonly string[];
  readonly brakePercent?: number;
  readonly holdMinutes?: number;
  readonly trouble?: DeliveryOptions['trouble'];
  /** No queue, as when the function is tried by hand. */
  readonly withoutQueue?: boolean;
}

/** An update of a scalable target by Taskwire, and what it did to the desired count. */
export interface Registration {
  readonly resourceId: string;
  readonly before: number;
  readonly after: number;
  readonly min: number;
  readonly max: number;
}

/** `adjust-scaling` over an embedded AWS: its use case behind a FIFO queue with one message group. */
export interface ScalingStage {
  readonly world: World;
  readonly queue: SimulatedQueue;
  readonly failureQueue: SimulatedQueue;
  readonly delivery: Delivery;
  /** Everything that was done, oldest first. */
  readonly ran: readonly Adjusted[];
  /** Every RegisterScalableTarget that Taskwire made, oldest first. */
  readonly registrations: readonly Registration[];
  /** A new instance of the function, with nothing kept from before; an event by itself is a person's. */
  instance(): (event: unknown) => Promise<Adjusted>;
  /** What a person invokes, on an instance of its own. */
  byHand(event: object): Promise<Adjusted>;
  /** All of the scope is applied by a person who was shown what the brake held, as `remediate sync-scaling` does. */
  release(scope: { readonly cluster?: string; readonly service?: string }): Promise<void>;
  /** The sweep, through the queue; answers with what its run came to. */
  sweep(): Promise<Adjusted>;
  /** Moves on, running what is due; there is a sweep every 15 minutes. */
  run(ms: number): Promise<void>;
  /** A Fargate service that runs. */
  service(
    name: string,
    desiredCount: number,
    serviceTags?: Readonly<Record<string, string>>,
    spec?: Partial<ServiceSpec>,
  ): Promise<ServiceRecord>;
  /** A target group. */
  group(name: string, tags?: Readonly<Record<string, string>>, spec?: object): TargetGroupRecord;
  /** The scalable target. @throws If there is none. */
  target(service: ServiceRecord): ScalableTargetRecord;
  /** Min, max and what is suspended: `2..20 out`; nothing where there is no scalable target. */
  bounds(service: ServiceRecord): string;
}

const TIMEOUT_MS = 300_000;
const SWEEP_MS = 15 * 60_000;
/** Until a new service is steady, with room to spare. */
const STEADY_MS = 60_000;

/** The rule of the function: services, deployments, Spot stops, tags of services. */
const wantsScalingEvents = ({ source, detail, resources, ...event }: BusEvent): boolean => {
  if (source === 'aws.tag') return resources.some((arn) => arn.includes(':service/'));
  if (source !== 'aws.ecs') return false;
  const type = event['detail-type'];
  if (type === 'ECS Task State Change') return Reflect.get(detail, 'stopCode') === 'SpotInterruption';
  return type === 'ECS Service Action' || type === 'ECS Deployment State Change';
};

/**
 * Stages a scenario: one VPC, one cluster `production`, a task definition `web`. Nothing waits in real time.
 */
export const createScalingStage = (options: ScalingStageOptions = {}): ScalingStage => {
  const world = createWorld(options.world);
  const { clock, network, ecs } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
  ecs.addCluster('production');
  ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web', portMappings: [{ containerPort: 8080 }] }] });
  const failureQueue = world.queues.add({ name: 'adjust-scaling-failed.fifo' });
  const queue = world.queues.add({
    name: 'adjust-scaling.fifo',
    contentBasedDeduplication: true,
    visibilityMs: 6 * TIMEOUT_MS,
    failureQueue,
  });
  const urls = options.withoutQueue ? {} : { own: queue.url, failures: failureQueue.url };
  const ran: Adjusted[] = [];
  const registrations: Registration[] = [];

  const desiredOf = (resourceId: string): number =>
    [...ecs.services.values()].find(({ arn }) => arn.endsWith(`:${resourceId}`))?.desiredCount ?? 0;
  const pending = new Map<string, number>();
  world.faults.before('application-autoscaling:RegisterScalableTarget', ({ ResourceId }) => {
    pending.set(ResourceId, desiredOf(ResourceId));
  });
  world.faults.after('application-autoscaling:RegisterScalableTarget', ({ ResourceId }) => {
    const { min = -1, max = -1 } = world.scaling.targets.get(ResourceId) ?? {};
    const before = pending.get(ResourceId) ?? -1;
    registrations.push({ resourceId: ResourceId, before, after: desiredOf(ResourceId), min, max });
  });

  const createDeps = (): AdjustScalingDeps => {
    const ports = createInMemoryPorts(world, { queues: urls });
    let told = world.calls.all.length;
    return {
      ...ports,
      bindings: createBindings({
        ...ports,
        tagPrefix: 'taskwire',
        parseWiring: (tags, resource) =>
          parseWiring(tags, { prefix: 'taskwire', resource, watchedClusters: options.clusters ?? [] }),
        foreignFillerOf,
      }),
      tagPrefix: 'taskwire',
      parseScalingTags: (tags, resource) => parseScalingTags(tags, { prefix: 'taskwire', resource }),
      queued: !options.withoutQueue,
      told: createTold(),
      mode: options.mode ?? 'enforce',
      brakePercent: options.brakePercent ?? 50,
      holdMinutes: options.holdMinutes ?? 30,
      clusters: options.clusters ?? [],
      calls: () => {
        const counts: Record<string, number> = {};
        for (const { action } of world.calls.all.slice(told)) counts[action] = (counts[action] ?? 0) + 1;
        told = world.calls.all.length;
        return counts;
      },
    };
  };

  const instance = () => {
    const deps = createDeps();
    return async (event: unknown): Promise<Adjusted> => {
      const { messages, wrapped } = parseScalingInput(event, clock.nowMs());
      const deadline = createDeadline({ clock, remainingMs: TIMEOUT_MS, workMs: Number.POSITIVE_INFINITY });
      try {
        const result = await adjustScaling(messages, deps, { signal: deadline.work, fromQueue: wrapped });
        ran.push(result);
        return result;
      } finally {
        deadline.end();
      }
    };
  };

  const events = instance();
  const delivery = createDelivery(world, {
    queue,
    functionName: 'adjust-scaling',
    wants: wantsScalingEvents,
    ...(options.trouble !== undefined && { trouble: options.trouble }),
    handler: async (event) => {
      const { failed } = await events(event);
      return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
    },
    timeoutMs: TIMEOUT_MS,
  });
  const putSweep = () => queue.send(JSON.stringify(scheduledEvent(world)), { groupId: 'taskwire' });
  const everyQuarter = () => {
    clock.after(SWEEP_MS, () => {
      putSweep();
      everyQuarter();
    });
  };
  everyQuarter();

  const target = ({ clusterArn, name }: ServiceRecord): ScalableTargetRecord => {
    const found = world.scaling.targets.get(`service/${clusterArn.slice(clusterArn.indexOf('/') + 1)}/${name}`);
    if (found === undefined) throw new Error(`${name} has no scalable target`);
    return found;
  };

  return {
    world,
    queue,
    failureQueue,
    delivery,
    ran,
    registrations,
    instance,
    byHand: (event) => clock.until(instance()(event)),
    release: async (scope) => {
      const limits = { brakePercent: options.brakePercent ?? 50, brakeReleased: true };
      await clock.until(sweepScaling({ scope, mode: 'enforce', limits }, createDeps()));
    },
    sweep: async () => {
      await clock.runUntil(() => delivery.idle, SWEEP_MS);
      const { id } = putSweep();
      await clock.runUntil(() => delivery.idle && !queue.messages.some((message) => message.id === id), SWEEP_MS);
      const last = ran.at(-1);
      if (last === undefined) throw new Error('nothing ran');
      return last;
    },
    run: (ms) => clock.advance(ms),
    service: async (name, desiredCount, serviceTags = {}, spec = {}) => {
      const service = ecs.createService({
        cluster: 'production',
        name,
        taskDefinition: 'web',
        subnets: [subnet.id],
        desiredCount,
        serviceTags,
        ...spec,
      });
      await clock.advance(STEADY_MS);
      return service;
    },
    group: (name, tags = {}, spec = {}) => world.targetGroups.add({ name, vpcId: vpc.id, port: 8080, tags, ...spec }),
    target,
    bounds: (service) => {
      if (!world.scaling.targets.has(`service/production/${service.name}`)) return 'none';
      const { min, max, suspended } = target(service);
      const held = [
        suspended.scaleIn ? ' in' : '',
        suspended.scaleOut ? ' out' : '',
        suspended.scheduled ? ' scheduled' : '',
      ];
      return `${min}..${max}${held.join('')}`;
    },
  };
};

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** What runs did: `put-target web`; what was only planned or refused says so. */
export const changesOf = (runs: readonly Adjusted[]): readonly string[] =>
  runs.flatMap(({ outcome }) =>
    outcome.changes.map(
      ({ action, resource, applied }) => `${action} ${nameOf(resource)}${applied ? '' : ' (not applied)'}`,
    ),
  );

/** What runs held back: `put-target web: brake: …`. */
export const heldOf = (runs: readonly Adjusted[]): readonly string[] =>
  runs.flatMap(({ outcome }) =>
    outcome.held.map(({ action, resource, reason }) => `${action} ${nameOf(resource)}: ${reason}`),
  );

/** What runs found: `SCL-5 web`. */
export const foundBy = (runs: readonly Adjusted[]): readonly string[] =>
  runs.flatMap(({ outcome }) => outcome.findings.map(({ rule, resource }) => `${rule} ${nameOf(resource)}`));

/** Findings in words. */
export const wordsOf = (runs: readonly Adjusted[]): string =>
  runs.flatMap(({ outcome }) => outcome.findings.map(({ summary, fix }) => `${summary} ${fix}`)).join('\n');

/** A policy of a service, as it is told: metric and target. */
export const policiesOf = ({ policies }: ScalableTargetRecord): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...policies.values()].map(({ name, tracking }) => {
      const predefined = tracking?.PredefinedMetricSpecification;
      const customized = tracking?.CustomizedMetricSpecification;
      const dimensions = customized?.Dimensions?.map(({ Name, Value }) => `${Name}=${Value}`).toSorted() ?? [];
      const metric = predefined
        ? [predefined.PredefinedMetricType, predefined.ResourceLabel ?? '']
        : [customized?.Namespace, customized?.MetricName, customized?.Statistic, ...dimensions];
      const cooldowns = [tracking?.ScaleInCooldown ?? '', tracking?.ScaleOutCooldown ?? ''].join('/');
      return [
        name,
        [...metric, tracking?.TargetValue, cooldowns].filter((part) => part !== '' && part !== '/').join(' '),
      ];
    }),
  );

/** The schedules of a service: when, zone and bounds. */
export const schedulesOf = ({ schedules }: ScalableTargetRecord): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...schedules.values()].map(({ name, schedule, timezone, min, max }) => [
      name,
      `${schedule} ${timezone} ${min}..${max}`,
    ]),
  );

/** What Taskwire changed so far, by `service:Action`. */
export const mutatingCalls = ({ world }: ScalingStage): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { action } of world.calls.mutating()) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
};

export const MINUTE = 60_000;
