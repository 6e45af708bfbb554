import { describe, expect, test } from '@jest/globals';
import { blind, found, made, RIGHT, words } from '../support/say.ts';
import { createStage, type Stage } from '../support/stage.ts';

const twoPorts = ({ world }: Stage): void => {
  world.ecs.registerTaskDefinition({
    family: 'shop',
    containers: [
      {
        name: 'app',
        portMappings: [
          { containerPort: 8080, protocol: 'tcp' },
          { containerPort: 8443, protocol: 'tcp' },
        ],
      },
      { name: 'admin', essential: false, portMappings: [{ containerPort: 9090, protocol: 'tcp' }] },
    ],
  });
};

describe('two workloads behind one group', () => {
  test('both are registered, and one that shrinks to nothing leaves the other alone', async () => {
    const stage = createStage();
    const group = stage.group('web', {
      'taskwire:service': 'production/blue',
      'taskwire:service.2': 'production/green',
    });
    const blue = stage.service('blue', 2);
    stage.service('green', 2);
    await stage.run(60_000);
    expect(stage.registered(group)).toHaveLength(4);
    stage.world.ecs.updateService(blue.arn, { desiredCount: 0 });
    await stage.run(60_000);
    expect(stage.registered(group)).toEqual(['10.0.0.6:8080', '10.0.0.7:8080']);
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
  });

  test('an address that goes from one to the other keeps its target, on the heir’s port only', async () => {
    const stage = createStage();
    const group = stage.group('web', { 'taskwire:service': 'production/blue production/green' });
    stage.world.ecs.registerTaskDefinition({
      family: 'green',
      containers: [{ name: 'web', portMappings: [{ containerPort: 9000, protocol: 'tcp' }] }],
    });
    const blue = stage.service('blue', 2);
    const green = stage.service('green', 1, { taskDefinition: 'green' });
    await stage.run(60_000);
    blind(stage);
    stage.world.ecs.updateService(blue.arn, { desiredCount: 1 });
    await stage.run(60_000);
    stage.world.ecs.updateService(green.arn, { desiredCount: 2 });
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(stage.registered(group)).toEqual(['10.0.0.4:8080', '10.0.0.5:9000', '10.0.0.6:9000']);
    expect(made(ran)).toContainEqual(
      expect.stringMatching(
        /^deregister 10\.0\.0\.5:8080 web: task <id> \(service:blue\) stopped: .*; task <id> \(service:green\) has 10\.0\.0\.5 now$/,
      ),
    );
    expect(stage.world.audit()).toMatchObject(RIGHT);
  });
});

describe('one service in several groups', () => {
  test('each takes the container and port that its tags, its protocol or its own port pick', async () => {
    const stage = createStage();
    twoPorts(stage);
    const tags = { 'taskwire:service': 'production/shop' };
    const byPort = stage.group('by-port', { ...tags, 'taskwire:port': '8443' });
    const byContainer = stage.group('by-container', { ...tags, 'taskwire:container': 'admin' });
    const byOwnPort = stage.group('by-own-port', tags, { port: 8080 });
    const unclear = stage.group('unclear', tags, { port: 80 });
    const service = stage.service('shop', 2, { taskDefinition: 'shop' });
    await stage.run(60_000);
    const ran = await stage.sweep();
    expect(stage.registered(byPort)).toEqual(['10.0.0.4:8443', '10.0.0.5:8443']);
    expect(stage.registered(byContainer)).toEqual(['10.0.0.4:9090', '10.0.0.5:9090']);
    expect(stage.registered(byOwnPort)).toEqual(['10.0.0.4:8080', '10.0.0.5:8080']);
    expect(stage.registered(unclear)).toEqual([]);
    expect(found(ran)).toEqual(['TAG-10 high unclear']);
    expect(words(ran)).toContain('app:8080, app:8443, admin:9090');

    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(60_000);
    expect([byPort, byContainer, byOwnPort].flatMap(stage.registered)).toEqual([]);
  });

  test('on an instance each port has a host port of its own, and a container that ends takes only its own', async () => {
    const stage = createStage();
    const { ecs, network } = stage.world;
    ecs.addContainerInstance('production', network.addInstance({ subnetId: stage.subnetId, id: 'i-0a' }).id);
    ecs.registerTaskDefinition({
      family: 'bridge',
      networkMode: 'bridge',
      containers: [
        { name: 'app', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] },
        { name: 'admin', essential: false, portMappings: [{ containerPort: 9090, protocol: 'tcp' }] },
      ],
    });
    const tags = { 'taskwire:service': 'production/bridge' };
    const app = stage.group('app', { ...tags, 'taskwire:container': 'app' }, { targetType: 'instance' });
    const admin = stage.group('admin', { ...tags, 'taskwire:container': 'admin' }, { targetType: 'instance' });
    const service = stage.service('bridge', 2, { taskDefinition: 'bridge', subnets: [] });
    await stage.run(60_000);
    expect(stage.registered(app)).toEqual(['i-0a:32768', 'i-0a:32770']);
    expect(stage.registered(admin)).toEqual(['i-0a:32769', 'i-0a:32771']);
    ecs.exitContainer(ecs.tasksOf(service.arn)[0]?.arn ?? '', 'admin');
    await stage.run(120_000);
    expect(stage.registered(app)).toEqual(['i-0a:32768', 'i-0a:32770']);
    expect(stage.registered(admin)).toEqual(['i-0a:32771']);
  });
});

