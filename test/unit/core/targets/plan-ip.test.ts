import { describe, expect, test } from '@jest/globals';
import { planTargets } from '../../../../shared/core/targets/plan.ts';
import { type Does, does, doneAfter } from '../../../support/plan.ts';
import {
  aFacts,
  aSight,
  at,
  heldByNobody,
  heldByOther,
  heldByTask,
  LIMITS,
  NOW_MS,
  type SightSays,
  seen,
} from '../../../support/sight.ts';
import { arnOf, aTask, stopped, stopping } from '../../../support/tasks.ts';
import { aBinding, service } from '../../../support/wiring.ts';

interface Case extends SightSays {
  readonly name: string;
  readonly done?: Does;
}

const holds = ({ name, done = {}, ...sight }: Case): void => {
  expect({ name, ...doneAfter(sight) }).toEqual({ name, ...does(done) });
};

const one = '10.0.0.1 80';

/** The subnets of the groups' VPC belong to this account. */
const ownedBy = (ownerId: string) => {
  const { subnetsOfVpc } = aFacts();
  const owned = [...subnetsOfVpc].map(([vpcId, of]) => [vpcId, of.map((subnet) => ({ ...subnet, ownerId }))] as const);
  return aFacts({ subnetsOfVpc: new Map(owned) });
};
const TWO_WORKLOADS = aBinding({ workloads: [service('production/web'), service('production/api')] });
const EXCLUSIVE = aBinding({ targets: 'exclusive' });
const ANYWHERE = aBinding({ zone: 'all' });
const peered = { id: '10.3.0.1', port: 80, zone: 'all' } as const;
const running = aTask('a', { ip: '10.0.0.1' });
const gone = aTask('a', { ip: '10.0.0.1', ...stopped() });
const leaving = aTask('a', { ip: '10.0.0.1', ...stopping('DEPROVISIONING') });

