import { describe, expect, test } from '@jest/globals';
import { plainWords, taskwire } from '../../support/command-line.ts';
import { createStackStage, type StackStage } from '../../support/stack-stage.ts';

const TAG = 'taskwire:paused';

const staged = async (): Promise<StackStage> => {
  const stage = createStackStage();
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.group('other', {});
  stage.service('web', 2);
  await stage.run(60_000);
  return stage;
};
const states = ({ mappings, rules }: StackStage) => [
  ...mappings.map(({ state }) => state),
  ...rules.map(({ enabled }) => enabled),
];

describe('taskwire pause and resume of the stack', () => {
  test('switches everything off that feeds a function, waits for it, and says how to go on; 0', async () => {
    const stage = await staged();
    stage.scalingQueue.send('x', { groupId: 'taskwire' });
    const { code, out, err } = await taskwire(stage, ['pause']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(plainWords(out)).toBe(`The stack taskwire-prod is paused since 2026-03-02 08:01 UTC.

  off             events to taskwire-prod-adjust-scaling
  off             events to taskwire-prod-register-targets
  set             mark on queue taskwire-prod-register-targets
  off             schedule taskwire-prod-adjust-scaling-sweep
  off             schedule taskwire-prod-register-targets-sweep

What has begun ends by itself: events within 20 s, a sweep within 5 minutes.
Events wait in the queues, about 1 message now. Scaling that is held stays so
until it goes on.
To go on: taskwire resume --stage prod

<calls>
`);
    expect(states(stage)).toEqual(['Disabled', 'Disabled', false, false]);
    expect(stage.stackQueue.tags.get(TAG)).toBe('2026-03-02T08:01:00Z');
  });

  test('every other command says so, and since when, until it goes on', async () => {
    const stage = await staged();
    await taskwire(stage, ['pause']);
    await stage.run(90 * 60_000);
    const words =
      'Paused: the stack taskwire-prod since 2026-03-02 08:01 UTC (1 h 30 min). To go\n  on: taskwire resume --stage prod\n';
    for (const argv of [['plan'], ['apply', '--yes'], ['explain', 'web'], ['gate', 'production/web']]) {
      const { out, err } = await taskwire(stage, argv);
      // What gate prints is to be copied: it is told beside it.
      expect(argv[0] === 'gate' ? err : out).toContain(words);
    }
    const { paused } = JSON.parse((await taskwire(stage, ['plan', '--json'])).out);
    const resource = stage.stackQueue.arn;
    expect(paused).toEqual([{ kind: 'stack', name: 'prod', resource, since: '2026-03-02T08:01:00Z' }]);

    const { code, out } = await taskwire(stage, ['resume']);
    expect(code).toBe(0);
    expect(out).toContain('The stack taskwire-prod goes on. It was paused since 2026-03-02 08:01 UTC.\n');
    expect(out).toMatch(/^About 0 messages waited in its queues; the next sweep repairs/m);
    expect(states(stage)).toEqual(['Enabled', 'Enabled', true, true]);
    expect([...stage.stackQueue.tags]).toEqual([]);
    expect((await taskwire(stage, ['plan'])).out).not.toContain('Paused');
    expect(JSON.parse((await taskwire(stage, ['plan', '--json'])).out)).not.toHaveProperty('paused');
  });

  test('again changes nothing, and keeps the time of the first', async () => {
    const stage = await staged();
    for (const verb of ['pause', 'resume']) {
      await taskwire(stage, [verb]);
      await stage.run(60_000);
      const before = { states: states(stage), tags: [...stage.stackQueue.tags] };
      stage.world.calls.reset();
      const { code, out } = await taskwire(stage, [verb, '--json']);
      expect({ code, states: states(stage), tags: [...stage.stackQueue.tags] }).toEqual({ code: 0, ...before });
      expect(stage.world.calls.mutating()).toEqual([]);
      expect(JSON.parse(out).pause).toMatchObject({ kind: 'stack', name: 'prod', paused: verb === 'pause' });
    }
  });

  test('what failed is told by part with its cure; the mark stands, and repeating does the rest', async () => {
    const stage = await staged();
    const denied = stage.world.faults.add({
      action: 'lambda:UpdateEventSourceMapping',
      failure: 'denied',
      when: ({ UUID }) => UUID === stage.mappings[1]?.id,
    });
    const first = await taskwire(stage, ['pause']);
    expect(first.code).toBe(3);
    expect(first.out).toContain('The stack taskwire-prod is NOT paused, or only partly.');
    expect(first.out).toContain('FAILED          events to taskwire-prod-adjust-scaling');
    expect(first.out).toContain('Mend what failed, and repeat: taskwire pause --stage prod');
    expect(first.out).toContain('lambda:UpdateEventSourceMapping');
    expect(states(stage)).toEqual(['Disabled', 'Enabled', false, false]);
    expect(stage.stackQueue.tags.has(TAG)).toBe(true);
    denied.remove();
    expect((await taskwire(stage, ['pause'])).code).toBe(0);
    expect(states(stage)).toEqual(['Disabled', 'Disabled', false, false]);

    stage.world.faults.add({ action: 'events:EnableRule', failure: 'denied', times: 1 });
    expect((await taskwire(stage, ['resume'])).code).toBe(3);
    expect(stage.stackQueue.tags.has(TAG)).toBe(true);
    expect((await taskwire(stage, ['resume'])).code).toBe(0);
    expect(stage.stackQueue.tags.has(TAG)).toBe(false);
    expect(states(stage)).toEqual(['Enabled', 'Enabled', true, true]);
  });

  test('without its mark nothing is switched off: a pause that nobody sees is worse than none', async () => {
    const stage = await staged();
    stage.world.faults.add({ action: 'sqs:TagQueue', failure: 'denied' });
    expect((await taskwire(stage, ['pause'])).code).toBe(3);
    expect(states(stage)).toEqual(['Enabled', 'Enabled', true, true]);
  });

  test('waits for a mapping that is in the middle of another change', async () => {
    const stage = await staged();
    await taskwire(stage, ['pause']);
    for (const { id } of stage.mappings) stage.world.switches.setMapping(id, true);
    expect((await taskwire(stage, ['pause'])).code).toBe(0);
    expect(states(stage)).toEqual(['Disabled', 'Disabled', false, false]);
  });

  test('a stage that is not there, or no stage at all', async () => {
    const stage = await staged();
    const none = await taskwire(stage, ['pause', '--stage', 'staging']);
    expect(none.code).toBe(3);
    expect(none.err).toContain('There is no stack of the stage staging here');
    const wrong = await taskwire(stage, ['pause', '--stage', 'Prod/x']);
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining('--stage must be the stage that was deployed'),
    });
    expect(stage.world.calls.mutating().filter(({ action }) => action.startsWith('lambda:'))).toEqual([]);
  });

  test('no command fails where nobody may ask what is paused', async () => {
    const stage = await staged();
    await taskwire(stage, ['pause']);
    stage.world.faults.add({
      action: 'tag:GetResources',
      failure: 'denied',
      when: ({ TagFilters = [] }) => TagFilters[0]?.Key === TAG,
    });
    const { code, out } = await taskwire(stage, ['plan']);
    expect(code).toBe(0);
    expect(out).not.toContain('Paused');
  });
});

