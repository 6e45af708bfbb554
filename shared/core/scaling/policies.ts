import type { Fault } from '../fault.ts';
import { targetGroupNameOf } from '../task/arn.ts';
import { noRequestsGroup } from './findings.ts';
import type { TrackedMetric, TrackingPolicy } from './observed.ts';
import type { ScalingWish } from './wish.ts';

/** A target group whose requests a service's tasks answer. */
export interface RequestsGroup {
  readonly arn: string;
  /** Load balancers that send to it; AWS allows one. */
  readonly loadBalancerArns: readonly string[];
  /** ECS itself fills it; otherwise only Taskwire does. */
  readonly native: boolean;
}

const CPU = 'ECSServiceAverageCPUUtilization';
const MEMORY = 'ECSServiceAverageMemoryUtilization';
const REQUESTS = 'ALBRequestCountPerTarget';

const tailOf = (arn: string, from: string): string => arn.slice(arn.indexOf(from));

/**
 * The metric of requests per target. Application Auto Scaling takes its predefined one only for a group that ECS is
 * attached to; for a group that only Taskwire wires, the same number comes from CloudWatch.
 */
const requestsMetric = ({ arn, native }: RequestsGroup, loadBalancerArn: string): TrackedMetric => {
  const loadBalancer = tailOf(loadBalancerArn, ':loadbalancer/').slice(':loadbalancer/'.length);
  const targetGroup = tailOf(arn, ':targetgroup/').slice(1);
  if (native) return { kind: 'predefined', name: REQUESTS, resourceLabel: `${loadBalancer}/${targetGroup}` };
  return {
    kind: 'customized',
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCountPerTarget',
    statistic: 'Sum',
    dimensions: { TargetGroup: targetGroup, LoadBalancer: loadBalancer },
  };
};

const pickGroup = (
  name: string | undefined,
  groups: readonly RequestsGroup[],
): { readonly group: RequestsGroup; readonly loadBalancerArn: string } | Fault => {
  const named = name === undefined ? groups : groups.filter(({ arn }) => targetGroupNameOf(arn) === name);
  const names = groups.map(({ arn }) => targetGroupNameOf(arn)).join(', ');
  const [group, another] = named;
  if (group === undefined) {
    return noRequestsGroup(
      name === undefined
        ? 'requests needs a target group, and none is wired to the service.'
        : `The service is in no target group named ${name}.`,
      names === ''
        ? 'Wire a target group of an Application Load Balancer to the service, or take requests out of the tag.'
        : `Use one of the service's groups: ${names}.`,
    );
  }
  if (another !== undefined) {
    return noRequestsGroup(
      `requests could count those of several target groups: ${names}.`,
      `Name one: requests=<number>@${targetGroupNameOf(group.arn)}.`,
    );
  }
  const loadBalancerArn = group.loadBalancerArns.find((arn) => arn.includes(':loadbalancer/app/'));
  return loadBalancerArn === undefined
    ? noRequestsGroup(
        `${targetGroupNameOf(group.arn)} is attached to no Application Load Balancer, so nothing counts its requests.`,
        'Attach the group to a listener of an Application Load Balancer, or take requests out of the tag.',
      )
    : { group, loadBalancerArn };
};

/** The policies that a wish comes to, and what keeps one of them from being. */
export interface WantedPolicies {
  readonly policies: readonly TrackingPolicy[];
  readonly faults: readonly Fault[];
  /** `taskwire-requests` is wished for and cannot be decided now: leave what is there. */
  readonly undecided: ReadonlySet<string>;
}

/**
 * The target-tracking policies of a wish.
 * @param groups The target groups that the service's tasks are in, natively or wired.
 */
export const policiesOf = (wish: ScalingWish, groups: readonly RequestsGroup[]): WantedPolicies => {
  const cooldowns = {
    ...(wish.scaleInSeconds !== undefined && { scaleInSeconds: wish.scaleInSeconds }),
    ...(wish.scaleOutSeconds !== undefined && { scaleOutSeconds: wish.scaleOutSeconds }),
    scaleInDisabled: false,
  };
  const policies: TrackingPolicy[] = [];
  const predefined = (name: string, metric: string, targetValue: number | undefined): void => {
    if (targetValue === undefined) return;
    policies.push({ name, metric: { kind: 'predefined', name: metric }, targetValue, ...cooldowns });
  };
  predefined('taskwire-cpu', CPU, wish.cpuPercent);
  predefined('taskwire-memory', MEMORY, wish.memoryPercent);
  if (wish.requests === undefined) return { policies, faults: [], undecided: new Set() };
  const picked = pickGroup(wish.requests.targetGroupName, groups);
  if ('rule' in picked) return { policies, faults: [picked], undecided: new Set(['taskwire-requests']) };
  policies.push({
    name: 'taskwire-requests',
    metric: requestsMetric(picked.group, picked.loadBalancerArn),
    targetValue: wish.requests.perMinute,
    ...cooldowns,
  });
  return { policies, faults: [], undecided: new Set() };
};

const dimensionsText = (metric: TrackedMetric): string =>
  metric.kind === 'customized'
    ? Object.entries(metric.dimensions)
        .map(([name, value]) => `${name}=${value}`)
        .toSorted()
        .join(' ')
    : '';

/** What a metric measures, as text; two policies on one metric fight. `undefined` where Taskwire cannot tell. */
export const metricKeyOf = (metric: TrackedMetric): string | undefined => {
  if (metric.kind === 'other') return undefined;
  return metric.kind === 'predefined'
    ? `${metric.name} ${metric.resourceLabel ?? ''}`.trim()
    : `${metric.namespace} ${metric.name} ${metric.statistic} ${dimensionsText(metric)}`;
};

/** Application Auto Scaling's own cooldown. */
const DEFAULT_COOLDOWN_SECONDS = 300;

/** Whether a policy is already what is wanted; a cooldown that is not told is Application Auto Scaling's own. */
export const isSamePolicy = (a: TrackingPolicy, b: TrackingPolicy): boolean =>
  metricKeyOf(a.metric) === metricKeyOf(b.metric) &&
  a.targetValue === b.targetValue &&
  (a.scaleInSeconds ?? DEFAULT_COOLDOWN_SECONDS) === (b.scaleInSeconds ?? DEFAULT_COOLDOWN_SECONDS) &&
  (a.scaleOutSeconds ?? DEFAULT_COOLDOWN_SECONDS) === (b.scaleOutSeconds ?? DEFAULT_COOLDOWN_SECONDS) &&
  a.scaleInDisabled === b.scaleInDisabled;
