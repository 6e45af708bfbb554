import { EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { switchStack } from '../../shared/app/switch-stack.ts';
import { createClients } from '../../shared/aws/clients.ts';
import { createFailureQueues } from '../../shared/aws/failure-queue.ts';
import { createStackSwitches } from '../../shared/aws/stack-switches.ts';
import { parsePausedTime, renderPausedTime } from '../../shared/contracts/paused-tag.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';
import { eventually } from './deployed-world.ts';
import { freeEndpoint, type Ministack, startMinistack } from './ministack.ts';
import { motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

jest.setTimeout(120_000);

/** Beside the two of the stack one that is never paused: what it has handled, the others would have. */
const FUNCTIONS = ['taskwire-prod-register-targets', 'taskwire-prod-adjust-scaling', 'beside'];

describeWithPython('pausing on ministack, which runs functions', (python) => {
  let ministack: Ministack;
  let settings: ReturnType<typeof motoSettings>;
  const urls = new Map<string, string>();

  beforeAll(async () => {
    const endpoint = await freeEndpoint();
    settings = motoSettings(endpoint);
    ministack = await startMinistack(python, endpoint, endpoint);
    const [lambda, sqs, events] = [
      new LambdaClient(settings),
      new SQSClient(settings),
      new EventBridgeClient(settings),
    ];
    for (const name of FUNCTIONS) {
      const fifo = name.endsWith('adjust-scaling');
      const QueueName = `${name}${fifo ? '.fifo' : ''}`;
      const { QueueUrl } = await sqs.send(
        new CreateQueueCommand({ QueueName, ...(fifo && { Attributes: { FifoQueue: 'true' } }) }),
      );
      urls.set(name, present(QueueUrl));
      const { FunctionArn } = await lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Role: 'arn:aws:iam::000000000000:role/functions',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: {
            ZipFile: zipSync({ 'index.mjs': new TextEncoder().encode('export const handler = async () => ({});') }),
          },
        }),
      );
      const account = present(FunctionArn).split(':')[4];
      await lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: name,
          EventSourceArn: `arn:aws:sqs:eu-central-1:${account}:${QueueName}`,
        }),
      );
      await events.send(new PutRuleCommand({ Name: `${name}-sweep`, ScheduleExpression: 'rate(5 minutes)' }));
    }
    for (const client of [lambda, sqs, events]) client.destroy();
  }, 180_000);
  afterAll(async () => {
    await ministack?.stop();
  });

  test('what is sent meanwhile waits, and is handled when the stack goes on', async () => {
    const clients = createClients({
      budgets: {
        before: async () => undefined,
        throttled: () => undefined,
        registration: { take: async () => undefined, giveBack: () => undefined },
      },
      connection: settings,
    });
    const stackSwitches = createStackSwitches(clients);
    const failureQueues = createFailureQueues(clients);
    const turn = (on: boolean) =>
      switchStack(
        {
          stage: 'prod',
          tagPrefix: 'taskwire',
          on,
          waitMs: 30_000,
          renderTime: renderPausedTime,
          parseTime: parsePausedTime,
          tell: () => undefined,
        },
        { stackSwitches, failureQueues, clock: createSystemClock() },
      );
    const waiting = async (name: string): Promise<number> => (await failureQueues.open(name)).waiting();

    expect((await turn(false)).parts.map(({ is }) => is)).toEqual(Array(5).fill('changed'));
    const sqs = new SQSClient(settings);
    for (const name of [FUNCTIONS[0], FUNCTIONS[2]]) {
      await sqs.send(new SendMessageCommand({ QueueUrl: present(urls.get(present(name))), MessageBody: '{}' }));
    }
    sqs.destroy();
    await eventually(async () => expect(await waiting('beside')).toBe(0));
    expect(await waiting('taskwire-prod-register-targets')).toBe(1);

    expect(await turn(true)).toMatchObject({ waiting: 1 });
    await eventually(async () => expect(await waiting('taskwire-prod-register-targets')).toBe(0));
  });
});
