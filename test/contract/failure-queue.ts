import { describe, expect, test } from '@jest/globals';
import type { FailureQueues } from '../../shared/ports/failure-queue.ts';
import type { World } from '../../simulator/world.ts';
import { type MakeSubject, withSubject } from './subject.ts';

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

/** What every implementation of the failure queues promises; the world has the queues `work` and `failures`. */
export const describeFailureQueuesContract = (make: MakeSubject<FailureQueues>): void => {
  describe('failure queues', () => {
    const queueOf = (world: World) => world.queues.byName('failures');

    test(
      'takes each message once, with its attributes, until it is put back',
      withSubject(make, async ({ world, port, run }) => {
        const bodies = Array.from({ length: 12 }, (_, n) => `{"n":${n}}`);
        for (const body of bodies) queueOf(world).send(body, { attributes: { cause: text('denied') } });
        const queue = await run(port.open('failures'));
        expect(await run(queue.waiting())).toBe(12);
        const taken = await run(queue.take(100));
        expect(taken.map(({ body }) => body)).toEqual(bodies);
        expect(taken[0]?.attributes).toEqual({ cause: 'denied' });
        expect(await run(queue.take(100))).toEqual([]);
        expect(await run(queue.waiting())).toBe(0);
        expect(await run(queue.putBack(taken))).toEqual([]);
        expect(await run(queue.waiting())).toBe(12);
      }),
    );

    test(
      'takes no more than it is asked for',
      withSubject(make, async ({ world, port, run }) => {
        for (let n = 0; n < 15; n++) queueOf(world).send(`{"n":${n}}`);
        const queue = await run(port.open('failures'));
        expect(await run(queue.take(11))).toHaveLength(11);
      }),
    );

    test(
      'removes messages for good, and tells which it could not',
      withSubject(make, async ({ world, port, run }) => {
        for (let n = 0; n < 12; n++) queueOf(world).send(`{"n":${n}}`);
        const queue = await run(port.open('failures'));
        const taken = await run(queue.take(12));
        const gone = { id: 'gone', body: '', attributes: {}, receipt: 'gone/1' };
        const refused = await run(queue.remove([...taken.slice(0, 11), gone]));
        expect(refused).toMatchObject([{ index: 11, cause: expect.stringContaining('ReceiptHandleIsInvalid') }]);
        expect(queueOf(world).messages.map(({ body }) => body)).toEqual(['{"n":11}']);
        world.faults.add({ action: 'sqs:DeleteMessageBatch', failure: 'denied' });
        const denied = await run(queue.remove(taken.slice(11)));
        expect(denied).toMatchObject([{ index: 0, cause: expect.stringContaining('not authorized') }]);
      }),
    );

    test(
      'takes ten of a FIFO queue, and more once those are gone',
      withSubject(make, async ({ world, port, run }) => {
        const fifo = world.queues.add({ name: 'failures.fifo' });
        for (let n = 0; n < 12; n++) fifo.send(`{"n":${n}}`, { groupId: 'g', deduplicationId: String(n) });
        const queue = await run(port.open('failures.fifo'));
        const first = await run(queue.take(100));
        expect(first).toHaveLength(10);
        expect(await run(queue.remove(first))).toEqual([]);
        expect((await run(queue.take(100))).map(({ body }) => body)).toEqual(['{"n":10}', '{"n":11}']);
      }),
    );

    test(
      'sends texts to another queue as new',
      withSubject(make, async ({ world, port, run }) => {
        const work = await run(port.open('work'));
        const fifo = await run(port.open(world.queues.add({ name: 'work.fifo' }).name));
        expect(await run(work.sendTo(work.url, ['{"n":1}']))).toEqual([]);
        expect(await run(work.sendTo(fifo.url, ['{"n":2}']))).toEqual([]);
        const [sent] = world.queues.byName('work').messages;
        expect(sent).toMatchObject({ body: '{"n":1}', attributes: { tries: { StringValue: '0' } } });
        expect(world.queues.byName('work.fifo').messages.map(({ body }) => body)).toEqual(['{"n":2}']);
      }),
    );

    test(
      'says that there is no such queue',
      withSubject(make, async ({ port, run }) => {
        await expect(run(port.open('nope'))).rejects.toMatchObject({ name: 'NotFoundError' });
      }),
    );
  });
};
