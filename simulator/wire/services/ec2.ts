import type { Ec2Instance, Ec2NetworkInterface, Ec2Subnet } from '../../shapes.ts';
import { type Input, objects, optionalNumber, optionalText, text, texts } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

const asked = (input: Input) => ({
  Filters: objects(input, 'Filter').map((filter) => ({ Name: text(filter, 'Name'), Values: texts(filter, 'Value') })),
  MaxResults: optionalNumber(input, 'MaxResults'),
  NextToken: optionalText(input, 'NextToken'),
});

// EC2's XML has names of its own (`networkInterfaceSet`, `instanceState`); the SDK renames them back.
const networkInterface = (eni: Ec2NetworkInterface) => ({
  networkInterfaceId: eni.NetworkInterfaceId,
  vpcId: eni.VpcId,
  subnetId: eni.SubnetId,
  description: eni.Description,
  interfaceType: eni.InterfaceType,
  status: eni.Status,
  attachment: eni.Attachment && { attachTime: eni.Attachment.AttachTime },
  privateIpAddress: eni.PrivateIpAddress,
  privateIpAddressesSet: eni.PrivateIpAddresses.map((address) => ({
    privateIpAddress: address.PrivateIpAddress,
    primary: address.Primary,
  })),
  ipv6AddressesSet: eni.Ipv6Addresses.map((address) => ({ ipv6Address: address.Ipv6Address })),
});

const subnet = (found: Ec2Subnet) => ({
  subnetId: found.SubnetId,
  vpcId: found.VpcId,
  availabilityZone: found.AvailabilityZone,
  cidrBlock: found.CidrBlock,
  ipv6CidrBlockAssociationSet: found.Ipv6CidrBlockAssociationSet.map((block) => ({
    ipv6CidrBlock: block.Ipv6CidrBlock,
    ipv6CidrBlockState: { state: block.Ipv6CidrBlockState.State },
  })),
});

const instance = (found: Ec2Instance) => ({
  instanceId: found.InstanceId,
  instanceState: { name: found.State.Name },
  vpcId: found.VpcId,
  subnetId: found.SubnetId,
  privateIpAddress: found.PrivateIpAddress,
  tagSet: found.Tags.map((tag) => ({ key: tag.Key, value: tag.Value })),
});

/** Amazon EC2 over ec2Query. Not modelled: members of an answer that Taskwire does not read. */
export const ec2: Handlers = handlersOf({
  DescribeNetworkInterfaces: async (input, { call }) => {
    const output = await call('ec2:DescribeNetworkInterfaces', {
      ...asked(input),
      NetworkInterfaceIds: texts(input, 'NetworkInterfaceId'),
    });
    return { networkInterfaceSet: output.NetworkInterfaces.map(networkInterface), nextToken: output.NextToken };
  },
  DescribeSubnets: async (input, { call }) => {
    const output = await call('ec2:DescribeSubnets', { ...asked(input), SubnetIds: texts(input, 'SubnetId') });
    return { subnetSet: output.Subnets.map(subnet), nextToken: output.NextToken };
  },
  DescribeTags: async (input, { call }) => {
    const output = await call('ec2:DescribeTags', asked(input));
    return {
      tagSet: output.Tags.map(({ ResourceId, ResourceType, Key, Value }) => ({
        resourceId: ResourceId,
        resourceType: ResourceType,
        key: Key,
        value: Value,
      })),
      nextToken: output.NextToken,
    };
  },
  DescribeInstances: async (input, { call }) => {
    const output = await call('ec2:DescribeInstances', { ...asked(input), InstanceIds: texts(input, 'InstanceId') });
    return {
      reservationSet: output.Reservations.map(({ Instances }) => ({ instancesSet: Instances.map(instance) })),
      nextToken: output.NextToken,
    };
  },
});
