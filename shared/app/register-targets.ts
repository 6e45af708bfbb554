import { groupBy } from '../core/group-by.ts';
import type { LaterWork, Message, Scope } from '../core/message.ts';
import type { Finding, Mode, Outcome } from '../core/outcome.ts';
import type { Limits, Registration } from '../core/targets/plan.ts';
import { keyOf } from '../core/targets/target.ts';
import type { Events } from '../ports/events.ts';
import type { OutgoingMessage, Queue } from '../ports/queue.ts';
import { announce } from './announce.ts';
import { eventsOf, type Followed, followTasks } from './follow-tasks.ts';
import { causeOf, type Failed, handOn, type Unfinished } from './hand-on.ts';
import type { IsShown, Settled } from './settle-group.ts';
import type { SweepDeps, Swept } from './sweep-targets.ts';
import type { Told } from './told.ts';
import { unfinishedOf } from './unfinished.ts';

/** What `register-targets` is built from. */
export interface RegisterTargetsDeps extends SweepDeps {
  readonly events: Events;
  readonly queue: Queue;
  readonly told: Told;
  readonly mode: Mode;
  readonly brakePercent: number;
  /** The body of a message that carries this work. */
  readonly renderLaterWork: (work: LaterWork) => string;
  /** AWS calls sent in this invocation, by `service:Action`. */
  readonly calls: () => Readonly<Record<string, number>>;
}

/** A figure about a run, for metrics. */
export interface Measure {
  readonly name:
    | 'EventToRegistered'
    | 'SweepDrift'
    | 'BrakeHeld'
    | 'SentAgain'
    | 'EventsRefused'
    | 'BindingsStale'
    | 'Swept'
    | 'PausedMinutes';
  /** Milliseconds for EventToRegistered, minutes of the longest pause of a group for PausedMinutes, else a count. */
  readonly value: number;
}

/** What a run comes to. */
export interface Ran {
  readonly outcome: Outcome;
  /** What could be handed on to nobody. */
  readonly failed: readonly Failed[];
  readonly measures: readonly Measure[];
  /** Why the tags of the groups could not be read, while older bindings are used. */
  readonly bindingsKeptBecause?: string;
}

/** A registration can land after its task's last event, so the task is looked at once more. */
const SECOND_LOOK_SECONDS = 20;
/** The longest an instance keeps its bindings, and some. */
const REFRESH_AGAIN_SECONDS = 75;
/** SQS holds a message back no longer. */
const MOST_DELAY_SECONDS = 900;
/** Of a pause whose tag tells no time: too long, so that somebody hears of it. */
const A_DAY_MS = 24 * 60 * 60_000;
/** Bounds a message's size; a task's ARN has up to 600 characters. */
const TASKS_PER_MESSAGE = 1_000;

const laterOf = (
  settled: readonly Settled[],
  clusters: ReadonlyMap<string, string>,
  delays: ReadonlyMap<string, number>,
  nowMs: number,
): readonly { readonly work: LaterWork; readonly delaySeconds: number }[] => {
  const later: { work: LaterWork; delaySeconds: number }[] = [];
  const looks = settled.flatMap(({ binding, registered }) =>
    registered.map(({ registration: { task, draining } }) => ({
      task,
      delaySeconds: draining ? (delays.get(binding.group.arn) ?? MOST_DELAY_SECONDS) : SECOND_LOOK_SECONDS,
      act: draining ? ('all' as const) : ('stopped' as const),
    })),
  );
  const kinds = groupBy(
    looks,
    ({ act, delaySeconds, task }) => `${act} ${delaySeconds} ${clusters.get(task) ?? clusterOf(task)}`,
  );
  for (const [, of] of kinds) {
    const [first] = of;
    if (first === undefined) continue;
    const taskArns = [...new Set(of.map(({ task }) => task))];
    const clusterArn = clusters.get(first.task) ?? clusterOf(first.task);
    for (let at = 0; at < taskArns.length; at += TASKS_PER_MESSAGE) {
      const some = taskArns.slice(at, at + TASKS_PER_MESSAGE);
      later.push({
        work: { kind: 'look', clusterArn, taskArns: some, act: first.act },
        delaySeconds: first.delaySeconds,
      });
    }
  }
  for (const { binding, waits } of settled) {
    if (waits.length === 0) continue;
    const untilMs = Math.max(...waits.map((wait) => wait.untilMs));
    later.push({
      work: {
        kind: 'confirm',
        targetGroupArn: binding.group.arn,
        seen: waits.map(({ id, port, firstSeenMs }) => ({ id, port, firstSeenMs })),
      },
      delaySeconds: Math.min(MOST_DELAY_SECONDS, Math.max(1, Math.ceil((untilMs - nowMs) / 1000))),
    });
  }
  return later;
};

/** Two sweeps: a task that has run for longer was missing for another reason than that its event waits. */
const MOST_WAIT_MS = 10 * 60_000;

