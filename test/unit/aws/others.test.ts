import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  BatchGetApplicationsCommand,
  BatchGetDeploymentGroupsCommand,
  CodeDeployClient,
  ListApplicationsCommand,
  ListDeploymentGroupsCommand,
} from '@aws-sdk/client-codedeploy';
import {
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createAddresses } from '../../../shared/aws/addresses.ts';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createEvents } from '../../../shared/aws/events.ts';
import { createFillers } from '../../../shared/aws/fillers.ts';
import { createQueue } from '../../../shared/aws/queue.ts';
import { IncompleteError, ThrottledError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const awsError = (name: string, message = 'as AWS put it') =>
  Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });

const ec2 = mockClient(EC2Client);
const sqs = mockClient(SQSClient);
const bus = mockClient(EventBridgeClient);
const autoScaling = mockClient(AutoScalingClient);
const codeDeploy = mockClient(CodeDeployClient);
const clients = createClients({
  budgets: createCallBudgets({ clock: createFakeClock() }),
  connection: { region: 'eu-west-1' },
});
beforeEach(() => {
  for (const mock of [ec2, sqs, bus, autoScaling, codeDeploy]) mock.reset();
});

describe('addresses', () => {
  const addresses = createAddresses(clients);

  test('holders are asked 200 per call, IPv4 and IPv6 apart, over all pages', async () => {
    ec2
      .on(DescribeNetworkInterfacesCommand)
      .resolvesOnce({
        NetworkInterfaces: [
          {
            NetworkInterfaceId: 'eni-1',
            VpcId: 'vpc-1',
            Description: 'arn:aws:ecs:eu-west-1:111122223333:attachment/0b1c',
            Attachment: { AttachTime: new Date(1_700_000_000_000) },
            PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.1' }, { PrivateIpAddress: '10.0.0.250' }],
          },
        ],
        NextToken: 'two',
      })
      .resolvesOnce({
        NetworkInterfaces: [
          { NetworkInterfaceId: 'eni-2', VpcId: 'vpc-2', Description: 'a person’s', PrivateIpAddress: '10.0.0.1' },
        ],
      })
      .resolvesOnce({ NetworkInterfaces: [] })
      .resolves({
        NetworkInterfaces: [
          { NetworkInterfaceId: 'eni-3', VpcId: 'vpc-1', Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }] },
        ],
      });
    const ipv4 = Array.from({ length: 201 }, (_, index) => `10.0.${index >> 7}.${index & 127}`);
    const holders = await addresses.holders([...ipv4, '2001:DB8::1']);
    expect(holders).toEqual(
      expect.arrayContaining([
        {
          address: '10.0.0.1',
          vpcId: 'vpc-1',
          interfaceId: 'eni-1',
          attachmentId: '0b1c',
          attachedAtMs: 1_700_000_000_000,
        },
        { address: '10.0.0.1', vpcId: 'vpc-2', interfaceId: 'eni-2' },
        { address: '2001:DB8::1', vpcId: 'vpc-1', interfaceId: 'eni-3' },
      ]),
    );
    expect(holders).toHaveLength(3);
    const filters = ec2.commandCalls(DescribeNetworkInterfacesCommand).map((call) => call.args[0].input.Filters?.[0]);
    expect(filters.map((filter) => `${filter?.Name} ${filter?.Values?.length}`).sort()).toEqual([
      'addresses.private-ip-address 1',
      'addresses.private-ip-address 200',
      'addresses.private-ip-address 200',
      'ipv6-addresses.ipv6-address 1',
    ]);
  });

  test('a page that fails is an error: half an answer would prove that nobody has the rest', async () => {
    ec2
      .on(DescribeNetworkInterfacesCommand)
      .resolvesOnce({ NetworkInterfaces: [], NextToken: 'two' })
      .rejects(awsError('RequestLimitExceeded'));
    await expect(addresses.holders(['10.0.0.1'])).rejects.toThrow(ThrottledError);
  });

  test('subnets by id and by VPC, with the blocks of both families', async () => {
    ec2.on(DescribeSubnetsCommand).resolves({
      Subnets: [
        {
          SubnetId: 'subnet-1',
          VpcId: 'vpc-1',
          CidrBlock: '10.0.0.0/24',
          Ipv6CidrBlockAssociationSet: [
            { Ipv6CidrBlock: '2001:db8::/64', Ipv6CidrBlockState: { State: 'associated' } },
            { Ipv6CidrBlock: '2001:db9::/64', Ipv6CidrBlockState: { State: 'disassociated' } },
          ],
        },
      ],
    });
    const subnet = { subnetId: 'subnet-1', vpcId: 'vpc-1', cidrs: ['10.0.0.0/24', '2001:db8::/64'] };
    await expect(addresses.subnets(['subnet-1', 'subnet-gone'])).resolves.toEqual([subnet]);
    await expect(addresses.subnetsOfVpc('vpc-1')).resolves.toEqual([subnet]);
    const calls = ec2.commandCalls(DescribeSubnetsCommand).map((call) => call.args[0].input.Filters);
    expect(calls).toEqual([
      [{ Name: 'subnet-id', Values: ['subnet-1', 'subnet-gone'] }],
      [{ Name: 'vpc-id', Values: ['vpc-1'] }],
    ]);
  });

  test('environments stand in the instances’ tags', async () => {
    ec2.on(DescribeTagsCommand).resolves({
      Tags: [
        { ResourceId: 'i-1', Value: 'shop' },
        { ResourceId: 'i-2', Value: 'shop2' },
      ],
    });
    await expect(addresses.environments(['i-1', 'i-2', 'i-3'])).resolves.toEqual(
      new Map([
        ['i-1', 'shop'],
        ['i-2', 'shop2'],
      ]),
    );
    await expect(addresses.instancesOfEnvironment('shop')).resolves.toEqual(['i-1']);
    expect(ec2.commandCalls(DescribeTagsCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: 'resource-type', Values: ['instance'] },
      { Name: 'key', Values: ['elasticbeanstalk:environment-name'] },
      { Name: 'resource-id', Values: ['i-1', 'i-2', 'i-3'] },
    ]);
  });
});

