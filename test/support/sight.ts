import type { Binding } from '../../shared/core/targets/binding.ts';
import type { Facts } from '../../shared/core/targets/facts.ts';
import { indexFleet } from '../../shared/core/targets/fleet.ts';
import type { Limits } from '../../shared/core/targets/plan.ts';
import type { Holder, Listed, Sight } from '../../shared/core/targets/sight.ts';
import type { ObservedTarget, Target } from '../../shared/core/targets/target.ts';
import type { Subnet, Task } from '../../shared/core/task/task.ts';
import { aDefinition, arnOf } from './tasks.ts';
import { aBinding } from './wiring.ts';

const subnets: readonly Subnet[] = [
  { subnetId: 'subnet-1', vpcId: 'vpc-1', cidrs: ['10.0.0.0/24', '2001:db8:1::/64'] },
  { subnetId: 'subnet-1b', vpcId: 'vpc-1', cidrs: ['10.0.1.0/24'] },
  // Another VPC with the addresses of the first, and one with its own.
  { subnetId: 'subnet-2', vpcId: 'vpc-2', cidrs: ['10.0.0.0/24', '2001:db8:2::/64'] },
  { subnetId: 'subnet-3', vpcId: 'vpc-3', cidrs: ['10.3.0.0/24'] },
];

const definitions = [
  aDefinition('web:1'),
  aDefinition('web:2', { app: ['8080'] }),
  aDefinition('api:1', { api: ['9090'] }),
  aDefinition('job:1'),
  aDefinition('bridge:1', { app: ['80'], side: ['81'] }, 'bridge'),
  aDefinition('host:1', { app: ['80'] }, 'host'),
  aDefinition('none:1', { app: ['80'] }, 'none'),
];

/**
 * Facts about the world of the tests: vpc-1 (the groups'), vpc-2 with the same addresses, vpc-3 with its own; the
 * container instances ci-1 and ci-2 are i-1 and i-2, and i-2 belongs to the Beanstalk environment `shop`.
 */
export const aFacts = (says: Partial<Facts> = {}): Facts => ({
  definitions: new Map(definitions.map((each) => [each.taskDefinitionArn, each])),
  subnets: new Map(subnets.map((each) => [each.subnetId, each])),
  subnetsOfVpc: new Map([['vpc-1', subnets.filter(({ vpcId }) => vpcId === 'vpc-1')]]),
  instances: new Map(['1', '2'].map((id) => [arnOf.instance(`ci-${id}`), `i-${id}`])),
  environments: new Map([['i-2', 'shop']]),
  ...says,
});

/** A target by its last octet in subnet-1, or by its id. */
export const at = (id: number | string, port = 80): Target => ({
  id: typeof id === 'number' ? `10.0.0.${id}` : id,
  port,
});

/** A registered target. */
export const seen = (id: number | string, state = 'healthy', port = 80): ObservedTarget => ({ ...at(id, port), state });

/** EC2's answer that a task's interface has an address; the task need not be known. */
export const heldByTask = (id: string, vpcId = 'vpc-1'): readonly Holder[] => [
  { vpcId, interfaceId: `eni-${id}`, attachmentId: `att-${id}` },
];
/** EC2's answer that an interface which ECS did not make has an address. */
export const heldByOther = (vpcId = 'vpc-1'): readonly Holder[] => [{ vpcId, interfaceId: 'eni-other' }];
/** EC2's answer that nobody has the address. */
export const heldByNobody: readonly Holder[] = [];

/** What a test says of a look; all else is a complete look at nothing, 1,000,000 ms after the epoch. */
export interface SightSays {
  readonly binding?: Binding;
  readonly tasks?: readonly Task[];
  readonly observed?: readonly ObservedTarget[];
  readonly facts?: Facts;
  /** Task ids. */
  readonly focus?: readonly string[];
  readonly listed?: Listed;
  readonly listedInstances?: readonly string[];
  /** By address; by the last octet in subnet-1 where it is a number. */
  readonly holders?: Readonly<Record<string, readonly Holder[]>>;
  /** By target key, `10.0.0.1 80`. */
  readonly firstSeenMs?: Readonly<Record<string, number>>;
  /** Ids of tasks on standby. */
  readonly standby?: readonly string[];
  readonly nowMs?: number;
}

export const NOW_MS = 1_000_000;

/** All that a plan rests on. */
export const aSight = (says: SightSays = {}): Sight => {
  const { binding = aBinding(), tasks = [], observed = [], facts = aFacts(), focus, listed = 'clusters' } = says;
  const standby = new Set(says.standby?.map((id) => arnOf.task(id)));
  return {
    binding,
    observed,
    fleet: indexFleet(tasks, facts),
    facts,
    ...(focus !== undefined && { focus: new Set(focus.map((id) => arnOf.task(id))) }),
    listed,
    listedInstances: new Set(says.listedInstances),
    holders: new Map(
      Object.entries(says.holders ?? {}).map(([id, of]) => [/^\d+$/.test(id) ? `10.0.0.${id}` : id, of]),
    ),
    firstSeenMs: new Map(Object.entries(says.firstSeenMs ?? {})),
    isStandby: ({ taskArn }) => standby.has(taskArn),
    nowMs: says.nowMs ?? NOW_MS,
  };
};

/** The limits of a stack as it is deployed. */
export const LIMITS: Limits = { brakePercent: 50, brakeReleased: false };
