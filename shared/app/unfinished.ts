import { groupBy } from '../core/group-by.ts';
import type { LaterWork, Message } from '../core/message.ts';
import { foldEvents } from '../core/task/fold.ts';
import type { TaskEvent } from '../core/task/task.ts';
import { OutOfTimeError, TaskwireError } from '../errors.ts';
import { eventsOf, type Followed } from './follow-tasks.ts';
import type { Unfinished } from './hand-on.ts';

class NotYetError extends TaskwireError {
  override readonly name = 'NotYetError';

  constructor(message: string) {
    super('retry', message);
  }
}

/** Some 80 KB; SQS takes 1 MiB. */
const EVENTS_PER_MESSAGE = 100;

interface Left {
  readonly message: Message;
  readonly event: TaskEvent;
  readonly error: unknown;
}

/**
 * What of the messages is left to do after their tasks were looked at. Events whose turn did not come are folded, the
 * newest of each task with what the older ones told, and put together: under saturation most messages come to this, and
 * one by one they would fill the batches that should bring newer ones.
 */
export const unfinishedOf = (
  messages: readonly Message[],
  { errors, tooNew }: Pick<Followed, 'errors' | 'tooNew'>,
  renderLaterWork: (work: LaterWork) => string,
): readonly Unfinished[] => {
  const unfinished: Unfinished[] = [];
  const left: Left[] = [];
  for (const message of messages) {
    const { input } = message;
    if (input.kind === 'later' && input.work.kind === 'look') {
      const wrong = input.work.taskArns.find((arn) => errors.has(arn));
      if (wrong !== undefined) unfinished.push({ message, error: errors.get(wrong) });
    }
    for (const event of eventsOf(input)) {
      const { taskArn } = event.task;
      const young = tooNew.get(taskArn);
      if (errors.has(taskArn)) left.push({ message, event, error: errors.get(taskArn) });
      else if (young !== undefined) left.push({ message, event, error: new NotYetError(`task ${taskArn}: ${young}`) });
    }
  }

  const together = (of: readonly Left[], events: readonly TaskEvent[]): Unfinished => {
    const [first] = of;
    if (first === undefined) throw new Error('nothing is left');
    const sources = [...new Set(of.map(({ message }) => message))];
    const marks = sources.map(({ postmark }) => postmark);
    const work: LaterWork = { kind: 'follow', events };
    return {
      message: {
        id: first.message.id,
        input: { kind: 'later', work },
        body: renderLaterWork(work),
        postmark: {
          firstSeenMs: Math.min(...marks.map(({ firstSeenMs }) => firstSeenMs)),
          tries: Math.max(...marks.map(({ tries }) => tries)),
          ...(marks.every(({ tries, untouched }) => tries === 0 || untouched === true) && { untouched: true }),
        },
      },
      error: first.error,
      ids: sources.map(({ id }) => id),
    };
  };

  const isWaiting = ({ error }: Left): boolean => error instanceof OutOfTimeError;
  const byTask = groupBy(left.filter(isWaiting), ({ event }) => event.task.taskArn);
  const folded = [...foldEvents(left.filter(isWaiting).map(({ event }) => event)).values()];
  // By service: what waits for one group is then in one instance's hands, and no other spends a turn on it.
  for (const [, of] of groupBy(folded, ({ task }) => `${task.clusterArn} ${task.group}`)) {
    for (let at = 0; at < of.length; at += EVENTS_PER_MESSAGE) {
      const some = of.slice(at, at + EVENTS_PER_MESSAGE);
      unfinished.push(
        together(
          some.flatMap(({ task }) => byTask.get(task.taskArn) ?? []),
          some,
        ),
      );
    }
  }
  // What failed keeps the form it came in, so that the failure queue shows the event as it was.
  for (const [message, of] of groupBy(
    left.filter((each) => !isWaiting(each)),
    (each) => each.message,
  )) {
    const [first] = of;
    if (first === undefined) continue;
    if (message.input.kind === 'task') unfinished.push({ message, error: first.error });
    else
      unfinished.push(
        together(
          of,
          of.map(({ event }) => event),
        ),
      );
  }
  return unfinished;
};
