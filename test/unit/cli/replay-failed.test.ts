import { describe, expect, test } from '@jest/globals';
import type { SimulatedQueue } from '../../../simulator/queues.ts';
import { type CommandLineOptions, plainIds, plainWords, taskwire } from '../../support/command-line.ts';
import { loadEvent } from '../../support/load-event.ts';
import { blind, RIGHT } from '../../support/say.ts';
import { createStage } from '../../support/stage.ts';

const QUEUE = 'taskwire-prod-register-targets-failures';
const SCALING = 'taskwire-prod-adjust-scaling-failures.fifo';
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const text = (StringValue: string) => ({ DataType: 'String', StringValue });

/** Two running tasks of `web` that nothing has registered, and the failure queue of a deployed stack, empty. */
const stageFailed = async () => {
  const stage = createStage();
  blind(stage);
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.service('web', 2);
  await stage.run(60_000);
  const [first, second] = stage.world.bus.log
    .filter(({ detail }) => 'lastStatus' in detail && detail.lastStatus === 'RUNNING')
    .map((event) => JSON.stringify(event));
  if (first === undefined || second === undefined) throw new Error('two tasks should run');
  return { stage, first, second, queue: stage.world.queues.add({ name: QUEUE }) };
};

/** The shapes that meet in a failure queue. */
const fill = (queue: SimulatedQueue, first: string, second: string): void => {
  queue.send(first, { attributes: { cause: text('ecs:DescribeTasks was denied'), tries: text('2') } });
  queue.send(second);
  queue.send(
    JSON.stringify({
      version: '1.0',
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: loadEvent('scheduled/sweep'),
      responsePayload: { errorMessage: 'tag:GetResources was denied' },
    }),
  );
};

const words = (out: string): string => plainWords(out).replace(UUID, '<message>');
const flat = (out: string): string => out.replace(/\n +/g, ' ');

