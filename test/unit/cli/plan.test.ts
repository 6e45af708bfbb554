import { describe, expect, test } from '@jest/globals';
import { plainIds, plainWords, taskwire } from '../../support/command-line.ts';
import { blind } from '../../support/say.ts';
import { createStage, type Stage } from '../../support/stage.ts';

/** Two running tasks of `web` that nothing has registered, and a group of a service that is as it should be. */
const stageUnwired = async (): Promise<Stage> => {
  const stage = createStage();
  blind(stage);
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.group('idle', { 'taskwire:service': 'production/idle' });
  stage.service('web', 2);
  stage.service('idle', 0);
  await stage.run(60_000);
  return stage;
};

describe('taskwire plan', () => {
  test('shows what would be done and why, and how to do it; 1', async () => {
    const stage = await stageUnwired();
    const { code, out, err } = await taskwire(stage, ['plan', '--cluster', 'production']);
    expect(plainWords(out)).toBe(
      `web  service production/web
  + 10.0.0.4:8080  task <id> is running
  + 10.0.0.5:8080  task <id> is running

1 target group is as wanted: idle

2 to register (+).
<calls>

To do it: taskwire apply --cluster production
`,
    );
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(stage.world.audit().missing).toHaveLength(2);
  });

  test('answers with an Outcome in JSON, and nothing else', async () => {
    const { code, out, err } = await taskwire(await stageUnwired(), ['plan', '--json', '--service', 'web']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toEqual({
      function: 'plan',
      mode: 'observe',
      changes: ['10.0.0.4', '10.0.0.5'].map((id) => ({
        action: 'register',
        resource: expect.stringContaining(':targetgroup/web/'),
        target: { id, port: 8080 },
        task: expect.stringContaining(':task/production/'),
        reason: expect.stringMatching(/^task [0-9a-f]{32} is running$/),
        applied: false,
      })),
      held: [],
      findings: [],
      calls: expect.objectContaining({ 'ecs:DescribeTasks': 1 }),
    });
  });

  test('has nothing to report where all is as wanted; 0', async () => {
    const { code, out } = await taskwire(await stageUnwired(), ['plan', '--target-group', 'idle']);
    expect(code).toBe(0);
    expect(plainWords(out)).toBe('1 target group is as wanted: idle\n\nNothing to do.\n<calls>\n');
  });

  test('finds a plan of a minute’s patience in one run, and says what it waits for', async () => {
    const stage = createStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': 'exclusive' });
    stage.service('web', 3);
    await stage.run(60_000);
    stage.world.targetGroups.put(group.arn, { id: '192.168.1.1', port: 80 });
    const { code, out, err } = await taskwire(stage, ['plan', '--json']);
    expect(code).toBe(1);
    expect(err).toMatch(/^Waiting 60 s for a second look/);
    expect(JSON.parse(out).changes).toMatchObject([{ action: 'deregister', target: { id: '192.168.1.1', port: 80 } }]);
  });

  test('plans a change once, though another of the group makes it look twice', async () => {
    const stage = createStage();
    blind(stage);
    const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': 'exclusive' });
    stage.service('web', 1);
    await stage.run(60_000);
    stage.world.targetGroups.put(group.arn, { id: '192.168.1.1', port: 80 });
    const { out } = await taskwire(stage, ['plan', '--json']);
    const { changes, held } = JSON.parse(out);
    expect(changes.map(({ target }: { target: { id: string } }) => target.id)).toEqual(['10.0.0.4']);
    expect(held).toMatchObject([{ target: { id: '192.168.1.1' }, reason: expect.stringMatching(/^brake: /) }]);
  });

  test.each([
    { name: 'findings of severity high', tags: { 'taskwire:service': 'web' }, argv: [], code: 1 },
    { name: 'findings below --fail-on', tags: { 'taskwire:service': 'production/nope' }, argv: [], code: 0 },
    {
      name: 'findings at --fail-on',
      tags: { 'taskwire:service': 'production/nope' },
      argv: ['--fail-on', 'medium'],
      code: 1,
    },
  ])('$name: $code', async ({ tags, argv, code }) => {
    const stage = createStage();
    stage.group('web', tags);
    expect(await taskwire(stage, ['plan', ...argv])).toMatchObject({ code });
  });

  test.each<[except: string, code: number, rules: readonly string[]]>([
    ['TAG-2', 0, []],
    ['tag', 0, []],
    ['TGT', 1, ['TAG-2']],
    ['TGT-8, SCL-5', 1, ['TAG-2']],
  ])('--except %s leaves out what is known: %d', async (except, code, rules) => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'web' });
    const planned = await taskwire(stage, ['plan', '--json', '--except', except]);
    expect(planned.code).toBe(code);
    expect(JSON.parse(planned.out).findings.map(({ rule }: { rule: string }) => rule)).toEqual(rules);
  });

  test('--except hides no change, and stands in the command that makes it', async () => {
    const { code, out } = await taskwire(await stageUnwired(), ['plan', '--except', 'TGT', '--except', 'TAG-1']);
    expect(code).toBe(1);
    expect(out).toContain('2 to register (+)');
    expect(out).toContain('To do it: taskwire apply --except TGT,TAG-1\n');
  });

  test.each([
    ['LOG', '--except "LOG" means no rule'],
    ['TGT-99', '--except "TGT-99" means no rule, did you mean TGT-19?'],
    ['', '--except names no rule.'],
  ])('--except %j is wrong usage: 2', async (except, says) => {
    const stage = createStage();
    stage.world.calls.reset();
    const { code, err } = await taskwire(stage, ['plan', '--except', except]);
    expect(code).toBe(2);
    expect(err).toContain(says);
    expect(err.replace(/\s+/g, ' ')).toContain('or by their kind: TGT, TAG, SCL.');
    expect(stage.world.calls.count('tag:GetResources')).toBe(0);
  });

  test('tells of a wrong standby tag, which holds nothing out', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.service('web', 1, { tags: { 'taskwire:standby': 'yes' } });
    await stage.run(60_000);
    const { code, out } = await taskwire(stage, ['plan', '--fail-on', 'medium']);
    expect(code).toBe(1);
    expect(plainIds(out)).toMatch(/^task <id>\n {2}TAG-13 {2}medium {2}taskwire:standby is "yes"/);
  });

  test('goes on with the other groups where one cannot be looked at; 3', async () => {
    const stage = await stageUnwired();
    stage.world.faults.add({
      action: 'elasticloadbalancing:DescribeTargetHealth',
      failure: 'broken',
      when: ({ TargetGroupArn }) => TargetGroupArn.includes('/idle/'),
    });
    const { code, out } = await taskwire(stage, ['plan']);
    expect(code).toBe(3);
    expect(out).toContain('Could not finish:\n  idle: elasticloadbalancing:DescribeTargetHealth of');
    expect(out).toContain('2 to register (+)');
  });
});
