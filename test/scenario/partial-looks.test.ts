import { describe, expect, test } from '@jest/globals';
import { blind, found, made, RIGHT } from '../support/say.ts';
import { createStage } from '../support/stage.ts';

/** `web` on Fargate and `bridge` on an instance, which no event told of; each with a target that is explained by nothing. */
const unwired = async () => {
  const stage = createStage();
  blind(stage);
  const { ecs, network } = stage.world;
  ecs.addContainerInstance('production', network.addInstance({ subnetId: stage.subnetId, id: 'i-0a' }).id);
  ecs.registerTaskDefinition({
    family: 'bridge',
    networkMode: 'bridge',
    containers: [{ name: 'app', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
  });
  const web = stage.group('web', { 'taskwire:service': 'production/web' });
  const exclusive = { 'taskwire:service': 'production/bridge', 'taskwire:targets': 'exclusive' };
  const bridge = stage.group('bridge', exclusive, { targetType: 'instance' });
  const service = stage.service('web', 2);
  stage.service('bridge', 3, { taskDefinition: 'bridge', subnets: [] });
  await stage.run(60_000);
  await stage.sweep();
  await stage.run(60_000);
  expect(stage.world.audit()).toMatchObject({ tasks: 5, ...RIGHT });
  return { stage, web, bridge, service };
};

describe('a sweep of which a part cannot be looked at', () => {
  test('goes on without the group whose task definition cannot be read, and says so', async () => {
    const { stage, web, bridge, service } = await unwired();
    const next = stage.world.ecs.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'web', portMappings: [{ containerPort: 9090, protocol: 'tcp' }] }],
    });
    stage.world.ecs.updateService(service.arn, { taskDefinition: next.arn });
    stage.world.targetGroups.drop(bridge.arn, { id: 'i-0a', port: 32_768 });
    await stage.run(30_000);
    const before = stage.registered(web);
    const fault = stage.world.faults.add({ action: 'ecs:DescribeTaskDefinition', failure: 'broken' });
    const ran = await stage.sweep();
    expect(ran.failed).toEqual([
      { id: expect.any(String), cause: expect.stringContaining(`${web.arn}: ecs:DescribeTaskDefinition`) },
    ]);
    expect(stage.registered(web)).toEqual(before);
    expect(made(ran)).toEqual(['register i-0a:32768 bridge: task <id> is running']);

    fault.remove();
    await stage.sweep();
    expect(stage.world.audit()).toMatchObject(RIGHT);
  });

  test('takes no target of an instance for unexplained whose tasks it could not tell', async () => {
    const { stage, web, bridge } = await unwired();
    const before = stage.registered(bridge);
    for (const id of stage.registered(web))
      stage.world.targetGroups.drop(web.arn, { id: id.split(':')[0] ?? '', port: 8080 });
    stage.world.targetGroups.force(bridge.arn, { id: 'i-0a', port: 32_768 }, 'unhealthy');
    stage.world.faults.add({ action: 'ecs:DescribeContainerInstances', failure: 'denied' });
    const fresh = stage.instance();
    const ran = await stage.world.clock.until(
      fresh({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }),
    );
    await stage.run(120_000);
    expect(ran.failed).toEqual([{ id: expect.any(String), cause: expect.stringContaining(bridge.arn) }]);
    expect(stage.registered(bridge)).toEqual(before);
    expect(stage.registered(web)).toHaveLength(2);
  });

  test('tells what it did, though it cannot tell whether an idle service exists', async () => {
    const { stage, web } = await unwired();
    stage.group('idle', { 'taskwire:service': 'production/idle' });
    stage.world.targetGroups.drop(web.arn, { id: '10.0.0.5', port: 8080 });
    const missing = stage.registered(web).length;
    expect(missing).toBe(1);
    // The survey asks for the services that exist; the idle one is asked for by itself.
    stage.world.faults.add({
      action: 'ecs:DescribeServices',
      failure: 'broken',
      when: ({ services }) => services.includes('idle'),
    });
    const ran = await stage.sweep();
    expect(made(ran)).toHaveLength(1);
    expect(found(ran)).toEqual([]);
    expect(ran.failed).toEqual([{ id: expect.any(String), cause: expect.stringContaining('ecs:DescribeServices') }]);
    expect(stage.queue.messages).toHaveLength(1);
  });
});
