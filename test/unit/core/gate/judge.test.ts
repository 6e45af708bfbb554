import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeRevision } from '../../../../shared/core/gate/judge.ts';
import type { Facts } from '../../../../shared/core/targets/facts.ts';
import type { ObservedTarget } from '../../../../shared/core/targets/target.ts';
import type { Task } from '../../../../shared/core/task/task.ts';
import { aContainer, aDefinition, anInstanceTask, arnOf, aTask, stopped, stopping } from '../../../support/tasks.ts';
import { aBinding } from '../../../support/wiring.ts';

const FACTS: Facts = {
  definitions: new Map(
    [
      aDefinition('web:1'),
      aDefinition('bridge:1', { app: ['80'] }, 'bridge'),
      aDefinition('two:1', { app: ['8080', '8081'] }),
    ].map((each) => [each.taskDefinitionArn, each]),
  ),
  subnets: new Map([
    ['subnet-1', { subnetId: 'subnet-1', vpcId: 'vpc-1', cidrs: ['10.0.0.0/24'] }],
    ['subnet-9', { subnetId: 'subnet-9', vpcId: 'vpc-9', cidrs: ['10.0.0.0/24'] }],
  ]),
  subnetsOfVpc: new Map(),
  instances: new Map([[arnOf.instance('ci-1'), 'i-1']]),
  environments: new Map(),
};

const at = (n: number) => aTask(`t${n}`, { ip: `10.0.0.${n}` });
const seen = (n: number, state = 'healthy', reason?: string): ObservedTarget => ({
  id: `10.0.0.${n}`,
  port: 80,
  state,
  ...(reason !== undefined && { reason }),
});

interface Case {
  readonly name: string;
  readonly tasks?: readonly Task[];
  readonly observed?: readonly ObservedTarget[];
  readonly standby?: readonly string[];
  readonly instance?: boolean;
  readonly waits?: readonly string[];
  readonly never?: readonly string[];
  readonly idle?: boolean;
}

