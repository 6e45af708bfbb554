import type { Action } from '../../simulator/shapes.ts';
import type { TargetGroupRecord } from '../../simulator/state.ts';
import type { World } from '../../simulator/world.ts';
import { type Counts, count } from './counts.ts';
import type { Truth } from './truth.ts';

/** What the model itself does to AWS's answers at a time. */
export interface Whims {
  latencyMs: number;
  /** Answers of ECS, EC2, the load balancer and the tagging API are some seconds behind. */
  stale: boolean;
  failures: boolean;
  /** ECS's own consistency: a task that was shown before is not shown again. */
  missing: boolean;
  /** Listings come in pages of two. */
  pages: boolean;
}

/** Lets AWS answer what is not, or no longer, or not yet true. */
export interface Bend {
  /** A page of a listing may be small. */
  asks(action: Action, input: object): void;
  answered(action: Action, input: object, output: object): void;
  /** Before the tags of a group change. */
  retags(group: TargetGroupRecord): void;
}

/** How old a stale answer is at most. */
export const STALE_MS = 4_000;
/** How old tags may be that the tagging API answers. */
const TAGS_BEHIND_MS = 30_000;
/** AWS's own bound for ECS's consistency. */
const YOUNG_MS = 5 * 60_000;
const PAGE = 2;

export const listOf = (holder: object, key: string): readonly unknown[] => {
  const value: unknown = Reflect.get(holder, key);
  return Array.isArray(value) ? value : [];
};

export const textOf = (holder: unknown, key: string): string =>
  typeof holder === 'object' && holder !== null ? String(Reflect.get(holder, key)) : '';

/** An answer, and when it was the truth. */
interface Told<T> {
  readonly atMs: number;
  readonly what: T;
}

