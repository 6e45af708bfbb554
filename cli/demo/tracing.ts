import type { RemediateOutcome } from '../../shared/app/remediate.ts';
import { createDelivery, type Delivery } from '../../simulator/delivery.ts';
import type { SimulatedQueue } from '../../simulator/queues.ts';
import type { World } from '../../simulator/world.ts';
import { API_ROLES } from './fleet.ts';
import { createInstances } from './instances.ts';

/** The functions that care for traces: one follows the events, the other does what a person asks. */
export interface Tracing {
  /** To `verify-xray`. */
  readonly delivery: Delivery;
  readonly failures: SimulatedQueue;
  /** Asks `remediate`. @throws If it fails. */
  readonly remediate: (request: object) => Promise<RemediateOutcome>;
  readonly close: () => Promise<void>;
}

const TIMEOUT_MS = 60_000;

const isOutcome = (value: unknown): value is RemediateOutcome =>
  typeof value === 'object' && value !== null && 'changes' in value && 'findings' in value;

/**
 * @param bundles File URLs of the built functions.
 * @param env What the stack sets, and where AWS is.
 * @param queueUrl Where the function reaches a queue.
 */
export const createTracing = (
  world: World,
  bundles: { readonly verifyXray: URL; readonly remediate: URL },
  env: Readonly<Record<string, string>>,
  queueUrl: (url: string) => string,
): Tracing => {
  const failures = world.queues.add({ name: 'verify-xray-failed' });
  const queue = world.queues.add({ name: 'verify-xray', visibilityMs: 6 * TIMEOUT_MS, failureQueue: failures });
  // Only api says by its tag that it is traced.
  const settings = { ...env, TASKWIRE_TRACING: 'off' };
  const verifiers = createInstances(bundles.verifyXray, {
    ...settings,
    TASKWIRE_QUEUE_URL: queueUrl(queue.url),
    TASKWIRE_FAILURE_QUEUE_URL: queueUrl(failures.url),
  });
  const repairers = createInstances(bundles.remediate, { ...settings, TASKWIRE_PASS_ROLES: API_ROLES.join(',') });
  const delivery = createDelivery(world, {
    queue,
    functionName: 'verify-xray',
    wants: ({ source, 'detail-type': type }) => source === 'aws.ecs' && type === 'ECS Task State Change',
    windowMs: 300,
    maxConcurrency: 1,
    timeoutMs: TIMEOUT_MS,
    trouble: { lateMs: [20, 250] },
    handler: (event, context) => verifiers.invoke(event, context.getRemainingTimeInMillis()),
  });
  return {
    delivery,
    failures,
    remediate: async (request) => {
      const outcome = await repairers.invoke(request, TIMEOUT_MS);
      if (!isOutcome(outcome)) throw new TypeError('remediate answered no Outcome');
      return outcome;
    },
    close: async () => {
      delivery.stop();
      await Promise.all([verifiers.close(), repairers.close()]);
    },
  };
};
