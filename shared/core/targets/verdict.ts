import { cidrContains } from '../task/address.ts';
import { taskIdOf } from '../task/arn.ts';
import { holdsAddress, holdsPorts } from '../task/stage.ts';
import type { Task } from '../task/task.ts';
import type { Binding } from './binding.ts';
import type { Candidate } from './candidate.ts';
import type { Facts } from './facts.ts';
import { answeredByStranger, type Fault, unknownTarget, wrongHolder } from './findings.ts';
import type { Fleet } from './fleet.ts';
import { keyOf, type ObservedTarget } from './target.ts';

/** An interface that has an address now, as EC2 told it. */
export interface Holder {
  readonly vpcId: string;
  readonly interfaceId: string;
  /** Id of the ECS attachment that made it; `undefined` where ECS did not. */
  readonly attachmentId?: string;
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

/** What is to become of one registered target that nobody wants. */
export type Verdict =
  | { readonly kind: 'keep' }
  | { readonly kind: 'ask'; readonly question: Question }
  /** Look again; `forMs` is how long the same must be seen. */
  | { readonly kind: 'wait'; readonly firstSeenMs: number; readonly untilMs: number }
  /**
   * Remove: the reason is the proof. `inherited`: its address already has a new holder, so customers reach a stranger.
   * `standby`: only as long as the group keeps another target.
   */
  | {
      readonly kind: 'remove';
      readonly task?: string;
      readonly reason: string;
      readonly inherited: boolean;
      readonly standby: boolean;
    }
  /** It stays, and a person should know. */
  | { readonly kind: 'report'; readonly fault: Fault }
  /** Nothing proves that it may go. `waits`: removing it needs a second look. */
  | { readonly kind: 'unexplained'; readonly fault: Fault; readonly reason: string; readonly waits: boolean };

/** Two looks this far apart before a target goes that no listing explains: listings lag. */
export const SECOND_LOOK_MS = 60_000;
/**
 * How long ECS may take to show a new task: its own bound for eventual consistency. An interface that ECS made, and whose
 * task is not known after this long, is not one of the group's.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 */
export const CONSISTENCY_MS = 5 * 60_000;

interface Claim {
  readonly task: Task;
  /** The address or port is surely the task's own now. */
  readonly holds: boolean;
  readonly own: boolean;
  readonly vpcId?: string;
}

const KEEP: Verdict = { kind: 'keep' };
const ask = (question: Question): Verdict => ({ kind: 'ask', question });

const nameOf = (task: Task): string => `task ${taskIdOf(task.taskArn)} (${task.group ?? 'no group'})`;

const endOf = (task: Task): string => {
  const why = task.stoppedReason ?? task.stopCode;
  const suffix = why === undefined ? '' : `: ${why}`;
  if (task.lastStatus === 'STOPPED' || task.lastStatus === 'DELETED') return `stopped${suffix}`;
  return task.desiredStatus === 'STOPPED' ? `is stopping (${task.lastStatus})${suffix}` : 'no longer listens there';
};

const remove = (
  task: Task | undefined,
  reason: string,
  { inherited = false, standby = false }: { inherited?: boolean; standby?: boolean } = {},
): Verdict => ({ kind: 'remove', ...(task !== undefined && { task: task.taskArn }), reason, inherited, standby });

const patience = (sight: Sight, target: ObservedTarget, forMs: number, then: () => Verdict): Verdict => {
  const firstSeenMs = sight.firstSeenMs.get(keyOf(target)) ?? sight.nowMs;
  const untilMs = firstSeenMs + forMs;
  return sight.nowMs >= untilMs ? then() : { kind: 'wait', firstSeenMs, untilMs };
};

const lies = (address: string, sight: Sight): boolean | undefined =>
  sight.facts.subnetsOfVpc
    .get(sight.binding.group.vpcId)
    ?.some(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, address)));

