import type { Ran } from '../../shared/app/register-targets.ts';
import type { Change } from '../../shared/core/outcome.ts';
import { keyOf } from '../../shared/core/targets/target.ts';
import type { TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import type { Fleet } from './fleet.ts';
import type { CallWatch } from './lambdas.ts';
import type { Place, Truth } from './truth.ts';

/** Histories that a run may contain, counted: a model that never meets them proves nothing about them. */
export const HISTORIES = [
  'a removal waits while its address finds an heir',
  'a host port is free before its task has ended',
  'one address is live in two VPCs',
  'a draining address refuses to come back',
  'a listing lags five minutes',
  'a deleted group is still in the tagging API',
  'a message is back after its visibility time-out',
  'a frozen timer thaws',
  'an hour of blindness',
  'a mistyped tag under exclusive',
] as const;

/** Counts by name. */
export type Counts = Record<string, number>;

export const count = (counts: Counts, name: string, by = 1): void => {
  if (by > 0) counts[name] = (counts[name] ?? 0) + by;
};

/** What must never happen, checked at every call, and what did happen. */
export interface Watch extends CallWatch {
  readonly violations: readonly string[];
  readonly histories: Counts;
  readonly faults: Counts;
  /** A run of the function that came to an end. */
  ran(ran: Ran): void;
}

/** A look that a change rests on is at most this old when the change is sent. */
const LOOK_MS = 2_000;
/** How old a stale answer is at most. */
const STALE_MS = 4_000;
/** AWS's own bound for ECS's consistency. */
const YOUNG_MS = 5 * 60_000;
/** The brake of the stage. */
const BRAKE_PERCENT = 50;

const REGISTER = 'elasticloadbalancing:RegisterTargets';
const DEREGISTER = 'elasticloadbalancing:DeregisterTargets';

/** What the model itself does to the world at a time. */
export interface Whims {
  latencyMs: number;
  stale: boolean;
  failures: boolean;
  /** ECS's own consistency: a task that was shown before is not shown again. */
  missing: boolean;
}

const listOf = (holder: object, key: string): readonly unknown[] => {
  const value: unknown = Reflect.get(holder, key);
  return Array.isArray(value) ? value : [];
};

const keysIn = (input: object): readonly string[] =>
  listOf(input, 'Targets').flatMap((target) =>
    typeof target === 'object' && target !== null
      ? [keyOf({ id: String(Reflect.get(target, 'Id')), port: Number(Reflect.get(target, 'Port')) })]
      : [],
  );

const arnOf = (task: unknown): string =>
  typeof task === 'object' && task !== null ? String(Reflect.get(task, 'taskArn')) : '';

/** Watches a fleet from now on. Its figures rest on the world's truth, never on what Taskwire believes. */
export const watchFleet = ({ stage, groups }: Fleet, truth: Truth, whims: Whims): Watch => {
  const { world } = stage;
  const { clock, ecs, faults: trouble, network, random, targetGroups } = world;
  const violations: string[] = [];
  const histories: Counts = {};
  const faults: Counts = {};
  /** Until when what an instance knows may be behind the truth. */
  const toleranceMs = (): number => LOOK_MS + slowestMs + (wasStale ? STALE_MS : 0);
  let slowestMs = 0;
  let wasStale = false;
  const told = new Map<string, { readonly atMs: number; readonly task: unknown }>();

  const violate = (what: string, group: TargetGroupRecord | undefined, target?: Place): void => {
    violations.push(
      `${what}: ${group?.name ?? 'no group'}${target === undefined ? '' : ` ${target.id}:${target.port}`}`,
    );
  };
  const groupOf = (input: object): TargetGroupRecord | undefined =>
    targetGroups.groups.get(String(Reflect.get(input, 'TargetGroupArn')));

  /** Whether by the world's truth a target may go, whatever Taskwire says of it. */
  const isExplained = (group: TargetGroupRecord, target: Place): boolean => {
    const wishes = truth.wishesOf(group);
    if (group.targetType === 'ip' && truth.heldUntilMs(group, target.id) !== undefined) return true;
    return [...truth.tasks.values()].some((task) => {
      if (!truth.had(task, group, target)) return false;
      if (truth.letGo(task, target) || truth.isStandby(task, Number.POSITIVE_INFINITY)) return true;
      return wishes.some(
        ({ services: names, port }) => names.has(`production/${task.group.slice(8)}`) && port !== target.port,
      );
    });
  };

  const removed = (group: TargetGroupRecord, target: Place): void => {
    const holder = truth.rightfulHolder(group, target, toleranceMs());
    if (holder !== undefined) violate(`taken from live task ${holder.id}`, group, target);
    else if (!isExplained(group, target) && !truth.wishesOf(group).some(({ exclusive }) => exclusive)) {
      violate('removed without proof', group, target);
    }
    const untilMs = group.targets.get(keyOf(target))?.drainsUntilMs;
    if (untilMs !== undefined && untilMs - group.delaySeconds * 1000 < clock.nowMs() - toleranceMs() - LOOK_MS) {
      violate('removed though it was draining', group, target);
    }
  };

  const placesOf = (
    targets: readonly { readonly Id: string; readonly Port?: number | undefined }[],
  ): readonly Place[] => targets.map(({ Id, Port = 0 }) => ({ id: Id, port: Port }));

  trouble.after(DEREGISTER, ({ TargetGroupArn, Targets }) => {
    const group = targetGroups.groups.get(TargetGroupArn);
    if (group === undefined || group.deleted) return;
    for (const target of placesOf(Targets)) removed(group, target);
  });
  trouble.after(REGISTER, ({ TargetGroupArn, Targets }) => {
    const group = targetGroups.groups.get(TargetGroupArn);
    if (group === undefined || group.deleted) return;
    for (const target of placesOf(Targets)) {
      if (!truth.listened(group, target)) violate('registered for no task', group, target);
      if (group.targets.get(keyOf(target))?.drainsUntilMs !== undefined) {
        count(histories, 'a draining address refuses to come back');
      }
    }
  });

  const taskIn = (detail: object): TaskRecord | undefined => truth.tasks.get(String(Reflect.get(detail, 'taskArn')));
  /** Whether something about the task waits or is being worked on. */
  const isUnderWay = (task: TaskRecord): boolean =>
    stage.delivery.running > 0 || stage.queue.messages.some(({ body }) => body.includes(task.id));

  const heirArrived = (heir: TaskRecord): void => {
    const address = heir.attachment?.interface?.ipv4;
    if (address === undefined) return;
    const before = [...truth.tasks.values()].filter(
      (task) => task !== heir && task.attachment?.interface?.ipv4 === address,
    );
    for (const group of groups.values()) {
      const still = [...group.targets.values()].some(
        ({ id, drainsUntilMs }) => id === address && drainsUntilMs === undefined,
      );
      if (still && before.some((task) => truth.had(task, group, { id: address, port: 0 }) && isUnderWay(task))) {
        count(histories, 'a removal waits while its address finds an heir');
      }
    }
  };
  world.bus.listen(({ detail }) => {
    const task = taskIn(detail);
    if (task === undefined) return;
    if (task.lastStatus === 'PENDING' && task.desiredStatus === 'RUNNING') heirArrived(task);
    const early = task.containers.some(({ lastStatus, hostPorts }) => lastStatus === 'STOPPED' && hostPorts.length > 0);
    if (early && task.lastStatus !== 'STOPPED') count(histories, 'a host port is free before its task has ended');
    const own = task.attachment?.interface;
    if (task.lastStatus === 'RUNNING' && own?.ipv4 !== undefined) {
      const elsewhere = own.vpcId === stage.vpcId ? 'vpc-0b' : stage.vpcId;
      const twin = network.holderOf(elsewhere, own.ipv4);
      if (twin?.description) count(histories, 'one address is live in two VPCs');
    }
  });

  const isYoung = (arn: string): boolean => clock.nowMs() - (truth.tasks.get(arn)?.createdAtMs ?? 0) < YOUNG_MS;

  /** Stale answers and failures of DescribeTasks. */
  const bend = (output: object): void => {
    const nowMs = clock.nowMs();
    const failures = [...listOf(output, 'failures')];
    const tasks = listOf(output, 'tasks').flatMap((task) => {
      const arn = arnOf(task);
      const before = told.get(arn);
      if (whims.failures && random.chance(0.3)) {
        count(faults, 'describe failed in part');
        failures.push({ arn, reason: 'AGENT' });
        return [];
      }
      if (whims.missing && isYoung(arn) && random.chance(0.5)) {
        count(faults, 'task missing');
        failures.push({ arn, reason: 'MISSING' });
        return [];
      }
      if (whims.stale && before !== undefined && nowMs - before.atMs <= STALE_MS && random.chance(0.5)) {
        count(faults, 'stale answer');
        return [before.task];
      }
      told.set(arn, { atMs: nowMs, task });
      return [task];
    });
    Reflect.set(output, 'tasks', tasks);
    Reflect.set(output, 'failures', failures);
  };

  /** All or nothing: where nearly all of a group is unexplained, nothing goes that is not explained. */
  const checkBrake = (group: TargetGroupRecord, leaving: ReadonlySet<string>): void => {
    const present = targetGroups
      .targetsOf(group.arn)
      .filter(({ state }) => !state.endsWith('draining') && state !== 'initial');
    const unproven = present.filter(
      (target) => truth.rightfulHolder(group, target, 0) === undefined && !isExplained(group, target),
    );
    if (unproven.length * 100 <= (BRAKE_PERCENT + 25) * present.length) return;
    const gone = unproven.find((target) => leaving.has(keyOf(target)));
    if (gone !== undefined)
      violate(`the brake let go, with ${unproven.length} of ${present.length} unproven`, group, gone);
  };

  const checkProof = (change: Change): void => {
    const { action, applied, target, task: taskArn, reason } = change;
    if (action !== 'deregister' || !applied || target === undefined) return;
    const group = targetGroups.groups.get(change.resource);
    if (group === undefined) return;
    const task = taskArn === undefined ? undefined : truth.tasks.get(taskArn);
    if (taskArn !== undefined) {
      if (task === undefined || !truth.had(task, group, target)) {
        violate(`proof names a task that never had it (${reason})`, group, target);
        return;
      }
      const standby = reason.includes('is on standby') && truth.isStandby(task, Number.POSITIVE_INFINITY);
      const moved = / listens on port /.test(reason);
      if (!standby && !moved && !truth.letGo(task, target)) violate(`proof is not true (${reason})`, group, target);
      return;
    }
    if (reason.startsWith('EC2 knows no network interface')) {
      // Its answer was true when it came; by now the change is some seconds old.
      return;
    }
    if (!reason.startsWith('without proof, the group is exclusive')) violate(`no proof (${reason})`, group, target);
    else if (!truth.wishesOf(group).some(({ exclusive }) => exclusive))
      violate(`not exclusive (${reason})`, group, target);
  };

  return {
    violations,
    histories,
    faults,
    ran: ({ outcome }) => {
      for (const change of outcome.changes) checkProof(change);
    },
    sends: (action, input, restsOnMs) => {
      slowestMs = Math.max(slowestMs, whims.latencyMs);
      wasStale ||= whims.stale;
      if (action === 'ecs:ListTasks' && ecs.times.listLagMs >= 300_000) count(histories, 'a listing lags five minutes');
      if (action === 'tag:GetResources' && [...groups.values()].some(({ deleted, tags }) => deleted && tags.size > 0)) {
        count(histories, 'a deleted group is still in the tagging API');
      }
      if (action !== REGISTER && action !== DEREGISTER) return;
      const group = groupOf(input);
      if (group === undefined) return;
      const wishes = truth.wishesOf(group);
      if (!wishes.some(({ tagged }) => tagged)) violate('changed though it is not tagged', group);
      else if (wishes.every(({ observe }) => observe)) violate('changed though it is only observed', group);
      if (restsOnMs === undefined || clock.nowMs() - restsOnMs > LOOK_MS)
        violate(`${action} rests on an old look`, group);
      if (action !== DEREGISTER) return;
      checkBrake(group, new Set(keysIn(input)));
    },
    answered: (action, output) => {
      if (action !== 'ecs:DescribeTasks') return;
      if (listOf(output, 'failures').length > 0) count(faults, 'task missing');
      bend(output);
    },
  };
};
