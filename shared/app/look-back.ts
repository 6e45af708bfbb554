import { type HistoryEntry, joinHistory } from '../core/history/join.ts';
import type { LoggedReason, TrailRecord } from '../core/history/record.ts';
import type { Task } from '../core/task/task.ts';
import { NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tasks } from '../ports/tasks.ts';
import type { ChangeLog, Period, Read, Trail } from '../ports/trail.ts';

/** What looking back needs from outside. */
export interface LookBackDeps {
  readonly trail: Trail;
  readonly changeLog: ChangeLog;
  readonly tasks: Pick<Tasks, 'describe'>;
  readonly clock: Clock;
  readonly parseTrailRecord: (text: string) => { readonly record: TrailRecord } | { readonly problem: string };
  readonly parseLoggedReason: (text: string, atMs: number) => LoggedReason | undefined;
}

/** Whose history is asked for; ARNs. */
export type HistorySubject =
  | { readonly kind: 'group'; readonly targetGroup: string }
  | { readonly kind: 'task'; readonly task: string; readonly cluster: string };

/** How far back, and in which logs. */
export interface LookBack {
  readonly subject: HistorySubject;
  readonly sinceMs: number;
  /** Log groups of the functions that change targets. */
  readonly logGroups: readonly string[];
  /** Their names, which are the names of their role sessions. */
  readonly functions: readonly string[];
}

/** What happened to targets, oldest first. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  /** What is missing, in words. */
  readonly notes: readonly string[];
  /** What could not be read. */
  readonly failures: readonly { readonly resource: string; readonly error: unknown }[];
}

/** 1,000 calls of each kind, in some 10 s: CloudTrail answers two pages of 50 a second. */
const TRAIL_PAGES = 20;
/** A page holds what CloudWatch Logs finds in a while of scanning, and may be empty. */
const LOG_PAGES = 100;
/** Records that cannot be understood are counted beyond these. */
const PROBLEMS_TOLD = 3;
/** How long after its end a task's targets may still be taken out: the sweep, a second look, and a failed try. */
const AFTER_END_MS = 3_600_000;

const EMPTY: Read = { items: [] };

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** The addresses of a task, and when it lived, as far as ECS still knows. */
const lifeOf = async (
  subject: HistorySubject,
  { tasks }: LookBackDeps,
): Promise<{ readonly addresses: ReadonlySet<string>; readonly fromMs?: number; readonly toMs?: number }> => {
  if (subject.kind === 'group') return { addresses: new Set() };
  const describe = async (): Promise<Task | undefined> => {
    try {
      return (await tasks.describe(subject.cluster, [subject.task])).tasks[0];
    } catch (error) {
      // A cluster that is gone knows its tasks no more; their history is there all the same.
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  };
  const task = await describe();
  if (task === undefined) return { addresses: new Set() };
  const addresses = task.interfaces.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6].filter((each) => each !== undefined));
  return {
    addresses: new Set(addresses),
    ...(task.createdAtMs !== undefined && { fromMs: task.createdAtMs }),
    ...(task.stoppedAtMs !== undefined && { toMs: task.stoppedAtMs + AFTER_END_MS }),
  };
};

const keyOf = (targetGroup: string, { id, port }: { readonly id: string; readonly port?: number }): string =>
  JSON.stringify([targetGroup, id, port]);

/**
 * Tells what happened to the targets of a group, or to those of a task: every recorded call with who made it, joined with
 * Taskwire's own reasons; what has no counterpart is told with why that may be. What one of the two sources does not tell
 * does not keep the other from being told. Reads only, at most some hundred calls.
 */
