import type { AnswersTo } from './answers/answer.ts';
import { ec2Answers } from './answers/ec2.ts';
import { ecsAnswers } from './answers/ecs.ts';
import { loadBalancingAnswers } from './answers/load-balancing.ts';
import { otherAnswers } from './answers/others.ts';
import { scalingAnswers } from './answers/scaling.ts';
import { surroundingAnswers } from './answers/surroundings.ts';
import { switchAnswers } from './answers/switches.ts';
import { trailAnswers } from './answers/trail.ts';
import { type Audit, createAudit } from './audit.ts';
import { type Budgets, createBudgets } from './budgets.ts';
import { type Bus, createBus } from './bus.ts';
import { type Calls, createCalls } from './calls.ts';
import { createVirtualClock, type VirtualClock } from './clock.ts';
import { createDeployed, type Deployed } from './deployed.ts';
import { createEcs, type Ecs, type EcsInside, type EcsOptions } from './ecs.ts';
import { AwsError, throttled } from './errors.ts';
import { createFaults, type Faults } from './faults.ts';
import { createFillings, type Fillings } from './fillings.ts';
import { createListening, type Listening } from './listening.ts';
import { registerNatively } from './native-targets.ts';
import { createNetwork, type Network, type NetworkOptions } from './network.ts';
import { createQueues, type Queues } from './queues.ts';
import { createRandom, type Random } from './random.ts';
import { createScaling, type ScalingWorld } from './scaling.ts';
import type { Action, InputOf, OutputOf } from './shapes.ts';
import { createSurroundings, type Surroundings } from './surroundings.ts';
import { createSwitches, type Switches } from './switches.ts';
import { createTargetGroups, type TargetGroupsOptions, type TargetGroupsWorld } from './target-groups.ts';
import { createTrail, type TrailWorld } from './trail.ts';

/** How the world behaves; everything has a default, times in milliseconds. */
export interface WorldOptions {
  /** Same seed, same calls: same world. Default 1. */
  readonly seed?: number;
  /** Default 2026-03-02T08:00:00Z; `Date.now()` where a real process is on the other side. */
  readonly startMs?: number;
  /** Default 111122223333. */
  readonly account?: string;
  /** Default eu-central-1. */
  readonly region?: string;
  /** AWS's call budgets; default on. */
  readonly budgets?: boolean;
  readonly ecs?: EcsOptions;
  readonly network?: NetworkOptions;
  readonly targetGroups?: TargetGroupsOptions;
}

/** An AWS account in one region, in memory. */
export interface World {
  readonly account: string;
  readonly region: string;
  readonly clock: VirtualClock;
  readonly random: Random;
  /**
   * Makes one AWS call, as the SDK would send it once (no retries): hooks, faults, latency, budget, then the answer.
   * This is the whole of what the ports and the wire half use. It takes no virtual time unless a fault adds latency.
   * @throws {AwsError} What the SDK would throw; `answered: false` where the connection should just end.
   */
  call<A extends Action>(action: A, input: InputOf<A>): Promise<OutputOf<A>>;
  /** Every call made so far. */
  readonly calls: Calls;
  readonly faults: Faults;
  readonly budgets: Budgets;
  readonly network: Network;
  readonly ecs: Ecs;
  readonly targetGroups: TargetGroupsWorld;
  /** Application Auto Scaling. */
  readonly scaling: ScalingWorld;
  readonly fillings: Fillings;
  readonly surroundings: Surroundings;
  readonly trail: TrailWorld;
  /** Functions, rights and figures; what a look at the stack itself sees. */
  readonly deployed: Deployed;
  readonly bus: Bus;
  readonly queues: Queues;
  /** Event source mappings and rules. */
  readonly switches: Switches;
  /** Which tagged groups hold what they should, from the world's truth; no call is counted. */
  audit(tagPrefix?: string): Audit;
}

const START_MS = Date.UTC(2026, 2, 2, 8);

/**
 * An empty account. Not modelled: other accounts and regions, permissions (a fault can deny any call), the freezing
 * of Lambda functions; each part says more.
 */
export const createWorld = ({
  seed = 1,
  startMs = START_MS,
  account = '111122223333',
  region = 'eu-central-1',
  budgets: limited = true,
  ...options
}: WorldOptions = {}): World => {
  const clock = createVirtualClock(startMs);
  const random = createRandom(seed);
  const { calls, record } = createCalls();
  const { faults, judge } = createFaults(random);
  const { budgets, take } = createBudgets(clock, limited);
  const bus = createBus(clock, random, account, region);
  const queues = createQueues(clock, random, account, region);
  const switches = createSwitches({ clock, random, account, region });
  const fillings = createFillings();
  const surroundings = createSurroundings();
  const trail = createTrail(calls);

  // The parts know of each other what they need through these; they are asked only while the world runs.
  const later: { ecs?: EcsInside; listening?: Listening } = {};
  const network = createNetwork(random, region, clock.nowMs, options.network ?? {}, (instanceId) =>
    later.ecs?.loseInstance(instanceId),
  );
  const { targetGroups, inside: groups } = createTargetGroups(
    {
      clock,
      random,
      bus,
      network,
      account,
      region,
      answers: (type, vpcId, id, port) => later.listening?.answers(type, vpcId, id, port) ?? false,
    },
    options.targetGroups ?? {},
  );
  const { ecs, inside: ecsInside } = createEcs(
    {
      clock,
      random,
      bus,
      network,
      account,
      region,
      native: (what, task, loadBalancers) =>
        registerNatively(what, task, loadBalancers, groups, (arn) => ecs.containerInstances.get(arn)?.instanceId),
    },
    options.ecs ?? {},
  );
  later.ecs = ecsInside;
  const listening = createListening({ ecs, inside: ecsInside, network });
  later.listening = listening;

  const { scaling, inside: scalingInside } = createScaling({
    clock,
    random,
    bus,
    account,
    region,
    services: ecs.services,
    runningOf: ({ arn }) => ecs.tasksOf(arn).filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    scale: ecsInside.scale,
  });

  const answers: AnswersTo<Action> = {
    ...ecsAnswers({ clock, random, ecs }),
    ...loadBalancingAnswers({
      random,
      targetGroups,
      inside: groups,
      services: ecs.services,
      scalableTargets: scaling.targets,
      queues,
    }),
    ...scalingAnswers({ random, scaling, inside: scalingInside, account }),
    ...ec2Answers({ random, network }),
    ...surroundingAnswers({ random, surroundings }),
    ...trailAnswers({ clock, random, calls, trail }),
    ...otherAnswers({ clock, random, fillings, bus, queues }),
    ...switchAnswers({ queues, switches }),
  };

  return {
    account,
    region,
    clock,
    random,
    calls,
    faults,
    budgets,
    network,
    ecs,
    targetGroups,
    scaling,
    fillings,
    surroundings,
    trail,
    deployed: createDeployed(clock, account),
    bus,
    queues,
    switches,
    audit: createAudit({ ecs, network, targetGroups, inside: groups, listening }),
    call: async (action, input) => {
      const sent = record(action, input, clock.nowMs());
      try {
        await judge.runBefore(action, input);
        const { latencyMs, error, lost } = judge.meet(action, input);
        if (latencyMs > 0) await clock.sleep(latencyMs);
        if (error) throw error;
        if (!take(action)) throw throttled(action);
        const answer = answers[action];
        const output = answer(input);
        await judge.runAfter(action, input);
        if (lost) throw lost;
        return output;
      } catch (error) {
        sent.error = error instanceof AwsError ? error.code : String(error);
        throw error;
      }
    },
  };
};
