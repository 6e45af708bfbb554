import { expect, test } from '@jest/globals';
import { createRecorder } from '../../../cli/demo/recorder.ts';
import { createWorld } from '../../../simulator/world.ts';

/** A service of one task on 10.0.0.x, and its group. */
const createFleet = async () => {
  const world = createWorld();
  const { network, ecs, targetGroups } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/24' });
  ecs.addCluster('production');
  ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web', portMappings: [{ containerPort: 8080 }] }] });
  const group = targetGroups.add({
    name: 'web',
    vpcId: vpc.id,
    port: 8080,
    tags: { 'taskwire:service': 'production/web' },
  });
  ecs.createService({
    cluster: 'production',
    name: 'web',
    taskDefinition: 'web',
    subnets: [subnet.id],
    desiredCount: 1,
  });
  await world.clock.advance(60_000);
  const [task] = world.ecs.tasks.values();
  const id = task?.attachment?.interface?.ipv4 ?? '';
  return { world, group, target: { id, port: 8080 } };
};

test('a gap is seen from when the task runs until its target is registered, and a left target until it goes', async () => {
  const { world, group, target } = await createFleet();
  const recorder = createRecorder(world);
  const startMs = world.clock.nowMs();
  recorder.chapter('begins');
  recorder.look();
  await world.clock.advance(1_000);
  world.targetGroups.put(group.arn, target);
  recorder.look();
  await world.clock.advance(5_000);
  recorder.look();
  world.targetGroups.put(group.arn, { id: '10.0.0.200', port: 8080 });
  recorder.look();
  await world.clock.advance(2_000);
  world.targetGroups.drop(group.arn, { id: '10.0.0.200', port: 8080 });
  recorder.look();
  await world.clock.advance(1_000);

  const at = (seconds: number): number => startMs + seconds * 1_000;
  expect(recorder.timeline()).toEqual({
    fromMs: startMs,
    toMs: at(9),
    chapters: [{ atMs: startMs, title: 'begins' }],
    counts: [
      { atMs: startMs, tasks: 1, targets: 0 },
      { atMs: at(1), tasks: 1, targets: 1 },
      { atMs: at(6), tasks: 1, targets: 2 },
      { atMs: at(8), tasks: 1, targets: 1 },
    ],
    lanes: [
      {
        group: 'web',
        target: `${target.id}:8080`,
        spans: [
          { fromMs: startMs, toMs: at(1), state: 'missing' },
          { fromMs: at(1), toMs: at(9), state: 'wired' },
        ],
      },
      { group: 'web', target: '10.0.0.200:8080', spans: [{ fromMs: at(6), toMs: at(8), state: 'stale' }] },
    ],
  });
});
