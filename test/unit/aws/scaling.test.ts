import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createScaling } from '../../../shared/aws/scaling.ts';
import type { TrackingPolicy } from '../../../shared/core/scaling/observed.ts';
import { TaskwireError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const RESOURCE = 'service/production/web';
const TARGET = 'arn:aws:application-autoscaling:eu-west-1:111122223333:scalable-target/0ec5';
const OF = { ServiceNamespace: 'ecs', ResourceId: RESOURCE, ScalableDimension: 'ecs:service:DesiredCount' } as const;
const CPU: TrackingPolicy = {
  name: 'taskwire-cpu',
  metric: { kind: 'predefined', name: 'ECSServiceAverageCPUUtilization' },
  targetValue: 60,
  scaleInDisabled: false,
};

const aas = mockClient(ApplicationAutoScalingClient);
const tagging = mockClient(ResourceGroupsTaggingAPIClient);
const scaling = createScaling(
  createClients({ budgets: createCallBudgets({ clock: createFakeClock() }), connection: { region: 'eu-west-1' } }),
);
beforeEach(() => {
  aas.reset();
  tagging.reset();
});

test('targets are asked 50 per call, with all three flags of their suspension', async () => {
  aas.on(DescribeScalableTargetsCommand).callsFake(({ ResourceIds = [] }: { ResourceIds?: string[] }) => ({
    ScalableTargets: ResourceIds.filter((id) => id !== 'service/production/s3').map((ResourceId) => ({
      ...OF,
      ResourceId,
      ScalableTargetARN: TARGET,
      MinCapacity: 0,
      MaxCapacity: 9,
      SuspendedState: { DynamicScalingOutSuspended: true },
    })),
  }));
  const ids = Array.from({ length: 60 }, (_, n) => `service/production/s${n}`);
  const targets = await scaling.targets([...ids, ids[0] ?? '']);
  expect(targets).toHaveLength(59);
  expect(targets[0]).toEqual({
    arn: TARGET,
    resourceId: ids[0],
    min: 0,
    max: 9,
    suspended: { scaleIn: false, scaleOut: true, scheduled: false },
  });
  const inputs = aas.commandCalls(DescribeScalableTargetsCommand).map((call) => call.args[0].input);
  expect(inputs.map((input) => input.ResourceIds?.length)).toEqual([50, 10]);
  expect(await scaling.targets([])).toEqual([]);
  expect(aas.commandCalls(DescribeScalableTargetsCommand)).toHaveLength(2);
});

test('policies are read over all pages; only target-tracking ones are told in full', async () => {
  const cpu = {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
  };
  const policy = (PolicyName: string, configuration?: object, more: object = {}) => ({
    ...OF,
    PolicyName,
    PolicyType: configuration ? ('TargetTrackingScaling' as const) : ('StepScaling' as const),
    ...(configuration && { TargetTrackingScalingPolicyConfiguration: { TargetValue: 5, ...configuration } }),
    ...more,
  });
  const custom = {
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'RequestCountPerTarget',
    Statistic: 'Sum' as const,
    Dimensions: [
      { Name: 'TargetGroup', Value: 'targetgroup/web/1' },
      { Name: 'LoadBalancer', Value: 'app/web/2' },
    ],
  };
  aas
    .on(DescribeScalingPoliciesCommand)
    .resolvesOnce({ ScalingPolicies: [policy('taskwire-cpu', cpu), policy('steps')], NextToken: 'two' } as object)
    .resolves({
      ScalingPolicies: [
        policy('label', {
          PredefinedMetricSpecification: {
            PredefinedMetricType: 'ALBRequestCountPerTarget',
            ResourceLabel: 'app/a/1/targetgroup/b/2',
          },
          ScaleInCooldown: 0,
          ScaleOutCooldown: 30,
          DisableScaleIn: true,
        }),
        policy('custom', { CustomizedMetricSpecification: custom }),
        policy('unit', { CustomizedMetricSpecification: { ...custom, Unit: 'Count' } }),
        policy('math', { CustomizedMetricSpecification: { Metrics: [{ Id: 'm1' }] } }),
        policy('elsewhere', cpu, { ScalableDimension: 'ecs:other:Thing' }),
      ],
    } as object);
  expect(await scaling.policies()).toEqual([
    { resourceId: RESOURCE, name: 'taskwire-cpu', tracking: CPU },
    { resourceId: RESOURCE, name: 'steps', kind: 'step' },
    {
      resourceId: RESOURCE,
      name: 'label',
      tracking: {
        name: 'label',
        metric: {
          kind: 'predefined',
          name: 'ALBRequestCountPerTarget',
          resourceLabel: 'app/a/1/targetgroup/b/2',
        },
        targetValue: 5,
        scaleInSeconds: 0,
        scaleOutSeconds: 30,
        scaleInDisabled: true,
      },
    },
    {
      resourceId: RESOURCE,
      name: 'custom',
      tracking: {
        name: 'custom',
        metric: {
          kind: 'customized',
          namespace: 'AWS/ApplicationELB',
          name: 'RequestCountPerTarget',
          statistic: 'Sum',
          dimensions: { TargetGroup: 'targetgroup/web/1', LoadBalancer: 'app/web/2' },
        },
        targetValue: 5,
        scaleInDisabled: false,
      },
    },
    ...['unit', 'math'].map((name) => ({
      resourceId: RESOURCE,
      name,
      tracking: { name, metric: { kind: 'other' }, targetValue: 5, scaleInDisabled: false },
    })),
  ]);
  // The dimension is refused without an id.
  expect(aas.commandCalls(DescribeScalingPoliciesCommand).map((call) => call.args[0].input)).toEqual([
    { ServiceNamespace: 'ecs', MaxResults: 10 },
    { ServiceNamespace: 'ecs', MaxResults: 10, NextToken: 'two' },
  ]);
  await scaling.policies(RESOURCE);
  expect(aas.commandCalls(DescribeScalingPoliciesCommand)[2]?.args[0].input).toEqual({ ...OF, MaxResults: 10 });
});

test('schedules: one-time ones as a moment, all others as AWS writes them', async () => {
  const action = (ScheduledActionName: string, more: object) => ({
    ...OF,
    ScheduledActionName,
    ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 4 },
    ...more,
  });
  aas
    .on(DescribeScheduledActionsCommand)
    .resolvesOnce({
      ScheduledActions: [
        action('hours', { Schedule: 'cron(0 8 ? * MON *)', Timezone: 'Europe/Berlin' }),
        action('once', { Schedule: 'at(2026-11-20T18:00:05)' }),
      ],
      NextToken: 'two',
    } as object)
    .resolves({
      ScheduledActions: [
        action('berlin', { Schedule: 'at(2026-11-20T18:00:05)', Timezone: 'Europe/Berlin' }),
        action('odd', { Schedule: 'at(2026-13-20T18:00:05)', ScalableTargetAction: { MaxCapacity: 2 } }),
        action('rate', { Schedule: 'rate(1 hour)', EndTime: new Date('2026-12-01T00:00:00Z') }),
      ],
    } as object);
  const bounds = { min: 1, max: 4 };
  expect(await scaling.schedules()).toEqual([
    {
      resourceId: RESOURCE,
      name: 'hours',
      schedule: { kind: 'recurring', expression: 'cron(0 8 ? * MON *)', zone: 'Europe/Berlin' },
      ...bounds,
    },
    {
      resourceId: RESOURCE,
      name: 'once',
      schedule: { kind: 'once', atMs: Date.UTC(2026, 10, 20, 18, 0, 5) },
      ...bounds,
    },
    {
      resourceId: RESOURCE,
      name: 'berlin',
      schedule: { kind: 'recurring', expression: 'at(2026-11-20T18:00:05)', zone: 'Europe/Berlin' },
      ...bounds,
    },
    {
      resourceId: RESOURCE,
      name: 'odd',
      schedule: { kind: 'recurring', expression: 'at(2026-13-20T18:00:05)', zone: 'UTC' },
      max: 2,
    },
    {
      resourceId: RESOURCE,
      name: 'rate',
      schedule: { kind: 'recurring', expression: 'rate(1 hour) until 2026-12-01T00:00:00.000Z', zone: 'UTC' },
      endsAtMs: Date.UTC(2026, 11, 1),
      ...bounds,
    },
  ]);
  expect(aas.commandCalls(DescribeScheduledActionsCommand)[0]?.args[0].input).toEqual({
    ServiceNamespace: 'ecs',
    MaxResults: 50,
  });
});

