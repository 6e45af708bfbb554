import { describe, expect, test } from '@jest/globals';
import { workloadKeyOf } from '../../../../shared/core/targets/binding.ts';
import { indexFleet, relevantTasks, workloadsOf } from '../../../../shared/core/targets/fleet.ts';
import type { Task } from '../../../../shared/core/task/task.ts';
import { aFacts, at } from '../../../support/sight.ts';
import { aContainer, anInstanceTask, arnOf, aTask, stopped } from '../../../support/tasks.ts';
import { aBinding, service } from '../../../support/wiring.ts';

const ids = (tasks: readonly Task[] | undefined): readonly string[] =>
  (tasks ?? []).map(({ taskArn }) => taskArn.slice(taskArn.lastIndexOf('/') + 1)).toSorted();

describe('workloadsOf', () => {
  const onBeanstalk = { service: null, revision: 'job:1', containerInstanceArn: arnOf.instance('ci-2') } as const;
  test.each<{ name: string; task: Task; workloads: readonly string[] }>([
    { name: 'a service by group and startedBy', task: aTask('a'), workloads: ['service production/web'] },
    { name: 'the service’s cluster', task: aTask('a', { cluster: 'staging' }), workloads: ['service staging/web'] },
    {
      name: 'a standalone task by its family',
      task: aTask('a', { service: null, revision: 'job:1' }),
      workloads: ['family production/job'],
    },
    {
      name: 'a task that borrows a service’s group as standalone',
      task: aTask('a', { startedBy: 'me' }),
      workloads: ['family production/web'],
    },
    {
      name: 'a task that borrows the group without saying who started it',
      task: aTask('a', { service: null, group: 'service:web' }),
      workloads: ['family production/web'],
    },
    {
      name: 'a standalone task by its family, not its group',
      task: aTask('a', { service: null, revision: 'job:1', group: 'family:web' }),
      workloads: ['family production/job'],
    },
    {
      name: 'nothing that a service started under another group',
      task: aTask('a', { group: 'family:web' }),
      workloads: [],
    },
    {
      name: 'a Beanstalk task by its instance’s environment',
      task: aTask('a', onBeanstalk),
      workloads: ['family production/job', 'beanstalk shop'],
    },
    {
      name: 'no environment by a name',
      task: aTask('a', { ...onBeanstalk, cluster: 'awseb-shop-abc', containerInstanceArn: arnOf.instance('ci-1') }),
      workloads: ['family awseb-shop-abc/job'],
    },
    {
      name: 'no environment of an unknown instance',
      task: aTask('a', { ...onBeanstalk, containerInstanceArn: arnOf.instance('ci-9') }),
      workloads: ['family production/job'],
    },
    {
      name: 'a service’s task on a Beanstalk instance as the service’s',
      task: anInstanceTask('a', { containerInstanceArn: arnOf.instance('ci-2') }),
      workloads: ['service production/web'],
    },
  ])('knows $name', ({ task, workloads }) => {
    expect(workloadsOf(task, aFacts()).map(workloadKeyOf)).toEqual(workloads);
  });
});

