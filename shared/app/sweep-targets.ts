import { groupBy } from '../core/group-by.ts';
import type { Scope } from '../core/message.ts';
import type { Finding, Mode } from '../core/outcome.ts';
import { type Binding, type Workload, workloadKeyOf } from '../core/targets/binding.ts';
import type { PlanGroup } from '../core/targets/by-hand.ts';
import type { Facts } from '../core/targets/facts.ts';
import { type Fleet, indexFleet, workloadsOf } from '../core/targets/fleet.ts';
import type { Limits } from '../core/targets/plan.ts';
import type { Listed } from '../core/targets/sight.ts';
import { keyOf } from '../core/targets/target.ts';
import { SECOND_LOOK_MS } from '../core/targets/verdict.ts';
import { clusterNameOf, clusterOfService, serviceNameOf, targetGroupNameOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { InputError, NotFoundError } from '../errors.ts';
import type { Services } from '../ports/services.ts';
import type { BindingSet } from './bindings.ts';
import { learnAbout } from './learn-about.ts';
import { clustersOfEnvironment, describeAll, type ListedTasks, listWorkload, WHOLE_CLUSTER_TASKS } from './look.ts';
import { missingWorkloads } from './missing-workloads.ts';
import { describeScope } from './scope.ts';
import { type IsShown, type Job, type SettleDeps, type Settled, settleGroup } from './settle-group.ts';
import { sideBySide } from './side-by-side.ts';

/** What a sweep needs beyond settling groups. */
export interface SweepDeps extends SettleDeps {
  readonly services: Services;
}

/** What to sweep, and how. */
export interface Sweep {
  readonly scope: Scope;
  /** The stack's mode, or `observe` for a dry run. */
  readonly mode: Mode;
  readonly limits: Limits;
  /** Look at everything that can fill a group, not only at the bound services. */
  readonly survey: boolean;
  /** What an earlier look saw, by target key. */
  readonly firstSeenMs?: ReadonlyMap<string, number>;
  /** Wait for the second looks instead of leaving them to a later message: a person waits for the answer. */
  readonly patient: boolean;
  /** Which changes may be made: those that a person was shown. `undefined`: all. */
  readonly isShown?: IsShown;
  /** What decides in the place of `planTargets`: a repair that a person asked for. */
  readonly plan?: PlanGroup;
  /** Only groups that are observed, which then are changed all the same: in the others an event would undo it. */
  readonly observedOnly?: boolean;
  readonly signal?: AbortSignal;
}

/** What a sweep saw and did. */
export interface Swept {
  readonly settled: readonly Settled[];
  readonly findings: readonly Finding[];
  /** What could not be looked at; nothing was decided about it. */
  readonly failures: readonly { readonly resource: string; readonly error: unknown }[];
  /** What a patient sweep looked at twice: when it saw it first, by target key. A sweep that follows need not wait again. */
  readonly firstSeenMs: ReadonlyMap<string, number>;
  /** Why the tags could not be read again, while older bindings are used. */
  readonly keptBecause?: string;
}

const GROUPS_AT_ONCE = 16;
const CLUSTERS_AT_ONCE = 4;

const within = (binding: Binding, { cluster, service, targetGroup }: Scope): boolean => {
  const { arn, name } = binding.group;
  if (targetGroup !== undefined && targetGroup !== arn && targetGroup !== name) return false;
  // A service's ARN names its cluster too, where the service of the same name in another cluster was not meant.
  const clusters = [cluster && clusterNameOf(cluster), service && clusterOfService(service)].filter(Boolean);
  return binding.wiring.workloads.some((workload) => {
    if (service !== undefined && !(workload.kind === 'service' && workload.service === serviceNameOf(service)))
      return false;
    // Whose a Beanstalk cluster is only its instances tell; their clusters' names begin alike.
    return clusters.every((each) =>
      workload.kind === 'beanstalk' ? each?.startsWith('awseb-') : each === workload.cluster,
    );
  });
};

interface Looked {
  readonly tasks: readonly Task[];
  /** By workload key: nothing may be decided for a workload that is in here. */
  readonly failed: ReadonlyMap<string, unknown>;
  readonly listed: Listed;
  /** Workloads whose cluster or service ECS does not know, and environments without an instance in a cluster. */
  readonly unknown: ReadonlySet<string>;
}

/** Lists and describes the tasks that the bindings' groups can be about. */
const look = async (bindings: readonly Binding[], whole: boolean, deps: SweepDeps): Promise<Looked> => {
  const workloads = [
    ...new Map(bindings.flatMap(({ wiring }) => wiring.workloads).map((each) => [workloadKeyOf(each), each])).values(),
  ];
  const failed = new Map<string, unknown>();
  const unknown = new Set<string>();
  let listed: Listed = whole ? 'clusters' : 'workloads';

  const clustersOf = async (workload: Workload): Promise<readonly string[]> =>
    workload.kind === 'beanstalk' ? clustersOfEnvironment(workload.environment, deps) : [workload.cluster];

  const forgive = async <T>(of: readonly Workload[], work: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await work();
    } catch (error) {
      for (const workload of of) {
        if (error instanceof NotFoundError) unknown.add(workloadKeyOf(workload));
        else failed.set(workloadKeyOf(workload), error);
      }
      return [];
    }
  };

  const listEach = async (of: readonly Workload[]): Promise<readonly ListedTasks[]> => {
    const lists = await sideBySide(of, CLUSTERS_AT_ONCE, (workload) =>
      forgive([workload], () => listWorkload(workload, ['RUNNING', 'STOPPED'], deps)),
    );
    return lists.flat();
  };

  const listWhole = async (cluster: string, of: readonly Workload[]): Promise<readonly ListedTasks[]> => {
    const running = await deps.tasks.list(cluster, { desiredStatus: 'RUNNING' });
    if (running.length > WHOLE_CLUSTER_TASKS) {
      listed = 'workloads';
      return listEach(of);
    }
    const stopped = await deps.tasks.list(cluster, { desiredStatus: 'STOPPED' });
    return [{ cluster, taskArns: [...running, ...stopped] }];
  };

  const homes = await sideBySide(workloads, CLUSTERS_AT_ONCE, (workload) =>
    forgive([workload], async () => {
      const clusters = await clustersOf(workload);
      if (clusters.length === 0) unknown.add(workloadKeyOf(workload));
      return clusters.map((cluster) => ({ cluster, workload }));
    }),
  );
  const byCluster = groupBy(homes.flat(), ({ cluster }) => clusterNameOf(cluster));
  const described = await sideBySide([...byCluster], CLUSTERS_AT_ONCE, async ([cluster, members]) => {
    const of = members.map(({ workload }) => workload);
    return forgive(of, async () => {
      const lists = whole ? await listWhole(cluster, of) : await listEach(of);
      const arns = lists.filter((each) => clusterNameOf(each.cluster) === cluster).flatMap(({ taskArns }) => taskArns);
      return (await describeAll(deps.tasks, cluster, arns)).tasks;
    });
  });
  return { tasks: described.flat(), failed, listed: failed.size > 0 && whole ? 'workloads' : listed, unknown };
};

