import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { BatchGetApplicationsCommand, ListApplicationsCommand } from '@aws-sdk/client-codedeploy';
import {
  DescribeTagsCommand as DescribeEc2TagsCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeContainerInstancesCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import {
  DeregisterTargetsCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { ConformanceWorld } from './conformance-worlds.ts';

/** One call, in the order in which they are made: later ones see what earlier ones changed. */
export interface ConformanceCall {
  readonly name: string;
  send(world: ConformanceWorld): Promise<object>;
}

const PORT = 8080;
const TAG = 'taskwire:service';
const TARGET_GROUPS = ['elasticloadbalancing:targetgroup'];
const ENVIRONMENT_TAG = 'elasticbeanstalk:environment-name';

const unknownTask = ({ taskArns }: ConformanceWorld): string => `${taskArns[0]?.slice(0, -8)}00000000`;
const unknownGroup = ({ groupArn }: ConformanceWorld): string => `${groupArn.slice(0, -16)}0000000000000000`;
const targets = ({ addresses }: ConformanceWorld) => addresses.map((Id) => ({ Id, Port: PORT }));

const ecs: readonly ConformanceCall[] = [
  { name: 'ListClusters', send: ({ clients }) => clients.ecs.send(new ListClustersCommand({})) },
  {
    name: 'ListTasks',
    send: ({ clients, cluster }) => clients.ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' })),
  },
  {
    name: 'ListTasks without a desired status',
    send: ({ clients, cluster }) => clients.ecs.send(new ListTasksCommand({ cluster })),
  },
  {
    name: 'ListTasks of a service',
    send: ({ clients, cluster }) =>
      clients.ecs.send(new ListTasksCommand({ cluster, serviceName: 'web', desiredStatus: 'RUNNING' })),
  },
  {
    name: 'ListTasks of a family',
    send: ({ clients, cluster }) =>
      clients.ecs.send(new ListTasksCommand({ cluster, family: 'web', desiredStatus: 'RUNNING' })),
  },
  {
    name: 'ListTasks of a family without tasks',
    send: ({ clients, cluster }) => clients.ecs.send(new ListTasksCommand({ cluster, family: 'nobody' })),
  },
  {
    name: 'ListTasks that are stopped, before one is',
    send: ({ clients, cluster }) => clients.ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' })),
  },
  {
    name: 'ListTasks of an unknown cluster',
    send: ({ clients }) => clients.ecs.send(new ListTasksCommand({ cluster: 'nowhere' })),
  },
  {
    name: 'ListTasks of an unknown service',
    send: ({ clients, cluster }) => clients.ecs.send(new ListTasksCommand({ cluster, serviceName: 'nobody' })),
  },
  {
    name: 'ListTasks in pages of 2',
    send: async ({ clients, cluster }) => {
      const first = await clients.ecs.send(new ListTasksCommand({ cluster, maxResults: 2 }));
      const rest = await clients.ecs.send(new ListTasksCommand({ cluster, maxResults: 2, nextToken: first.nextToken }));
      const sizes = [first, rest].map(({ taskArns }) => taskArns?.length);
      return { sizes: sizes.join(', '), more: rest.nextToken !== undefined };
    },
  },
  {
    name: 'DescribeTasks',
    send: ({ clients, cluster, taskArns }) =>
      clients.ecs.send(new DescribeTasksCommand({ cluster, tasks: [...taskArns], include: ['TAGS'] })),
  },
  {
    name: 'DescribeTasks of an unknown task',
    send: (world) =>
      world.clients.ecs.send(new DescribeTasksCommand({ cluster: world.cluster, tasks: [unknownTask(world)] })),
  },
  {
    name: 'DescribeTasks of an unknown cluster',
    send: ({ clients, taskArns }) =>
      clients.ecs.send(new DescribeTasksCommand({ cluster: 'nowhere', tasks: [...taskArns] })),
  },
  {
    name: 'DescribeTasks of 101 tasks',
    send: (world) =>
      world.clients.ecs.send(
        new DescribeTasksCommand({
          cluster: world.cluster,
          tasks: Array.from({ length: 101 }, () => unknownTask(world)),
        }),
      ),
  },
  {
    name: 'DescribeTaskDefinition',
    send: ({ clients }) => clients.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' })),
  },
  {
    name: 'DescribeTaskDefinition of an unknown revision',
    send: ({ clients }) => clients.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:9' })),
  },
  {
    name: 'ListServices',
    send: ({ clients, cluster }) => clients.ecs.send(new ListServicesCommand({ cluster })),
  },
  {
    name: 'ListServices of an unknown cluster',
    send: ({ clients }) => clients.ecs.send(new ListServicesCommand({ cluster: 'nowhere' })),
  },
  {
    name: 'DescribeServices, one of them unknown',
    send: ({ clients, cluster }) =>
      clients.ecs.send(new DescribeServicesCommand({ cluster, services: ['web', 'nobody'] })),
  },
  {
    name: 'DescribeServices of 11 services',
    send: ({ clients, cluster }) =>
      clients.ecs.send(
        new DescribeServicesCommand({ cluster, services: Array.from({ length: 11 }, (_, n) => `s${n}`) }),
      ),
  },
  {
    name: 'DescribeServiceRevisions',
    send: ({ clients }) =>
      clients.ecs.send(
        new DescribeServiceRevisionsCommand({
          serviceRevisionArns: ['arn:aws:ecs:eu-central-1:123456789012:service-revision/production/web/1'],
        }),
      ),
  },
  {
    name: 'ListContainerInstances',
    send: ({ clients, cluster }) => clients.ecs.send(new ListContainerInstancesCommand({ cluster })),
  },
  {
    name: 'DescribeContainerInstances, unknown',
    send: ({ clients, cluster }) =>
      clients.ecs.send(
        new DescribeContainerInstancesCommand({
          cluster,
          containerInstances: ['arn:aws:ecs:eu-central-1:123456789012:container-instance/production/0'],
        }),
      ),
  },
];

const register = (world: ConformanceWorld, Targets: { Id: string; Port?: number; AvailabilityZone?: string }[]) =>
  world.clients.elb.send(new RegisterTargetsCommand({ TargetGroupArn: world.groupArn, Targets }));
const deregister = (world: ConformanceWorld, Targets: { Id: string; Port?: number }[]) =>
  world.clients.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: world.groupArn, Targets }));
