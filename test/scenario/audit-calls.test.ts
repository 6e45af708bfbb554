import { describe, expect, test } from '@jest/globals';
import { createAuditor } from '../support/audit-stage.ts';
import { bigAccount } from '../support/big-account.ts';

const sum = (calls: Readonly<Record<string, number>>): number =>
  Object.values(calls).reduce((total, count) => total + count, 0);

const perPage = (count: number, size: number): number => Math.ceil(count / size);

describe('an audit of 1,000 services in ten clusters, with 50 target groups', () => {
  test('keeps to its calls, and describes no revision a second time', async () => {
    const world = await bigAccount({ services: 1_000, tasks: 2 });
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

  test('reads revisions while it looks at the rest, since theirs is the call rate that it waits for', async () => {
    const world = await bigAccount({ services: 50, tasks: 1 });
    const { unseen } = await createAuditor(world, { tracing: 'required' }).collect();
    const sent = world.calls.all.map(({ action }) => action);
    expect(unseen).toEqual([]);
    expect(sent.indexOf('ecs:DescribeTaskDefinition')).toBeLessThan(sent.indexOf('tag:GetResources'));
  });

  test('a revision that fails once while it is read ahead is asked for again', async () => {
    const world = await bigAccount({ services: 50, tasks: 1 });
    world.faults.add({ action: 'ecs:DescribeTaskDefinition', failure: 'broken', times: 1 });
    const { revisions, unseen } = await createAuditor(world, { tracing: 'required' }).collect();
    expect([revisions.length, unseen]).toEqual([50, []]);
    expect(world.calls.count('ecs:DescribeTaskDefinition')).toBe(51);
  });
});
