import { createDelivery, type Delivery } from '../../simulator/delivery.ts';
import type { SimulatedQueue } from '../../simulator/queues.ts';
import type { MappingRecord, RuleRecord } from '../../simulator/switches.ts';
import { createStage, type Stage } from './stage.ts';

/** A staged scenario that is switched like a deployed stack of the stage `prod`. */
export interface StackStage extends Stage {
  /** Where events wait, under the name of the deployment. */
  readonly stackQueue: SimulatedQueue;
  readonly stackDelivery: Delivery;
  readonly mappings: readonly MappingRecord[];
  readonly rules: readonly RuleRecord[];
  readonly scalingQueue: SimulatedQueue;
}

const SWEEP_MS = 5 * 60_000;

/** `register-targets` behind a mapping and a sweep rule that can be switched, and a scaling half that only exists. */
export const createStackStage = (): StackStage => {
  const stage = createStage();
  stage.delivery.stop();
  const { world } = stage;
  const failureQueue = world.queues.add({ name: 'taskwire-prod-register-targets-failures' });
  const stackQueue = world.queues.add({ name: 'taskwire-prod-register-targets', visibilityMs: 360_000, failureQueue });
  const scalingQueue = world.queues.add({ name: 'taskwire-prod-adjust-scaling.fifo', contentBasedDeduplication: true });
  const mappings = [
    world.switches.addMapping('taskwire-prod-register-targets', stackQueue.arn),
    world.switches.addMapping('taskwire-prod-adjust-scaling', scalingQueue.arn),
  ];
  const rules = ['register-targets', 'adjust-scaling'].map((name) =>
    world.switches.addRule(`taskwire-prod-${name}-sweep`),
  );
  const events = stage.instance();
  const [mapping, rule] = [mappings[0], rules[0]];
  const stackDelivery = createDelivery(world, {
    queue: stackQueue,
    ...(mapping !== undefined && { mapping }),
    handler: async (event) => {
      const { failed } = await events(event);
      return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
    },
  });
  stackDelivery.schedule(SWEEP_MS, rule);
  return { ...stage, stackQueue, stackDelivery, mappings, rules, scalingQueue };
};
