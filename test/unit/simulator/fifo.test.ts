import { describe, expect, test } from '@jest/globals';
import { createDelivery, type SqsEvent } from '../../../simulator/delivery.ts';
import { createInMemoryPorts } from '../../../simulator/ports/in-memory.ts';
import { createWorld } from '../../../simulator/world.ts';

const isSqs = (event: unknown): event is SqsEvent => typeof event === 'object' && event !== null && 'Records' in event;

const createQueue = (options: object = {}) => {
  const world = createWorld();
  const failures = world.queues.add({ name: 'failures.fifo' });
  const queue = world.queues.add({ name: 'work.fifo', failureQueue: failures, maxReceives: 2, ...options });
  const send = (body: string, groupId = 'a') => queue.send(body, { groupId, deduplicationId: body });
  const receive = (most = 10) => queue.receive(most).map(({ body }) => body);
  return { world, failures, queue, send, receive };
};

describe('a FIFO queue', () => {
  test('hands its messages out in order, and none of a group that has one in flight', () => {
    const { queue, send, receive } = createQueue();
    for (const body of ['1', '2', '3']) send(body);
    send('other', 'b');
    expect(receive(2)).toEqual(['1', '2']);
    expect(queue.ready).toBe(1);
    expect(receive()).toEqual(['other']);
    queue.delete(queue.messages[0]?.id ?? '');
    expect(receive()).toEqual([]);
    queue.delete(queue.messages[0]?.id ?? '');
    expect(receive()).toEqual(['3']);
  });

  test('a message that failed holds its group back until it is visible again, then until it is parked', async () => {
    const { world, failures, send, receive } = createQueue();
    send('bad');
    expect(receive()).toEqual(['bad']);
    send('good');
    await world.clock.advance(29_000);
    expect(receive()).toEqual([]);
    await world.clock.advance(1_000);
    expect(receive(1)).toEqual(['bad']);
    await world.clock.advance(30_000);
    expect(receive()).toEqual(['good']);
    expect(failures.messages).toMatchObject([{ body: 'bad', groupId: 'a' }]);
  });

  test('drops what it saw in the last five minutes', async () => {
    const { world, queue, send } = createQueue();
    send('1');
    send('1');
    expect(queue.messages).toHaveLength(1);
    await world.clock.advance(300_000);
    send('1');
    expect(queue.messages).toHaveLength(2);
  });

  test('refuses a message without a group, without an id, or with a delay, and takes the others of its call', async () => {
    const { world, queue } = createQueue();
    const entry = (Id: string, more: object) => ({ Id, MessageBody: Id, ...more });
    const { Successful, Failed } = await world.call('sqs:SendMessageBatch', {
      QueueUrl: queue.url,
      Entries: [
        entry('good', { MessageGroupId: 'a', MessageDeduplicationId: '1' }),
        entry('groupless', { MessageDeduplicationId: '2' }),
        entry('nameless', { MessageGroupId: 'a' }),
        entry('delayed', { MessageGroupId: 'a', MessageDeduplicationId: '3', DelaySeconds: 20 }),
      ],
    });
    expect(Successful).toMatchObject([{ Id: 'good' }]);
    expect(Failed).toMatchObject([
      { Id: 'groupless', Code: 'MissingParameter' },
      { Id: 'nameless', Code: 'InvalidParameterValue' },
      { Id: 'delayed', Code: 'InvalidParameterValue' },
    ]);
  });

  test('takes events of the bus one after the other, ten at most, each once', async () => {
    const { world, queue } = createQueue({ contentBasedDeduplication: true });
    const batches: number[] = [];
    const delivery = createDelivery(world, {
      queue,
      wants: () => true,
      trouble: { repeated: 1 },
      handler: async (event) => {
        if (isSqs(event)) batches.push(event.Records.length);
        expect(delivery.running).toBe(1);
        await world.clock.sleep(1_000);
        return {};
      },
    });
    for (let n = 0; n < 25; n++) world.bus.send({ source: 'aws.ecs', detailType: 'x', resources: [], detail: { n } });
    await world.clock.advance(10_000);
    expect(batches.reduce((sum, size) => sum + size, 0)).toBe(25);
    expect(Math.max(...batches)).toBeLessThanOrEqual(10);
    expect(delivery.idle).toBe(true);
  });

  test('the port sends again without a delay, and never twice under one id', async () => {
    const { world, queue } = createQueue();
    const { queue: port } = createInMemoryPorts(world, { queues: { own: queue.url } });
    const message = { body: '{}', delaySeconds: 20, postmark: { firstSeenMs: 0, tries: 1 } };
    expect(await port.sendAgain([message, message])).toEqual([]);
    expect(queue.messages).toHaveLength(2);
    expect(queue.ready).toBe(2);
  });
});
