import type { Ran } from '../../shared/app/register-targets.ts';
import type { Change } from '../../shared/core/outcome.ts';
import { keyOf } from '../../shared/core/targets/target.ts';
import type { TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import { bendAnswers, listOf, STALE_MS, textOf, type Whims } from './bend.ts';
import { type Counts, count } from './counts.ts';
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

/** What must never happen, checked at every call, and what did happen. */
export interface Watch extends CallWatch {
  readonly violations: readonly string[];
  readonly histories: Counts;
  readonly faults: Counts;
  /** A run of the function that came to an end. */
  ran(ran: Ran): void;
  /** Before the tags of a group change. */
  retags(group: TargetGroupRecord): void;
}

/** A look that a change rests on is at most this old when the change is sent. */
const LOOK_MS = 2_000;
/** The brake of the stage. */
const BRAKE_PERCENT = 50;
/** A target that no listing explains is looked at twice, so far apart. */
const SECOND_LOOK_MS = 60_000;
/** As long as a sweep may take, and a little: so old may be what an instance knows of tasks that its change is not about. */
const SWEEP_MS = 310_000;

const REGISTER = 'elasticloadbalancing:RegisterTargets';
const DEREGISTER = 'elasticloadbalancing:DeregisterTargets';

/** The targets of a call, by key. */
const targetsIn = (input: object): ReadonlyMap<string, Place> =>
  new Map(
    listOf(input, 'Targets').map((target) => {
      const place = { id: textOf(target, 'Id'), port: Number(textOf(target, 'Port')) };
      return [keyOf(place), place];
    }),
  );

const nameOf = (task: TaskRecord): string => `production/${task.group.slice('service:'.length)}`;

/** What the truth was when an instance looked at an exclusive group. */
interface Seen {
  /** Keys of the targets that serve. */
  readonly serving: ReadonlySet<string>;
  /** Keys of those that are not draining. */
  readonly present: ReadonlySet<string>;
  /** Those that nothing explained, by key. */
  readonly unproven: ReadonlyMap<string, Place>;
}

/** Watches a fleet from now on. Its figures rest on the world's truth, never on what Taskwire believes. */
export const watchFleet = ({ stage, groups }: Fleet, truth: Truth, whims: Whims): Watch => {
  const { world } = stage;
  const { clock, ecs, faults: trouble, network, targetGroups } = world;
  const violations: string[] = [];
  const histories: Counts = {};
  const faults: Counts = {};
  /** Until when what an instance knows may be behind the truth. */
  const toleranceMs = (): number => LOOK_MS + slowestMs + (wasStale ? STALE_MS : 0);
  let slowestMs = 0;
  let wasStale = false;
  const bend = bendAnswers(world, truth, whims, faults);
  const seen = new WeakMap<object, Seen>();

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
    // EC2 knows nothing of addresses outside of the VPC.
    const inside = network.subnetContaining(group.vpcId ?? '', target.id) !== undefined;
    if (group.targetType === 'ip' && inside && truth.heldUntilMs(group, target.id) !== undefined) return true;
    return [...truth.tasks.values()].some((task) => {
      if (!truth.had(task, group, target)) return false;
      if (truth.letGo(task, target) || truth.isStandby(task, Number.POSITIVE_INFINITY)) return true;
      return wishes.some(({ services: names, port }) => names.has(nameOf(task)) && port !== target.port);
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
      if (!truth.listened(group, target, toleranceMs())) violate('registered for no task', group, target);
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

  /** Nothing that Taskwire may know of explains the target, and no task of the group's own has it. */
  const isUnproven = (group: TargetGroupRecord, target: Place): boolean =>
    !isExplained(group, target) &&
    ![...truth.tasks.values()].some(
      (task) =>
        truth.had(task, group, target) && truth.wishesOf(group).some(({ services }) => services.has(nameOf(task))),
    );
  /** What the answer of DescribeTargetHealth shows of a group, by the truth of this moment. */
  const look = (group: TargetGroupRecord, output: object): Seen => {
    const targets = listOf(output, 'TargetHealthDescriptions').map((each) => {
      const target = Object(Reflect.get(Object(each), 'Target'));
      const place = { id: textOf(target, 'Id'), port: Number(Reflect.get(target, 'Port')) };
      return { place, key: keyOf(place), state: textOf(Reflect.get(Object(each), 'TargetHealth'), 'State') };
    });
    const present = targets.filter(({ state }) => !state.endsWith('draining'));
    const serving = present.filter(({ state }) => state !== 'initial');
    return {
      present: new Set(present.map(({ key }) => key)),
      serving: new Set(serving.map(({ key }) => key)),
      unproven: new Map(present.filter(({ place }) => isUnproven(group, place)).map(({ key, place }) => [key, place])),
    };
  };

  /** Whether a workload has, or lately had, a task that is meant to run. */
  const isAlive = (service: string): boolean =>
    [...truth.tasks.values()].some(
      (task) =>
        nameOf(task) === service &&
        (task.desiredStatus === 'RUNNING' || clock.nowMs() - (task.stopRequestedAtMs ?? 0) < SWEEP_MS),
    );

  /** What leaves without proof: all of it or nothing, never the last, and only past two looks where no listing tells. */
  const checkUnproven = (
    group: TargetGroupRecord,
    leaving: ReadonlyMap<string, Place>,
    { serving, unproven: before }: Seen,
  ): void => {
    const unproven = new Map([...before].filter(([, target]) => isUnproven(group, target)));
    const gone = [...leaving.values()].find((target) => unproven.has(keyOf(target)));
    if (gone === undefined) return;
    if (unproven.size * 100 > BRAKE_PERCENT * serving.size)
      violate(`the brake let go, with ${unproven.size} of ${serving.size} unproven`, group, gone);
    if ([...serving].every((key) => leaving.has(key))) violate('the last target went without proof', group, gone);
    if (truth.wishesOf(group).every(({ services }) => [...services].some((each) => !isAlive(each))))
      violate('gone without proof, while a workload has no task', group, gone);
    for (const [key, target] of leaving) {
      const inside = group.targetType === 'ip' && network.subnetContaining(group.vpcId ?? '', target.id) !== undefined;
      const { registeredAtMs = 0 } = group.targets.get(key) ?? {};
      if (unproven.has(key) && !inside && clock.nowMs() - registeredAtMs < SECOND_LOOK_MS)
        violate('gone at the first look', group, target);
    }
  };

  /** A task on standby leaves only as long as another target stays. */
  const checkLast = (group: TargetGroupRecord, leaving: ReadonlyMap<string, Place>, { present }: Seen): void => {
    const stays = targetGroups
      .targetsOf(group.arn)
      .some((target) => !target.state.endsWith('draining') && !leaving.has(keyOf(target)));
    if (stays || [...present].some((key) => !leaving.has(key))) return;
    const wishes = truth.wishesOf(group);
    for (const target of leaving.values()) {
      const standby = [...truth.tasks.values()].some(
        (task) =>
          task.desiredStatus === 'RUNNING' &&
          truth.holds(task, group, target) &&
          truth.isStandby(task, Number.POSITIVE_INFINITY) &&
          wishes.every((wish) => truth.listensThere(task, group, target, wish)),
      );
      if (standby) violate('the last target went on standby', group, target);
    }
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
    retags: bend.retags,
    sends: (action, input, rests) => {
      slowestMs = Math.max(slowestMs, whims.latencyMs);
      wasStale ||= whims.stale;
      bend.asks(action, input);
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
      if (rests === undefined || clock.nowMs() - rests.beganAtMs > LOOK_MS)
        violate(`${action} rests on an old look`, group);
      const before = rests && seen.get(rests.answer);
      if (action !== DEREGISTER || before === undefined || group.deleted) return;
      const leaving = targetsIn(input);
      checkUnproven(group, leaving, before);
      checkLast(group, leaving, before);
    },
    answered: (action, input, output) => {
      bend.answered(action, input, output);
      const group = groupOf(input);
      if (action === 'elasticloadbalancing:DescribeTargetHealth' && group !== undefined)
        seen.set(output, look(group, output));
    },
  };
};
