import { describe, expect, test } from '@jest/globals';
import { createLog } from '../../shared/runtime/log.ts';
import { createMetrics } from '../../shared/runtime/metrics.ts';
import { reportOutcome } from '../../shared/runtime/report-outcome.ts';
import { createHostileStage, UNPRINTABLE } from '../support/hostile.ts';
import { found } from '../support/say.ts';

describe('line breaks, escapes and invisible text in names, tags and reasons', () => {
  test('do not stop others, and no reason and no finding carries them unescaped', async () => {
    const { stage, web } = await createHostileStage();
    const ran = await stage.sweep();
    const { missing, stale } = stage.world.audit();
    expect([...missing, ...stale].filter(({ targetGroupArn }) => targetGroupArn === web.arn)).toEqual([]);
    expect(stage.registered(web)).toHaveLength(4);
    expect(found(ran)).toEqual([
      'TAG-2 high wrong',
      'TAG-6 high wrong',
      'TAG-9 high wrong',
      'TGT-2 high web',
      'TGT-4 high application',
      'TGT-4 high kubernetes',
      'TGT-4 high scaled',
    ]);
    const texts = [
      ...ran.outcome.changes.map(({ reason }) => reason),
      ...ran.outcome.findings.flatMap(({ summary, fix }) => [summary, fix]),
    ];
    expect(texts.filter((text) => UNPRINTABLE.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes('\\u001b[2J')).length).toBeGreaterThanOrEqual(6);
  });

  test('reach no log line unescaped', async () => {
    const { stage } = await createHostileStage();
    const { outcome } = await stage.sweep();
    const lines: string[] = [];
    const take = (chunk: unknown): boolean => lines.push(...String(chunk).split('\n').filter(Boolean)) > 0;
    const streams = [process.stdout, process.stderr];
    const written = streams.map((stream) => stream.write);
    const spoken = [console.log, console.info, console.warn, console.error];
    try {
      for (const stream of streams) stream.write = take;
      console.log = console.info = console.warn = console.error = take;
      const log = createLog('register-targets');
      const metrics = createMetrics('register-targets');
      log.begin('request');
      reportOutcome(outcome, log, metrics);
      await log.flush();
    } finally {
      streams.forEach((stream, index) => {
        const write = written[index];
        if (write) stream.write = write;
      });
      [console.log, console.info, console.warn, console.error] = spoken as [
        typeof console.log,
        typeof console.info,
        typeof console.warn,
        typeof console.error,
      ];
    }
    expect(lines.length).toBeGreaterThanOrEqual(outcome.changes.length + outcome.findings.length);
    for (const line of lines) {
      expect(() => JSON.parse(line)).not.toThrow();
      expect(line).not.toMatch(UNPRINTABLE);
    }
  });
});
