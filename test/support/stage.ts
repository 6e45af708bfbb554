import { createBindings } from '../../shared/app/bindings.ts';
import { createFactBook } from '../../shared/app/fact-book.ts';
import { type Ran, type RegisterTargetsDeps, registerTargets } from '../../shared/app/register-targets.ts';
import { createTold } from '../../shared/app/told.ts';
import { createRegistrationBudget } from '../../shared/aws/call-budget.ts';
import { parseInput } from '../../shared/contracts/input.ts';
import { renderLaterWork } from '../../shared/contracts/later-work.ts';
import { isStandby } from '../../shared/contracts/standby-tag.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Mode, Outcome } from '../../shared/core/outcome.ts';
import type { Settings } from '../../shared/core/settings.ts';
import { createDeadline } from '../../shared/runtime/deadline.ts';
import { createDelivery, type Delivery, type DeliveryOptions, scheduledEvent } from '../../simulator/delivery.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { SimulatedQueue } from '../../simulator/queues.ts';
import type { ServiceRecord, TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import { createWorld, type World, type WorldOptions } from '../../simulator/world.ts';

/** How a scenario is staged. */
export interface StageOptions {
  readonly world?: WorldOptions;
  readonly mode?: Mode;
  readonly clusters?: readonly string[];
  readonly brakePercent?: number;
  /** Default `group`. */
  readonly consent?: Settings['consent'];
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

const TIMEOUT_MS = 60_000;
/** The function's own time-out: a sweep may use it all, as the handler says. */
const SWEEP_TIMEOUT_MS = 300_000;

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

  const createDeps = (through: World): RegisterTargetsDeps => {
    const ports = createInMemoryPorts(through, { queues: urls });
    const counted = { ...world.calls.counts() };
    return {
      ...ports,
      budget: createRegistrationBudget({ clock: through.clock, perSecond: 3, parts: 3 }),
      bindings: createBindings({
        ...ports,
        tagPrefix: 'taskwire',
        ...wiringReaders({
          tagPrefix: 'taskwire',
          clusters: options.clusters ?? [],
          consent: options.consent ?? 'group',
        }),
      }),
      factBook: createFactBook(ports.tasks, ports.addresses),
      isStandby: (task) => isStandby(task.tags, 'taskwire'),
      told: createTold(),
      mode: options.mode ?? 'enforce',
      brakePercent: options.brakePercent ?? 50,
      renderLaterWork,
      calls: () =>
        Object.fromEntries(
          Object.entries(world.calls.counts()).map(([action, count]) => [action, count - (counted[action] ?? 0)]),
        ),
    };
  };

  const instance = (through: World = world) => {
    const deps = createDeps(through);
    return async (event: unknown): Promise<Ran> => {
      const { messages } = parseInput(event, clock.nowMs());
      const asked = messages[0]?.input.kind;
      const whole = asked === 'sweep' || asked === 'by-hand';
      const deadline = createDeadline({
        clock: through.clock,
        remainingMs: whole ? SWEEP_TIMEOUT_MS : TIMEOUT_MS,
        ...(whole && { workMs: Number.POSITIVE_INFINITY }),
      });
      try {
        const result = await registerTargets(messages, deps, { signal: deadline.work });
        ran.push(result);
        return result;
      } finally {
        deadline.end();
      }
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
