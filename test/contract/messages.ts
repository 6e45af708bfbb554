import { describe, expect, test } from '@jest/globals';
import type { Events, OutgoingEvent } from '../../shared/ports/events.ts';
import type { Queue } from '../../shared/ports/queue.ts';
import { type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the event bus promises. */
export const describeEventsContract = (make: MakeSubject<Events>): void => {
  describe('events', () => {
    const events: readonly OutgoingEvent[] = Array.from({ length: 25 }, (_, n) => ({
      detailType: 'Taskwire Targets Changed',
      detail: { n },
      resources: ['arn:aws:ecs:eu-central-1:111122223333:cluster/production'],
    }));

    test(
      'sends ten per call, from source taskwire',
      withSubject(make, async ({ world, port, run }) => {
        expect(await run(port.send(events))).toEqual([]);
        expect(world.calls.counts()).toEqual({ 'events:PutEvents': 3 });
        expect(world.bus.log).toHaveLength(25);
        expect(world.bus.log[0]).toMatchObject({
          source: 'taskwire',
          'detail-type': 'Taskwire Targets Changed',
          resources: ['arn:aws:ecs:eu-central-1:111122223333:cluster/production'],
          detail: { n: 0 },
        });
      }),
    );

    test(
      'tells which were refused, and does not fail',
      withSubject(make, async ({ world, port, run }) => {
        world.faults.add({ action: 'events:PutEvents', failure: 'denied' });
        const refused = await run(port.send(events.slice(0, 2)));
        expect(refused.map(({ event }) => event)).toEqual(events.slice(0, 2));
        expect(refused[0]?.cause).toContain('not authorized');
      }),
    );

    test(
      'nothing to send is no call',
      withSubject(make, async ({ world, port, run }) => {
        expect(await run(port.send([]))).toEqual([]);
        expect(world.calls.all).toEqual([]);
      }),
    );
  });
};

/** What every implementation of the queue promises; the world's queues are named `work` and `failures`. */
export const describeQueueContract = (make: MakeSubject<Queue>, url: (world: string) => string): void => {
  describe('queue', () => {
    const postmark = { firstSeenMs: 1_700_000_000_000, tries: 2, why: 'throttled' };

    test(
      'sends work again, ten per call, delayed, with its postmark',
      withSubject(make, async ({ world, port, run }) => {
        const messages = Array.from({ length: 12 }, (_, n) => ({ body: `{"n":${n}}`, delaySeconds: 20, postmark }));
        const startMs = world.clock.nowMs();
        expect(await run(port.sendAgain(messages))).toEqual([]);
        expect(world.calls.counts()).toEqual({ 'sqs:SendMessageBatch': 2 });
        const sent = world.queues.byUrl(url('work')).messages;
        expect(sent.map(({ body }) => body).sort()).toEqual(messages.map(({ body }) => body).sort());
        expect(sent[0]?.attributes).toMatchObject({
          firstSeen: { StringValue: '1700000000000' },
          tries: { StringValue: '2' },
          why: { StringValue: 'throttled' },
        });
        expect((sent[0]?.visibleAtMs ?? 0) - startMs).toBeGreaterThanOrEqual(20_000);
      }),
    );

    test(
      'parks messages with their cause',
      withSubject(make, async ({ world, port, run }) => {
        expect(await run(port.park([{ body: '{}', postmark, cause: 'DeniedError: no' }]))).toEqual([]);
        expect(world.queues.byUrl(url('failures')).messages).toMatchObject([
          { body: '{}', attributes: { cause: { StringValue: 'DeniedError: no' } } },
        ]);
      }),
    );

    test(
      'tells which could not be sent',
      withSubject(make, async ({ world, port, run }) => {
        world.faults.add({ action: 'sqs:SendMessageBatch', failure: 'denied' });
        const failed = await run(port.sendAgain([{ body: '{}', delaySeconds: 0, postmark }]));
        expect(failed).toMatchObject([{ index: 0 }]);
        expect(failed[0]?.cause).toContain('not authorized');
      }),
    );
  });
};
