import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { createDelivery, scheduledEvent } from '../../simulator/delivery.ts';
import { AwsError } from '../../simulator/errors.ts';
import type { Action, BusEvent, InputOf, OutputOf } from '../../simulator/shapes.ts';
import type { World } from '../../simulator/world.ts';
import { createInstance } from '../../test/support/instance.ts';
import type { Fleet } from './fleet.ts';

/** The part of the account's call budgets that Taskwire is given, per second. */
export interface Share {
  readonly registrationsPerSecond: number;
  readonly elbReadsPerSecond: number;
  readonly ecsReadsPerSecond: number;
}

/** As `npm run deploy` has it. */
export const DEFAULT_SHARE: Share = { registrationsPerSecond: 3, elbReadsPerSecond: 5, ecsReadsPerSecond: 10 };

/** All that AWS grants: its 10 calls of Elastic Load Balancing hold the 4 that register. */
export const WHOLE_SHARE: Share = { registrationsPerSecond: 4, elbReadsPerSecond: 6, ecsReadsPerSecond: 20 };

/** As `functions/register-targets/wire.ts`. */
const INSTANCES = 3;
const BATCH = { batchSize: 1_000, windowMs: 1_000, maxConcurrency: 2 };
const SWEEP_EVERY_MS = 300_000;

/** As the rule of `infrastructure/register-targets.yml`. */
const isTaskThatRunsOrEnds = ({ 'detail-type': type, detail }: BusEvent): boolean =>
  type === 'ECS Task State Change' &&
  (Reflect.get(detail, 'desiredStatus') === 'STOPPED' || Reflect.get(detail, 'lastStatus') === 'RUNNING');

/** The world as one instance meets it: its part of the share stands before every call. */
const throughBudgets = (world: World, share: Share) => {
  const budgets = createCallBudgets({ clock: world.clock, ...share, parts: INSTANCES, byWork: true });
  const call = async <A extends Action>(action: A, input: InputOf<A>): Promise<OutputOf<A>> => {
    await budgets.before(action);
    try {
      return await world.call(action, input);
    } catch (error) {
      if (error instanceof AwsError && /^Throttl/.test(error.code)) budgets.throttled(action);
      throw error;
    }
  };
  return { world: { ...world, call }, budget: budgets.registration };
};

/** Taskwire as it is deployed: two instances that follow events, and a sweep every five minutes on a third. */
export const startTaskwire = ({ world }: Fleet, share: Share): void => {
  const queue = world.queues.add({ name: 'register-targets', visibilityMs: 360_000 });
  const failures = world.queues.add({ name: 'register-targets-failed' });
  const create = () => {
    const { world: through, budget } = throughBudgets(world, share);
    return createInstance(through, { queues: { own: queue.url, failures: failures.url }, budget });
  };
  const free = Array.from({ length: BATCH.maxConcurrency }, create);
  createDelivery(world, {
    queue,
    ...BATCH,
    wants: isTaskThatRunsOrEnds,
    timeoutMs: 60_000,
    handler: async (event) => {
      const instance = free.shift() ?? create();
      try {
        const { failed } = await instance(event);
        return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
      } finally {
        free.unshift(instance);
      }
    },
  });
  const sweeper = create();
  const sweepNext = (): void => {
    world.clock.after(SWEEP_EVERY_MS, () => {
      sweepNext();
      void sweeper(scheduledEvent(world));
    });
  };
  sweepNext();
};