const claimsOf = (target: ObservedTarget, sight: Sight, own: ReadonlyMap<string, Candidate>): readonly Claim[] => {
  const { group, wiring } = sight.binding;
  if (group.targetType === 'instance') {
    return (sight.fleet.byInstancePort.get(keyOf(target)) ?? []).map(({ task, container }) => ({
      task,
      holds: holdsPorts(task, container),
      own: own.has(task.taskArn),
    }));
  }
  return (sight.fleet.byAddress.get(target.id) ?? [])
    .filter(({ vpcId }) => vpcId === group.vpcId || (wiring.zone === 'all' && lies(target.id, sight) === false))
    .map(({ task, vpcId }) => ({ task, holds: holdsAddress(task), own: own.has(task.taskArn), vpcId }));
};

const latestEnded = (claims: readonly Claim[]): Claim | undefined =>
  claims
    .filter(({ holds }) => !holds)
    .toSorted(
      (a, b) =>
        (b.task.stoppedAtMs ?? Number.MAX_SAFE_INTEGER) - (a.task.stoppedAtMs ?? Number.MAX_SAFE_INTEGER) ||
        (a.task.taskArn < b.task.taskArn ? -1 : 1),
    )
    .at(0);

const isRightful = (claim: Claim, sight: Sight): boolean =>
  claim.own && claim.holds && claim.task.desiredStatus === 'RUNNING' && !sight.isStandby(claim.task);

const isAt = (candidate: Candidate | undefined, target: ObservedTarget): boolean =>
  candidate?.place.kind === 'at' && keyOf(candidate.place.target) === keyOf(target);

/** A live task of the group's own workloads has the address or port: it decides. */
const byOwnHolder = (
  target: ObservedTarget,
  claim: Claim,
  ended: Claim | undefined,
  sight: Sight,
  own: ReadonlyMap<string, Candidate>,
): Verdict => {
  const { task } = claim;
  const candidate = own.get(task.taskArn);
  if (!isRightful(claim, sight)) {
    return task.desiredStatus === 'STOPPED'
      ? remove(task, `${nameOf(task)} ${endOf(task)}`)
      : remove(task, `${nameOf(task)} is on standby`, { standby: true });
  }
  if (candidate?.place.kind !== 'at' || isAt(candidate, target)) return KEEP;
  // Two workloads behind one group: the address went on to a task that listens on another port.
  if (ended !== undefined && isAt(own.get(ended.task.taskArn), target)) {
    return remove(ended.task, `${nameOf(ended.task)} ${endOf(ended.task)}; ${nameOf(task)} has ${target.id} now`);
  }
  if (!candidate.wanted) return KEEP;
  const listens = candidate.place.target;
  const there = sight.observed.find((each) => keyOf(each) === keyOf(listens));
  // `unused`: the group gets no traffic, so no health will ever come.
  return there?.state === 'healthy' || there?.state === 'unused'
    ? remove(task, `${nameOf(task)} listens on port ${listens.port}`)
    : KEEP;
};

const unexplained = (fault: Fault, waits: boolean): Verdict => ({
  kind: 'unexplained',
  fault,
  reason: fault.summary,
  waits,
});

const heldBy = (target: ObservedTarget, who: string, sight: Sight): Verdict =>
  unexplained(
    wrongHolder(
      `${target.id}:${target.port} in ${sight.binding.group.name} is held by ${who}, not by a task of the group's workloads.`,
      'If it does not belong there, deregister it, or set the targets tag to exclusive. If it does, name its workload in the tags.',
    ),
    false,
  );

const byOtherHolder = (target: ObservedTarget, who: string, ended: Claim | undefined, sight: Sight): Verdict =>
  ended === undefined
    ? heldBy(target, who, sight)
    : remove(ended.task, `${nameOf(ended.task)} ${endOf(ended.task)}; ${who} has ${target.id} now`, {
        inherited: true,
      });