describe('indexFleet', () => {
  test('finds tasks by workload, address, interface and attachment', () => {
    const a = aTask('a', { ip: '10.0.0.1', ipv6: '2001:db8:1::1' });
    const fleet = indexFleet([a, aTask('b', { service: 'api', ip: '10.0.0.2' })], aFacts());
    expect(fleet.size).toBe(2);
    expect(ids(fleet.byWorkload.get('service production/web'))).toEqual(['a']);
    expect(fleet.byAddress.get('10.0.0.1')).toEqual([{ task: a, through: a.interfaces[0], vpcId: 'vpc-1' }]);
    expect(fleet.byAddress.get('2001:db8:1::1')).toHaveLength(1);
    expect(fleet.byInterface.get('eni-a')).toBe(a);
    expect(fleet.byInterface.get('att-a')).toBe(a);
  });

  test('keeps every task that has or had an address, in every VPC', () => {
    const tasks = [aTask('a', { ip: '10.0.0.1', ...stopped() }), aTask('b', { ip: '10.0.0.1', subnet: 'subnet-2' })];
    expect(indexFleet(tasks, aFacts()).byAddress.get('10.0.0.1')).toMatchObject([
      { task: tasks[0], vpcId: 'vpc-1' },
      { task: tasks[1], vpcId: 'vpc-2' },
    ]);
  });

  test('knows an interface in an unknown subnet, but not whose address it is', () => {
    const fleet = indexFleet([aTask('a', { ip: '10.0.0.1', subnet: 'subnet-9' })], aFacts());
    expect(fleet.byAddress.size).toBe(0);
    expect(fleet.byInterface.has('eni-a')).toBe(true);
  });

  test('finds containers by the port of their instance', () => {
    const tasks = [
      anInstanceTask('a', {
        containers: [aContainer('app', ['80>32768']), aContainer('side', ['81>32769', '53>32769/udp'])],
      }),
      anInstanceTask('b', {
        containers: [aContainer('app', ['80>32768'])],
        containerInstanceArn: arnOf.instance('ci-2'),
      }),
      anInstanceTask('c', {
        containers: [aContainer('app', ['80>32768'])],
        containerInstanceArn: arnOf.instance('ci-9'),
      }),
    ];
    const { byInstancePort } = indexFleet(tasks, aFacts());
    expect([...byInstancePort.keys()].toSorted()).toEqual(['i-1 32768', 'i-1 32769', 'i-2 32768']);
    expect(byInstancePort.get('i-1 32768')).toMatchObject([
      { task: tasks[0], container: { name: 'app' }, protocol: 'tcp' },
    ]);
    expect(byInstancePort.get('i-1 32769')).toMatchObject([{ protocol: 'tcp' }, { protocol: 'udp' }]);
  });
});

describe('relevantTasks', () => {
  const facts = aFacts();
  const fleet = indexFleet(
    [
      aTask('own'),
      aTask('own-2'),
      aTask('had', { service: 'api', ip: '10.0.0.1', ...stopped() }),
      aTask('holder', { service: 'api', ip: '10.0.0.7', subnet: 'subnet-9' }),
      anInstanceTask('port', { service: 'api', containers: [aContainer('app', ['80>32768'])] }),
      aTask('else', { service: 'api', ip: '10.0.0.9' }),
    ],
    facts,
  );
  const holding = new Map([['10.0.0.7', [{ interfaceId: 'eni-unknown', attachmentId: 'att-holder' }]]]);

  test.each<{
    name: string;
    targets: readonly ReturnType<typeof at>[];
    own?: readonly string[];
    found: readonly string[];
  }>([
    { name: 'its own', targets: [], found: ['own', 'own-2'] },
    { name: 'the ones of its own that are asked for', targets: [], own: ['own-2'], found: ['own-2'] },
    { name: 'whoever had an address', targets: [at(1)], own: [], found: ['had'] },
    { name: 'whoever holds an address by EC2’s answer', targets: [at(7)], own: [], found: ['holder'] },
    { name: 'whoever has the port of an instance', targets: [at('i-1', 32768)], own: [], found: ['port'] },
    { name: 'nobody for a target nobody has', targets: [at(8), at('i-1', 1)], own: [], found: [] },
  ])('are $name', ({ targets, own, found }) => {
    const some = own && new Set(own.map((id) => arnOf.task(id)));
    expect(ids(relevantTasks(aBinding(), fleet, targets, holding, some))).toEqual(found);
  });

  test('are those of all workloads behind one group', () => {
    const binding = aBinding({ workloads: [service('production/web'), service('production/api')] });
    expect(ids(relevantTasks(binding, fleet, [], new Map()))).toEqual([
      'else',
      'had',
      'holder',
      'own',
      'own-2',
      'port',
    ]);
  });
});