test('a page that fails is an error: what it misses would be written again', async () => {
  aas
    .on(DescribeScheduledActionsCommand)
    .resolvesOnce({ ScheduledActions: [], NextToken: 'two' })
    .rejects(Object.assign(new Error('no'), { name: 'InvalidNextTokenException', $fault: 'client' }));
  await expect(scaling.schedules()).rejects.toBeInstanceOf(TaskwireError);
});

test('a target is written with its bounds, its suspension, or both; of a suspension all three flags', async () => {
  await scaling.putTarget(RESOURCE, { bounds: { min: 0, max: 5 } });
  await scaling.putTarget(RESOURCE, { suspension: { scaleIn: false, scaleOut: true, scheduled: false } });
  expect(aas.commandCalls(RegisterScalableTargetCommand).map((call) => call.args[0].input)).toEqual([
    { ...OF, MinCapacity: 0, MaxCapacity: 5 },
    {
      ...OF,
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: true,
        ScheduledScalingSuspended: false,
      },
    },
  ]);
});

test('policies are written whole', async () => {
  await scaling.putPolicy(RESOURCE, { ...CPU, scaleInSeconds: 0, scaleOutSeconds: 60 });
  await scaling.putPolicy(RESOURCE, {
    name: 'taskwire-requests',
    metric: { kind: 'predefined', name: 'ALBRequestCountPerTarget', resourceLabel: 'app/a/1/targetgroup/b/2' },
    targetValue: 800,
    scaleInDisabled: false,
  });
  await scaling.putPolicy(RESOURCE, {
    name: 'taskwire-requests',
    metric: {
      kind: 'customized',
      namespace: 'AWS/ApplicationELB',
      name: 'RequestCountPerTarget',
      statistic: 'Sum',
      dimensions: { TargetGroup: 'targetgroup/b/2', LoadBalancer: 'app/a/1' },
    },
    targetValue: 800,
    scaleInDisabled: false,
  });
  const inputs = aas.commandCalls(PutScalingPolicyCommand).map((call) => call.args[0].input);
  expect(inputs[0]).toEqual({
    ...OF,
    PolicyName: 'taskwire-cpu',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      ScaleInCooldown: 0,
      ScaleOutCooldown: 60,
      DisableScaleIn: false,
    },
  });
  expect(inputs.slice(1).map((input) => input.TargetTrackingScalingPolicyConfiguration)).toEqual([
    {
      TargetValue: 800,
      DisableScaleIn: false,
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: 'app/a/1/targetgroup/b/2',
      },
    },
    {
      TargetValue: 800,
      DisableScaleIn: false,
      CustomizedMetricSpecification: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCountPerTarget',
        Statistic: 'Sum',
        Dimensions: [
          { Name: 'TargetGroup', Value: 'targetgroup/b/2' },
          { Name: 'LoadBalancer', Value: 'app/a/1' },
        ],
      },
    },
  ]);
});

