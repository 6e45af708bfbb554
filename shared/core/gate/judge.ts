import type { Fault } from '../fault.ts';
import type { Binding } from '../targets/binding.ts';
import { type Candidate, candidatesFor } from '../targets/candidate.ts';
import type { Facts } from '../targets/facts.ts';
import { healthOf } from '../targets/health.ts';
import { isDraining, keyOf, type ObservedTarget, textOf } from '../targets/target.ts';
import { isRunning } from '../task/stage.ts';
import type { Task } from '../task/task.ts';

/** A target group that a deployment waits for, and its targets. */
export interface GatedGroup {
  readonly binding: Binding;
  readonly observed: readonly ObservedTarget[];
}

/** Why a task does not serve in a group. */
export interface Obstacle {
  /** ARN. */
  readonly task: string;
  /** Name of the target group. */
  readonly group: string;
  /** In words, after the task's name: `is PENDING`. */
  readonly why: string;
  /** It runs, and nobody registered it. */
  readonly unregistered: boolean;
}

/** How far the tasks of a revision are in the groups of their service. */
export interface Judgement {
  /** What may still come right by itself. */
  readonly waits: readonly Obstacle[];
  /** What cannot, before somebody changes the revision, the group or its tags; each once, however many tasks it stops. */
  readonly never: readonly Fault[];
  /** Groups that no listener sends to: their targets are registered, and nobody checks their health. */
  readonly idle: readonly Binding[];
}

/** AWS checks the health of targets only where a listener sends to the group. */
const isIdle = ({ observed }: GatedGroup): boolean => {
  const present = observed.filter((target) => !isDraining(target));
  return present.length > 0 && present.every(({ state }) => state === 'unused');
};

const waitOf = (
  { task, place, wanted }: Candidate,
  observed: ReadonlyMap<string, ObservedTarget>,
  idle: boolean,
): Pick<Obstacle, 'why' | 'unregistered'> | undefined => {
  const because = (why: string, unregistered = false) => ({ why, unregistered });
  if (!isRunning(task)) return because(`is ${task.lastStatus}`);
  if (place.kind !== 'at') return place.kind === 'unknown' ? because(`runs, but ${place.why}`) : undefined;
  const where = textOf(place.target);
  if (!wanted) return because(`runs, but its container that listens on ${where} does not`);
  const target = observed.get(keyOf(place.target));
  if (target === undefined) return because(`runs, but ${where} is not registered`, true);
  const serves = target.state === 'healthy' || (idle && target.state === 'unused');
  return serves ? undefined : because(`runs, but ${where} is ${healthOf(target)}`);
};

/**
 * Judges whether every task is registered and healthy in every group. Tasks that are asked to stop are past judging,
 * and those on standby are held out on purpose: neither is waited for. The order of tasks and groups does not matter
 * for what a deployment comes to.
 */
export const judgeRevision = (look: {
  readonly tasks: readonly Task[];
  readonly groups: readonly GatedGroup[];
  readonly facts: Facts;
  readonly isStandby: (task: Task) => boolean;
}): Judgement => {
  const tasks = look.tasks.filter((task) => task.desiredStatus === 'RUNNING' && !look.isStandby(task));
  const waits: Obstacle[] = [];
  const never = new Map<string, Fault>();
  const idle: Binding[] = [];
  for (const group of look.groups) {
    const { binding } = group;
    const candidateOf = candidatesFor(binding, look.facts);
    const observed = new Map(group.observed.map((target) => [keyOf(target), target]));
    const unused = isIdle(group);
    if (unused) idle.push(binding);
    for (const task of tasks) {
      const candidate = candidateOf(task, false);
      const { place } = candidate;
      if (place.kind === 'wrong') {
        never.set(`${binding.group.arn} ${place.fault.summary}`, place.fault);
        continue;
      }
      const wait = waitOf(candidate, observed, unused);
      if (wait !== undefined) waits.push({ task: task.taskArn, group: binding.group.name, ...wait });
    }
  }
  return { waits, never: [...never.values()], idle };
};
