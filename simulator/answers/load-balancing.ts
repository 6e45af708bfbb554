import { keyOf } from '../../shared/core/targets/target.ts';
import { AwsError, invalid, targetGroupNotFound } from '../errors.ts';
import { createPager } from '../paging.ts';
import type { Queues } from '../queues.ts';
import type { Random } from '../random.ts';
import type { Action, ElbTag, ElbTargetGroup, ElbTargetHealthDescription } from '../shapes.ts';
import type { ScalableTargetRecord, ServiceRecord, TargetGroupRecord } from '../state.ts';
import type { TargetGroupsInside, TargetGroupsWorld } from '../target-groups.ts';
import type { AnswersTo } from './answer.ts';

type ElbAction = Extract<Action, `elasticloadbalancing:${string}` | `tag:${string}`>;

// A function is only checked where somebody wants it.
const healthCheckOf = ({ targetType, healthCheck }: TargetGroupRecord) =>
  targetType === 'lambda'
    ? { HealthCheckEnabled: false }
    : {
        HealthCheckEnabled: true,
        HealthCheckPort: healthCheck.port,
        HealthCheckProtocol: healthCheck.protocol,
        HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
        HealthyThresholdCount: healthCheck.healthyThreshold,
      };

const describedGroup = (group: TargetGroupRecord): ElbTargetGroup => ({
  TargetGroupArn: group.arn,
  TargetGroupName: group.name,
  TargetType: group.targetType,
  ...(group.protocol !== undefined && { Protocol: group.protocol }),
  ...(group.port !== undefined && { Port: group.port }),
  ...(group.vpcId !== undefined && { VpcId: group.vpcId }),
  ...(group.targetType !== 'lambda' && { IpAddressType: group.ipAddressType }),
  LoadBalancerArns: group.attached ? [group.loadBalancerArn] : [],
  ...healthCheckOf(group),
});

