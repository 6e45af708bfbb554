import { clusterNameOf } from '../../shared/core/task/arn.ts';
import type { TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import type { World } from '../../simulator/world.ts';

/** A target in a call. */
export interface Place {
  readonly id: string;
  readonly port: number;
}

/** What the tags of a group asked for at a time. Written anew, so that no mistake of Taskwire's parser is repeated here. */
export interface Wish {
  readonly atMs: number;
  readonly services: ReadonlySet<string>;
  readonly port: number;
  readonly exclusive: boolean;
  readonly observe: boolean;
  readonly tagged: boolean;
}

/** What is true of tasks and targets, as no API tells it. */
export interface Truth {
  /** Every task there ever was, by ARN. */
  readonly tasks: ReadonlyMap<string, TaskRecord>;
  /** Remembers what a group's tags ask for now. */
  wrote(group: TargetGroupRecord): void;
  /** Remembers that a person put a task on standby, or took it off. */
  stoodBy(task: TaskRecord): void;
  /** What a group's tags asked for within the time that an instance may keep them. */
  wishesOf(group: TargetGroupRecord): readonly Wish[];
  isStandby(task: TaskRecord, withinMs: number): boolean;
  /** The task that has held a target rightly, by all that its group's tags lately said, for at least so long. */
  rightfulHolder(group: TargetGroupRecord, target: Place, sinceMs: number): TaskRecord | undefined;
  /** Whether the task has, or ever had, the target's address in the group's VPC or its port. */
  had(task: TaskRecord, group: TargetGroupRecord, target: Place): boolean;
  /** Whether the task has the target now, and is meant to run. */
  holds(task: TaskRecord, group: TargetGroupRecord, target: Place): boolean;
  /** Whether by that wish the task's target for the group is this one. */
  listensThere(task: TaskRecord, group: TargetGroupRecord, target: Place, wish: Wish): boolean;
  /** Whether the task let go of a target that it had, or was asked to stop. */
  letGo(task: TaskRecord, target: Place): boolean;
  /** Whether a task of these services listens at the target for its group, or was asked to stop no longer ago than that. */
  listened(group: TargetGroupRecord, target: Place, withinMs: number): boolean;
  /** When the address was last held until, or `undefined` while somebody has it. */
  heldUntilMs(group: TargetGroupRecord, address: string): number | undefined;
}

/** An instance keeps its bindings for 60 s, and hears of a change at the latest 75 s on; what it does with them takes up to 60 s more. */
const TAGS_KEPT_MS = 150_000;
/** Longer where the tags could not be read: 15 min. */
const TAGS_KEPT_ON_FAILURE_MS = 16 * 60_000;

const PREFIX = 'taskwire:';

const wishOf = (group: TargetGroupRecord, atMs: number): Wish => {
  const tags = [...group.tags].filter(([key]) => key.startsWith(PREFIX));
  // A continuation alone asks for nothing.
  const named = group.tags.has('taskwire:service')
    ? tags.filter(([key]) => /^taskwire:service(\.\d+)?$/.test(key)).flatMap(([, value]) => value.split(' '))
    : [];
  return {
    atMs,
    services: new Set(named),
    port: Number(group.tags.get('taskwire:port') ?? group.port),
    exclusive: group.tags.get('taskwire:targets') === 'exclusive',
    observe: group.tags.get('taskwire:mode') === 'observe',
    tagged: named.length > 0 && !group.deleted,
  };
};

/**
 * @param tagsFail Whether reads fail in this world, so that instances may keep older tags for longer.
 * @param tagsBehindMs How far behind the tagging API may be in this world.
 */
export const createTruth = (
  { clock, ecs, network, bus }: World,
  tagsFail: () => boolean,
  tagsBehindMs: () => number,
): Truth => {
  const wishes = new Map<string, Wish[]>();
  const standby = new Map<string, number>();
  const freed = new Map<string, number>();
  /** Those too that ECS has forgotten. */
  const all = new Map([...ecs.tasks.values()].map((task) => [task.arn, task]));

  bus.listen(({ detail }) => {
    const told = ecs.tasks.get(String(Reflect.get(detail, 'taskArn')));
    if (told !== undefined) all.set(told.arn, told);
    const status: unknown = Reflect.get(detail, 'lastStatus');
    if (status !== 'DEPROVISIONING' && status !== 'STOPPED') return;
    const task = ecs.tasks.get(String(Reflect.get(detail, 'taskArn')));
    const own = task?.attachment?.interface;
    if (own?.ipv4 !== undefined && !network.interfaces.has(own.id))
      freed.set(`${own.vpcId} ${own.ipv4}`, clock.nowMs());
  });

  const wishesOf = (group: TargetGroupRecord): readonly Wish[] => {
    const all = wishes.get(group.arn) ?? [];
    const keptMs = (tagsFail() ? TAGS_KEPT_ON_FAILURE_MS : TAGS_KEPT_MS) + tagsBehindMs();
    // Those written lately, and what they replaced.
    const first = all.findLastIndex(({ atMs }) => atMs <= clock.nowMs() - keptMs);
    return all.slice(Math.max(0, first));
  };
  const nameOf = (task: TaskRecord): string =>
    `${clusterNameOf(task.clusterArn)}/${task.group.slice('service:'.length)}`;
  const instanceOf = (task: TaskRecord): string | undefined =>
    ecs.containerInstances.get(task.containerInstanceArn ?? '')?.instanceId;
  const standbyWithin = (task: TaskRecord, withinMs: number): boolean => {
    const stoodAtMs = standby.get(task.arn);
    if (task.tags.get('taskwire:standby') === 'true') return true;
    return stoodAtMs !== undefined && clock.nowMs() - stoodAtMs <= withinMs;
  };

  const had: Truth['had'] = (task, group, { id, port }) => {
    if (group.targetType === 'instance') {
      return (
        instanceOf(task) === id &&
        task.containers.some(({ hostPorts }) => hostPorts.some((each) => each.hostPort === port))
      );
    }
    const own = task.attachment?.interface;
    return own?.ipv4 === id && own.vpcId === group.vpcId;
  };

  /** Since when the task surely has the target as its own. */
  const holdsSinceMs = (task: TaskRecord, group: TargetGroupRecord, target: Place): number | undefined => {
    if (task.desiredStatus !== 'RUNNING' || !had(task, group, target)) return undefined;
    if (group.targetType === 'instance') {
      const held = task.containers.find(({ hostPorts }) => hostPorts.some((each) => each.hostPort === target.port));
      // Before it runs, ECS tells nobody which port it will have.
      return held?.lastStatus === 'RUNNING' ? task.startedAtMs : undefined;
    }
    const own = task.attachment?.interface;
    if (own === undefined || !network.interfaces.has(own.id)) return undefined;
    return own.attachedAtMs;
  };

  const listensThere: Truth['listensThere'] = (task, group, { port }, wish) => {
    if (!wish.services.has(nameOf(task))) return false;
    if (group.targetType === 'ip') return port === wish.port;
    const bound = task.containers.flatMap(({ hostPorts }) => hostPorts).find(({ hostPort }) => hostPort === port);
    return bound?.containerPort === wish.port;
  };

  return {
    tasks: all,
    wrote: (group) => {
      const before = wishes.get(group.arn) ?? [];
      wishes.set(group.arn, [...before, wishOf(group, clock.nowMs())]);
    },
    stoodBy: (task) => standby.set(task.arn, clock.nowMs()),
    wishesOf,
    isStandby: standbyWithin,
    rightfulHolder: (group, target, forMs) =>
      [...all.values()].find((task) => {
        const sinceMs = holdsSinceMs(task, group, target);
        if (sinceMs === undefined || sinceMs > clock.nowMs() - forMs || standbyWithin(task, forMs)) return false;
        return wishesOf(group).every((wish) => listensThere(task, group, target, wish));
      }),
    had,
    holds: (task, group, target) => holdsSinceMs(task, group, target) !== undefined,
    listensThere,
    letGo: (task, { port }) =>
      task.desiredStatus === 'STOPPED' ||
      task.containers.some(
        ({ lastStatus, hostPorts }) => lastStatus === 'STOPPED' && hostPorts.some(({ hostPort }) => hostPort === port),
      ),
    listened: (group, target, withinMs) =>
      [...all.values()].some(
        (task) =>
          had(task, group, target) &&
          task.startedAtMs !== undefined &&
          clock.nowMs() - (task.stopRequestedAtMs ?? clock.nowMs()) <= withinMs &&
          wishesOf(group).some((wish) => listensThere(task, group, target, wish)),
      ),
    heldUntilMs: (group, address) => {
      if (network.holderOf(group.vpcId ?? '', address) !== undefined) return undefined;
      return freed.get(`${group.vpcId} ${address}`) ?? Number.NEGATIVE_INFINITY;
    },
  };
};
