import type { Fault } from '../fault.ts';
import type { SeenTarget } from '../message.ts';
import { taskIdOf } from '../task/arn.ts';
import type { Task } from '../task/task.ts';
import { workloadKeyOf } from './binding.ts';
import { brakeOn, type Removals } from './brake.ts';
import { type Candidate, candidatesFor } from './candidate.ts';
import type { OwnTasks } from './claims.ts';
import type { Question, Sight } from './sight.ts';
import { isDraining, keyOf, type ObservedTarget, type Target } from './target.ts';
import { judge, SECOND_LOOK_MS, type Verdict } from './verdict.ts';

/** A target that is missing from its group. */
export interface Registration {
  readonly target: Target;
  readonly task: string;
  readonly reason: string;
  /** It is there and draining: AWS may not take it back before its deregistration delay is over. */
  readonly draining: boolean;
  /** Since when its task runs, epoch milliseconds, where ECS told it. */
  readonly startedAtMs?: number;
}

/** A target that should leave its group. */
export interface Removal {
  readonly target: Target;
  /** The task that had it; absent where EC2's answer or nothing at all is the ground. */
  readonly task?: string;
  readonly reason: string;
  /** A stranger has the address already. */
  readonly inherited: boolean;
}

/** A target that must be seen the same a while longer. */
export interface Wait extends SeenTarget {
  /** Epoch milliseconds. */
  readonly untilMs: number;
}

/** What is to be done to one target group. */
export interface TargetPlan {
  readonly register: readonly Registration[];
  readonly deregister: readonly Removal[];
  /** Removals that are held back, each with why. */
  readonly held: readonly Removal[];
  readonly faults: readonly Fault[];
  /** What must be known before the plan is complete; until then nothing is decided about the targets it concerns. */
  readonly questions: readonly Question[];
  readonly waits: readonly Wait[];
  /** The group's own tasks, as it sees them. */
  readonly candidates: readonly Candidate[];
}

/** What the owner of the stack, and whoever runs a plan by hand, allow. */
export interface Limits {
  readonly brakePercent: number;
  /** A person looked at the plan and applies what the brake held. */
  readonly brakeReleased: boolean;
  /** A person wants tasks on standby to leave even where nothing else would stay in the group. */
  readonly lastReleased?: boolean;
}

const byTarget = (a: { readonly target: Target }, b: { readonly target: Target }): number =>
  keyOf(a.target) < keyOf(b.target) ? -1 : 1;

/** The group's own tasks as it sees them, by ARN and in its order: the order of the fleet does not matter. */
export const candidatesOf = ({ binding, fleet, facts, isStandby }: Sight): OwnTasks => {
  const candidateOf = candidatesFor(binding, facts);
  const tasks = binding.wiring.workloads.flatMap((workload) => fleet.byWorkload.get(workloadKeyOf(workload)) ?? []);
  const own = new Map<string, Candidate>();
  for (const task of tasks.toSorted((a, b) => (a.taskArn < b.taskArn ? -1 : 1))) {
    own.set(task.taskArn, candidateOf(task, isStandby(task)));
  }
  return own;
};

/** A place in the group that one of its own tasks belongs into. */
interface Wanted {
  /** Of the target. */
  readonly key: string;
  readonly target: Target;
  readonly task: Task;
}

/** In the order of the tasks. Keys are much of the work for a large fleet: each is made once. */
const wantedOf = (own: OwnTasks): readonly Wanted[] => {
  const places: Wanted[] = [];
  for (const { task, place, wanted } of own.values()) {
    if (wanted && place.kind === 'at') places.push({ key: keyOf(place.target), target: place.target, task });
  }
  return places;
};

const byKey = (targets: readonly ObservedTarget[]): ReadonlyMap<string, ObservedTarget> =>
  new Map(targets.map((target) => [keyOf(target), target]));