describe('standalone tasks', () => {
  test('are wired by their family, also where they borrow a service’s group', async () => {
    const stage = createStage();
    const web = stage.group('web', { 'taskwire:service': 'production/web' });
    const jobs = stage.group('jobs', { 'taskwire:family': 'production/web' });
    stage.service('web', 1);
    const launch = { cluster: 'production', taskDefinition: 'web', subnets: [stage.subnetId] };
    stage.world.ecs.runTask(launch);
    const [borrower] = stage.world.ecs.runTask({ ...launch, group: 'service:web', startedBy: 'a person' });
    await stage.run(60_000);
    await stage.sweep();
    expect(stage.registered(web)).toEqual(['10.0.0.4:8080']);
    expect(stage.registered(jobs)).toEqual(['10.0.0.5:8080', '10.0.0.6:8080']);
    stage.world.ecs.stopTask(borrower?.arn ?? '');
    await stage.run(60_000);
    expect(stage.registered(jobs)).toEqual(['10.0.0.5:8080']);
    expect(stage.world.audit()).toMatchObject(RIGHT);
    expect(stage.ran.flatMap(found)).toEqual([]);
  });
});

describe('Elastic Beanstalk', () => {
  /** Two environments, of which one's name begins with the other's; their clusters are told apart by instance tags only. */
  const environments = () => {
    const stage = createStage({ clusters: ['production'] });
    const { ecs, network } = stage.world;
    ecs.registerTaskDefinition({
      family: 'awseb-shop',
      networkMode: 'bridge',
      containers: [{ name: 'app', portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }] }],
    });
    const start = (cluster: string, environment: string, id: string) => {
      if (!ecs.clusters.has(cluster)) ecs.addCluster(cluster);
      const tags = { 'elasticbeanstalk:environment-name': environment };
      const instance = ecs.addContainerInstance(
        cluster,
        network.addInstance({ subnetId: stage.subnetId, id, tags }).id,
      );
      return ecs.startTask({ cluster, taskDefinition: 'awseb-shop', containerInstance: instance.arn });
    };
    const group = stage.group('shop', { 'taskwire:beanstalk': 'shop-prod' }, { targetType: 'instance', port: 80 });
    return { stage, start, group };
  };

  test('its tasks are wired by their instances’ environment, also outside of the watched clusters', async () => {
    const { stage, start, group } = environments();
    const task = start('awseb-shop-prod-x7', 'shop-prod', 'i-0a');
    start('awseb-shop-prod-x7', 'shop-prod', 'i-0b');
    start('awseb-shop-prod-2-y8', 'shop-prod-2', 'i-0c');
    await stage.run(60_000);
    expect(stage.registered(group)).toEqual(['i-0a:80', 'i-0b:80']);
    const ran = await stage.sweep();
    expect([made(ran), found(ran)]).toEqual([[], []]);
    stage.world.ecs.stopTask(task.arn);
    await stage.run(60_000);
    expect(stage.registered(group)).toEqual(['i-0b:80']);
    expect(stage.world.audit()).toMatchObject({ tasks: 1, ...RIGHT });
  });

  test('a sweep finds its cluster, registers what was lost and removes what stopped', async () => {
    const { stage, start, group } = environments();
    blind(stage);
    const task = start('awseb-shop-prod-x7', 'shop-prod', 'i-0a');
    start('awseb-shop-prod-x7', 'shop-prod', 'i-0b');
    start('awseb-shop-prod-2-y8', 'shop-prod-2', 'i-0c');
    await stage.run(60_000);
    await stage.sweep();
    expect(stage.registered(group)).toEqual(['i-0a:80', 'i-0b:80']);
    stage.world.ecs.stopTask(task.arn);
    await stage.run(60_000);
    await stage.sweep();
    await stage.run(90_000);
    expect(stage.registered(group)).toEqual(['i-0b:80']);
    expect(stage.ran.flatMap(made)).toContainEqual(
      'deregister i-0a:80 shop: task <id> (family:awseb-shop) stopped: Task stopped by user',
    );
  });
});
