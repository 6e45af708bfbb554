import { canonicalAddress } from '../../shared/core/task/address.ts';
import type { Subnet } from '../../shared/core/task/task.ts';
import type { Addresses, AddressHolder } from '../../shared/ports/addresses.ts';
import type { Ec2Filter, Ec2Subnet } from '../shapes.ts';
import { allPages, batches, distinct, type Send } from './send.ts';

const SUBNETS_PER_CALL = 100;
const ADDRESSES_PER_CALL = 200;
const INSTANCES_PER_CALL = 200;
const ENVIRONMENT = 'elasticbeanstalk:environment-name';

const subnetOf = ({ SubnetId, VpcId, CidrBlock, Ipv6CidrBlockAssociationSet }: Ec2Subnet): Subnet => ({
  subnetId: SubnetId,
  vpcId: VpcId,
  cidrs: [
    ...(CidrBlock === undefined ? [] : [CidrBlock]),
    ...Ipv6CidrBlockAssociationSet.filter(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState.State === 'associated').map(
      ({ Ipv6CidrBlock }) => Ipv6CidrBlock,
    ),
  ],
});

/** Addresses over the world. */
export const createAddresses = ({ read }: Send): Addresses => {
  const subnets = async (Filters: readonly Ec2Filter[]): Promise<readonly Subnet[]> => {
    const pages = await allPages(
      (NextToken) => read('ec2:DescribeSubnets', { Filters, NextToken }),
      ({ NextToken }) => NextToken,
    );
    return pages.flatMap(({ Subnets }) => Subnets).map(subnetOf);
  };
  const environmentTags = async (filter: Ec2Filter) => {
    const pages = await allPages(
      (NextToken) =>
        read('ec2:DescribeTags', {
          Filters: [{ Name: 'resource-type', Values: ['instance'] }, { Name: 'key', Values: [ENVIRONMENT] }, filter],
          NextToken,
        }),
      ({ NextToken }) => NextToken,
    );
    return pages.flatMap(({ Tags }) => Tags);
  };
  const holdersBy = async (name: string, addresses: readonly string[]): Promise<readonly AddressHolder[]> => {
    const asked = new Map(addresses.map((address) => [canonicalAddress(address), address]));
    const pages = await allPages(
      (NextToken) =>
        read('ec2:DescribeNetworkInterfaces', { Filters: [{ Name: name, Values: [...asked.keys()] }], NextToken }),
      ({ NextToken }) => NextToken,
    );
    return pages
      .flatMap(({ NetworkInterfaces }) => NetworkInterfaces)
      .flatMap((own) => {
        const attachmentId = /^arn:[^:]+:ecs:[^:]*:[^:]*:attachment\/(.+)$/.exec(own.Description)?.[1];
        return [
          ...own.PrivateIpAddresses.map(({ PrivateIpAddress }) => PrivateIpAddress),
          ...own.Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address),
        ].flatMap((held) => {
          const address = asked.get(canonicalAddress(held));
          if (address === undefined) return [];
          const holder = {
            address,
            vpcId: own.VpcId,
            interfaceId: own.NetworkInterfaceId,
            ...(own.Attachment && { attachedAtMs: Date.parse(own.Attachment.AttachTime) }),
          };
          return [attachmentId === undefined ? holder : { ...holder, attachmentId }];
        });
      });
  };

  return {
    subnets: async (subnetIds) => {
      const parts = await Promise.all(
        batches(distinct(subnetIds), SUBNETS_PER_CALL).map((ids) => subnets([{ Name: 'subnet-id', Values: ids }])),
      );
      return parts.flat();
    },
    subnetsOfVpc: (vpcId) => subnets([{ Name: 'vpc-id', Values: [vpcId] }]),
    holders: async (addresses) => {
      const families = [
        { name: 'addresses.private-ip-address', own: addresses.filter((address) => !address.includes(':')) },
        { name: 'ipv6-addresses.ipv6-address', own: addresses.filter((address) => address.includes(':')) },
      ];
      const parts = await Promise.all(
        families.flatMap(({ name, own }) =>
          batches(distinct(own), ADDRESSES_PER_CALL).map((some) => holdersBy(name, some)),
        ),
      );
      return parts.flat();
    },
    environments: async (ec2InstanceIds) => {
      const parts = await Promise.all(
        batches(distinct(ec2InstanceIds), INSTANCES_PER_CALL).map((ids) =>
          environmentTags({ Name: 'resource-id', Values: ids }),
        ),
      );
      return new Map(parts.flat().map(({ ResourceId, Value }) => [ResourceId, Value]));
    },
    instancesOfEnvironment: async (environment) => {
      // A filter's value is a pattern, in which the name's own star would match everything.
      const literally = environment.replace(/[*?\\]/g, '\\$&');
      const tags = await environmentTags({ Name: 'value', Values: [literally] });
      return distinct(tags.map(({ ResourceId }) => ResourceId));
    },
  };
};
