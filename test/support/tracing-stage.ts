import { createTold } from '../../shared/app/told.ts';
import { createTracingBook } from '../../shared/app/tracing-book.ts';
import { createVerdicts, type Verified, verifyXray } from '../../shared/app/verify-xray.ts';
import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { parseTracingInput } from '../../shared/contracts/tracing-input.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import type { Settings } from '../../shared/core/settings.ts';
import type { CollectorImage } from '../../shared/core/tracing/collectors.ts';
import { createDelivery, type Delivery, type DeliveryOptions } from '../../simulator/delivery.ts';
import type { ContainerSpec, ServiceSpec, TaskDefinitionSpec } from '../../simulator/ecs.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { SimulatedQueue } from '../../simulator/queues.ts';
import type { ServiceRecord } from '../../simulator/state.ts';
import { createWorld, type World } from '../../simulator/world.ts';

/** How a tracing scenario is staged. */
export interface TracingStageOptions {
  readonly tracing?: Settings['tracing'];
  readonly clusters?: readonly string[];
  readonly collectorImages?: readonly CollectorImage[];
  readonly trouble?: DeliveryOptions['trouble'];
  readonly batchSize?: number;
}

/** `verify-xray` over an embedded AWS. */
export interface TracingStage {
  readonly world: World;
  readonly failureQueue: SimulatedQueue;
  readonly delivery: Delivery;
  /** Everything that was found out, oldest first. */
  readonly ran: readonly Verified[];
  /** A service whose tasks consist of these containers. */
  service(name: string, containers: readonly ContainerSpec[], spec?: StagedService): ServiceRecord;
  /** A new instance of the function, with nothing kept from before; an event by itself is a person's. */
  instance(): (event: unknown) => Promise<Verified>;
  /** Moves on, running what is due. */
  run(ms: number): Promise<void>;
  /** Rules and resources of what was told, sorted: `XRY-1 web:1`. */
  found(): readonly string[];
  /** Rules of high severity, each once, sorted. */
  highs(): readonly string[];
  /** The text of the findings on the bus. */
  told(): readonly string[];
}

/** What of a staged service differs from one Fargate task of a definition with roles. */
export interface StagedService extends Partial<Omit<ServiceSpec, 'name' | 'taskDefinition'>> {
  readonly definition?: Partial<TaskDefinitionSpec>;
}

/** An application that sends with the X-Ray SDK, and logs. */
export const APP: ContainerSpec = {
  name: 'app',
  image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop@sha256:0123',
  portMappings: [{ containerPort: 8080 }],
  environment: [{ name: 'AWS_XRAY_CONTEXT_MISSING', value: 'LOG_ERROR' }],
  dependsOn: [{ containerName: 'xray-daemon', condition: 'START' }],
  logConfiguration: { logDriver: 'awslogs' },
};

/** A daemon beside it. */
export const DAEMON: ContainerSpec = {
  name: 'xray-daemon',
  image: 'public.ecr.aws/xray/aws-xray-daemon:3.3.14',
  essential: false,
  cpu: 32,
  memoryReservation: 64,
  portMappings: [{ containerPort: 2000, protocol: 'udp' }],
  logConfiguration: { logDriver: 'awslogs' },
};

const lastOf = (text: string): string => text.slice(text.lastIndexOf('/') + 1);

/** Stages a scenario: one VPC, the clusters `production` and `staging`. Nothing waits in real time. */
export const createTracingStage = (options: TracingStageOptions = {}): TracingStage => {
  const world = createWorld();
  const { clock, ecs, network } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
  for (const cluster of ['production', 'staging']) ecs.addCluster(cluster);
  const failureQueue = world.queues.add({ name: 'verify-xray-failed' });
  const queue = world.queues.add({ name: 'verify-xray', visibilityMs: 360_000, failureQueue });
  const ran: Verified[] = [];

  const instance = () => {
    const ports = createInMemoryPorts(world, { queues: { own: queue.url, failures: failureQueue.url } });
    const deps = {
      ...ports,
      book: createTracingBook({
        ...ports,
        services: ports.scaledServices,
        tracing: options.tracing ?? 'required',
        ...(options.collectorImages !== undefined && { collectorImages: options.collectorImages }),
        parseTags: (tags, resource) => parseTracingTags(tags, { prefix: 'taskwire', resource }),
        readDefinition: (definition, name) => parseTaskDefinition(definition, name)[0]?.task,
      }),
      verdicts: createVerdicts(),
      told: createTold(),
      mode: 'enforce' as const,
      clusters: options.clusters ?? [],
      calls: () => world.calls.counts(),
    };
    return async (event: unknown): Promise<Verified> => {
      const { messages, wrapped } = parseTracingInput(event, clock.nowMs());
      const verified = await verifyXray(messages, deps, { fromQueue: wrapped });
      ran.push(verified);
      return verified;
    };
  };

  const events = instance();
  const delivery = createDelivery(world, {
    queue,
    functionName: 'verify-xray',
    wants: ({ source, ...event }) => source === 'aws.ecs' && event['detail-type'] === 'ECS Task State Change',
    batchSize: options.batchSize ?? 1_000,
    ...(options.trouble !== undefined && { trouble: options.trouble }),
    handler: async (event) => {
      const { failed } = await events(event);
      return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
    },
  });
  const findings = () => ran.flatMap(({ outcome }) => outcome.findings);

  return {
    world,
    failureQueue,
    delivery,
    ran,
    instance,
    run: (ms) => clock.advance(ms),
    service: (name, containers, { definition = {}, ...spec } = {}) => {
      ecs.registerTaskDefinition({
        family: name,
        containers,
        taskRoleArn: 'arn:aws:iam::111122223333:role/task',
        executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
        ...definition,
      });
      const onSubnet = (definition.networkMode ?? 'awsvpc') === 'awsvpc' ? { subnets: [subnet.id] } : {};
      return ecs.createService({ cluster: 'production', name, taskDefinition: name, ...onSubnet, ...spec });
    },
    found: () =>
      findings()
        .map(({ rule, resource }) => `${rule} ${lastOf(resource)}`)
        .sort(),
    highs: () => [...new Set(findings().flatMap(({ rule, severity }) => (severity === 'high' ? [rule] : [])))].sort(),
    told: () => world.bus.log.filter(({ source }) => source === 'taskwire').map(({ detail }) => JSON.stringify(detail)),
  };
};
