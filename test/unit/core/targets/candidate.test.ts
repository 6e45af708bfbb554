import { describe, expect, test } from '@jest/globals';
import type { BoundGroup, Wiring } from '../../../../shared/core/targets/binding.ts';
import { candidatesFor } from '../../../../shared/core/targets/candidate.ts';
import type { Facts } from '../../../../shared/core/targets/facts.ts';
import type { Task } from '../../../../shared/core/task/task.ts';
import { aFacts, at } from '../../../support/sight.ts';
import { aContainer, aDefinition, anInstanceTask, arnOf, aTask, stopped, stopping } from '../../../support/tasks.ts';
import { aBinding } from '../../../support/wiring.ts';

interface Case {
  readonly name: string;
  readonly task: Task;
  readonly group?: Partial<BoundGroup>;
  readonly wiring?: Partial<Wiring>;
  readonly facts?: Partial<Facts>;
  readonly standby?: boolean;
}

const see = ({ task, group = {}, wiring = {}, facts = {}, standby = false }: Case) =>
  candidatesFor(aBinding(wiring, group), aFacts(facts))(task, standby);

const INSTANCE: Partial<BoundGroup> = { targetType: 'instance' };
const app = (...ports: string[]) => ({ containers: [aContainer('app', ports)] });

describe('candidatesFor places', () => {
  test.each<Case & { place: object }>([
    { name: 'an IPv4 address', task: aTask('a', { ip: '10.0.0.1' }), place: at(1) },
    {
      name: 'the container port, not the group’s',
      task: aTask('a', { ip: '10.0.0.1', revision: 'web:2' }),
      place: at(1, 8080),
    },
    {
      name: 'an IPv6 address',
      task: aTask('a', { ip: '10.0.0.1', ipv6: '2001:db8:1::1' }),
      group: { ipAddressType: 'ipv6' },
      place: at('2001:db8:1::1'),
    },
    {
      name: 'the interface that has the address',
      task: aTask('a', { interfaces: [{ attachmentId: 'att-0' }, ...aTask('a', { ip: '10.0.0.1' }).interfaces] }),
      place: at(1),
    },
    {
      name: 'a peered address, with the zone',
      task: aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3' }),
      wiring: { zone: 'all' },
      place: { id: '10.3.0.1', port: 80, zone: 'all' },
    },
    {
      name: 'an own address without the zone, though it is allowed',
      task: aTask('a', { ip: '10.0.0.1' }),
      wiring: { zone: 'all' },
      place: at(1),
    },
    {
      name: 'a dynamic host port',
      task: anInstanceTask('a', app('80>32768')),
      group: INSTANCE,
      place: at('i-1', 32768),
    },
    {
      name: 'the host port of the container that listens',
      task: anInstanceTask('a', { containers: [aContainer('side', ['81>32768']), aContainer('app', ['80>32769'])] }),
      group: INSTANCE,
      wiring: { container: 'app' },
      place: at('i-1', 32769),
    },
    {
      name: 'the host port of the group’s protocol',
      task: anInstanceTask('a', app('80>32768/udp', '80>32769')),
      group: INSTANCE,
      wiring: { container: 'app' },
      place: at('i-1', 32769),
    },
    {
      name: 'a host networking port that ECS lists',
      task: anInstanceTask('a', { revision: 'host:1', ...app('80>80') }),
      group: INSTANCE,
      place: at('i-1', 80),
    },
    {
      name: 'a host networking port that ECS does not list',
      task: anInstanceTask('a', { revision: 'host:1' }),
      group: INSTANCE,
      place: at('i-1', 80),
    },
    {
      name: 'Windows’ default networking as bridge',
      task: anInstanceTask('a', { revision: 'nat:1', ...app('80>49153') }),
      facts: { definitions: new Map([[arnOf.definition('nat:1'), aDefinition('nat:1', { app: ['80'] }, 'default')]]) },
      group: INSTANCE,
      place: at('i-1', 49153),
    },
  ])('$name', ({ place, ...row }) => {
    expect(see(row).place).toEqual({ kind: 'at', target: place });
    expect(see(row).wanted).toBe(true);
  });
});

describe('candidatesFor cannot tell', () => {
  test.each<Case & { why: string }>([
    {
      name: 'without its task definition',
      task: aTask('a', { ip: '10.0.0.1', revision: 'web:9' }),
      why: 'task definition',
    },
    { name: 'without an interface', task: aTask('a'), why: 'no network interface yet' },
    {
      name: 'without an address',
      task: aTask('a', { interfaces: [{ attachmentId: 'att-a', subnetId: 'subnet-1' }] }),
      why: 'address is not known yet',
    },
    {
      name: 'without an IPv6 address while it starts',
      task: aTask('a', { ip: '10.0.0.1', lastStatus: 'PENDING' }),
      group: { ipAddressType: 'ipv6' },
      why: 'address is not known yet',
    },
    {
      name: 'in an unknown subnet',
      task: aTask('a', { ip: '10.0.0.1', subnet: 'subnet-9' }),
      why: 'subnet-9 could not be looked up',
    },
    { name: 'without a subnet', task: aTask('a', { ip: '10.0.0.1', subnet: null }), why: 'subnet' },
    {
      name: 'while the VPC’s own addresses are unknown',
      task: aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3' }),
      wiring: { zone: 'all' },
      facts: { subnetsOfVpc: new Map() },
      why: 'subnets of vpc-1',
    },
    {
      name: 'on an unknown instance',
      task: anInstanceTask('a', { containerInstanceArn: arnOf.instance('ci-9'), ...app('80>32768') }),
      group: INSTANCE,
      why: 'EC2 instance',
    },
    {
      name: 'without a host port',
      task: anInstanceTask('a'),
      group: INSTANCE,
      wiring: { container: 'app' },
      why: 'host port is not known yet',
    },
    {
      name: 'without a host port of the protocol',
      task: anInstanceTask('a', app('80>32768/udp')),
      group: INSTANCE,
      wiring: { container: 'app' },
      why: 'host port is not known yet',
    },
    {
      name: 'without its container',
      task: anInstanceTask('a', { containers: [] }),
      group: INSTANCE,
      wiring: { container: 'app' },
      why: 'host port is not known yet',
    },
  ])('$name', ({ why, ...row }) => {
    expect(see(row)).toMatchObject({ place: { kind: 'unknown', why: expect.stringContaining(why) }, wanted: false });
  });
});

