import { describe, expect, test } from '@jest/globals';
import { blind, callsOf, found, made, RIGHT } from '../support/say.ts';
import { addressOf, createStage, only } from '../support/stage.ts';

describe('many tasks', () => {
  test.each([
    { tasks: 250, pages: 3, calls: 2 },
    { tasks: 1_000, pages: 10, calls: 5 },
  ])('$tasks tasks are listed, described, registered and removed page by page', async ({ tasks, pages, calls }) => {
    const stage = createStage();
    blind(stage);
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', tasks);
    await stage.run(60_000);
    const came = await stage.sweep();
    expect(stage.registered(group)).toHaveLength(tasks);
    expect(came.outcome.calls).toMatchObject({
      'ecs:ListTasks': pages + 1,
      'ecs:DescribeTasks': pages,
      'elasticloadbalancing:RegisterTargets': calls,
    });

    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(60_000);
    const went = await stage.sweep();
    expect(stage.registered(group)).toEqual([]);
    expect(went.outcome.calls).toMatchObject({ 'elasticloadbalancing:DeregisterTargets': calls });
    expect(stage.world.audit()).toMatchObject(RIGHT);
  });

  test('in a cluster above 2,000 tasks only the bound services are listed, and heirs in others are found out', async () => {
    const stage = createStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 3);
    await stage.run(60_000);
    blind(stage);
    stage.service('bulk', 2_001);
    await stage.run(30_000);
    const [gone] = stage.world.ecs.tasksOf(service.arn).slice(-1);
    stage.world.ecs.updateService(service.arn, { desiredCount: 2 });
    await stage.run(30_000);
    const heir = only(
      stage.world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [stage.subnetId] }),
    );
    await stage.run(30_000);
    expect(gone && addressOf(gone)).toBe(addressOf(heir));

    const calls = await callsOf(stage, stage.sweep);
    expect(calls).toMatchObject({ 'ecs:ListTasks': 21 + 2, 'ecs:DescribeTasks': 1 });
    // Nobody listed whose interface this is: it could be a task of the group that is too new to be listed.
    expect(stage.ran.flatMap(made).filter((change) => change.startsWith('deregister'))).toEqual([]);
    await stage.run(310_000);
    expect(stage.ran.flatMap(made)).toContainEqual(
      expect.stringMatching(
        /^deregister 10\.0\.0\.6:8080 web: task <id> \(service:web\) stopped: .*; network interface <eni> has 10\.0\.0\.6 now$/,
      ),
    );
    expect(stage.registered(group)).toEqual(['10.0.0.4:8080', '10.0.0.5:8080']);
  });
});

/** `web` in production and `jobs` in staging, each with a stale and a missing target that no event told of. */
const twoClusters = async (tasks: number) => {
  const stage = createStage();
  stage.world.ecs.addCluster('staging');
  const web = stage.group('web', { 'taskwire:service': 'production/web' });
  const jobs = stage.group('jobs', { 'taskwire:service': 'staging/jobs' });
  const webService = stage.service('web', tasks);
  const jobsService = stage.service('jobs', 2, { cluster: 'staging' });
  await stage.run(60_000);
  blind(stage);
  for (const { arn } of [webService, jobsService]) {
    const [one] = stage.world.ecs.tasksOf(arn);
    if (one) stage.world.ecs.stopTask(one.arn);
  }
  await stage.run(60_000);
  const drift = stage.world.audit();
  expect([drift.stale.length, drift.missing.length]).toEqual([2, 2]);
  return { stage, web, jobs, webService };
};

