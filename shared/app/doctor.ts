import { type Checked, checkedAs, type Diagnosis, notKnown, type Problem, skipped } from '../core/doctor/diagnosis.ts';
import { judgeCaller, judgeClock, judgeOwnRights } from '../core/doctor/judge-caller.ts';
import {
  deployedParts,
  judgeFunctions,
  judgeMappings,
  judgeQueues,
  judgeRoles,
  judgeRules,
  judgeSettings,
  stackSettings,
} from '../core/doctor/judge-stack.ts';
import { judgeClusters, judgeOthers, judgePauses, judgeTagging, type TaggedGroup } from '../core/doctor/judge-tags.ts';
import {
  type FigureQuery,
  judgeBudgets,
  judgeEvents,
  judgeWaiting,
  type OtherStack,
  type Traffic,
  trafficQueries,
} from '../core/doctor/judge-traffic.ts';
import { judgeVersions } from '../core/doctor/judge-version.ts';
import { type NeededRight, neededRights, personalRights, type RightsPlace } from '../core/doctor/needed-rights.ts';
import { type CheckName, DOCTOR_RULES } from '../core/doctor/rules.ts';
import type { Caller, SeenFunction } from '../core/doctor/seen.ts';
import { deployedName, queueName, STACK, type StackFunction, stackPrefix } from '../core/doctor/stack.ts';
import type { Settings } from '../core/settings.ts';
import type { Workload } from '../core/targets/binding.ts';
import { clusterNameOf, parseArn } from '../core/task/arn.ts';
import { DeniedError, NotFoundError, SettingsError } from '../errors.ts';
import type { Access } from '../ports/access.ts';
import type { Callers } from '../ports/callers.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeployedStack } from '../ports/deployed-stack.ts';
import type { FailureQueues } from '../ports/failure-queue.ts';
import type { Figures } from '../ports/figures.ts';
import type { Services } from '../ports/services.ts';
import type { StackSwitches } from '../ports/stack-switches.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import type { Tasks } from '../ports/tasks.ts';
import type { TrueTags } from '../ports/true-tags.ts';
import { listPauses } from './pauses.ts';
import { sideBySide } from './side-by-side.ts';

/** What is looked at. */
export interface DoctorScope {
  /** Of the stack: `prod`. */
  readonly stage: string;
  /** What has not answered by then is not known. */
  readonly limitMs: number;
}

export interface DoctorDeps {
  readonly callers: Callers;
  readonly deployedStack: DeployedStack;
  readonly access: Access;
  readonly figures: Figures;
  readonly trueTags: TrueTags;
  readonly targetGroups: Pick<TargetGroups, 'tagged' | 'targets'>;
  readonly tasks: Pick<Tasks, 'clusters' | 'list'>;
  readonly services: Pick<Services, 'list'>;
  readonly failureQueues: FailureQueues;
  readonly stackSwitches: Pick<StackSwitches, 'marked'>;
  readonly clock: Clock;
  /** Of the command line. */
  readonly settings: Settings;
  /** Of the command line: `1.4.0`. */
  readonly version: string;
  /** A function's settings. @throws {SettingsError} */
  readonly readSettings: (part: string, env: Readonly<Record<string, string>>) => Settings;
  /** What a person is told of an error: what is wrong, and the cure. */
  readonly describeError: (error: unknown) => string;
  /** Since when something is paused, by the value of its tag. */
  readonly pausedTimeOf: (value: string) => number | undefined;
  /** The workloads that a group's tags name; none where they cannot be understood. */
  readonly workloadsOf: (tags: Readonly<Record<string, string>>, arn: string, prefix: string) => readonly Workload[];
}

/** There are some 90 questions to IAM, which throttles sooner than others; six at once take 5 s of 300 ms each. */
const QUESTIONS_AT_ONCE = 6;
/** 2,000 functions; the listing takes some 150 ms a page, one after another. */
const MOST_FUNCTION_PAGES = 40;
/** 2,000 groups. */
const MOST_GROUP_PAGES = 5;
/** Groups without tags that are looked at for tags that the tagging API does not tell: five calls. */
const MOST_UNTAGGED = 100;
const HOUR_MS = 60 * 60_000;

const KINDS = ['service', 'family', 'beanstalk'] as const;

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
};

