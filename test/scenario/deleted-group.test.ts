import { expect, test } from '@jest/globals';
import { createStage } from '../support/stage.ts';

const right = { missing: [], stale: [], wrong: [] };
const DESCRIBE = 'elasticloadbalancing:DescribeTargetGroups';

test.each([
  ['before anything ran', true],
  ['while it was in use', false],
])(
  'a group that is deleted %s and that the tagging API still returns costs nothing and stops nobody',
  async (_, atFirst) => {
    const stage = createStage();
    const gone = stage.group('gone', { 'taskwire:service': 'production/web' });
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.group('other', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 2);
    if (!atFirst) await stage.run(60_000);
    stage.world.targetGroups.delete(gone.arn, { stillTagged: true });
    stage.world.ecs.updateService(service.arn, { desiredCount: 3 });
    await stage.run(60_000);
    expect(stage.world.audit()).toMatchObject({ groups: 2, tasks: 3, ...right });

    stage.world.calls.reset();
    for (let minute = 0; minute < 10; minute++) {
      stage.world.ecs.updateService(service.arn, { desiredCount: 4 - (minute % 2) });
      await stage.run(60_000);
    }
    expect(stage.world.audit()).toMatchObject({ groups: 2, tasks: 3, ...right });
    expect(stage.world.calls.count(DESCRIBE)).toBe(0);
    const failed = [...stage.failureQueue.messages, ...stage.ran.flatMap((ran) => ran.failed)];
    expect(failed).toEqual([]);
    expect(stage.world.calls.all.filter(({ error }) => error !== undefined)).toEqual([]);
  },
);

test('a sweep goes on without it, and asks about it once', async () => {
  const stage = createStage({ delivery: { trouble: { lost: 1 } } });
  const groups = Array.from({ length: 8 }, (_, index) =>
    stage.group(`group-${index}`, { 'taskwire:service': 'production/web' }),
  );
  const [gone] = groups;
  stage.world.targetGroups.delete(gone?.arn ?? '', { stillTagged: true });
  stage.service('web', 2);
  await stage.run(30_000);
  const first = await stage.sweep();
  expect(first.failed).toEqual([]);
  expect(stage.world.audit()).toMatchObject({ groups: 7, tasks: 2, ...right });
  // One call for all, then by halves: 2·log₂ 8.
  expect(stage.world.calls.count(DESCRIBE)).toBe(7);
  stage.world.calls.reset();
  await stage.sweep();
  expect(stage.world.calls.count(DESCRIBE)).toBe(0);
});

test('a workload that does not exist is no reason to forget the group that names it', async () => {
  // The address of a stopped task goes to an interface that ECS made for a task it does not show yet.
  const stage = createStage({
    world: { ecs: { releaseAddress: 'deprovisioning' }, targetGroups: { drainingTarget: 'rejoin' } },
    delivery: { trouble: { lost: 1 } },
  });
  const group = stage.group('web', { 'taskwire:service': 'production/web production/mistyped' });
  const service = stage.service('web', 1);
  await stage.run(30_000);
  const run = stage.instance();
  const events = () => ({
    Records: stage.world.bus.log.map((event, index) => ({
      messageId: `m-${index}`,
      eventSource: 'aws:sqs',
      body: JSON.stringify(event),
    })),
  });
  await stage.world.clock.until(run(events()));
  expect(stage.registered(group)).toHaveLength(1);
  stage.world.ecs.times.newTaskMissingMs = 600_000;
  stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
  await stage.run(8_000);
  const stop = events();
  stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
  await stage.run(5_000);
  await stage.world.clock.until(run(stop));
  expect(stage.registered(group)).toHaveLength(1);
  stage.world.ecs.times.newTaskMissingMs = 0;
  stage.world.ecs.updateService(service.arn, { desiredCount: 2 });
  await stage.run(30_000);
  await stage.world.clock.until(run(events()));
  expect(stage.registered(group)).toHaveLength(2);
});