/** @param faults Counts the answers that were bent. */
export const bendAnswers = (world: World, truth: Truth, whims: Whims, faults: Counts): Bend => {
  const { clock, network, random, targetGroups } = world;
  const tasks = new Map<string, Told<unknown>>();
  const interfaces = new Map<string, Told<unknown>>();
  const targets = new Map<string, Told<readonly unknown[]>>();
  const tags = new Map<string, Told<readonly unknown[]>>();

  const isRecent = (told: Told<unknown> | undefined, withinMs = STALE_MS): told is Told<unknown> =>
    told !== undefined && clock.nowMs() - told.atMs <= withinMs;
  const isYoung = (arn: string): boolean => clock.nowMs() - (truth.tasks.get(arn)?.createdAtMs ?? 0) < YOUNG_MS;

  const describeTasks = (output: object): void => {
    const failures = [...listOf(output, 'failures')];
    if (failures.length > 0) count(faults, 'DescribeTasks: task MISSING');
    const answered = listOf(output, 'tasks').flatMap((task) => {
      const arn = textOf(task, 'taskArn');
      const before = tasks.get(arn);
      if (whims.failures && random.chance(0.3)) {
        count(faults, 'DescribeTasks: task left out with another failure');
        failures.push({ arn, reason: 'AGENT' });
        return [];
      }
      if (whims.missing && isYoung(arn) && random.chance(0.5)) {
        count(faults, 'DescribeTasks: task MISSING');
        failures.push({ arn, reason: 'MISSING' });
        return [];
      }
      if (whims.stale && isRecent(before) && random.chance(0.5)) {
        count(faults, 'DescribeTasks: stale answer');
        return [before.what];
      }
      tasks.set(arn, { atMs: clock.nowMs(), what: task });
      return [task];
    });
    Reflect.set(output, 'tasks', answered);
    Reflect.set(output, 'failures', failures);
  };

  const describeHealth = (input: object, output: object): void => {
    const before = targets.get(textOf(input, 'TargetGroupArn'));
    if (!whims.stale || !isRecent(before) || !random.chance(0.5)) return;
    count(faults, 'DescribeTargetHealth: stale answer');
    Reflect.set(output, 'TargetHealthDescriptions', before.what);
  };
  const rememberTargets = ({ TargetGroupArn }: { readonly TargetGroupArn: string }): void => {
    if (isRecent(targets.get(TargetGroupArn)) || !targetGroups.groups.has(TargetGroupArn)) return;
    const what = targetGroups.targetsOf(TargetGroupArn).map(({ id, port, zone, state }) => ({
      Target: { Id: id, Port: port, ...(zone !== undefined && { AvailabilityZone: zone }) },
      HealthCheckPort: String(port),
      TargetHealth: { State: state },
    }));
    targets.set(TargetGroupArn, { atMs: clock.nowMs(), what });
  };
  world.faults.before('elasticloadbalancing:RegisterTargets', rememberTargets);
  world.faults.before('elasticloadbalancing:DeregisterTargets', rememberTargets);

  /** Interfaces that are new are not shown yet, and some that are gone are still shown. */
  const describeInterfaces = (input: object, output: object): void => {
    const shown = listOf(output, 'NetworkInterfaces').filter((each) => {
      const id = textOf(each, 'NetworkInterfaceId');
      const madeAtMs = network.interfaces.get(id)?.attachedAtMs ?? 0;
      if (whims.stale && clock.nowMs() - madeAtMs <= STALE_MS && random.chance(0.5)) {
        count(faults, 'DescribeNetworkInterfaces: interface not shown yet');
        return false;
      }
      interfaces.set(id, { atMs: clock.nowMs(), what: each });
      return true;
    });
    const asked = new Set(listOf(input, 'Filters').flatMap((filter) => listOf(Object(filter), 'Values')));
    const gone = [...interfaces].filter(
      ([id, told]) =>
        whims.stale &&
        isRecent(told) &&
        !network.interfaces.has(id) &&
        asked.has(textOf(told.what, 'PrivateIpAddress')),
    );
    const still = gone.filter(() => random.chance(0.5)).map(([, { what }]) => what);
    count(faults, 'DescribeNetworkInterfaces: interface still shown', still.length);
    Reflect.set(output, 'NetworkInterfaces', [...still, ...shown]);
  };

  const getResources = (input: object, output: object): void => {
    if (!whims.stale || !listOf(input, 'ResourceTypeFilters').includes('elasticloadbalancing:targetgroup')) return;
    const [filter] = listOf(input, 'TagFilters');
    const behind = [...tags].filter(([, told]) => isRecent(told, TAGS_BEHIND_MS) && random.chance(0.5));
    if (behind.length === 0) return;
    const arns = new Set(behind.map(([arn]) => arn));
    const others = listOf(output, 'ResourceTagMappingList').filter((each) => !arns.has(textOf(each, 'ResourceARN')));
    const older = behind
      .filter(([, { what }]) => what.some((tag) => textOf(tag, 'Key') === textOf(filter, 'Key')))
      .map(([ResourceARN, { what }]) => ({ ResourceARN, Tags: what }));
    count(faults, 'GetResources: tags of up to 30 s ago', behind.length);
    Reflect.set(output, 'ResourceTagMappingList', [...others, ...older]);
  };

  return {
    asks: (action, input) => {
      if (!whims.pages) return;
      if (action === 'ecs:ListTasks') Reflect.set(input, 'maxResults', PAGE);
      if (action === 'tag:GetResources') Reflect.set(input, 'ResourcesPerPage', PAGE);
    },
    answered: (action, input, output) => {
      if (action === 'ecs:DescribeTasks') describeTasks(output);
      else if (action === 'elasticloadbalancing:DescribeTargetHealth') describeHealth(input, output);
      else if (action === 'ec2:DescribeNetworkInterfaces') describeInterfaces(input, output);
      else if (action === 'tag:GetResources') getResources(input, output);
    },
    retags: (group) => {
      if (isRecent(tags.get(group.arn), TAGS_BEHIND_MS)) return;
      tags.set(group.arn, {
        atMs: clock.nowMs(),
        what: [...group.tags].map(([Key, Value]) => ({ Key, Value })),
      });
    },
  };
};
