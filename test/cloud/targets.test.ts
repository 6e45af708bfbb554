import { CreateNetworkInterfaceCommand } from '@aws-sdk/client-ec2';
import type { Task } from '@aws-sdk/client-ecs';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Outcome } from '../../shared/core/outcome.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { addressOf, createMotoWorld, eventOf, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

/** Calls that change something that customers notice. */
const MUTATING = ['RegisterTargets', 'DeregisterTargets'];
const PORT = 8080;

const isOutcome = (value: unknown): value is Outcome =>
  typeof value === 'object' && value !== null && 'changes' in value && 'held' in value && 'calls' in value;

const changed = (outcome: Outcome, action: string): readonly string[] =>
  outcome.changes
    .filter((change) => change.action === action && change.applied)
    .map(({ target }) => `${target?.id}:${target?.port}`)
    .sort();

/** What the schedule sends every five minutes. */
const SWEEP = {
  version: '0',
  id: 'b9d6ce2c-0000-4000-8000-000000000000',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2026-11-20T09:15:00Z',
  region: 'eu-central-1',
  resources: ['arn:aws:events:eu-central-1:123456789012:rule/sweep'],
  detail: {},
};

const batchOf = (bodies: readonly string[]) => ({
  Records: bodies.map((body, n) => ({
    messageId: `message-${n}`,
    receiptHandle: 'r',
    body,
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: `${Date.now()}` },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:work',
    awsRegion: 'eu-central-1',
  })),
});

const targetsOf = (tasks: readonly Task[]): readonly string[] =>
  tasks.map((task) => `${addressOf(task)}:${PORT}`).sort();

