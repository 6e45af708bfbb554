import { describe, expect, test } from '@jest/globals';
import { type HolderSight, holderOf } from '../../../../shared/core/adopt/holder.ts';
import type { BoundGroup } from '../../../../shared/core/targets/binding.ts';
import type { Facts } from '../../../../shared/core/targets/facts.ts';
import { indexFleet } from '../../../../shared/core/targets/fleet.ts';
import type { Holder } from '../../../../shared/core/targets/sight.ts';
import type { Subnet } from '../../../../shared/core/task/task.ts';

const GROUP: BoundGroup = {
  arn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef',
  name: 'web',
  targetType: 'ip',
  protocol: 'HTTP',
  port: 80,
  vpcId: 'vpc-1',
  ipAddressType: 'ipv4',
};
const subnet = (cidr: string, ownerId: string): Subnet => ({
  subnetId: `subnet-${cidr}`,
  vpcId: 'vpc-1',
  cidrs: [cidr],
  ownerId,
});
const FACTS: Facts = {
  definitions: new Map(),
  subnets: new Map(),
  subnetsOfVpc: new Map([['vpc-1', [subnet('10.0.0.0/24', '111122223333'), subnet('10.0.1.0/24', '999988887777')]]]),
  instances: new Map(),
  environments: new Map(),
};

// Tasks, and targets on instances, are shown over the simulator: test/unit/cli/adopt.test.ts.
describe('who holds an address that no task is known to have', () => {
  test.each<{ name: string; id?: string; holders?: readonly Holder[]; kind: string; words: string }>([
    { name: 'nobody', kind: 'nobody', words: 'held by nobody' },
    {
      name: 'an interface',
      holders: [{ vpcId: 'vpc-1', interfaceId: 'eni-1' }],
      kind: 'interface',
      words: 'held by network interface eni-1',
    },
    {
      name: 'an interface that ECS made',
      holders: [{ vpcId: 'vpc-1', interfaceId: 'eni-1', attachmentId: 'a' }],
      kind: 'interface',
      words: 'held by network interface eni-1, which ECS made for a task that was not found',
    },
    {
      name: 'an interface of another VPC is none',
      holders: [{ vpcId: 'vpc-2', interfaceId: 'eni-1' }],
      kind: 'nobody',
      words: 'held by nobody',
    },
    { name: 'outside', id: '10.9.0.1', kind: 'outside', words: 'outside vpc-1' },
    {
      name: 'in a subnet of another account',
      id: '10.0.1.1',
      kind: 'unseen',
      words: 'in a subnet that account 999988887777 shares, into which EC2 does not see',
    },
  ])('$name', ({ id = '10.0.0.1', holders = [], kind, words }) => {
    const sight: HolderSight = {
      group: GROUP,
      fleet: indexFleet([], FACTS),
      facts: FACTS,
      holders: new Map([[id, holders]]),
    };
    expect(holderOf({ id, port: 80, state: 'healthy' }, sight)).toMatchObject({ kind, words });
  });
});