test.each([
  { kind: 'other' as const },
  { kind: 'predefined' as const, name: 'DynamoDBReadCapacityUtilization' },
  { kind: 'customized' as const, namespace: 'a', name: 'b', statistic: 'p99', dimensions: {} },
])('a metric that is only read is not written: %j', async (metric) => {
  const writing = scaling.putPolicy(RESOURCE, { ...CPU, metric });
  await expect(writing).rejects.toThrow(/taskwire-cpu follows a metric that Taskwire can read but not write/);
  await expect(writing).rejects.toMatchObject({ disposition: 'fail' });
  expect(aas.commandCalls(PutScalingPolicyCommand)).toHaveLength(0);
});

test('schedules are written with their zone; a moment in UTC', async () => {
  await scaling.putSchedule({
    resourceId: RESOURCE,
    name: 'taskwire-hours-1-start',
    schedule: { kind: 'recurring', expression: 'cron(0 8 ? * MON *)', zone: 'Europe/Berlin' },
    min: 0,
    max: 4,
  });
  await scaling.putSchedule({
    resourceId: RESOURCE,
    name: 'taskwire-spot-restore',
    schedule: { kind: 'once', atMs: Date.UTC(2026, 10, 20, 18, 0, 5) },
    max: 4,
  });
  expect(aas.commandCalls(PutScheduledActionCommand).map((call) => call.args[0].input)).toEqual([
    {
      ...OF,
      ScheduledActionName: 'taskwire-hours-1-start',
      Schedule: 'cron(0 8 ? * MON *)',
      Timezone: 'Europe/Berlin',
      ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 4 },
    },
    {
      ...OF,
      ScheduledActionName: 'taskwire-spot-restore',
      Schedule: 'at(2026-11-20T18:00:05)',
      Timezone: 'UTC',
      ScalableTargetAction: { MaxCapacity: 4 },
    },
  ]);
});

