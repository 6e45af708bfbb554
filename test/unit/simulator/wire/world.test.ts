import {
  BatchGetApplicationsCommand,
  BatchGetDeploymentGroupsCommand,
  paginateListApplications,
} from '@aws-sdk/client-codedeploy';
import { DescribeTagsCommand, paginateDescribeNetworkInterfaces } from '@aws-sdk/client-ec2';
import { DescribeTasksCommand, ListTasksCommand, paginateListTasks } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  paginateDescribeTargetGroups,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { serveWorld, type WireServer } from '../../../../simulator/wire/server.ts';
import { createWorld, type World } from '../../../../simulator/world.ts';
import { clientsOf } from './clients.ts';

let world: World;
let server: WireServer;
let clients: ReturnType<typeof clientsOf>;

beforeEach(async () => {
  world = createWorld();
  server = await serveWorld(world);
  clients = clientsOf(server.endpoint);
});
afterEach(() => server.close());

const collect = async <Page, T>(pages: AsyncIterable<Page>, itemsOf: (page: Page) => readonly T[] | undefined) => {
  const found: T[] = [];
  let count = 0;
  for await (const page of pages) {
    found.push(...(itemsOf(page) ?? []));
    count += 1;
  }
  return { found, pages: count };
};

const arrangeTasks = async (count: number) => {
  const { id: vpcId } = world.network.addVpc();
  const { id: subnet } = world.network.addSubnet({ vpcId, cidr: '10.0.0.0/22' });
  world.ecs.addCluster('production');
  world.ecs.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'app', portMappings: [{ containerPort: 80 }] }],
  });
  const tasks = world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [subnet], count });
  await world.clock.advance(60_000);
  return { vpcId, subnet, tasks };
};

