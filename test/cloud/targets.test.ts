import { CreateNetworkInterfaceCommand } from '@aws-sdk/client-ec2';
import type { Task } from '@aws-sdk/client-ecs';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
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

const targetsOf = (tasks: readonly Task[]): readonly string[] =>
  tasks.map((task) => `${addressOf(task)}:${PORT}`).sort();

// What moto cannot show, and where it is shown instead: draining (its targets are gone at once), addresses that a new
// task inherits, host ports, refused targets, DescribeTasks' failures, tasks' versions: test/scenario, on the simulator.
describeWithPython('the built register-targets against moto', (python) => {
  let moto: Moto;
  let proxy: CountingProxy;
  let world: MotoWorld;
  let group: string;
  let instance: FunctionInstance;
  let sqs: SQSClient;
  let queueUrl: string;
  let environment: Record<string, string>;
  let version = 0;

  const invoke = async (event: object, on: FunctionInstance = instance): Promise<Outcome> => {
    proxy.reset();
    const outcome = await on.invoke(event);
    if (!isOutcome(outcome)) throw new Error(`not an Outcome: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const changed = (outcome: Outcome, action: string): readonly string[] =>
    outcome.changes
      .filter((change) => change.action === action && change.applied)
      .map(({ target }) => `${target?.id}:${target?.port}`)
      .sort();
  const mutatingCalls = (): number => MUTATING.reduce((sum, action) => sum + (proxy.counts()[action] ?? 0), 0);
  const event = (task: Task) => eventOf(task, ++version);
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

  beforeAll(async () => {
    moto = await startMoto(python);
    proxy = await startCountingProxy(moto.endpoint);
    sqs = new SQSClient(motoSettings(moto.endpoint));
  }, 90_000);
  afterAll(async () => {
    sqs?.destroy();
    await proxy?.close();
    await moto?.stop();
  });

  beforeEach(async () => {
    await moto.reset();
    world = await createMotoWorld(moto);
    await world.createService('checkout', PORT);
    group = await world.createTargetGroup('checkout', { 'taskwire:service': `${world.cluster}/checkout` });
    const queue = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
    const failures = await sqs.send(new CreateQueueCommand({ QueueName: 'failures' }));
    queueUrl = present(queue.QueueUrl);
    environment = {
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      TASKWIRE_QUEUE_URL: queueUrl,
      TASKWIRE_FAILURE_QUEUE_URL: present(failures.QueueUrl),
    };
    instance = await startFunction('register-targets', environment);
  }, 60_000);
  afterEach(() => instance?.stop());

  test('wires tasks as they start, and repeating costs no change', async () => {
    const tasks = await world.runTasks('checkout', 3);
    const events = tasks.map(event);
    for (const [n, started] of events.entries()) {
      const outcome = await invoke(started);
      expect(changed(outcome, 'register')).toEqual(targetsOf(tasks.slice(n, n + 1)));
      expect(outcome.changes[0]).toMatchObject({ resource: group, task: tasks[n]?.taskArn, applied: true });
    }
    expect(await world.targetsOf(group)).toEqual(targetsOf(tasks));

    for (const again of events) {
      const outcome = await invoke(again);
      expect(outcome.changes).toEqual([]);
      expect(mutatingCalls()).toBe(0);
    }
    const fresh = await startFunction('register-targets', environment);
    try {
      expect((await invoke(present(events[0]), fresh)).changes).toEqual([]);
      expect(mutatingCalls()).toBe(0);
    } finally {
      await fresh.stop();
    }
    expect(await world.targetsOf(group)).toEqual(targetsOf(tasks));
  });

  test('says in its outcome exactly the calls that went over the wire', async () => {
    const [task] = await world.runTasks('checkout', 1);
    const outcome = await invoke(event(present(task)));
    const told = Object.fromEntries(Object.entries(outcome.calls).map(([call, n]) => [call.split(':')[1], n]));
    const { SendMessageBatch: _queue, PutEvents: _events, ...sent } = proxy.counts();
    expect(told).toMatchObject(sent);
    expect(sent.RegisterTargets).toBe(1);
  });

  test('takes a stopped task out, whether its interface is still there or gone', async () => {
    const [first, second, third] = await world.runTasks('checkout', 3);
    const tasks = [present(first), present(second), present(third)];
    for (const task of tasks) await invoke(event(task));

    const stopped = await world.stopTask(present(first));
    const outcome = await invoke(event(stopped));
    expect(changed(outcome, 'deregister')).toEqual(targetsOf([stopped]));
    expect(outcome.changes[0]).toMatchObject({ task: stopped.taskArn });
    expect(await world.targetsOf(group)).toEqual(targetsOf(tasks.slice(1)));
    // The stop event once more, and the start event late: neither brings anything about.
    expect((await invoke(event(stopped))).changes).toEqual([]);
    expect((await invoke(eventOf(present(first), 1))).changes).toEqual([]);
    expect(mutatingCalls()).toBe(0);

    const gone = await world.stopTask(present(second));
    await world.releaseAddress(gone);
    expect(changed(await invoke(event(gone)), 'deregister')).toEqual(targetsOf([gone]));
    expect(await world.targetsOf(group)).toEqual(targetsOf(tasks.slice(2)));
  });

  test("takes a batch from its queue, a malformed message and a stranger's task among them", async () => {
    await world.createService('stranger', PORT);
    const tasks = await world.runTasks('checkout', 4);
    const strangers = await world.runTasks('stranger', 1);
    const bodies = [...tasks, ...strangers].map((task) => JSON.stringify(event(task)));
    proxy.reset();
    const answer = await instance.invoke(batchOf(['no JSON', ...bodies]));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(await world.targetsOf(group)).toEqual(targetsOf(tasks));
    expect(proxy.counts()).toMatchObject({ RegisterTargets: 1 });
  });

  test('queues a second look at what it registered', async () => {
    const [task] = await world.runTasks('checkout', 1);
    await invoke(event(present(task)));
    const answer = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessagesDelayed'] }),
    );
    expect(answer.Attributes).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
  });

  test('repairs by a sweep what lost events left behind', async () => {
    const before = await world.runTasks('checkout', 3);
    for (const task of before) await invoke(event(task));
    const lostStop = await world.stopTask(present(before[0]));
    await world.releaseAddress(lostStop);
    const lostStart = await world.runTasks('checkout', 2);
    const wanted = targetsOf([...before.slice(1), ...lostStart]);

    const plan = await invoke({ dryRun: true });
    expect(mutatingCalls()).toBe(0);
    expect(plan.changes.every(({ applied }) => !applied)).toBe(true);
    expect(plan.changes.map(({ action, target }) => `${action} ${target?.id}:${target?.port}`).sort()).toEqual(
      [
        ...targetsOf([lostStop]).map((target) => `deregister ${target}`),
        ...targetsOf(lostStart).map((target) => `register ${target}`),
      ].sort(),
    );

    const sweep = await invoke({ dryRun: false });
    expect(changed(sweep, 'register')).toEqual(targetsOf(lostStart));
    expect(changed(sweep, 'deregister')).toEqual(targetsOf([lostStop]));
    expect(await world.targetsOf(group)).toEqual(wanted);

    const scheduled = {
      version: '0',
      id: 'b9d6ce2c-0000-4000-8000-000000000000',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '123456789012',
      time: new Date().toISOString(),
      region: world.region,
      resources: ['arn:aws:events:eu-central-1:123456789012:rule/sweep'],
      detail: {},
    };
    expect((await invoke(scheduled)).changes).toEqual([]);
    expect(mutatingCalls()).toBe(0);
  });

  test('removes in a sweep what nobody has, and leaves and reports what somebody else put there', async () => {
    const [task] = await world.runTasks('checkout', 1);
    await invoke(event(present(task)));
    const eni = await world.ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: world.subnetId, PrivateIpAddress: '10.77.7.7' }),
    );
    expect(eni.NetworkInterface?.PrivateIpAddress).toBe('10.77.7.7');
    await world.register(group, { Id: '10.77.7.7', Port: 9000 });
    await world.register(group, { Id: '10.99.9.9', Port: PORT });

    const sweep = await invoke({ dryRun: false });
    expect(changed(sweep, 'deregister')).toEqual([`10.99.9.9:${PORT}`]);
    expect(await world.targetsOf(group)).toEqual([...targetsOf([present(task)]), '10.77.7.7:9000'].sort());
    expect(sweep.findings).toContainEqual(expect.objectContaining({ severity: 'high', resource: group }));
  });

  test('plans and does nothing while the group is only observed', async () => {
    await world.tagTargetGroup(group, { 'taskwire:mode': 'observe' });
    const [task] = await world.runTasks('checkout', 1);
    const outcome = await invoke(event(present(task)));
    expect(outcome.changes).toMatchObject([{ action: 'register', applied: false }]);
    expect(mutatingCalls()).toBe(0);
    expect(await world.targetsOf(group)).toEqual([]);
  });

  test('touches no group without a tag', async () => {
    await world.createService('untagged', PORT);
    const untagged = await world.createTargetGroup('untagged', {});
    const [task] = await world.runTasks('untagged', 1);
    await invoke(event(present(task)));
    expect(mutatingCalls()).toBe(0);
    await invoke({ dryRun: false });
    expect(await world.targetsOf(untagged)).toEqual([]);
  });
});
