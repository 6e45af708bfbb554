import { describe, expect, test } from '@jest/globals';
import { createWorld, type World } from '../../simulator/world.ts';
import { createAuditor } from '../support/audit-stage.ts';

const MINUTE = 60_000;

const sum = (calls: Readonly<Record<string, number>>): number =>
  Object.values(calls).reduce((total, count) => total + count, 0);

const perPage = (count: number, size: number): number => Math.ceil(count / size);

/** 1,000 services of two tasks in ten clusters, a revision each; 50 of them behind a group, all scaled by two policies. */
const bigAccount = async (): Promise<World> => {
  // Keeping to the rates is the clients’ work, which stand before these ports.
  const world = createWorld({ budgets: false });
  const { network, ecs, targetGroups, scaling } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
  for (let index = 0; index < 1_000; index++) {
    const cluster = `cluster-${index % 10}`;
    if (!ecs.clusters.has(cluster)) ecs.addCluster(cluster);
    const name = `service-${index}`;
    ecs.registerTaskDefinition({ family: name, containers: [{ name: 'app', portMappings: [{ containerPort: 80 }] }] });
    const service = ecs.createService({
      cluster,
      name,
      taskDefinition: name,
      subnets: [subnet.id],
      desiredCount: 2,
      serviceTags: { 'taskwire:scaling': 'min=2 max=4 cpu=60 memory=70' },
    });
    scaling.register(service.arn, { min: 2, max: 4 });
    for (const metric of ['CPU', 'Memory']) {
      scaling.putPolicy(service.arn, {
        name: `taskwire-${metric.toLowerCase()}`,
        tracking: {
          TargetValue: metric === 'CPU' ? 60 : 70,
          PredefinedMetricSpecification: { PredefinedMetricType: `ECSServiceAverage${metric}Utilization` },
        },
      });
    }
    if (index < 50) {
      const group = targetGroups.add({
        name,
        vpcId: vpc.id,
        port: 80,
        tags: { 'taskwire:service': `${cluster}/${name}` },
      });
      // Nobody's: whose it is must be asked.
      targetGroups.put(group.arn, { id: `10.0.255.${index}`, port: 80 });
    }
  }
  await world.clock.advance(2 * MINUTE);
  return world;
};

describe('an audit of 1,000 services in ten clusters, with 50 target groups', () => {
  test('keeps to its calls and its memory, and describes no revision a second time', async () => {
    const world = await bigAccount();
    const auditor = createAuditor(world, { tracing: 'required' });
    const tasks = world.ecs.tasks.size;
    expect(tasks).toBe(2_000);
    const first = await auditor.collect();
    expect(first.unseen).toEqual([]);
    expect([first.services.length, first.revisions.length, first.groups.length]).toEqual([1_000, 1_000, 50]);
    expect(first.tasks).toHaveLength(2_000);
    expect(first.calls).toEqual({
      'ecs:ListClusters': 1,
      'ecs:ListServices': 10,
      'ecs:DescribeServices': 100,
      // Two pages of those that run, one of those that stopped.
      'ecs:ListTasks': 30,
      // Twice 100 a cluster, and once more those that are missing in their groups.
      'ecs:DescribeTasks': 30,
      'ecs:DescribeTaskDefinition': 1_000,
      'ecs:DescribeServiceRevisions': 10 * perPage(100, 20),
      'tag:GetResources': 4,
      // What they are, and how they check.
      'elasticloadbalancing:DescribeTargetGroups': 2,
      'elasticloadbalancing:DescribeTargetHealth': 50,
      'elasticloadbalancing:DescribeTargetGroupAttributes': 50,
      'autoscaling:DescribeAutoScalingGroups': 1,
      'codedeploy:ListApplications': 1,
      'application-autoscaling:DescribeScalableTargets': 1_000 / 50,
      'application-autoscaling:DescribeScalingPolicies': 2_000 / 10,
      'application-autoscaling:DescribeScheduledActions': 1,
      'ec2:DescribeSubnets': 2,
      'ec2:DescribeNetworkInterfaces': 50,
      'cloudwatch:GetMetricData': 1,
      'elasticbeanstalk:DescribeEnvironments': 1,
    });
    const policies = 2_000;
    expect(sum(first.calls)).toBeLessThanOrEqual(1_400 + (2 * tasks) / 100 + policies / 10);

    const second = await auditor.collect();
    expect(second.calls).not.toHaveProperty('ecs:DescribeTaskDefinition');
    expect({ ...second, takenAtMs: 0, calls: {} }).toEqual({ ...first, takenAtMs: 0, calls: {} });
  }, 120_000);
});
