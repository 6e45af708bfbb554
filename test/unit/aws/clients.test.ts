import { afterEach, describe, expect, test } from '@jest/globals';
import { createAddresses } from '../../../shared/aws/addresses.ts';
import type { CallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createEvents } from '../../../shared/aws/events.ts';
import { createQueue } from '../../../shared/aws/queue.ts';
import { createTargetGroups } from '../../../shared/aws/target-groups.ts';
import { createTasks } from '../../../shared/aws/tasks.ts';
import { DeniedError, NotFoundError, OutOfTimeError, ThrottledError, UnclearError } from '../../../shared/errors.ts';
import { jsonError, queryAnswer, queryError, type Reaction, serve } from './loopback.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef';
const CLUSTER = 'production';
const TARGETS = [{ id: '10.0.0.1', port: 80 }];
const NO_TASKS = { body: '{"tasks":[],"failures":[]}' };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const start = async (react: (action: string, index: number) => Reaction, changeTimeoutMs = 2_000) => {
  const server = await serve(({ action }, index) => react(action, index));
  closing.push(server.close);
  const charged: string[] = [];
  const throttled: string[] = [];
  const budgets: CallBudgets = {
    before: async (action) => {
      charged.push(action);
    },
    throttled: (action) => throttled.push(action),
    registration: { take: async () => undefined, giveBack: () => undefined },
  };
  const clients = createClients({ budgets, connection: server.connection, changeTimeoutMs });
  return {
    clients,
    arrived: server.arrived,
    charged,
    throttled,
    groups: createTargetGroups(clients),
    tasks: createTasks(clients),
  };
};

describe('reads', () => {
  test('are tried again by the SDK, and every try is counted and charged', async () => {
    const { clients, tasks, charged, throttled } = await start((_, index) =>
      index === 0 ? jsonError('ThrottlingException', 'Rate exceeded') : index === 1 ? 'reset' : NO_TASKS,
    );
    await tasks.describe(CLUSTER, ['task/a']);
    expect(clients.calls()).toEqual({ 'ecs:DescribeTasks': 3 });
    expect(charged).toEqual(['ecs:DescribeTasks', 'ecs:DescribeTasks', 'ecs:DescribeTasks']);
    expect(throttled).toEqual(['ecs:DescribeTasks']);
  });

  test('a reset in the middle of the answer, with status 200, is tried again', async () => {
    const { tasks, arrived } = await start((_, index) => (index === 0 ? 'cut' : NO_TASKS));
    await tasks.describe(CLUSTER, ['task/a']);
    expect(arrived).toHaveLength(2);
  });

  test('a denial is not tried again and names the action', async () => {
    const { tasks, arrived } = await start(() => jsonError('AccessDeniedException', 'not authorized'));
    const denied = tasks.describe(CLUSTER, ['task/a']);
    await expect(denied).rejects.toThrow(DeniedError);
    await expect(denied).rejects.toThrow(/Allow ecs:DescribeTasks/);
    expect(arrived).toHaveLength(1);
  });

  test('end with the time for work', async () => {
    const { clients, tasks, arrived } = await start(() => 'hang');
    const work = new AbortController();
    clients.begin({ work: work.signal, hard: new AbortController().signal });
    const reading = tasks.describe(CLUSTER, ['task/a']);
    while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
    work.abort();
    await expect(reading).rejects.toThrow(OutOfTimeError);
    await expect(tasks.describe(CLUSTER, ['task/a'])).rejects.toThrow(OutOfTimeError);
    expect(clients.calls()).toEqual({ 'ecs:DescribeTasks': 1 });
  });

  test('that wait for their budget are not sent when the time is up', async () => {
    const server = await serve(() => NO_TASKS);
    closing.push(server.close);
    let asked = false;
    const budgets: CallBudgets = {
      before: (_, signal) =>
        new Promise((_resolve, reject) => {
          asked = true;
          signal?.addEventListener('abort', () => reject(new OutOfTimeError('over')));
        }),
      throttled: () => undefined,
      registration: { take: async () => undefined, giveBack: () => undefined },
    };
    const clients = createClients({ budgets, connection: server.connection });
    const reading = createTasks(clients).describe(CLUSTER, ['task/a']);
    while (!asked) await new Promise((resolve) => setImmediate(resolve));
    clients.abortAll();
    await expect(reading).rejects.toThrow(OutOfTimeError);
    expect(server.arrived).toHaveLength(0);
    expect(clients.calls()).toEqual({});
  });
});

