import { holdsAddress, holdsPorts, isLive } from '../task/stage.ts';
import type { Task } from '../task/task.ts';
import { type Candidate, isAt } from './candidate.ts';
import { transportsOf } from './listener.ts';
import { liesInGroupVpc, type Sight } from './sight.ts';
import { keyOf, type Target } from './target.ts';

/** A task that has, or had, the address or the port of a target. */
export interface Claim {
  readonly task: Task;
  /** It is surely the task's own now. */
  readonly holds: boolean;
  /** The task belongs to a workload of the group. */
  readonly own: boolean;
  /** It holds it and is meant to: even before it serves, it protects it. */
  readonly rightful: boolean;
  /** VPC of its interface. */
  readonly vpcId?: string;
}

/** The group's own tasks as it sees them, by ARN. */
export type OwnTasks = ReadonlyMap<string, Candidate>;

/** The claim of a task on a target, `holds` being known. */
export const claimOf = (task: Task, holds: boolean, sight: Sight, own: OwnTasks, vpcId?: string): Claim => ({
  task,
  holds,
  own: own.has(task.taskArn),
  rightful: holds && own.has(task.taskArn) && task.desiredStatus === 'RUNNING' && !sight.isStandby(task),
  ...(vpcId !== undefined && { vpcId }),
});

const claimsOnAddress = (target: Target, sight: Sight, own: OwnTasks): readonly Claim[] => {
  const { group, wiring } = sight.binding;
  return (sight.fleet.byAddress.get(target.id) ?? [])
    .filter(
      ({ vpcId }) => vpcId === group.vpcId || (wiring.zone === 'all' && liesInGroupVpc(target.id, sight) === false),
    )
    .map(({ task, vpcId }) => claimOf(task, holdsAddress(task), sight, own, vpcId));
};

const claimsOnPort = (target: Target, sight: Sight, own: OwnTasks): readonly Claim[] => {
  const transports = transportsOf(sight.binding.group.protocol);
  const listed = (sight.fleet.byInstancePort.get(keyOf(target)) ?? [])
    .filter(({ protocol }) => transports.has(protocol))
    .map(({ task, container }) => claimOf(task, holdsPorts(task, container), sight, own));
  const known = new Set(listed.map(({ task }) => task.taskArn));
  // With host networking a task has its port whether ECS lists it or not.
  const placed = [...own.values()].filter((each) => isAt(each, target) && !known.has(each.task.taskArn));
  return [
    ...listed,
    ...placed.map(({ task, container }) =>
      claimOf(task, container === undefined ? isLive(task) : holdsPorts(task, container), sight, own),
    ),
  ];
};

const byArn = (a: Claim, b: Claim): number => (a.task.taskArn < b.task.taskArn ? -1 : 1);

/** Who has, or had, a target, by ARN. The same address of another VPC counts only where the group takes any VPC's. */
export const claimsOn = (target: Target, sight: Sight, own: OwnTasks): readonly Claim[] =>
  (sight.binding.group.targetType === 'instance' ? claimsOnPort : claimsOnAddress)(target, sight, own).toSorted(byArn);

/** The claim that ended last. A task that is still going down comes after all that have stopped. */
export const latestEnded = (claims: readonly Claim[]): Claim | undefined => {
  const endedAtMs = ({ task }: Claim): number => task.stoppedAtMs ?? Number.MAX_SAFE_INTEGER;
  return claims.filter(({ holds }) => !holds).toSorted((a, b) => endedAtMs(b) - endedAtMs(a) || byArn(a, b))[0];
};
