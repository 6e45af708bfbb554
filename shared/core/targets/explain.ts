import { taskIdOf } from '../task/arn.ts';
import { isLive, isRunning } from '../task/stage.ts';
import type { Task } from '../task/task.ts';
import type { Candidate } from './candidate.ts';
import { healthOf } from './health.ts';
import { listenerOf } from './listener.ts';
import { candidatesOf, type TargetPlan } from './plan.ts';
import type { Sight } from './sight.ts';
import { isDraining, keyOf, type ObservedTarget, type Target, textOf } from './target.ts';
import { judge } from './verdict.ts';

/** Whether a task, or a target that no task explains, is in a target group, and why. */
export interface Explanation {
  /** ARN of the target group. */
  readonly targetGroup: string;
  /** ARN of the task; absent where only the target is known. */
  readonly task?: string;
  readonly target?: Target;
  /** `in`: registered. `leaving`: draining. `out`: not registered. */
  readonly is: 'in' | 'leaving' | 'out';
  /** In words: one or two sentences. */
  readonly why: string;
  /** What Taskwire would do about it now, in words; `undefined` for nothing. */
  readonly would?: string;
}

const because = (task: Task): string => {
  const why = task.stoppedReason ?? task.stopCode;
  return why === undefined ? '' : `: ${why}`;
};

/** The words of the plan about this task or target. */
const wouldOf = (
  sight: Sight,
  plan: TargetPlan,
  about: { readonly task?: string; readonly keys: ReadonlySet<string> },
): string | undefined => {
  const concerns = ({ task, target }: { readonly task?: string; readonly target: Target }): boolean =>
    about.keys.has(keyOf(target)) || (task !== undefined && task === about.task);
  const says: string[] = [];
  for (const each of plan.register.filter(concerns)) says.push(`register ${textOf(each.target)}: ${each.reason}`);
  for (const each of plan.deregister.filter(concerns)) says.push(`deregister ${textOf(each.target)}: ${each.reason}`);
  for (const each of plan.held.filter(concerns))
    says.push(`hold back deregistering ${textOf(each.target)}: ${each.reason}`);
  for (const wait of plan.waits) {
    if (!about.keys.has(keyOf(wait))) continue;
    const seconds = Math.max(1, Math.ceil((wait.untilMs - sight.nowMs) / 1000));
    says.push(`look at ${textOf(wait)} again in ${seconds} s before anything is decided`);
  }
  if (says.length === 0) return undefined;
  const words = says.join('; ');
  const { mode, paused } = sight.binding.wiring;
  if (paused !== undefined) return `only show, since the group is paused: ${words}`;
  return mode === 'observe' ? `only show, since the group's mode is observe: ${words}` : words;
};

const listensOn = (candidate: Candidate, sight: Sight): string => {
  const definition = sight.facts.definitions.get(candidate.task.taskDefinitionArn);
  const listener = definition && listenerOf(sight.binding, definition);
  return listener === undefined || 'rule' in listener
    ? ''
    : ` (container ${listener.container}, port ${listener.port})`;
};

/** Registered targets that may be this task's, or may have been: its addresses, or its ports on its instance. */
const targetsOf = (task: Task, sight: Sight): readonly ObservedTarget[] => {
  if (sight.binding.group.targetType === 'ip') {
    const addresses = new Set(task.interfaces.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]));
    return sight.observed.filter(({ id }) => addresses.has(id));
  }
  const id = task.containerInstanceArn && sight.facts.instances.get(task.containerInstanceArn);
  const ports = new Set(task.containers.flatMap((container) => container.ports.map(({ hostPort }) => hostPort)));
  return sight.observed.filter((target) => target.id === id && ports.has(target.port));
};

const whyOf = (candidate: Candidate, registered: ObservedTarget | undefined, sight: Sight): string => {
  const { task, place, standby } = candidate;
  const rest = registered === undefined ? '' : ` ${textOf(registered)} is registered, ${healthOf(registered)}.`;
  if (!isLive(task)) return `The task stopped${because(task)}.${rest}`;
  if (task.desiredStatus === 'STOPPED') return `The task is being stopped (${task.lastStatus})${because(task)}.${rest}`;
  if (place.kind === 'wrong') return `${place.fault.summary} (${place.fault.rule})${rest}`;
  if (!isRunning(task)) return `The task is ${task.lastStatus}: it is registered once it is RUNNING.${rest}`;
  if (standby) return `The task runs, and its standby tag holds it out of its target groups.${rest}`;
  if (place.kind === 'unknown') return `The task runs, but where it listens cannot be told: ${place.why}.${rest}`;
  const where = `${textOf(place.target)}${listensOn(candidate, sight)}`;
  if (!candidate.wanted) {
    return `The task runs, but the container that listens on ${where} does not: it is registered once that is RUNNING.${rest}`;
  }
  if (registered === undefined) return `The task runs and listens on ${where}, which is not registered.`;
  if (isDraining(registered)) {
    return `The task runs and listens on ${where}, but that target is ${healthOf(registered)}: AWS may not take it back before its deregistration delay is over.`;
  }
  return `The task runs and listens on ${where}: ${healthOf(registered)}.`;
};