describe('a revision in one group', () => {
  test.each<Case>([
    { name: 'no task waits for nothing', observed: [seen(1, 'unhealthy')] },
    { name: 'a healthy task is wired', tasks: [at(1)], observed: [seen(1)] },
    {
      name: 'another one’s health is not its own',
      tasks: [at(1)],
      observed: [seen(2)],
      waits: ['runs, but 10.0.0.1:80 is not registered'],
    },
    {
      name: 'another port is not its own',
      tasks: [at(1)],
      observed: [{ ...seen(1), port: 81 }],
      waits: ['runs, but 10.0.0.1:80 is not registered'],
    },
    {
      name: 'not yet healthy',
      tasks: [at(1)],
      observed: [seen(1, 'initial', 'Elb.InitialHealthChecking')],
      waits: ['runs, but 10.0.0.1:80 is initial (Elb.InitialHealthChecking: the first health checks are under way)'],
    },
    {
      name: 'unhealthy',
      tasks: [at(1)],
      observed: [seen(1, 'unhealthy')],
      waits: ['runs, but 10.0.0.1:80 is unhealthy'],
    },
    { name: 'draining', tasks: [at(1)], observed: [seen(1, 'draining')], waits: ['runs, but 10.0.0.1:80 is draining'] },
    {
      name: 'a state of the future',
      tasks: [at(1)],
      observed: [seen(1, 'dozing')],
      waits: ['runs, but 10.0.0.1:80 is dozing'],
    },
    {
      name: 'not yet running',
      tasks: [aTask('t1', { ip: '10.0.0.1', lastStatus: 'PENDING' })],
      observed: [seen(1)],
      waits: ['is PENDING'],
    },
    { name: 'without an address', tasks: [aTask('t1')], waits: ['runs, but it has no network interface yet'] },
    {
      name: 'of an unknown revision',
      tasks: [aTask('t1', { ip: '10.0.0.1', revision: 'gone:1' })],
      waits: [`runs, but its task definition ${arnOf.definition('gone:1')} could not be read`],
    },
    { name: 'a task that stops is past judging', tasks: [aTask('t1', { ip: '10.0.0.1', ...stopping() })] },
    { name: 'so is one that stopped', tasks: [aTask('t1', { ip: '10.0.0.1', ...stopped() })] },
    { name: 'a task on standby is out on purpose', tasks: [at(1)], standby: ['t1'] },
    {
      name: 'one of two',
      tasks: [at(1), at(2)],
      observed: [seen(1)],
      waits: ['runs, but 10.0.0.2:80 is not registered'],
    },
    {
      name: 'another VPC is for ever',
      tasks: [aTask('t1', { ip: '10.0.0.1', subnet: 'subnet-9' })],
      observed: [seen(1)],
      never: ['TGT-7'],
    },
    {
      name: 'a port that cannot be told is for ever, once for all tasks',
      tasks: [aTask('t1', { revision: 'two:1' }), aTask('t2', { revision: 'two:1' })],
      never: ['TAG-10'],
    },
    { name: 'the wrong network mode is for ever', tasks: [anInstanceTask('t1')], never: ['TGT-6'] },
    { name: 'a task that stops is no reason to end a deployment', tasks: [anInstanceTask('t1', stopping())] },
    {
      name: 'a group that no listener uses is only filled',
      tasks: [at(1)],
      observed: [seen(1, 'unused', 'Target.NotInUse')],
      idle: true,
    },
    {
      name: 'which it must be',
      tasks: [at(1), at(2)],
      observed: [seen(1, 'unused')],
      waits: ['runs, but 10.0.0.2:80 is not registered'],
      idle: true,
    },
    {
      name: 'one zone that is not enabled is no idle group',
      tasks: [at(1), at(2)],
      observed: [seen(1), seen(2, 'unused', 'Target.NotInUse')],
      waits: [
        'runs, but 10.0.0.2:80 is unused (Target.NotInUse: no listener uses the group, or its zone is not enabled)',
      ],
    },
    { name: 'an empty group is not idle', tasks: [at(1)], waits: ['runs, but 10.0.0.1:80 is not registered'] },
    {
      name: 'a group that only drains is not idle',
      tasks: [at(1)],
      observed: [seen(1, 'draining')],
      waits: ['runs, but 10.0.0.1:80 is draining'],
    },
    {
      name: 'a host port',
      instance: true,
      tasks: [anInstanceTask('t1', { containers: [aContainer('app', ['80>32768'])] })],
      observed: [{ id: 'i-1', port: 32_768, state: 'healthy' }],
    },
    {
      name: 'whose container ended',
      instance: true,
      tasks: [anInstanceTask('t1', { containers: [aContainer('app', ['80>32768'], 'STOPPED')] })],
      observed: [{ id: 'i-1', port: 32_768, state: 'healthy' }],
      waits: ['runs, but its container that listens on i-1:32768 does not'],
    },
  ])('$name', ({ tasks = [], observed = [], standby = [], instance = false, waits = [], never = [], idle = false }) => {
    const binding = aBinding({}, instance ? { targetType: 'instance' } : {});
    const judged = judgeRevision({
      tasks,
      groups: [{ binding, observed }],
      facts: FACTS,
      isStandby: ({ taskArn }) => standby.some((id) => arnOf.task(id) === taskArn),
    });
    expect(judged.waits.map(({ why }) => why)).toEqual(waits);
    expect(judged.never.map(({ rule }) => rule)).toEqual(never);
    expect(judged.idle).toEqual(idle ? [binding] : []);
  });
});

describe('in several groups', () => {
  const web = aBinding({}, { name: 'web' });
  const inside = aBinding({}, { name: 'inside' });

  test('a task has to be healthy in each of them', () => {
    const groups = [
      { binding: web, observed: [seen(1)] },
      { binding: inside, observed: [] },
    ];
    const { waits } = judgeRevision({ tasks: [at(1)], groups, facts: FACTS, isStandby: () => false });
    expect(waits).toEqual([
      { task: arnOf.task('t1'), group: 'inside', why: 'runs, but 10.0.0.1:80 is not registered', unregistered: true },
    ]);
  });

  const states = fc.constantFrom('healthy', 'initial', 'unhealthy', 'draining', 'unused');
  const targets = fc.uniqueArray(fc.record({ n: fc.integer({ min: 1, max: 4 }), state: states }), {
    selector: ({ n }) => n,
  });

  test('passes exactly when every task is healthy everywhere, in whatever order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 4 })), targets, targets, (ns, first, second) => {
        const groups = [first, second].map((some, index) => ({
          binding: index === 0 ? web : inside,
          observed: some.map(({ n, state }) => seen(n, state)),
        }));
        const tasks = ns.map(at);
        const look = { facts: FACTS, isStandby: () => false };
        const { waits, idle } = judgeRevision({ tasks, groups, ...look });
        const back = judgeRevision({ tasks: tasks.toReversed(), groups: groups.toReversed(), ...look });
        expect(new Set(back.waits.map((each) => JSON.stringify(each)))).toEqual(
          new Set(waits.map((each) => JSON.stringify(each))),
        );
        if (idle.length > 0) return;
        const healthy = groups.every(({ observed }) =>
          ns.every((n) => observed.some(({ id, state }) => id === `10.0.0.${n}` && state === 'healthy')),
        );
        expect(waits.length === 0).toBe(healthy);
      }),
    );
  });
});