const decideAddress = (
  target: ObservedTarget,
  ended: Claim | undefined,
  sight: Sight,
  own: ReadonlyMap<string, Candidate>,
): Verdict => {
  const { group } = sight.binding;
  let vpcId = ended?.vpcId;
  if (vpcId === undefined) {
    const inside = lies(target.id, sight);
    if (inside === undefined) return ask({ about: 'vpc', vpcId: group.vpcId });
    if (!inside) {
      return unexplained(
        unknownTarget(
          `${target.id}:${target.port} in ${group.name} lies outside ${group.vpcId}, and no task explains it.`,
          'If it is left over, deregister it, or set the targets tag to exclusive.',
        ),
        true,
      );
    }
    vpcId = group.vpcId;
  }
  const holders = sight.holders.get(target.id);
  if (holders === undefined) return ask({ about: 'holder', address: target.id });
  const holder = holders.find((each) => each.vpcId === vpcId);
  if (holder === undefined) {
    return ended === undefined
      ? remove(undefined, `EC2 knows no network interface with ${target.id} in ${vpcId}`)
      : remove(ended.task, `${nameOf(ended.task)} ${endOf(ended.task)}`);
  }
  const task =
    sight.fleet.byInterface.get(holder.interfaceId) ??
    (holder.attachmentId === undefined ? undefined : sight.fleet.byInterface.get(holder.attachmentId));
  if (task !== undefined) {
    // Its interface is still there, though the task is past serving: it is the one that had the target.
    if (!holdsAddress(task)) return remove(task, `${nameOf(task)} ${endOf(task)}`);
    return !own.has(task.taskArn)
      ? byOtherHolder(target, nameOf(task), ended, sight)
      : byOwnHolder(target, { task, holds: true, own: true, vpcId }, ended, sight, own);
  }
  const who = `network interface ${holder.interfaceId}`;
  if (holder.attachmentId === undefined) return byOtherHolder(target, who, ended, sight);
  // ECS made the interface for a task that is in no listing yet: it may be one of this very group, which its event
  // registered before any listing shows it.
  if (sight.listed === 'nothing') return ask({ about: 'workloads' });
  return patience(sight, target, CONSISTENCY_MS, () => byOtherHolder(target, who, ended, sight));
};

const decidePort = (target: ObservedTarget, ended: Claim | undefined, sight: Sight): Verdict => {
  if (sight.listed !== 'clusters' && !sight.listedInstances.has(target.id)) {
    return ask({ about: 'instance', instanceId: target.id });
  }
  const { name } = sight.binding.group;
  if (target.state === 'healthy') {
    return {
      kind: 'report',
      fault: answeredByStranger(
        `${target.id}:${target.port} in ${name} is healthy, and no task listens there: somebody else answers.`,
        'Find out what listens on that port of the instance. Deregister the target if it is not meant.',
      ),
    };
  }
  if (ended !== undefined) {
    return patience(sight, target, SECOND_LOOK_MS, () =>
      remove(ended.task, `${nameOf(ended.task)} ${endOf(ended.task)}`),
    );
  }
  return unexplained(
    unknownTarget(
      `${target.id}:${target.port} in ${name} is explained by no task.`,
      'If it is left over, deregister it, or set the targets tag to exclusive.',
    ),
    true,
  );
};

/**
 * Judges one registered target that is not wanted and not draining.
 * @param own The group's own tasks as the group sees them, by ARN.
 * @returns `keep` also where the target is outside the focus.
 */
export const judge = (target: ObservedTarget, sight: Sight, own: ReadonlyMap<string, Candidate>): Verdict => {
  const claims = claimsOf(target, sight, own);
  const { focus } = sight;
  if (focus !== undefined && !claims.some(({ task }) => focus.has(task.taskArn))) return KEEP;

  const ended = latestEnded(claims);
  const holders = claims.filter(({ holds }) => holds);
  const ours = holders.find((claim) => isRightful(claim, sight)) ?? holders.find((claim) => claim.own);
  if (ours !== undefined) return byOwnHolder(target, ours, ended, sight, own);
  const [stranger] = holders;
  if (stranger !== undefined) return byOtherHolder(target, nameOf(stranger.task), ended, sight);
  return sight.binding.group.targetType === 'ip'
    ? decideAddress(target, ended, sight, own)
    : decidePort(target, ended, sight);
};
