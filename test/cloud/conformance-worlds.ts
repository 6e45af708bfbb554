import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { CreateTagsCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { ECSClient, StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { serveWorld } from '../../simulator/wire/server.ts';
import { createWorld } from '../../simulator/world.ts';
import type { Moto } from './moto.ts';
import { addressOf, createMotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';

/** The same small account, behind whichever endpoint: what a call needs to know of it. */
export interface ConformanceWorld {
  readonly name: 'moto' | 'simulator';
  readonly clients: ReturnType<typeof clientsOf>;
  readonly cluster: string;
  /** Three Fargate tasks of the service `web`, running. */
  readonly taskArns: readonly string[];
  /** Their addresses. */
  readonly addresses: readonly string[];
  /** A group of type `ip`, tagged `taskwire:service` and `stage`. */
  readonly groupArn: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** An instance tagged `elasticbeanstalk:environment-name` = `shop`. */
  readonly instanceId: string;
  readonly queueUrl: string;
  /** What is named differently in each, by what it is called when compared. */
  readonly names: ReadonlyMap<string, string>;
  /** Asks the first task to stop and waits until it has. */
  stopFirstTask(): Promise<void>;
  close(): Promise<void>;
}

const PORT = 8080;
const SERVICE = 'web';
const CLUSTER = 'production';
const ENVIRONMENT = { Key: 'elasticbeanstalk:environment-name', Value: 'shop' };
const GROUP_TAGS = { 'taskwire:service': `${CLUSTER}/${SERVICE}`, stage: 'production' };
const TASKS = 3;

const clientsOf = (endpoint: string) => {
  const settings = { ...motoSettings(endpoint), maxAttempts: 1 };
  return {
    ecs: new ECSClient(settings),
    elb: new ElasticLoadBalancingV2Client(settings),
    tagging: new ResourceGroupsTaggingAPIClient(settings),
    ec2: new EC2Client(settings),
    autoScaling: new AutoScalingClient(settings),
    codeDeploy: new CodeDeployClient(settings),
    events: new EventBridgeClient(settings),
    sqs: new SQSClient(settings),
  };
};

const namesOf = (
  single: Readonly<Record<string, string>>,
  lists: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(single).map(([name, value]) => [value, `<${name}>`] as const),
    ...Object.entries(lists).flatMap(([name, values]) => values.map((value, n) => [value, `<${name} ${n}>`] as const)),
  ]);

const detail = (task: Task, wanted: string): string =>
  present(task.attachments?.flatMap(({ details }) => details ?? []).find(({ name }) => name === wanted)?.value);

/** Builds the account in moto. */
export const createMotoSide = async (moto: Moto): Promise<ConformanceWorld> => {
  const world = await createMotoWorld(moto, CLUSTER);
  const clients = clientsOf(moto.endpoint);
  await world.createService(SERVICE, PORT);
  const tasks = await world.runTasks(SERVICE, TASKS);
  const groupArn = await world.createTargetGroup(SERVICE, GROUP_TAGS);
  const run = await clients.ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1, SubnetId: world.subnetId }),
  );
  const instanceId = present(run.Instances?.[0]?.InstanceId);
  await clients.ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: [ENVIRONMENT] }));
  const queueUrl = present((await clients.sqs.send(new CreateQueueCommand({ QueueName: 'work' }))).QueueUrl);
  const taskArns = tasks.map(({ taskArn }) => present(taskArn));
  const addresses = tasks.map(addressOf);
  return {
    name: 'moto',
    clients,
    cluster: CLUSTER,
    taskArns,
    addresses,
    groupArn,
    vpcId: world.vpcId,
    subnetId: world.subnetId,
    instanceId,
    queueUrl,
    names: namesOf(
      { group: groupArn, vpc: world.vpcId, subnet: world.subnetId, instance: instanceId },
      {
        task: taskArns,
        address: addresses,
        interface: tasks.map((task) => detail(task, 'networkInterfaceId')),
        attachment: tasks.map((task) => present(task.attachments?.[0]?.id)),
      },
    ),
    stopFirstTask: async () => {
      await clients.ecs.send(new StopTaskCommand({ cluster: CLUSTER, task: present(taskArns[0]), reason: 'enough' }));
    },
    close: async () => undefined,
  };
};

/** Builds the same account in the simulator, behind its wire half. */
export const createSimulatorSide = async (): Promise<ConformanceWorld> => {
  // moto's account number, so that ARNs are the same but for their ids.
  const world = createWorld({ account: '123456789012', region: 'eu-central-1', budgets: false });
  const vpc = world.network.addVpc({ cidrs: ['10.0.0.0/8'] });
  const subnet = world.network.addSubnet({ vpcId: vpc.id, cidr: '10.0.0.0/8' });
  const instance = world.network.addInstance({ subnetId: subnet.id, tags: { [ENVIRONMENT.Key]: ENVIRONMENT.Value } });
  world.ecs.addCluster(CLUSTER);
  const image = { name: 'app', image: SERVICE, portMappings: [{ containerPort: PORT, protocol: 'tcp' as const }] };
  world.ecs.registerTaskDefinition({ family: SERVICE, containers: [image] });
  world.ecs.createService({ cluster: CLUSTER, name: SERVICE, taskDefinition: SERVICE, desiredCount: 0 });
  const group = world.targetGroups.add({ name: SERVICE, vpcId: vpc.id, tags: GROUP_TAGS, attached: false });
  const tasks = world.ecs.runTask({
    cluster: CLUSTER,
    taskDefinition: SERVICE,
    subnets: [subnet.id],
    count: TASKS,
    group: `service:${SERVICE}`,
    startedBy: 'ecs-svc/1',
  });
  const queue = world.queues.add({ name: 'work' });
  await world.clock.advance(60_000);
  const server = await serveWorld(world);
  const taskArns = tasks.map(({ arn }) => arn);
  const interfaces = tasks.map(({ attachment }) => present(attachment?.interface));
  const addresses = interfaces.map(({ ipv4 }) => present(ipv4));
  return {
    name: 'simulator',
    clients: clientsOf(server.endpoint),
    cluster: CLUSTER,
    taskArns,
    addresses,
    groupArn: group.arn,
    vpcId: vpc.id,
    subnetId: subnet.id,
    instanceId: instance.id,
    queueUrl: server.queueUrl(queue.url),
    names: namesOf(
      { group: group.arn, vpc: vpc.id, subnet: subnet.id, instance: instance.id },
      {
        task: taskArns,
        address: addresses,
        interface: interfaces.map(({ id }) => id),
        attachment: tasks.map(({ attachment }) => present(attachment?.id)),
      },
    ),
    stopFirstTask: async () => {
      world.ecs.stopTask(present(taskArns[0]), 'enough');
      await world.clock.advance(120_000);
    },
    close: () => server.close(),
  };
};