describe('a listing that fails', () => {
  test('on page 3 decides nothing for its cluster; others go on, and the sweep reports failure', async () => {
    const { stage, web, jobs } = await twoClusters(250);
    const before = stage.registered(web);
    const fault = stage.world.faults.add({
      action: 'ecs:ListTasks',
      failure: 'broken',
      after: 2,
      when: ({ cluster }) => cluster === 'production',
    });
    const ran = await stage.sweep();
    expect(fault.hits).toBe(3);
    expect(ran.failed).toEqual([{ id: expect.any(String), cause: expect.stringContaining('ecs:ListTasks') }]);
    expect(ran.failed[0]?.cause).toContain(web.arn);
    expect(stage.registered(web)).toEqual(before);
    expect(made(ran).every((change) => change.includes(' jobs: '))).toBe(true);
    expect(stage.world.audit().missing.filter(({ targetGroupArn }) => targetGroupArn === jobs.arn)).toEqual([]);

    fault.remove();
    await stage.sweep();
    expect(stage.world.audit()).toMatchObject(RIGHT);
  });

  test('DescribeTasks with a failure other than MISSING decides nothing either', async () => {
    const { stage, web, webService } = await twoClusters(3);
    const before = stage.registered(web);
    const [one] = stage.world.ecs.tasksOf(webService.arn);
    stage.world.ecs.failing.set(one?.arn ?? '', 'INTERNAL');
    const ran = await stage.sweep();
    expect(ran.failed).toEqual([{ id: expect.any(String), cause: expect.stringContaining('INTERNAL') }]);
    expect(stage.registered(web)).toEqual(before);
    expect(stage.world.audit()).toMatchObject({
      missing: [{ targetGroupArn: web.arn }],
      stale: [{ targetGroupArn: web.arn }],
    });

    stage.world.ecs.failing.clear();
    await stage.sweep();
    expect(stage.world.audit()).toMatchObject(RIGHT);
  });

  test('a cluster that cannot be listed does not make its tasks strangers in the groups of another', async () => {
    const { stage } = await twoClusters(3);
    const mixed = stage.group('mixed', {
      'taskwire:service': 'production/web staging/jobs',
      'taskwire:targets': 'exclusive',
    });
    await stage.sweep();
    const before = stage.registered(mixed);
    expect(before).toHaveLength(5);
    stage.world.faults.add({
      action: 'ecs:ListTasks',
      failure: 'denied',
      when: ({ cluster }) => cluster === 'staging',
    });
    const ran = await stage.sweep();
    expect(stage.registered(mixed)).toEqual(before);
    expect(ran.failed).toHaveLength(1);
  });
});

describe('listings that lag by minutes', () => {
  test.each(['shared', 'exclusive'])(
    'keep a task that an event registered and no listing shows (%s)',
    async (targets) => {
      const stage = createStage({ world: { ecs: { listLagMs: 180_000 } } });
      const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': targets });
      const service = stage.service('web', 4);
      await stage.run(240_000);
      stage.world.ecs.updateService(service.arn, { desiredCount: 5 });
      await stage.run(60_000);
      expect(stage.registered(group)).toHaveLength(5);
      const ran = await stage.sweep();
      expect([made(ran), found(ran)]).toEqual([[], []]);
      await stage.run(600_000);
      expect(stage.registered(group)).toHaveLength(5);
      expect(stage.ran.flatMap(found)).toEqual([]);
    },
  );

  test.each(['shared', 'exclusive'])(
    'keep the target of a stopped task whose heir no listing shows yet (%s)',
    async (targets) => {
      const stage = createStage({ world: { ecs: { listLagMs: 180_000 } } });
      const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': targets });
      const service = stage.service('web', 3);
      await stage.run(240_000);
      blind(stage);
      stage.world.ecs.updateService(service.arn, { desiredCount: 2 });
      await stage.run(175_000);
      stage.world.ecs.updateService(service.arn, { desiredCount: 3 });
      await stage.run(20_000);
      const before = stage.registered(group);
      expect(before).toHaveLength(3);
      expect(stage.world.audit()).toMatchObject({ tasks: 3, ...RIGHT });
      const ran = await stage.sweep();
      expect([made(ran), found(ran)]).toEqual([[], []]);
      await stage.run(600_000);
      expect(stage.registered(group)).toEqual(before);
      expect(stage.changes().filter((change) => change.startsWith('deregister'))).toEqual([]);
    },
  );
});
