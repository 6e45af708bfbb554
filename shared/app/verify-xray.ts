import { groupBy } from '../core/group-by.ts';
import type { Message, TaskInput } from '../core/message.ts';
import type { Finding, Mode, Outcome } from '../core/outcome.ts';
import { CONSISTENCY_MS } from '../core/targets/verdict.ts';
import { clusterNameOf, familyOf } from '../core/task/arn.ts';
import { foldEvents, newerOf } from '../core/task/fold.ts';
import { isRunning } from '../core/task/stage.ts';
import type { Task } from '../core/task/task.ts';
import type { DefinedTask } from '../core/tracing/definition.ts';
import { judgeLife } from '../core/tracing/life.ts';
import type { TracedTask } from '../core/tracing/subject.ts';
import { collectorsOf, type Expected, judgeRevision, unreadableRevision } from '../core/tracing/verdict.ts';
import { IncompleteError, NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Queue } from '../ports/queue.ts';
import type { Tasks } from '../ports/tasks.ts';
import { announce } from './announce.ts';
import { type Failed, handOn, type Unfinished } from './hand-on.ts';
import { createKept } from './kept.ts';
import { sideBySide } from './side-by-side.ts';
import type { Told } from './told.ts';
import type { Learnt, TracingBook, Wish } from './tracing-book.ts';

/** What `verify-xray` is built from. */
export interface VerifyXrayDeps {
  readonly tasks: Pick<Tasks, 'describe'>;
  readonly book: TracingBook;
  readonly verdicts: Verdicts;
  readonly events: Events;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly told: Told;
  readonly mode: Mode;
  /** Names of the clusters that are watched; empty means all. */
  readonly clusters: readonly string[];
  /** AWS calls sent in this invocation, by `service:Action`. */
  readonly calls: () => Readonly<Record<string, number>>;
}

/** A figure about a run, for metrics. */
export interface TracingMeasure {
  readonly name: 'TasksVerified' | 'SentAgain' | 'EventsRefused';
  readonly value: number;
}

/** What a run comes to. */
export interface Verified {
  readonly outcome: Outcome;
  /** What could be handed on to nobody. */
  readonly failed: readonly Failed[];
  readonly measures: readonly TracingMeasure[];
}

/** The verdicts on revisions, each made once. */
export interface Verdicts {
  of(taskDefinitionArn: string, subject: TracedTask, tracing: Expected['tracing']): readonly Finding[];
}

const MOST_VERDICTS = 10_000;
const CLUSTERS_AT_ONCE = 4;

/** No verdict yet. */
export const createVerdicts = (): Verdicts => {
  const kept = createKept<readonly Finding[]>(Number.POSITIVE_INFINITY, MOST_VERDICTS);
  return {
    of: (arn, subject, tracing) => {
      const { wanted, daemonCollector, task } = subject;
      const key = JSON.stringify([arn, tracing, wanted, task.fargate, daemonCollector]);
      const before = kept.get(key, 0);
      if (before !== undefined) return before;
      const findings = judgeRevision(subject, tracing, arn);
      kept.keep(key, findings, 0);
      return findings;
    },
  };
};

/** ARN of the service that started a task; RunTask could borrow the group's name. */
const serviceArnOf = ({ clusterArn, group, startedBy }: Task): string | undefined => {
  const [, name] = /^service:([\w-]{1,255})$/.exec(group ?? '') ?? [];
  return name === undefined || !startedBy?.startsWith('ecs-svc/')
    ? undefined
    : `${clusterArn.replace(':cluster/', ':service/')}/${name}`;
};

/**
 * It starts or runs, or an essential container has just ended it; all else says nothing about its collector. Not while
 * it waits for capacity: on EC2 it has no instance yet, and would be taken for one of Fargate.
 */
const tells = ({ desiredStatus, lastStatus, stopCode }: Task): boolean =>
  desiredStatus === 'RUNNING' ? lastStatus !== 'PROVISIONING' : stopCode === 'EssentialContainerExited';

/** Where it runs decides, not where its definition could run: many are made for both. */
const asItRuns = (definition: DefinedTask, { containerInstanceArn }: Task): DefinedTask => ({
  ...definition,
  fargate: containerInstanceArn === undefined && definition.networkMode === 'awsvpc',
});

const uniqueOf = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((each) => [`${each.rule} ${each.resource} ${each.summary}`, each])).values(),
];

/**
 * Every starting task has a trace collector that works: judges the revision of each task that events tell of, and what
 * became of the collector in it. Changes nothing. Repeating is safe; what was told within the hour is not told again.
 * @param run `fromQueue`: only news is in the Outcome, since it is logged and counted; a person gets all of it.
 */
