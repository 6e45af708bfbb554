import { setTimeout as wait } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { deployStack } from './deployed-stack.ts';
import { freeEndpoint, ministackSettings, startMinistack } from './ministack.ts';
import { type MinistackFront, startMinistackFront } from './ministack-front.ts';
import { present } from './present.ts';

const CLUSTER = 'production';
export const FUNCTION = 'taskwire-prod-register-targets';
/** What every task's container listens on. */
const PORT = 8080;
/** Batching window, a cold start and polling, on a machine that does other work too. */
export const SOON_MS = 45_000;

/** ministack with the stack deployed to it, a VPC and a cluster; the test plays ECS. */
export interface DeployedWorld {
  /** ministack's own endpoint. */
  readonly endpoint: string;
  readonly front: MinistackFront;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly events: EventBridgeClient;

  /** A service that starts nothing by itself; ARN of the group that its tag wires it to. */
  createService(name: string): Promise<string>;
  /** Runs tasks as a deployment of the service would, one for each address. */
  runTasks(service: string, addresses: readonly string[], deployment?: string): Promise<readonly Task[]>;
  /** Puts the ECS Task State Change on the default bus that ECS would send. @throws If the bus refuses it. */
  tell(task: Task, differs?: Readonly<Record<string, unknown>>): Promise<void>;
  /** `address:port` of what is registered and not draining, sorted. */
  targetsOf(groupArn: string): Promise<readonly string[]>;
  /** Everything that the function has logged. */
  lines(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Looks again and again until it is as expected. */
export const eventually = async (look: () => Promise<void>): Promise<void> => {
  const untilMs = Date.now() + SOON_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      await wait(250);
    }
  }
};

/** `address:port` of tasks, as targets are told. */
export const targetsFor = (tasks: readonly Task[]): readonly string[] =>
  tasks
    .map(({ attachments }) => attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value)
    .map((address) => `${address}:${PORT}`)
    .sort();

/** Starts ministack and deploys the stack to it. @param python Of the virtual environment. */
export const createDeployedWorld = async (python: string): Promise<DeployedWorld> => {
  const endpoint = await freeEndpoint();
  const front = await startMinistackFront(endpoint);
  const ministack = await startMinistack(python, endpoint, front.endpoint);
  const settings = ministackSettings(endpoint);
  const ecs = new ECSClient(settings);
  const elb = new ElasticLoadBalancingV2Client(settings);
  const ec2 = new EC2Client(settings);
  const events = new EventBridgeClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  const stop = async (): Promise<void> => {
    for (const client of [ecs, elb, ec2, events, logs]) client.destroy();
    await front.close();
    await ministack.stop();
  };
  try {
    await deployStack(endpoint, { clusters: CLUSTER });
    const vpcId = present((await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId);
    const subnet = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.0.1.0/24' }));
    const subnetId = present(subnet.Subnet?.SubnetId);
    await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));

    return {
      endpoint,
      front,
      elb,
      events,

      stop,
      createService: async (name) => {
        const portMappings = [{ containerPort: PORT, protocol: 'tcp' as const }];
        await ecs.send(
          new RegisterTaskDefinitionCommand({
            family: name,
            networkMode: 'awsvpc',
            requiresCompatibilities: ['FARGATE'],
            cpu: '256',
            memory: '512',
            containerDefinitions: [{ name: 'app', image: name, cpu: 256, memory: 512, portMappings }],
          }),
        );
        await ecs.send(
          new CreateServiceCommand({ cluster: CLUSTER, serviceName: name, taskDefinition: name, desiredCount: 0 }),
        );
        const answer = await elb.send(
          new CreateTargetGroupCommand({ Name: name, Protocol: 'HTTP', Port: 80, VpcId: vpcId, TargetType: 'ip' }),
        );
        const arn = present(answer.TargetGroups?.[0]?.TargetGroupArn);
        const Tags = [{ Key: 'taskwire:service', Value: `${CLUSTER}/${name}` }];
        await elb.send(new AddTagsCommand({ ResourceArns: [arn], Tags }));
        return arn;
      },
      runTasks: async (service, addresses, deployment = '1') => {
        const tasks: Task[] = [];
        for (const address of addresses) {
          const { tasks: [task] = [] } = await ecs.send(
            new RunTaskCommand({
              cluster: CLUSTER,
              taskDefinition: service,
              launchType: 'FARGATE',
              group: `service:${service}`,
              startedBy: `ecs-svc/${deployment}`,
              networkConfiguration: { awsvpcConfiguration: { subnets: [subnetId] } },
            }),
          );
          const taskArn = present(task?.taskArn);
          const details = [
            { name: 'subnetId', value: subnetId },
            { name: 'networkInterfaceId', value: `eni-${taskArn.slice(-12)}` },
            { name: 'privateIPv4Address', value: address },
          ];
          const attachments = [
            { id: crypto.randomUUID(), type: 'ElasticNetworkInterface', status: 'ATTACHED', details },
          ];
          front.giveInterface(taskArn, attachments);
          tasks.push({ ...task, attachments });
        }
        return tasks;
      },
      tell: async (task, differs = {}) => {
        const { healthStatus: _health, tags: _tags, ...told } = task;
        const attachments = task.attachments?.map((attachment) => ({ ...attachment, type: 'eni' }));
        const answer = await events.send(
          new PutEventsCommand({
            Entries: [
              {
                Source: 'aws.ecs',
                DetailType: 'ECS Task State Change',
                Detail: JSON.stringify({ ...told, attachments, ...differs }),
                Resources: [present(task.taskArn)],
              },
            ],
          }),
        );
        if (answer.FailedEntryCount !== 0) throw new Error(`refused: ${JSON.stringify(answer.Entries)}`);
      },
      targetsOf: async (groupArn) => {
        const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: groupArn }));
        return (answer.TargetHealthDescriptions ?? [])
          .filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
          .map(({ Target }) => `${Target?.Id}:${Target?.Port}`)
          .sort();
      },
      lines: async () => {
        const all: string[] = [];
        let nextToken: string | undefined;
        do {
          const answer = await logs.send(
            new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${FUNCTION}`, ...(nextToken && { nextToken }) }),
          );
          all.push(...(answer.events ?? []).map(({ message }) => message ?? ''));
          nextToken = answer.nextToken;
        } while (nextToken);
        return all;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
