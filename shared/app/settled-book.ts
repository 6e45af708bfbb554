import type { Postmark } from '../core/message.ts';
import type { Binding } from '../core/targets/binding.ts';
import type { Task, TaskEvent } from '../core/task/task.ts';
import { createKept } from './kept.ts';

/** What an instance remembers of tasks that it left with nothing to do, so that what others tell of them costs no call. */
export interface SettledBook {
  /** Nothing is left to do about these tasks in this group, by a look at `atMs` (epoch milliseconds). */
  remember(binding: Binding, tasks: readonly Task[], atMs: number): void;
  /**
   * Whether all that this event tells was settled already: it is no newer than what was seen, or it only tells how a task
   * goes on to stop whose target is out. A registration of an older look can land later; it has a second look of its own.
   * What came back to the queue is not covered by an earlier look, unless nothing had been begun for it.
   */
  covers(binding: Binding, event: TaskEvent, postmark: Postmark): boolean;
}

/** As long as ECS tells of a stopped task. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const KEPT_MS = 3_600_000;
/** Some 10 MB. */
const MOST = 40_000;

interface Entry {
  readonly wiring: string;
  readonly version: number | undefined;
  readonly stopped: boolean;
  readonly atMs: number;
}

export const createSettledBook = (nowMs: () => number): SettledBook => {
  const entries = createKept<Entry>(KEPT_MS, MOST);
  const wirings = new WeakMap<Binding, string>();
  const wiringOf = (binding: Binding): string => {
    const known = wirings.get(binding) ?? JSON.stringify(binding.wiring);
    wirings.set(binding, known);
    return known;
  };
  const keyOf = ({ group }: Binding, { taskArn }: Task): string => `${group.arn} ${taskArn}`;
  return {
    remember: (binding, tasks, atMs) => {
      const wiring = wiringOf(binding);
      for (const task of tasks) {
        const { version, desiredStatus } = task;
        entries.keep(keyOf(binding, task), { wiring, version, stopped: desiredStatus === 'STOPPED', atMs }, nowMs());
      }
    },
    covers: (binding, { task }, { tries, untouched = false, receives = 1, sentAtMs = Number.POSITIVE_INFINITY }) => {
      const entry = entries.get(keyOf(binding, task), nowMs());
      if (entry === undefined || entry.wiring !== wiringOf(binding)) return false;
      if (receives > 1 || (tries > 0 && !untouched && entry.atMs < sentAtMs)) return false;
      if (entry.stopped && task.desiredStatus === 'STOPPED') return true;
      return entry.version !== undefined && task.version !== undefined && task.version <= entry.version;
    },
  };
};
