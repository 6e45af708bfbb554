import { describe, expect, test } from '@jest/globals';
import { createLog } from '../../shared/runtime/log.ts';
import { createMetrics } from '../../shared/runtime/metrics.ts';
import { reportOutcome } from '../../shared/runtime/report-outcome.ts';
import { blind, found } from '../support/say.ts';
import { createStage } from '../support/stage.ts';

/** A forged log line, terminal escapes, text that runs backwards, an invisible character. */
const HOSTILE = 'x\r\n{"level":"INFO","message":"all is well"}\u001b[2J\u202Etxt\u200b\u0000';
// What may stand in a line of a log or a terminal is everything but this.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const hostileFleet = async () => {
  const stage = createStage();
  const tags = { 'taskwire:service': 'production/web' };
  const web = stage.group('web', tags);
  stage.group('wrong', {
    'taskwire:service': `production/${HOSTILE}`,
    'taskwire:mode': HOSTILE,
    [`taskwire:${HOSTILE}`]: HOSTILE,
  });
  stage.group('kubernetes', { ...tags, 'elbv2.k8s.aws/cluster': HOSTILE });
  stage.group('application', tags);
  stage.world.fillings.codeDeploy.push({
    application: HOSTILE,
    deploymentGroup: HOSTILE,
    targetGroupNames: ['application'],
  });
  stage.world.fillings.autoScaling.set(HOSTILE, [stage.group('scaled', tags).arn]);
  stage.service('web', 3);
  const launch = { cluster: 'production', taskDefinition: 'web', subnets: [stage.subnetId] };
  const [stranger] = stage.world.ecs.runTask({ ...launch, group: HOSTILE });
  await stage.run(60_000);
  const address = stranger?.attachment?.interface?.ipv4 ?? '';
  stage.world.targetGroups.put(web.arn, { id: address, port: 8080 });
  const [first] = stage.world.ecs.tasksOf([...stage.world.ecs.services.keys()][0] ?? '');
  blind(stage);
  stage.world.ecs.stopTask(first?.arn ?? '', HOSTILE);
  await stage.run(60_000);
  return { stage, web };
};

describe('line breaks, escapes and invisible text in names, tags and reasons', () => {
  test('do not stop others, and no reason and no finding carries them unescaped', async () => {
    const { stage, web } = await hostileFleet();
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
    const { stage } = await hostileFleet();
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