/**
 * Looks up what deciding about these tasks needs, each kind by itself.
 * @returns What kept something from being known.
 */
const learnAll = async (
  bindings: readonly Binding[],
  tasks: readonly Task[],
  { factBook }: SweepDeps,
): Promise<readonly unknown[]> => {
  const own = new Set(bindings.flatMap(({ wiring }) => wiring.workloads.map(workloadKeyOf)));
  const isOwn = (task: Task): boolean =>
    workloadsOf(task, factBook.facts).some((workload) => own.has(workloadKeyOf(workload)));
  const errors: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => {
      errors.push(error);
    });
  };
  if (bindings.some(ofBeanstalk)) {
    await attempt(async () => {
      await factBook.learnInstances(tasks);
      await factBook.learnEnvironments(tasks);
    });
  }
  await attempt(() => learnAbout(tasks, undefined, factBook, isOwn));
  for (const { group, wiring } of bindings) {
    if (wiring.zone === 'all') await attempt(() => factBook.learnVpc(group.vpcId));
  }
  return errors;
};

const ofBeanstalk = ({ wiring }: Binding): boolean => wiring.workloads.some(({ kind }) => kind === 'beanstalk');

/** Whether all that could not be looked up is no matter to this group. */
const isWellKnown = (binding: Binding, tasks: readonly Task[], fleet: Fleet, facts: Facts): boolean => {
  const { group, wiring } = binding;
  // Whose the tasks of an instance are, and that nobody listens on its port, takes all of them.
  if (ofBeanstalk(binding)) return false;
  if (group.targetType === 'instance') {
    return tasks.every(({ containerInstanceArn: arn }) => arn === undefined || facts.instances.has(arn));
  }
  if (wiring.zone === 'all' && !facts.subnetsOfVpc.has(group.vpcId)) return false;
  return wiring.workloads
    .flatMap((workload) => fleet.byWorkload.get(workloadKeyOf(workload)) ?? [])
    .every(
      ({ desiredStatus, taskDefinitionArn, interfaces }) =>
        (desiredStatus === 'STOPPED' || facts.definitions.has(taskDefinitionArn)) &&
        interfaces.every(({ subnetId }) => subnetId === undefined || facts.subnets.has(subnetId)),
    );
};

