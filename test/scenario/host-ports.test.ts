import { describe, expect, test } from '@jest/globals';
import { createStage, lastOutcome, only, type Stage } from '../support/stage.ts';
import { ALL_WELL, watchTruth } from '../support/truth.ts';

const right = { missing: [], stale: [], wrong: [] };
const DEREGISTER = 'elasticloadbalancing:DeregisterTargets';

/** One EC2 instance with room for tasks of two containers: `web` listens on a dynamic host port, `log` does not. */
const onInstance = (networkMode: 'bridge' | 'host' = 'bridge', options: Parameters<typeof createStage>[0] = {}) => {
  const stage = createStage({ world: { targetGroups: { drainingTarget: 'rejoin' } }, ...options });
  const { id } = stage.world.network.addInstance({ subnetId: stage.subnetId });
  stage.world.ecs.addContainerInstance('production', id);
  stage.world.ecs.registerTaskDefinition({
    family: 'bridge',
    networkMode,
    containers: [
      { name: 'web', essential: false, portMappings: [{ containerPort: 8080, protocol: 'tcp' }] },
      { name: 'log' },
    ],
  });
  const group = (name: string) =>
    stage.group(name, { 'taskwire:service': `production/${name}` }, { targetType: 'instance' });
  const service = (name: string, desiredCount: number) =>
    stage.service(name, desiredCount, { taskDefinition: 'bridge' });
  return { stage, id, group, service };
};

const stopWithSidecar = (stage: Stage, taskArn: string): void => {
  stage.world.ecs.delayStop(taskArn, 'log', 90_000);
  stage.world.ecs.stopTask(taskArn);
};

describe('a host port that is inherited while the old task’s sidecar is still stopping', () => {
  test('by the same service: the heir keeps the target, whatever the old task goes on to tell', async () => {
    const { stage, id, group, service } = onInstance();
    const web = group('web');
    const { arn } = service('web', 1);
    await stage.run(30_000);
    expect(stage.registered(web)).toEqual([`${id}:32768`]);
    const truth = watchTruth(stage);
    // The replacement is placed after the old web container has ended, so it gets its port.
    stage.world.ecs.times.replaceMs = 10_000;
    const old = only(stage.world.ecs.tasksOf(arn));
    stopWithSidecar(stage, old.arn);
    await stage.run(40_000);
    expect(old.lastStatus).toBe('STOPPING');
    expect(stage.registered(web)).toEqual([`${id}:32768`]);
    stage.world.calls.reset();
    await stage.run(120_000);
    expect(old.lastStatus).toBe('STOPPED');
    expect(stage.registered(web)).toEqual([`${id}:32768`]);
    expect(stage.world.calls.mutating()).toEqual([]);
    expect(truth).toEqual(ALL_WELL);
  });

  test('by the same service, when the stop was told too late: nothing is removed at all', async () => {
    const { stage, id, group, service } = onInstance();
    const web = group('web');
    const { arn } = service('web', 1);
    await stage.run(60_000);
    const truth = watchTruth(stage);
    stage.world.ecs.times.replaceMs = 10_000;
    // The heir is PENDING, and has the port, when the old task's stop is heard of.
    stage.delivery.trouble.lateMs = [13_000, 13_000];
    stopWithSidecar(stage, only(stage.world.ecs.tasksOf(arn)).arn);
    await stage.run(150_000);
    expect(stage.registered(web)).toEqual([`${id}:32768`]);
    expect(stage.world.calls.count(DEREGISTER)).toBe(0);
    expect(truth).toEqual(ALL_WELL);
    expect(stage.world.audit()).toMatchObject(right);
  });

  test('by another service, when the stop was told too late: the stranger is out of the group at once', async () => {
    const { stage, id, group, service } = onInstance();
    const web = group('web');
    const api = group('api');
    const { arn } = service('web', 1);
    await stage.run(60_000);
    const old = only(stage.world.ecs.tasksOf(arn));
    stage.delivery.trouble.lateMs = [13_000, 13_000];
    stage.world.ecs.delayStop(old.arn, 'log', 90_000);
    stage.world.ecs.updateService(arn, { desiredCount: 0 });
    await stage.run(8_000);
    service('api', 1);
    await stage.run(15_000);
    expect(stage.registered(web)).toEqual([]);
    await stage.run(120_000);
    expect([stage.registered(web), stage.registered(api)]).toEqual([[], [`${id}:32768`]]);
    expect(stage.world.audit()).toMatchObject(right);
  });
});

