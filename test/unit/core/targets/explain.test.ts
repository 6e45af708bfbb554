import { describe, expect, test } from '@jest/globals';
import { explainGroup, explainTask } from '../../../../shared/core/targets/explain.ts';
import { planTargets } from '../../../../shared/core/targets/plan.ts';
import {
  aSight,
  at,
  heldByNobody,
  heldByOther,
  heldByTask,
  LIMITS,
  type SightSays,
  seen,
} from '../../../support/sight.ts';
import { aContainer, anInstanceTask, arnOf, aTask, stopped, stopping, type TaskSays } from '../../../support/tasks.ts';
import { aBinding, family } from '../../../support/wiring.ts';

const RUNS = 'The task runs and listens on 10.0.0.1:80 (container app, port 80)';

/** The task `a` with the address 10.0.0.1, as its group sees it. */
const explained = (task: TaskSays, says: SightSays = {}) => {
  const sight = aSight({ tasks: [aTask('a', { ip: '10.0.0.1', ...task })], ...says });
  const plan = planTargets(sight, LIMITS);
  const candidate = plan.candidates.find(({ task: { taskArn } }) => taskArn === arnOf.task('a'))!;
  const { is, why, would } = explainTask(sight, plan, candidate);
  return [is, why, would];
};

interface Case {
  readonly name: string;
  readonly task?: TaskSays;
  readonly says?: SightSays;
  readonly is: string;
  readonly why: string;
  readonly would?: string;
}

const standby = { standby: ['a'] };
const observe = { binding: aBinding({ mode: 'observe' }) };
const other = seen(2);

describe('a task of the group’s workloads', () => {
  test.each<Case>([
    { name: 'is in', says: { observed: [seen(1)] }, is: 'in', why: `${RUNS}: healthy.` },
    {
      name: 'is in, and AWS says why it is unhealthy',
      says: { observed: [{ ...seen(1, 'unhealthy'), reason: 'Target.Timeout' }] },
      is: 'in',
      why: `${RUNS}: unhealthy (Target.Timeout: the health check gets no answer in time).`,
    },
    {
      name: 'is in, and AWS says what nobody knows',
      says: { observed: [{ ...seen(1, 'unhealthy'), reason: 'Target.New' }] },
      is: 'in',
      why: `${RUNS}: unhealthy (Target.New).`,
    },
    {
      name: 'is missing',
      is: 'out',
      why: `${RUNS}, which is not registered.`,
      would: 'register 10.0.0.1:80: task a is running',
    },
    {
      name: 'is missing where the group is only observed',
      says: observe,
      is: 'out',
      why: `${RUNS}, which is not registered.`,
      would: "only show, since the group's mode is observe: register 10.0.0.1:80: task a is running",
    },
    {
      name: 'is draining, and wanted',
      says: { observed: [seen(1, 'draining')] },
      is: 'leaving',
      why: `${RUNS}, but that target is draining: AWS may not take it back before its deregistration delay is over.`,
      would: 'register 10.0.0.1:80: task a is running and its target is draining',
    },
    {
      name: 'is not there yet',
      task: { lastStatus: 'PENDING' },
      is: 'out',
      why: 'The task is PENDING: it is registered once it is RUNNING.',
    },
    {
      name: 'is asked to stop',
      task: { ...stopping(), stoppedReason: 'Scaling activity' },
      says: { observed: [seen(1)] },
      is: 'in',
      why: 'The task is being stopped (RUNNING): Scaling activity. 10.0.0.1:80 is registered, healthy.',
      would: 'deregister 10.0.0.1:80: task a (service:web) is stopping (RUNNING): Scaling activity',
    },
    { name: 'has stopped, and left', task: stopped(), is: 'out', why: 'The task stopped: Scaling activity.' },
    {
      name: 'has stopped, and its target is there',
      task: stopped(),
      says: { observed: [seen(1)], holders: { 1: heldByNobody } },
      is: 'in',
      why: 'The task stopped: Scaling activity. 10.0.0.1:80 is registered, healthy.',
      would: 'deregister 10.0.0.1:80: task a (service:web) stopped: Scaling activity',
    },
    {
      name: 'has stopped, and another has its address',
      task: stopped(),
      says: {
        tasks: [aTask('a', { ip: '10.0.0.1', ...stopped() }), aTask('b', { ip: '10.0.0.1' })],
        observed: [seen(1)],
      },
      is: 'out',
      why: "The task stopped: Scaling activity. 10.0.0.1:80 is registered, but it is no longer this task's.",
    },
    {
      name: 'is on standby, and out',
      says: standby,
      is: 'out',
      why: 'The task runs, and its standby tag holds it out of its target groups.',
    },
    {
      name: 'is on standby, and still in',
      says: { ...standby, observed: [seen(1), other] },
      is: 'in',
      why: 'The task runs, and its standby tag holds it out of its target groups. 10.0.0.1:80 is registered, healthy.',
      would: 'deregister 10.0.0.1:80: task a (service:web) is on standby',
    },
    {
      name: 'is on standby, and the last one',
      says: { ...standby, observed: [seen(1)] },
      is: 'in',
      why: 'The task runs, and its standby tag holds it out of its target groups. 10.0.0.1:80 is registered, healthy.',
      would:
        "hold back deregistering 10.0.0.1:80: task a (service:web) is on standby, but it is the group's last target",
    },
    {
      name: 'is in another VPC',
      task: { subnet: 'subnet-3' },
      is: 'out',
      why: "Tasks run in vpc-3, and web is in vpc-1: the same address may be a stranger's there. (TGT-7)",
    },
    {
      name: 'is of a network mode that does not fit',
      task: { revision: 'bridge:1' },
      is: 'out',
      why: 'bridge:1 uses network mode bridge, and web takes targets of type ip. (TGT-6)',
    },
    {
      name: 'is in a subnet that could not be looked up',
      task: { subnet: 'subnet-9' },
      is: 'out',
      why: 'The task runs, but where it listens cannot be told: its subnet subnet-9 could not be looked up.',
    },
    {
      name: 'has several ports',
      says: { binding: aBinding({ port: 81 }) },
      is: 'out',
      why: 'No container of task definition web:1 exposes port 81. (TAG-11)',
    },
  ])('$name', ({ task = {}, says = {}, is, why, would }) => {
    expect(explained(task, says)).toEqual([is, why, would]);
  });
});

