import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError, denied, throttled } from '../../../../simulator/errors.ts';
import { serveWorld, type WireServer } from '../../../../simulator/wire/server.ts';
import { clientsOf } from './clients.ts';
import { createScriptedWorld, type Script } from './scripted-world.ts';

let server: WireServer | undefined;
afterEach(() => server?.close());

const ec2Of = async (script: Script) => {
  const world = createScriptedWorld(script);
  server = await serveWorld(world);
  return { ec2: clientsOf(server.endpoint).ec2, asked: world.asked };
};

describe('EC2 over ec2Query', () => {
  test('tells network interfaces with all their addresses', async () => {
    const eni = {
      NetworkInterfaceId: 'eni-1',
      VpcId: 'vpc-1',
      SubnetId: 'subnet-1',
      Description: 'arn:aws:ecs:eu-central-1:111122223333:attachment/1 <&>',
      InterfaceType: 'interface',
      Status: 'in-use',
      PrivateIpAddress: '10.0.1.23',
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.0.1.23', Primary: true },
        { PrivateIpAddress: '10.0.1.24', Primary: false },
      ],
      Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }],
    };
    const { ec2, asked } = await ec2Of({
      'ec2:DescribeNetworkInterfaces': () => ({ NetworkInterfaces: [eni], NextToken: 'more' }),
    });
    const filters = [
      { Name: 'addresses.private-ip-address', Values: Array.from({ length: 200 }, (_, n) => `10.0.1.${n}`) },
      { Name: 'ipv6-addresses.ipv6-address', Values: ['2001:db8::1'] },
    ];
    const answer = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: filters, MaxResults: 1000, NextToken: 'page 2' }),
    );
    expect(answer).toMatchObject({ NetworkInterfaces: [eni], NextToken: 'more' });
    expect(asked).toEqual([
      {
        action: 'ec2:DescribeNetworkInterfaces',
        input: { Filters: filters, MaxResults: 1000, NextToken: 'page 2', NetworkInterfaceIds: [] },
      },
    ]);
  });

  test('tells that nobody holds an address by an empty list', async () => {
    const { ec2 } = await ec2Of({ 'ec2:DescribeNetworkInterfaces': () => ({ NetworkInterfaces: [] }) });
    const answer = await ec2.send(new DescribeNetworkInterfacesCommand({}));
    expect(answer.NetworkInterfaces).toEqual([]);
    expect(answer.NextToken).toBeUndefined();
  });

  test('tells subnets, an IPv6-only one too', async () => {
    const dual = {
      SubnetId: 'subnet-1',
      VpcId: 'vpc-1',
      AvailabilityZone: 'eu-central-1a',
      CidrBlock: '10.0.1.0/24',
      Ipv6CidrBlockAssociationSet: [],
    };
    const ipv6Only = {
      SubnetId: 'subnet-2',
      VpcId: 'vpc-1',
      AvailabilityZone: 'eu-central-1b',
      Ipv6CidrBlockAssociationSet: [
        { Ipv6CidrBlock: '2001:db8:0:1::/64', Ipv6CidrBlockState: { State: 'associated' } },
      ],
    };
    const { ec2, asked } = await ec2Of({ 'ec2:DescribeSubnets': () => ({ Subnets: [dual, ipv6Only] }) });
    const answer = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-1', 'subnet-2'] }));
    expect(answer.Subnets).toEqual([dual, ipv6Only]);
    await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }] }));
    expect(asked).toMatchObject([
      { input: { SubnetIds: ['subnet-1', 'subnet-2'], Filters: [] } },
      { input: { SubnetIds: [], Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }] } },
    ]);
  });

  test('tells instances with their tags', async () => {
    const instance = {
      InstanceId: 'i-1',
      State: { Name: 'running' },
      VpcId: 'vpc-1',
      SubnetId: 'subnet-1',
      PrivateIpAddress: '10.0.1.9',
      Tags: [{ Key: 'elasticbeanstalk:environment-name', Value: 'shop' }],
    };
    const { ec2, asked } = await ec2Of({
      'ec2:DescribeInstances': () => ({ Reservations: [{ Instances: [instance] }] }),
    });
    const filters = [{ Name: 'tag:elasticbeanstalk:environment-name', Values: ['shop'] }];
    const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-1'], Filters: filters }));
    expect(answer.Reservations).toEqual([{ Instances: [instance] }]);
    expect(asked).toMatchObject([{ input: { InstanceIds: ['i-1'], Filters: filters } }]);
  });

  test.each([
    { error: throttled('ec2:DescribeSubnets'), name: 'RequestLimitExceeded', status: 503 },
    { error: denied('ec2:DescribeSubnets'), name: 'UnauthorizedOperation', status: 403 },
    {
      error: new AwsError('InvalidSubnetID.NotFound', 'InvalidSubnetID.NotFound', "'s' does not exist", {
        statusCode: 400,
      }),
      name: 'InvalidSubnetID.NotFound',
      status: 400,
    },
  ])('says $name as the SDK knows it', async ({ error, name, status }) => {
    const { ec2 } = await ec2Of({
      'ec2:DescribeSubnets': () => {
        throw error;
      },
    });
    await expect(ec2.send(new DescribeSubnetsCommand({}))).rejects.toMatchObject({
      name,
      message: error.message,
      $metadata: { httpStatusCode: status },
    });
  });
});
