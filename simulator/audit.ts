import { keyOf } from '../shared/core/targets/target.ts';
import { clusterNameOf } from '../shared/core/task/arn.ts';
import { type Ecs, openPortsOf } from './ecs.ts';
import type { Listening } from './listening.ts';
import type { Network } from './network.ts';
import type { TargetGroupRecord, TaskRecord } from './state.ts';
import type { SeenTarget, TargetGroupsInside, TargetGroupsWorld } from './target-groups.ts';

/** A target or task that is not where it should be. */
export interface Misplaced {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
  readonly taskArn?: string;
}

/** How well the tagged groups match the world. */
export interface Audit {
  /** Tasks that have a place in at least one group. */
  readonly tasks: number;
  /** Tagged groups that exist. */
  readonly groups: number;
  /** Wanted and not registered (a draining target is not registered). */
  readonly missing: readonly Misplaced[];
  /** Registered, and held by a task that stopped, or by nobody. */
  readonly stale: readonly Misplaced[];
  /** Registered, and held by a live task of another workload. */
  readonly wrong: readonly Misplaced[];
  /** Registered, and held by something that is no task, or outside every subnet: a person's business. */
  readonly foreign: readonly Misplaced[];
}

/** What a tagged group asks for. */
interface Wish {
  readonly group: TargetGroupRecord;
  readonly kind: string;
  /** `<cluster>/<service>`, `<cluster>/<family>` or an environment. */
  readonly names: ReadonlySet<string>;
  readonly container: string | undefined;
  readonly port: number | undefined;
  readonly all: boolean;
}

const KINDS = ['service', 'family', 'beanstalk'];

const wishOf = (group: TargetGroupRecord, prefix: string): Wish | undefined => {
  if (group.deleted) return undefined;
  const numbered = (kind: string) => {
    const key = `${prefix}:${kind}`;
    const isNumbered = (other: string) => other.startsWith(`${key}.`) && /^\d+$/.test(other.slice(key.length + 1));
    return [...group.tags].filter(([other]) => other === key || isNumbered(other));
  };
  const present = KINDS.filter((kind) => numbered(kind).length > 0);
  const [kind] = present;
  // `.2` goes on what stands without a number; alone it asks for nothing.
  if (kind === undefined || present.length > 1 || !group.tags.has(`${prefix}:${kind}`)) return undefined;
  const port = group.tags.get(`${prefix}:port`);
  return {
    group,
    kind,
    names: new Set(numbered(kind).flatMap(([, value]) => value.split(' ').filter((name) => name !== ''))),
    container: group.tags.get(`${prefix}:container`),
    port: port === undefined ? undefined : Number(port),
    all: group.tags.get(`${prefix}:zone`) === 'all',
  };
};

const speaks = (protocol: string | undefined, transport: 'tcp' | 'udp'): boolean => {
  if (protocol === 'UDP') return transport === 'udp';
  return protocol === 'TCP_UDP' || transport === 'tcp';
};

/**
 * Compares the tagged groups with the world's truth. It shares no decision with Taskwire's planner: it reads the tags
 * by itself and sees what no API tells.
 * Not modelled: findings about wrong tags; a group whose tags name no kind, two, or only a continuation, is left out.
 */