describe('a task on an instance', () => {
  const onPort = (lastStatus: string): SightSays => ({
    binding: aBinding({ container: 'app' }, { targetType: 'instance' }),
    tasks: [
      anInstanceTask('a', {
        containers: [aContainer('app', ['80>32768'], lastStatus), aContainer('side', ['81>32769'])],
      }),
    ],
  });

  test('listens on its host port', () => {
    expect(explained({}, onPort('RUNNING'))).toEqual([
      'out',
      'The task runs and listens on i-1:32768 (container app, port 80), which is not registered.',
      'register i-1:32768: task a is running',
    ]);
  });

  test('waits for the container that listens', () => {
    expect(explained({}, onPort('PENDING'))).toEqual([
      'out',
      'The task runs, but the container that listens on i-1:32768 (container app, port 80) does not: it is registered once that is RUNNING.',
      undefined,
    ]);
  });
});

describe('a group', () => {
  const told = (says: SightSays) => {
    const sight = aSight(says);
    return explainGroup(sight, planTargets(sight, LIMITS)).map(({ task, target, is, why, would }) => [
      task?.slice(task.lastIndexOf('/') + 1) ?? `${target?.id}`,
      is,
      why,
      would,
    ]);
  };

  test('tells of a target that is looked at twice what a second look decides about', () => {
    expect(
      told({
        observed: [seen(3, 'unused'), seen(4)],
        holders: { 3: heldByNobody, 4: heldByTask('unknown') },
      }),
    ).toEqual([
      [
        '10.0.0.3',
        'in',
        'It is registered, unused. So far: EC2 knows no network interface with 10.0.0.3 in vpc-1.',
        'look at 10.0.0.3:80 again in 60 s before anything is decided',
      ],
      [
        '10.0.0.4',
        'in',
        "It is registered, healthy. So far: network interface eni-unknown is a task's that ECS does not show yet.",
        'look at 10.0.0.4:80 again in 300 s before anything is decided',
      ],
    ]);
  });

  test('tells its live tasks by id, then every other target by address', () => {
    expect(
      told({
        tasks: [
          aTask('b', { ip: '10.0.0.2' }),
          aTask('a', { ip: '10.0.0.1' }),
          aTask('c', { ip: '10.0.0.3', ...stopped() }),
        ],
        observed: [seen(9), seen(3), seen(2), seen(8, 'draining')],
        holders: { 9: heldByOther(), 3: heldByNobody },
      }),
    ).toEqual([
      ['a', 'out', `${RUNS}, which is not registered.`, 'register 10.0.0.1:80: task a is running'],
      ['b', 'in', 'The task runs and listens on 10.0.0.2:80 (container app, port 80): healthy.', undefined],
      [
        'c',
        'in',
        'It is registered, healthy. It should not be.',
        'deregister 10.0.0.3:80: task c (service:web) stopped: Scaling activity',
      ],
      ['10.0.0.8', 'leaving', "No task of the group's workloads wants it; it is draining.", undefined],
      [
        '10.0.0.9',
        'in',
        "It is registered, healthy. 10.0.0.9:80 in web is held by network interface eni-other, not by a task of the group's workloads. (TGT-2)",
        undefined,
      ],
    ]);
  });

  test('tells that a target is looked at twice before an exclusive group loses it', () => {
    expect(
      told({
        binding: aBinding({ targets: 'exclusive' }),
        tasks: [aTask('a', { ip: '10.0.0.1' })],
        observed: [seen(1), seen('10.9.9.9')],
      })[1],
    ).toEqual([
      '10.9.9.9',
      'in',
      'It is registered, healthy. 10.9.9.9:80 in web lies outside vpc-1, and no task explains it. (TGT-3)',
      'look at 10.9.9.9:80 again in 60 s before anything is decided',
    ]);
  });

  test('says nothing of an empty group without tasks', () => {
    expect(told({ binding: aBinding({ workloads: [family('production/job')] }) })).toEqual([]);
  });

  test('names an IPv6 target so that its port can be told', () => {
    const sight = aSight({
      binding: aBinding({}, { ipAddressType: 'ipv6' }),
      tasks: [aTask('a', { ipv6: '2001:db8:1::5' })],
    });
    const [first] = explainGroup(sight, planTargets(sight, LIMITS));
    expect(first).toMatchObject({
      target: at('2001:db8:1::5'),
      would: 'register [2001:db8:1::5]:80: task a is running',
    });
  });
});
