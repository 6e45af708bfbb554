import { describe, expect, test } from '@jest/globals';
import { plainWords, taskwire } from '../../support/command-line.ts';
import { loadEvent, readEvent } from '../../support/load-event.ts';
import { blind, RIGHT } from '../../support/say.ts';
import { createStage } from '../../support/stage.ts';

/** Two running tasks of `web` that nothing has registered, the event of each lost and found again in a file. */
const stageLost = async () => {
  const stage = createStage();
  blind(stage);
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.service('web', 2);
  await stage.run(60_000);
  const events = stage.world.bus.log.filter(({ detail }) => 'lastStatus' in detail && detail.lastStatus === 'RUNNING');
  return { stage, events };
};

const lines = (events: readonly unknown[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

describe('taskwire replay', () => {
  test('shows what would come of each event; 1', async () => {
    const { stage, events } = await stageLost();
    const { code, out, err } = await taskwire(stage, ['replay', 'lost.jsonl'], {
      files: { 'lost.jsonl': lines(events) },
    });
    expect(plainWords(out)).toBe(`2 events:
  lost.jsonl line 1  task <id> RUNNING: 1 change
  lost.jsonl line 2  task <id> RUNNING: 1 change

web
  + 10.0.0.4:8080  task <id> is running
  + 10.0.0.5:8080  task <id> is running

2 to register (+).
<calls>
`);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(stage.world.audit().missing).toHaveLength(2);
    // What is only shown is told to nobody else.
    expect(stage.world.calls.counts()['events:PutEvents']).toBeUndefined();
  });

  test('does it with --apply, and the second time there is nothing to do', async () => {
    const { stage, events } = await stageLost();
    const files = { 'lost.json': JSON.stringify(events) };
    const done = await taskwire(stage, ['replay', '--apply', 'lost.json'], { files, says: [true] });
    expect(done).toMatchObject({ code: 0, asked: ['Make 2 changes?'] });
    expect(done.out).toContain('2 registered (+).');
    expect(stage.world.audit()).toMatchObject(RIGHT);
    const again = await taskwire(stage, ['replay', '--apply', '--yes', 'lost.json'], { files });
    expect(again.code).toBe(0);
    expect(plainWords(again.out)).toBe(`2 events:
  lost.json [0]  task <id> RUNNING: nothing to do
  lost.json [1]  task <id> RUNNING: nothing to do

<calls>
`);
  });

  test('does only what was shown: what came meanwhile waits', async () => {
    const { stage } = await stageLost();
    const stop = stage.world.faults.after('elasticloadbalancing:DescribeTargetHealth', () => {
      stop();
      stage.group('late', { 'taskwire:service': 'production/web' });
    });
    const files = { sweep: JSON.stringify({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }) };
    const { code, asked } = await taskwire(stage, ['replay', '--apply', 'sweep'], { files, says: [true] });
    expect({ code, asked }).toEqual({ code: 0, asked: ['Make 2 changes?'] });
    const registered = [...stage.world.targetGroups.groups.values()].map((group) => stage.registered(group).length);
    expect(registered).toEqual([2, 0]);
  });

  test('answers in JSON with an Outcome and what came of each event', async () => {
    const { stage, events } = await stageLost();
    const { out } = await taskwire(stage, ['replay', '--json', '-'], { files: { '-': lines(events.slice(0, 1)) } });
    expect(JSON.parse(out)).toMatchObject({
      function: 'replay',
      mode: 'observe',
      changes: [{ action: 'register', applied: false }],
      events: [{ source: 'stdin', result: 'changes', changes: [{ action: 'register' }] }],
    });
  });

  test('tells what is wrong with an event, and goes on with the others; 3', async () => {
    const { stage, events } = await stageLost();
    const hostile = loadEvent('task-state-change/running', { lastStatus: '\u001b[2J' });
    const { code, out } = await taskwire(stage, ['replay', 'a.jsonl', 'b.json'], {
      files: {
        'a.jsonl': `${lines(events)}oh no\n${JSON.stringify({ source: 'aws.s3' })}\n`,
        'b.json': JSON.stringify(hostile),
      },
    });
    expect(code).toBe(3);
    expect(out).toContain('a.jsonl line 3  dropped: Not JSON: "oh no".');
    expect(out).toContain('a.jsonl line 4  dropped: Not understood: source "aws.s3"');
    expect(out).not.toContain('\u001b');
    expect(out).toContain('2 to register (+).');
  });

  test('takes an SQS batch apart', async () => {
    const { stage } = await stageLost();
    const { code, out } = await taskwire(stage, ['replay', 'batch.json'], {
      files: { 'batch.json': readEvent('sqs/batch') },
    });
    const { Records } = loadEvent('sqs/batch');
    expect(out).toMatch(new RegExp(`^${Records.length} events?:\n  batch\\.json [\\w-]+ `));
    expect([0, 1, 3]).toContain(code);
  });

  test('says why an event could not be handled; 3', async () => {
    const { stage, events } = await stageLost();
    stage.world.faults.add({ action: 'ecs:DescribeTasks', failure: 'denied' });
    const { code, out } = await taskwire(stage, ['replay', 'x'], { files: { x: lines(events.slice(0, 1)) } });
    expect(code).toBe(3);
    expect(out).toContain('failed: ');
    expect(out.replace(/\n +/g, ' ')).toContain('ecs:DescribeTasks');
  });

  test('changes nothing in a stack that only observes', async () => {
    const { stage, events } = await stageLost();
    const options = { files: { x: lines(events) }, env: { TASKWIRE_MODE: 'observe' } };
    const { code, out } = await taskwire(stage, ['replay', '--apply', '--yes', 'x'], options);
    expect(code).toBe(1);
    expect(out).toContain('TASKWIRE_MODE is observe: nothing was changed.');
    expect(stage.world.audit().missing).toHaveLength(2);
  });

  test.each([
    {
      name: 'a file that is not there',
      argv: ['nope.json'],
      says: 'nope.json could not be read: There is no such file.',
    },
    { name: 'an empty file', argv: ['empty'], says: 'empty: The file is empty' },
    { name: 'a file of something else', argv: ['text'], says: 'text: The file is neither JSON nor JSON lines' },
    { name: 'no file', argv: [], says: 'Name files of events, or add --failed' },
    { name: '--apply where nobody can be asked', argv: ['--apply', 'text'], says: 'then add --yes' },
  ])('refuses $name; 2', async ({ argv, says }) => {
    const { stage } = await stageLost();
    const { code, out, err } = await taskwire(stage, ['replay', ...argv], { files: { empty: '', text: 'hello' } });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replace(/\n +/g, ' ')).toContain(says);
  });
});