// What moto cannot show, and where it is shown instead: draining (its targets are gone at once), addresses that a new
// task inherits, host ports, refused targets, DescribeTasks' failures, tasks' versions: test/scenario, on the simulator.
//
// One account and one warm instance for all: each test has a service and a group of its own.
describeWithPython('the built register-targets against moto', (python) => {
  let moto: Moto;
  let proxy: CountingProxy;
  let world: MotoWorld;
  let groups: ReadonlyMap<string, string>;
  let instance: FunctionInstance;
  let environment: Record<string, string>;
  let sqs: SQSClient;
  let version = 0;

  const SERVICES = ['starts', 'counts', 'stops', 'batch', 'queues', 'lost', 'foreign', 'observed'];
  const groupOf = (service: string): string => present(groups.get(service));
  const event = (task: Task) => eventOf(task, ++version);
  const invoke = async (input: object, on: FunctionInstance = instance): Promise<Outcome> => {
    proxy.reset();
    const outcome = await on.invoke(input);
    if (!isOutcome(outcome)) throw new Error(`not an Outcome: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  /** Runs tasks of a service and hands their start events in. */
  const start = async (service: string, count: number): Promise<readonly Task[]> => {
    const tasks = await world.runTasks(service, count);
    for (const task of tasks) await invoke(event(task));
    return tasks;
  };
  const mutatingCalls = (): number => MUTATING.reduce((sum, action) => sum + (proxy.counts()[action] ?? 0), 0);

  beforeAll(async () => {
    moto = await startMoto(python);
    proxy = await startCountingProxy(moto.endpoint);
    sqs = new SQSClient(motoSettings(moto.endpoint));
    world = await createMotoWorld(moto);
    const made = new Map<string, string>();
    for (const service of SERVICES) {
      await world.createService(service, PORT);
      const observed: Record<string, string> = service === 'observed' ? { 'taskwire:mode': 'observe' } : {};
      const tags = { 'taskwire:service': `${world.cluster}/${service}`, ...observed };
      made.set(service, await world.createTargetGroup(service, tags));
    }
    await world.createService('untagged', PORT);
    made.set('untagged', await world.createTargetGroup('untagged', {}));
    groups = made;
    const work = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
    const failures = await sqs.send(new CreateQueueCommand({ QueueName: 'failures' }));
    environment = {
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      TASKWIRE_QUEUE_URL: present(work.QueueUrl),
      TASKWIRE_FAILURE_QUEUE_URL: present(failures.QueueUrl),
    };
    instance = await startFunction('register-targets', environment);
  }, 120_000);

  afterAll(async () => {
    await instance?.stop();
    sqs?.destroy();
    await proxy?.close();
    await moto?.stop();
  });

  test('wires tasks as they start, and repeating costs no change', async () => {
    const tasks = await world.runTasks('starts', 3);
    const events = tasks.map(event);
    for (const [n, started] of events.entries()) {
      const outcome = await invoke(started);
      expect(changed(outcome, 'register')).toEqual(targetsOf(tasks.slice(n, n + 1)));
      expect(outcome.changes[0]).toMatchObject({
        resource: groupOf('starts'),
        task: tasks[n]?.taskArn,
        reason: expect.stringContaining('is running'),
      });
    }
    expect(await world.targetsOf(groupOf('starts'))).toEqual(targetsOf(tasks));

    for (const again of events) {
      expect((await invoke(again)).changes).toEqual([]);
      expect(mutatingCalls()).toBe(0);
    }
    const fresh = await startFunction('register-targets', environment);
    try {
      expect((await invoke(present(events[0]), fresh)).changes).toEqual([]);
      expect(mutatingCalls()).toBe(0);
    } finally {
      await fresh.stop();
    }
    expect(await world.targetsOf(groupOf('starts'))).toEqual(targetsOf(tasks));
  });

  test('says in its outcome exactly the calls that went over the wire', async () => {
    const [task] = await world.runTasks('counts', 1);
    const outcome = await invoke(event(present(task)));
    // The queue's calls go to the host that its URL names, past the proxy.
    const told = Object.entries(outcome.calls).filter(([call]) => !call.startsWith('sqs:'));
    expect(Object.fromEntries(told.map(([call, count]) => [call.split(':')[1], count]))).toEqual(proxy.counts());
    expect(proxy.counts()).toMatchObject({ DescribeTasks: 1, DescribeTargetHealth: 1, RegisterTargets: 1 });
  });

  test('takes a stopped task out, whether its interface is still there or gone', async () => {
    const tasks = await start('stops', 3);
    const [first, second] = [present(tasks[0]), present(tasks[1])];

    const stopped = await world.stopTask(first);
    const outcome = await invoke(event(stopped));
    expect(changed(outcome, 'deregister')).toEqual(targetsOf([stopped]));
    expect(outcome.changes[0]).toMatchObject({ task: stopped.taskArn });
    expect(await world.targetsOf(groupOf('stops'))).toEqual(targetsOf(tasks.slice(1)));
    // The stop event once more, and the start event late: neither brings anything about.
    for (const late of [event(stopped), eventOf(first, 1)]) {
      expect((await invoke(late)).changes).toEqual([]);
      expect(mutatingCalls()).toBe(0);
    }

    const gone = await world.stopTask(second);
    await world.releaseAddress(gone);
    expect(changed(await invoke(event(gone)), 'deregister')).toEqual(targetsOf([gone]));
    expect(await world.targetsOf(groupOf('stops'))).toEqual(targetsOf(tasks.slice(2)));
  });

  test("takes a batch from its queue, a malformed message and a stranger's task among them", async () => {
    const tasks = await world.runTasks('batch', 4);
    const strangers = await world.runTasks('untagged', 1);
    const bodies = [...tasks, ...strangers].map((task) => JSON.stringify(event(task)));
    proxy.reset();
    expect(await instance.invoke(batchOf(['no JSON', ...bodies]))).toEqual({ batchItemFailures: [] });
    expect(await world.targetsOf(groupOf('batch'))).toEqual(targetsOf(tasks));
    expect(proxy.counts()).toMatchObject({ DescribeTasks: 1, DescribeTargetHealth: 1, RegisterTargets: 1 });
    expect(await world.targetsOf(groupOf('untagged'))).toEqual([]);
  });

  test('queues a second look at what it registered', async () => {
    const delayed = async (): Promise<number> => {
      const name = 'ApproximateNumberOfMessagesDelayed';
      const answer = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: environment.TASKWIRE_QUEUE_URL, AttributeNames: [name] }),
      );
      return Number(answer.Attributes?.[name]);
    };
    const before = await delayed();
    await start('queues', 1);
    expect(await delayed()).toBe(before + 1);
  });

  test('repairs by a sweep what lost events left behind', async () => {
    const before = await start('lost', 3);
    const lostStop = await world.stopTask(present(before[0]));
    await world.releaseAddress(lostStop);
    const lostStart = await world.runTasks('lost', 2);
    const scope = { cluster: world.cluster, service: 'lost' };

    const plan = await invoke({ dryRun: true, ...scope });
    expect(mutatingCalls()).toBe(0);
    expect(plan.changes.map(({ action, target }) => `${action} ${target?.id}:${target?.port}`).sort()).toEqual([
      ...targetsOf([lostStop]).map((target) => `deregister ${target}`),
      ...targetsOf(lostStart).map((target) => `register ${target}`),
    ]);
    expect(plan.changes.some(({ applied }) => applied)).toBe(false);

    const sweep = await invoke({ dryRun: false, ...scope });
    expect(changed(sweep, 'register')).toEqual(targetsOf(lostStart));
    expect(changed(sweep, 'deregister')).toEqual(targetsOf([lostStop]));
    expect(await world.targetsOf(groupOf('lost'))).toEqual(targetsOf([...before.slice(1), ...lostStart]));
  });

  test('plans and does nothing while the group is only observed', async () => {
    const [task] = await world.runTasks('observed', 1);
    const outcome = await invoke(event(present(task)));
    expect(outcome.changes).toMatchObject([{ action: 'register', applied: false }]);
    expect(mutatingCalls()).toBe(0);
    expect(await world.targetsOf(groupOf('observed'))).toEqual([]);
  });

  test('removes in a sweep of all what nobody has, leaves and reports what somebody else put there, once', async () => {
    const tasks = await start('foreign', 1);
    const id = '10.77.7.7';
    const made = await world.ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: world.subnetId, PrivateIpAddress: id }),
    );
    expect(made.NetworkInterface?.PrivateIpAddress).toBe(id);
    await world.register(groupOf('foreign'), { Id: id, Port: 9000 });
    await world.register(groupOf('foreign'), { Id: '10.99.9.9', Port: PORT });
    await world.register(groupOf('untagged'), { Id: '10.99.9.9', Port: PORT });

    const sweep = await invoke(SWEEP);
    expect(changed(sweep, 'deregister')).toEqual([`10.99.9.9:${PORT}`]);
    expect(changed(sweep, 'register')).toEqual([]);
    expect(await world.targetsOf(groupOf('foreign'))).toEqual([...targetsOf(tasks), `${id}:9000`].sort());
    expect(await world.targetsOf(groupOf('untagged'))).toEqual([`10.99.9.9:${PORT}`]);
    expect(sweep.findings).toContainEqual(
      expect.objectContaining({
        severity: 'high',
        resource: groupOf('foreign'),
        summary: expect.stringContaining(`${id}:9000`),
      }),
    );

    expect(changed(await invoke(SWEEP), 'deregister')).toEqual([]);
    expect(mutatingCalls()).toBe(0);
  });
});
