import type { Fault } from '../core/fault.ts';
import {
  deploymentEnded,
  nothingToGate,
  notWaitedFor,
  otherStage,
  revisionNotTold,
  wrongTimeLimit,
} from '../core/gate/findings.ts';
import { GATED_STAGE, type HookAnswer, type HookCall, startedByOf, USUAL_LIMIT_MINUTES } from '../core/gate/hook.ts';
import { type GatedGroup, judgeRevision, type Obstacle } from '../core/gate/judge.ts';
import { type Learnt, renderLearnt } from '../core/gate/learnt.ts';
import type { Finding, Mode, Outcome } from '../core/outcome.ts';
import type { Binding } from '../core/targets/binding.ts';
import { taskIdOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { printable } from '../core/text.ts';
import { NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import type { Tasks } from '../ports/tasks.ts';
import { announce } from './announce.ts';
import type { FactBook } from './fact-book.ts';
import type { GateGroups } from './gate-groups.ts';
import { describeAll } from './look.ts';
import type { Pause } from './pauses.ts';
import { sideBySide } from './side-by-side.ts';
import type { StackPause } from './stack-pause.ts';
import { createTold } from './told.ts';

/** What `gate-deployment` is built from. */
export interface GateDeploymentDeps {
  readonly tasks: Pick<Tasks, 'list' | 'describe'>;
  readonly targetGroups: Pick<TargetGroups, 'targets'>;
  readonly groups: GateGroups;
  /** What is known about a service's tasks, by the service's name; of one service nothing that another one told. */
  readonly factBookOf: (service: string) => FactBook;
  readonly stackPause: StackPause;
  readonly isStandby: (task: Task) => boolean;
  readonly events: Events;
  readonly clock: Clock;
  /** Of the stack: in `observe` every group is observed. */
  readonly mode: Mode;
  /** AWS calls sent in this invocation, by `service:Action`. */
  readonly calls: () => Readonly<Record<string, number>>;
}

/** What a call of the hook comes to. */
export interface Gated {
  readonly answer: HookAnswer;
  readonly outcome: Outcome;
  /** Nothing: what could not be looked at is looked at again with the next call. */
  readonly failed: readonly never[];
  /** In words, what the deployment waits for; `undefined` where it does not wait. */
  readonly waitsFor?: string;
  /** Why events were refused, if any were. */
  readonly eventsRefused: readonly string[];
}

/** ECS's own default, which its documentation gives as an example of an answer, too. */
const CALL_BACK_SECONDS = 30;
/** After an answer that only looked up what does not change. */
const CALL_BACK_SOON_SECONDS = 5;
/** For 100 tasks in 3 groups; more tasks or groups take what one look at them takes. */
const MOST_CALLS = 6;
const TASKS_PER_CALL = 100;
/** Where nothing is handed back, or instances forget faster than they learn, an answer may take more calls. */
const MOST_LOOKS = 3;
/** Repeated by every look. What an answer asks besides is learnt, and not asked again. */
const REPEATED: ReadonlySet<string> = new Set(['tag:GetResources', 'ecs:ListTasks', 'ecs:DescribeTasks']);
/** Registering takes seconds. Whatever still is not there then may wait for a stack that is paused. */
const REGISTERED_AFTER_MS = 60_000;
/** Listings lag: until then a revision without tasks is one whose tasks are not listed yet. */
const LISTED_AFTER_MS = 2 * 60_000;
const GROUPS_AT_ONCE = 8;
/** A person reads these; more of them say nothing more. */
const OBSTACLES_TOLD = 3;

/** A finding of the service, or of the resource that it names. */
type Told = Fault & { readonly resource?: string };

/** What is known after one look. */
interface Look {
  /** In words, why the deployment has to wait. */
  readonly waits?: string;
  /** In words, why waiting is of no use, and the cure. */
  readonly never?: Pick<Fault, 'summary' | 'fix'>;
  readonly findings: readonly Told[];
  /** How many tasks there were. */
  readonly tasks?: number;
  /** What is known that does not change. */
  readonly learnt?: Learnt;
  /** No target was looked at: what was looked up first took the answer's calls. */
  readonly unfinished?: true;
  /** The stack is paused, so that nothing is registered. */
  readonly pause?: Pause;
}

const waitsText = (waits: readonly Obstacle[], tasks: number): string => {
  const held = new Set(waits.map(({ task }) => task)).size;
  const some = waits.slice(0, OBSTACLES_TOLD).map(({ task, group, why }) => `task ${taskIdOf(task)} ${why} (${group})`);
  const more = waits.length - some.length;
  return `${held} of ${tasks} tasks ${held === 1 ? 'is' : 'are'} not healthy in every target group: ${some.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
};

const observedBecause = ({ group, wiring }: Binding): Told => {
  const mode = wiring.mode === 'observe' ? 'its mode is observe' : 'the stack’s mode is observe';
  return {
    resource: group.arn,
    ...notWaitedFor(
      `The deployment did not wait for ${group.name}: ${wiring.paused === undefined ? mode : 'it is paused'}.`,
      wiring.paused === undefined
        ? 'Nothing needs to be done. A group in the mode enforce is waited for.'
        : `Let it go on with taskwire resume ${group.name}: until then its new tasks get no traffic.`,
    ),
  };
};

/** The groups and their targets; one that was deleted meanwhile is not waited for. */
const observeGroups = async (
  bindings: readonly Binding[],
  { cluster, service }: HookCall,
  { targetGroups, groups }: GateDeploymentDeps,
): Promise<{ readonly seen: readonly GatedGroup[]; readonly findings: readonly Told[] }> => {
  const findings: Told[] = [];
  const seen = await sideBySide(bindings, GROUPS_AT_ONCE, async (binding): Promise<readonly GatedGroup[]> => {
    const { arn, name } = binding.group;
    try {
      return [{ binding, observed: await targetGroups.targets(arn) }];
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      groups.forget(cluster, service, arn);
      findings.push({
        resource: arn,
        ...notWaitedFor(
          `The deployment did not wait for ${name}: the target group was deleted.`,
          'Nothing needs to be done, unless somebody deleted it by mistake.',
        ),
      });
      return [];
    }
  });
  return { seen: seen.flat(), findings };
};

/** The tasks that are to be judged: those of the revision, or of the whole service where no id tells them. */
const listTasks = async (
  { cluster, service, revisionArn }: HookCall,
  waitedMs: number,
  { tasks }: GateDeploymentDeps,
): Promise<{ readonly arns: readonly string[]; readonly finding?: Fault; readonly waits?: string }> => {
  const arns = await tasks.list(cluster, { desiredStatus: 'RUNNING', startedBy: startedByOf(revisionArn) });
  if (arns.length > 0) return { arns };
  if (waitedMs < LISTED_AFTER_MS) return { arns, waits: 'no task of the new revision is listed yet' };
  const all = await tasks.list(cluster, { desiredStatus: 'RUNNING', service });
  if (all.length === 0) {
    return {
      arns: all,
      finding: nothingToGate(
        `${cluster}/${service} has no running task, so the deployment had nothing to wait for.`,
        'Nothing needs to be done where the service is scaled to 0.',
      ),
    };
  }
  return {
    arns: all,
    finding: revisionNotTold(
      `No task of ${cluster}/${service} was started by ${startedByOf(revisionArn)}, the new revision's id, so the gate judged all ${all.length} tasks of the service.`,
      'Nothing needs to be done where the new revision has no task. Otherwise please report it: ECS names revisions and deployments in another way than Taskwire expects.',
    ),
  };
};

