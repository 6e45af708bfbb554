import { describe, expect, test } from '@jest/globals';
import { createDeadline } from '../../../shared/runtime/deadline.ts';
import { createLog, type LogSink } from '../../../shared/runtime/log.ts';
import { createMetrics } from '../../../shared/runtime/metrics.ts';
import { createSystemClock } from '../../../shared/runtime/system-clock.ts';
import { createFakeClock } from '../aws/fake-clock.ts';

describe('deadline', () => {
  test.each([
    { name: 'under saturation 20 s of work', remainingMs: 120_000, workForMs: 20_000 },
    { name: 'time is kept to hand on the rest', remainingMs: 25_000, workForMs: 15_000 },
    { name: 'half of a short invocation', remainingMs: 6_000, workForMs: 3_000 },
    { name: 'as long as it was told', remainingMs: 120_000, workMs: 100_000, workForMs: 100_000 },
  ])('$name', async ({ remainingMs, workMs, workForMs }) => {
    const clock = createFakeClock();
    const deadline = createDeadline({ clock, remainingMs, ...(workMs !== undefined && { workMs }) });
    expect(deadline.workUntilMs).toBe(clock.nowMs() + workForMs);
    await clock.advance(workForMs - 1);
    expect(deadline.outOfTime()).toBe(false);
    expect(deadline.work.aborted).toBe(false);
    await clock.advance(1);
    expect(deadline.outOfTime()).toBe(true);
    expect(deadline.work.aborted).toBe(true);
    expect(deadline.hard.aborted).toBe(false);
    await clock.advance(remainingMs - workForMs);
    expect(deadline.hard.aborted).toBe(true);
  });

  test('ended, it leaves no timer and aborts nothing', async () => {
    const clock = createFakeClock();
    const deadline = createDeadline({ clock, remainingMs: 60_000 });
    deadline.end();
    await clock.advance(100_000);
    expect(clock.sleepers()).toBe(0);
    expect(deadline.work.aborted).toBe(false);
    expect(deadline.hard.aborted).toBe(false);
  });
});

describe('log', () => {
  const sinkOf = (lines: string[]): LogSink => {
    const write = (event: string) => {
      lines.push(event);
    };
    return { info: write, warn: write, error: write };
  };

  test('loads its sink at the first line only, and keeps the order', async () => {
    const lines: string[] = [];
    let loads = 0;
    const log = createLog('f', async () => {
      loads++;
      return sinkOf(lines);
    });
    await log.flush();
    expect(loads).toBe(0);
    log.info('one.done');
    log.error('two.failed');
    await log.flush();
    log.warn('three.held');
    expect(lines).toEqual(['one.done', 'two.failed', 'three.held']);
    expect(loads).toBe(1);
  });

  test('a sink that could not be loaded is met by flush, and its lines come with the next', async () => {
    const lines: string[] = [];
    let loads = 0;
    const log = createLog('f', async () => {
      loads++;
      if (loads === 1) throw new Error('no such chunk');
      return sinkOf(lines);
    });
    log.info('one.done');
    await expect(log.flush()).rejects.toThrow('no such chunk');
    await log.flush();
    expect(lines).toEqual(['one.done']);
  });

  test('writes one line of JSON in which nothing is unprintable', async () => {
    const written: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = (chunk: string | Uint8Array): boolean => {
      written.push(String(chunk));
      return true;
    };
    try {
      const log = createLog('register-targets');
      log.begin('request-1');
      log.info('message.dropped', { problem: 'a\nb\u001b[31m\u202e\u0085', target: { id: '10.0.0.1' } });
      await log.flush();
    } finally {
      process.stdout.write = write;
    }
    const text = written.join('');
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
    expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(JSON.parse(text)).toMatchObject({
      level: 'INFO',
      service: 'register-targets',
      message: 'message.dropped',
      requestId: 'request-1',
      problem: 'a\\u000ab\\u001b[31m\\u202e\\u0085',
      target: { id: '10.0.0.1' },
    });
  });
});

describe('metrics', () => {
  test('nothing counted is nothing loaded', async () => {
    let loads = 0;
    const metrics = createMetrics('f', async () => {
      loads++;
      return () => undefined;
    });
    metrics.count('ChangesHeld', 0);
    await metrics.flush();
    expect(loads).toBe(0);
  });

  test('are one line in the embedded metric format, and start again', async () => {
    const written: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = (chunk: string | Uint8Array): boolean => {
      written.push(String(chunk));
      return true;
    };
    try {
      const metrics = createMetrics('register-targets');
      metrics.count('MessagesDropped');
      metrics.count('MessagesDropped', 2);
      metrics.count('ChangesApplied');
      metrics.time('EventToRegistered', 900);
      metrics.time('EventToRegistered', 1_100);
      metrics.begin('taskwire-prod-register-targets');
      await metrics.flush();
      await metrics.flush();
    } finally {
      process.stdout.write = write;
    }
    expect(written).toHaveLength(1);
    expect(JSON.parse(written.join(''))).toMatchObject({
      MessagesDropped: 3,
      ChangesApplied: 1,
      EventToRegistered: [900, 1_100],
      service: 'register-targets',
      FunctionName: 'taskwire-prod-register-targets',
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'Taskwire',
            Dimensions: [['service', 'FunctionName']],
            Metrics: expect.arrayContaining([
              { Name: 'MessagesDropped', Unit: 'Count' },
              { Name: 'EventToRegistered', Unit: 'Milliseconds' },
            ]),
          },
        ],
      },
    });
  });
});

describe('metrics of a large batch', () => {
  test('are as many lines as the format needs, and none of its durations is lost', async () => {
    const written: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = (chunk: string | Uint8Array): boolean => {
      written.push(String(chunk));
      return true;
    };
    try {
      const metrics = createMetrics('register-targets');
      for (let ms = 1; ms <= 250; ms++) metrics.time('EventToRegistered', ms);
      metrics.count('ChangesApplied', 250);
      await metrics.flush();
    } finally {
      process.stdout.write = write;
    }
    const lines = written.map((line) => JSON.parse(line));
    expect(lines.flatMap(({ EventToRegistered = [] }) => EventToRegistered)).toHaveLength(250);
    // The format takes at most 100 values of a metric in a line.
    for (const { EventToRegistered = [] } of lines) expect(EventToRegistered.length).toBeLessThanOrEqual(100);
    expect(lines.map(({ ChangesApplied }) => ChangesApplied).filter(Boolean)).toEqual([250]);
  });
});

describe('system clock', () => {
  test('sleeps, unless the signal ends it', async () => {
    const clock = createSystemClock();
    const startedMs = clock.nowMs();
    await clock.sleep(1);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(startedMs);
    const stop = new AbortController();
    const sleeping = clock.sleep(60_000, stop.signal);
    stop.abort(new Error('over'));
    await expect(sleeping).rejects.toThrow('over');
    await expect(clock.sleep(60_000, stop.signal)).rejects.toThrow('over');
  });
});