describe('taskwire pause and resume of a target group', () => {
  test('is a tag on it, shown by every command, taken away again', async () => {
    const stage = await staged();
    const { code, out } = await taskwire(stage, ['pause', 'web']);
    expect(code).toBe(0);
    expect(plainWords(out)).toBe(`Target group web is paused.
AWS refuses changes of it by Taskwire’s functions from now on; what they would
do is still reported.
To go on: taskwire resume web

<calls>
`);
    expect(states(stage)).toEqual(['Enabled', 'Enabled', true, true]);
    expect((await taskwire(stage, ['pause', 'web'])).out).toContain('is paused already since 2026-03-02 08:01 UTC');
    expect((await taskwire(stage, ['plan'])).out).toContain(
      'Paused: target group web since 2026-03-02 08:01 UTC (0 min)',
    );
    expect((await taskwire(stage, ['resume', 'web'])).out).toContain('Target group web goes on.');
    expect((await taskwire(stage, ['resume', 'web'])).out).toContain('Target group web was not paused.');
    expect((await taskwire(stage, ['plan'])).out).not.toContain('Paused');
  });

  test('a group that is not there is not found, and one that nothing wires is no group to pause', async () => {
    const stage = await staged();
    const none = await taskwire(stage, ['pause', 'wbe']);
    expect(none).toMatchObject({ code: 3, err: expect.stringContaining('There is no target group "wbe" here') });
    const other = await taskwire(stage, ['pause', 'other', '--json']);
    expect(other.code).toBe(2);
    expect(JSON.parse(other.out).failures[0].message).toContain('other is not wired');
  });
});

test.each(['pause', 'resume', 'drain'])('%s is explained by examples, in 80 columns', async (verb) => {
  const { code, out } = await taskwire(createStackStage(), [verb, '--help']);
  expect(code).toBe(0);
  expect(out).toContain(`Examples:\n  $ taskwire ${verb}`);
  expect(out).toContain('Exit code: 0 ');
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
