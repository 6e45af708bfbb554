import { type BoundGroup, type Workload, workloadKeyOf } from '../targets/binding.ts';
import type { Facts } from '../targets/facts.ts';
import { type Fleet, workloadsOf } from '../targets/fleet.ts';
import { transportsOf } from '../targets/listener.ts';
import type { Holder } from '../targets/sight.ts';
import { keyOf, type ObservedTarget } from '../targets/target.ts';
import { cidrContains } from '../task/address.ts';
import { parseArn, taskIdOf } from '../task/arn.ts';
import { holdsAddress, holdsPorts } from '../task/stage.ts';
import type { Task } from '../task/task.ts';
import { printable } from '../text.ts';

/** Who has a registered target's address, or its port on the instance. */
export type TargetHolder =
  /** A live task; `workloads`: what it belongs to, the nearest first. */
  | { readonly kind: 'task'; readonly task: string; readonly workloads: readonly Workload[]; readonly words: string }
  /** A network interface that is no task's as far as was looked, an EC2 instance on whose port no task listens. */
  | { readonly kind: 'interface' | 'instance'; readonly id: string; readonly words: string }
  /** `nobody`: EC2 knows no interface with it. `outside`: not in the group's VPC. `unseen`: another account's subnet. */
  | { readonly kind: 'nobody' | 'outside' | 'unseen'; readonly words: string };

/** What telling who holds a target rests on. */
export interface HolderSight {
  readonly group: BoundGroup;
  /** All tasks that were looked at, of any workload. */
  readonly fleet: Fleet;
  readonly facts: Facts;
  /** EC2's answers, by address. */
  readonly holders: ReadonlyMap<string, readonly Holder[]>;
}

/** What a task belongs to; an Elastic Beanstalk environment says more than the family of its tasks. */
const nearestFirst = (workloads: readonly Workload[]): readonly Workload[] => [
  ...workloads.filter(({ kind }) => kind === 'beanstalk'),
  ...workloads.filter(({ kind }) => kind !== 'beanstalk'),
];

const byTask = (task: Task, facts: Facts): TargetHolder => {
  const workloads = nearestFirst(workloadsOf(task, facts));
  const [first] = workloads;
  const whose = first === undefined ? printable(task.group ?? 'no group') : workloadKeyOf(first);
  return { kind: 'task', task: task.taskArn, workloads, words: `held by task ${taskIdOf(task.taskArn)} of ${whose}` };
};

const byArn = (a: { readonly task: Task }, b: { readonly task: Task }): number =>
  a.task.taskArn < b.task.taskArn ? -1 : 1;

const ofAddress = ({ id }: ObservedTarget, { group, fleet, facts, holders }: HolderSight): TargetHolder => {
  const subnet = facts.subnetsOfVpc.get(group.vpcId)?.find(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, id)));
  if (subnet === undefined) return { kind: 'outside', words: `outside ${group.vpcId}` };
  const holder = holders.get(id)?.find(({ vpcId }) => vpcId === group.vpcId);
  const known =
    holder &&
    (fleet.byInterface.get(holder.interfaceId) ??
      (holder.attachmentId === undefined ? undefined : fleet.byInterface.get(holder.attachmentId)));
  const [claim] = (fleet.byAddress.get(id) ?? [])
    .filter(({ task, vpcId }) => vpcId === group.vpcId && holdsAddress(task))
    .toSorted(byArn);
  const task = known ?? claim?.task;
  if (task !== undefined) return byTask(task, facts);
  if (holder !== undefined) {
    const { interfaceId, attachmentId } = holder;
    const made = attachmentId === undefined ? '' : ', which ECS made for a task that was not found';
    return { kind: 'interface', id: interfaceId, words: `held by network interface ${interfaceId}${made}` };
  }
  // Of a subnet that another account shares, EC2 shows only the interfaces of this one.
  return subnet.ownerId !== undefined && subnet.ownerId !== parseArn(group.arn)?.account
    ? { kind: 'unseen', words: `in a subnet that account ${subnet.ownerId} shares, into which EC2 does not see` }
    : { kind: 'nobody', words: 'held by nobody' };
};

const ofPort = (target: ObservedTarget, { group, fleet, facts }: HolderSight): TargetHolder => {
  const transports = transportsOf(group.protocol);
  const [claim] = (fleet.byInstancePort.get(keyOf(target)) ?? [])
    .filter(({ task, container, protocol }) => transports.has(protocol) && holdsPorts(task, container))
    .toSorted(byArn);
  if (claim !== undefined) return byTask(claim.task, facts);
  return { kind: 'instance', id: target.id, words: `on instance ${target.id}, where no task listens on the port` };
};

/** Tells who holds a registered target now. */
export const holderOf = (target: ObservedTarget, sight: HolderSight): TargetHolder =>
  sight.group.targetType === 'ip' ? ofAddress(target, sight) : ofPort(target, sight);
