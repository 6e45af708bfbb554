import type { Target } from './targets/target.ts';
import type { TaskEvent } from './task/task.ts';

/** A target that a first look could not explain; the second decides. */
export interface SeenTarget extends Pick<Target, 'id' | 'port'> {
  /** When it was first seen like this, epoch milliseconds. */
  readonly firstSeenMs: number;
}

/** Work that the function sent to its own queue, to be done later. */
export type LaterWork =
  /**
   * Look at these tasks again. `stopped`: only act on what is no longer wanted (the look after a registration);
   * `all`: as if an event had come for each.
   */
  | {
      readonly kind: 'look';
      readonly clusterArn: string;
      readonly taskArns: readonly string[];
      readonly act: 'stopped' | 'all';
    }
  /** Events whose turn did not come, the newest of each task: many messages become one. */
  | { readonly kind: 'follow'; readonly events: readonly TaskEvent[] }
  /** Decide about what an earlier look at this group could not explain. */
  | { readonly kind: 'confirm'; readonly targetGroupArn: string; readonly seen: readonly SeenTarget[] }
  /** Another instance may still hold bindings from before a tag changed; then look at this group. */
  | { readonly kind: 'refresh'; readonly targetGroupArn: string };

/** Look at this task; `timeMs` of the event is when ECS sent it. */
export interface TaskInput {
  readonly kind: 'task';
  readonly event: TaskEvent;
}

/** What `register-targets` can be asked to do. */
export type Input =
  | TaskInput
  | { readonly kind: 'tags'; readonly targetGroupArn: string; readonly timeMs: number }
  | { readonly kind: 'later'; readonly work: LaterWork }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'by-hand'; readonly dryRun: boolean; readonly scope: Scope };

/** What a sweep is narrowed to; empty is everything. */
export interface Scope {
  /** Name or ARN. */
  readonly cluster?: string;
  /** Name or ARN. */
  readonly service?: string;
  /** Name or ARN. */
  readonly targetGroup?: string;
}

/** How often and why a message came back. */
export interface Postmark {
  /** When the work was first seen, epoch milliseconds. */
  readonly firstSeenMs: number;
  /** How often it was sent again. */
  readonly tries: number;
  /** Why it was sent again last. */
  readonly why?: string;
  /** It was only ever sent again because its turn did not come: nothing was begun for it. */
  readonly untouched?: boolean;
  /** How often SQS has handed this message out, this time included. */
  readonly receives?: number;
  /** When it was sent to the queue this time, epoch milliseconds. */
  readonly sentAtMs?: number;
}

/** One message of a batch, understood. A bare event is a batch of one. */
export interface Message<I = Input> {
  /** The SQS message id, the event's id, or `bare`. */
  readonly id: string;
  readonly input: I;
  readonly postmark: Postmark;
  /** What came in, to be sent again or parked as it was. */
  readonly body: string;
}