const missingOf = (
  wanted: readonly Wanted[],
  observed: ReadonlyMap<string, ObservedTarget>,
  focus: Sight['focus'],
): readonly Registration[] => {
  const missing = new Map<string, Registration>();
  for (const { key, target, task } of wanted) {
    if (focus !== undefined && !focus.has(task.taskArn)) continue;
    const seen = observed.get(key);
    if (seen !== undefined && !isDraining(seen)) continue;
    const draining = seen !== undefined;
    const reason = `task ${taskIdOf(task.taskArn)} is running${draining ? ' and its target is draining' : ''}`;
    const { taskArn, startedAtMs } = task;
    missing.set(key, { target, task: taskArn, reason, draining, ...(startedAtMs !== undefined && { startedAtMs }) });
  }
  return [...missing.values()].toSorted(byTarget);
};

const plain = ({ id, port, zone }: Target): Target => ({ id, port, ...(zone !== undefined && { zone }) });

/** A fault of many tasks is told once. */
const faultsOf = (candidates: OwnTasks, sight: Sight): readonly Fault[] => {
  const faults = new Map<string, Fault>();
  for (const { task, place } of candidates.values()) {
    if (place.kind !== 'wrong' || task.desiredStatus !== 'RUNNING') continue;
    if (sight.focus === undefined || sight.focus.has(task.taskArn)) faults.set(place.fault.summary, place.fault);
  }
  return [...faults.values()].toSorted((a, b) => (a.summary < b.summary ? -1 : 1));
};

/**
 * A workload without a live task is no ground to call anything surplus: it may be mistyped, not watched, or not
 * started yet.
 */
const workloadWithoutTask = (sight: Sight): string | undefined =>
  sight.binding.wiring.workloads
    .map(workloadKeyOf)
    .find((key) => !sight.fleet.byWorkload.get(key)?.some(({ desiredStatus }) => desiredStatus === 'RUNNING'));

interface Judged<V extends Verdict = Verdict> {
  readonly target: ObservedTarget;
  readonly verdict: V;
}

type VerdictOf<K extends Verdict['kind']> = Extract<Verdict, { kind: K }>;

const isKind = <K extends Verdict['kind']>(verdict: Verdict, kind: K): verdict is VerdictOf<K> => verdict.kind === kind;

const ofKind = <K extends Verdict['kind']>(judged: readonly Judged[], kind: K): readonly Judged<VerdictOf<K>>[] =>
  judged.flatMap(({ target, verdict }) => (isKind(verdict, kind) ? [{ target, verdict }] : []));

const removalOf = ({ target, verdict }: Judged<VerdictOf<'remove'>>): Removal => ({
  target: plain(target),
  ...(verdict.task !== undefined && { task: verdict.task }),
  reason: verdict.reason,
  inherited: verdict.inherited,
});

const waitOf = (
  { id, port }: ObservedTarget,
  { firstSeenMs, untilMs }: { readonly firstSeenMs: number; readonly untilMs: number },
): Wait => ({ id, port, firstSeenMs, untilMs });

const distinct = (questions: readonly Question[]): readonly Question[] => [
  ...new Map(questions.map((question) => [JSON.stringify(question), question])).values(),
];

/**
 * Tasks on standby leave as long as another target stays.
 * @param others How many targets stay besides them.
 */
const standbyPlan = (
  standby: readonly Removal[],
  others: number,
): { readonly go: readonly Removal[]; readonly stay: readonly Removal[] } => {
  const [last, ...go] = standby;
  if (last === undefined || others > 0) return { go: standby, stay: [] };
  return { go, stay: [{ ...last, reason: `${last.reason}, but it is the group's last target` }] };
};

interface Unproven {
  readonly deregister: readonly Removal[];
  readonly held: readonly Removal[];
  readonly waits: readonly Wait[];
  readonly faults: readonly Fault[];
}

/** Why removals without proof are held; `undefined` if they may go. */
const heldBecause = (sight: Sight, limits: Limits, removals: Removals): string | undefined => {
  if (limits.brakeReleased) return undefined;
  const absent = workloadWithoutTask(sight);
  return absent === undefined ? brakeOn(removals, limits.brakePercent) : `brake: ${absent} has no live task`;
};

