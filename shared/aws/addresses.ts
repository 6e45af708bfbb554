import type { DescribeNetworkInterfacesCommandInput, NetworkInterface } from '@aws-sdk/client-ec2';
import { canonicalAddress } from '../core/task/address.ts';
import { parseArn } from '../core/task/arn.ts';
import type { Subnet } from '../core/task/task.ts';
import type { Addresses, AddressHolder } from '../ports/addresses.ts';
import { batches, distinct } from './batches.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';

/** A filter takes at most 200 values. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
const VALUES_PER_FILTER = 200;
const SUBNETS_PER_CALL = 100;
/** The most that these calls give per page. */
const PAGE = 1_000;
/** Elastic Beanstalk puts it on every instance of an environment. */
const ENVIRONMENT_TAG = 'elasticbeanstalk:environment-name';

interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

const toSdk = (filters: readonly Filter[]) => filters.map(({ Name, Values }) => ({ Name, Values: [...Values] }));

// A filter's value is a pattern, in which a tag's own star would match everything.
const literally = (value: string): string => value.replace(/[*?\\]/g, '\\$&');

/** `e1b2…` from `arn:aws:ecs:eu-west-1:111122223333:attachment/e1b2…`, which ECS writes as the interface's description. */
const attachmentIdOf = (description: string | undefined): string | undefined => {
  const arn = parseArn(description ?? '');
  if (arn?.service !== 'ecs' || !arn.resource.startsWith('attachment/')) return undefined;
  return arn.resource.slice('attachment/'.length) || undefined;
};

const addressesOf = (networkInterface: NetworkInterface): readonly string[] =>
  distinct(
    [
      networkInterface.PrivateIpAddress,
      ...(networkInterface.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => PrivateIpAddress),
      ...(networkInterface.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address),
    ].flatMap((address) => (address ? [canonicalAddress(address)] : [])),
  );

const holdersFrom = (networkInterface: NetworkInterface): readonly AddressHolder[] => {
  const { NetworkInterfaceId: interfaceId, VpcId: vpcId, Description, Attachment } = networkInterface;
  if (!interfaceId || !vpcId) return [];
  const attachmentId = attachmentIdOf(Description);
  const attachedAtMs = Attachment?.AttachTime?.getTime();
  return addressesOf(networkInterface).map((address) => ({
    address,
    vpcId,
    interfaceId,
    ...(attachmentId !== undefined && { attachmentId }),
    ...(attachedAtMs !== undefined && { attachedAtMs }),
  }));
};