export const verifyXray = async (
  messages: readonly Message<TaskInput>[],
  deps: VerifyXrayDeps,
  run: { readonly fromQueue: boolean },
): Promise<Verified> => {
  const { book, clock, verdicts } = deps;
  const { collectorImages } = book;
  const nowMs = clock.nowMs();
  const watched = new Set(deps.clusters);
  const heard = messages.filter(({ input: { event } }) => {
    const { task } = event;
    return tells(task) && (watched.size === 0 || watched.has(clusterNameOf(task.clusterArn)));
  });
  const errors = new Map<Message<TaskInput>, unknown>();
  const findings: Finding[] = [];

  const wishes = await book.wishes(heard.flatMap(({ input }) => serviceArnOf(input.event.task) ?? []));
  const wishOf = (task: Task): Learnt<Wish> => {
    const arn = serviceArnOf(task);
    return arn === undefined ? { value: book.standalone } : (wishes.get(arn) ?? { value: book.standalone });
  };
  const traced = heard.flatMap((message) => {
    const { task } = message.input.event;
    const wish = wishOf(task);
    if ('error' in wish) {
      errors.set(message, wish.error);
      return [];
    }
    findings.push(...wish.value.findings);
    return wish.value.tracing === 'off' ? [] : [{ message, task, wish: wish.value }];
  });

  const revisions = await book.revisions(traced.map(({ task }) => task.taskDefinitionArn));
  const defined = traced.flatMap(({ message, task, wish }) => {
    const learnt = revisions.get(task.taskDefinitionArn);
    if (learnt !== undefined && 'value' in learnt) {
      return [{ message, task, wish, definition: asItRuns(learnt.value, task) }];
    }
    const isGone = learnt?.error instanceof NotFoundError;
    if (isGone && nowMs - message.input.event.timeMs > CONSISTENCY_MS) {
      findings.push(unreadableRevision(task.taskDefinitionArn));
    } else errors.set(message, learnt?.error);
    return [];
  });

  // One question per cluster, family and collector, however many tasks ask it.
  const kinds = groupBy(defined, ({ task, wish, definition }) =>
    JSON.stringify([task.taskDefinitionArn, definition.fargate, task.clusterArn, wish.tracing, wish.wanted]),
  );
  const unasked = new Map<string, unknown>();
  for (const [, of] of kinds) {
    const starting = of.filter(({ task }) => task.desiredStatus === 'RUNNING');
    const [first] = starting;
    if (first === undefined) continue;
    const { task, wish, definition } = first;
    try {
      // What failed a moment ago is asked again with the message, not once more for each revision of the cluster.
      if (unasked.has(task.clusterArn)) throw unasked.get(task.clusterArn);
      const daemonCollector =
        task.containerInstanceArn === undefined
          ? undefined
          : await book.daemonCollector(task.clusterArn, familyOf(task.taskDefinitionArn), wish.wanted);
      const subject = {
        task: definition,
        wanted: wish.wanted,
        collectorImages,
        ...(daemonCollector !== undefined && { daemonCollector }),
      };
      findings.push(...verdicts.of(task.taskDefinitionArn, subject, wish.tracing));
    } catch (error) {
      unasked.set(task.clusterArn, error);
      for (const { message } of starting) errors.set(message, error);
    }
  }

  const living = defined.map((each) => ({
    ...each,
    collectors: collectorsOf({ task: each.definition, collectorImages }),
  }));
  // Each sighting by itself: an older one may tell of a death that a newer one, of a task that stops, hides.
  for (const life of living) findings.push(...judgeLife(life));

  // Events carry no health.
  const checked = living.filter(
    ({ task, collectors }) => isRunning(task) && collectors.some(({ healthCheck }) => healthCheck !== undefined),
  );
  const byTask = groupBy(checked, ({ task }) => task.taskArn);
  const newest = foldEvents(checked.map(({ message }) => message.input.event));
  await sideBySide(
    [...groupBy(newest.values(), ({ task }) => task.clusterArn)],
    CLUSTERS_AT_ONCE,
    async ([cluster, events]) => {
      const failAll = (arns: readonly string[], error: unknown) => {
        for (const arn of arns) for (const { message } of byTask.get(arn) ?? []) errors.set(message, error);
      };
      const arns = events.map(({ task }) => task.taskArn);
      try {
        const answer = await deps.tasks.describe(cluster, arns);
        for (const { arn, reason } of answer.failed) {
          failAll([arn], new IncompleteError(`ECS could not describe task ${arn}: ${reason}`));
        }
        for (const seen of answer.tasks) {
          const [life] = byTask.get(seen.taskArn) ?? [];
          const event = newest.get(seen.taskArn);
          if (life !== undefined && event !== undefined) {
            findings.push(...judgeLife({ ...life, task: newerOf(event.task, seen) }));
          }
        }
      } catch (error) {
        failAll(arns, error);
      }
    },
  );

  const unfinished = [...errors].map(([message, error]): Unfinished => ({ message, error }));
  const failed = await handOn(unfinished, deps.queue, nowMs);
  const all = uniqueOf(findings);
  const news = all.filter(({ rule, resource, summary }) =>
    deps.told.isNews(JSON.stringify(['verified', rule, resource, summary]), nowMs),
  );
  const outcome = { function: 'verify-xray', mode: deps.mode, changes: [], held: [], findings: all };
  const refused = await announce({ ...outcome, findings: news, calls: {} }, deps.events, deps.told, nowMs);
  const verified = new Set(living.map(({ task }) => task.taskArn)).size;
  return {
    outcome: { ...outcome, findings: run.fromQueue ? news : all, calls: deps.calls() },
    failed,
    measures: [
      ...(verified > 0 ? [{ name: 'TasksVerified' as const, value: verified }] : []),
      ...(unfinished.length > 0 ? [{ name: 'SentAgain' as const, value: unfinished.length }] : []),
      ...(refused.length > 0 ? [{ name: 'EventsRefused' as const, value: refused.length }] : []),
    ],
  };
};
