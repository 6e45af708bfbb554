import { describe, expect, test } from '@jest/globals';
import { blind, byHand, callsOf, RIGHT } from '../support/say.ts';
import { createStage, type Stage } from '../support/stage.ts';

const sum = (calls: Readonly<Record<string, number>>): number =>
  Object.entries(calls)
    .filter(([action]) => !action.startsWith('events:') && !action.startsWith('sqs:'))
    .reduce((total, [, count]) => total + count, 0);

/** 20 services of 50 tasks in one cluster, each with a group and a revision of its own, all wired. */
const bigCluster = async (): Promise<{ stage: Stage; services: readonly string[] }> => {
  const stage = createStage();
  blind(stage);
  const services = Array.from({ length: 20 }, (_, index) => {
    const name = `service-${index}`;
    stage.group(name, { 'taskwire:service': `production/${name}` });
    const { arn: taskDefinition } = stage.world.ecs.registerTaskDefinition({
      family: name,
      containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
    });
    return stage.service(name, 50, { taskDefinition }).arn;
  });
  await stage.run(30_000);
  // By an instance of its own: that of the sweeps knows nothing yet.
  await byHand(stage, { dryRun: false });
  await stage.run(60_000);
  expect(stage.world.audit()).toMatchObject({ tasks: 1_000, groups: 20, ...RIGHT });
  return { stage, services };
};

describe('the calls of a sweep of 1,000 tasks of 20 services in one cluster with 20 groups', () => {
  test('are 52 and one per revision when nothing is known, 50 when all is, and change nothing', async () => {
    const { stage } = await bigCluster();
    const fixed = {
      'tag:GetResources': 3,
      'ecs:ListServices': 1,
      'ecs:DescribeServices': 2,
      'ecs:DescribeServiceRevisions': 1,
      'autoscaling:DescribeAutoScalingGroups': 1,
      'codedeploy:ListApplications': 1,
      'ecs:ListTasks': 11,
      'ecs:DescribeTasks': 10,
      'elasticloadbalancing:DescribeTargetHealth': 20,
    };
    const cold = await callsOf(stage, stage.sweep);
    expect(cold).toEqual({
      ...fixed,
      'elasticloadbalancing:DescribeTargetGroups': 1,
      'ec2:DescribeSubnets': 1,
      'ecs:DescribeTaskDefinition': 20,
    });
    await stage.run(30_000);
    const warm = await callsOf(stage, stage.sweep);
    expect(warm).toEqual(fixed);
    expect([sum(cold) - 20, sum(warm)]).toEqual([52, 50]);
  });

  test('grow by 2 per 100 tasks that stopped and 2 per group that removes something', async () => {
    const { stage, services } = await bigCluster();
    await stage.sweep();
    for (const arn of services.slice(0, 4)) stage.world.ecs.updateService(arn, { desiredCount: 0 });
    await stage.run(60_000);
    const calls = await callsOf(stage, stage.sweep);
    expect(stage.world.audit()).toMatchObject({ tasks: 800, ...RIGHT });
    expect(calls).toMatchObject({ 'ecs:DescribeTasks': 10, 'elasticloadbalancing:DeregisterTargets': 4 });
    // One page of tasks less, and two calls for each group that removes something.
    expect(sum(calls)).toBe(50 - 1 + 2 * 4);
  });

  test('grow by 3 more per group that had to wait for the registration budget: what it rests on is looked at again', async () => {
    const { stage, services } = await bigCluster();
    await stage.sweep();
    await stage.run(60_000);
    for (const arn of services) stage.world.ecs.updateService(arn, { desiredCount: 49 });
    await stage.run(60_000);
    const calls = await callsOf(stage, stage.sweep);
    expect(stage.world.audit()).toMatchObject({ tasks: 980, ...RIGHT });
    const waited = (calls['elasticloadbalancing:DescribeTargetHealth'] ?? 0) - 20;
    expect(waited).toBeGreaterThan(0);
    expect(waited).toBeLessThan(20);
    expect(calls).toMatchObject({
      'elasticloadbalancing:DeregisterTargets': 20,
      'ec2:DescribeNetworkInterfaces': 20 + waited,
      'ecs:DescribeTasks': 10 + waited,
    });
    expect(sum(calls)).toBe(50 + 2 * 20 + 3 * waited);
  });
});