export const lookBack = async (
  { subject, sinceMs, logGroups, functions }: LookBack,
  deps: LookBackDeps,
): Promise<History> => {
  const { trail, changeLog, clock, parseTrailRecord, parseLoggedReason } = deps;
  const nowMs = clock.nowMs();
  const period: Period = { fromMs: sinceMs, toMs: nowMs };
  const notes: string[] = [];
  const failures: { resource: string; error: unknown }[] = [];
  const attempt = async <T>(resource: string, work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      failures.push({ resource, error });
      return otherwise;
    }
  };

  const of = subject.kind === 'group' ? { resource: subject.targetGroup } : { task: subject.task };
  const readLog = async (logGroup: string): Promise<Read> => {
    try {
      return await changeLog.changes(logGroup, of, period, LOG_PAGES);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      notes.push(
        `There is no log group ${logGroup}. Name the stack's with --stage, or the log group with --log-group.`,
      );
      return EMPTY;
    }
  };
  const readTrail = async (): Promise<readonly Read[]> => {
    // One after the other: both share CloudTrail's two calls a second.
    const registered = await trail.events('RegisterTargets', period, TRAIL_PAGES);
    return [registered, await trail.events('DeregisterTargets', period, TRAIL_PAGES)];
  };
  const [recorded, logged, life] = await Promise.all([
    attempt('CloudTrail', readTrail, undefined),
    Promise.all(logGroups.map((logGroup) => attempt(logGroup, () => readLog(logGroup), undefined))),
    attempt(subject.kind === 'task' ? subject.task : 'tasks', () => lifeOf(subject, deps), {
      addresses: new Set<string>(),
    }),
  ]);

  const trailCut = (recorded ?? []).flatMap(({ cutOffAtMs }) => (cutOffAtMs === undefined ? [] : [cutOffAtMs]));
  const logCut = logged.flatMap((read) => (read?.cutOffAtMs === undefined ? [] : [read.cutOffAtMs]));
  if (trailCut.length > 0) {
    notes.push(
      `CloudTrail was read back to ${iso(Math.max(...trailCut))}: more was recorded than is read at once. Ask for a shorter time with --since.`,
    );
  }
  if (logCut.length > 0) {
    notes.push(
      `Taskwire's log was read up to ${iso(Math.min(...logCut))}: it holds more than is read at once. Ask for a shorter time with --since.`,
    );
  }

  const parsed = (recorded ?? []).flatMap(({ items }) => items.map(({ text }) => parseTrailRecord(text)));
  const problems = parsed.flatMap((each) => ('problem' in each ? [each.problem] : []));
  notes.push(...problems.slice(0, PROBLEMS_TOLD));
  if (problems.length > PROBLEMS_TOLD) {
    notes.push(`${problems.length - PROBLEMS_TOLD} more records of CloudTrail could not be understood.`);
  }

  // What the log's filter lets through is looked at again: the join must not rest on it.
  const isOf = ({ targetGroup, task }: LoggedReason): boolean =>
    subject.kind === 'group' ? targetGroup === subject.targetGroup : task === subject.task;
  const reasons = logged
    .flatMap((read) => (read ?? EMPTY).items.flatMap(({ atMs, text }) => parseLoggedReason(text, atMs) ?? []))
    .filter(isOf);
  const own = new Set(reasons.map(({ targetGroup, target }) => keyOf(targetGroup, target)));
  const { addresses, fromMs = sinceMs, toMs = nowMs } = life;
  const records = parsed.flatMap((each): readonly TrailRecord[] => {
    if ('problem' in each) return [];
    const { record } = each;
    if (subject.kind === 'group') return record.targetGroup === subject.targetGroup ? [record] : [];
    if (record.atMs < fromMs - 1_000 || record.atMs > toMs) return [];
    const targets = record.targets.filter(
      (target) => addresses.has(target.id) || own.has(keyOf(record.targetGroup, target)),
    );
    return targets.length > 0 ? [{ ...record, targets }] : [];
  });
  if (subject.kind === 'task' && life.fromMs === undefined) {
    notes.push(
      'ECS does not know the task any more: calls for its targets are told for the whole time, and some may be about another task that had the same address.',
    );
  }
  const entries = joinHistory(records, reasons, {
    functions: new Set(functions),
    trailSinceMs: recorded === undefined ? nowMs : Math.max(sinceMs, ...trailCut),
    logUntilMs: logged.some((read) => read === undefined) ? sinceMs : Math.min(nowMs, ...logCut),
    nowMs,
  });
  return { entries, notes, failures };
};
