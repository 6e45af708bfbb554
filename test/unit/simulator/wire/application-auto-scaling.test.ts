import {
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
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
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { serveWorld, type WireServer } from '../../../../simulator/wire/server.ts';
import { addService, createTown } from '../arrange.ts';
import { clientsOf } from './clients.ts';

let server: WireServer | undefined;
afterEach(() => server?.close());

const web = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/production/web',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

const createWire = async () => {
  const town = createTown();
  const service = addService(town, 'web', 4);
  server = await serveWorld(town.world);
  return { ...clientsOf(server.endpoint), world: town.world, service };
};

describe('Application Auto Scaling over AWS JSON 1.1', () => {
  test('registers, describes and deregisters scalable targets', async () => {
    const { scaling, service } = await createWire();
    const { ScalableTargetARN } = await scaling.send(
      new RegisterScalableTargetCommand({ ...web, MinCapacity: 2, MaxCapacity: 20, Tags: { team: 'a' } }),
    );
    const SuspendedState = {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: true,
      ScheduledScalingSuspended: false,
    };
    await scaling.send(new RegisterScalableTargetCommand({ ...web, MinCapacity: 5, SuspendedState }));
    expect(service.desiredCount).toBe(5);
    const { ScalableTargets = [] } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [web.ResourceId] }),
    );
    expect(ScalableTargets).toMatchObject([
      { ...web, MinCapacity: 5, MaxCapacity: 20, SuspendedState, ScalableTargetARN, CreationTime: expect.any(Date) },
    ]);
    await scaling.send(new DeregisterScalableTargetCommand(web));
    await expect(scaling.send(new DeregisterScalableTargetCommand(web))).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
    });
  });

  test('puts, describes and deletes policies and scheduled actions', async () => {
    const { scaling, world } = await createWire();
    world.scaling.register(web.ResourceId, { min: 1, max: 9 });
    const configuration = {
      TargetValue: 62.5,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' as const },
      ScaleInCooldown: 60,
      DisableScaleIn: false,
    };
    await scaling.send(
      new PutScalingPolicyCommand({
        ...web,
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: configuration,
      }),
    );
    const policies = await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
    expect(policies.ScalingPolicies).toMatchObject([
      {
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: configuration,
      },
    ]);
    await scaling.send(
      new PutScheduledActionCommand({
        ...web,
        ScheduledActionName: 'day',
        Schedule: 'cron(0 8 ? * MON-FRI *)',
        Timezone: 'Europe/Berlin',
        StartTime: new Date('2026-03-03T00:00:00Z'),
        ScalableTargetAction: { MinCapacity: 6 },
      }),
    );
    const actions = await scaling.send(new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs' }));
    expect(actions.ScheduledActions).toMatchObject([
      {
        ScheduledActionName: 'day',
        Timezone: 'Europe/Berlin',
        StartTime: new Date('2026-03-03T00:00:00Z'),
        ScalableTargetAction: { MinCapacity: 6 },
      },
    ]);
    await scaling.send(new DeleteScalingPolicyCommand({ ...web, PolicyName: 'cpu' }));
    await scaling.send(new DeleteScheduledActionCommand({ ...web, ScheduledActionName: 'day' }));
    expect(world.scaling.targets.get(web.ResourceId)).toMatchObject({ policies: new Map(), schedules: new Map() });
    await expect(scaling.send(new DeleteScalingPolicyCommand({ ...web, PolicyName: 'cpu' }))).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('tags scalable targets', async () => {
    const { scaling, world } = await createWire();
    const { arn: ResourceARN } = world.scaling.register(web.ResourceId, { min: 1, max: 9 });
    await scaling.send(new TagResourceCommand({ ResourceARN, Tags: { a: '1', b: '2' } }));
    await scaling.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    expect((await scaling.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual({ b: '2' });
  });

  test('refuses pages that are too large, and what is of the wrong type', async () => {
    const { scaling } = await createWire();
    await expect(
      scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs', MaxResults: 11 })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(
      scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', NextToken: 'mine' })),
    ).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
    await expect(
      scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb' })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

test('ECS takes another desired count over AWS JSON 1.1', async () => {
  const { ecs, service } = await createWire();
  const answer = await ecs.send(new UpdateServiceCommand({ cluster: 'production', service: 'web', desiredCount: 6 }));
  expect(answer.service).toMatchObject({ desiredCount: 6, schedulingStrategy: 'REPLICA', launchType: 'FARGATE' });
  expect(service.desiredCount).toBe(6);
});
