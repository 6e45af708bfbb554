import type { SeenService } from '../core/audit/snapshot.ts';
import { groupBy } from '../core/group-by.ts';
import type { Finding } from '../core/outcome.ts';
import { parseHold } from '../core/scaling/hold.ts';
import { resourceIdOf, type ScaledService } from '../core/scaling/observed.ts';
import type { RequestsGroup } from '../core/scaling/policies.ts';
import type { ScalingWish } from '../core/scaling/wish.ts';
import { type Binding, type TargetGroup, workloadKeyOf } from '../core/targets/binding.ts';
import type { Scaling } from '../ports/scaling.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import { holdTag } from './look-at-scaling.ts';
import type { Sighted, Sighting } from './sighting.ts';

type SeenScaling = SeenService['scaling'];

/** As if it had none: nothing is concluded about a service whose scaling could not be read. */
const UNKNOWN: SeenScaling = { tagged: false, policies: [], schedules: [], groups: [] };

/** What looking at the scaling of all services needs. */
export interface SeeScalingDeps {
  readonly scaling: Pick<Scaling, 'targets' | 'policies' | 'schedules' | 'tagged'>;
  readonly targetGroups: Pick<TargetGroups, 'describe'>;
  readonly tagPrefix: string;
  readonly parseScalingTags: (
    tags: Readonly<Record<string, string>>,
    resource: string,
  ) => { readonly wish?: ScalingWish; readonly findings: readonly Finding[] };
}

/** A service's scaling, and what is wrong with its tags. */
export interface ScalingOf {
  readonly scaling: SeenScaling;
  readonly findings: readonly Finding[];
}

/** Target groups by ARN: those that are described already, and the others of the services whose wish counts requests. */
const groupsByArn = async (
  native: readonly string[],
  known: readonly TargetGroup[],
  sighting: Sighting,
  deps: SeeScalingDeps,
): Promise<ReadonlyMap<string, TargetGroup> | undefined> => {
  const byArn = new Map(known.map((group) => [group.arn, group]));
  const unknown = [...new Set(native)].filter((arn) => !byArn.has(arn));
  if (unknown.length === 0) return byArn;
  const described = await sighting.at({ resource: 'target groups', what: 'groups whose requests count' }, () =>
    deps.targetGroups.describe(unknown),
  );
  if (described === undefined) return undefined;
  for (const group of described.value) byArn.set(group.arn, group);
  return byArn;
};

const seenOf = <T>(sighted: Sighted<T>): T | undefined => sighted?.value;

/**
 * Looks at the scaling of all services of the account at once.
 * @param wired Bindings by `workloadKeyOf`.
 * @param known Target groups that are described already.
 * @returns By ARN of the service.
 */
export const seeScaling = async (
  services: readonly ScaledService[],
  { wired, known }: { readonly wired: ReadonlyMap<string, readonly Binding[]>; readonly known: readonly TargetGroup[] },
  sighting: Sighting,
  deps: SeeScalingDeps,
): Promise<ReadonlyMap<string, ScalingOf>> => {
  if (services.length === 0) return new Map();
  const { scaling, tagPrefix } = deps;
  const parsed = services.map((service) => ({
    service,
    ...deps.parseScalingTags(service.tags, service.serviceArn),
  }));
  const about = { resource: 'auto scaling', what: 'auto scaling' };
  const [targets, policies, schedules, held] = await Promise.all([
    sighting.at(about, () => scaling.targets()).then(seenOf),
    sighting.at(about, () => scaling.policies()).then(seenOf),
    sighting.at(about, () => scaling.schedules()).then(seenOf),
    sighting.at(about, () => scaling.tagged(holdTag(tagPrefix))).then(seenOf),
  ]);
  const counting = parsed.filter(({ wish }) => wish?.requests !== undefined);
  const groups = await groupsByArn(
    counting.flatMap(({ service }) => service.targetGroupArns),
    known,
    sighting,
    deps,
  );
  const isUnknown = !targets || !policies || !schedules || !held;
  const targetOf = new Map((targets ?? []).map((each) => [each.resourceId, each]));
  const policiesOf = groupBy(policies ?? [], ({ resourceId }) => resourceId);
  const schedulesOf = groupBy(schedules ?? [], ({ resourceId }) => resourceId);

  const requestsGroups = (service: ScaledService): readonly RequestsGroup[] => {
    const key = workloadKeyOf({ kind: 'service', cluster: service.cluster, service: service.name });
    const arns = new Set([...service.targetGroupArns, ...(wired.get(key) ?? []).map(({ group }) => group.arn)]);
    return [...arns].flatMap((arn) => {
      const group = groups?.get(arn);
      if (group === undefined) return [];
      const native = service.targetGroupArns.includes(arn);
      return [{ arn, loadBalancerArns: group.loadBalancerArns ?? [], native }];
    });
  };

  return new Map(
    parsed.map(({ service, wish, findings }): [string, ScalingOf] => {
      const id = resourceIdOf(service);
      const target = targetOf.get(id);
      const text = target && held?.get(target.arn)?.[holdTag(tagPrefix)];
      const hold = text === undefined ? undefined : parseHold(text);
      const countsUnknown = wish?.requests !== undefined && groups === undefined;
      if (isUnknown || countsUnknown) return [service.serviceArn, { scaling: UNKNOWN, findings }];
      const seen: SeenScaling = {
        tagged: Object.hasOwn(service.tags, `${tagPrefix}:scaling`),
        ...(wish !== undefined && { wish }),
        ...(target !== undefined && { target }),
        policies: policiesOf.get(id) ?? [],
        schedules: schedulesOf.get(id) ?? [],
        ...(hold !== undefined && { hold }),
        groups: requestsGroups(service),
      };
      return [service.serviceArn, { scaling: seen, findings }];
    }),
  );
};
