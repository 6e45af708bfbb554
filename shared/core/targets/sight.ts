import { cidrContains } from '../task/address.ts';
import type { Task } from '../task/task.ts';
import type { Binding } from './binding.ts';
import type { Facts } from './facts.ts';
import type { Fleet } from './fleet.ts';
import type { ObservedTarget } from './target.ts';

/** An interface that has an address now, as EC2 told it. */
export interface Holder {
  readonly vpcId: string;
  readonly interfaceId: string;
  /** Id of the ECS attachment that made it; `undefined` where ECS did not. */
  readonly attachmentId?: string;
  /** Epoch milliseconds; `undefined` where EC2 does not tell. */
  readonly attachedAtMs?: number;
}

/** How much of the tasks is known, beyond those that are asked about. */
export type Listed = 'nothing' | 'workloads' | 'clusters';

/** All that a decision about a group's targets rests on. */
export interface Sight {
  readonly binding: Binding;
  readonly observed: readonly ObservedTarget[];
  readonly fleet: Fleet;
  readonly facts: Facts;
  /** Only decide about what these tasks (ARNs) have or had. `undefined`: about every target of the group. */
  readonly focus?: ReadonlySet<string>;
  /** Which tasks the fleet is known to hold completely: of the group's workloads, or of all watched clusters. */
  readonly listed: Listed;
  /** EC2 instances all of whose tasks are in the fleet. */
  readonly listedInstances: ReadonlySet<string>;
  /** EC2's answers, by address; an address that is not in here was not asked. */
  readonly holders: ReadonlyMap<string, readonly Holder[]>;
  /** When an earlier look first saw the same, by target key; epoch milliseconds. */
  readonly firstSeenMs: ReadonlyMap<string, number>;
  /** Whether a task of ours is to be held out of its groups. */
  readonly isStandby: (task: Task) => boolean;
  /** Epoch milliseconds of the look. */
  readonly nowMs: number;
}

/** Something that must be known first. */
export type Question =
  | { readonly about: 'holder'; readonly address: string }
  | { readonly about: 'vpc'; readonly vpcId: string }
  | { readonly about: 'instance'; readonly instanceId: string }
  | { readonly about: 'workloads' };

/** Whether an address lies in a subnet of the group's VPC; `undefined` where its subnets were not looked up. */
export const liesInGroupVpc = (address: string, { binding, facts }: Sight): boolean | undefined =>
  facts.subnetsOfVpc.get(binding.group.vpcId)?.some(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, address)));
