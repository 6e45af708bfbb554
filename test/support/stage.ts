import type { Ran } from '../../shared/app/register-targets.ts';
import { createRegistrationBudget } from '../../shared/aws/call-budget.ts';
import type { Outcome } from '../../shared/core/outcome.ts';
import { createDelivery, type Delivery, type DeliveryOptions, scheduledEvent } from '../../simulator/delivery.ts';
import type { SimulatedQueue } from '../../simulator/queues.ts';
import type { ServiceRecord, TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import { createWorld, type World, type WorldOptions } from '../../simulator/world.ts';
import { createInstance, type InstanceOptions, TIMEOUT_MS } from './instance.ts';

/** How a scenario is staged. */
export interface StageOptions extends Omit<InstanceOptions, 'queues' | 'budget'> {
  readonly world?: WorldOptions;
  readonly delivery?: Partial<Omit<DeliveryOptions, 'queue' | 'handler'>>;
  /** No queue, as when the function is tried by hand. */
  readonly withoutQueue?: boolean;
  /** Of the queue. Default six times the function's time-out, as AWS advises. */
  readonly visibilityMs?: number;
  /** What runs the batches of the queue. Default: one instance, which lives as long as the stage. */
  readonly runBatch?: (event: unknown) => Promise<Ran>;
}

/** `register-targets` over an embedded AWS: its use case, in the function's own glue of queue, deadline and answer. */
export interface Stage {
  readonly world: World;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly queue: SimulatedQueue;
  readonly failureQueue: SimulatedQueue;
  readonly delivery: Delivery;
  /** Everything that was done, oldest first. */
  readonly ran: readonly Ran[];
  /**
   * A new instance of the function, with nothing kept from before.
   * @param through The world as this instance meets it. Default: the world itself.
   */
  instance(through?: World): (event: unknown) => Promise<Ran>;
  /** The sweep, on an instance of its own; throws nothing, look at `failed`. */
  sweep(): Promise<Ran>;
  /** Moves on, running what is due. */
  run(ms: number): Promise<void>;
  /** Moves on until nothing is under way and the last later look is over. */
  quiet(): Promise<void>;
  group(name: string, tags: Readonly<Record<string, string>>, spec?: object): TargetGroupRecord;
  service(name: string, desiredCount?: number, spec?: object): ServiceRecord;
  /** Id and port of the targets that are not draining. */
  registered(group: TargetGroupRecord): readonly string[];
  changes(): readonly string[];
}

/** A running task's address. */
export const addressOf = (task: TaskRecord): string => {
  const address = task.attachment?.interface?.ipv4;
  if (address === undefined) throw new Error(`${task.arn} has no address`);
  return address;
};

/** The only item of a list. */
export const only = <T>(items: readonly T[]): T => {
  const [first] = items;
  if (first === undefined || items.length !== 1) throw new Error(`one item expected, found ${items.length}`);
  return first;
};

/**
 * Stages a scenario: one VPC (10.0.0.0/16), one cluster `production`, a Fargate task definition `web` on port 8080.
 * Nothing waits in real time.
 */
export const createStage = (options: StageOptions = {}): Stage => {
  const world = createWorld({ budgets: true, ...options.world });
  const { clock, network, ecs } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
  ecs.addCluster('production');
  ecs.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
  });
  const failureQueue = world.queues.add({ name: 'register-targets-failed' });
  const queue = world.queues.add({
    name: 'register-targets',
    visibilityMs: options.visibilityMs ?? 6 * TIMEOUT_MS,
    failureQueue,
  });
  const ran: Ran[] = [];
  const urls = options.withoutQueue ? {} : { own: queue.url, failures: failureQueue.url };

  const instance = (through: World = world) => {
    const handle = createInstance(through, {
      queues: urls,
      budget: createRegistrationBudget({ clock: through.clock, perSecond: 3, parts: 3 }),
      ...options,
    });
    return async (event: unknown): Promise<Ran> => {
      const result = await handle(event);
      ran.push(result);
      return result;
    };
  };

  const runBatch = options.runBatch ?? instance();
  const delivery = createDelivery(world, {
    windowMs: 1_000,
    ...options.delivery,
    queue,
    handler: async (event) => {
      const { failed } = await runBatch(event);
      return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
    },
    timeoutMs: TIMEOUT_MS,
  });
  const sweeper = instance();

  return {
    world,
    vpcId: vpc.id,
    subnetId: subnet.id,
    queue,
    failureQueue,
    delivery,
    ran,
    instance,
    sweep: () => clock.until(sweeper(scheduledEvent(world))),
    run: (ms) => clock.advance(ms),
    quiet: async () => {
      await clock.runUntil(() => delivery.idle && queue.messages.length === 0, 3_600_000);
    },
    group: (name, tags, spec = {}) => world.targetGroups.add({ name, vpcId: vpc.id, port: 8080, tags, ...spec }),
    service: (name, desiredCount = 1, spec = {}) =>
      ecs.createService({
        cluster: 'production',
        name,
        taskDefinition: 'web',
        subnets: [subnet.id],
        desiredCount,
        ...spec,
      }),
    registered: (group) =>
      world.targetGroups
        .targetsOf(group.arn)
        .filter(({ state }) => !state.endsWith('draining'))
        .map(({ id, port }) => `${id}:${port}`)
        .toSorted(),
    changes: () =>
      ran.flatMap(({ outcome }) =>
        outcome.changes.map(
          ({ action, target, applied }) => `${action} ${target?.id}:${target?.port}${applied ? '' : ' (not applied)'}`,
        ),
      ),
  };
};

/** The Outcome of the last run. */
export const lastOutcome = (stage: Stage): Outcome => {
  const last = stage.ran.at(-1);
  if (last === undefined) throw new Error('nothing ran');
  return last.outcome;
};
