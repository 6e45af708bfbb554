import type { Fault } from '../fault.ts';
import { cidrContains } from '../task/address.ts';
import { parseArn, taskIdOf } from '../task/arn.ts';
import { holdsAddress } from '../task/stage.ts';
import type { Task } from '../task/task.ts';
import { printable } from '../text.ts';
import { isAt } from './candidate.ts';
import { type Claim, claimOf, claimsOn, latestEnded, type OwnTasks } from './claims.ts';
import { answeredByStranger, unknownTarget, wrongHolder } from './findings.ts';
import { liesInGroupVpc, type Question, type Sight } from './sight.ts';
import { keyOf, type ObservedTarget } from './target.ts';

/** What is to become of one registered target that nobody wants. */
export type Verdict =
  | { readonly kind: 'keep' }
  | { readonly kind: 'ask'; readonly question: Question }
  /**
   * Look again, and decide when the same was seen until then. `proven`: what it will leave for is known, so that it counts
   * as leaving. `nobody`: EC2 knows nobody who has the address.
   */
  | {
      readonly kind: 'wait';
      readonly firstSeenMs: number;
      readonly untilMs: number;
      readonly proven: boolean;
      readonly nobody: boolean;
      readonly reason: string;
    }
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

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html */
const NOT_CHECKED: ReadonlySet<string> = new Set(['initial', 'unused']);

const KEEP: Verdict = { kind: 'keep' };
const ask = (question: Question): Verdict => ({ kind: 'ask', question });

// Group and reason are free text of whoever ran or stopped the task.
const nameOf = (task: Task): string => `task ${taskIdOf(task.taskArn)} (${printable(task.group ?? 'no group')})`;

const endOf = (task: Task): string => {
  const why = task.stoppedReason ?? task.stopCode;
  const suffix = why === undefined ? '' : `: ${printable(why)}`;
  if (task.lastStatus === 'STOPPED' || task.lastStatus === 'DELETED') return `stopped${suffix}`;
  return task.desiredStatus === 'STOPPED' ? `is stopping (${task.lastStatus})${suffix}` : 'no longer listens there';
};

/** What is passed on when a task ends: the address, or the port of the instance. */
const placeOf = ({ id, port }: ObservedTarget, { binding }: Sight): string =>
  binding.group.targetType === 'ip' ? id : `${id}:${port}`;

const remove = (
  task: Task | undefined,
  reason: string,
  { inherited = false, standby = false }: { inherited?: boolean; standby?: boolean } = {},
): Verdict => ({ kind: 'remove', ...(task !== undefined && { task: task.taskArn }), reason, inherited, standby });

/** It ended, and nobody followed. */
const removeEnded = ({ task }: Claim): Verdict => remove(task, `${nameOf(task)} ${endOf(task)}`);

/** It ended, and somebody else has its place: customers reach a stranger. */
const removeInherited = (target: ObservedTarget, { task }: Claim, heir: string, sight: Sight): Verdict =>
  remove(task, `${nameOf(task)} ${endOf(task)}; ${heir} has ${placeOf(target, sight)} now`, { inherited: true });

/** How long a target is looked at before it is judged, and what is said of it until then. */
interface Patience {
  readonly forMs: number;
  /** When it became so, where that is known: what was seen of the target before was something else. */
  readonly sinceMs?: number | undefined;
  readonly proven: boolean;
  readonly nobody?: boolean;
  readonly reason: string;
}

/** Decides when the same was seen for so long, and until then waits. */
const patience = (
  sight: Sight,
  target: ObservedTarget,
  { forMs, sinceMs = 0, proven, nobody = false, reason }: Patience,
  decide: () => Verdict,
): Verdict => {
  const firstSeenMs = Math.max(sinceMs, sight.firstSeenMs.get(keyOf(target)) ?? sight.nowMs);
  const untilMs = firstSeenMs + forMs;
  return sight.nowMs >= untilMs ? decide() : { kind: 'wait', firstSeenMs, untilMs, proven, nobody, reason };
};

/** Live tasks of the group's own workloads hold it, and are meant to. */
const byRightful = (
  target: ObservedTarget,
  holders: readonly [Claim, ...Claim[]],
  ended: Claim | undefined,
  sight: Sight,
  own: OwnTasks,
): Verdict => {
  const [{ task }] = holders;
  const candidates = holders.map((each) => own.get(each.task.taskArn));
  if (candidates.some((each) => each?.place.kind !== 'at' || isAt(each, target))) return KEEP;
  // Two workloads behind one group: the address went on to a task that listens on another port.
  if (ended !== undefined && isAt(own.get(ended.task.taskArn), target)) {
    return removeInherited(target, ended, nameOf(task), sight);
  }
  const ports: number[] = [];
  for (const each of candidates) {
    if (each?.place.kind !== 'at' || !each.wanted) return KEEP;
    const listens = each.place.target;
    const there = sight.observed.find((observed) => keyOf(observed) === keyOf(listens));
    // `unused`: the group gets no traffic, so no health will ever come.
    if (there?.state !== 'healthy' && there?.state !== 'unused') return KEEP;
    ports.push(listens.port);
  }
  return remove(task, `${nameOf(task)} listens on port ${ports.join(', ')}`);
};

