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
  const portsBefore = new Map(older.map((each) => [each.name, each.ports]));
  return newer.map((each) => {
    const ports = each.ports.length > 0 ? each.ports : (portsBefore.get(each.name) ?? []);
    return ports === each.ports ? each : { ...each, ports };
  });
};

/**
 * The newer sighting of a task, completed with the addresses, ports and tags that only the older one told: the event
 * of a stopped task may no longer carry its interface, and only DescribeTasks tells tags.
 */
export const completedFrom = (newer: Task, older: Task): Task => {
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

const isNewer = (a: TaskEvent, b: TaskEvent): boolean =>
  a.task.version !== undefined && b.task.version !== undefined && a.task.version !== b.task.version
    ? a.task.version > b.task.version
    : a.timeMs > b.timeMs;

/**
 * One sighting per task: the newest version, with the union of the addresses seen. The order of the events does not
 * matter, nor how often each came.
 * @returns By task ARN; `timeMs` is that of the newest event.
 */
export const foldEvents = (events: readonly TaskEvent[]): ReadonlyMap<string, TaskEvent> => {
  const newest = new Map<string, TaskEvent>();
  for (const event of events) {
    const { taskArn } = event.task;
    const known = newest.get(taskArn);
    if (known === undefined) newest.set(taskArn, event);
    else {
      const [newer, older] = isNewer(event, known) ? [event, known] : [known, event];
      newest.set(taskArn, { task: completedFrom(newer.task, older.task), timeMs: newer.timeMs });
    }
  }
  return newest;
};