describe('taskwire replay --failed', () => {
  test('shows what waits, why, and what would come of it, and leaves it there; 1', async () => {
    const { stage, first, second, queue } = await stageFailed();
    fill(queue, first, second);
    const { code, out } = await taskwire(stage, ['replay', '--failed']);
    expect(words(out)).toBe(`3 messages of ${QUEUE}:
  <message>  task <id>
      RUNNING: 1 change
      The function parked it: ecs:DescribeTasks was denied
  <message>  task <id>
      RUNNING: 1 change
      No cause: SQS moved it here by itself, after its last receive. The
      function ended before it could say why; see its log.
  <message>  sweep: 2 changes
      An invocation failed: tag:GetResources was denied

web
  + 10.0.0.4:8080  task <id> is running
  + 10.0.0.5:8080  task <id> is running

2 to register (+).
<calls>
`);
    expect(code).toBe(1);
    expect(queue.messages).toHaveLength(3);
    expect(queue.ready).toBe(3);
    expect(stage.world.audit().missing).toHaveLength(2);
  });

  test('does it with --apply after asking, and removes what was handled; 0', async () => {
    const { stage, first, second, queue } = await stageFailed();
    fill(queue, first, second);
    const done = await taskwire(stage, ['replay', '--failed', '--apply'], { says: [true] });
    expect(done.asked).toEqual(['Send 3 messages through the function again, and make 2 changes?']);
    expect(done.out).toContain('3 messages were handled and removed from the queue.');
    expect(done.code).toBe(0);
    expect(queue.messages).toEqual([]);
    expect(stage.world.audit()).toMatchObject(RIGHT);
    const again = await taskwire(stage, ['replay', '--failed', '--apply', '--yes']);
    expect({ code: again.code, out: words(again.out) }).toEqual({
      code: 0,
      out: `${QUEUE} holds no message.\n<calls>\n`,
    });
  });

  test('a person who says no changes nothing, and everything is back in sight', async () => {
    const { stage, first, second, queue } = await stageFailed();
    fill(queue, first, second);
    const { code, out } = await taskwire(stage, ['replay', '--failed', '--apply'], { says: [false] });
    expect(code).toBe(1);
    expect(out.match(/3 messages of/g)).toHaveLength(1);
    expect(out).toContain('Nothing was changed.');
    expect(queue.ready).toBe(3);
  });

  test('what fails again stays, with why, and its neighbours go; 3', async () => {
    const { stage, first, queue } = await stageFailed();
    queue.send('oh no');
    queue.send(first);
    queue.send(JSON.stringify({ dryRun: false, targetGroup: 'nope' }), {
      attributes: { cause: text('no such group') },
    });
    const { code, out } = await taskwire(stage, ['replay', '--failed', '--apply', '--yes']);
    expect(code).toBe(3);
    expect(flat(out)).toContain('dropped: body is not JSON: "oh no".');
    expect(flat(out)).toContain('1 of 3 messages handled and removed; 2 stay in the queue.');
    expect(queue.messages.map(({ body }) => body)).toEqual(['oh no', '{"dryRun":false,"targetGroup":"nope"}']);
    expect(queue.ready).toBe(2);
    expect(stage.world.audit().missing).toHaveLength(1);
  });

  test('what AWS refuses again stays; 3', async () => {
    const { stage, first, queue } = await stageFailed();
    queue.send(first);
    stage.world.faults.add({ action: 'ecs:DescribeTasks', failure: 'denied' });
    const { code, out } = await taskwire(stage, ['replay', '--failed', '--apply', '--yes']);
    expect(code).toBe(3);
    expect(flat(out)).toContain('ecs:DescribeTasks');
    expect(queue.ready).toBe(1);
  });

  test('sweeps that wait are one sweep', async () => {
    const { stage, queue } = await stageFailed();
    for (let n = 0; n < 5; n++) queue.send(JSON.stringify(loadEvent('scheduled/sweep')));
    await taskwire(stage, ['replay', '--failed']);
    expect(stage.world.calls.counts()['elasticloadbalancing:DescribeTargetHealth']).toBe(1);
    expect(queue.ready).toBe(5);
  });

  test('takes no more than --max, and says that more wait; 1', async () => {
    const { stage, first, second, queue } = await stageFailed();
    fill(queue, first, second);
    const argv = ['replay', '--failed', '--apply', '--yes', '--max', '1'];
    const { code, out } = await taskwire(stage, argv);
    expect({ code, left: queue.messages.length }).toEqual({ code: 1, left: 2 });
    expect(out).toContain('About 2 more wait in the queue: run it again.');
  });

  test('answers in JSON with what came of each message', async () => {
    const { stage, first, second, queue } = await stageFailed();
    fill(queue, first, second);
    const { out } = await taskwire(stage, ['replay', '--failed', '--json', '--apply', '--yes']);
    const { events, ...outcome } = JSON.parse(out);
    expect(outcome).toMatchObject({
      function: 'replay',
      mode: 'enforce',
      changes: [{ applied: true }, { applied: true }],
    });
    expect(events).toMatchObject([
      { result: 'changes', from: 'function', cause: 'ecs:DescribeTasks was denied', stays: false },
      { result: 'changes', from: 'redrive', stays: false },
      { result: 'changes', from: 'invocation', cause: 'tag:GetResources was denied', stays: false },
    ]);
    expect(events[1].cause).toBeUndefined();
  });

  test('a message that could not be removed is told; repeating it is free; 3', async () => {
    const { stage, first, queue } = await stageFailed();
    queue.send(first);
    stage.world.faults.add({ action: 'sqs:DeleteMessageBatch', failure: 'denied', times: 1 });
    const { code, out } = await taskwire(stage, ['replay', '--failed', '--apply', '--yes']);
    expect(code).toBe(3);
    expect(flat(out)).toContain('could not be taken from the queue');
    expect(queue.messages).toHaveLength(1);
  });

  test('a stack that only observes changes nothing', async () => {
    const { stage, first, queue } = await stageFailed();
    queue.send(first);
    const { code, out } = await taskwire(stage, ['replay', '--failed', '--apply', '--yes'], {
      env: { TASKWIRE_MODE: 'observe' },
    });
    expect(code).toBe(1);
    expect(out).toContain('TASKWIRE_MODE is observe: nothing was changed.');
    expect(queue.ready).toBe(1);
  });

  describe('of adjust-scaling', () => {
    const stageScaling = () => {
      const stage = createStage();
      const own = stage.world.queues.add({ name: 'taskwire-prod-adjust-scaling.fifo' });
      const queue = stage.world.queues.add({ name: SCALING });
      const park = (body: string) =>
        queue.send(body, {
          attributes: { cause: text('no permission') },
          groupId: 'taskwire',
          deduplicationId: crypto.randomUUID(),
        });
      return { stage, own, queue, park };
    };

    test('shows what would go back to its one writer; 1', async () => {
      const { stage, own, park } = stageScaling();
      park(JSON.stringify(loadEvent('scheduled/sweep')));
      const { code, out } = await taskwire(stage, ['replay', '--failed', '--queue', SCALING]);
      expect(words(out)).toBe(`1 message of ${SCALING}:
  <message>  sweep: back to the function’s queue
      The function parked it: no permission

<calls>
`);
      expect({ code, sent: own.messages }).toEqual({ code: 1, sent: [] });
    });

    test('sends it back as new with --apply, ten at a time', async () => {
      const { stage, own, queue, park } = stageScaling();
      for (let n = 0; n < 12; n++) park(JSON.stringify(loadEvent('scheduled/sweep', { id: `sweep-${n}` })));
      const argv = ['replay', '--failed', '--queue', SCALING, '--apply', '--yes'];
      const { code, out } = await taskwire(stage, argv);
      expect({ code, sent: own.messages.length, left: queue.messages.length }).toEqual({ code: 1, sent: 10, left: 2 });
      expect(out).toContain('About 2 more wait in the queue: run it again.');
      expect(own.messages[0]?.attributes).toMatchObject({ tries: { StringValue: '0' } });
      expect(await taskwire(stage, argv)).toMatchObject({ code: 0 });
      expect(own.messages).toHaveLength(12);
    });

    test('what cannot be sent or understood stays; 3', async () => {
      const { stage, queue, park } = stageScaling();
      park(JSON.stringify(loadEvent('scheduled/sweep')));
      park('{"source":"aws.s3"}');
      stage.world.faults.add({ action: 'sqs:SendMessageBatch', failure: 'denied' });
      const argv = ['replay', '--failed', '--queue', queue.url, '--apply', '--yes'];
      const { code, out } = await taskwire(stage, argv);
      expect(code).toBe(3);
      expect(flat(out)).toContain('failed: ');
      expect(flat(out)).toContain('dropped: Not understood: source "aws.s3"');
      expect(queue.ready).toBe(2);
    });
  });

  test('those of verify-xray go back to its queue', async () => {
    const { stage, first } = await stageFailed();
    const own = stage.world.queues.add({ name: 'taskwire-prod-verify-xray' });
    const queue = stage.world.queues.add({ name: 'taskwire-prod-verify-xray-failures' });
    queue.send(first);
    const { code, out } = await taskwire(stage, ['replay', '--failed', '--queue', queue.name, '--apply', '--yes']);
    expect(flat(words(out))).toContain('task <id> RUNNING: back to the function’s queue');
    expect({ code, sent: own.messages.length, left: queue.messages }).toEqual({ code: 0, sent: 1, left: [] });
  });

  test.each<{ name: string; argv: readonly string[]; says: string; options?: CommandLineOptions }>([
    { name: 'files beside it', argv: ['--failed', 'x.json'], says: 'one of both' },
    { name: '--queue without it', argv: ['--queue', QUEUE, 'x.json'], says: '--queue and --max go with --failed' },
    { name: 'a count that is none', argv: ['--failed', '--max', '0'], says: 'give a count from 1 to 1000' },
    {
      name: 'a queue of nobody',
      argv: ['--failed', '--queue', 'other'],
      says: 'does not tell whose failure queue it is',
    },
    {
      name: 'a queue that is not there',
      argv: ['--failed'],
      says: 'There is no queue "https://sqs.eu-central-1.amazonaws.com/111122223333/nope-register-targets-failures"',
      options: {
        env: {
          TASKWIRE_FAILURE_QUEUE_URL:
            'https://sqs.eu-central-1.amazonaws.com/111122223333/nope-register-targets-failures',
        },
      },
    },
    { name: '--apply where nobody can be asked', argv: ['--failed', '--apply'], says: 'then add --yes' },
  ])('refuses $name; 2', async ({ argv, says, options }) => {
    const { stage } = await stageFailed();
    const { code, out, err } = await taskwire(stage, ['replay', ...argv], options);
    expect(plainIds(flat(err))).toContain(says);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