describe('candidatesFor refuses', () => {
  test.each<Case & { rule: string; says: string }>([
    {
      name: 'another VPC',
      task: aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3' }),
      rule: 'TGT-7',
      says: 'Tasks run in vpc-3, and web is in vpc-1',
    },
    {
      name: 'an address that the group’s VPC has too',
      task: aTask('a', { ip: '10.0.0.1', subnet: 'subnet-2' }),
      wiring: { zone: 'all' },
      rule: 'TGT-7',
      says: '10.0.0.1 of vpc-2 also lies in subnet-1',
    },
    {
      name: 'a running task without the group’s family',
      task: aTask('a', { ip: '10.0.0.1' }),
      group: { ipAddressType: 'ipv6' },
      rule: 'TGT-7',
      says: 'no IPv6 address',
    },
    {
      name: 'a running IPv6-only task in an IPv4 group',
      task: aTask('a', { ipv6: '2001:db8:1::1' }),
      rule: 'TGT-7',
      says: 'no IPv4 address',
    },
    {
      name: 'bridge networking in an ip group',
      task: anInstanceTask('a', app('80>32768')),
      wiring: { container: 'app' },
      rule: 'TGT-6',
      says: 'bridge:1 uses network mode bridge',
    },
    {
      name: 'host networking in an ip group',
      task: anInstanceTask('a', { revision: 'host:1' }),
      rule: 'TGT-6',
      says: 'network mode host',
    },
    {
      name: 'awsvpc in an instance group',
      task: aTask('a', { ip: '10.0.0.1' }),
      group: INSTANCE,
      rule: 'TGT-6',
      says: 'network mode awsvpc, and web takes targets of type instance',
    },
    {
      name: 'no networking',
      task: anInstanceTask('a', { revision: 'none:1' }),
      group: INSTANCE,
      rule: 'TGT-6',
      says: 'network mode none',
    },
    {
      name: 'a port that cannot be told',
      task: aTask('a', { ip: '10.0.0.1' }),
      wiring: { port: 81 },
      rule: 'TAG-11',
      says: 'port 81',
    },
  ])('$name', ({ rule, says, ...row }) => {
    expect(see(row)).toMatchObject({
      place: { kind: 'wrong', fault: { rule, summary: expect.stringContaining(says) } },
      wanted: false,
    });
  });
});

describe('candidatesFor wants', () => {
  const container = (status: string) => anInstanceTask('a', { containers: [aContainer('app', ['80>32768'], status)] });
  const bridge = { group: INSTANCE, wiring: { container: 'app' } };
  test.each<Case & { wanted: boolean }>([
    { name: 'a running task', task: aTask('a', { ip: '10.0.0.1' }), wanted: true },
    { name: 'no pending task', task: aTask('a', { ip: '10.0.0.1', lastStatus: 'PENDING' }), wanted: false },
    { name: 'no activating task', task: aTask('a', { ip: '10.0.0.1', lastStatus: 'ACTIVATING' }), wanted: false },
    { name: 'no task that is to stop', task: aTask('a', { ip: '10.0.0.1', ...stopping() }), wanted: false },
    { name: 'no stopped task', task: aTask('a', { ip: '10.0.0.1', ...stopped() }), wanted: false },
    { name: 'no task on standby', task: aTask('a', { ip: '10.0.0.1' }), standby: true, wanted: false },
    {
      name: 'a task at an address while one of its containers has stopped',
      task: aTask('a', { ip: '10.0.0.1', containers: [aContainer('app', [], 'STOPPED')] }),
      wanted: true,
    },
    { name: 'a running container of an instance', task: container('RUNNING'), ...bridge, wanted: true },
    { name: 'no stopped container of a running task', task: container('STOPPED'), ...bridge, wanted: false },
    { name: 'no pending container of a running task', task: container('PENDING'), ...bridge, wanted: false },
    {
      name: 'no container of which nothing is told',
      task: anInstanceTask('a', { revision: 'host:1', containers: [] }),
      group: INSTANCE,
      wanted: false,
    },
  ])('$name', ({ wanted, ...row }) => {
    expect(see(row)).toMatchObject({ wanted, place: { kind: 'at' } });
  });
});
