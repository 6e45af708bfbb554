import type { TaskRecord } from '../../simulator/state.ts';
import { addressOf, type Fleet } from './fleet.ts';

/** One change that a fleet needed: when, and when it was made (`undefined`: not yet). Epoch milliseconds. */
export interface Needed {
  readonly group: string;
  readonly atMs: number;
  doneMs?: number;
}

/** How long a fleet waits for its targets, by the world's truth. */
export interface Meter {
  /** A task runs → its target is registered. */
  readonly started: readonly Needed[];
  /** A task is asked to stop → its target is deregistered. */
  readonly stopped: readonly Needed[];
  /** Changes that are not made yet. */
  readonly open: number;
  /** Seconds that targets stayed registered after their task's last container had ended, all together. */
  staleSeconds(): number;
  /** Targets that were taken out while their task served. */
  readonly wrong: number;
}

const TARGETS = /^service:/;

/** Watches a fleet's tasks and the calls that took effect. */
export const createMeter = ({ world, groups }: Fleet): Meter => {
  const { bus, clock, ecs, faults } = world;
  const started: Needed[] = [];
  const stopped: Needed[] = [];
  const runs = new Set<string>();
  const stops = new Set<string>();
  const waiting = new Map<string, Needed>();
  const leaving = new Map<string, { readonly needed: Needed; readonly task: TaskRecord }>();
  const serving = new Map<string, TaskRecord>();
  let staleMs = 0;
  let wrong = 0;

  const keyOf = (arn: string, address: string): string => `${arn} ${address}`;
  for (const task of ecs.tasks.values()) {
    const group = groups.get(task.group.replace(TARGETS, ''));
    if (group === undefined || task.lastStatus !== 'RUNNING') continue;
    runs.add(task.arn);
    serving.set(keyOf(group.arn, addressOf(task)), task);
  }

  bus.listen(({ resources: [taskArn] }) => {
    const task = ecs.tasks.get(taskArn ?? '');
    const group = task && groups.get(task.group.replace(TARGETS, ''));
    if (task === undefined || group === undefined) return;
    const key = keyOf(group.arn, addressOf(task));
    if (task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING' && !runs.has(task.arn)) {
      runs.add(task.arn);
      serving.set(key, task);
      const needed: Needed = { group: group.arn, atMs: clock.nowMs() };
      started.push(needed);
      waiting.set(key, needed);
    }
    if (task.desiredStatus === 'STOPPED' && runs.has(task.arn) && !stops.has(task.arn)) {
      stops.add(task.arn);
      serving.delete(key);
      const unregistered = waiting.get(key);
      if (unregistered === undefined) {
        const needed: Needed = { group: group.arn, atMs: clock.nowMs() };
        stopped.push(needed);
        leaving.set(key, { needed, task });
      } else {
        // It never came to be registered, so nothing is to be taken out.
        waiting.delete(key);
        started.splice(started.indexOf(unregistered), 1);
      }
    }
  });
  faults.after('elasticloadbalancing:RegisterTargets', ({ TargetGroupArn, Targets }) => {
    for (const { Id } of Targets) {
      const needed = waiting.get(keyOf(TargetGroupArn, Id));
      if (needed === undefined) continue;
      needed.doneMs = clock.nowMs();
      waiting.delete(keyOf(TargetGroupArn, Id));
    }
  });
  faults.after('elasticloadbalancing:DeregisterTargets', ({ TargetGroupArn, Targets }) => {
    for (const { Id } of Targets) {
      const key = keyOf(TargetGroupArn, Id);
      if (serving.has(key)) wrong++;
      const left = leaving.get(key);
      if (left === undefined) continue;
      left.needed.doneMs = clock.nowMs();
      leaving.delete(key);
      staleMs += Math.max(0, clock.nowMs() - (left.task.executionStoppedAtMs ?? Number.POSITIVE_INFINITY));
    }
  });

  return {
    started,
    stopped,
    get open() {
      return waiting.size + leaving.size;
    },
    staleSeconds: () => {
      const nowMs = clock.nowMs();
      const stillMs = [...leaving.values()].map(({ task }) =>
        Math.max(0, nowMs - (task.executionStoppedAtMs ?? Number.POSITIVE_INFINITY)),
      );
      return (staleMs + stillMs.reduce((sum, ms) => sum + ms, 0)) / 1_000;
    },
    get wrong() {
      return wrong;
    },
  };
};