/**
 * Since when a task waits that a turn registered for another message, while its own is with another instance or in the
 * queue: its event was sent when it started.
 */
const startOf = ({ startedAtMs, draining }: Registration, atMs: number): number | undefined =>
  startedAtMs !== undefined && !draining && atMs - startedAtMs < MOST_WAIT_MS ? startedAtMs : undefined;

const isOfEvents = ({ input }: Message): boolean => eventsOf(input).length > 0;

/** `arn:…:task/<cluster>/<id>` → `arn:…:cluster/<cluster>` */
const clusterOf = (taskArn: string): string => taskArn.replace(/:task\/(.+)\/[^/]+$/, ':cluster/$1');

/**
 * Target groups match running tasks: follows task events, tag changes and its own later work, sweeps when it is asked
 * to, and hands on what could not be done. Repeating is safe and free.
 * @throws {InputError} If a person asked for a scope that names nothing.
 */
export const registerTargets = async (
  messages: readonly Message[],
  deps: RegisterTargetsDeps,
  run: {
    readonly signal?: AbortSignal;
    /** Which changes may be made: those that a person was shown. `undefined`: all. */
    readonly isShown?: IsShown;
  } = {},
): Promise<Ran> => {
  const { clock, queue } = deps;
  const limits: Limits = { brakePercent: deps.brakePercent, brakeReleased: false };
  const signal = run.signal === undefined ? {} : { signal: run.signal };
  const shown = run.isShown === undefined ? {} : { isShown: run.isShown };
  const unfinished: Unfinished[] = [];
  const settled: Settled[] = [];
  const findings: Finding[] = [];
  const measures: Measure[] = [];
  const failed: Failed[] = [];
  const later: { work: LaterWork; delaySeconds: number }[] = [];
  let mode = deps.mode;
  let sentAgain = 0;
  let keptBecause: string | undefined;

  const follow = async (of: readonly Message[]): Promise<Followed | undefined> => {
    if (of.length === 0) return undefined;
    const handOnNow = async (errors: ReadonlyMap<string, unknown>): Promise<void> => {
      const waiting = unfinishedOf(of.filter(isOfEvents), { errors, tooNew: new Map() }, deps.renderLaterWork);
      sentAgain += waiting.length;
      failed.push(...(await handOn(waiting, queue, clock.nowMs())));
    };
    let followed: Followed;
    try {
      followed = await followTasks(of, { mode: deps.mode, limits, ...shown, ...signal, handOnNow }, deps);
    } catch (error) {
      unfinished.push(...of.map((message) => ({ message, error })));
      return undefined;
    }
    settled.push(...followed.settled);
    keptBecause ??= followed.keptBecause;
    unfinished.push(...unfinishedOf(of, followed, deps.renderLaterWork));
    for (const { registered } of followed.settled) {
      for (const { registration, atMs } of registered) {
        const sinceMs = followed.sentAtMs.get(registration.task) ?? startOf(registration, atMs);
        if (sinceMs !== undefined) measures.push({ name: 'EventToRegistered', value: atMs - sinceMs });
      }
    }
    return followed;
  };

  const sweep = async (
    message: Message,
    scope: Scope,
    how: { mode?: Mode; survey?: boolean; patient?: boolean; firstSeenMs?: ReadonlyMap<string, number> } = {},
  ): Promise<Swept | undefined> => {
    try {
      // Events, whose cold start customers wait for, do not need it.
      const { sweepTargets } = await import('./sweep-targets.ts');
      const swept = await sweepTargets(
        { scope, mode: deps.mode, limits, survey: false, patient: false, ...how, ...shown, ...signal },
        deps,
      );
      settled.push(...swept.settled);
      findings.push(...swept.findings);
      keptBecause ??= swept.keptBecause;
      const [failure] = swept.failures;
      if (failure !== undefined) {
        const { error, resource } = failure;
        const others = swept.failures.length > 1 ? ` (and ${swept.failures.length - 1} more groups)` : '';
        // The next sweep comes by itself; what a message asked for is asked again.
        if (message.input.kind === 'sweep')
          failed.push({ id: message.id, cause: `${resource}: ${causeOf(error)}${others}` });
        else unfinished.push({ message, error });
      }
      return swept;
    } catch (error) {
      if (message.input.kind === 'by-hand') throw error;
      if (message.input.kind === 'sweep') failed.push({ id: message.id, cause: causeOf(error) });
      else unfinished.push({ message, error });
      return undefined;
    }
  };

  const refreshed = new Set<string>();
  const handle = async (message: Message): Promise<void> => {
    const { input } = message;
    switch (input.kind) {
      case 'tags': {
        if (refreshed.has(input.targetGroupArn)) return;
        refreshed.add(input.targetGroupArn);
        await sweep(message, { targetGroup: input.targetGroupArn });
        later.push({
          work: { kind: 'refresh', targetGroupArn: input.targetGroupArn },
          delaySeconds: REFRESH_AGAIN_SECONDS,
        });
        return;
      }
      case 'sweep': {
        const swept = await sweep(message, {}, { survey: true });
        if (swept === undefined) return;
        const drift = swept.settled.flatMap(({ changes }) => changes).length;
        measures.push({ name: 'Swept', value: 1 }, { name: 'SweepDrift', value: drift });
        const paused = pausedMinutes(swept.settled, clock.nowMs());
        if (paused !== undefined) measures.push({ name: 'PausedMinutes', value: paused });
        return;
      }
      case 'by-hand': {
        if (input.dryRun) mode = 'observe';
        await sweep(message, input.scope, { mode: input.dryRun ? 'observe' : deps.mode, survey: true, patient: true });
        return;
      }
      case 'later': {
        const { work } = input;
        if (work.kind === 'look' || work.kind === 'follow') return;
        const firstSeenMs =
          work.kind === 'confirm' ? new Map(work.seen.map((each) => [keyOf(each), each.firstSeenMs])) : undefined;
        await sweep(message, { targetGroup: work.targetGroupArn }, firstSeenMs && { firstSeenMs });
        return;
      }
      case 'task':
        return;
    }
  };

  const works = new Set(messages.map(({ input }) => input.kind));
  deps.budget.workFor?.(works.has('by-hand') ? 'by hand' : works.has('sweep') ? 'sweep' : 'events');

  const isFollowed = ({ input }: Message): boolean =>
    input.kind === 'task' || (input.kind === 'later' && (input.work.kind === 'look' || input.work.kind === 'follow'));
  const followed = await follow(messages.filter(isFollowed));
  for (const message of messages) if (!isFollowed(message)) await handle(message);

  const nowMs = clock.nowMs();
  const delays = new Map<string, number>();
  for (const { binding, registered } of settled) {
    if (!registered.some(({ registration }) => registration.draining)) continue;
    const seconds = await deps.targetGroups
      .deregistrationDelaySeconds(binding.group.arn)
      .catch(() => MOST_DELAY_SECONDS);
    delays.set(binding.group.arn, Math.min(MOST_DELAY_SECONDS, seconds + 1));
  }
  later.push(...laterOf(settled, followed?.clusters ?? new Map(), delays, nowMs));
  const byHand = messages.some(({ input }) => input.kind === 'by-hand');
  const outgoing = later.map(
    ({ work, delaySeconds }): OutgoingMessage => ({
      body: deps.renderLaterWork(work),
      delaySeconds,
      postmark: { firstSeenMs: nowMs, tries: 0, why: work.kind },
    }),
  );
  if (outgoing.length > 0) {
    const unsent = await queue.sendAgain(outgoing);
    const [first] = unsent;
    // By hand there may be no queue; the sweep comes in five minutes anyway.
    if (first !== undefined && !byHand) {
      failed.push(
        ...messages
          .filter(isFollowed)
          .map(({ id }) => ({ id, cause: `a later look could not be queued: ${first.cause}` })),
      );
    }
  }
  failed.push(...(await handOn(unfinished, queue, nowMs)));
  sentAgain += unfinished.length;
  if (sentAgain > 0) measures.push({ name: 'SentAgain', value: sentAgain });

  const held = settled.flatMap((each) => each.held);
  if (held.length > 0) measures.push({ name: 'BrakeHeld', value: held.length });
  const outcome = {
    function: 'register-targets',
    mode,
    changes: settled.flatMap(({ changes }) => changes),
    held,
    findings: uniqueFindings([...findings, ...settled.flatMap((each) => each.findings)]),
  };
  const refusedEvents = await announce({ ...outcome, calls: {} }, deps.events, deps.told, nowMs);
  if (refusedEvents.length > 0) measures.push({ name: 'EventsRefused', value: refusedEvents.length });
  if (keptBecause !== undefined) measures.push({ name: 'BindingsStale', value: 1 });
  return {
    outcome: { ...outcome, calls: deps.calls() },
    failed,
    measures,
    ...(keptBecause !== undefined && { bindingsKeptBecause: keptBecause }),
  };
};

/** How long the group is paused that is paused for longest. */
const pausedMinutes = (settled: readonly Settled[], nowMs: number): number | undefined => {
  const minutes = settled.flatMap(({ binding: { wiring } }) =>
    wiring.paused === undefined ? [] : [Math.floor((nowMs - (wiring.paused.sinceMs ?? nowMs - A_DAY_MS)) / 60_000)],
  );
  return minutes.length === 0 ? undefined : Math.max(0, ...minutes);
};

/** The same finding of several looks is told once. */
const uniqueFindings = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((each) => [`${each.rule} ${each.resource} ${each.summary}`, each])).values(),
];
