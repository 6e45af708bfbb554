import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createClients } from '../../shared/aws/clients.ts';
import { createFailureQueues } from '../../shared/aws/failure-queue.ts';
import type { FailureQueues } from '../../shared/ports/failure-queue.ts';
import { type Moto, startMoto } from './moto.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

const COUNT = 12;

jest.setTimeout(30_000);

// The contract of test/contract/failure-queue.ts, on an SQS that nobody here wrote.
describeWithPython('the failure queues on moto', (python) => {
  let moto: Moto;
  let sqs: SQSClient;
  let queues: FailureQueues;

  beforeAll(async () => {
    moto = await startMoto(python);
    const connection = {
      endpoint: moto.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    sqs = new SQSClient(connection);
    const unlimited = {
      before: async () => undefined,
      throttled: () => undefined,
      registration: { take: async () => undefined, giveBack: () => undefined },
    };
    queues = createFailureQueues(createClients({ budgets: unlimited, connection }));
  }, 90_000);
  afterAll(async () => {
    sqs?.destroy();
    await moto?.stop();
  });

  const create = async (name: string): Promise<void> => {
    const fifo = name.endsWith('.fifo');
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: name, ...(fifo && { Attributes: { FifoQueue: 'true' } }) }),
    );
    for (let n = 0; n < COUNT; n++) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: present(QueueUrl),
          MessageBody: `{"n":${n}}`,
          MessageAttributes: { cause: { DataType: 'String', StringValue: 'denied' } },
          ...(fifo && { MessageGroupId: 'taskwire', MessageDeduplicationId: String(n) }),
        }),
      );
    }
  };

  test('messages are taken once, put back, sent on and removed', async () => {
    await create('failures');
    await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
    const queue = await queues.open('failures');
    expect(await queue.waiting()).toBe(COUNT);
    const taken = await queue.take(100);
    expect(new Set(taken.map(({ body }) => body)).size).toBe(COUNT);
    expect(taken[0]?.attributes).toEqual({ cause: 'denied' });
    expect(await queue.take(100)).toEqual([]);

    expect(await queue.putBack(taken)).toEqual([]);
    const again = await queue.take(100);
    expect(again).toHaveLength(COUNT);
    const work = await queues.open('work');
    expect(await queue.sendTo(work.url, [present(again[0]).body])).toEqual([]);
    expect(await work.waiting()).toBe(1);
    expect(await queue.remove(again)).toEqual([]);
    expect(await queue.waiting()).toBe(0);
  });

  test('those of a FIFO queue come in order', async () => {
    await create('failures.fifo');
    const queue = await queues.open('failures.fifo');
    const bodies: string[] = [];
    for (let taken = await queue.take(100); taken.length > 0; taken = await queue.take(100)) {
      bodies.push(...taken.map(({ body }) => body));
      expect(await queue.remove(taken)).toEqual([]);
    }
    expect(bodies).toEqual(Array.from({ length: COUNT }, (_, n) => `{"n":${n}}`));
  });

  test('a queue that is not there is not found', async () => {
    await expect(queues.open('nope')).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});