describe('fillers', () => {
  const fillers = createFillers(clients);

  test('Auto Scaling groups, attached in the old way and in the new one, over all pages', async () => {
    autoScaling
      .on(DescribeAutoScalingGroupsCommand)
      .resolvesOnce({
        AutoScalingGroups: [
          {
            AutoScalingGroupName: 'old',
            TargetGroupARNs: ['arn:a'],
            MinSize: 0,
            MaxSize: 1,
            DesiredCapacity: 1,
            DefaultCooldown: 1,
            AvailabilityZones: [],
            HealthCheckType: 'EC2',
            CreatedTime: new Date(0),
          },
        ],
        NextToken: 'two',
      })
      .resolves({
        AutoScalingGroups: [
          {
            AutoScalingGroupName: 'new',
            TrafficSources: [{ Identifier: 'arn:b', Type: 'elbv2' }],
            MinSize: 0,
            MaxSize: 1,
            DesiredCapacity: 1,
            DefaultCooldown: 1,
            AvailabilityZones: [],
            HealthCheckType: 'EC2',
            CreatedTime: new Date(0),
          },
        ],
      });
    await expect(fillers.autoScaling()).resolves.toEqual(
      new Map([
        ['arn:a', 'old'],
        ['arn:b', 'new'],
      ]),
    );
  });

  test('CodeDeploy: only applications on ECS, names of single groups and of pairs', async () => {
    codeDeploy
      .on(ListApplicationsCommand)
      .resolvesOnce({ applications: ['server'], nextToken: 'two' })
      .resolves({ applications: ['shop'] });
    codeDeploy.on(BatchGetApplicationsCommand).resolves({
      applicationsInfo: [
        { applicationName: 'server', computePlatform: 'Server' },
        { applicationName: 'shop', computePlatform: 'ECS' },
      ],
    });
    codeDeploy.on(ListDeploymentGroupsCommand).resolves({ deploymentGroups: ['live'] });
    codeDeploy.on(BatchGetDeploymentGroupsCommand).resolves({
      deploymentGroupsInfo: [
        {
          deploymentGroupName: 'live',
          loadBalancerInfo: {
            targetGroupInfoList: [{ name: 'single' }],
            targetGroupPairInfoList: [{ targetGroups: [{ name: 'blue' }, { name: 'green' }] }],
          },
        },
      ],
    });
    await expect(fillers.codeDeploy()).resolves.toEqual(
      new Map([
        ['single', 'shop/live'],
        ['blue', 'shop/live'],
        ['green', 'shop/live'],
      ]),
    );
    expect(codeDeploy.commandCalls(ListDeploymentGroupsCommand)).toHaveLength(1);
    codeDeploy.on(BatchGetDeploymentGroupsCommand).resolves({ errorMessage: 'some groups do not exist' });
    await expect(fillers.codeDeploy()).rejects.toThrow(IncompleteError);
  });
});