const tagsOf = (tags: ReadonlyMap<string, string>): readonly ElbTag[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

/**
 * Elastic Load Balancing's and the tagging API's answers.
 * Not modelled: attributes other than the deregistration delay, tagged resources other than target groups,
 * services, queues and scalable targets, a tagging API that lags (but it may tell deleted groups).
 */
export const loadBalancingAnswers = ({
  random,
  targetGroups,
  inside,
  services,
  scalableTargets,
  queues,
}: {
  readonly random: Random;
  readonly targetGroups: TargetGroupsWorld;
  readonly inside: TargetGroupsInside;
  readonly services: ReadonlyMap<string, ServiceRecord>;
  readonly scalableTargets: ReadonlyMap<string, ScalableTargetRecord>;
  readonly queues: Queues;
}): AnswersTo<ElbAction> => {
  const groupPages = createPager<TargetGroupRecord>(random);
  const tagPages = createPager<{ readonly arn: string; readonly tags: ReadonlyMap<string, string> }>(random);
  const alive = () => [...targetGroups.groups.values()].filter(({ deleted }) => !deleted);

  return {
    'elasticloadbalancing:DescribeTargetGroups': ({ TargetGroupArns, Names, Marker, PageSize = 400 }) => {
      const action = 'elasticloadbalancing:DescribeTargetGroups';
      if (PageSize < 1 || PageSize > 400) throw invalid(action, 'PageSize must be between 1 and 400');
      const chosen = (): readonly TargetGroupRecord[] => {
        if (TargetGroupArns && TargetGroupArns.length > 0) return TargetGroupArns.map(inside.existing);
        if (!Names || Names.length === 0) return alive();
        return Names.map((name) => {
          const group = alive().find((other) => other.name === name);
          if (!group) throw targetGroupNotFound();
          return group;
        });
      };
      const page = groupPages(chosen, PageSize, Marker);
      if (!page) throw invalid(action, `Invalid marker '${Marker}'`);
      return {
        TargetGroups: page.items.map(describedGroup),
        ...(page.token !== undefined && { NextMarker: page.token }),
      };
    },
    'elasticloadbalancing:DescribeTargetHealth': ({ TargetGroupArn, Targets }) => {
      const group = inside.existing(TargetGroupArn);
      const all: readonly ElbTargetHealthDescription[] = inside
        .seen(group)
        .map(({ id, port, zone, state, reason }) => ({
          Target: { Id: id, Port: port, ...(zone !== undefined && { AvailabilityZone: zone }) },
          HealthCheckPort: String(port),
          TargetHealth: { State: state, ...(reason !== undefined && { Reason: reason }) },
        }));
      if (!Targets || Targets.length === 0) return { TargetHealthDescriptions: all };
      const keyOfElb = (target: { readonly Id: string; readonly Port?: number | undefined }): string =>
        keyOf({ id: target.Id, port: target.Port ?? group.port ?? 80 });
      const byKey = new Map(all.map((description) => [keyOfElb(description.Target), description]));
      return {
        TargetHealthDescriptions: Targets.map(
          (target) =>
            byKey.get(keyOfElb(target)) ?? {
              Target: target,
              HealthCheckPort: String(target.Port ?? group.port ?? 80),
              TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' },
            },
        ),
      };
    },
    'elasticloadbalancing:DescribeTargetGroupAttributes': ({ TargetGroupArn }) => ({
      Attributes: [
        { Key: 'deregistration_delay.timeout_seconds', Value: String(inside.existing(TargetGroupArn).delaySeconds) },
        { Key: 'stickiness.enabled', Value: 'false' },
      ],
    }),
    'elasticloadbalancing:DescribeTags': ({ ResourceArns }) => {
      if (ResourceArns.length > 20) {
        throw invalid('elasticloadbalancing:DescribeTags', 'Up to 20 resources can be described in one call');
      }
      return {
        TagDescriptions: ResourceArns.map((arn) => ({ ResourceArn: arn, Tags: tagsOf(inside.existing(arn).tags) })),
      };
    },
    'elasticloadbalancing:RegisterTargets': ({ TargetGroupArn, Targets }) => {
      inside.register(TargetGroupArn, Targets);
      return {};
    },
    'elasticloadbalancing:DeregisterTargets': ({ TargetGroupArn, Targets }) => {
      inside.deregister(TargetGroupArn, Targets);
      return {};
    },
    'elasticloadbalancing:AddTags': ({ ResourceArns, Tags }) => {
      for (const arn of ResourceArns) inside.existing(arn);
      const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
      for (const arn of ResourceArns) targetGroups.tag(arn, tags);
      return {};
    },
    'elasticloadbalancing:RemoveTags': ({ ResourceArns, TagKeys }) => {
      for (const arn of ResourceArns) inside.existing(arn);
      for (const arn of ResourceArns) targetGroups.untag(arn, TagKeys);
      return {};
    },
    'tag:GetResources': ({ TagFilters = [], ResourceTypeFilters = [], ResourcesPerPage = 100, PaginationToken }) => {
      const kinds = [
        { type: 'elasticloadbalancing:targetgroup', resources: [...targetGroups.groups.values()] },
        { type: 'ecs:service', resources: [...services.values()] },
        { type: 'sqs:queue', resources: queues.all() },
        { type: 'application-autoscaling:scalable-target', resources: [...scalableTargets.values()] },
      ];
      const ofType = (type: string) =>
        ResourceTypeFilters.length === 0 ||
        ResourceTypeFilters.some((filter) => filter === type || filter === type.slice(0, type.indexOf(':')));
      // Filters are ANDed; the values of one filter are ORed; no values: any.
      const matches = ({ tags }: { readonly tags: ReadonlyMap<string, string> }) =>
        tags.size > 0 &&
        TagFilters.every(({ Key, Values = [] }) => {
          const value = tags.get(Key);
          return value !== undefined && (Values.length === 0 || Values.includes(value));
        });
      const all = () => kinds.filter(({ type }) => ofType(type)).flatMap(({ resources }) => resources.filter(matches));
      const page = tagPages(all, ResourcesPerPage, PaginationToken);
      if (!page) {
        throw new AwsError('PaginationTokenExpiredException', 'PaginationTokenExpiredException', 'Token expired', {
          statusCode: 400,
        });
      }
      return {
        ResourceTagMappingList: page.items.map(({ arn, tags }) => ({ ResourceARN: arn, Tags: tagsOf(tags) })),
        PaginationToken: page.token ?? '',
      };
    },
  };
};
