import { groupBy } from '../group-by.ts';
import type { Task, TaskContainer, TaskEvent, TaskInterface } from './task.ts';

const filledFrom = (newer: TaskInterface, older: TaskInterface | undefined): TaskInterface =>
  older === undefined ? newer : { ...older, ...newer };

const unionOfInterfaces = (
  newer: readonly TaskInterface[],
  older: readonly TaskInterface[],
): readonly TaskInterface[] => {
  if (older.length === 0) return newer;
  const before = new Map(older.map((each) => [each.attachmentId, each]));
  const merged = newer.map((each) => filledFrom(each, before.get(each.attachmentId)));
  for (const each of newer) before.delete(each.attachmentId);
  return [...merged, ...before.values()];
};

const unionOfContainers = (
  newer: readonly TaskContainer[],
  older: readonly TaskContainer[],
): readonly TaskContainer[] => {
  if (older.length === 0) return newer;
  const before = new Map(older.map((each) => [each.name, each]));
  const merged = newer.map((each) => {
    const ports = before.get(each.name)?.ports ?? [];
    return each.ports.length > 0 || ports.length === 0 ? each : { ...each, ports };
  });
  for (const each of newer) before.delete(each.name);
  // What the newer sighting leaves out had these ports; whether it still runs is not told.
  return [...merged, ...Array.from(before.values(), (each) => ({ ...each, lastStatus: 'UNKNOWN' }))];
};

/**
 * The newer sighting of a task, completed with the addresses, ports and tags that only the older one told: the event
 * of a stopped task may no longer carry its interface, and only DescribeTasks tells tags.
 */
const completedFrom = (newer: Task, older: Task): Task => {
  const tags = newer.tags ?? older.tags;
  return {
    ...newer,
    interfaces: unionOfInterfaces(newer.interfaces, older.interfaces),
    containers: unionOfContainers(newer.containers, older.containers),
    ...(tags !== undefined && { tags }),
  };
};

/**
 * What is true of a task, of an event and a later look at it: the higher version wins, a look wins where versions are
 * equal or not told; the loser's addresses are kept.
 */
export const newerOf = (event: Task, look: Task): Task =>
  event.version !== undefined && look.version !== undefined && event.version > look.version
    ? completedFrom(event, look)
    : completedFrom(look, event);

// An event that tells no version counts as older than any that does: one order for all, whichever are compared.
const byAge = (a: TaskEvent, b: TaskEvent): number =>
  (a.task.version ?? -1) - (b.task.version ?? -1) || a.timeMs - b.timeMs;

/**
 * One sighting per task: the newest version, with the union of the addresses seen. The order of the events does not
 * matter, nor how often each came.
 * @returns By task ARN; `timeMs` is that of the newest event.
 */
export const foldEvents = (events: readonly TaskEvent[]): ReadonlyMap<string, TaskEvent> => {
  const newest = new Map<string, TaskEvent>();
  for (const [taskArn, of] of groupBy(events, ({ task }) => task.taskArn)) {
    const folded = of
      .toSorted(byAge)
      .reduce((older, newer) => ({ task: completedFrom(newer.task, older.task), timeMs: newer.timeMs }));
    newest.set(taskArn, folded);
  }
  return newest;
};