/** Counts the calls of this answer. */
const createAllowance = (groups: number, tasks: number, { calls }: GateDeploymentDeps) => {
  const most = Math.max(MOST_CALLS, 1 + 2 * Math.ceil(tasks / TASKS_PER_CALL) + groups);
  const sum = (counts: readonly (readonly [string, number])[]): number =>
    counts.reduce((total, [, count]) => total + count, 0);
  return {
    /** Whether so many more would be too many. */
    isExceededBy: (more: number): boolean => sum(Object.entries(calls())) + more > most,
    /** Whether something was asked that need not be asked again. */
    hasLearnt: (): boolean => Object.entries(calls()).some(([action, count]) => count > 0 && !REPEATED.has(action)),
  };
};

/** What deciding about these tasks needs to know, one after the other; false where one of them would be a call too many. */
const learn = async (
  tasks: readonly Task[],
  bindings: readonly Binding[],
  factBook: FactBook,
  mayAsk: () => boolean,
): Promise<boolean> => {
  const vpcs = bindings.filter(({ wiring }) => wiring.zone === 'all').map(({ group }) => group.vpcId);
  const steps = [
    () => factBook.learnDefinitions(tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING')),
    () => factBook.learnSubnets(tasks),
    () => factBook.learnInstances(tasks),
    ...[...new Set(vpcs)].map((vpcId) => () => factBook.learnVpc(vpcId)),
  ];
  for (const step of steps) {
    if (!mayAsk()) return false;
    await step();
  }
  return true;
};

/** What is known and need not be asked again while the deployment runs. */
const learntAbout = (
  { cluster, service }: HookCall,
  bindings: readonly Binding[],
  tasks: readonly Task[],
  { facts }: FactBook,
  { groups }: GateDeploymentDeps,
): Learnt => {
  const known = <T>(map: ReadonlyMap<string, T>, keys: readonly (string | undefined)[]): readonly T[] =>
    [...new Set(keys)].flatMap((key) => (key === undefined ? [] : (map.get(key) ?? [])));
  const terms = groups.termsOf(cluster, service);
  return {
    groups: bindings.map(({ group }) => group),
    ...(terms !== undefined && { terms }),
    definitions: known(
      facts.definitions,
      tasks.map(({ taskDefinitionArn }) => taskDefinitionArn),
    ),
    subnets: known(
      facts.subnets,
      tasks.flatMap(({ interfaces }) => interfaces.map(({ subnetId }) => subnetId)),
    ),
  };
};

/** The pause of the stack, where one more call is not too many. Not knowing it changes no answer, only its words. */
const lookForPause = async ({ stackPause }: GateDeploymentDeps, mayAsk: boolean): Promise<Pause | undefined> => {
  if (!mayAsk) return stackPause.known();
  try {
    return await stackPause.look();
  } catch {
    return undefined;
  }
};

const lookAt = async (call: HookCall, waitedMs: number, deps: GateDeploymentDeps): Promise<Look> => {
  const { cluster, service, details } = call;
  const factBook = deps.factBookOf(`${cluster}/${service}`);
  if (details.learnt !== undefined) {
    deps.groups.recall(cluster, service, details.learnt);
    factBook.recall(details.learnt);
  }
  const { bindings, findings: wrong } = await deps.groups.of(cluster, service);
  const gated = deps.mode === 'observe' ? [] : bindings.filter(({ wiring }) => wiring.mode === 'enforce');
  const findings: Told[] = [...wrong, ...bindings.filter((each) => !gated.includes(each)).map(observedBecause)];
  if (bindings.length === 0) {
    findings.push(
      nothingToGate(
        `No target group is wired to ${cluster}/${service}, so the gate let its deployment pass unseen.`,
        `Tag a target group with the service's name, ${cluster}/${service}, or take the hook out of the service.`,
      ),
    );
  }
  if (gated.length === 0) return { findings };

  const listed = await listTasks(call, waitedMs, deps);
  if (listed.waits !== undefined) {
    const learnt = learntAbout(call, bindings, [], factBook, deps);
    return { waits: listed.waits, findings, tasks: 0, learnt };
  }
  if (listed.finding !== undefined) findings.push(listed.finding);
  const { tasks, missing } = await describeAll(deps.tasks, cluster, listed.arns);
  const alive = tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING').length;

  const allowance = createAllowance(gated.length, listed.arns.length, deps);
  // Learning is put off only where that gets it further: by what is known from now on.
  const mayPutOff = (): boolean => (details.looks ?? 0) < MOST_LOOKS && allowance.hasLearnt();
  const knowsAll = await learn(tasks, gated, factBook, () => !(mayPutOff() && allowance.isExceededBy(1)));
  const learnt = learntAbout(call, bindings, tasks, factBook, deps);
  if (!knowsAll || (mayPutOff() && allowance.isExceededBy(gated.length))) {
    const waits = 'what does not change was looked up first; the targets are looked at with the next call';
    return { waits, findings, tasks: alive, learnt, unfinished: true };
  }

  const { seen, findings: deleted } = await observeGroups(gated, call, deps);
  findings.push(...deleted);
  const { waits, never, idle } = judgeRevision({
    tasks,
    groups: seen,
    facts: factBook.facts,
    isStandby: deps.isStandby,
  });
  for (const { group } of idle) {
    findings.push({
      resource: group.arn,
      ...notWaitedFor(
        `No listener sends to ${group.name}, so the deployment waited for its targets to be registered, not to be healthy.`,
        `Attach ${group.name} to a listener or a rule.`,
      ),
    });
  }
  const look = { findings, tasks: alive, learnt };
  const [first, ...others] = never;
  if (first !== undefined) {
    const words = others.length === 0 ? '' : ` And ${others.map(({ summary }) => summary).join(' ')}`;
    return {
      ...look,
      never: { summary: `its tasks can never be wired. ${first.summary} (${first.rule})${words}`, fix: first.fix },
    };
  }
  if (missing.length > 0)
    return { ...look, waits: `ECS does not show ${missing.length} of ${listed.arns.length} tasks yet` };
  if (waits.length > 0) {
    const isLate = waitedMs >= REGISTERED_AFTER_MS && waits.some(({ unregistered }) => unregistered);
    const pause = isLate ? await lookForPause(deps, !allowance.isExceededBy(1)) : undefined;
    return { ...look, waits: waitsText(waits, alive), ...(pause !== undefined && { pause }) };
  }
  // A task that ended leaves the list at once, the one in its place joins it seconds later.
  if (alive < (details.tasks ?? 0))
    return {
      ...look,
      waits: `${alive} run where the last look found ${details.tasks} tasks: one may be being replaced`,
    };
  return look;
};

/** Tells the event bus. News that nobody hears must not end a deployment: why it was refused is told instead. */
const tell = async (outcome: Outcome, { events }: GateDeploymentDeps, nowMs: number): Promise<readonly string[]> => {
  try {
    // Every deployment has its own news: nothing was told before.
    return await announce(outcome, events, createTold(), nowMs);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
};

const pauseText = ({ name, sinceMs }: Pause): string =>
  `the stack of the stage ${name} is paused${sinceMs === undefined ? '' : ` since ${new Date(sinceMs).toISOString()}`}, so nothing is registered until it goes on`;

const minutesText = (minutes: number): string => `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;

/**
 * Answers a deployment lifecycle hook: whether every task of the new revision is registered and healthy in every target
 * group that its service is wired to. Changes nothing; `register-targets` does that meanwhile.
 *
 * Never throws because AWS could not be asked, since ECS takes an error for a failed deployment: it asks to be called
 * again, until the time limit. Repeating is safe; what it must remember between two calls stands in the answer.
 */
export const gateDeployment = async (call: HookCall, deps: GateDeploymentDeps): Promise<Gated> => {
  const { clock } = deps;
  const { cluster, service, serviceArn, stage, details } = call;
  const name = `${cluster}/${service}`;
  const nowMs = clock.nowMs();
  const startedAtMs = details.startedAtMs ?? nowMs;
  const limitMinutes = details.timeLimitMinutes ?? USUAL_LIMIT_MINUTES;

  const finish = async (hookStatus: 'SUCCEEDED' | 'FAILED', told: readonly Told[]): Promise<Gated> => {
    const findings = told.map((each): Finding => ({ resource: serviceArn, ...each }));
    const eventsRefused = await tell(outcomeOf(findings, deps), deps, nowMs);
    return { answer: { hookStatus }, outcome: outcomeOf(findings, deps), failed: [], eventsRefused };
  };

  if (stage !== GATED_STAGE) {
    return finish('SUCCEEDED', [
      otherStage(
        `The hook of ${name} calls the gate at ${stage}, where it has nothing to wait for, and passes.`,
        `Set the hook's lifecycle stages to ${GATED_STAGE}: there the new tasks run, and no traffic is shifted yet.`,
      ),
    ]);
  }

  let look: Look;
  try {
    look = await lookAt(call, nowMs - startedAtMs, deps);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    look = { waits: `it could not be looked at: ${printable(words)}`, findings: [] };
  }
  const findings = [
    ...look.findings,
    ...(details.timeLimitProblem === undefined
      ? []
      : [
          wrongTimeLimit(
            `In the details of ${name}'s hook ${details.timeLimitProblem}; ${minutesText(limitMinutes)} are used.`,
            `Write it such as { "timeLimitMinutes": ${USUAL_LIMIT_MINUTES} }, or leave it out.`,
          ),
        ]),
  ];
  if (look.never !== undefined) {
    const { summary, fix } = look.never;
    return finish('FAILED', [
      deploymentEnded(`The gate ended the deployment of ${name}: ${summary}`, fix),
      ...findings,
    ]);
  }
  if (look.waits === undefined) return finish('SUCCEEDED', findings);
  const waitsFor = look.pause === undefined ? look.waits : `${look.waits}; ${pauseText(look.pause)}`;
  // Time that is over ends nothing that was not looked at.
  if (look.unfinished === undefined && nowMs - startedAtMs >= limitMinutes * 60_000) {
    return finish('FAILED', [
      deploymentEnded(
        `The gate ended the deployment of ${name}: after ${minutesText(limitMinutes)} ${waitsFor}.`,
        look.pause === undefined
          ? 'Ask taskwire explain for a task or a group that is named here. Where tasks need longer to become healthy, raise timeLimitMinutes in the details of the hook.'
          : `Let the stack go on with taskwire resume --stage ${look.pause.name}, then deploy again.`,
      ),
      ...findings,
    ]);
  }
  const tasks = look.tasks ?? details.tasks;
  const looks = look.unfinished === undefined ? 0 : (details.looks ?? 0) + 1;
  const learnt = look.learnt && renderLearnt(look.learnt);
  return {
    answer: {
      hookStatus: 'IN_PROGRESS',
      callBackDelay: look.unfinished === undefined ? CALL_BACK_SECONDS : CALL_BACK_SOON_SECONDS,
      // ECS merges it into what it has: what is left out here stays.
      hookDetails: {
        startedAt: new Date(startedAtMs).toISOString(),
        ...(tasks !== undefined && { tasks }),
        looks,
        ...(learnt !== undefined && { learnt }),
      },
    },
    outcome: outcomeOf([], deps),
    failed: [],
    waitsFor,
    eventsRefused: [],
  };
};

const outcomeOf = (findings: readonly Finding[], { mode, calls }: GateDeploymentDeps): Outcome => ({
  function: 'gate-deployment',
  mode,
  changes: [],
  held: [],
  findings,
  calls: calls(),
});
