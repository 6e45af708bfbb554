import { describe, expect, test } from '@jest/globals';
import { createDelivery, type DeliveryOptions, failedIds } from '../../../simulator/delivery.ts';
import { A_WHILE_MS, addService, createTown } from './arrange.ts';

const isSqs = (event: unknown): event is { Records: { messageId: string; body: string }[] } =>
  typeof event === 'object' && event !== null && 'Records' in event;

const bodiesOf = (event: unknown): { id: string; detail: { version: number } }[] =>
  isSqs(event) ? event.Records.map(({ body }) => JSON.parse(body)) : [];

const start = (options: Partial<Omit<DeliveryOptions, 'queue'>> = {}) => {
  const town = createTown();
  const failures = town.world.queues.add({ name: 'failures' });
  const queue = town.world.queues.add({ name: 'work', visibilityMs: 60_000, failureQueue: failures, maxReceives: 3 });
  const seen: { id: string; detail: { version: number } }[] = [];
  const delivery = createDelivery(town.world, {
    queue,
    handler: async (event) => {
      seen.push(...bodiesOf(event));
      return { batchItemFailures: [] };
    },
    ...options,
  });
  return { town, world: town.world, queue, failures, delivery, seen };
};

describe('delivery', () => {
  test('gathers events into batches and deletes what was done', async () => {
    const { town, world, queue, delivery, seen } = start();
    addService(town, 'web', 30);
    await world.clock.advance(A_WHILE_MS);
    expect(seen).toHaveLength(4 * 30);
    expect(delivery.invocations).toHaveLength(4);
    expect(queue.messages).toEqual([]);
    expect(delivery.idle).toBe(true);
  });

  test('a full batch does not wait for the window', async () => {
    const { town, world, delivery } = start({ batchSize: 10, windowMs: 300_000 });
    addService(town, 'web', 10);
    await world.clock.advance(1);
    expect(delivery.invocations).toHaveLength(1);
  });

  test('loses, repeats and shuffles as it is told', async () => {
    const { town, world, seen } = start({ trouble: { lateMs: [0, 30_000], repeated: 0.5, lost: 0.2 } });
    addService(town, 'web', 50);
    await world.clock.advance(2 * A_WHILE_MS);
    const sent = world.bus.log.length;
    const distinct = new Set(seen.map(({ id }) => id)).size;
    expect(distinct).toBeLessThan(sent);
    expect(seen.length).toBeGreaterThan(distinct);
    const versions = seen.map(({ detail }) => detail.version);
    expect(versions).not.toEqual([...versions].sort());
  });

  test('hands failed messages back when they are visible again, then to the failure queue', async () => {
    const { town, world, queue, failures } = start({
      handler: async (event) =>
        isSqs(event)
          ? { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) }
          : {},
      wants: (event) => event['detail-type'] === 'ECS Task State Change',
    });
    addService(town, 'web');
    await world.clock.advance(30_000);
    expect(queue.messages.map(({ receiveCount }) => receiveCount)).toEqual([1, 1, 1, 1]);
    await world.clock.advance(10 * A_WHILE_MS);
    expect(queue.messages).toEqual([]);
    expect(failures.messages).toHaveLength(4);
  });

  test('a function that throws or takes too long keeps the whole batch', async () => {
    const { town, world, queue, delivery } = start({
      handler: () => new Promise(() => undefined),
      timeoutMs: 5_000,
    });
    addService(town, 'web');
    await world.clock.advance(7_000);
    expect(queue.messages.length).toBeGreaterThan(0);
    expect(delivery.invocations[0]?.error).toEqual(new Error('timed out after 5000 ms'));
  });

  test('never runs more at once than it may', async () => {
    let now = 0;
    let most = 0;
    const { town, world } = start({
      batchSize: 1,
      maxConcurrency: 3,
      handler: async () => {
        now++;
        most = Math.max(most, now);
        await world.clock.sleep(500);
        now--;
        return {};
      },
    });
    addService(town, 'web', 20);
    await world.clock.advance(5 * A_WHILE_MS);
    expect(most).toBe(3);
  });

  test('a schedule runs the function with a Scheduled Event', async () => {
    const events: unknown[] = [];
    const { world, delivery } = start({
      handler: async (event) => {
        events.push(event);
        return {};
      },
    });
    const stop = delivery.schedule(300_000);
    await world.clock.advance(900_000);
    stop();
    await world.clock.advance(900_000);
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event' });
  });

  test('a delayed message comes when its delay is over', async () => {
    const { world, queue, delivery } = start();
    await world.call('sqs:SendMessageBatch', {
      QueueUrl: queue.url,
      Entries: [{ Id: '0', MessageBody: '{}', DelaySeconds: 20 }],
    });
    await world.clock.advance(19_000);
    expect(delivery.invocations).toEqual([]);
    await world.clock.advance(3_000);
    expect(delivery.invocations).toHaveLength(1);
  });
});

describe('what a batch answer means', () => {
  test.each([
    ['nothing', undefined, []],
    ['null', null, []],
    ['no failures', { batchItemFailures: [] }, []],
    ['one failure', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
    ['a message that was not in the batch', { batchItemFailures: [{ itemIdentifier: 'z' }] }, ['a', 'b']],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, ['a', 'b']],
    ['something else', 'done', ['a', 'b']],
  ])('%s', (_, result, failed) => {
    expect(failedIds(result, ['a', 'b'])).toEqual(failed);
  });
});
