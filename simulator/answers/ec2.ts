import { canonicalAddress } from '../../shared/core/task/address.ts';
import { AwsError, invalid } from '../errors.ts';
import type { Network } from '../network.ts';
import { createPager } from '../paging.ts';
import type { Random } from '../random.ts';
import type { Action, Ec2Filter } from '../shapes.ts';
import type { InstanceRecord, InterfaceRecord, SubnetRecord } from '../state.ts';
import type { AnswersTo } from './answer.ts';

type Ec2Action = Extract<Action, `ec2:${string}`>;

/** What a filter looks at; `undefined`: the filter is unknown. */
type Field<T> = (item: T) => readonly string[];

const MOST_FILTER_VALUES = 200;

const SUBNET_FIELDS: Readonly<Record<string, Field<SubnetRecord>>> = {
  'subnet-id': ({ id }) => [id],
  'vpc-id': ({ vpcId }) => [vpcId],
  'availability-zone': ({ zone }) => [zone],
};

const INTERFACE_FIELDS: Readonly<Record<string, Field<InterfaceRecord>>> = {
  'network-interface-id': ({ id }) => [id],
  'vpc-id': ({ vpcId }) => [vpcId],
  'subnet-id': ({ subnetId }) => [subnetId],
  description: ({ description }) => [description],
  'private-ip-address': ({ ipv4 }) => (ipv4 ? [ipv4] : []),
  'addresses.private-ip-address': ({ ipv4 }) => (ipv4 ? [ipv4] : []),
  'ipv6-addresses.ipv6-address': ({ ipv6 }) => (ipv6 ? [ipv6] : []),
};

const INSTANCE_FIELDS: Readonly<Record<string, Field<InstanceRecord>>> = {
  'instance-id': ({ id }) => [id],
  'vpc-id': ({ vpcId }) => [vpcId],
  'instance-state-name': ({ state }) => [state],
};

interface TagRecord {
  /** Of the resource. */
  readonly id: string;
  readonly key: string;
  readonly value: string;
}

const TAG_FIELDS: Readonly<Record<string, Field<TagRecord>>> = {
  'resource-id': ({ id }) => [id],
  'resource-type': () => ['instance'],
  key: ({ key }) => [key],
  value: ({ value }) => [value],
};

/** A filter's value is a pattern: a star is any text, a question mark any character, a backslash takes the next as it is. */
const matcherOf = (values: readonly string[]): ((value: string) => boolean) => {
  const plain = new Set(values.filter((value) => !/[*?\\]/.test(value)).map(canonicalAddress));
  const patterns = values
    .filter((value) => /[*?\\]/.test(value))
    .map((value) => {
      const source = value.replace(/\\(.)|[\s\S]/gu, (character, escaped: string | undefined) => {
        if (escaped === undefined && character === '*') return '.*';
        if (escaped === undefined && character === '?') return '.';
        return (escaped ?? character).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
      });
      return new RegExp(`^${source}$`, 'su');
    });
  return (value) => plain.has(value) || patterns.some((pattern) => pattern.test(value));
};

/**
 * EC2's answers: always current.
 * Not modelled: other filters and members, tags of anything but instances, the hour in which terminated instances are
 * told.
 */