const health = (world: ConformanceWorld) =>
  world.clients.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: world.groupArn }));

const elb: readonly ConformanceCall[] = [
  {
    name: 'DescribeTargetGroups by ARN',
    send: ({ clients, groupArn }) => clients.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [groupArn] })),
  },
  {
    name: 'DescribeTargetGroups, one of them unknown',
    send: (world) =>
      world.clients.elb.send(
        new DescribeTargetGroupsCommand({ TargetGroupArns: [world.groupArn, unknownGroup(world)] }),
      ),
  },
  {
    name: 'DescribeTargetGroupAttributes',
    send: async ({ clients, groupArn }) => {
      const answer = await clients.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: groupArn }));
      return { Attributes: answer.Attributes?.filter(({ Key }) => Key === 'deregistration_delay.timeout_seconds') };
    },
  },
  {
    name: 'DescribeTargetGroupAttributes of an unknown group',
    send: (world) =>
      world.clients.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: unknownGroup(world) })),
  },
  {
    name: 'DescribeTags of a group',
    send: ({ clients, groupArn }) => clients.elb.send(new DescribeTagsCommand({ ResourceArns: [groupArn] })),
  },
  {
    name: 'DescribeTags of an unknown group',
    send: (world) => world.clients.elb.send(new DescribeTagsCommand({ ResourceArns: [unknownGroup(world)] })),
  },
  { name: 'DescribeTargetHealth of an empty group', send: health },
  {
    name: 'DescribeTargetHealth of an unknown group',
    send: (world) => world.clients.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: unknownGroup(world) })),
  },
  {
    name: 'DescribeTargetHealth of a target that is not registered',
    send: (world) =>
      world.clients.elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: world.groupArn, Targets: [{ Id: '10.9.9.9', Port: PORT }] }),
      ),
  },
  { name: 'RegisterTargets', send: (world) => register(world, targets(world)) },
  { name: 'DescribeTargetHealth after registering', send: health },
  { name: 'RegisterTargets once more', send: (world) => register(world, targets(world)) },
  { name: 'DescribeTargetHealth after registering once more', send: health },
  { name: 'RegisterTargets without a port', send: (world) => register(world, [{ Id: '10.1.1.1' }]) },
  { name: 'DescribeTargetHealth after registering without a port', send: health },
  { name: 'DeregisterTargets without a port', send: (world) => deregister(world, [{ Id: '10.1.1.1' }]) },
  { name: 'RegisterTargets of no address', send: (world) => register(world, [{ Id: 'nowhere', Port: PORT }]) },
  { name: 'DeregisterTargets of no address', send: (world) => deregister(world, [{ Id: 'nowhere', Port: PORT }]) },
  {
    name: 'RegisterTargets outside the VPC without a zone',
    send: (world) => register(world, [{ Id: '192.168.1.1', Port: PORT }]),
  },
  {
    name: 'DeregisterTargets outside the VPC',
    send: (world) => deregister(world, [{ Id: '192.168.1.1', Port: PORT }]),
  },
  {
    name: 'RegisterTargets in an unknown group',
    send: (world) =>
      world.clients.elb.send(
        new RegisterTargetsCommand({ TargetGroupArn: unknownGroup(world), Targets: targets(world) }),
      ),
  },
  {
    name: 'DeregisterTargets of a target that is not registered',
    send: (world) => deregister(world, [{ Id: '10.9.9.9', Port: PORT }]),
  },
  {
    name: 'DeregisterTargets in an unknown group',
    send: (world) =>
      world.clients.elb.send(
        new DeregisterTargetsCommand({ TargetGroupArn: unknownGroup(world), Targets: targets(world) }),
      ),
  },
  { name: 'DeregisterTargets', send: (world) => deregister(world, targets(world).slice(0, 1)) },
  { name: 'DescribeTargetHealth after deregistering', send: health },
];