/** Live tasks of the group's own workloads have the address or port: they decide. */
const byOwnHolders = (
  target: ObservedTarget,
  holders: readonly [Claim, ...Claim[]],
  ended: Claim | undefined,
  sight: Sight,
  own: OwnTasks,
): Verdict => {
  const [first, ...more] = holders.filter(({ rightful }) => rightful);
  if (first !== undefined) return byRightful(target, [first, ...more], ended, sight, own);
  const standby = holders.find(({ task }) => task.desiredStatus === 'RUNNING');
  return standby === undefined
    ? removeEnded(holders[0])
    : remove(standby.task, `${nameOf(standby.task)} is on standby`, { standby: true });
};

/** How a person gets rid of a target that nothing proves to be wrong: an exclusive group removes it, behind the brake. */
const riddance = ({ binding: { group, wiring } }: Sight): string => {
  if (wiring.targets === 'exclusive') {
    return 'it goes by itself, or with taskwire apply --include-held where the brake holds it';
  }
  const cluster = wiring.workloads.flatMap((each) => (each.kind === 'beanstalk' ? [] : [each.cluster]))[0];
  const where = cluster === undefined ? '' : ` --cluster ${cluster} --target-group ${group.name}`;
  return `run taskwire remediate remove-unknown-targets${where}, or set the targets tag to exclusive`;
};

const byOtherHolder = (target: ObservedTarget, who: string, ended: Claim | undefined, sight: Sight): Verdict => {
  if (ended !== undefined) return removeInherited(target, ended, who, sight);
  const fault = wrongHolder(
    `${target.id}:${target.port} in ${sight.binding.group.name} is held by ${who}, not by a task of the group's workloads.`,
    `If it does not belong there, ${riddance(sight)}. If it does, name its workload in the tags.`,
  );
  return { kind: 'unexplained', fault, reason: fault.summary, waits: false };
};

/** Whether the address lies in a subnet of another account: then EC2's silence about it proves nothing. */
const isShared = (address: string, { binding: { group }, facts }: Sight): boolean => {
  const subnet = facts.subnetsOfVpc
    .get(group.vpcId)
    ?.find(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, address)));
  return subnet?.ownerId !== undefined && subnet.ownerId !== parseArn(group.arn)?.account;
};

const unseenInSharedVpc = (target: ObservedTarget, { binding: { group } }: Sight): Verdict => {
  const fault = unknownTarget(
    `${target.id}:${target.port} in ${group.name} lies in a subnet that another account shares, where EC2 shows only interfaces of this one.`,
    'Ask the accounts of the VPC whose address it is. If it is left over, deregister it.',
  );
  return { kind: 'unexplained', fault, reason: fault.summary, waits: true };
};

/** No task that is known holds it: whose it is, and whether anybody's, EC2 must say. */
const byInterfaces = (
  target: ObservedTarget,
  vpcId: string,
  ended: Claim | undefined,
  sight: Sight,
  own: OwnTasks,
): Verdict => {
  const holders = sight.holders.get(target.id);
  if (holders === undefined) return ask({ about: 'holder', address: target.id });
  const holder = holders.find((each) => each.vpcId === vpcId);
  if (holder === undefined) {
    if (ended !== undefined) return removeEnded(ended);
    if (isShared(target.id, sight)) return unseenInSharedVpc(target, sight);
    const reason = `EC2 knows no network interface with ${target.id} in ${vpcId}`;
    const removeUnknown = (): Verdict => remove(undefined, reason);
    // No health check has passed or failed: it may be registered just now, and EC2 does not show yet what is as new.
    return NOT_CHECKED.has(target.state)
      ? patience(sight, target, { forMs: SECOND_LOOK_MS, proven: true, nobody: true, reason }, removeUnknown)
      : removeUnknown();
  }
  const { interfaceId, attachmentId, attachedAtMs } = holder;
  const { byInterface } = sight.fleet;
  const task = byInterface.get(interfaceId) ?? (attachmentId === undefined ? undefined : byInterface.get(attachmentId));
  if (task !== undefined) {
    const claim = claimOf(task, holdsAddress(task), sight, own, vpcId);
    // Its interface is still there, though the task is past serving: it is the one that had the target.
    if (!claim.holds) return removeEnded(claim);
    return claim.own
      ? byOwnHolders(target, [claim], ended, sight, own)
      : byOtherHolder(target, nameOf(task), ended, sight);
  }
  const who = `network interface ${interfaceId}`;
  if (attachmentId === undefined) return byOtherHolder(target, who, ended, sight);
  // ECS made the interface for a task that is in no listing yet: it may be one of this very group, which its event
  // registered before any listing shows it. Listings show it when the interface is old enough.
  if (sight.listed === 'nothing') return ask({ about: 'workloads' });
  if (attachedAtMs !== undefined && sight.nowMs - attachedAtMs >= CONSISTENCY_MS) {
    return byOtherHolder(target, who, ended, sight);
  }
  const reason = `${who} is a task's that ECS does not show yet`;
  const until = { forMs: CONSISTENCY_MS, sinceMs: attachedAtMs, proven: ended !== undefined, reason };
  return patience(sight, target, until, () => byOtherHolder(target, who, ended, sight));
};

