import type { Audit } from './audit.ts';
import type { Budgets } from './budgets.ts';
import type { Bus } from './bus.ts';
import type { Calls } from './calls.ts';
import type { VirtualClock } from './clock.ts';
import type { Ecs, EcsOptions } from './ecs.ts';
import type { Faults } from './faults.ts';
import type { Fillings } from './fillings.ts';
import type { Network, NetworkOptions } from './network.ts';
import type { Queues } from './queues.ts';
import type { Random } from './random.ts';
import type { Action, InputOf, OutputOf } from './shapes.ts';
import type { TargetGroupsOptions, TargetGroupsWorld } from './target-groups.ts';

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
  readonly fillings: Fillings;
  readonly bus: Bus;
  readonly queues: Queues;
  /** Which tagged groups hold what they should, from the world's truth; no call is counted. */
  audit(tagPrefix?: string): Audit;
}
