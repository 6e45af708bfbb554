import { groupBy } from '../core/group-by.ts';
import type { Finding } from '../core/outcome.ts';
import { type Hold, parseHold } from '../core/scaling/hold.ts';
import {
  resourceIdOf,
  type ScalableTarget,
  type ScaledService,
  type ScalingPolicy,
  type ScheduledAction,
} from '../core/scaling/observed.ts';
import type { RequestsGroup } from '../core/scaling/policies.ts';
import type { ScalingWish } from '../core/scaling/wish.ts';
import type { Clock } from '../ports/clock.ts';
import type { ScaledServices } from '../ports/scaled-services.ts';
import type { Scaling } from '../ports/scaling.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import type { Tasks } from '../ports/tasks.ts';
import type { Bindings } from './bindings.ts';

/** What looking at scaling needs from outside. */
export interface ScalingLookDeps {
  readonly scaling: Scaling;
  readonly scaledServices: ScaledServices;
  readonly tasks: Tasks;
  readonly targetGroups: TargetGroups;
  readonly bindings: Bindings;
  readonly clock: Clock;
  readonly tagPrefix: string;
  /** What a service's tags ask for, or what is wrong with them. */
  readonly parseScalingTags: (
    tags: Readonly<Record<string, string>>,
    resource: string,
  ) => { readonly wish?: ScalingWish; readonly understood: boolean; readonly findings: readonly Finding[] };
}

/** One service's scaling, as it was seen. */
export interface ScalingLook {
  readonly service: ScaledService;
  readonly wish: ScalingWish | undefined;
  /** The tags cannot be understood: nothing is changed. */
  readonly wrong: boolean;
  readonly findings: readonly Finding[];
  readonly target: ScalableTarget | undefined;
  readonly policies: readonly ScalingPolicy[];
  readonly schedules: readonly ScheduledAction[];
  readonly groups: readonly RequestsGroup[];
  readonly hold: Hold | undefined;
  /** When the look began, epoch milliseconds. */
  readonly lookedAtMs: number;
}

/** The names of the tags that Taskwire itself writes. */
export const holdTag = (prefix: string): string => `${prefix}:hold`;
export const spotTag = (prefix: string): string => `${prefix}:spot`;

const holdOf = (tags: Readonly<Record<string, string>> | undefined, prefix: string): Hold | undefined => {
  const value = tags?.[holdTag(prefix)];
  return value === undefined ? undefined : parseHold(value);
};

/** The target groups of the services whose wish counts requests, with where they are attached now. */
const groupsOf = async (
  services: readonly ScaledService[],
  deps: ScalingLookDeps,
): Promise<ReadonlyMap<string, readonly RequestsGroup[]>> => {
  if (services.length === 0) return new Map();
  const { bindings } = await deps.bindings.current();
  const wired = ({ cluster, name }: ScaledService): readonly string[] =>
    bindings
      .filter(({ wiring }) =>
        wiring.workloads.some((each) => each.kind === 'service' && each.cluster === cluster && each.service === name),
      )
      .map(({ group }) => group.arn);
  const arnsOf = new Map(
    services.map((service) => [service, [...new Set([...service.targetGroupArns, ...wired(service)])]]),
  );
  const described = await deps.targetGroups.describe([...new Set([...arnsOf.values()].flat())]);
  const byArn = new Map(described.map((group) => [group.arn, group]));
  return new Map(
    [...arnsOf].map(([service, arns]) => [
      service.serviceArn,
      arns.flatMap((arn) => {
        const group = byArn.get(arn);
        if (group === undefined) return [];
        return [{ arn, loadBalancerArns: group.loadBalancerArns ?? [], native: service.targetGroupArns.includes(arn) }];
      }),
    ]),
  );
};

interface Account {
  readonly policies: ReadonlyMap<string, readonly ScalingPolicy[]>;
  readonly schedules: ReadonlyMap<string, readonly ScheduledAction[]>;
  /** Hold tags by ARN of the scalable target. */
  readonly held: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/**
 * Policies and schedules of all services at once: cheaper than one by one for a sweep.
 * @param held Hold tags by ARN of the scalable target.
 */
export const readAccount = async ({ scaling }: ScalingLookDeps, held: Account['held']): Promise<Account> => {
  const [policies, schedules] = await Promise.all([scaling.policies(), scaling.schedules()]);
  return {
    policies: groupBy(policies, ({ resourceId }) => resourceId),
    schedules: groupBy(schedules, ({ resourceId }) => resourceId),
    held,
  };
};

/**
 * Looks at the scaling of services.
 * @param account What was read of all services; `undefined`: read what belongs to these.
 * @param holdsMatter Whether a hold may stand for this service, so that its scalable target's tags are read.
 */
export const lookAtScaling = async (
  serviceArns: readonly string[],
  deps: ScalingLookDeps,
  account?: Account,
): Promise<readonly ScalingLook[]> => {
  const { scaling, scaledServices, clock, tagPrefix } = deps;
  const lookedAtMs = clock.nowMs();
  const services = await scaledServices.describe(serviceArns);
  const parsed = services.map((service) => {
    const { wish, understood, findings } = deps.parseScalingTags(service.tags, service.serviceArn);
    return { service, wish, findings, wrong: !understood };
  });
  const targets = new Map((await scaling.targets(services.map(resourceIdOf))).map((each) => [each.resourceId, each]));
  const groups = await groupsOf(
    parsed.filter(({ wish }) => wish?.requests !== undefined).map(({ service }) => service),
    deps,
  );
  return Promise.all(
    parsed.map(async (each): Promise<ScalingLook> => {
      const { service } = each;
      const id = resourceIdOf(service);
      const target = targets.get(id);
      const has = target !== undefined;
      const [policies, schedules, tags] = await Promise.all([
        account ? (account.policies.get(id) ?? []) : has ? scaling.policies(id) : [],
        account ? (account.schedules.get(id) ?? []) : has ? scaling.schedules(id) : [],
        account ? target && account.held.get(target.arn) : has ? scaling.tags(target.arn) : undefined,
      ]);
      return {
        ...each,
        target,
        policies,
        schedules,
        groups: groups.get(service.serviceArn) ?? [],
        hold: holdOf(tags, tagPrefix),
        lookedAtMs,
      };
    }),
  );
};