export const createAudit = ({
  ecs,
  network,
  targetGroups,
  inside,
  listening,
}: {
  readonly ecs: Ecs;
  readonly network: Network;
  readonly targetGroups: TargetGroupsWorld;
  readonly inside: TargetGroupsInside;
  readonly listening: Listening;
}): ((tagPrefix?: string) => Audit) => {
  const environmentOf = (task: TaskRecord): string | undefined => {
    const instance = ecs.containerInstances.get(task.containerInstanceArn ?? '');
    return network.instances.get(instance?.instanceId ?? '')?.tags.get('elasticbeanstalk:environment-name');
  };

  const belongs = (task: TaskRecord, wish: Wish): boolean => {
    const cluster = clusterNameOf(task.clusterArn);
    const byService = task.startedBy?.startsWith('ecs-svc/') ?? false;
    if (wish.kind === 'service') {
      return byService && task.group.startsWith('service:') && wish.names.has(`${cluster}/${task.group.slice(8)}`);
    }
    if (byService) return false;
    if (wish.kind === 'family') return wish.names.has(`${cluster}/${task.definition.family}`);
    const environment = environmentOf(task);
    return environment !== undefined && wish.names.has(environment);
  };

  /** Container and container port that a task of this wish listens on. */
  const listenerOf = (task: TaskRecord, { group, container, port }: Wish) => {
    const open = task.definition.containers
      .filter(({ name }) => container === undefined || name === container)
      .flatMap((definition) => openPortsOf(definition).map((each) => ({ container: definition.name, ...each })))
      .filter(({ protocol }) => speaks(group.protocol, protocol));
    if (port !== undefined) return open.find((each) => each.port === port);
    return open.length === 1 ? open[0] : open.find((each) => each.port === group.port);
  };

  const wantedOf = (task: TaskRecord, wish: Wish): { readonly id: string; readonly port: number } | undefined => {
    const { group } = wish;
    if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return undefined;
    // Whose it is first: that rules out nearly all of a large fleet at once.
    const listener = belongs(task, wish) ? listenerOf(task, wish) : undefined;
    if (!listener) return undefined;
    const own = task.attachment?.interface;
    if (group.targetType === 'ip') {
      const id = group.ipAddressType === 'ipv6' ? own?.ipv6 : own?.ipv4;
      if (!own || id === undefined || group.vpcId === undefined) return undefined;
      const inVpc = own.vpcId === group.vpcId;
      if (!inVpc && (!wish.all || network.subnetContaining(group.vpcId, id))) return undefined;
      return { id, port: listener.port };
    }
    const instance = ecs.containerInstances.get(task.containerInstanceArn ?? '');
    const container = task.containers.find(({ name }) => name === listener.container);
    const bound = container?.hostPorts.find(
      ({ containerPort, protocol }) => containerPort === listener.port && protocol === listener.protocol,
    );
    if (group.targetType !== 'instance' || own || !instance || container?.lastStatus !== 'RUNNING' || !bound) {
      return undefined;
    }
    return { id: instance.instanceId, port: bound.hostPort };
  };

  type Verdict = 'right' | 'stale' | 'wrong' | 'foreign';
  const verdictOf = (target: SeenTarget, wish: Wish): { readonly verdict: Verdict; readonly task?: TaskRecord } => {
    const { group } = wish;
    if (group.targetType === 'instance') {
      const task = listening.onHostPort(target.id, target.port);
      if (!task) return { verdict: 'stale' };
      return { verdict: belongs(task, wish) ? 'right' : 'wrong', task };
    }
    const holder = listening.holderOf(group.vpcId, target.id);
    if (!holder) {
      const ofVpc = group.vpcId !== undefined && network.subnetContaining(group.vpcId, target.id);
      return { verdict: ofVpc ? 'stale' : 'foreign' };
    }
    const task = listening.taskOf(holder);
    if (!task) return { verdict: 'foreign' };
    if (task.lastStatus === 'DEPROVISIONING' || task.lastStatus === 'STOPPED') return { verdict: 'stale', task };
    return { verdict: belongs(task, wish) ? 'right' : 'wrong', task };
  };

  return (tagPrefix = 'taskwire') => {
    const wishes = [...targetGroups.groups.values()]
      .map((group) => wishOf(group, tagPrefix))
      .filter((wish) => wish !== undefined);
    const placed = new Set<TaskRecord>();
    const missing: Misplaced[] = [];
    const found: Record<Verdict, Misplaced[]> = { right: [], stale: [], wrong: [], foreign: [] };
    for (const wish of wishes) {
      const targetGroupArn = wish.group.arn;
      const registered = inside.seen(wish.group).filter(({ state }) => !state.endsWith('draining'));
      const present = new Set(registered.map(keyOf));
      for (const task of ecs.tasks.values()) {
        const wanted = wantedOf(task, wish);
        // A standby task has no place: it is not missing, and while it still has its target that is not wrong either.
        if (!wanted || task.tags.get(`${tagPrefix}:standby`) === 'true') continue;
        placed.add(task);
        if (!present.has(keyOf(wanted))) missing.push({ targetGroupArn, ...wanted, taskArn: task.arn });
      }
      for (const target of registered) {
        const { verdict, task } = verdictOf(target, wish);
        found[verdict].push({ targetGroupArn, id: target.id, port: target.port, ...(task && { taskArn: task.arn }) });
      }
    }
    const { stale, wrong, foreign } = found;
    return { tasks: placed.size, groups: wishes.length, missing, stale, wrong, foreign };
  };
};
