import { deployedName, queueName, ruleName, STACK, type StackFunction } from '../../shared/core/doctor/stack.ts';
import type { SimulatedQueue } from '../../simulator/queues.ts';
import type { TargetGroupRecord } from '../../simulator/state.ts';
import type { World } from '../../simulator/world.ts';
import { createStage } from './stage.ts';

/** An account with a stack in which nothing is wrong until somebody plants it. */
export interface DoctorStage {
  readonly world: World;
  /** The queues of the stack by their names. */
  readonly queues: ReadonlyMap<string, SimulatedQueue>;
  /** Wired to a service of the cluster `production`. */
  readonly group: TargetGroupRecord;
  /** Another stack, or one more function. */
  deployFunction(name: string, env?: Readonly<Record<string, string>>): void;
  groupOf(name: string, tags: Readonly<Record<string, string>>): TargetGroupRecord;
}

const STAGE = 'prod';

const ENV = {
  TASKWIRE_MODE: 'enforce',
  TASKWIRE_CLUSTERS: '',
  TASKWIRE_TAG_PREFIX: 'taskwire',
  TASKWIRE_VERSION: '1.2.3+0a1b2c3',
};

/** One cluster, `production`, with a wired service `web`, and the stack `taskwire-prod` as it is deployed. */
export const createDoctorStage = (): DoctorStage => {
  const { world, group, service } = createStage();
  const { deployed, switches, account } = world;
  const queues = new Map<string, SimulatedQueue>();

  const deployFunction: DoctorStage['deployFunction'] = (name, env = ENV) => {
    const role = `arn:aws:iam::${account}:role/${name}`;
    deployed.functions.set(name, { name, role, state: 'Active', env: new Map(Object.entries(env)) });
  };
  const deploy = (part: StackFunction): void => {
    const name = deployedName(STAGE, part.name);
    deployFunction(name);
    for (const kind of part.queues) {
      const queue = world.queues.add({ name: queueName(STAGE, part, kind) });
      queues.set(queue.name, queue);
      if (kind === 'own') switches.addMapping(name, queue.arn);
    }
    for (const rule of part.rules) {
      const { name: at } = switches.addRule(ruleName(STAGE, part.name, rule));
      const to =
        rule.to === 'queue'
          ? `sqs:eu-central-1:${account}:${queueName(STAGE, part, 'own')}`
          : `lambda:eu-central-1:${account}:function:${name}`;
      deployed.ruleTargets.set(at, [`arn:aws:${to}`]);
      deployed.figures.set(`AWS/Events Invocations ${at}`, 4);
    }
  };
  for (const part of STACK) deploy(part);
  service('web', 1);
  return {
    world,
    queues,
    group: group('web', { 'taskwire:service': 'production/web' }),
    deployFunction,
    groupOf: (name, tags) => group(name, tags),
  };
};
