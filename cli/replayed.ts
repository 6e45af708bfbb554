import type { Failed } from '../shared/app/hand-on.ts';
import type { FailedWork } from '../shared/contracts/failed-message.ts';
import type { Input, Message } from '../shared/core/message.ts';
import type { Change } from '../shared/core/outcome.ts';
import type { ScalingInput } from '../shared/core/scaling/message.ts';
import { serviceNameOf, targetGroupNameOf, taskIdOf } from '../shared/core/task/arn.ts';
import type { OutgoingMessage, Queue } from '../shared/ports/queue.ts';

/** What came of one event. */
export interface Replayed {
  /** The file, and which event of it. */
  readonly source: string;
  /** What it is about, in a few words; empty where it was not understood. */
  readonly about: string;
  readonly result: 'dropped' | 'nothing' | 'changes' | 'failed' | 'sent-back';
  /** What is wrong with it, or why it failed. */
  readonly problem?: string;
  readonly changes: readonly Change[];
}

/** What came of a message of a failure queue. */
export interface FailedReplayed extends Replayed {
  /** Who put it there. */
  readonly from: FailedWork['from'];
  /** Why; what SQS moved by itself has none. */
  readonly cause?: string;
  /** Whether it is still in the failure queue. */
  readonly stays: boolean;
}

/** A message with where it came from. */
export interface SourcedMessage {
  readonly source: string;
  readonly message: Message;
}

/** A queue that only takes down what the function would have sent to it: nobody is there to receive it. */
export interface RecordingQueue extends Queue {
  /** By body: why a message could not be done now. */
  readonly unfinished: ReadonlyMap<string, string>;
}

/** An empty one. */
export const createRecordingQueue = (): RecordingQueue => {
  const unfinished = new Map<string, string>();
  return {
    unfinished,
    sendAgain: async (messages: readonly OutgoingMessage[]) => {
      // Without a try behind it, it is a later look; the sweep does that.
      for (const { body, postmark } of messages) if (postmark.tries > 0) unfinished.set(body, postmark.why ?? '');
      return [];
    },
    park: async (messages) => {
      for (const { body, cause } of messages) unfinished.set(body, cause);
      return [];
    },
  };
};

/** What an event is about, in a few words. */
export const aboutOf = (input: Input): string => {
  switch (input.kind) {
    case 'task': {
      const { taskArn, lastStatus, desiredStatus } = input.event.task;
      const wants = desiredStatus === lastStatus ? '' : ` (desired ${desiredStatus})`;
      return `task ${taskIdOf(taskArn)} ${lastStatus}${wants}`;
    }
    case 'tags':
      return `tags of ${targetGroupNameOf(input.targetGroupArn)}`;
    case 'later':
      return `later work: ${input.work.kind}`;
    case 'sweep':
      return 'sweep';
    case 'by-hand':
      return `sweep by hand (${input.dryRun ? 'dry run' : 'for real'})`;
  }
};

/** The same of what `adjust-scaling` is asked to do. */
export const aboutOfScaling = (input: ScalingInput): string => {
  switch (input.kind) {
    case 'service':
      return `service ${serviceNameOf(input.serviceArn)} ${input.eventName}`;
    case 'spot':
      return `service ${input.service} loses a Spot task`;
    case 'tags':
      return `tags of service ${serviceNameOf(input.serviceArn)}`;
    case 'sweep':
    case 'by-hand':
      return aboutOf(input);
  }
};

const isDue = (input: Input, change: Change): boolean => {
  switch (input.kind) {
    case 'task':
      return change.task === input.event.task.taskArn;
    case 'tags':
      return change.resource === input.targetGroupArn;
    case 'later':
      if (input.work.kind === 'follow') return input.work.events.some(({ task }) => task.taskArn === change.task);
      return input.work.kind === 'look'
        ? change.task !== undefined && input.work.taskArns.includes(change.task)
        : change.resource === input.work.targetGroupArn;
    case 'sweep':
    case 'by-hand':
      return true;
  }
};

/** Tells event by event what came of all of them together. Events of one task share what came of it. */
export const whatCameOf = (
  messages: readonly SourcedMessage[],
  changes: readonly Change[],
  failed: readonly Failed[],
  unfinished: ReadonlyMap<string, string>,
): readonly Replayed[] => {
  const causes = new Map(failed.map(({ id, cause }) => [id, cause]));
  return messages.map(({ source, message }) => {
    const { id, input, body } = message;
    const due = changes.filter((change) => isDue(input, change));
    const problem = causes.get(id) ?? unfinished.get(body);
    const about = aboutOf(input);
    if (problem !== undefined) return { source, about, result: 'failed', problem, changes: due };
    return { source, about, result: due.length > 0 ? 'changes' : 'nothing', changes: due };
  });
};
