import { describe, expect, test } from '@jest/globals';
import { blind, found, made, words } from '../support/say.ts';
import { createStage, type Stage } from '../support/stage.ts';

const TAGS = { 'taskwire:service': 'production/web' };
const to = (targetGroupArn: string) => ({ targetGroupArn, containerName: 'web', containerPort: 8080 });

/** Tasks of `web`, the group in question, and another group that must go on. */
const check = async (stage: Stage, arn: string) => {
  const good = stage.group('good', TAGS);
  stage.service('web', 2);
  const ran = await stage.sweep();
  await stage.run(60_000);
  const later = await stage.sweep();
  expect(stage.registered(good)).toHaveLength(2);
  const touched = stage.world.calls
    .mutating()
    .filter(({ input }) => 'TargetGroupArn' in input && input.TargetGroupArn === arn);
  expect(touched).toEqual([]);
  expect(found(later)).toEqual(found(ran));
  return ran;
};

describe('a group that something else fills is refused and reported', () => {
  test('the bound service itself, natively: an event sees it too', async () => {
    const stage = createStage();
    const group = stage.group('web', TAGS);
    stage.service('web', 2, { loadBalancers: [to(group.arn)] });
    await stage.run(60_000);
    expect(stage.ran.map(found)).toContainEqual([]);
    stage.world.targetGroups.tag(group.arn, { 'taskwire:targets': 'exclusive' });
    await stage.run(5_000);
    expect(stage.ran.slice(-1).flatMap(found)).toEqual(['TGT-4 high web']);
    expect(stage.world.calls.mutating()).toEqual([]);
    expect(stage.registered(group)).toHaveLength(2);
  });

  test.each<{ readonly by: string; readonly fill: (stage: Stage, arn: string) => void }>([
    {
      by: 'ECS service production/other',
      fill: (stage, arn) => {
        stage.service('other', 0, { loadBalancers: [to(arn)] });
      },
    },
    {
      by: 'ECS service production/other',
      fill: (stage, arn) => stage.world.ecs.addTaskSet(stage.service('other', 0).arn, [to(arn)]),
    },
    {
      by: 'ECS service production/other',
      fill: (stage, arn) => {
        const blue = stage.group('blue', {});
        const loadBalancers = [{ ...to(blue.arn), advancedConfiguration: { alternateTargetGroupArn: arn } }];
        stage.service('other', 0, { loadBalancers });
      },
    },
    {
      by: 'a running service revision',
      fill: (stage, arn) => {
        const { arn: service } = stage.service('other', 1, { loadBalancers: [to(arn)] });
        const next = stage.group('next', {});
        // The revision of before goes on until its task has stopped.
        stage.world.ecs.times.stoppingMs = 600_000;
        stage.world.ecs.updateService(service, { loadBalancers: [to(next.arn)] });
      },
    },
    { by: 'Auto Scaling group web-asg', fill: ({ world }, arn) => world.fillings.autoScaling.set('web-asg', [arn]) },
    {
      by: 'CodeDeploy deployment group shop/green',
      fill: ({ world }) => {
        world.fillings.codeDeploy.push({
          application: 'shop',
          deploymentGroup: 'green',
          targetGroupNames: ['blue', 'web'],
        });
      },
    },
    { by: 'Kubernetes', fill: ({ world }, arn) => world.targetGroups.tag(arn, { 'elbv2.k8s.aws/cluster': 'eks' }) },
    { by: 'Kubernetes', fill: ({ world }, arn) => world.targetGroups.tag(arn, { 'ingress.k8s.aws/stack': 'a/b' }) },
    { by: 'Kubernetes', fill: ({ world }, arn) => world.targetGroups.tag(arn, { 'service.k8s.aws/resource': 'x' }) },
    { by: 'Kubernetes', fill: ({ world }, arn) => world.targetGroups.tag(arn, { 'eks:eks-cluster-name': 'eks' }) },
  ])('$by', async ({ by, fill }) => {
    const stage = createStage();
    const group = stage.group('web', TAGS);
    fill(stage, group.arn);
    // An event checks the bound services and the tags only; all else that fills a group is what the sweep sees.
    if (by !== 'Kubernetes') blind(stage);
    const ran = await check(stage, group.arn);
    expect(found(ran)).toEqual(['TGT-4 high web']);
    expect(words(ran)).toContain(`web is tagged for Taskwire, but filled by ${by}`);
  });

  test('what a sweep saw fill a group, an event between two sweeps does not forget', async () => {
    const stage = createStage();
    const group = stage.group('web', TAGS);
    stage.world.fillings.autoScaling.set('web-asg', [group.arn]);
    const instance = stage.instance();
    await stage.world.clock.until(instance({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }));
    await stage.run(70_000);
    stage.delivery.stop();
    stage.service('web', 1);
    await stage.run(30_000);
    const running = stage.world.bus.log.filter((event) => event['detail-type'] === 'ECS Task State Change').at(-1);
    await stage.world.clock.until(instance(running));
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test.each([
    { name: 'awseb-AWSEB-1', rule: 'TGT-4', spec: {} },
    { name: 'function', rule: 'TGT-5', spec: { targetType: 'lambda', vpcId: undefined } },
    { name: 'behind', rule: 'TGT-5', spec: { targetType: 'alb', protocol: 'TCP' } },
    { name: 'appliance', rule: 'TGT-5', spec: { protocol: 'GENEVE', port: 6081 } },
    { name: 'quick', rule: 'TGT-5', spec: { protocol: 'QUIC', port: 443 } },
    { name: 'both', rule: 'TGT-5', spec: { protocol: 'TCP_QUIC', port: 443 } },
  ])('$name: $rule', async ({ name, rule, spec }) => {
    const stage = createStage();
    const group = stage.group(name, TAGS, spec);
    const ran = await check(stage, group.arn);
    expect(found(ran)).toEqual([`${rule} high ${name}`]);
    expect(ran.outcome.findings[0]?.summary).toContain(name);
  });
});

describe('a group whose type does not fit the tasks’ network mode', () => {
  test('instance with awsvpc, and ip with bridge, are reported as TGT-6', async () => {
    const stage = createStage();
    const { ecs, network } = stage.world;
    ecs.addContainerInstance('production', network.addInstance({ subnetId: stage.subnetId }).id);
    ecs.registerTaskDefinition({
      family: 'bridge',
      networkMode: 'bridge',
      containers: [{ name: 'app', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
    });
    stage.group('fargate', TAGS, { targetType: 'instance' });
    stage.group('bridge', { 'taskwire:service': 'production/bridge' });
    const good = stage.group('good', TAGS);
    stage.service('web', 1);
    stage.service('bridge', 1, { taskDefinition: 'bridge', subnets: [] });
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(found(ran)).toEqual(['TGT-6 high bridge', 'TGT-6 high fargate']);
    expect(words(ran)).toContain('need a target group of type ip');
    expect(words(ran)).toContain('need a target group of type instance');
    expect(stage.registered(good)).toHaveLength(1);
    expect(stage.ran.flatMap(made)).toHaveLength(1);
  });
});