describe('events', () => {
  const events = createEvents(clients);
  const event = (size = 1) => ({
    detailType: 'Taskwire Finding' as const,
    detail: { summary: 'x'.repeat(size) },
    resources: ['arn:x'],
  });

  test('ten per call, fewer where they are large', async () => {
    bus.on(PutEventsCommand).callsFake((input) => ({ Entries: input.Entries.map(() => ({ EventId: 'e' })) }));
    await expect(events.send(Array.from({ length: 21 }, () => event()))).resolves.toEqual([]);
    await events.send([event(150_000), event(150_000)]);
    expect(bus.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries?.length)).toEqual([
      10, 10, 1, 1, 1,
    ]);
    expect(bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0]).toEqual({
      Source: 'taskwire',
      DetailType: 'Taskwire Finding',
      Detail: '{"summary":"x"}',
      Resources: ['arn:x'],
    });
  });

  test('tells which ones the bus refused, and does not throw when all fail', async () => {
    bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: 'e' }, { ErrorCode: 'TooLarge', ErrorMessage: 'no' }] });
    const [first, second] = [event(1), event(2)];
    await expect(events.send([first, second])).resolves.toEqual([{ event: second, cause: 'TooLarge: no' }]);
    bus.on(PutEventsCommand).rejects(awsError('AccessDeniedException'));
    const refused = await events.send([first]);
    expect(refused).toEqual([{ event: first, cause: expect.stringContaining('Allow events:PutEvents') }]);
  });
});

describe('queue', () => {
  const queue = createQueue(clients, { queueUrl: 'https://sqs/work', failureQueueUrl: 'https://sqs/failed' });
  const message = (body: string, delaySeconds = 0) => ({
    body,
    delaySeconds,
    postmark: { firstSeenMs: 12, tries: 3, why: 'no budget\nleft' },
  });
  const allArrive = (input: { Entries: { Id: string }[] }) => ({
    Successful: input.Entries.map(({ Id }) => ({ Id, MessageId: Id, MD5OfMessageBody: '' })),
  });

  test('ten per call, with postmark and a delay that SQS takes', async () => {
    sqs.on(SendMessageBatchCommand).callsFake(allArrive);
    await expect(queue.sendAgain([message('a', 19.2), message('b', 5_000)])).resolves.toEqual([]);
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://sqs/work',
      Entries: [
        {
          Id: '0',
          MessageBody: 'a',
          DelaySeconds: 20,
          MessageAttributes: {
            firstSeen: { DataType: 'Number', StringValue: '12' },
            tries: { DataType: 'Number', StringValue: '3' },
            why: { DataType: 'String', StringValue: 'no budget\\u000aleft' },
          },
        },
        expect.objectContaining({ Id: '1', DelaySeconds: 900 }),
      ],
    });
    sqs.resetHistory();
    await queue.sendAgain(Array.from({ length: 25 }, () => message('c')));
    expect(sqs.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.Entries?.length)).toEqual([
      10, 10, 5,
    ]);
  });

  test('what SQS could not take is sent once more, what the sender did wrong is not', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({
        Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: '' }],
        Failed: [
          { Id: '1', SenderFault: false, Code: 'InternalError', Message: 'later' },
          { Id: '2', SenderFault: true, Code: 'InvalidMessageContents', Message: 'no' },
        ],
      })
      .callsFake(allArrive);
    await expect(queue.sendAgain([message('a'), message('b'), message('c')])).resolves.toEqual([
      { index: 2, cause: 'InvalidMessageContents: no' },
    ]);
    expect(sqs.commandCalls(SendMessageBatchCommand)[1]?.args[0].input.Entries?.map(({ Id }) => Id)).toEqual(['1']);
  });

  test('a denial is told for every message and is not repeated', async () => {
    sqs.on(SendMessageBatchCommand).rejects(awsError('AccessDeniedException'));
    const unsent = await queue.sendAgain([message('a'), message('b')]);
    expect(unsent.map(({ index }) => index)).toEqual([0, 1]);
    expect(unsent[0]?.cause).toContain('Allow sqs:SendMessage');
    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(1);
  });

  test('parked messages carry their cause', async () => {
    sqs.on(SendMessageBatchCommand).callsFake(allArrive);
    await queue.park([{ body: 'a', postmark: { firstSeenMs: 1, tries: 0 }, cause: 'denied' }]);
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input).toMatchObject({
      QueueUrl: 'https://sqs/failed',
      Entries: [{ MessageAttributes: { cause: { StringValue: 'denied' } } }],
    });
  });

  test('without a queue (tried by hand) nothing can be sent, and it says so', async () => {
    const none = createQueue(clients, {});
    await expect(none.sendAgain([message('a')])).resolves.toEqual([
      { index: 0, cause: expect.stringContaining('TASKWIRE_QUEUE_URL is not set') },
    ]);
    expect(sqs.calls()).toHaveLength(0);
  });
});