describe('wanted', () => {
  test.each<Case>([
    { name: 'registers a running task that is missing', tasks: [running], done: { register: [one] } },
    { name: 'leaves a running task’s target alone', tasks: [running], observed: [seen(1)] },
    {
      name: 'leaves it alone while it is checked for the first time',
      tasks: [running],
      observed: [seen(1, 'initial')],
    },
    { name: 'leaves it alone when it is unhealthy', tasks: [running], observed: [seen(1, 'unhealthy')] },
    {
      name: 'takes back a target that is draining',
      tasks: [running],
      observed: [seen(1, 'draining')],
      done: { register: [`${one} again`] },
    },
    {
      name: 'takes back one that drains and failed its checks',
      tasks: [running],
      observed: [seen(1, 'unhealthy.draining')],
      done: { register: [`${one} again`] },
    },
    { name: 'leaves what drains and nobody wants', observed: [seen(1, 'draining'), seen(2, 'unhealthy.draining')] },
    { name: 'does not register a task before it runs', tasks: [aTask('a', { ip: '10.0.0.1', lastStatus: 'PENDING' })] },
    { name: 'does not register a task without an address', tasks: [aTask('a')] },
    { name: 'does not register a task on standby', tasks: [running], standby: ['a'] },
    { name: 'does not register a stranger', tasks: [aTask('a', { ip: '10.0.0.1', service: 'api' })] },
    {
      name: 'does not register a task that borrowed the group’s name',
      tasks: [aTask('a', { ip: '10.0.0.1', startedBy: 'me' })],
    },
    {
      name: 'registers the tasks of both workloads, each at its own port',
      binding: TWO_WORKLOADS,
      tasks: [running, aTask('b', { ip: '10.0.0.2', service: 'api', revision: 'api:1' })],
      done: { register: [one, '10.0.0.2 9090'] },
    },
    {
      name: 'registers a task of another cluster that the tags name too',
      binding: aBinding({ workloads: [service('production/web'), service('staging/web')] }),
      tasks: [aTask('s', { ip: '10.0.0.2', cluster: 'staging' })],
      done: { register: ['10.0.0.2 80'] },
    },
    {
      name: 'tells a fault of many tasks once',
      tasks: [1, 2, 3].map((id) => aTask(`t${id}`, { ip: `10.3.0.${id}`, subnet: 'subnet-3' })),
      done: { faults: ['TGT-7'] },
    },
    {
      name: 'tells no fault of a task that is to stop',
      tasks: [aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3', ...stopping() })],
    },
  ])('$name', holds);
});

describe('a task that is to stop', () => {
  test.each<Case>([
    ...['RUNNING', 'DEACTIVATING', 'STOPPING', 'PENDING'].map(
      (stage): Case => ({
        name: `leaves at once in ${stage}: the address is still its own`,
        tasks: [aTask('a', { ip: '10.0.0.1', ...stopping(stage) })],
        observed: [seen(1)],
        done: { deregister: [one] },
      }),
    ),
    {
      name: 'leaves with every port at its address',
      tasks: [aTask('a', { ip: '10.0.0.1', ...stopping() })],
      observed: [seen(1), seen(1, 'healthy', 81)],
      done: { deregister: [one, '10.0.0.1 81'] },
    },
    {
      name: 'leaves though its definition cannot be read any more',
      tasks: [aTask('a', { ip: '10.0.0.1', revision: 'web:9', ...stopping() })],
      observed: [seen(1)],
      done: { deregister: [one] },
    },
    {
      name: 'leaves a group of which it was the last: scale to zero is proof',
      binding: EXCLUSIVE,
      tasks: [aTask('a', { ip: '10.0.0.1', ...stopping() })],
      observed: [seen(1)],
      done: { deregister: [one] },
    },
    {
      name: 'does not take the same address of another VPC along',
      tasks: [aTask('a', { ip: '10.0.0.1', subnet: 'subnet-2', ...stopping() })],
      observed: [seen(1)],
      done: { asks: ['holder 10.0.0.1'] },
    },
  ])('$name', holds);
});

describe('a task that no longer holds its address', () => {
  const later = NOW_MS + 5 * 60_000;
  const firstSeenMs = { [one]: NOW_MS };
  const unknownTask = heldByTask('unknown');
  test.each<Case>([
    {
      name: 'makes nobody guess: EC2 is asked once it is DEPROVISIONING',
      tasks: [leaving],
      observed: [seen(1)],
      done: { asks: ['holder 10.0.0.1'] },
    },
    {
      name: 'makes nobody guess: EC2 is asked once it has stopped',
      tasks: [gone],
      observed: [seen(1)],
      done: { asks: ['holder 10.0.0.1'] },
    },
    {
      name: 'leaves where nobody has the address',
      tasks: [gone],
      observed: [seen(1)],
      holders: { 1: heldByNobody },
      done: { deregister: [one] },
    },
    {
      name: 'leaves where its own interface is not deleted yet',
      tasks: [leaving],
      observed: [seen(1)],
      holders: { 1: heldByTask('a') },
      done: { deregister: [one] },
    },
    {
      name: 'leaves where the interface of a task of another workload is not deleted yet',
      tasks: [aTask('x', { ip: '10.0.0.1', service: 'api', ...stopping('DEPROVISIONING') })],
      observed: [seen(1)],
      holders: { 1: heldByTask('x') },
      done: { deregister: [one] },
    },
    {
      name: 'leaves where only somebody of another VPC has the address',
      tasks: [gone],
      observed: [seen(1)],
      holders: { 1: heldByOther('vpc-2') },
      done: { deregister: [one] },
    },
    {
      name: 'leaves a running heir’s target alone, though its event comes late',
      tasks: [gone, aTask('b', { ip: '10.0.0.1' })],
      observed: [seen(1)],
    },
    {
      name: 'leaves a pending heir’s target alone',
      tasks: [gone, aTask('b', { ip: '10.0.0.1', lastStatus: 'PENDING' })],
      observed: [seen(1)],
    },
    {
      name: 'leaves the target of an heir of the other workload alone',
      binding: TWO_WORKLOADS,
      tasks: [gone, aTask('b', { ip: '10.0.0.1', service: 'api', revision: 'web:1', lastStatus: 'PENDING' })],
      observed: [seen(1)],
    },
    {
      name: 'leaves the target of an heir alone whose port is not known',
      tasks: [gone, aTask('b', { ip: '10.0.0.1', revision: 'web:9' })],
      observed: [seen(1)],
    },
    {
      name: 'leaves the target of an heir alone whose subnet is not known',
      tasks: [gone, aTask('b', { ip: '10.0.0.1', subnet: null })],
      observed: [seen(1)],
      holders: { 1: heldByTask('b') },
    },
    {
      name: 'leaves the target of an heir alone that EC2 knows by its attachment',
      tasks: [gone, aTask('b', { interfaces: [{ attachmentId: 'att-b' }] })],
      observed: [seen(1)],
      holders: { 1: heldByTask('b') },
    },
    {
      name: 'leaves with an heir that is to stop itself',
      tasks: [gone, aTask('b', { ip: '10.0.0.1', ...stopping() })],
      observed: [seen(1)],
      done: { deregister: [one] },
    },
    {
      name: 'leaves first where a stranger’s task has the address',
      tasks: [gone, aTask('b', { ip: '10.0.0.1', service: 'api' })],
      observed: [seen(1)],
      done: { deregister: [`${one} inherited`] },
    },
    {
      name: 'leaves first where EC2 says so',
      tasks: [gone, aTask('b', { service: 'api', interfaces: [{ attachmentId: 'att-b' }] })],
      observed: [seen(1)],
      holders: { 1: heldByTask('b') },
      done: { deregister: [`${one} inherited`] },
    },
    {
      name: 'leaves first where something that is no task has the address',
      tasks: [gone],
      observed: [seen(1)],
      holders: { 1: heldByOther() },
      done: { deregister: [`${one} inherited`] },
    },
    {
      name: 'leaves first where the address went to a task of the group at another port',
      binding: TWO_WORKLOADS,
      tasks: [gone, aTask('b', { ip: '10.0.0.1', service: 'api', revision: 'api:1' })],
      observed: [seen(1)],
      done: { register: ['10.0.0.1 9090'], deregister: [`${one} inherited`] },
    },
    {
      name: 'leaves first where that task does not run yet',
      binding: TWO_WORKLOADS,
      tasks: [gone, aTask('b', { ip: '10.0.0.1', service: 'api', revision: 'api:1', lastStatus: 'PENDING' })],
      observed: [seen(1)],
      done: { deregister: [`${one} inherited`] },
    },
    {
      name: 'asks for the workloads’ tasks before it calls a new task a stranger',
      tasks: [gone],
      focus: ['a'],
      listed: 'nothing',
      observed: [seen(1)],
      holders: { 1: unknownTask },
      done: { asks: ['workloads'] },
    },
    {
      name: 'waits for a new task that no listing shows',
      tasks: [gone],
      focus: ['a'],
      listed: 'workloads',
      observed: [seen(1)],
      holders: { 1: unknownTask },
      done: { waits: [`${one} 300s`] },
    },
    {
      name: 'waits on for it',
      tasks: [gone],
      observed: [seen(1)],
      holders: { 1: unknownTask },
      firstSeenMs,
      nowMs: later - 1_000,
      done: { waits: [`${one} 1s`] },
    },
    {
      name: 'waits for it no longer than ECS may need',
      tasks: [gone],
      observed: [seen(1)],
      holders: { 1: unknownTask },
      firstSeenMs,
      nowMs: later,
      done: { deregister: [`${one} inherited`] },
    },
    {
      name: 'waits for a task that is newer than what was seen of the target first',
      tasks: [gone],
      observed: [seen(1)],
      holders: { 1: unknownTask.map((each) => ({ ...each, attachedAtMs: NOW_MS + 30_000 })) },
      firstSeenMs,
      nowMs: later,
      done: { waits: [`${one} 30s`] },
    },
    {
      name: 'leaves though it was a task of another watched workload',
      tasks: [aTask('x', { ip: '10.0.0.1', service: 'api', ...stopped() })],
      observed: [seen(1)],
      holders: { 1: heldByNobody },
      done: { deregister: [one] },
    },
    {
      name: 'is asked about in its own VPC where the group takes any',
      binding: ANYWHERE,
      tasks: [aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3', ...stopped() })],
      observed: [{ ...peered, state: 'healthy' }],
      holders: { '10.3.0.1': heldByOther('vpc-3') },
      done: { deregister: ['10.3.0.1 80 inherited'] },
    },
    {
      name: 'leaves where nobody of its own VPC has the address',
      binding: ANYWHERE,
      tasks: [aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3', ...stopped() })],
      observed: [{ ...peered, state: 'healthy' }],
      holders: { '10.3.0.1': heldByOther('vpc-1') },
      done: { deregister: ['10.3.0.1 80'] },
    },
    {
      name: 'asks which addresses the VPC has before it looks outside it',
      binding: ANYWHERE,
      facts: aFacts({ subnetsOfVpc: new Map() }),
      tasks: [aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3', ...stopping() })],
      focus: ['a'],
      observed: [{ ...peered, state: 'healthy' }],
      done: { asks: ['vpc vpc-1'] },
    },
  ])('$name', holds);
});

describe('a task that should listen elsewhere', () => {
  const moved = aTask('a', { ip: '10.0.0.1', revision: 'web:2' });
  const there = '10.0.0.1 8080';
  test.each<Case>([
    { name: 'is registered there first', tasks: [moved], observed: [seen(1)], done: { register: [there] } },
    ...['initial', 'unhealthy', 'draining', 'unavailable'].map(
      (state): Case => ({
        name: `stays while its wanted target is ${state}`,
        tasks: [moved],
        observed: [seen(1), seen(1, state, 8080)],
        done: state === 'draining' ? { register: [`${there} again`] } : {},
      }),
    ),
    {
      name: 'leaves once that is healthy',
      tasks: [moved],
      observed: [seen(1), seen(1, 'healthy', 8080)],
      done: { deregister: [one] },
    },
    {
      name: 'leaves where no health will ever come',
      tasks: [moved],
      observed: [seen(1, 'unused'), seen(1, 'unused', 8080)],
      done: { deregister: [one] },
    },
    {
      name: 'stays while it does not run',
      tasks: [aTask('a', { ip: '10.0.0.1', revision: 'web:2', lastStatus: 'ACTIVATING' })],
      observed: [seen(1), seen(1, 'healthy', 8080)],
    },
    {
      name: 'stays while it cannot be told where it should listen',
      tasks: [aTask('a', { ip: '10.0.0.1', revision: 'web:9' })],
      observed: [seen(1)],
    },
    {
      name: 'stays where its tags are wrong now',
      binding: aBinding({ port: 99 }),
      tasks: [running],
      observed: [seen(1)],
      done: { faults: ['TAG-11'] },
    },
  ])('$name', holds);
});

describe('a target that no task of ours explains', () => {
  const present = [1, 2, 3].map((id) => seen(id));
  const others = [aTask('b', { ip: '10.0.0.2' }), aTask('c', { ip: '10.0.0.3' })];
  const stranger = aTask('x', { ip: '10.0.0.1', service: 'api' });
  const outside = seen('192.168.0.1');
  const out = '192.168.0.1 80';
  const unlisted = heldByTask('unknown');
  test.each<Case>([
    { name: 'is asked about', tasks: others, observed: present, done: { asks: ['holder 10.0.0.1'] } },
    {
      name: 'is not judged before the VPC’s addresses are known',
      tasks: others,
      observed: present,
      facts: aFacts({ subnetsOfVpc: new Map() }),
      holders: { 1: heldByNobody },
      done: { asks: ['vpc vpc-1'] },
    },
    {
      name: 'leaves where nobody has the address',
      tasks: others,
      observed: present,
      holders: { 1: heldByNobody },
      done: { deregister: [one] },
    },
    ...['initial', 'unused'].flatMap((state): readonly Case[] => [
      {
        name: `waits where nobody seems to have it and it is ${state}, since its interface may be as new`,
        observed: [seen(1, state)],
        holders: { 1: heldByNobody },
        done: { waits: [`${one} 60s`] },
      },
      {
        name: `leaves where nobody has it a minute later, though it is still ${state}`,
        observed: [seen(1, state)],
        holders: { 1: heldByNobody },
        firstSeenMs: { [one]: NOW_MS - 60_000 },
        done: { deregister: [one] },
      },
      {
        name: `leaves at once where it is ${state} and a task is known to have ended there`,
        tasks: [gone],
        observed: [seen(1, state)],
        holders: { 1: heldByNobody },
        done: { deregister: [one] },
      },
    ]),
    {
      name: 'stays where nobody seems to have it, in a subnet that another account shares',
      tasks: others,
      observed: present,
      facts: ownedBy('444455556666'),
      holders: { 1: heldByNobody },
      done: { faults: ['TGT-3'] },
    },
    {
      name: 'leaves where nobody has it, in a subnet that is known to be our own',
      tasks: others,
      observed: present,
      facts: ownedBy('111122223333'),
      holders: { 1: heldByNobody },
      done: { deregister: [one] },
    },
    {
      name: 'leaves where nobody has it, though the group would be empty',
      observed: [seen(1)],
      holders: { 1: heldByNobody },
      done: { deregister: [one] },
    },
    {
      name: 'stays where a stranger’s task holds it',
      tasks: [...others, stranger],
      observed: present,
      done: { faults: ['TGT-2'] },
    },
    {
      name: 'stays where something that is no task holds it',
      tasks: others,
      observed: present,
      holders: { 1: heldByOther() },
      done: { faults: ['TGT-2'] },
    },
    {
      name: 'is no finding while its holder may be a new task of ours',
      tasks: others,
      observed: present,
      holders: { 1: unlisted },
      done: { waits: [`${one} 300s`] },
    },
    {
      name: 'stays where a task holds it that should have shown',
      tasks: others,
      observed: present,
      holders: { 1: unlisted },
      firstSeenMs: { [one]: NOW_MS - 300_000 },
      done: { faults: ['TGT-2'] },
    },
    {
      name: 'leaves an exclusive group where a stranger’s task holds it',
      binding: EXCLUSIVE,
      tasks: [...others, stranger],
      observed: present,
      done: { deregister: [one], faults: ['TGT-2'] },
    },
    {
      name: 'leaves an exclusive group where something that is no task holds it',
      binding: EXCLUSIVE,
      tasks: others,
      observed: present,
      holders: { 1: heldByOther() },
      done: { deregister: [one], faults: ['TGT-2'] },
    },
    {
      name: 'waits in an exclusive group while its holder may be a new task of ours',
      binding: EXCLUSIVE,
      tasks: others,
      observed: present,
      holders: { 1: unlisted },
      done: { waits: [`${one} 300s`] },
    },
    {
      name: 'leaves an exclusive group when that must have shown',
      binding: EXCLUSIVE,
      tasks: others,
      observed: present,
      holders: { 1: unlisted },
      firstSeenMs: { [one]: NOW_MS - 300_000 },
      done: { deregister: [one], faults: ['TGT-2'] },
    },
    {
      name: 'asks for the workloads’ tasks where they were not listed',
      binding: EXCLUSIVE,
      tasks: others,
      observed: present,
      listed: 'nothing',
      holders: { 1: unlisted },
      done: { asks: ['workloads'] },
    },
    {
      name: 'stays where it lies outside the VPC',
      tasks: others,
      observed: [...present.slice(1), outside],
      done: { faults: ['TGT-3'] },
    },
    {
      name: 'waits in an exclusive group where it lies outside the VPC',
      binding: EXCLUSIVE,
      tasks: others,
      observed: [...present.slice(1), outside],
      done: { waits: [`${out} 60s`], faults: ['TGT-3'] },
    },
    {
      name: 'waits on just before the second look',
      binding: EXCLUSIVE,
      tasks: others,
      observed: [...present.slice(1), outside],
      firstSeenMs: { [out]: NOW_MS - 59_999 },
      done: { waits: [`${out} 0.001s`], faults: ['TGT-3'] },
    },
    {
      name: 'leaves an exclusive group with the second look',
      binding: EXCLUSIVE,
      tasks: others,
      observed: [...present.slice(1), outside],
      firstSeenMs: { [out]: NOW_MS - 60_000 },
      done: { deregister: [out], faults: ['TGT-3'] },
    },
    {
      name: 'stays where the same address of another VPC is a task’s',
      tasks: [...others, aTask('x', { ip: '192.168.0.1', subnet: 'subnet-2' })],
      observed: [...present.slice(1), outside],
      done: { faults: ['TGT-7', 'TGT-3'] },
    },
  ])('$name', holds);
});

describe('standby', () => {
  test('takes the last target where a person released it', () => {
    const says = { tasks: [running], standby: ['a'], observed: [seen(1)] };
    expect(doneAfter(says, { lastReleased: true })).toMatchObject({ deregister: [one], held: [] });
    expect(doneAfter(says)).toMatchObject({ deregister: [], held: [one] });
  });

  test.each<Case>([
    {
      name: 'takes a task out',
      tasks: [running, aTask('b', { ip: '10.0.0.2' })],
      standby: ['a'],
      observed: [seen(1), seen(2)],
      done: { deregister: [one] },
    },
    {
      name: 'never takes the last target',
      tasks: [running],
      standby: ['a'],
      observed: [seen(1)],
      done: { held: [one] },
    },
    {
      name: 'never takes the last target that is not draining',
      tasks: [running],
      standby: ['a'],
      observed: [seen(1), seen(2, 'draining')],
      done: { held: [one] },
    },
    {
      name: 'never takes the last target beside one that a second look will let go',
      tasks: [running],
      standby: ['a'],
      observed: [seen(1), seen(2, 'unused')],
      holders: { 2: heldByNobody },
      done: { held: [one], waits: ['10.0.0.2 80 60s'] },
    },
    {
      name: 'keeps one of several',
      tasks: [running, aTask('b', { ip: '10.0.0.2' })],
      standby: ['a', 'b'],
      observed: [seen(2), seen(1)],
      done: { held: [one], deregister: ['10.0.0.2 80'] },
    },
    {
      name: 'keeps one where all others leave',
      tasks: [running, aTask('b', { ip: '10.0.0.2', ...stopping() })],
      standby: ['a'],
      observed: [seen(1), seen(2)],
      done: { held: [one], deregister: ['10.0.0.2 80'] },
    },
    {
      name: 'does not count one that is only being registered',
      tasks: [running, aTask('b', { ip: '10.0.0.2' })],
      standby: ['a'],
      observed: [seen(1)],
      done: { register: ['10.0.0.2 80'], held: [one] },
    },
    {
      name: 'does not keep a task that stops',
      tasks: [aTask('a', { ip: '10.0.0.1', ...stopping() })],
      standby: ['a'],
      observed: [seen(1)],
      done: { deregister: [one] },
    },
    {
      name: 'does not protect an address',
      tasks: [gone, aTask('b', { ip: '10.0.0.1' }), aTask('c', { ip: '10.0.0.2' })],
      standby: ['b'],
      observed: [seen(1), seen(2)],
      done: { deregister: [one] },
    },
  ])('$name', holds);
});

describe('focus', () => {
  const tasks = [
    running,
    aTask('b', { ip: '10.0.0.2' }),
    aTask('c', { ip: '10.0.0.3', ...stopping() }),
    aTask('d', { ip: '10.0.0.4', ...stopping() }),
  ];
  const observed = [seen(3), seen(4), seen(5), seen('192.168.0.1')];
  test.each<Case>([
    { name: 'registers only its tasks', tasks, focus: ['a'], observed: [], done: { register: [one] } },
    { name: 'removes only what its tasks had', tasks, focus: ['c'], observed, done: { deregister: ['10.0.0.3 80'] } },
    { name: 'asks nothing about other targets', tasks, focus: ['a'], observed, done: { register: [one] } },
    {
      name: 'reports nothing of an exclusive group’s other targets',
      binding: EXCLUSIVE,
      tasks,
      focus: ['a'],
      observed,
      done: { register: [one] },
    },
    {
      name: 'tells faults of its tasks only',
      tasks: [aTask('x', { ip: '10.3.0.1', subnet: 'subnet-3' })],
      focus: ['a'],
    },
    {
      name: 'does not concern the same address in another VPC',
      tasks: [aTask('x', { ip: '10.0.0.1', subnet: 'subnet-2', ...stopped() })],
      focus: ['x'],
      observed: [seen(1)],
    },
    {
      name: 'is nothing where its task is not of the group and had nothing in it',
      tasks: [aTask('x', { ip: '10.0.0.9', service: 'api' })],
      focus: ['x'],
      observed,
    },
  ])('$name', holds);
});

describe('IPv6', () => {
  const binding = aBinding({}, { ipAddressType: 'ipv6' });
  const dual = { ip: '10.0.0.1', ipv6: '2001:db8:1::1' } as const;
  const key = '2001:db8:1::1 80';
  const there = seen('2001:db8:1::1');
  test.each<Case>([
    { name: 'registers the IPv6 address', binding, tasks: [aTask('a', dual)], done: { register: [key] } },
    {
      name: 'removes it',
      binding,
      tasks: [aTask('a', { ...dual, ...stopping() })],
      observed: [there],
      done: { deregister: [key] },
    },
    {
      name: 'asks who holds it',
      binding,
      tasks: [aTask('a', { ...dual, ...stopped() })],
      observed: [there],
      done: { asks: ['holder 2001:db8:1::1'] },
    },
  ])('$name', holds);
});

describe('the plan says', () => {
  const planOf = (says: SightSays) => planTargets(aSight(says), LIMITS);

  test('which task is registered, and why', () => {
    expect(planOf({ tasks: [running] }).register).toEqual([
      { target: at(1), task: arnOf.task('a'), reason: 'task a is running', draining: false },
    ]);
  });

  test('which zone an address outside the VPC is registered with', () => {
    const tasks = [aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3' })];
    expect(planOf({ binding: ANYWHERE, tasks }).register[0]?.target).toEqual(peered);
  });

  test('with which zone it is removed', () => {
    const tasks = [aTask('a', { ip: '10.3.0.1', subnet: 'subnet-3', ...stopping() })];
    const plan = planOf({ binding: ANYWHERE, tasks, observed: [{ ...peered, state: 'healthy' }] });
    expect(plan.deregister[0]?.target).toEqual(peered);
  });

  test.each<{ name: string; sight: SightSays; task?: string; reason: RegExp }>([
    {
      name: 'that a task is stopping',
      sight: { tasks: [aTask('a', { ip: '10.0.0.1', ...stopping('DEACTIVATING'), stoppedReason: 'Scaling' })] },
      task: 'a',
      reason: /^task a \(service:web\) is stopping \(DEACTIVATING\): Scaling$/,
    },
    {
      name: 'that a task stopped',
      sight: { tasks: [gone], holders: { 1: heldByNobody } },
      task: 'a',
      reason: /^task a \(service:web\) stopped: Scaling activity$/,
    },
    {
      name: 'why by its code where no reason is told',
      sight: { tasks: [aTask('a', { ip: '10.0.0.1', ...stopping(), stopCode: 'SpotInterruption' })] },
      task: 'a',
      reason: /: SpotInterruption$/,
    },
    {
      name: 'who has the address now',
      sight: { tasks: [gone, aTask('b', { ip: '10.0.0.1', service: 'api' })] },
      task: 'a',
      reason: /^task a .*; task b \(service:api\) has 10\.0\.0\.1 now$/,
    },
    {
      name: 'which interface has it now',
      sight: { tasks: [gone], holders: { 1: heldByOther() } },
      task: 'a',
      reason: /network interface eni-other has 10\.0\.0\.1 now$/,
    },
    {
      name: 'that nobody has it',
      sight: { holders: { 1: heldByNobody } },
      reason: /^EC2 knows no network interface with 10\.0\.0\.1 in vpc-1$/,
    },
    {
      name: 'that the task moved',
      sight: {
        tasks: [aTask('a', { ip: '10.0.0.1', revision: 'web:2' })],
        observed: [seen(1), seen(1, 'healthy', 8080)],
      },
      task: 'a',
      reason: /^task a \(service:web\) listens on port 8080$/,
    },
    {
      name: 'the latest of several tasks that had it',
      sight: { tasks: [gone, aTask('b', { ip: '10.0.0.1', ...stopped(2_000) })], holders: { 1: heldByNobody } },
      task: 'b',
      reason: /^task b/,
    },
    {
      name: 'nothing that a log or a terminal obeys',
      sight: {
        tasks: [
          aTask('a', {
            ip: '10.0.0.1',
            group: 'a\u001b[2J',
            startedBy: 'ecs-svc/1',
            ...stopped(),
            stoppedReason: 'b\nc',
          }),
        ],
        holders: { 1: heldByNobody },
      },
      task: 'a',
      reason: /^task a \(a\\u001b\[2J\) stopped: b\\u000ac$/,
    },
  ])('$name', ({ sight, task, reason }) => {
    const [removal] = planOf({ observed: [seen(1)], ...sight }).deregister;
    expect(removal?.reason).toMatch(reason);
    expect(removal?.task).toBe(task && arnOf.task(task));
  });

  test('that a task on standby stays as the last, and why it would go', () => {
    const plan = planOf({ tasks: [running], standby: ['a'], observed: [seen(1)] });
    expect(plan.held).toMatchObject([
      { task: arnOf.task('a'), reason: "task a (service:web) is on standby, but it is the group's last target" },
    ]);
  });

  test('every question once', () => {
    const observed = [seen(1), seen(1, 'healthy', 81), seen(2)];
    expect(planOf({ observed, facts: aFacts({ subnetsOfVpc: new Map() }) }).questions).toEqual([
      { about: 'vpc', vpcId: 'vpc-1' },
    ]);
    expect(planOf({ observed }).questions).toEqual([
      { about: 'holder', address: '10.0.0.1' },
      { about: 'holder', address: '10.0.0.2' },
    ]);
  });

  test('how the group sees its own tasks', () => {
    const plan = planOf({ tasks: [running, aTask('b', { service: 'api' })] });
    expect(plan.candidates.map(({ task, wanted }) => [task.taskArn, wanted])).toEqual([[arnOf.task('a'), true]]);
  });
});