describe('the world through the SDK', () => {
  test('pages 250 tasks and their interfaces, 100 at a time, each once', async () => {
    const { tasks } = await arrangeTasks(250);
    const listing = await collect(
      paginateListTasks({ client: clients.ecs }, { cluster: 'production' }),
      ({ taskArns }) => taskArns,
    );
    expect(listing.pages).toBe(3);
    expect([...listing.found].sort()).toEqual(tasks.map(({ arn }) => arn).sort());

    const first = listing.found.slice(0, 100);
    const answer = await clients.ecs.send(new DescribeTasksCommand({ cluster: 'production', tasks: first }));
    expect(answer.tasks?.map(({ taskArn }) => taskArn)).toEqual(first);
    expect(answer.tasks?.every(({ startedAt }) => startedAt instanceof Date)).toBe(true);
    await expect(
      clients.ecs.send(new DescribeTasksCommand({ cluster: 'production', tasks: listing.found.slice(0, 101) })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });

    const interfaces = await collect(
      paginateDescribeNetworkInterfaces({ client: clients.ec2, pageSize: 100 }, {}),
      ({ NetworkInterfaces }) => NetworkInterfaces,
    );
    expect(interfaces).toMatchObject({ pages: 3, found: { length: 250 } });
  });

  test('pages target groups and tagged resources', async () => {
    for (let n = 0; n < 120; n += 1) {
      world.targetGroups.add({ name: `g${n}`, tags: n % 2 ? { a: '1', b: `${n}` } : { a: '2' } });
    }
    const groups = await collect(
      paginateDescribeTargetGroups({ client: clients.elb }, { PageSize: 50 }),
      ({ TargetGroups }) => TargetGroups,
    );
    expect(groups).toMatchObject({ pages: 3, found: { length: 120 } });
    const tagged = await collect(
      paginateGetResources(
        { client: clients.tagging, pageSize: 50 },
        {
          TagFilters: [{ Key: 'a', Values: ['1'] }, { Key: 'b' }],
          ResourceTypeFilters: ['elasticloadbalancing:targetgroup'],
        },
      ),
      ({ ResourceTagMappingList }) => ResourceTagMappingList,
    );
    expect(tagged).toMatchObject({ pages: 2, found: { length: 60 } });
  });

  test('throttles beyond the burst, in the words of each service', async () => {
    world.budgets.use('ecs cluster resource read', 100);
    world.ecs.addCluster('production');
    await expect(clients.ecs.send(new ListTasksCommand({ cluster: 'production' }))).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
    });
    world.budgets.use('elb account', 40);
    await expect(clients.elb.send(new DescribeTargetGroupsCommand({}))).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
    });
  });

  test('resets the connection before or after the effect, and tells nobody which', async () => {
    const { vpcId, tasks } = await arrangeTasks(1);
    const group = world.targetGroups.add({ name: 'web', vpcId });
    const register = () =>
      clients.elb.send(
        new RegisterTargetsCommand({
          TargetGroupArn: group.arn,
          Targets: [{ Id: tasks[0]?.attachment?.interface?.ipv4, Port: 80 }],
        }),
      );
    const reset = { message: expect.stringContaining('ECONNRESET') };
    const before = world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'unanswered' });
    await expect(register()).rejects.toMatchObject(reset);
    expect(world.targetGroups.targetsOf(group.arn)).toEqual([]);
    before.remove();

    world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'lost' });
    await expect(register()).rejects.toMatchObject(reset);
    const answer = await clients.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group.arn }));
    expect(answer.TargetHealthDescriptions).toMatchObject([
      { Target: { Port: 80 }, TargetHealth: { State: 'initial' } },
    ]);
  });

  test('answers late while the clock follows real time', async () => {
    world.ecs.addCluster('production');
    world.faults.add({ action: 'ecs:ListTasks', latencyMs: 30_000 });
    const stop = world.clock.follow(1_000);
    const startMs = world.clock.nowMs();
    await clients.ecs.send(new ListTasksCommand({ cluster: 'production' }));
    expect(world.clock.nowMs() - startMs).toBeGreaterThanOrEqual(30_000);
    stop();
  });

  test('tells tags of instances, with stars in filters as AWS reads them', async () => {
    const { id: vpcId } = world.network.addVpc();
    const { id: subnetId } = world.network.addSubnet({ vpcId, cidr: '10.0.0.0/24' });
    const key = 'elasticbeanstalk:environment-name';
    const [star, plain] = ['sh*p', 'shop'].map((name) =>
      world.network.addInstance({ subnetId, tags: { [key]: name } }),
    );
    const find = async (value: string) => {
      const filters = [
        { Name: 'resource-type', Values: ['instance'] },
        { Name: 'key', Values: [key] },
        { Name: 'value', Values: [value] },
      ];
      const answer = await clients.ec2.send(new DescribeTagsCommand({ Filters: filters, MaxResults: 1000 }));
      return answer.Tags;
    };
    expect(await find('sh\\*p')).toEqual([{ ResourceId: star?.id, ResourceType: 'instance', Key: key, Value: 'sh*p' }]);
    expect((await find('sh*p'))?.map(({ ResourceId }) => ResourceId)).toEqual([star?.id, plain?.id]);
    expect(await find('sh.p')).toEqual([]);
  });

  test('tells what CodeDeploy fills', async () => {
    world.fillings.codeDeploy.push({
      application: 'shop',
      deploymentGroup: 'web',
      targetGroupNames: ['blue', 'green'],
    });
    const applications = await collect(
      paginateListApplications({ client: clients.codeDeploy }, {}),
      (page) => page.applications,
    );
    const names = { applicationNames: applications.found };
    const known = await clients.codeDeploy.send(new BatchGetApplicationsCommand(names));
    expect(known.applicationsInfo).toEqual([{ applicationName: 'shop', computePlatform: 'ECS' }]);
    const groups = await clients.codeDeploy.send(
      new BatchGetDeploymentGroupsCommand({ applicationName: 'shop', deploymentGroupNames: ['web'] }),
    );
    expect(groups.deploymentGroupsInfo?.[0]?.loadBalancerInfo?.targetGroupPairInfoList?.[0]?.targetGroups).toEqual([
      { name: 'blue' },
      { name: 'green' },
    ]);
  });

  test('puts messages into the queue that the loopback URL stands for', async () => {
    const queue = world.queues.add({ name: 'work' });
    const Entries = [{ Id: '0', MessageBody: 'later', DelaySeconds: 20 }];
    await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: server.queueUrl(queue.url), Entries }));
    expect(queue.messages).toMatchObject([{ body: 'later' }]);
    await expect(
      clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: `${server.endpoint}/1/nowhere`, Entries })),
    ).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});