/** Until when a person waits for second looks. A task that no listing shows yet takes longer than anybody waits for an answer. */
const secondLooks = (settled: readonly Settled[]): number =>
  Math.max(
    0,
    ...settled.flatMap(({ waits }) =>
      waits.flatMap(({ firstSeenMs, untilMs }) => (untilMs - firstSeenMs > SECOND_LOOK_MS ? [] : [untilMs])),
    ),
  );

const GROUPS_NAMED = 5;

const keptWired = (bindings: readonly Binding[]): InputError => {
  const names = bindings.map(({ group }) => group.name).toSorted();
  const more = names.length > GROUPS_NAMED ? ` and ${names.length - GROUPS_NAMED} more` : '';
  return new InputError(
    `The next event would undo it: Taskwire keeps ${names.slice(0, GROUPS_NAMED).join(', ')}${more} wired. Set the mode tag of the target group to observe, then ask again.`,
  );
};

/**
 * Compares every bound group of the scope with every task that could be in it, and repairs the difference.
 * A part that could not be looked at decides nothing, and the rest goes on. Repeating is safe.
 * @throws {TaskwireError} If the bindings cannot be read. @throws {InputError} If a scope names nothing that is wired.
 */
export const sweepTargets = async (sweep: Sweep, deps: SweepDeps): Promise<Swept> => {
  const set: BindingSet = sweep.survey ? await deps.bindings.survey() : await deps.bindings.refresh();
  const kept = set.keptBecause === undefined ? {} : { keptBecause: set.keptBecause };
  const wired = set.bindings.filter((binding) => within(binding, sweep.scope));
  const bindings = sweep.observedOnly ? wired.filter(({ wiring }) => wiring.mode === 'observe') : wired;
  const named = describeScope(sweep.scope);
  const scoped = named !== '';
  const findings = set.findings.filter(
    ({ resource }) =>
      !scoped || resource === sweep.scope.targetGroup || targetGroupNameOf(resource) === sweep.scope.targetGroup,
  );
  if (bindings.length === 0) {
    if (wired.length > 0) throw keptWired(wired);
    if (scoped && findings.length === 0 && sweep.patient) {
      throw new InputError(
        `Nothing is wired in ${named}: no target group with the tags of Taskwire names it. Check the name, or tag a target group.`,
      );
    }
    return { settled: [], findings, failures: [], firstSeenMs: new Map(), ...kept };
  }

  const whole = sweep.scope.service === undefined && sweep.scope.targetGroup === undefined;
  const { factBook, clock } = deps;
  const pass = async (of: readonly Binding[], firstSeenMs: ReadonlyMap<string, number> | undefined) => {
    const lookedAtMs = clock.nowMs();
    const looked = await look(of, whole, deps);
    const [unlearned] = await learnAll(of, looked.tasks, deps);
    const fleet = indexFleet(looked.tasks, factBook.facts);

    const errorOf = (binding: Binding): unknown =>
      binding.wiring.workloads
        .map((workload) => looked.failed.get(workloadKeyOf(workload)))
        .find((error) => error !== undefined) ??
      (unlearned === undefined || isWellKnown(binding, looked.tasks, fleet, factBook.facts) ? undefined : unlearned);
    const settled = await sideBySide(
      of.filter((binding) => errorOf(binding) === undefined),
      GROUPS_AT_ONCE,
      (binding) => {
        const job: Job = {
          binding,
          fleet,
          lookedAtMs,
          listed: looked.listed,
          ...(firstSeenMs !== undefined && { firstSeenMs }),
          sinceMs: lookedAtMs,
          mode: sweep.mode === 'observe' || sweep.observedOnly ? sweep.mode : binding.wiring.mode,
          limits: sweep.limits,
          ...(sweep.isShown !== undefined && { isShown: sweep.isShown }),
          ...(sweep.plan !== undefined && { plan: sweep.plan }),
          ...(sweep.signal !== undefined && { signal: sweep.signal }),
        };
        return settleGroup(job, deps);
      },
    );
    const failures = of.flatMap((binding) => {
      const error = errorOf(binding);
      return error === undefined ? [] : [{ resource: binding.group.arn, error }];
    });
    const alive = new Set([...fleet.byWorkload.keys(), ...looked.failed.keys()]);
    return { settled, failures, alive, unknown: looked.unknown };
  };

  const first = await pass(bindings, sweep.firstSeenMs);
  const missing = await missingWorkloads(bindings, first, deps.services);
  const untilMs = sweep.patient ? secondLooks(first.settled) : 0;
  const waiting = first.settled.filter(({ waits }) => waits.length > 0);
  if (untilMs === 0 || waiting.length === 0) {
    const failures = [...first.failures, ...missing.failures];
    return { ...collect(first.settled, [...findings, ...missing.findings], failures, new Map()), ...kept };
  }
  await clock.sleep(Math.max(0, untilMs - clock.nowMs()), sweep.signal);
  const seen = new Map(
    waiting.flatMap(({ waits }) => waits.map((wait): [string, number] => [keyOf(wait), wait.firstSeenMs])),
  );
  const second = await pass(
    waiting.map(({ binding }) => binding),
    seen,
  );
  const again = new Map(second.settled.map((each) => [each.binding.group.arn, each]));
  const merged = first.settled.map((each) => {
    const later = again.get(each.binding.group.arn);
    if (later === undefined) return each;
    // What was only planned, or refused, the second pass has planned or tried again.
    const made = each.changes.filter(({ applied }) => applied);
    return { ...later, changes: [...made, ...later.changes], registered: [...each.registered, ...later.registered] };
  });
  const failures = [...first.failures, ...missing.failures, ...second.failures];
  return { ...collect(merged, [...findings, ...missing.findings], failures, seen), ...kept };
};

const collect = (
  settled: readonly Settled[],
  findings: readonly Finding[],
  failures: Swept['failures'],
  firstSeenMs: Swept['firstSeenMs'],
): Swept => ({
  settled,
  firstSeenMs,
  findings: [...findings, ...settled.flatMap((each) => each.findings)],
  failures: [
    ...failures,
    ...settled.flatMap(({ binding, error }) => (error === undefined ? [] : [{ resource: binding.group.arn, error }])),
  ],
});
