import {
  AssociateVpcCidrBlockCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkInterfaceCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Moto } from './moto.ts';
import { present } from './present.ts';

// What moto 5.2.5 lacks for this, found by trying; look again when the pin changes.
// - Services start no tasks: they are run with `group: service:<name>` and `startedBy: ecs-svc/…`.
// - A task's state moves on at every look unless `ecs::task` is set to `manual`; and `startTask` is the only way to EC2
//   tasks, which get no port bindings: those stay with the simulator.
// - A Fargate task's address is any of 10.0.0.0/8, whatever its subnet's block: so the VPC has a subnet of that size,
//   which AWS would refuse.
// - RunTask needs security groups, and `cpu` on every container definition.
// - StopTask goes to STOPPED at once, and the interface stays: `releaseAddress` deletes it, as AWS does at the end of
//   DEPROVISIONING. Its description names no attachment.
// - Tasks carry no version, no moments but `stoppedReason`, containers neither `networkInterfaces` nor bindings.

const REGION = 'eu-central-1';
const ANY_TEN = '10.0.0.0/8';
/** More looks than any test takes. */
const NEVER = 1_000_000;

/** A small account in moto. */
export interface MotoWorld {
  readonly region: string;
  readonly cluster: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  /** A service and its task definition, with one container that opens `port`. It starts nothing. */
  createService(name: string, port: number): Promise<void>;
  /** A group of type `ip`; returns its ARN. */
  createTargetGroup(name: string, tags: Readonly<Record<string, string>>): Promise<string>;
  tagTargetGroup(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Runs Fargate tasks as a deployment of the service would; as DescribeTasks tells them. */
  runTasks(service: string, count: number, deployment?: string): Promise<readonly Task[]>;
  /** As DescribeTasks tells it then: STOPPED, with its interface still there. */
  stopTask(task: Task): Promise<Task>;
  /** Deletes the interface of a stopped task, so that nobody has its address. */
  releaseAddress(task: Task): Promise<void>;
  describeTask(task: Task): Promise<Task>;
  /** `address:port` of every target that is registered, sorted. */
  targetsOf(groupArn: string): Promise<readonly string[]>;
  /** As a person or another tool would. */
  register(groupArn: string, target: TargetDescription): Promise<void>;
  deregister(groupArn: string, target: TargetDescription): Promise<void>;
}

/** Clients of moto for the account that every test of this folder uses. */
export const motoSettings = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Builds VPC, subnet, security group and cluster in an empty moto. */
export const createMotoWorld = async (moto: Moto, cluster = 'production'): Promise<MotoWorld> => {
  const settings = motoSettings(moto.endpoint);
  const ec2 = new EC2Client(settings);
  const ecs = new ECSClient(settings);
  const elb = new ElasticLoadBalancingV2Client(settings);
  const tagging = new ResourceGroupsTaggingAPIClient(settings);

  await moto.setTransition('ecs::task', { progression: 'manual', times: NEVER });
  const vpcId = present((await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId);
  await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpcId, CidrBlock: ANY_TEN }));
  // Without it moto gives the task's interface no private DNS name and RunTask fails.
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
  const subnet = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: ANY_TEN, AvailabilityZone: `${REGION}a` }),
  );
  const subnetId = present(subnet.Subnet?.SubnetId);
  const securityGroup = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'tasks', Description: 'tasks', VpcId: vpcId }),
  );
  const securityGroupId = present(securityGroup.GroupId);
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));

  const describe = async (taskArns: readonly string[]): Promise<readonly Task[]> => {
    const answer = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [...taskArns] }));
    return answer.tasks ?? [];
  };
  const arnOf = (task: Task): string => present(task.taskArn);

  return {
    region: REGION,
    cluster,
    vpcId,
    subnetId,
    ecs,
    elb,
    ec2,
    tagging,
    createService: async (name, port) => {
      await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: name,
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          containerDefinitions: [
            {
              name: 'app',
              image: name,
              cpu: 256,
              memory: 512,
              portMappings: [{ containerPort: port, protocol: 'tcp' }],
            },
          ],
        }),
      );
      await ecs.send(
        new CreateServiceCommand({
          cluster,
          serviceName: name,
          taskDefinition: name,
          desiredCount: 0,
          launchType: 'FARGATE',
        }),
      );
    },
    createTargetGroup: async (name, tags) => {
      const answer = await elb.send(
        new CreateTargetGroupCommand({
          Name: name,
          Protocol: 'HTTP',
          Port: 80,
          VpcId: vpcId,
          TargetType: 'ip',
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      return present(answer.TargetGroups?.[0]?.TargetGroupArn);
    },
    tagTargetGroup: async (arn, tags) => {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await elb.send(new AddTagsCommand({ ResourceArns: [arn], Tags }));
    },
    runTasks: async (service, count, deployment = '1') => {
      const answer = await ecs.send(
        new RunTaskCommand({
          cluster,
          taskDefinition: service,
          launchType: 'FARGATE',
          count,
          group: `service:${service}`,
          startedBy: `ecs-svc/${deployment}`,
          networkConfiguration: { awsvpcConfiguration: { subnets: [subnetId], securityGroups: [securityGroupId] } },
        }),
      );
      return describe((answer.tasks ?? []).map(arnOf));
    },
    stopTask: async (task) => {
      await ecs.send(new StopTaskCommand({ cluster, task: arnOf(task), reason: 'stopped by the test' }));
      return present((await describe([arnOf(task)])).at(0));
    },
    releaseAddress: async (task) => {
      const details = task.attachments?.flatMap((attachment) => attachment.details ?? []) ?? [];
      const id = present(details.find(({ name }) => name === 'networkInterfaceId')?.value);
      await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
    },
    describeTask: async (task) => present((await describe([arnOf(task)])).at(0)),
    targetsOf: async (groupArn) => {
      const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: groupArn }));
      return (answer.TargetHealthDescriptions ?? []).map(({ Target }) => `${Target?.Id}:${Target?.Port}`).sort();
    },
    register: async (groupArn, target) => {
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn: groupArn, Targets: [target] }));
    },
    deregister: async (groupArn, target) => {
      await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: groupArn, Targets: [target] }));
    },
  };
};

/** The private IPv4 address of an `awsvpc` task. */
export const addressOf = (task: Task): string => {
  const details = task.attachments?.flatMap((attachment) => attachment.details ?? []) ?? [];
  return present(details.find(({ name }) => name === 'privateIPv4Address')?.value);
};

/**
 * The ECS Task State Change that ECS would send for a task as DescribeTasks tells it: moments as ISO text, the
 * interface's attachment called `eni`, no health status.
 * @param version moto keeps none; the test counts.
 */
export const eventOf = (task: Task, version: number) => {
  const { healthStatus: _health, tags: _tags, ...told } = task;
  const time = new Date();
  return {
    version: '0',
    id: `${task.taskArn?.split('/').at(-1)}-${version}`,
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    account: '123456789012',
    time: `${time.toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: [task.taskArn],
    detail: {
      ...told,
      attachments: task.attachments?.map((attachment) => ({
        ...attachment,
        type: attachment.type === 'ElasticNetworkInterface' ? 'eni' : attachment.type,
      })),
      updatedAt: time.toISOString(),
      version,
    },
  };
};
