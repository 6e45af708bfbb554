import type { Change, Finding, HeldChange } from '../core/outcome.ts';
import { type Binding, type Workload, workloadKeyOf } from '../core/targets/binding.ts';
import { type Explanation, explainGroup, explainTask } from '../core/targets/explain.ts';
import { indexFleet, workloadsOf } from '../core/targets/fleet.ts';
import { bindingTagOf, type Miss, missOf } from '../core/targets/miss.ts';
import type { Limits, TargetPlan } from '../core/targets/plan.ts';
import type { Sight } from '../core/targets/sight.ts';
import { targetGroupNameOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { NotFoundError } from '../errors.ts';
import type { BindingSet } from './bindings.ts';
import { findTask, type TaskName } from './find-task.ts';
import { learnAbout } from './learn-about.ts';
import { viewGroup } from './settle-group.ts';
import { sideBySide } from './side-by-side.ts';
import type { SweepDeps } from './sweep-targets.ts';
import { viewBinding } from './view-binding.ts';

/** What explaining needs beyond sweeping. */
export interface ExplainDeps extends SweepDeps {
  readonly tagPrefix: string;
  /** What is wrong with a task's own tags. */
  readonly standbyFindingsOf: (task: Task) => readonly Finding[];
}

/** What is to be explained. */
export type Subject =
  | ({ readonly kind: 'task' } & TaskName)
  /** Name or ARN. */
  | { readonly kind: 'group'; readonly targetGroup: string };

/** Why a group does not bind the task. */
interface GroupMiss extends Miss {
  /** ARN of the target group. */
  readonly targetGroup: string;
}

/** What became clear about the subject, with what would be done about it. */
export interface Explained {
  readonly about: { readonly kind: 'task'; readonly task: Task; readonly workloads: readonly Workload[] } | AboutGroup;
  readonly explanations: readonly Explanation[];
  /** Of a task: the bound groups that it is not bound to, the nearest first. */
  readonly misses: readonly GroupMiss[];
  /** A task that nothing binds: the tag that would; a group that nothing fills: what to tag it with. */
  readonly advice?: string;
  readonly changes: readonly Change[];
  readonly held: readonly HeldChange[];
  readonly findings: readonly Finding[];
  /** Groups that could not be looked at. */
  readonly failures: readonly { readonly resource: string; readonly error: unknown }[];
}

/** A target group, and what binds it, where anything does. */
interface AboutGroup {
  readonly kind: 'group';
  readonly targetGroup: string;
  readonly binding?: Binding;
}

const changesOf = ({ binding }: Sight, plan: TargetPlan): Pick<Explained, 'changes' | 'held' | 'findings'> => {
  const resource = binding.group.arn;
  const change = (
    action: 'register' | 'deregister',
    { target, task, reason }: TargetPlan['deregister'][number] | TargetPlan['register'][number],
  ): HeldChange => ({ action, resource, target, ...(task !== undefined && { task }), reason });
  return {
    changes: [
      ...plan.register.map((each) => ({ ...change('register', each), applied: false })),
      ...plan.deregister.map((each) => ({ ...change('deregister', each), applied: false })),
    ],
    held: plan.held.map((each) => change('deregister', each)),
    findings: plan.faults.map((fault) => ({ ...fault, resource })),
  };
};

const learnEnvironments = async (tasks: readonly Task[], set: BindingSet, deps: ExplainDeps): Promise<void> => {
  if (!set.bindings.some(({ wiring }) => wiring.workloads.some(({ kind }) => kind === 'beanstalk'))) return;
  await deps.factBook.learnInstances(tasks);
  await deps.factBook.learnEnvironments(tasks);
};

/** Groups whose tags are wrong wire nothing; one whose finding names the task's service or family was perhaps meant. */
const wrongGroups = (set: BindingSet, own: readonly Workload[]): readonly GroupMiss[] => {
  const names = own.flatMap((each) =>
    each.kind === 'service' ? [each.service] : each.kind === 'family' ? [each.family] : [each.environment],
  );
  return set.findings
    .filter(
      ({ severity, resource }) => severity === 'high' && !set.bindings.some(({ group }) => group.arn === resource),
    )
    .map(({ resource, rule, summary }) => ({
      targetGroup: resource,
      near: names.some((name) => summary.includes(name) || targetGroupNameOf(resource).includes(name)),
      why: `It wires nothing (${rule}): ${summary}`,
    }));
};

const explainOneTask = async (name: TaskName, limits: Limits, deps: ExplainDeps): Promise<Explained> => {
  const [task, set] = await Promise.all([findTask(name, deps.tasks), deps.bindings.survey()]);
  const { factBook, clock } = deps;
  await learnEnvironments([task], set, deps);
  const workloads = workloadsOf(task, factBook.facts);
  const keys = new Set(workloads.map(workloadKeyOf));
  const isBound = ({ wiring }: Binding): boolean => wiring.workloads.some((each) => keys.has(workloadKeyOf(each)));
  const bound = set.bindings.filter(isBound);
  const failures: { resource: string; error: unknown }[] = [];

  const lookedAtMs = clock.nowMs();
  const views = await sideBySide(bound, 4, async (binding) => {
    try {
      await learnAbout([task], binding, factBook, () => true);
      const fleet = indexFleet([task], factBook.facts);
      const focus = new Set([task.taskArn]);
      const job = {
        binding,
        fleet,
        lookedAtMs,
        listed: 'nothing',
        focus,
        sinceMs: lookedAtMs,
        mode: 'observe',
        limits,
      } as const;
      return [await viewGroup(job, deps)];
    } catch (error) {
      failures.push({ resource: binding.group.arn, error });
      return [];
    }
  });
  const explained = views.flat().map(({ sight, plan }) => {
    const candidate = plan.candidates.find((each) => each.task.taskArn === task.taskArn);
    return { ...changesOf(sight, plan), explanations: candidate ? [explainTask(sight, plan, candidate)] : [] };
  });
  const misses = [
    ...wrongGroups(set, workloads),
    ...set.bindings
      .filter((binding) => !isBound(binding))
      .map(({ group, wiring }) => ({ targetGroup: group.arn, ...missOf(task, workloads, wiring) })),
  ];
  const tag = bindingTagOf(workloads, deps.tagPrefix);
  return {
    about: { kind: 'task', task, workloads },
    explanations: explained.flatMap((each) => each.explanations),
    misses: [...misses.filter(({ near }) => near), ...misses.filter(({ near }) => !near)],
    ...(bound.length === 0 && {
      advice:
        tag === undefined
          ? `No tag can bind it: it was started by a deployment, and its group is ${task.group ?? 'empty'}, not service:<name>.`
          : `No target group names it. To wire it, tag a target group with ${tag}`,
    }),
    changes: explained.flatMap((each) => each.changes),
    held: explained.flatMap((each) => each.held),
    findings: [...explained.flatMap((each) => each.findings), ...deps.standbyFindingsOf(task)],
    failures,
  };
};

/** A group that nothing binds: not there, not tagged, tagged wrongly, or filled by something else. */
const explainUnbound = async (targetGroup: string, set: BindingSet, deps: ExplainDeps): Promise<Explained> => {
  const nothing = { explanations: [], misses: [], changes: [], held: [], failures: [] };
  const about = { kind: 'group', targetGroup } as const;
  const findings = set.findings.filter(
    ({ resource }) => resource === targetGroup || targetGroupNameOf(resource) === targetGroup,
  );
  const resource = findings[0]?.resource;
  if (resource !== undefined) {
    return {
      ...nothing,
      about: { ...about, targetGroup: resource },
      findings,
      advice: 'Nothing is wired into it until that is put right.',
    };
  }
  const example = `${deps.tagPrefix}:service = <cluster>/<service>`;
  if (!targetGroup.startsWith('arn:')) {
    throw new NotFoundError(
      `No target group called ${targetGroup} carries tags of ${deps.tagPrefix}. Check name, account and Region, or tag it, such as ${example}.`,
    );
  }
  const [group] = await deps.targetGroups.describe([targetGroup]);
  if (group === undefined) {
    throw new NotFoundError(
      `Target group ${targetGroupNameOf(targetGroup)} does not exist. Check its ARN, the account and the Region.`,
    );
  }
  return {
    ...nothing,
    about,
    findings: [],
    advice: `It carries no tag of ${deps.tagPrefix} that names a workload, so Taskwire does not touch it. To wire it, tag it, such as ${example}`,
  };
};

const explainOneGroup = async (targetGroup: string, limits: Limits, deps: ExplainDeps): Promise<Explained> => {
  const set = await deps.bindings.survey();
  const binding = set.bindings.find(({ group }) => group.arn === targetGroup || group.name === targetGroup);
  if (binding === undefined) return explainUnbound(targetGroup, set, deps);
  const { arn } = binding.group;
  const { sight, plan, tasks, missing } = await viewBinding(binding, limits, deps);
  const planned = changesOf(sight, plan);
  return {
    about: { kind: 'group', targetGroup: arn, binding },
    explanations: explainGroup(sight, plan),
    misses: [],
    ...planned,
    findings: [
      ...set.findings.filter(({ resource }) => resource === arn),
      ...missing,
      ...planned.findings,
      ...tasks.flatMap((task) => deps.standbyFindingsOf(task)),
    ],
    failures: [],
  };
};

/**
 * Tells why a task is or is not in its target groups, or what is in a target group and why; changes nothing.
 * @throws {NotFoundError} If there is no such task or group. @throws {TaskwireError} If it could not be looked at.
 */
export const explainTargets = (subject: Subject, limits: Limits, deps: ExplainDeps): Promise<Explained> => {
  switch (subject.kind) {
    case 'task':
      return explainOneTask(subject, limits, deps);
    case 'group':
      return explainOneGroup(subject.targetGroup, limits, deps);
  }
};