/** What goes without proof: nothing of a shared group, and of an exclusive one only past the brake. */
const unprovenPlan = (
  judged: readonly Judged[],
  sight: Sight,
  limits: Limits,
  counts: Pick<Removals, 'present' | 'proven'>,
): Unproven => {
  // An event tells of its own task only; what else is in the group is the sweep's business.
  const unexplained = sight.focus === undefined ? ofKind(judged, 'unexplained') : [];
  const faults = unexplained.map(({ verdict }) => verdict.fault);
  const open = judged.some(({ verdict }) => verdict.kind === 'ask');
  if (open || sight.binding.wiring.targets === 'shared') return { deregister: [], held: [], waits: [], faults };

  const waits: Wait[] = [];
  const removals: Removal[] = [];
  for (const { target, verdict } of unexplained) {
    const firstSeenMs = sight.firstSeenMs.get(keyOf(target)) ?? sight.nowMs;
    const untilMs = firstSeenMs + SECOND_LOOK_MS;
    const reason = `without proof, the group is exclusive: ${verdict.reason}`;
    if (verdict.waits && sight.nowMs < untilMs) waits.push(waitOf(target, { firstSeenMs, untilMs }));
    else removals.push({ target: plain(target), reason, inherited: false });
  }
  // All or nothing counts those too that may go without proof when their time is over.
  const pending = ofKind(judged, 'wait').filter(({ verdict }) => !verdict.proven).length;
  const held = heldBecause(sight, limits, { ...counts, unproven: unexplained.length + pending });
  return held === undefined
    ? { deregister: removals, held: [], waits, faults }
    : { deregister: [], held: removals.map((each) => ({ ...each, reason: `${held}; ${each.reason}` })), waits, faults };
};

const isServing = ({ state }: ObservedTarget): boolean => state !== 'initial';

const judgedAmong = (
  observed: ReadonlyMap<string, ObservedTarget>,
  wanted: readonly Wanted[],
  sight: Sight,
  own: OwnTasks,
): readonly Judged[] => {
  const unwanted = new Map(observed);
  for (const { key } of wanted) unwanted.delete(key);
  return [...unwanted.values()]
    .filter((target) => !isDraining(target))
    .map((target) => ({ target, verdict: judge(target, sight, own) }))
    .toSorted(byTarget);
};

/** The registered targets that nobody wants and that are not draining, each with what is to become of it, by target. */
export const judgedOf = (sight: Sight, own: OwnTasks): readonly Judged[] =>
  judgedAmong(byKey(sight.observed), wantedOf(own), sight, own);

/**
 * Decides what is to be done to one group. Data in, data out: the same plan is printed, logged and applied, and a plan
 * that ran leaves nothing to do.
 *
 * A plan with questions is incomplete, never wrong: it lists what else must be looked up, and leaves the targets that
 * depend on it alone.
 */
export const planTargets = (sight: Sight, limits: Limits): TargetPlan => {
  const own = candidatesOf(sight);
  const present = sight.observed.filter((target) => !isDraining(target));
  const wanted = wantedOf(own);
  const observed = byKey(sight.observed);
  const judged = judgedAmong(observed, wanted, sight, own);
  const removals = ofKind(judged, 'remove');
  const proven = removals.filter(({ verdict }) => !verdict.standby).map(removalOf);
  const standing = removals.filter(({ verdict }) => verdict.standby).map(removalOf);
  // What a second look will let go is as good as gone for those that must not be the last to go.
  const leaving = ofKind(judged, 'wait').filter(({ verdict }) => verdict.proven);
  const going = proven.length + standing.length;
  // What was registered just now serves nobody yet: the brake must not let go of what does serve on its account.
  const unproven = unprovenPlan(judged, sight, limits, {
    present: present.filter(isServing).length,
    proven: going + leaving.filter(({ target }) => isServing(target)).length,
  });
  const others = present.length - going - leaving.length - unproven.deregister.length;
  const standby = limits.lastReleased ? { go: standing, stay: [] } : standbyPlan(standing, others);

  return {
    register: missingOf(wanted, observed, sight.focus),
    deregister: [...proven, ...standby.go, ...unproven.deregister],
    held: [...standby.stay, ...unproven.held],
    faults: [
      ...faultsOf(own, sight),
      ...ofKind(judged, 'report').map(({ verdict }) => verdict.fault),
      ...unproven.faults,
    ],
    questions: distinct(ofKind(judged, 'ask').map(({ verdict }) => verdict.question)),
    waits: [...ofKind(judged, 'wait').map(({ target, verdict }) => waitOf(target, verdict)), ...unproven.waits],
    candidates: [...own.values()],
  };
};