describe('changes', () => {
  test.each<[string, Reaction, new (message: string) => Error]>([
    ['a throttle', queryError('Throttling', 'Rate exceeded'), ThrottledError],
    ['a 500', queryError('InternalFailure', 'oops', 500), UnclearError],
    ['a proxy’s error page', { status: 502, body: '<html>Bad Gateway</html>', type: 'text/html' }, UnclearError],
    ['a reset', 'reset', UnclearError],
    ['a cut answer', 'cut', UnclearError],
    ['no answer', 'hang', UnclearError],
    ['a denial', queryError('AccessDenied', 'no', 403), DeniedError],
    ['a group that is gone', queryError('TargetGroupNotFound', 'gone'), NotFoundError],
  ])('are sent once: %s', async (_, reaction, type) => {
    const { clients, groups, arrived } = await start(() => reaction, 200);
    await expect(groups.register(GROUP, TARGETS)).rejects.toThrow(type);
    expect(arrived).toHaveLength(1);
    expect(clients.calls()).toEqual({ 'elasticloadbalancing:RegisterTargets': 1 });
  });

  test('a throttle tells the budget', async () => {
    const { groups, throttled } = await start(() => queryError('Throttling', 'Rate exceeded'));
    await expect(groups.register(GROUP, TARGETS)).rejects.toThrow(ThrottledError);
    expect(throttled).toEqual(['elasticloadbalancing:RegisterTargets']);
  });

  test('are not begun when the time for work is up, but one that is under way may end', async () => {
    const work = new AbortController();
    const { clients, groups, arrived } = await start(() => {
      work.abort();
      return queryAnswer('RegisterTargets', '');
    });
    clients.begin({ work: work.signal, hard: new AbortController().signal });
    await expect(groups.register(GROUP, TARGETS)).resolves.toMatchObject({ accepted: TARGETS });
    await expect(groups.register(GROUP, TARGETS)).rejects.toThrow(OutOfTimeError);
    expect(arrived).toHaveLength(1);
  });

  test('one that was sent when everything is aborted has no clear answer', async () => {
    const { clients, groups, arrived } = await start(() => 'hang');
    const registering = groups.register(GROUP, TARGETS);
    while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clients.abortAll();
    await expect(registering).rejects.toThrow(UnclearError);
    await expect(groups.deregister(GROUP, TARGETS)).rejects.toThrow(OutOfTimeError);
    expect(arrived).toHaveLength(1);
  });

  test('the next invocation counts from nothing and may send again', async () => {
    const { clients, groups } = await start(() => queryAnswer('DeregisterTargets', ''));
    const never = new AbortController().signal;
    await groups.deregister(GROUP, TARGETS);
    clients.abortAll();
    clients.begin({ work: never, hard: never });
    expect(clients.calls()).toEqual({});
    await groups.deregister(GROUP, TARGETS);
    expect(clients.calls()).toEqual({ 'elasticloadbalancing:DeregisterTargets': 1 });
  });
});

describe('over the wire', () => {
  test('an empty group is an empty list, not a missing one', async () => {
    const { groups } = await start((action) => queryAnswer(action, '<TargetHealthDescriptions/>'));
    await expect(groups.targets(GROUP)).resolves.toEqual([]);
  });

  test('a refused target is found by the address that AWS quotes', async () => {
    const { groups, arrived } = await start((_, index) =>
      index === 0
        ? queryError('InvalidTarget', 'The IP address &apos;10.0.0.2&apos; is not within the subnets')
        : queryAnswer('RegisterTargets', ''),
    );
    const targets = [1, 2, 3].map((last) => ({ id: `10.0.0.${last}`, port: 80 }));
    const registered = await groups.register(GROUP, targets);
    expect(registered.accepted.map(({ id }) => id)).toEqual(['10.0.0.1', '10.0.0.3']);
    expect(registered.refused).toEqual([
      { target: targets[1], code: 'InvalidTarget', message: expect.stringContaining('10.0.0.2') },
    ]);
    expect(arrived).toHaveLength(2);
  });

  test('messages, events and addresses are counted by the name that IAM knows', async () => {
    const { clients } = await start((action) =>
      action === 'DescribeNetworkInterfaces'
        ? { body: '<DescribeNetworkInterfacesResponse><networkInterfaceSet/></DescribeNetworkInterfacesResponse>' }
        : action === 'SendMessageBatch'
          ? { body: '{"Successful":[{"Id":"0","MessageId":"m"}]}' }
          : { body: '{"Entries":[{"EventId":"e"}],"FailedEntryCount":0}' },
    );
    const never = new AbortController().signal;
    const over = AbortSignal.abort();
    const queue = createQueue(clients, { queueUrl: 'http://127.0.0.1:1/111122223333/work' });
    await createAddresses(clients).holders(['10.0.0.1']);
    // The time for work is up: that is when the rest is handed on.
    clients.begin({ work: over, hard: never });
    const sent = await createEvents(clients).send([
      { detailType: 'Taskwire Finding', detail: { rule: 'TGT-1' }, resources: [] },
    ]);
    expect(sent).toEqual([]);
    expect(clients.calls()).toEqual({ 'events:PutEvents': 1 });
    expect(await queue.sendAgain([])).toEqual([]);
  });
});