describe('a container that exits in a task that goes on running', () => {
  const exitOne = async () => {
    const { stage, id, group, service } = onInstance();
    const web = group('web');
    const { arn } = service('web', 2);
    await stage.run(60_000);
    const [first] = stage.world.ecs.tasksOf(arn);
    stage.world.ecs.exitContainer(first?.arn ?? '', 'web');
    return { stage, id, web, task: first?.arn };
  };

  test('leaves the group after two looks 60 s apart', async () => {
    const { stage, id, web, task } = await exitOne();
    await stage.run(50_000);
    expect(stage.registered(web)).toEqual([`${id}:32768`, `${id}:32769`]);
    await stage.run(30_000);
    expect(stage.registered(web)).toEqual([`${id}:32769`]);
    expect(only(lastOutcome(stage).changes)).toMatchObject({ action: 'deregister', task, applied: true });
    expect(stage.world.audit()).toMatchObject(right);
  });

  test('stays when the port is healthy all the same: somebody answers there, and a person is told', async () => {
    const { stage, id, web } = await exitOne();
    stage.world.targetGroups.force(web.arn, { id, port: 32_768 }, 'healthy');
    await stage.run(150_000);
    expect(stage.registered(web)).toEqual([`${id}:32768`, `${id}:32769`]);
    expect(only(stage.ran.flatMap(({ outcome }) => outcome.findings))).toMatchObject({
      rule: 'TGT-12',
      resource: web.arn,
    });
    expect(stage.world.calls.count(DEREGISTER)).toBe(0);
  });

  test('stays when a task has the port again by the second look', async () => {
    const { stage, id, web } = await exitOne();
    const truth = watchTruth(stage);
    await stage.run(30_000);
    const service = only([...stage.world.ecs.services.values()]);
    stage.world.ecs.updateService(service.arn, { desiredCount: 3 });
    await stage.run(120_000);
    expect(stage.registered(web)).toEqual([`${id}:32768`, `${id}:32769`]);
    expect(stage.world.calls.count(DEREGISTER)).toBe(0);
    expect(truth).toEqual(ALL_WELL);
  });
});

test('with host networking the container’s port is the instance’s', async () => {
  const { stage, id, group, service } = onInstance('host');
  const web = group('web');
  const { arn } = service('web', 1);
  await stage.run(30_000);
  expect(stage.registered(web)).toEqual([`${id}:8080`]);
  stage.world.ecs.updateService(arn, { desiredCount: 0 });
  await stage.run(5_000);
  expect(stage.registered(web)).toEqual([]);
  expect(stage.world.audit()).toMatchObject(right);
});

test('a healthy target on an instance that no task ever explained stays and is reported, exclusive or not', async () => {
  for (const targets of ['shared', 'exclusive']) {
    const { stage, id, service } = onInstance();
    const web = stage.group(
      'web',
      { 'taskwire:service': 'production/web', 'taskwire:targets': targets },
      { targetType: 'instance' },
    );
    service('web', 3);
    await stage.run(30_000);
    stage.world.targetGroups.put(web.arn, { id, port: 9_000 });
    stage.world.targetGroups.force(web.arn, { id, port: 9_000 }, 'healthy');
    for (let sweep = 0; sweep < 3; sweep++) {
      await stage.sweep();
      await stage.run(300_000);
    }
    expect(stage.registered(web)).toContain(`${id}:9000`);
    const found = stage.ran.flatMap(({ outcome }) => outcome.findings);
    expect(found).toHaveLength(3);
    expect(found[0]).toMatchObject({ rule: 'TGT-12', severity: 'high' });
  }
});
