import { describe, expect, test } from '@jest/globals';
import { bindGroup } from '../../../../shared/core/targets/bind.ts';
import type { TargetGroup } from '../../../../shared/core/targets/binding.ts';
import { aDescribedGroup, aGroup, aWiring } from '../../../support/wiring.ts';

describe('bindGroup', () => {
  test.each(['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'])('binds a group of protocol %s', (protocol) => {
    const [group, wiring] = [aGroup({ protocol }), aWiring()];
    expect(bindGroup(group, wiring, undefined)).toEqual({ group, wiring });
  });

  test.each(['ip', 'instance'] as const)('binds a group of type %s', (targetType) => {
    expect(bindGroup(aGroup({ targetType }), aWiring(), undefined)).toMatchObject({ group: { targetType } });
  });

  type Says = { readonly [Member in keyof TargetGroup]?: TargetGroup[Member] | undefined };
  test.each<{ name: string; group?: Says; filler?: string; rule: string; says: string }>([
    {
      name: 'that something else fills',
      filler: 'ECS service production/web',
      rule: 'TGT-4',
      says: 'filled by ECS service production/web',
    },
    {
      name: 'of Elastic Beanstalk',
      group: { name: 'awseb-AWSEB-1' },
      rule: 'TGT-4',
      says: 'filled by Elastic Beanstalk',
    },
    {
      name: 'of type lambda',
      group: { targetType: 'lambda', protocol: undefined, port: undefined, vpcId: undefined },
      rule: 'TGT-5',
      says: 'type lambda',
    },
    { name: 'of type alb', group: { targetType: 'alb', protocol: 'TCP' }, rule: 'TGT-5', says: 'type alb' },
    { name: 'of protocol GENEVE', group: { protocol: 'GENEVE' }, rule: 'TGT-5', says: 'protocol GENEVE' },
    { name: 'of protocol QUIC', group: { protocol: 'QUIC' }, rule: 'TGT-5', says: 'protocol QUIC' },
    { name: 'of protocol TCP_QUIC', group: { protocol: 'TCP_QUIC' }, rule: 'TGT-5', says: 'protocol TCP_QUIC' },
    { name: 'of an unknown protocol', group: { protocol: undefined }, rule: 'TGT-5', says: 'protocol none' },
  ])('refuses a group $name', ({ group = {}, filler, rule, says }) => {
    expect(bindGroup(aDescribedGroup(group), aWiring(), filler)).toEqual({
      rule,
      severity: 'high',
      summary: expect.stringContaining(says),
      fix: expect.any(String),
    });
  });

  test('says that a group which something else fills is not touched, whatever its type', () => {
    expect(bindGroup(aDescribedGroup({ targetType: 'lambda' }), aWiring(), 'EKS')).toMatchObject({ rule: 'TGT-4' });
  });
});
