import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../../shared/core/outcome.ts';
import { InputError, SettingsError } from '../../../shared/errors.ts';
import { type Definition, defineHandler, type Parsed, type Wired } from '../../../shared/runtime/define-handler.ts';
import { createLog } from '../../../shared/runtime/log.ts';
import { createMetrics } from '../../../shared/runtime/metrics.ts';
import { createFakeClock } from '../aws/fake-clock.ts';

interface Message {
  readonly id: string;
}

const OUTCOME: Outcome = { function: 'wire-things', mode: 'enforce', changes: [], held: [], findings: [], calls: {} };
const parsed = (...ids: string[]): Parsed<Message> => ({
  messages: ids.map((id) => ({ id })),
  dropped: [],
  wrapped: true,
});

const failures = (...ids: string[]) => ids.map((id) => ({ id, cause: `${id} could not be queued` }));

const start = (definition: Partial<Definition<Message, Wired, Outcome>>) => {
  const lines: { readonly level: string; readonly event: string; readonly fields: Record<string, unknown> }[] = [];
  const counted = new Map<string, readonly number[] | number>();
  const names: string[] = [];
  const clock = createFakeClock();
  const write = (level: string) => (event: string, fields: Record<string, unknown>) => {
    lines.push({ level, event, fields });
  };
  const log = createLog('wire-things', async () => ({
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }));
  const metrics = createMetrics('wire-things', async () => (figures, functionName) => {
    names.push(functionName);
    for (const [name, { unit, values }] of figures) counted.set(name, unit === 'Count' ? (values[0] ?? 0) : values);
  });
  const glue = { clock, log, metrics };
  const handler = defineHandler<Message, Wired, Outcome>(
    {
      name: 'wire-things',
      wire: () => ({}),
      parse: () => parsed('m1', 'm2'),
      run: async () => ({ outcome: OUTCOME, failed: [] }),
      ...definition,
    },
    glue,
  );
  return { handler, glue, lines, counted, names, clock };
};

const CONTEXT = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 60_000 };