const resources = ({ clients }: ConformanceWorld, filters: { Key: string; Values?: string[] }[]) =>
  clients.tagging.send(new GetResourcesCommand({ TagFilters: filters, ResourceTypeFilters: TARGET_GROUPS }));

const others: readonly ConformanceCall[] = [
  { name: 'GetResources by a tag key', send: (world) => resources(world, [{ Key: TAG }]) },
  {
    name: 'GetResources by two filters that match',
    send: (world) => resources(world, [{ Key: TAG }, { Key: 'stage', Values: ['test', 'production'] }]),
  },
  {
    name: 'GetResources by two filters of which one matches',
    send: (world) => resources(world, [{ Key: TAG }, { Key: 'taskwire:family' }]),
  },
  {
    name: 'DescribeNetworkInterfaces by address',
    send: ({ clients, addresses }) =>
      clients.ec2.send(
        new DescribeNetworkInterfacesCommand({
          Filters: [{ Name: 'addresses.private-ip-address', Values: [...addresses, '10.9.9.9'] }],
        }),
      ),
  },
  {
    name: 'DescribeNetworkInterfaces by an address that nobody has',
    send: ({ clients }) =>
      clients.ec2.send(
        new DescribeNetworkInterfacesCommand({
          Filters: [{ Name: 'addresses.private-ip-address', Values: ['10.9.9.9'] }],
        }),
      ),
  },
  {
    name: 'DescribeNetworkInterfaces by IPv6 address',
    send: ({ clients }) =>
      clients.ec2.send(
        new DescribeNetworkInterfacesCommand({
          Filters: [{ Name: 'ipv6-addresses.ipv6-address', Values: ['2001:db8::1'] }],
        }),
      ),
  },
  {
    name: 'DescribeSubnets by id, one of them unknown, as a filter',
    send: ({ clients, subnetId }) =>
      clients.ec2.send(
        new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [subnetId, 'subnet-0'] }] }),
      ),
  },
  {
    name: 'DescribeSubnets of a VPC',
    send: ({ clients, vpcId }) =>
      clients.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] })),
  },
  {
    name: 'DescribeSubnets by an unknown id',
    send: ({ clients }) => clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-00000000000000000'] })),
  },
  {
    name: 'DescribeInstances by a tag',
    send: ({ clients }) =>
      clients.ec2.send(
        new DescribeInstancesCommand({ Filters: [{ Name: `tag:${ENVIRONMENT_TAG}`, Values: ['shop'] }] }),
      ),
  },
  {
    name: 'DescribeTags of an instance',
    send: ({ clients, instanceId }) =>
      clients.ec2.send(
        new DescribeEc2TagsCommand({
          Filters: [
            { Name: 'resource-type', Values: ['instance'] },
            { Name: 'key', Values: [ENVIRONMENT_TAG] },
            { Name: 'resource-id', Values: [instanceId] },
          ],
        }),
      ),
  },
  {
    name: 'DescribeTags by a value with a star',
    send: ({ clients }) =>
      clients.ec2.send(
        new DescribeEc2TagsCommand({
          Filters: [
            { Name: 'resource-type', Values: ['instance'] },
            { Name: 'value', Values: ['sh*'] },
          ],
        }),
      ),
  },
  {
    name: 'DescribeAutoScalingGroups',
    send: ({ clients }) => clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({})),
  },
  { name: 'ListApplications', send: ({ clients }) => clients.codeDeploy.send(new ListApplicationsCommand({})) },
  {
    name: 'BatchGetApplications, unknown',
    send: ({ clients }) => clients.codeDeploy.send(new BatchGetApplicationsCommand({ applicationNames: ['nobody'] })),
  },
  {
    name: 'PutEvents',
    send: async ({ clients }) => {
      const answer = await clients.events.send(
        new PutEventsCommand({ Entries: [{ Source: 'taskwire', DetailType: 'Taskwire Finding', Detail: '{}' }] }),
      );
      return {
        FailedEntryCount: answer.FailedEntryCount,
        taken: answer.Entries?.map(({ EventId }) => Boolean(EventId)),
      };
    },
  },
  {
    name: 'PutEvents with a detail that is no JSON',
    send: async ({ clients }) => {
      const answer = await clients.events.send(
        new PutEventsCommand({ Entries: [{ Source: 'taskwire', DetailType: 'Taskwire Finding', Detail: 'no' }] }),
      );
      return { FailedEntryCount: answer.FailedEntryCount, code: answer.Entries?.[0]?.ErrorCode };
    },
  },
  {
    name: 'SendMessageBatch',
    send: async ({ clients, queueUrl }) => {
      const Entries = [{ Id: 'a', MessageBody: '{"line":"\\r\\n"}', DelaySeconds: 20 }];
      const answer = await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      return { taken: answer.Successful?.map(({ Id }) => Id), failed: answer.Failed ?? [] };
    },
  },
  {
    name: 'SendMessageBatch to an unknown queue',
    send: ({ clients, queueUrl }) =>
      clients.sqs.send(
        new SendMessageBatchCommand({ QueueUrl: `${queueUrl}-not`, Entries: [{ Id: 'a', MessageBody: 'b' }] }),
      ),
  },
];