/**
 * Tells in words why a task of the group's workloads is or is not in the group.
 * @param plan Made from the same sight.
 */
export const explainTask = (sight: Sight, plan: TargetPlan, candidate: Candidate): Explanation => {
  const { task, place } = candidate;
  const mine = place.kind === 'at' ? keyOf(place.target) : undefined;
  const mightBe = targetsOf(task, sight);
  const registered = mine === undefined ? mightBe[0] : sight.observed.find((target) => keyOf(target) === mine);
  const keys = new Set(mine === undefined ? [] : [mine]);
  const would = wouldOf(sight, plan, { task: task.taskArn, keys });
  const target = place.kind === 'at' ? place.target : registered && { id: registered.id, port: registered.port };
  const about = { targetGroup: sight.binding.group.arn, task: task.taskArn, ...(target && { target }) };
  const says = would === undefined ? {} : { would };
  // What is left of a stopped task's address may be a successor's by now: then nothing is decided about it here.
  const inherited = !isLive(task) && would === undefined && registered !== undefined && !isDraining(registered);
  if (inherited) {
    const why = `The task stopped${because(task)}. ${textOf(registered)} is registered, but it is no longer this task's.`;
    return { ...about, is: 'out', why };
  }
  return {
    ...about,
    is: registered === undefined ? 'out' : isDraining(registered) ? 'leaving' : 'in',
    why: whyOf(candidate, registered, sight),
    ...says,
  };
};

const explainTarget = (
  target: ObservedTarget,
  sight: Sight,
  plan: TargetPlan,
  own: ReadonlyMap<string, Candidate>,
): Explanation => {
  const would = wouldOf(sight, plan, { keys: new Set([keyOf(target)]) });
  const about = {
    targetGroup: sight.binding.group.arn,
    target: { id: target.id, port: target.port, ...(target.zone !== undefined && { zone: target.zone }) },
    ...(would !== undefined && { would }),
  };
  if (isDraining(target)) {
    return { ...about, is: 'leaving', why: `No task of the group's workloads wants it; it is ${healthOf(target)}.` };
  }
  const verdict = judge(target, sight, own);
  const health = `It is registered, ${healthOf(target)}.`;
  switch (verdict.kind) {
    case 'keep':
      return { ...about, is: 'in', why: `${health} A task of the group's workloads holds it.` };
    case 'ask':
      return { ...about, is: 'in', why: `${health} Whose it is could not be looked up.` };
    case 'wait':
      return { ...about, is: 'in', why: `${health} So far: ${verdict.reason}.` };
    case 'remove':
      return {
        ...about,
        is: 'in',
        ...(verdict.task !== undefined && { task: verdict.task }),
        why: would === undefined ? `${health} It should not be: ${verdict.reason}.` : `${health} It should not be.`,
      };
    case 'report':
    case 'unexplained':
      return { ...about, is: 'in', why: `${health} ${verdict.fault.summary} (${verdict.fault.rule})` };
  }
};

const byTask = (a: Candidate, b: Candidate): number => (taskIdOf(a.task.taskArn) < taskIdOf(b.task.taskArn) ? -1 : 1);

const byKey = (a: ObservedTarget, b: ObservedTarget): number => (keyOf(a) < keyOf(b) ? -1 : 1);

/**
 * Tells in words why each live task of the group's workloads is or is not in the group, and then of every other
 * registered target what it is. Tasks by id, targets by address.
 * @param plan Made from the same sight.
 */
export const explainGroup = (sight: Sight, plan: TargetPlan): readonly Explanation[] => {
  const own = candidatesOf(sight);
  const live = [...own.values()].filter(({ task }) => isLive(task)).toSorted(byTask);
  const tasks = live.map((candidate) => explainTask(sight, plan, candidate));
  const told = new Set(tasks.flatMap(({ target }) => (target === undefined ? [] : [keyOf(target)])));
  const others = sight.observed.filter((target) => !told.has(keyOf(target))).toSorted(byKey);
  return [...tasks, ...others.map((target) => explainTarget(target, sight, plan, own))];
};
