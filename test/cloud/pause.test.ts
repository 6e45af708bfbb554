import { ListTagsForResourceCommand } from '@aws-sdk/client-ecs';
import { EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { listPauses } from '../../shared/app/pauses.ts';
import { switchStack } from '../../shared/app/switch-stack.ts';
import { createClients } from '../../shared/aws/clients.ts';
import { createFailureQueues } from '../../shared/aws/failure-queue.ts';
import { createStackSwitches } from '../../shared/aws/stack-switches.ts';
import { createTaskControl } from '../../shared/aws/task-control.ts';
import { parsePausedTime, renderPausedTime } from '../../shared/contracts/paused-tag.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

jest.setTimeout(60_000);

const FUNCTIONS = ['register-targets', 'adjust-scaling'];

// What moto 5.2.5 lacks for this: a mapping is Enabled or Disabled at once, never on its way; nothing is handed on, so
// that events wait and come back is shown on the simulator (test/scenario/pause.test.ts).
describeWithPython('pausing on moto', (python) => {
  let moto: Moto;
  let connection: ReturnType<typeof motoSettings>;

  beforeAll(async () => {
    moto = await startMoto(python);
    connection = motoSettings(moto.endpoint);
  }, 90_000);
  afterAll(async () => {
    await moto?.stop();
  });

  const clientsOf = () =>
    createClients({
      budgets: {
        before: async () => undefined,
        throttled: () => undefined,
        registration: { take: async () => undefined, giveBack: () => undefined },
      },
      connection,
    });

  const deploy = async (): Promise<void> => {
    const [iam, lambda, sqs, events] = [
      new IAMClient(connection),
      new LambdaClient(connection),
      new SQSClient(connection),
      new EventBridgeClient(connection),
    ];
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'functions',
        AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
      }),
    );
    for (const name of FUNCTIONS) {
      const fifo = name === 'adjust-scaling';
      const full = `taskwire-prod-${name}`;
      const QueueName = `${full}${fifo ? '.fifo' : ''}`;
      const { QueueUrl } = await sqs.send(
        new CreateQueueCommand({ QueueName, ...(fifo && { Attributes: { FifoQueue: 'true' } }) }),
      );
      if (!fifo) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: full,
          Role: present(Role?.Arn),
          Runtime: 'nodejs22.x',
          Handler: 'handler.handler',
          Code: { ZipFile: zipSync({ 'handler.mjs': new TextEncoder().encode('export const handler = () => 1;') }) },
        }),
      );
      await lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: full,
          EventSourceArn: `arn:aws:sqs:eu-central-1:123456789012:${QueueName}`,
        }),
      );
      await events.send(new PutRuleCommand({ Name: `${full}-sweep`, ScheduleExpression: 'rate(5 minutes)' }));
    }
    for (const client of [iam, lambda, sqs, events]) client.destroy();
  };

  test('a stack is switched off, marked, found by its mark, and switched on again', async () => {
    await deploy();
    const clients = clientsOf();
    const stackSwitches = createStackSwitches(clients);
    const deps = { stackSwitches, failureQueues: createFailureQueues(clients), clock: createSystemClock() };
    const turn = (on: boolean, stage = 'prod') =>
      switchStack(
        {
          stage,
          tagPrefix: 'taskwire',
          on,
          waitMs: 20_000,
          renderTime: renderPausedTime,
          parseTime: parsePausedTime,
          tell: () => undefined,
        },
        deps,
      );
    const paused = () => listPauses('taskwire', { stackSwitches, timeOf: parsePausedTime });
    const states = async () => [
      ...(await Promise.all(FUNCTIONS.map((name) => stackSwitches.mappings(`taskwire-prod-${name}`))))
        .flat()
        .map(({ state }) => state),
      ...(await Promise.all(FUNCTIONS.map((name) => stackSwitches.isRuleEnabled(`taskwire-prod-${name}-sweep`)))),
    ];

    const off = await turn(false);
    expect(off).toMatchObject({ waiting: 1, sinceMs: expect.any(Number) });
    expect(off.parts.map(({ is }) => is)).toEqual(['changed', 'changed', 'changed', 'changed', 'changed']);
    expect(await states()).toEqual(['Disabled', 'Disabled', false, false]);
    expect(await paused()).toMatchObject([{ kind: 'stack', name: 'prod', sinceMs: expect.any(Number) }]);
    expect((await turn(false)).parts.map(({ is }) => is)).toEqual(Array(5).fill('already'));

    const on = await turn(true);
    expect(on.parts.map(({ is }) => is)).toEqual(Array(5).fill('changed'));
    expect(await states()).toEqual(['Enabled', 'Enabled', true, true]);
    expect(await paused()).toEqual([]);
    await expect(turn(false, 'staging')).rejects.toBeInstanceOf(NotFoundError);
  });

  test('a task is tagged and stopped with a reason', async () => {
    const world = await createMotoWorld(moto);
    await world.createService('web', 8080);
    const task = present((await world.runTasks('web', 1))[0]);
    const taskArn = present(task.taskArn);
    const control = createTaskControl(clientsOf());
    await control.tag(taskArn, { 'taskwire:standby': 'true' });
    const { tags = [] } = await world.ecs.send(new ListTagsForResourceCommand({ resourceArn: taskArn }));
    expect(tags).toContainEqual({ key: 'taskwire:standby', value: 'true' });
    await control.stop(world.cluster, taskArn, 'Drained by taskwire drain');
    expect(await world.describeTask(task)).toMatchObject({
      desiredStatus: 'STOPPED',
      stoppedReason: 'Drained by taskwire drain',
    });
  });
});