const afterStop: readonly ConformanceCall[] = [
  {
    name: 'DescribeTasks of a stopped task',
    send: async (world) => {
      await world.stopFirstTask();
      const tasks = world.taskArns.slice(0, 1);
      return world.clients.ecs.send(new DescribeTasksCommand({ cluster: world.cluster, tasks, include: ['TAGS'] }));
    },
  },
  {
    name: 'ListTasks that are stopped',
    send: ({ clients, cluster }) => clients.ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' })),
  },
  {
    name: 'ListTasks after a stop',
    send: ({ clients, cluster }) => clients.ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' })),
  },
  {
    name: 'ListTasks after a stop, without a desired status',
    send: ({ clients, cluster }) => clients.ecs.send(new ListTasksCommand({ cluster })),
  },
  {
    name: 'DescribeNetworkInterfaces by the address of a stopped task',
    send: ({ clients, addresses }) =>
      clients.ec2.send(
        new DescribeNetworkInterfacesCommand({
          Filters: [{ Name: 'addresses.private-ip-address', Values: addresses.slice(0, 1) }],
        }),
      ),
  },
];

/** Every call that Taskwire's adapters make, with the answers and refusals that they build on. */
export const CONFORMANCE_CALLS: readonly ConformanceCall[] = [...ecs, ...elb, ...others, ...afterStop];