/** Addresses, subnets and instances over the EC2 API, which is imported at the first call. */
export const createAddresses = (clients: Clients): Addresses => {
  // By filter and not by id: an id that EC2 does not know makes it refuse the call, a filter's value that matches
  // nothing is left out.
  const subnetsWhere = async (filter: Filter): Promise<readonly Subnet[]> => {
    const ec2 = await clients.ec2();
    const call = { action: 'ec2:DescribeSubnets', resource: filter.Values[0] ?? 'no subnet' };
    const subnets = await allPages(call.action, async (token) => {
      const answer = await clients.read(call, (options) =>
        ec2.describeSubnets(
          { Filters: toSdk([filter]), MaxResults: PAGE, ...(token !== undefined && { NextToken: token }) },
          options,
        ),
      );
      return { items: answer.Subnets ?? [], next: answer.NextToken };
    });
    return subnets.flatMap(({ SubnetId, VpcId, CidrBlock, Ipv6CidrBlockAssociationSet, OwnerId }) =>
      SubnetId === undefined || VpcId === undefined
        ? []
        : [
            {
              subnetId: SubnetId,
              vpcId: VpcId,
              ...(OwnerId !== undefined && { ownerId: OwnerId }),
              cidrs: [
                ...(CidrBlock ? [CidrBlock] : []),
                ...(Ipv6CidrBlockAssociationSet ?? []).flatMap(({ Ipv6CidrBlock, Ipv6CidrBlockState }) =>
                  Ipv6CidrBlock && Ipv6CidrBlockState?.State !== 'disassociated' ? [Ipv6CidrBlock] : [],
                ),
              ],
            },
          ],
    );
  };

  const interfacesWhere = async (filter: Filter): Promise<readonly NetworkInterface[]> => {
    const ec2 = await clients.ec2();
    const call = { action: 'ec2:DescribeNetworkInterfaces', resource: filter.Values[0] ?? 'no address' };
    return allPages(call.action, async (token) => {
      const input: DescribeNetworkInterfacesCommandInput = {
        Filters: toSdk([filter]),
        MaxResults: PAGE,
        ...(token !== undefined && { NextToken: token }),
      };
      const answer = await clients.read(call, (options) => ec2.describeNetworkInterfaces(input, options));
      return { items: answer.NetworkInterfaces ?? [], next: answer.NextToken };
    });
  };

  const instanceTags = async (filters: readonly Filter[], resource: string) => {
    const ec2 = await clients.ec2();
    const call = { action: 'ec2:DescribeTags', resource };
    return allPages(call.action, async (token) => {
      const answer = await clients.read(call, (options) =>
        ec2.describeTags(
          {
            Filters: toSdk([
              { Name: 'resource-type', Values: ['instance'] },
              { Name: 'key', Values: [ENVIRONMENT_TAG] },
              ...filters,
            ]),
            MaxResults: PAGE,
            ...(token !== undefined && { NextToken: token }),
          },
          options,
        ),
      );
      return { items: answer.Tags ?? [], next: answer.NextToken };
    });
  };

  return {
    subnets: async (subnetIds) => {
      const parts = await Promise.all(
        batches(distinct(subnetIds), SUBNETS_PER_CALL).map((Values) => subnetsWhere({ Name: 'subnet-id', Values })),
      );
      return parts.flat();
    },

    subnetsOfVpc: (vpcId) => subnetsWhere({ Name: 'vpc-id', Values: [vpcId] }),

    holders: async (addresses) => {
      const asked = new Map(addresses.map((address) => [canonicalAddress(address), address]));
      // Filters are ANDed, so the families are asked apart. The IPv4 one finds secondary addresses too.
      const families = [
        {
          name: 'addresses.private-ip-address',
          values: [...asked.keys()].filter((address) => !address.includes(':')),
        },
        { name: 'ipv6-addresses.ipv6-address', values: [...asked.keys()].filter((address) => address.includes(':')) },
      ];
      const parts = await Promise.all(
        families.flatMap(({ name, values }) =>
          batches(values, VALUES_PER_FILTER).map((Values) => interfacesWhere({ Name: name, Values })),
        ),
      );
      const holders = new Map<string, AddressHolder>();
      for (const holder of parts.flat().flatMap(holdersFrom)) {
        const address = asked.get(holder.address);
        // An interface with two asked addresses comes with the answer to each.
        if (address !== undefined) holders.set(`${address} ${holder.interfaceId}`, { ...holder, address });
      }
      return [...holders.values()];
    },

    environments: async (ec2InstanceIds) => {
      const parts = await Promise.all(
        batches(distinct(ec2InstanceIds), VALUES_PER_FILTER).map((Values) =>
          instanceTags([{ Name: 'resource-id', Values }], Values[0] ?? 'no instance'),
        ),
      );
      const environments = new Map<string, string>();
      for (const { ResourceId, Value } of parts.flat()) if (ResourceId && Value) environments.set(ResourceId, Value);
      return environments;
    },

    instancesOfEnvironment: async (environment) => {
      const tags = await instanceTags([{ Name: 'value', Values: [literally(environment)] }], environment);
      return distinct(
        tags.flatMap(({ ResourceId, Value }) => (ResourceId && Value === environment ? [ResourceId] : [])),
      );
    },
  };
};
