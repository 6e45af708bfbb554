import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateServiceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { CreateListenerCommand, CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Outcome } from '../../shared/core/outcome.ts';
import { loadEvent } from '../support/load-event.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { createTargetTags } from './target-tags.ts';
import { describeWithPython } from './with-python.ts';

const MUTATING = [
  'RegisterScalableTarget',
  'DeregisterScalableTarget',
  'PutScalingPolicy',
  'DeleteScalingPolicy',
  'PutScheduledAction',
  'DeleteScheduledAction',
  'TagResource',
  'UntagResource',
  'UpdateService',
];
const OF_SERVICE = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

const isOutcome = (value: unknown): value is Outcome =>
  typeof value === 'object' && value !== null && 'changes' in value && 'held' in value && 'calls' in value;

const actionsOf = ({ changes }: Outcome): readonly string[] =>
  changes.map(({ action, applied }) => (applied ? action : `${action} (not applied)`));

// What moto 5.2.5 cannot show of scaling, found by trying, and where it is shown instead (test/scenario and
// test/contract, on the simulator): an update that moves the desired count; schedules that strike and policies that
// scale; refusals of bounds the wrong way round, of policies without a scalable target, of quotas; deleting what is gone
// (it says ValidationException, AWS ObjectNotFoundException); a group that moves to another load balancer, since its
// first stays. It has no tags of scalable targets: the loopback front of
// these tests keeps them.
//
// One account and one warm instance for all: each test has a service of its own.
describeWithPython('the built adjust-scaling against moto', (python) => {
  let moto: Moto;
  let proxy: CountingProxy;
  let world: MotoWorld;
  let scaling: ApplicationAutoScalingClient;
  let instance: FunctionInstance;
  const targetTags = createTargetTags();

  const arnOf = (service: string): string =>
    `arn:aws:ecs:${world.region}:123456789012:service/${world.cluster}/${service}`;
  const idOf = (service: string): string => `service/${world.cluster}/${service}`;
  const keyOf = (service: string) => ({ ...OF_SERVICE, ResourceId: idOf(service) });
  const invoke = async (input: object): Promise<Outcome> => {
    proxy.reset();
    const outcome = await instance.invoke(input);
    if (!isOutcome(outcome)) throw new Error(`not an Outcome: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const sweep = (service: string): Promise<Outcome> => invoke({ dryRun: false, cluster: world.cluster, service });
  const mutatingCalls = (): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.entries(proxy.counts()).filter(([action]) => MUTATING.includes(action)));

  const tag = async (service: string, tags: Readonly<Record<string, string>>): Promise<void> => {
    await world.ecs.send(
      new TagResourceCommand({
        resourceArn: arnOf(service),
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      }),
    );
  };
  /** A service that runs `count` tasks, as far as moto counts them. */
  const create = async (service: string, count: number, tags: Readonly<Record<string, string>>): Promise<void> => {
    await world.createService(service, 8080);
    await world.ecs.send(new UpdateServiceCommand({ cluster: world.cluster, service, desiredCount: count }));
    await tag(service, tags);
  };
  const targetOf = async (service: string) => {
    const answer = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [idOf(service)] }),
    );
    return answer.ScalableTargets?.[0];
  };
  const policiesOf = async (service: string) => {
    const answer = await scaling.send(new DescribeScalingPoliciesCommand(keyOf(service)));
    return new Map(
      (answer.ScalingPolicies ?? []).map((policy) => [
        policy.PolicyName,
        policy.TargetTrackingScalingPolicyConfiguration,
      ]),
    );
  };
  const schedulesOf = async (service: string) => {
    const answer = await scaling.send(new DescribeScheduledActionsCommand(keyOf(service)));
    return new Map((answer.ScheduledActions ?? []).map((action) => [action.ScheduledActionName, action]));
  };

  beforeAll(async () => {
    moto = await startMoto(python);
    proxy = await startCountingProxy(moto.endpoint, targetTags.answerFor);
    world = await createMotoWorld(moto);
    scaling = new ApplicationAutoScalingClient(motoSettings(moto.endpoint));
    instance = await startFunction('adjust-scaling', {
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  }, 120_000);

  afterAll(async () => {
    await instance?.stop();
    scaling?.destroy();
    await proxy?.close();
    await moto?.stop();
  });

  test('makes scalable target, policies and schedules from the tags; a second sweep changes nothing', async () => {
    await create('shop', 3, {
      'taskwire:scaling': 'min=2 max=20 cpu=60 memory=70 in=300 out=60',
      // The same bounds inside and outside: which hold does not depend on when the test runs.
      'taskwire:hours': 'Mon-Fri 08:00-20:00 Europe/Berlin min=2 max=20',
    });
    const plan = await invoke({ dryRun: true, cluster: world.cluster, service: 'shop' });
    expect(actionsOf(plan)).toEqual(
      ['put-target', 'put-policy', 'put-policy', 'put-schedule', 'put-schedule'].map((each) => `${each} (not applied)`),
    );
    expect(mutatingCalls()).toEqual({});

    const first = await sweep('shop');
    expect(actionsOf(first)).toEqual(['put-target', 'put-policy', 'put-policy', 'put-schedule', 'put-schedule']);
    expect(first.changes.every(({ resource }) => resource === arnOf('shop'))).toBe(true);
    expect(mutatingCalls()).toEqual({ RegisterScalableTarget: 1, PutScalingPolicy: 2, PutScheduledAction: 2 });
    expect(await targetOf('shop')).toMatchObject({ MinCapacity: 2, MaxCapacity: 20 });
    const policies = await policiesOf('shop');
    expect([...policies.keys()].sort()).toEqual(['taskwire-cpu', 'taskwire-memory']);
    expect(policies.get('taskwire-cpu')).toEqual({
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      ScaleInCooldown: 300,
      ScaleOutCooldown: 60,
      DisableScaleIn: false,
    });
    const schedules = await schedulesOf('shop');
    expect([...schedules.values()].map(({ Schedule, Timezone }) => [Schedule, Timezone]).sort()).toEqual([
      ['cron(0 20 ? * MON,TUE,WED,THU,FRI *)', 'Europe/Berlin'],
      ['cron(0 8 ? * MON,TUE,WED,THU,FRI *)', 'Europe/Berlin'],
    ]);
    expect(schedules.get('taskwire-hours-1-start')?.ScalableTargetAction).toEqual({ MinCapacity: 2, MaxCapacity: 20 });

    const second = await sweep('shop');
    expect(second).toMatchObject({ changes: [], held: [], findings: [] });
    expect(mutatingCalls()).toEqual({});
    // In its outcome stand exactly the calls that went over the wire.
    const told = Object.entries(second.calls).map(([call, count]) => [call.split(':')[1], count]);
    expect(proxy.counts()).toEqual(
      told.reduce<Record<string, number>>((sum, [name, count]) => {
        sum[`${name}`] = (sum[`${name}`] ?? 0) + Number(count);
        return sum;
      }, {}),
    );
  });

  test('writes only what differs, and leaves what a person made and suspended', async () => {
    await create('drift', 3, { 'taskwire:scaling': 'min=1 max=8 cpu=60' });
    await sweep('drift');
    await scaling.send(
      new RegisterScalableTargetCommand({
        ...keyOf('drift'),
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
      }),
    );
    const persons = {
      ...keyOf('drift'),
      PolicyType: 'TargetTrackingScaling' as const,
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 70,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' as const },
      },
    };
    await scaling.send(new PutScalingPolicyCommand({ ...persons, PolicyName: 'by-hand' }));
    await scaling.send(
      new PutScheduledActionCommand({
        ...keyOf('drift'),
        ScheduledActionName: 'by-hand',
        Schedule: 'cron(0 6 * * ? *)',
        ScalableTargetAction: { MinCapacity: 2 },
      }),
    );
    expect(actionsOf(await sweep('drift'))).toEqual([]);

    await tag('drift', { 'taskwire:scaling': 'min=1 max=9 cpu=50 memory=70' });
    const outcome = await sweep('drift');
    expect(mutatingCalls()).toEqual({ RegisterScalableTarget: 1, PutScalingPolicy: 1 });
    expect(outcome.findings).toMatchObject([
      { rule: 'SCL-2', summary: expect.stringContaining('by-hand') },
      { rule: 'SCL-3', summary: expect.stringContaining('by-hand') },
    ]);
    expect(await targetOf('drift')).toMatchObject({
      MaxCapacity: 9,
      SuspendedState: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: false },
    });
    expect((await policiesOf('drift')).get('taskwire-cpu')).toMatchObject({ TargetValue: 50 });
    expect((await policiesOf('drift')).get('by-hand')).toMatchObject({ TargetValue: 70 });

    await world.ecs.send(new UntagResourceCommand({ resourceArn: arnOf('drift'), tagKeys: ['taskwire:scaling'] }));
    expect(actionsOf(await invoke(loadEvent('scheduled/sweep')))).toEqual(['delete-policy']);
    expect([...(await policiesOf('drift')).keys()]).toEqual(['by-hand']);
    expect([...(await schedulesOf('drift')).keys()]).toEqual(['by-hand']);
    expect(await targetOf('drift')).toMatchObject({ MinCapacity: 1, MaxCapacity: 9 });
  });

  test('scales on the requests of a group that only Taskwire wires', async () => {
    await create('web', 3, { 'taskwire:scaling': 'min=1 max=8 requests=800' });
    const groupArn = await world.createTargetGroup('web', { 'taskwire:service': `${world.cluster}/web` });
    const without = await sweep('web');
    expect(actionsOf(without)).toEqual(['put-target']);
    expect(without.findings).toMatchObject([{ rule: 'SCL-4' }]);

    const balancer = await world.elb.send(
      new CreateLoadBalancerCommand({ Name: 'front', Subnets: [world.subnetId], Type: 'application' }),
    );
    const balancerArn = present(balancer.LoadBalancers?.[0]?.LoadBalancerArn);
    await world.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancerArn,
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: groupArn }],
      }),
    );
    expect(actionsOf(await sweep('web'))).toEqual(['put-policy']);
    expect((await policiesOf('web')).get('taskwire-requests')).toEqual({
      TargetValue: 800,
      CustomizedMetricSpecification: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCountPerTarget',
        Statistic: 'Sum',
        Dimensions: expect.arrayContaining([
          { Name: 'TargetGroup', Value: groupArn.slice(groupArn.indexOf('targetgroup/')) },
          { Name: 'LoadBalancer', Value: balancerArn.slice(balancerArn.indexOf('app/')) },
        ]),
      },
      DisableScaleIn: false,
    });
    expect(actionsOf(await sweep('web'))).toEqual([]);
    expect(mutatingCalls()).toEqual({});
  });

  test('holds what would move the count too far, and changes nothing for a wrong tag', async () => {
    await create('braked', 1, { 'taskwire:scaling': 'min=5 max=8 cpu=60' });
    const outcome = await sweep('braked');
    expect(outcome.changes).toEqual([]);
    expect(outcome.held.map(({ action }) => action)).toEqual(['put-target', 'put-policy']);
    expect(outcome.held[0]?.reason).toMatch(/brake: the desired count would rise by 4 of 1/);

    await tag('braked', { 'taskwire:scaling': 'min=9 max=8' });
    const wrong = await sweep('braked');
    expect(wrong).toMatchObject({ changes: [], held: [] });
    expect(wrong.findings[0]?.rule).toMatch(/^TAG-/);
    expect(wrong.findings[0]?.summary).toContain('min=9 max=8');
    expect(mutatingCalls()).toEqual({});
    expect(await targetOf('braked')).toBeUndefined();
  });

  test('holds scale-out while tasks do not start, and gives back exactly what was', async () => {
    await world.createService('model', 8080);
    // Made with tasks that moto never starts: none of three run.
    await world.ecs.send(
      new CreateServiceCommand({
        cluster: world.cluster,
        serviceName: 'crash',
        taskDefinition: 'model',
        desiredCount: 3,
        launchType: 'FARGATE',
      }),
    );
    await tag('crash', { 'taskwire:scaling': 'min=2 max=8 cpu=60' });
    await sweep('crash');
    const before = present(await targetOf('crash'));
    const event = (name: string) => ({ ...loadEvent(`service-action/${name}`), resources: [arnOf('crash')] });

    const held = await invoke(event('task-start-impaired'));
    expect(actionsOf(held)).toEqual(['suspend', 'suspend']);
    expect(held.findings).toMatchObject([{ rule: 'SCL-6' }]);
    expect(mutatingCalls()).toEqual({ TagResource: 1, RegisterScalableTarget: 1 });
    expect(targetTags.of(present(before.ScalableTargetARN)).get('taskwire:hold')).toMatch(/out=false .*for=crash/);
    expect(await targetOf('crash')).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 8,
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: true,
        ScheduledScalingSuspended: false,
      },
    });
    expect(actionsOf(await invoke(event('task-start-impaired')))).toEqual([]);
    expect(actionsOf(await sweep('crash'))).toEqual([]);
    expect(mutatingCalls()).toEqual({});

    // moto counts as running what is wanted by hand.
    await world.ecs.send(new UpdateServiceCommand({ cluster: world.cluster, service: 'crash', desiredCount: 3 }));
    expect(actionsOf(await invoke(event('steady-state')))).toEqual(['resume', 'resume']);
    expect(mutatingCalls()).toEqual({ RegisterScalableTarget: 1, UntagResource: 1 });
    expect([...targetTags.of(present(before.ScalableTargetARN))]).toEqual([]);
    expect(await targetOf('crash')).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 8,
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    });
  });
});