/** What several checks read, each once. */
const createReads = (stage: string, caller: Caller, deps: DoctorDeps) => {
  const { deployedStack, figures, trueTags, targetGroups, tasks, failureQueues, clock, settings } = deps;

  const functions = once(async (): Promise<readonly SeenFunction[]> => {
    const seen = await Promise.all(
      STACK.map(async ({ name: part }): Promise<readonly SeenFunction[]> => {
        const found = await deployedStack.describe(deployedName(stage, part));
        if (found === undefined) return [];
        try {
          return [{ ...found, part, settings: deps.readSettings(part, found.env) }];
        } catch (error) {
          if (!(error instanceof SettingsError)) throw error;
          return [{ ...found, part, wrong: error.message }];
        }
      }),
    );
    return seen.flat();
  });
  const parts = once(async () => deployedParts(await functions()));
  /** The stack's, or where it cannot be seen those of the command line: most likely the same. */
  const inForce = once(async (): Promise<Settings> => {
    const seen = await functions().catch((): readonly SeenFunction[] => []);
    return stackSettings(seen) ?? settings;
  });

  const queues = once(async () => {
    const names = (await parts()).flatMap((part) =>
      part.queues.map((kind) => ({ kind, name: queueName(stage, part, kind) })),
    );
    const existing = new Set<string>();
    const waiting = new Map<string, number>();
    await sideBySide(names, QUESTIONS_AT_ONCE, async ({ kind, name }) => {
      try {
        const queue = await failureQueues.open(name);
        existing.add(name);
        if (kind !== 'own') waiting.set(name, await queue.waiting());
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
    });
    return { existing, waiting };
  });

  const traffic = once(async (): Promise<Traffic> => {
    const queries = trafficQueries(stage, await parts());
    const toMs = clock.nowMs();
    const over = async (ms: number): Promise<ReadonlyMap<string, number | undefined>> => {
      const values = await figures.over(queries, { fromMs: toMs - ms, toMs });
      return new Map(queries.map((query, index) => [keyOf(query), values[index]]));
    };
    const [hour, day] = await Promise.all([over(HOUR_MS), over(24 * HOUR_MS)]);
    return { lastHour: (query) => hour.get(keyOf(query)), lastDay: (query) => day.get(keyOf(query)) };
  });

  const told = once(async (): Promise<readonly TaggedGroup[]> => {
    const { tagPrefix } = await inForce();
    const answers = await Promise.all(KINDS.map((kind) => targetGroups.tagged(`${tagPrefix}:${kind}`)));
    return [...new Map(answers.flat().map((group) => [group.arn, group])).values()];
  });

  const pauses = once(async () => {
    const { tagPrefix } = await inForce();
    return listPauses(tagPrefix, { stackSwitches: deps.stackSwitches, timeOf: deps.pausedTimeOf });
  });
  /** Not known is taken for no: what is switched off is then told as a mistake. */
  const paused = once(async () =>
    (await pauses().catch(() => [])).some(({ kind, name }) => kind === 'stack' && name === stage),
  );

  const others = once(async () => {
    const own = new Set((await functions()).map(({ name }) => name));
    const { functions: listed, whole } = await deployedStack.list(MOST_FUNCTION_PAGES);
    const stacks = listed
      .filter(({ name }) => name.endsWith('-register-targets') && !own.has(name))
      .map(
        ({ name, env }): OtherStack => ({
          functionName: name,
          tagPrefix: env.TASKWIRE_TAG_PREFIX || 'taskwire',
          registrationsPerSecond: Number(env.TASKWIRE_REGISTRATIONS_PER_SECOND) || 3,
        }),
      );
    return { stacks, whole };
  });

  const place = once(async (): Promise<RightsPlace> => {
    const { tagPrefix, clusters, mode } = await inForce();
    const { account, region } = caller;
    const partition = parseArn(caller.arn)?.partition ?? 'aws';
    return { partition, region, account, stage, tagPrefix, cluster: clusters[0] ?? 'any', mode };
  });

  return {
    functions,
    parts,
    inForce,
    queues,
    traffic,
    told,
    pauses,
    paused,
    others,
    place,
    rules: once(() => deployedStack.rules(stackPrefix(stage))),
    groups: once(() => trueTags.groups(MOST_GROUP_PAGES)),
    clusters: once(async () => (await tasks.clusters()).map(clusterNameOf)),
  };
};

type Reads = ReturnType<typeof createReads>;

const keyOf = ({ metric, dimensions }: FigureQuery): string => JSON.stringify([metric, dimensions]);

const missingOf = async (
  principal: string,
  rights: readonly NeededRight[],
  { access }: DoctorDeps,
): Promise<readonly string[]> => {
  const answers = await sideBySide(rights, QUESTIONS_AT_ONCE, (right) => access.missing(principal, right));
  return [...new Set(answers.flat())];
};

/** Calls that look and do nothing, as plan makes them: which of them are denied. */
const deniedLooks = async (reads: Reads, deps: DoctorDeps): Promise<readonly string[]> => {
  const [group] = await reads.told().catch(() => []);
  const [cluster] = await reads.clusters().catch(() => []);
  const looks: readonly { readonly action: string; readonly look: () => Promise<unknown> }[] = [
    { action: 'tag:GetResources', look: reads.told },
    { action: 'elasticloadbalancing:DescribeTargetGroups', look: reads.groups },
    ...(group === undefined
      ? []
      : [{ action: 'elasticloadbalancing:DescribeTargetHealth', look: () => deps.targetGroups.targets(group.arn) }]),
    { action: 'ecs:ListClusters', look: reads.clusters },
    ...(cluster === undefined
      ? []
      : [
          { action: 'ecs:ListServices', look: () => deps.services.list(cluster) },
          { action: 'ecs:ListTasks', look: () => deps.tasks.list(cluster, { desiredStatus: 'RUNNING' }) },
        ]),
  ];
  const denied = await Promise.all(
    looks.map(async ({ action, look }): Promise<readonly string[]> => {
      try {
        await look();
        return [];
      } catch (error) {
        if (error instanceof DeniedError) return [action];
        // Gone meanwhile is an answer, too.
        if (error instanceof NotFoundError) return [];
        throw error;
      }
    }),
  );
  return denied.flat();
};

const ownRights = async (caller: Caller, reads: Reads, deps: DoctorDeps): Promise<Diagnosis> => {
  const { look, change } = personalRights(await reads.place());
  try {
    const principal = await deps.access.principalOf(caller.arn);
    if (principal !== undefined) {
      const [missingLooks, missingChanges] = await Promise.all([
        missingOf(principal, look, deps),
        missingOf(principal, change, deps),
      ]);
      return judgeOwnRights(caller.arn, { look: missingLooks, change: missingChanges, by: 'simulation' });
    }
  } catch (error) {
    // Who may not ask IAM can still try.
    if (!(error instanceof DeniedError)) throw error;
  }
  return judgeOwnRights(caller.arn, { look: await deniedLooks(reads, deps), change: [], by: 'calls' });
};

const roleRights = async (reads: Reads, { access }: DoctorDeps): Promise<Diagnosis> => {
  const [functions, place] = await Promise.all([reads.functions(), reads.place()]);
  const questions = functions.flatMap(({ name, part, role, settings }) => {
    const bucket = settings?.reportBucket;
    const rights = neededRights(part, { ...place, ...(bucket !== undefined && { reportBucket: bucket }) });
    return rights.map((right) => ({ name, role, right }));
  });
  const missing = new Map<string, string[]>();
  await sideBySide(questions, QUESTIONS_AT_ONCE, async ({ name, role, right }) => {
    const lacking = await access.missing(role, right);
    missing.set(name, [...(missing.get(name) ?? []), ...lacking]);
  });
  return judgeRoles(
    functions.map(({ name, role }) => ({ name, role, missing: [...new Set(missing.get(name) ?? [])].sort() })),
  );
};

const tagging = async (reads: Reads, { trueTags }: DoctorDeps): Promise<Diagnosis> => {
  const [{ tagPrefix }, told, { arns, whole }] = await Promise.all([reads.inForce(), reads.told(), reads.groups()]);
  const existing = new Set(arns);
  const known = new Set(told.map(({ arn }) => arn));
  const others = arns.filter((arn) => !known.has(arn));
  // Above the most pages nobody knows whether a group that was not listed is gone: it is asked for.
  const asked = [...known].filter((arn) => !whole || existing.has(arn));
  const real = await trueTags.of([...asked, ...others.slice(0, MOST_UNTAGGED)]);
  return judgeTagging(tagPrefix, { told, true: real, notLooked: Math.max(0, others.length - MOST_UNTAGGED) });
};

/** The checks behind the first two, each with what it needs of the stack. */
const checksOf = (
  { stage }: DoctorScope,
  caller: Caller,
  reads: Reads,
  deps: DoctorDeps,
): readonly { readonly name: CheckName; readonly run: () => Promise<Diagnosis | undefined> }[] => {
  /** Nothing to ask where nothing is deployed: the check of the functions tells that. */
  const ofStack =
    (judge: (parts: readonly StackFunction[]) => Promise<Diagnosis>) => async (): Promise<Diagnosis | undefined> => {
      const parts = await reads.parts();
      return parts.length === 0 ? undefined : judge(parts);
    };
  return [
    { name: 'ownRights', run: () => ownRights(caller, reads, deps) },
    { name: 'functions', run: async () => judgeFunctions(stage, await reads.functions(), caller.region) },
    { name: 'settings', run: ofStack(async () => judgeSettings(await reads.functions(), deps.settings)) },
    { name: 'roles', run: ofStack(() => roleRights(reads, deps)) },
    {
      name: 'rules',
      run: ofStack(async (parts) =>
        judgeRules(stage, parts, await reads.rules(), { scheduled: false, paused: await reads.paused() }),
      ),
    },
    {
      name: 'schedules',
      run: ofStack(async (parts) =>
        judgeRules(stage, parts, await reads.rules(), { scheduled: true, paused: await reads.paused() }),
      ),
    },
    { name: 'queues', run: ofStack(async (parts) => judgeQueues(stage, parts, (await reads.queues()).existing)) },
    {
      name: 'mappings',
      run: ofStack(async (parts) => {
        const reading = parts.filter(({ queues }) => queues.includes('own'));
        const mappings = await Promise.all(
          reading.map(
            async ({ name }) => [name, await deps.deployedStack.mappings(deployedName(stage, name))] as const,
          ),
        );
        return judgeMappings(stage, parts, new Map(mappings), await reads.paused());
      }),
    },
    {
      name: 'events',
      run: ofStack(async (parts) => judgeEvents(stage, parts, await reads.traffic(), await reads.paused())),
    },
    { name: 'waiting', run: ofStack(async (parts) => judgeWaiting(stage, parts, (await reads.queues()).waiting)) },
    { name: 'tagging', run: () => tagging(reads, deps) },
    {
      name: 'budgets',
      run: ofStack(async (parts) => {
        const [traffic, concurrency, functions, { stacks }, { arns }, quota] = await Promise.all([
          reads.traffic(),
          deps.deployedStack.concurrency(),
          reads.functions(),
          reads.others(),
          reads.groups(),
          deps.deployedStack.targetGroupQuota(),
        ]);
        return judgeBudgets(stage, parts, {
          traffic,
          concurrency,
          groups: { count: arns.length, ...(quota !== undefined && { quota }) },
          settings: stackSettings(functions),
          others: stacks,
        });
      }),
    },
    {
      name: 'clusters',
      run: async () => {
        const [{ tagPrefix, clusters }, told, existing] = await Promise.all([
          reads.inForce(),
          reads.told(),
          reads.clusters(),
        ]);
        const bound = told.map(({ arn, tags }) => ({ arn, workloads: deps.workloadsOf(tags, arn, tagPrefix) }));
        return judgeClusters({ watched: clusters, existing, bound });
      },
    },
    {
      name: 'others',
      run: async () => {
        const [{ tagPrefix }, { stacks, whole }] = await Promise.all([reads.inForce(), reads.others()]);
        return judgeOthers(tagPrefix, stacks, whole);
      },
    },
    { name: 'pauses', run: async () => judgePauses(await reads.pauses()) },
    { name: 'version', run: ofStack(async () => judgeVersions(await reads.functions(), deps.version)) },
  ];
};

const wrongCredentials = (summary: string): Problem => ({
  resource: 'the credentials',
  summary,
  fix: DOCTOR_RULES.caller.fix,
});

/**
 * Looks at everything that must be right before tasks are wired, all side by side; changes nothing.
 * @returns Every check, in the order of the rules. What failed or took longer than the limit is `not-known`.
 */
export const doctor = async (scope: DoctorScope, deps: DoctorDeps): Promise<readonly Checked[]> => {
  const { clock } = deps;
  const ended = new AbortController();
  const over = clock.sleep(scope.limitMs, ended.signal).then(
    () => 'over' as const,
    () => 'over' as const,
  );
  const within = async (name: CheckName, run: () => Promise<Diagnosis | undefined>): Promise<Checked> => {
    const rule = DOCTOR_RULES[name];
    try {
      const answer = await Promise.race([run(), over]);
      if (answer === undefined) return skipped(rule, 'the stack is not deployed');
      if (answer !== 'over') return checkedAs(rule, answer);
      const seconds = Math.round(scope.limitMs / 1_000);
      return notKnown(
        rule,
        rule.slug,
        `AWS did not answer within ${seconds} s. Ask again; other calls may use up a budget.`,
      );
    } catch (error) {
      return notKnown(rule, rule.slug, deps.describeError(error));
    }
  };
  /** Whatever stands behind who calls, when that is not known. */
  const withoutCaller = (first: Checked): readonly Checked[] => [
    first,
    ...Object.values(DOCTOR_RULES)
      .filter(({ id }) => id !== first.rule.id)
      .map((rule) => skipped(rule, 'nobody knows who calls')),
  ];
  try {
    let known: { readonly caller: Caller; readonly nowMs: number } | undefined;
    const first = await within('caller', async () => {
      try {
        const caller = await deps.callers.current();
        known = { caller, nowMs: clock.nowMs() };
        return judgeCaller(caller);
      } catch (error) {
        if (!(error instanceof DeniedError)) throw error;
        return { found: '', problems: [wrongCredentials(deps.describeError(error))] };
      }
    });
    if (known === undefined) return withoutCaller(first);
    const { caller, nowMs } = known;
    const reads = createReads(scope.stage, caller, deps);
    return [
      first,
      checkedAs(DOCTOR_RULES.clock, judgeClock(caller, nowMs)),
      ...(await Promise.all(checksOf(scope, caller, reads, deps).map(({ name, run }) => within(name, run)))),
    ];
  } finally {
    ended.abort();
  }
};
