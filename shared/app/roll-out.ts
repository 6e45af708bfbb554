import { type DeployedService, failuresThatEnd, stageOf } from '../core/tracing/rollout.ts';
import { NotFoundError, OutOfTimeError, ThrottledError, UnclearError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Rollouts } from '../ports/rollouts.ts';
import type { Tasks } from '../ports/tasks.ts';
import { isFailed, reasonsOf, stoppingTasks } from './stopping-tasks.ts';

/** What a rollout needs from outside. */
export interface RollOutDeps {
  readonly rollouts: Pick<Rollouts, 'turn' | 'describe' | 'update'>;
  readonly tasks: Pick<Tasks, 'list' | 'describe'>;
  readonly clock: Clock;
}

/** One service that is to run another revision. */
export interface RollOutJob {
  /** Names. */
  readonly cluster: string;
  readonly service: string;
  /** ARNs of revisions. */
  readonly former: string;
  readonly revision: string;
  /** How long the rollout may take, and the way back again. */
  readonly limitMs: number;
  /** False: begin it, and do not wait. */
  readonly watch: boolean;
  readonly signal?: AbortSignal;
  readonly tell: (stage: 'updated' | 'watching' | 'rolling-back', text: string) => void;
}

/** How it ended. */
export interface RolledOut {
  readonly outcome: 'steady' | 'begun' | 'rolled-back' | 'refused' | 'not-begun' | 'failed';
  readonly reason: string;
  /** Whether the service was updated, or may have been. */
  readonly updated: boolean;
  readonly error?: unknown;
}

/** A change rests on a look that is at most this old. */
export const FRESH_MS = 2_000;
/** Tries of a call that AWS throttled or left unclear, each after a new look. */
export const TRIES = 4;
/** Between two tries; a rollout is in no hurry. */
export const PAUSE_MS = 2_000;
/** Between two looks at a rollout: some 90 calls in a quarter of an hour, of the 20 a second that AWS grants. */
const LOOK_EVERY_MS = 10_000;
/** ECS does not count tasks that fail once one of them ran, so those are looked for now and then. */
const TASKS_EVERY_LOOKS = 6;

/** ECS may tell for a moment what was before the update. */
const STALE_LOOKS = 3;

/** As many tasks run as are wanted. */
const isComplete = ({ deployments: [primary] }: DeployedService): boolean =>
  primary === undefined || primary.running >= primary.desired;

/** `web:3` from the ARN of a revision. */
export const nameOf = (taskDefinition = 'no revision'): string =>
  taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1);

/** Whether a call that failed is tried again, after a new look. */
export const isAgain = (error: unknown): boolean => error instanceof ThrottledError || error instanceof UnclearError;

/** What became of an update. */
interface Updated {
  /** Whether it was sent, or may have been. */
  readonly sent: boolean;
  /** Id of the newest deployment before it. */
  readonly before: string | undefined;
  readonly refused?: string;
  readonly error?: unknown;
}

/** How watching a rollout ended. */
type Watched =
  | { readonly end: 'steady' }
  | { readonly end: 'failed'; readonly why: string }
  /** The service runs another revision than the one that was brought. */
  | {
      readonly end: 'replaced';
      readonly by: string | undefined;
      readonly reason: string | undefined;
      readonly why: string;
    }
  | { readonly end: 'unwatched' }
  /** All tasks run, and ECS shifts the traffic to them as slowly as the service says. */
  | { readonly end: 'baking' };

/**
 * Brings a service to another revision and watches it; one that fails is brought back to the former. Never throws.
 * Repeating it is safe: what no longer runs the former revision is refused.
 */
