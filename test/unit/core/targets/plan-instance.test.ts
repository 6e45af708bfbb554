import { describe, expect, test } from '@jest/globals';
import { type Does, does, doneAfter } from '../../../support/plan.ts';
import { NOW_MS, type SightSays, seen } from '../../../support/sight.ts';
import { aContainer, anInstanceTask, arnOf, stopped, stopping } from '../../../support/tasks.ts';
import { aBinding } from '../../../support/wiring.ts';

interface Case extends SightSays {
  readonly name: string;
  readonly done?: Does;
}

const INSTANCE = { targetType: 'instance' } as const;
const binding = aBinding({ container: 'app' }, INSTANCE);
const EXCLUSIVE = aBinding({ container: 'app', targets: 'exclusive' }, INSTANCE);

const holds = ({ name, done = {}, ...sight }: Case): void => {
  expect({ name, ...doneAfter({ binding, ...sight }) }).toEqual({ name, ...does(done) });
};

const one = 'i-1 32768';
const two = 'i-1 32769';
const there = (state = 'unhealthy', port = 32768) => seen('i-1', state, port);
const app = (port: string, status = 'RUNNING') => ({ containers: [aContainer('app', [port], status)] });
const running = anInstanceTask('a', app('80>32768'));
const gone = anInstanceTask('a', { ...app('80>32768', 'STOPPED'), ...stopped() });
const onHost = { revision: 'host:1' } as const;
const since = (ms: number) => ({ [one]: NOW_MS - ms });

describe('a task on an instance', () => {
  test.each<Case>([
    { name: 'is registered with its host port', tasks: [running], done: { register: [one] } },
    { name: 'is left alone where it is registered', tasks: [running], observed: [there()] },
    { name: 'is not registered before its container runs', tasks: [anInstanceTask('a', app('80>32768', 'PENDING'))] },
    {
      name: 'is registered beside another on the same instance',
      tasks: [running, anInstanceTask('b', app('80>32769'))],
      observed: [there()],
      done: { register: [two] },
    },
    {
      name: 'leaves at once while its container runs',
      tasks: [anInstanceTask('a', { ...app('80>32768'), ...stopping() })],
      observed: [there('healthy')],
      done: { deregister: [one] },
    },
    {
      name: 'leaves at once while its container still ends',
      tasks: [anInstanceTask('a', { ...app('80>32768'), ...stopping('STOPPING') })],
      observed: [there('healthy')],
      done: { deregister: [one] },
    },
    {
      name: 'is protected before it serves',
      tasks: [gone, anInstanceTask('b', { ...app('80>32768', 'PENDING'), lastStatus: 'PENDING' })],
      observed: [there()],
    },
    {
      name: 'leaves where it should listen elsewhere and is healthy there',
      tasks: [anInstanceTask('a', { containers: [aContainer('app', ['80>32768']), aContainer('side', ['81>32769'])] })],
      observed: [there('healthy'), there('healthy', 32769)],
      done: { deregister: [two] },
    },
    {
      name: 'leaves another port once its own is healthy, not before',
      tasks: [anInstanceTask('a', { containers: [aContainer('app', ['80>32768']), aContainer('side', ['81>32769'])] })],
      observed: [there('initial'), there('healthy', 32769)],
    },
  ])('$name', holds);
});

