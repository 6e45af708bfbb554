import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  interfacesOf,
  portsOf,
  type ToldAttachment,
  type ToldBinding,
  type ToldContainer,
} from '../../../../shared/core/task/interfaces.ts';
import type { PortBinding, TaskInterface } from '../../../../shared/core/task/task.ts';

const eni = (id: string, values: Record<string, string> = {}, type = 'eni'): ToldAttachment => ({
  id,
  type,
  details: Object.entries(values).map(([name, value]) => ({ name, value })),
});
const at = (attachmentId: string, privateIpv4Address?: string, ipv6Address?: string): ToldContainer => ({
  networkInterfaces: [{ attachmentId, privateIpv4Address, ipv6Address }],
});

describe('interfacesOf', () => {
  test.each<{
    name: string;
    attachments?: ToldAttachment[];
    containers?: ToldContainer[];
    interfaces?: TaskInterface[];
  }>([
    { name: 'nothing told' },
    {
      name: 'an event spells it eni',
      attachments: [eni('a', { subnetId: 's', networkInterfaceId: 'e', privateIPv4Address: '10.0.0.1' })],
      interfaces: [{ attachmentId: 'a', subnetId: 's', interfaceId: 'e', ipv4: '10.0.0.1' }],
    },
    {
      name: 'DescribeTasks spells it out',
      attachments: [eni('a', { privateIPv4Address: '10.0.0.1' }, 'ElasticNetworkInterface')],
      interfaces: [{ attachmentId: 'a', ipv4: '10.0.0.1' }],
    },
    {
      name: 'it need not be first',
      attachments: [eni('v', { subnetId: 'x' }, 'AmazonElasticBlockStorage'), eni('a')],
      interfaces: [{ attachmentId: 'a' }],
    },
    {
      name: 'the address stands only in a container',
      attachments: [eni('a', { subnetId: 's' })],
      containers: [at('a', '10.0.0.1')],
      interfaces: [{ attachmentId: 'a', subnetId: 's', ipv4: '10.0.0.1' }],
    },
    {
      name: 'dual stack is merged',
      attachments: [eni('a', { privateIPv4Address: '10.0.0.1' })],
      containers: [at('a', '10.0.0.1', '2001:DB8:0::1')],
      interfaces: [{ attachmentId: 'a', ipv4: '10.0.0.1', ipv6: '2001:db8::1' }],
    },
    {
      name: 'several containers repeat it',
      containers: [at('a', '10.0.0.1'), at('a', '10.0.0.1'), {}],
      interfaces: [{ attachmentId: 'a', ipv4: '10.0.0.1' }],
    },
    {
      name: 'what is no address is left out',
      attachments: [eni('a', { privateIPv4Address: '' })],
      containers: [at('a', 'none', '10.0.0')],
      interfaces: [{ attachmentId: 'a' }],
    },
    {
      name: 'without an id it cannot be known again',
      attachments: [{ type: 'eni', details: [] }],
      containers: [{ networkInterfaces: [{ privateIpv4Address: '10.0.0.1' }] }],
    },
    {
      name: 'members may be null',
      attachments: [
        { id: 'a', type: 'eni', details: null },
        { id: null, type: null },
      ],
      containers: [{ networkInterfaces: null }],
      interfaces: [{ attachmentId: 'a' }],
    },
  ])('$name', ({ attachments = [], containers = [], interfaces = [] }) => {
    expect(interfacesOf(attachments, containers)).toEqual(interfaces);
  });
});

const tcp = (containerPort: number, hostPort: number): PortBinding => ({ containerPort, hostPort, protocol: 'tcp' });

describe('portsOf', () => {
  test.each<{ name: string; bindings?: ToldBinding[]; ports?: PortBinding[] }>([
    { name: 'none' },
    { name: 'the twins of one port are one', bindings: [tcp(80, 49153), tcp(80, 49153)], ports: [tcp(80, 49153)] },
    {
      name: 'one container port may have two host ports',
      bindings: [tcp(80, 49153), tcp(80, 49154)],
      ports: [tcp(80, 49153), tcp(80, 49154)],
    },
    {
      name: 'TCP and UDP of one port are two',
      bindings: [tcp(53, 53), { ...tcp(53, 53), protocol: 'udp' }],
      ports: [tcp(53, 53), { containerPort: 53, hostPort: 53, protocol: 'udp' }],
    },
    {
      name: 'what is not udp is tcp',
      bindings: [
        { containerPort: 80, hostPort: 80 },
        { containerPort: 81, hostPort: 81, protocol: 'sctp' },
      ],
      ports: [tcp(80, 80), tcp(81, 81)],
    },
    {
      name: 'a range is written out',
      bindings: [{ containerPortRange: '80-82', hostPortRange: '49153-49155', protocol: 'tcp' }],
      ports: [tcp(80, 49153), tcp(81, 49154), tcp(82, 49155)],
    },
    {
      name: 'ranges of unequal length lead nowhere',
      bindings: [{ containerPortRange: '80-82', hostPortRange: '49153-49154' }],
    },
    {
      name: 'ranges that are none',
      bindings: [
        { containerPortRange: '82-80', hostPortRange: '82-80' },
        { containerPortRange: '0-9', hostPortRange: '0-9' },
        { containerPortRange: 'a', hostPortRange: null },
      ],
    },
    {
      name: 'no host port yet',
      bindings: [{ containerPort: 80 }, { containerPort: 80, hostPort: 0 }, { hostPort: 80, containerPort: 1.5 }],
    },
  ])('$name', ({ bindings = [], ports = [] }) => {
    expect(portsOf(bindings)).toEqual(ports);
  });

  test('never lists a port twice, and never more than there are', () => {
    const side = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
      .map(([from, to]) => `${from}-${to}`);
    const binding = fc.record({
      containerPortRange: side,
      hostPortRange: side,
      protocol: fc.constantFrom('tcp', 'udp'),
    });
    fc.assert(
      fc.property(fc.array(binding), (bindings) => {
        const ports = portsOf(bindings).map((port) => JSON.stringify(port));
        expect(new Set(ports).size).toBe(ports.length);
      }),
    );
    const whole = Array.from({ length: 100 }, () => ({ containerPortRange: '1-65535', hostPortRange: '1-65535' }));
    expect(portsOf(whole)).toHaveLength(65_535);
  });
});