describe('defineHandler', () => {
  test('a batch is answered with what must come again, each once and only of the batch', async () => {
    const { handler, lines } = start({
      run: async () => ({ outcome: OUTCOME, failed: failures('m2', 'm2', 'stranger') }),
    });
    await expect(handler({}, CONTEXT)).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(lines[0]).toEqual({
      level: 'error',
      event: 'message.failed',
      fields: { requestId: 'request-1', messageId: 'm2', cause: 'm2 could not be queued' },
    });
  });

  test('everything else is answered with the Outcome', async () => {
    const { handler } = start({ parse: () => ({ ...parsed('bare'), wrapped: false }) });
    await expect(handler({})).resolves.toEqual(OUTCOME);
  });

  test('or with what the run answers in its place; a batch never is', async () => {
    const run = async () => ({ outcome: OUTCOME, answer: { hookStatus: 'SUCCEEDED' }, failed: [] });
    const given: Parameters<typeof defineHandler<Message, Wired, Outcome, object>>[0] = {
      name: 'wire-things',
      wire: () => ({}),
      parse: (event) => ({ ...parsed('m1'), wrapped: event === 'batch' }),
      run,
    };
    const handler = defineHandler(given, start({}).glue);
    await expect(handler('alone')).resolves.toEqual({ hookStatus: 'SUCCEEDED' });
    await expect(handler('batch')).resolves.toEqual({ batchItemFailures: [] });
  });

  test('the parser is told which function was invoked', async () => {
    const told: unknown[] = [];
    const { handler } = start({
      parse: (_event, _nowMs, _deps, functionArn) => {
        told.push(functionArn);
        return parsed('m1');
      },
    });
    await handler({}, { ...CONTEXT, invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:wire' });
    await handler({}, CONTEXT);
    expect(told).toEqual(['arn:aws:lambda:eu-central-1:111122223333:function:wire', undefined]);
  });

  test('what came alone and is not done is an error with every cause, after its Outcome is told', async () => {
    const change = { action: 'register' as const, resource: 'arn:tg', reason: 'task is running', applied: true };
    const { handler, lines, counted } = start({
      parse: () => ({ ...parsed('sweep'), wrapped: false }),
      run: async () => ({
        outcome: { ...OUTCOME, changes: [change] },
        failed: [...failures('one', 'two'), ...failures('two')],
      }),
    });
    // Lambda sends it to the on-failure destination, where a person sees it.
    await expect(handler({}, CONTEXT)).rejects.toMatchObject({
      name: 'UnfinishedError',
      message: 'wire-things could not finish: one could not be queued; two could not be queued',
    });
    expect(lines.map(({ event }) => event)).toEqual([
      'change.applied',
      'message.failed',
      'message.failed',
      'message.failed',
    ]);
    expect(counted.get('MessagesFailed')).toBe(3);
  });

  test('a malformed message is dropped with one line, and its batch goes on', async () => {
    const seen: string[] = [];
    const { handler, lines, counted } = start({
      parse: () => ({ ...parsed('m1'), dropped: [{ id: 'm9', problem: 'body is not JSON' }] }),
      run: async ({ messages }) => {
        seen.push(...messages.map(({ id }) => id));
        return { outcome: OUTCOME, failed: [] };
      },
    });
    await expect(handler({}, CONTEXT)).resolves.toEqual({ batchItemFailures: [] });
    expect(seen).toEqual(['m1']);
    expect(lines).toEqual([
      {
        level: 'warn',
        event: 'message.dropped',
        fields: { requestId: 'request-1', messageId: 'm9', problem: 'body is not JSON' },
      },
    ]);
    expect(counted.get('MessagesDropped')).toBe(1);
  });

  test('a batch of nothing but malformed messages is done without a run', async () => {
    let ran = false;
    const { handler } = start({
      parse: () => ({ ...parsed(), dropped: [{ id: 'm9', problem: 'no' }] }),
      run: async () => {
        ran = true;
        return { outcome: OUTCOME, failed: [] };
      },
    });
    await expect(handler({}, CONTEXT)).resolves.toEqual({ batchItemFailures: [] });
    expect(ran).toBe(false);
  });

  test('wires once per cold start, and a failed wire is not kept', async () => {
    let wires = 0;
    const { handler } = start({
      wire: () => {
        wires++;
        if (wires === 1)
          throw new SettingsError('TASKWIRE_MODE: enforce or observe, found "x"; TASKWIRE_BRAKE_PERCENT: …');
        return {};
      },
    });
    await expect(handler({}, CONTEXT)).rejects.toThrow(SettingsError);
    await handler({}, CONTEXT);
    await handler({}, CONTEXT);
    expect(wires).toBe(2);
  });

  test('what throws fails the invocation, after its log lines are out', async () => {
    const { handler, lines } = start({
      run: async (_batch, _deps, { log }) => {
        log.info('tasks.looked-at');
        throw new Error('unforeseen');
      },
    });
    await expect(handler({}, CONTEXT)).rejects.toThrow('unforeseen');
    expect(lines.map(({ event }) => event)).toEqual(['tasks.looked-at']);
    const refused = start({
      parse: () => {
        throw new InputError('not understood');
      },
    });
    await expect(refused.handler({}, CONTEXT)).rejects.toThrow(InputError);
  });

  test.each([
    ['it ends', async () => ({ outcome: OUTCOME, failed: [] })],
    [
      'it throws',
      async () => {
        throw new Error('unforeseen');
      },
    ],
  ])('begins with both signals and aborts what is left when %s, and leaves no timer', async (_, run) => {
    const steps: string[] = [];
    const { handler, clock } = start({
      wire: () => ({
        begin: ({ work, hard }) => steps.push(`begin ${work.aborted} ${hard.aborted}`),
        abortAll: () => steps.push('abortAll'),
      }),
      run,
    });
    await handler({}, CONTEXT).catch(() => undefined);
    expect(steps).toEqual(['begin false false', 'abortAll']);
    expect(clock.sleepers()).toBe(0);
  });

  test('tells parse the dependencies and the time', async () => {
    const given: unknown[] = [];
    const deps = { tagPrefix: 'team', abortAll: () => undefined };
    const { handler, clock } = start({
      wire: () => deps,
      parse: (event, nowMs, wired) => {
        given.push(event, nowMs, wired);
        return parsed('m1');
      },
    });
    await handler('event', CONTEXT);
    expect(given).toEqual(['event', clock.nowMs(), deps]);
  });

  test('reports one line per change, held change and finding', async () => {
    const change = {
      action: 'register' as const,
      resource: 'arn:tg',
      target: { id: '10.0.0.1', port: 80 },
      reason: 'task is running',
    };
    const { handler, lines, counted } = start({
      run: async () => ({
        outcome: {
          ...OUTCOME,
          changes: [
            { ...change, applied: true },
            { ...change, applied: false },
          ],
          held: [change],
          findings: [
            { rule: 'TGT-1', severity: 'high', resource: 'arn:tg', summary: 's', fix: 'f' },
            { rule: 'TAG-5', severity: 'low', resource: 'arn:tg', summary: 's', fix: 'f' },
          ],
          calls: { 'ecs:DescribeTasks': 2, 'elasticloadbalancing:RegisterTargets': 1 },
        },
        failed: [],
      }),
    });
    await handler({}, CONTEXT);
    expect(lines.map(({ level, event }) => `${level} ${event}`)).toEqual([
      'info change.applied',
      'info change.planned',
      'warn change.held',
      'warn finding.reported',
      'info finding.reported',
    ]);
    expect(lines[0]?.fields).toEqual({ requestId: 'request-1', ...change });
    expect(Object.fromEntries(counted)).toEqual({
      ChangesApplied: 1,
      ChangesPlanned: 1,
      ChangesHeld: 1,
      Findings: 2,
      TagFindings: 1,
      CallsSent: 3,
    });
  });

  test('measures in the name that the function was deployed under', async () => {
    const { handler, counted, names } = start({
      run: async (_batch, _deps, { metrics }) => {
        metrics.time('EventToRegistered', 900);
        metrics.time('EventToRegistered', 1_100);
        return { outcome: OUTCOME, failed: [] };
      },
    });
    await handler({}, { ...CONTEXT, functionName: 'taskwire-prod-wire-things' });
    await handler({}, CONTEXT);
    expect(names).toEqual(['taskwire-prod-wire-things', 'wire-things']);
    expect(counted.get('EventToRegistered')).toEqual([900, 1_100]);
  });

  test('works for the time that these messages may take', async () => {
    let workUntilMs = 0;
    const { handler, clock } = start({
      workMs: (messages) => messages.length * 1_000,
      run: async (_batch, _deps, { deadline }) => {
        workUntilMs = deadline.workUntilMs;
        return { outcome: OUTCOME, failed: [] };
      },
    });
    await handler({}, CONTEXT);
    expect(workUntilMs).toBe(clock.nowMs() + 2_000);
  });
});