export const rollOut = async (job: RollOutJob, deps: RollOutDeps): Promise<RolledOut> => {
  const { cluster, service, former, revision, signal, tell } = job;
  const { rollouts, clock } = deps;
  const look = async (): Promise<DeployedService> => {
    const [now] = await rollouts.describe(cluster, [service]);
    if (now === undefined) throw new NotFoundError(`The service ${service} is gone from ${cluster}.`);
    return now;
  };

  /** The look that a change rests on, its turn in the account's budget taken before. */
  const freshLook = async (ends?: AbortSignal): Promise<DeployedService> => {
    for (let looks = 0; looks < TRIES; looks++) {
      await rollouts.turn('update', ends);
      const sinceMs = clock.nowMs();
      const now = await look();
      if (clock.nowMs() - sinceMs <= FRESH_MS) return now;
    }
    throw new OutOfTimeError(`${service}: looking takes longer than a look may be old; its reads are throttled.`);
  };

  /** Updates the service, on a look that says it should be; an unclear answer is followed by the next look. */
  const update = async (
    to: string,
    mayBe: (now: DeployedService, tries: number) => 'send' | 'done' | { readonly refused: string },
    ends?: AbortSignal,
  ): Promise<Updated> => {
    let sent = false;
    let before: string | undefined;
    for (let tries = 0; ; tries++) {
      try {
        const now = await freshLook(ends);
        const verdict = mayBe(now, tries);
        if (verdict === 'done') return { sent, before };
        if (verdict !== 'send') return { sent, before, refused: verdict.refused };
        before = now.deployments[0]?.id;
        await rollouts.update(cluster, service, to);
        return { sent: true, before };
      } catch (error) {
        sent ||= error instanceof UnclearError;
        if (!isAgain(error) || tries + 1 >= TRIES) return { sent, before, error };
        await clock.sleep(PAUSE_MS).catch(() => undefined);
      }
    }
  };

  /** Why the tasks of the newest deployment fail, if any did. */
  const failuresOf = async (now: DeployedService): Promise<{ readonly count: number; readonly why: string }> => {
    const [primary] = now.deployments;
    if (primary === undefined) return { count: 0, why: '' };
    try {
      const stopping = await stoppingTasks({ cluster, service }, deps.tasks);
      const failed = stopping.filter((task) => task.startedBy === primary.id && isFailed(task));
      return { count: failed.length, why: reasonsOf(failed) };
    } catch {
      // Only more words for a failure that is told anyway.
      return { count: 0, why: '' };
    }
  };

  const failureOf = async (now: DeployedService, what: string): Promise<string> => {
    const { why } = await failuresOf(now);
    const [primary] = now.deployments;
    const said = [primary?.reason, why].filter((text) => text !== undefined && text !== '');
    return [what, ...said].join(': ');
  };

  /** @param before Id of the newest deployment before the update, which ECS may go on telling for a moment. */
  const watch = async (wanted: string, before?: string): Promise<Watched> => {
    let isNew = before === undefined;
    const untilMs = clock.nowMs() + job.limitMs;
    let failing = false;
    let completed = false;
    let last: DeployedService | undefined;
    for (let looks = 1; ; looks++) {
      try {
        await clock.sleep(LOOK_EVERY_MS, signal);
      } catch {
        return { end: 'unwatched' };
      }
      let now: DeployedService | undefined;
      try {
        now = await look();
      } catch (error) {
        if (error instanceof NotFoundError) return { end: 'failed', why: error.message };
        // A look that fails says nothing about the rollout; the next one may.
      }
      if (now !== undefined) {
        const [primary] = now.deployments;
        if (primary !== undefined && primary.id !== before) isNew = true;
        // A circuit breaker changes the deployment; whether it changes what the service itself names is not written down.
        const revision = isNew && primary !== undefined ? primary.taskDefinition : now.taskDefinition;
        const isStale = !isNew && revision !== wanted && looks <= STALE_LOOKS;
        if (revision !== wanted && !isStale) {
          const why = last === undefined ? '' : (await failuresOf(last)).why;
          return { end: 'replaced', by: revision, reason: primary?.reason, why };
        }
        last = now;
        const stage = isStale ? 'under way' : stageOf(now);
        // Seen twice: tasks that run for some seconds and end may be all there at one moment.
        const complete = stage === 'steady' && isComplete(now);
        if (complete && completed) return { end: 'steady' };
        completed = complete;
        // Seen twice: a circuit breaker that rolls back itself does so in between.
        if (stage === 'failed' && failing) return { end: 'failed', why: await failureOf(now, 'its tasks fail') };
        failing = stage === 'failed';
        if (looks % TASKS_EVERY_LOOKS === 0) {
          const { count, why } = await failuresOf(now);
          if (count >= failuresThatEnd(now.deployments[0]?.desired ?? 0)) {
            return { end: 'failed', why: `its tasks keep stopping: ${why}` };
          }
          tell('watching', toldOf(now));
        }
      }
      if (clock.nowMs() >= untilMs) {
        if (last?.inStages === true && isComplete(last)) return { end: 'baking' };
        const minutes = Math.round(job.limitMs / 60_000);
        const late = `it was not steady after ${minutes} minutes`;
        return { end: 'failed', why: last === undefined ? late : await failureOf(last, late) };
      }
    }
  };

  const back = async (why: string): Promise<RolledOut> => {
    tell('rolling-back', `${service} goes back to ${nameOf(former)}: ${why}`);
    const { refused, error, before } = await update(former, (now) => {
      if (now.taskDefinition === former) return 'done';
      if (now.taskDefinition === revision) return 'send';
      return { refused: `somebody else brought ${nameOf(now.taskDefinition)} meanwhile` };
    });
    if (refused !== undefined || error !== undefined) {
      const cause = refused ?? (error instanceof Error ? error.message : String(error));
      return {
        outcome: 'failed',
        reason: `The rollout of ${nameOf(revision)} failed (${why}), and it was not rolled back: ${cause}.`,
        updated: true,
        ...(error !== undefined && { error }),
      };
    }
    return afterWayBack(why, await watch(former, before));
  };

  const afterWayBack = (why: string, watched: Watched): RolledOut => {
    const failed = `The rollout of ${nameOf(revision)} failed (${why})`;
    switch (watched.end) {
      case 'steady':
        return { outcome: 'rolled-back', reason: `${failed}; ${nameOf(former)} runs again.`, updated: true };
      case 'unwatched':
      case 'baking':
        return {
          outcome: 'failed',
          reason: `${failed}; it goes back to ${nameOf(former)}, no longer watched.`,
          updated: true,
        };
      case 'replaced':
        return {
          outcome: 'failed',
          reason: `${failed}, and on the way back somebody else brought ${nameOf(watched.by)}.`,
          updated: true,
        };
      case 'failed':
        return {
          outcome: 'failed',
          reason: `${failed}, and so did the way back to ${nameOf(former)}: ${watched.why}.`,
          updated: true,
        };
    }
  };

  const mayBegin = (now: DeployedService, tries: number) => {
    // An update that was not answered may have been carried out.
    if (now.taskDefinition === revision && tries > 0) return 'done';
    if (signal?.aborted) throw new OutOfTimeError(`${service}: the time was over before its rollout was begun.`);
    if (now.taskDefinition !== former) {
      return { refused: `It runs ${nameOf(now.taskDefinition)} now, and not ${nameOf(former)} as shown.` };
    }
    const stage = stageOf(now);
    if (now.status === 'ACTIVE' && stage === 'steady') return 'send';
    return { refused: `It is ${now.status} and its last rollout ${stage}; only a steady one is changed.` };
  };
  const begin = await update(revision, mayBegin, signal);
  if (begin.refused !== undefined) return { outcome: 'refused', reason: begin.refused, updated: begin.sent };
  if (begin.error !== undefined) {
    const reason = begin.error instanceof Error ? begin.error.message : String(begin.error);
    const outcome = begin.error instanceof OutOfTimeError && !begin.sent ? 'not-begun' : 'failed';
    return { outcome, reason, updated: begin.sent, error: begin.error };
  }
  tell('updated', `${service} rolls out ${nameOf(revision)}`);
  const goesOn: RolledOut = { outcome: 'begun', reason: `${nameOf(revision)} is being rolled out.`, updated: true };
  if (!job.watch) return goesOn;
  const watched = await watch(revision, begin.before);
  switch (watched.end) {
    case 'steady':
      return { outcome: 'steady', reason: `${nameOf(revision)} runs and is steady.`, updated: true };
    case 'unwatched':
      return { ...goesOn, reason: `${nameOf(revision)} is being rolled out, no longer watched.` };
    case 'baking':
      return {
        ...goesOn,
        reason: `All tasks of ${nameOf(revision)} run; ECS goes on shifting traffic to them, no longer watched.`,
      };
    case 'failed':
      return back(watched.why);
    case 'replaced': {
      const { by, why } = watched;
      if (by !== former) {
        const reason = `Somebody else brought ${nameOf(by)} before ${nameOf(revision)} was steady; it is left so.`;
        return { outcome: 'failed', reason, updated: true };
      }
      const cause = watched.reason ?? 'the service went back by itself';
      tell('rolling-back', `${service} goes back to ${nameOf(former)} by itself`);
      return afterWayBack([cause, why].filter((text) => text !== '').join(': '), await watch(former));
    }
  }
};

const toldOf = ({ name, deployments: [primary] }: DeployedService): string =>
  primary === undefined
    ? `${name} is looked at`
    : `${name}: ${primary.running} of ${primary.desired} tasks of ${nameOf(primary.taskDefinition)} run`;