describe('a container that has stopped', () => {
  const exited = anInstanceTask('a', app('80>32768', 'STOPPED'));
  test.each<Case>([
    {
      name: 'leaves after two looks, though its task goes on',
      tasks: [exited],
      observed: [there()],
      firstSeenMs: since(60_000),
      done: { deregister: [one] },
    },
    { name: 'waits for the second look', tasks: [exited], observed: [there()], done: { waits: [`${one} 60s`] } },
    {
      name: 'waits for the second look of a stopped task',
      tasks: [gone],
      observed: [there()],
      firstSeenMs: since(59_999),
      done: { waits: [`${one} 0.001s`] },
    },
    {
      name: 'waits for the second look since its task stopped, whatever was seen before',
      tasks: [{ ...gone, stoppedAtMs: NOW_MS - 20_000 }],
      observed: [there()],
      firstSeenMs: since(60_000),
      done: { waits: [`${one} 40s`] },
    },
    {
      name: 'waits while its health checks have not noticed',
      tasks: [gone],
      observed: [there('healthy')],
      done: { waits: [`${one} 60s`] },
    },
    {
      name: 'stays where somebody answers on its port',
      tasks: [gone],
      observed: [there('healthy')],
      firstSeenMs: since(60_000),
      done: { faults: ['TGT-12'] },
    },
    {
      name: 'makes nobody guess: the instance’s tasks are asked for',
      tasks: [gone],
      focus: ['a'],
      listed: 'nothing',
      observed: [there()],
      firstSeenMs: since(60_000),
      done: { asks: ['instance i-1'] },
    },
    {
      name: 'makes nobody guess: the workloads’ tasks are not all of an instance',
      tasks: [gone],
      listed: 'workloads',
      observed: [there()],
      firstSeenMs: since(60_000),
      done: { asks: ['instance i-1'] },
    },
    {
      name: 'leaves once the instance’s tasks are known',
      tasks: [gone],
      focus: ['a'],
      listed: 'nothing',
      listedInstances: ['i-1'],
      observed: [there()],
      firstSeenMs: since(60_000),
      done: { deregister: [one] },
    },
    {
      name: 'asks again about another instance',
      tasks: [gone],
      listed: 'nothing',
      listedInstances: ['i-2'],
      observed: [there()],
      done: { asks: ['instance i-1'] },
    },
    {
      name: 'leaves first where a stranger has its port, while its own sidecar still stops',
      tasks: [
        anInstanceTask('a', {
          containers: [aContainer('app', ['80>32768'], 'STOPPED'), aContainer('side', ['81>32769'])],
          ...stopping('STOPPING'),
        }),
        anInstanceTask('x', { service: 'api', ...app('80>32768') }),
      ],
      observed: [there()],
      done: { deregister: [`${one} inherited`] },
    },
    {
      name: 'leaves its heir of the same service alone',
      tasks: [gone, anInstanceTask('b', app('80>32768'))],
      observed: [there()],
    },
    {
      name: 'does not mind a task of the same port on another instance',
      tasks: [gone, anInstanceTask('b', { ...app('80>32768'), containerInstanceArn: arnOf.instance('ci-2') })],
      observed: [there(), seen('i-2', 'healthy', 32768)],
      done: { waits: [`${one} 60s`] },
    },
    {
      name: 'does not mind the same port of the other protocol',
      tasks: [gone, anInstanceTask('x', { service: 'api', ...app('53>32768/udp') })],
      observed: [there()],
      done: { waits: [`${one} 60s`] },
    },
    {
      name: 'is followed by a UDP task in a UDP group',
      binding: aBinding({}, { ...INSTANCE, protocol: 'UDP' }),
      tasks: [anInstanceTask('x', { service: 'api', ...app('53>32768/udp') })],
      observed: [there()],
      done: { faults: ['TGT-2'] },
    },
  ])('$name', holds);
});

describe('host networking', () => {
  const observed = [seen('i-1', 'unhealthy', 80)];
  const firstSeenMs = { 'i-1 80': NOW_MS - 60_000 };
  test.each<Case>([
    { name: 'registers the container port', tasks: [anInstanceTask('a', onHost)], done: { register: ['i-1 80'] } },
    {
      name: 'removes it though ECS lists no port',
      tasks: [anInstanceTask('a', { ...onHost, ...stopping() })],
      observed,
      done: { deregister: ['i-1 80'] },
    },
    {
      name: 'removes it in its focus though ECS lists no port',
      tasks: [anInstanceTask('a', { ...onHost, ...stopping() })],
      focus: ['a'],
      observed,
      done: { deregister: ['i-1 80'] },
    },
    {
      name: 'removes it after two looks when the task has stopped',
      tasks: [anInstanceTask('a', { ...onHost, ...stopped() })],
      observed,
      firstSeenMs,
      done: { deregister: ['i-1 80'] },
    },
    {
      name: 'protects its heir',
      tasks: [
        anInstanceTask('a', { ...onHost, ...stopped() }),
        anInstanceTask('b', { ...onHost, lastStatus: 'PENDING' }),
      ],
      observed,
      firstSeenMs,
    },
    {
      name: 'protects it of whose containers nothing is told',
      tasks: [anInstanceTask('a', { ...onHost, containers: [], lastStatus: 'PENDING' })],
      observed,
      firstSeenMs,
    },
  ])('$name', holds);
});

describe('a port that no task explains', () => {
  const others = [anInstanceTask('b', app('80>32769')), anInstanceTask('c', app('80>32770'))];
  const observed = [there(), there('healthy', 32769), there('healthy', 32770)];
  test.each<Case>([
    { name: 'stays', tasks: others, observed, done: { faults: ['TGT-3'] } },
    {
      name: 'stays where somebody answers, in an exclusive group too',
      binding: EXCLUSIVE,
      tasks: others,
      observed: [there('healthy'), ...observed.slice(1)],
      firstSeenMs: since(60_000),
      done: { faults: ['TGT-12'] },
    },
    {
      name: 'waits in an exclusive group',
      binding: EXCLUSIVE,
      tasks: others,
      observed,
      done: { waits: [`${one} 60s`], faults: ['TGT-3'] },
    },
    {
      name: 'leaves an exclusive group with the second look',
      binding: EXCLUSIVE,
      tasks: others,
      observed,
      firstSeenMs: since(60_000),
      done: { deregister: [one], faults: ['TGT-3'] },
    },
    {
      name: 'stays where a stranger’s task has it',
      tasks: [...others, anInstanceTask('x', { service: 'api', ...app('80>32768') })],
      observed,
      done: { faults: ['TGT-2'] },
    },
  ])('$name', holds);
});