test('tags: of one target from Application Auto Scaling, of all from the tagging API', async () => {
  const tags = { 'taskwire:hold': 'in=false out=false scheduled=false for=crash since=1' };
  aas.on(ListTagsForResourceCommand).resolves({ Tags: tags });
  tagging.on(GetResourcesCommand).resolves({
    ResourceTagMappingList: [{ ResourceARN: TARGET, Tags: [{ Key: 'taskwire:hold', Value: tags['taskwire:hold'] }] }],
  });
  expect(await scaling.tags(TARGET)).toEqual(tags);
  expect(await scaling.tagged('taskwire:hold')).toEqual(new Map([[TARGET, tags]]));
  expect(tagging.commandCalls(GetResourcesCommand)[0]?.args[0].input).toMatchObject({
    ResourceTypeFilters: ['application-autoscaling:scalable-target'],
    TagFilters: [{ Key: 'taskwire:hold' }],
  });
  await scaling.tag(TARGET, tags);
  await scaling.untag(TARGET, ['taskwire:hold']);
  expect(aas.commandCalls(TagResourceCommand)[0]?.args[0].input).toEqual({ ResourceARN: TARGET, Tags: tags });
  expect(aas.commandCalls(UntagResourceCommand)[0]?.args[0].input).toEqual({
    ResourceARN: TARGET,
    TagKeys: ['taskwire:hold'],
  });
});

test('deleting what is gone is done', async () => {
  const gone = (name: string) =>
    Object.assign(new Error('No such thing'), { name, $metadata: { httpStatusCode: 400 } });
  aas.on(DeleteScalingPolicyCommand).rejects(gone('ObjectNotFoundException'));
  aas.on(DeleteScheduledActionCommand).rejects(gone('ObjectNotFoundException'));
  aas.on(UntagResourceCommand).rejects(gone('ResourceNotFoundException'));
  await scaling.deletePolicy(RESOURCE, 'taskwire-cpu');
  await scaling.deleteSchedule(RESOURCE, 'taskwire-hours-1-start');
  await scaling.untag(TARGET, ['taskwire:hold']);
  expect(aas.commandCalls(DeleteScalingPolicyCommand)[0]?.args[0].input).toEqual({
    ...OF,
    PolicyName: 'taskwire-cpu',
  });
  expect(aas.commandCalls(DeleteScheduledActionCommand)[0]?.args[0].input).toEqual({
    ...OF,
    ScheduledActionName: 'taskwire-hours-1-start',
  });
});