export const ec2Answers = ({
  random,
  network,
}: {
  readonly random: Random;
  readonly network: Network;
}): AnswersTo<Ec2Action> => {
  const subnetPages = createPager<SubnetRecord>(random);
  const interfacePages = createPager<InterfaceRecord>(random);
  const instancePages = createPager<InstanceRecord>(random);
  const tagPages = createPager<TagRecord>(random);

  const select = <T extends { readonly id: string }>(
    action: Ec2Action,
    all: readonly T[],
    asked: { readonly ids: readonly string[] | undefined; readonly code: string; readonly what: string } | undefined,
    filters: readonly Ec2Filter[] | undefined,
    fieldOf: (name: string) => Field<T> | undefined,
  ): readonly T[] => {
    const ids = asked?.ids ?? [];
    const missing = ids.find((id) => !all.some((item) => item.id === id));
    if (asked && missing !== undefined) {
      throw new AwsError(asked.code, asked.code, `The ${asked.what} ID '${missing}' does not exist`, {
        statusCode: 400,
      });
    }
    const chosen = ids.length > 0 ? all.filter(({ id }) => ids.includes(id)) : all;
    return (filters ?? []).reduce((left, { Name, Values }) => {
      const field = fieldOf(Name);
      if (!field) throw invalid(action, `The filter '${Name}' is invalid`);
      if (Values.length > MOST_FILTER_VALUES) {
        throw new AwsError(
          'FilterLimitExceeded',
          'FilterLimitExceeded',
          `The maximum number of filter values is ${MOST_FILTER_VALUES}`,
          {
            statusCode: 400,
          },
        );
      }
      const isWanted = matcherOf(Values);
      return left.filter((item) => field(item).some(isWanted));
    }, chosen);
  };

  const badToken = (action: Ec2Action) => invalid(action, 'The token is invalid');

  return {
    'ec2:DescribeSubnets': ({ SubnetIds, Filters, MaxResults = 1000, NextToken }) => {
      const action = 'ec2:DescribeSubnets';
      const all = () => {
        const asked = { ids: SubnetIds, code: 'InvalidSubnetID.NotFound', what: 'subnet' };
        return select(action, [...network.subnets.values()], asked, Filters, (name) => SUBNET_FIELDS[name]);
      };
      const page = subnetPages(all, MaxResults, NextToken);
      if (!page) throw badToken(action);
      return {
        Subnets: page.items.map(({ id, vpcId, zone, cidr, ipv6Cidr }) => ({
          SubnetId: id,
          VpcId: vpcId,
          AvailabilityZone: zone,
          ...(cidr !== undefined && { CidrBlock: cidr }),
          Ipv6CidrBlockAssociationSet:
            ipv6Cidr === undefined ? [] : [{ Ipv6CidrBlock: ipv6Cidr, Ipv6CidrBlockState: { State: 'associated' } }],
        })),
        ...(page.token !== undefined && { NextToken: page.token }),
      };
    },
    'ec2:DescribeNetworkInterfaces': ({ NetworkInterfaceIds, Filters, MaxResults = 1000, NextToken }) => {
      const action = 'ec2:DescribeNetworkInterfaces';
      const all = () => {
        const asked = {
          ids: NetworkInterfaceIds,
          code: 'InvalidNetworkInterfaceID.NotFound',
          what: 'networkInterface',
        };
        return select(action, [...network.interfaces.values()], asked, Filters, (name) => INTERFACE_FIELDS[name]);
      };
      const page = interfacePages(all, MaxResults, NextToken);
      if (!page) throw badToken(action);
      return {
        NetworkInterfaces: page.items.map(({ id, vpcId, subnetId, description, attachedAtMs, ipv4, ipv6 }) => ({
          NetworkInterfaceId: id,
          VpcId: vpcId,
          SubnetId: subnetId,
          Description: description,
          InterfaceType: 'interface',
          Status: 'in-use',
          Attachment: { AttachTime: new Date(attachedAtMs).toISOString() },
          ...(ipv4 !== undefined && { PrivateIpAddress: ipv4 }),
          PrivateIpAddresses: ipv4 === undefined ? [] : [{ PrivateIpAddress: ipv4, Primary: true }],
          Ipv6Addresses: ipv6 === undefined ? [] : [{ Ipv6Address: ipv6 }],
        })),
        ...(page.token !== undefined && { NextToken: page.token }),
      };
    },
    'ec2:DescribeTags': ({ Filters, MaxResults = 1000, NextToken }) => {
      const action = 'ec2:DescribeTags';
      const tags = [...network.instances.values()].flatMap((instance) =>
        [...instance.tags].map(([key, value]) => ({ id: instance.id, key, value })),
      );
      const all = () => select(action, tags, undefined, Filters, (name) => TAG_FIELDS[name]);
      const page = tagPages(all, MaxResults, NextToken);
      if (!page) throw badToken(action);
      return {
        Tags: page.items.map(({ id, key, value }) => ({
          ResourceId: id,
          ResourceType: 'instance',
          Key: key,
          Value: value,
        })),
        ...(page.token !== undefined && { NextToken: page.token }),
      };
    },
    'ec2:DescribeInstances': ({ InstanceIds, Filters, MaxResults = 1000, NextToken }) => {
      const action = 'ec2:DescribeInstances';
      const fieldOf = (name: string): Field<InstanceRecord> | undefined => {
        if (!name.startsWith('tag:')) return INSTANCE_FIELDS[name];
        return ({ tags }) => {
          const value = tags.get(name.slice('tag:'.length));
          return value === undefined ? [] : [value];
        };
      };
      const all = () => {
        const asked = { ids: InstanceIds, code: 'InvalidInstanceID.NotFound', what: 'instance' };
        return select(action, [...network.instances.values()], asked, Filters, fieldOf);
      };
      const page = instancePages(all, MaxResults, NextToken);
      if (!page) throw badToken(action);
      return {
        Reservations: page.items.map(({ id, vpcId, subnetId, state, address, tags }) => ({
          Instances: [
            {
              InstanceId: id,
              State: { Name: state },
              VpcId: vpcId,
              SubnetId: subnetId,
              ...(address !== undefined && { PrivateIpAddress: address }),
              Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
            },
          ],
        })),
        ...(page.token !== undefined && { NextToken: page.token }),
      };
    },
  };
};
