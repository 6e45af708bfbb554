import { describe, expect, test } from '@jest/globals';
import type { TrackedMetric, TrackingPolicy } from '../../../../shared/core/scaling/observed.ts';
import { isSamePolicy, metricKeyOf, policiesOf, type RequestsGroup } from '../../../../shared/core/scaling/policies.ts';
import type { ScalingWish } from '../../../../shared/core/scaling/wish.ts';
import { aTracking, aWish } from '../../../support/scaling.ts';

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333';
const ALB = `${ACCOUNT}:loadbalancer/app/shop/50dc6c495c0c9188`;
const NLB = `${ACCOUNT}:loadbalancer/net/shop/50dc6c495c0c9188`;
const aGroup = (name: string, says: Partial<RequestsGroup> = {}): RequestsGroup => ({
  arn: `${ACCOUNT}:targetgroup/${name}/5f3a9c1e7d2b4680`,
  loadBalancerArns: [ALB],
  native: false,
  ...says,
});

const cpu: TrackedMetric = { kind: 'predefined', name: 'ECSServiceAverageCPUUtilization' };
const memory: TrackedMetric = { kind: 'predefined', name: 'ECSServiceAverageMemoryUtilization' };
const native: TrackedMetric = {
  kind: 'predefined',
  name: 'ALBRequestCountPerTarget',
  resourceLabel: 'app/shop/50dc6c495c0c9188/targetgroup/web/5f3a9c1e7d2b4680',
};
const counted: TrackedMetric = {
  kind: 'customized',
  namespace: 'AWS/ApplicationELB',
  name: 'RequestCountPerTarget',
  statistic: 'Sum',
  dimensions: { TargetGroup: 'targetgroup/web/5f3a9c1e7d2b4680', LoadBalancer: 'app/shop/50dc6c495c0c9188' },
};

describe('policiesOf', () => {
  const requests = { perMinute: 800 };
  const plain = { scaleInDisabled: false };
  test.each<{ name: string; wish: Partial<ScalingWish>; groups?: RequestsGroup[]; policies: TrackingPolicy[] }>([
    { name: 'bounds alone', wish: {}, policies: [] },
    {
      name: 'cpu',
      wish: { cpuPercent: 60 },
      policies: [{ name: 'taskwire-cpu', metric: cpu, targetValue: 60, ...plain }],
    },
    {
      name: 'memory',
      wish: { memoryPercent: 70 },
      policies: [{ name: 'taskwire-memory', metric: memory, targetValue: 70, ...plain }],
    },
    {
      name: 'cooldowns, zero too',
      wish: { cpuPercent: 60, scaleInSeconds: 300, scaleOutSeconds: 0 },
      policies: [
        { name: 'taskwire-cpu', metric: cpu, targetValue: 60, scaleInSeconds: 300, scaleOutSeconds: 0, ...plain },
      ],
    },
    {
      name: 'requests of a group that ECS fills',
      wish: { requests },
      groups: [aGroup('web', { native: true })],
      policies: [{ name: 'taskwire-requests', metric: native, targetValue: 800, ...plain }],
    },
    {
      name: 'requests of a group that only Taskwire wires',
      wish: { requests },
      groups: [aGroup('web')],
      policies: [{ name: 'taskwire-requests', metric: counted, targetValue: 800, ...plain }],
    },
    {
      name: 'requests of a named group',
      wish: { requests: { ...requests, targetGroupName: 'web' } },
      groups: [aGroup('web-2', { native: true }), aGroup('web')],
      policies: [{ name: 'taskwire-requests', metric: counted, targetValue: 800, ...plain }],
    },
    {
      name: 'an Application Load Balancer beside another',
      wish: { requests },
      groups: [aGroup('web', { loadBalancerArns: [NLB, ALB] })],
      policies: [{ name: 'taskwire-requests', metric: counted, targetValue: 800, ...plain }],
    },
  ])('$name', ({ wish, groups = [], policies }) => {
    expect(policiesOf(aWish(wish), groups)).toEqual({ policies, faults: [], undecided: new Set() });
  });

  test.each<{ name: string; group?: string; groups: RequestsGroup[]; says: string; fix: string }>([
    { name: 'no group', groups: [], says: 'none is wired to the service', fix: 'Wire a target group' },
    {
      name: 'several',
      groups: [aGroup('a'), aGroup('b')],
      says: 'several target groups: a, b',
      fix: 'requests=<number>@a',
    },
    {
      name: 'no such group',
      group: 'c',
      groups: [aGroup('a'), aGroup('b')],
      says: 'no target group named c',
      fix: 'groups: a, b',
    },
    { name: 'no group at all', group: 'c', groups: [], says: 'no target group named c', fix: 'Wire a target group' },
    {
      name: 'attached to nothing',
      groups: [aGroup('a', { loadBalancerArns: [] })],
      says: 'a is attached to no',
      fix: 'Attach the group',
    },
    {
      name: 'behind a Network Load Balancer',
      groups: [aGroup('a', { loadBalancerArns: [NLB] })],
      says: 'a is attached to no',
      fix: 'Attach the group',
    },
  ])('$name: what is there is left', ({ group, groups, says, fix }) => {
    const wish = aWish({
      cpuPercent: 60,
      requests: { perMinute: 800, ...(group !== undefined && { targetGroupName: group }) },
    });
    const { policies, faults, undecided } = policiesOf(wish, groups);
    expect(policies.map(({ name }) => name)).toEqual(['taskwire-cpu']);
    expect(undecided).toEqual(new Set(['taskwire-requests']));
    expect(faults).toMatchObject([
      { rule: 'SCL-4', severity: 'high', summary: expect.stringContaining(says), fix: expect.stringContaining(fix) },
    ]);
  });
});

describe('metricKeyOf', () => {
  test('one key per metric, whatever the order of dimensions', () => {
    expect(metricKeyOf(counted)).toBe(
      metricKeyOf({
        ...counted,
        dimensions: { LoadBalancer: 'app/shop/50dc6c495c0c9188', TargetGroup: 'targetgroup/web/5f3a9c1e7d2b4680' },
      }),
    );
    const keys = [
      cpu,
      memory,
      native,
      { ...native, resourceLabel: 'x' },
      counted,
      { ...counted, statistic: 'Average' },
    ];
    expect(new Set(keys.map(metricKeyOf)).size).toBe(keys.length);
    expect(metricKeyOf({ kind: 'other' })).toBeUndefined();
  });
});

describe('isSamePolicy', () => {
  test.each<{ name: string; differs: Partial<TrackingPolicy>; same?: boolean }>([
    { name: 'nothing', differs: {}, same: true },
    { name: 'the cooldown that AWS takes anyway', differs: { scaleInSeconds: 300, scaleOutSeconds: 300 }, same: true },
    { name: 'a cooldown', differs: { scaleOutSeconds: 60 } },
    { name: 'no cooldown', differs: { scaleInSeconds: 0 } },
    { name: 'the target', differs: { targetValue: 61 } },
    { name: 'the metric', differs: { metric: memory } },
    { name: 'a metric of another shape', differs: { metric: { kind: 'other' } } },
    { name: 'scale-in', differs: { scaleInDisabled: true } },
  ])('$name', ({ differs, same = false }) => {
    expect(isSamePolicy(aTracking(differs), aTracking())).toBe(same);
    expect(isSamePolicy(aTracking(), aTracking(differs))).toBe(same);
  });
});
