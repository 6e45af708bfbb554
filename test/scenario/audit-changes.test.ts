import { expect, test } from '@jest/globals';
import { judgeSnapshot } from '../../shared/core/audit/judge-snapshot.ts';
import { createWorld } from '../../simulator/world.ts';
import { createAuditor } from '../support/audit-stage.ts';

const MINUTE = 60_000;

/** A service of two tasks, wired to a group in which both are registered. */
const wired = async () => {
  const world = createWorld({ budgets: false });
  const { network, ecs, targetGroups } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
  ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web', portMappings: [{ containerPort: 80 }] }] });
  ecs.addCluster('production');
  ecs.createService({
    cluster: 'production',
    name: 'web',
    taskDefinition: 'web',
    subnets: [subnet.id],
    desiredCount: 2,
  });
  const group = targetGroups.add({ name: 'web', vpcId: vpc.id, tags: { 'taskwire:service': 'production/web' } });
  await world.clock.advance(MINUTE);
  const tasks = [...ecs.tasks.values()];
  for (const task of tasks) targetGroups.put(group.arn, { id: task.attachment?.interface?.ipv4 ?? '', port: 80 });
  await world.clock.advance(10 * MINUTE);
  return { world, group, tasks };
};

test('a task that stops and leaves its group while an audit looks is not missing', async () => {
  const { world, group, tasks } = await wired();
  const [task] = tasks;
  let calls = 0;
  world.faults.before('elasticloadbalancing:DescribeTargetHealth', () => {
    if (calls++ > 0) return;
    world.ecs.stopTask(task!.arn);
    world.targetGroups.drop(group.arn, { id: task!.attachment?.interface?.ipv4 ?? '', port: 80 });
  });
  const snapshot = await createAuditor(world).collect();
  expect(snapshot.groups[0]?.targets).toHaveLength(1);
  expect(judgeSnapshot(snapshot).summary.targets).toEqual({ missing: 0, stale: 0, wrong: 0 });
});

test('a task that is missing still is when it is looked at again', async () => {
  const { world, group, tasks } = await wired();
  const address = tasks[0]?.attachment?.interface?.ipv4 ?? '';
  world.targetGroups.drop(group.arn, { id: address, port: 80 });
  const auditor = createAuditor(world);
  const snapshot = await auditor.collect();
  expect(judgeSnapshot(snapshot, [], { only: ['TGT-1'] }).findings).toEqual([
    expect.objectContaining({ summary: `1 running task of 2 missing in web: ${address}:80.` }),
  ]);
  // One call for the cluster's tasks, one for the one that seems to be missing.
  expect(snapshot.calls['ecs:DescribeTasks']).toBe(2);
});