const decideAddress = (target: ObservedTarget, ended: Claim | undefined, sight: Sight, own: OwnTasks): Verdict => {
  const { name, vpcId } = sight.binding.group;
  if (ended?.vpcId !== undefined) return byInterfaces(target, ended.vpcId, ended, sight, own);
  const inside = liesInGroupVpc(target.id, sight);
  if (inside === undefined) return ask({ about: 'vpc', vpcId });
  if (inside) return byInterfaces(target, vpcId, ended, sight, own);
  const fault = unknownTarget(
    `${target.id}:${target.port} in ${name} lies outside ${vpcId}, and no task explains it.`,
    `If it is left over, ${riddance(sight)}.`,
  );
  return { kind: 'unexplained', fault, reason: fault.summary, waits: true };
};

const decidePort = (target: ObservedTarget, ended: Claim | undefined, sight: Sight): Verdict => {
  if (sight.listed !== 'clusters' && !sight.listedInstances.has(target.id)) {
    return ask({ about: 'instance', instanceId: target.id });
  }
  const { name } = sight.binding.group;
  const answered = (): Verdict => ({
    kind: 'report',
    fault: answeredByStranger(
      `${target.id}:${target.port} in ${name} is healthy, and no task listens there: somebody else answers.`,
      'Find out what listens on that port of the instance. Deregister the target if it is not meant.',
    ),
  });
  const healthy = target.state === 'healthy';
  if (ended !== undefined) {
    // Its health checks take a while to notice that the container is gone.
    const reason = 'the container that had it ended';
    const until = { forMs: SECOND_LOOK_MS, sinceMs: ended.task.stoppedAtMs, proven: true, reason };
    return patience(sight, target, until, () => (healthy ? answered() : removeEnded(ended)));
  }
  if (healthy) return answered();
  const fault = unknownTarget(
    `${target.id}:${target.port} in ${name} is explained by no task.`,
    `If it is left over, ${riddance(sight)}.`,
  );
  return { kind: 'unexplained', fault, reason: fault.summary, waits: true };
};

/** Whether a task of another VPC may be the one: that cannot be told before the VPC's own addresses are known. */
const mayBePeered = (target: ObservedTarget, sight: Sight): boolean => {
  const { group, wiring } = sight.binding;
  if (group.targetType !== 'ip' || wiring.zone !== 'all' || liesInGroupVpc(target.id, sight) !== undefined)
    return false;
  return sight.fleet.byAddress.get(target.id)?.some(({ vpcId }) => vpcId !== group.vpcId) ?? false;
};

/**
 * Judges one registered target that is not wanted and not draining.
 * @param own The group's own tasks as the group sees them.
 * @returns `keep` also where the target is outside the focus.
 */
export const judge = (target: ObservedTarget, sight: Sight, own: OwnTasks): Verdict => {
  if (mayBePeered(target, sight)) return ask({ about: 'vpc', vpcId: sight.binding.group.vpcId });
  const claims = claimsOn(target, sight, own);
  const { focus } = sight;
  if (focus !== undefined && !claims.some(({ task }) => focus.has(task.taskArn))) return KEEP;

  const ended = latestEnded(claims);
  const [ours, ...more] = claims.filter(({ holds, own: isOwn }) => holds && isOwn);
  if (ours !== undefined) return byOwnHolders(target, [ours, ...more], ended, sight, own);
  const stranger = claims.find(({ holds }) => holds);
  if (stranger !== undefined) return byOtherHolder(target, nameOf(stranger.task), ended, sight);
  return sight.binding.group.targetType === 'ip'
    ? decideAddress(target, ended, sight, own)
    : decidePort(target, ended, sight);
};
