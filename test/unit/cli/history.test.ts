import { describe, expect, test } from '@jest/globals';
import { functionIdentity } from '../../../simulator/trail.ts';
import { plainIds, plainWords, taskwire } from '../../support/command-line.ts';
import { createLogWriter, LOG_GROUP } from '../../support/logged.ts';
import { createStage, only } from '../../support/stage.ts';

const FUNCTION = 'taskwire-prod-register-targets';
const ALICE = { type: 'IAMUser', userName: 'alice', arn: 'arn:aws:iam::111122223333:user/alice' };
const REGISTER = 'elasticloadbalancing:RegisterTargets';

/** `web` was registered by Taskwire, somebody put a stranger in, the task was stopped: 20 minutes ago. */
const stageStory = async (afterMs = 20 * 60_000) => {
  const stage = createStage();
  const log = createLogWriter(stage);
  const { world } = stage;
  world.trail.logs.set('/aws/lambda/taskwire-prod-remediate', []);
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 1);
  await stage.run(60_000);
  await log();
  const task = only(world.ecs.tasksOf(service.arn));
  const byAlice = async (id: string): Promise<void> => {
    world.trail.actAs(ALICE);
    await world.call(REGISTER, { TargetGroupArn: group.arn, Targets: [{ Id: id }] });
    world.trail.actAs(functionIdentity(FUNCTION));
  };
  await byAlice('10.0.3.3');
  await stage.run(60_000);
  world.ecs.updateService(service.arn, { desiredCount: 0 });
  await stage.run(60_000);
  await log();
  await stage.run(afterMs);
  return { stage, group, service, task, log, byAlice };
};

const oneLine = (text: string): string => plainIds(text).replace(/\s+/g, ' ');

describe('taskwire history', () => {
  test('tells time, what, target, who and why, oldest first; 0', async () => {
    const { stage } = await stageStory();
    const { code, out, err } = await taskwire(stage, ['history', 'web']);
    expect(plainWords(out)).toBe(`Target group web since 2026-03-01T08:23:00Z

2026-03-02T08:00:13Z  register    10.0.0.4:8080
                      by Taskwire (role taskwire-prod-register-targets-role,
                      session taskwire-prod-register-targets): task
                      <id> is running
                      request request-9, event event-9, invocation inv-1
2026-03-02T08:01:00Z  register    10.0.3.3 (the group’s port)
                      by user alice
                      Not by Taskwire’s functions: a person, taskwire apply on
                      somebody’s machine, or another tool.
                      request request-13, event event-13
2026-03-02T08:02:01Z  deregister  10.0.0.4:8080
                      by Taskwire (role taskwire-prod-register-targets-role,
                      session taskwire-prod-register-targets): task
                      <id> (service:web) is stopping
                      (DEACTIVATING): Scaling activity initiated by (deployment
                      ecs-svc/<id>)
                      request request-20, event event-20, invocation inv-1

<calls>
`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(stage.world.calls.of('cloudtrail:LookupEvents')).toHaveLength(2);
  });

  test('of a task tells its own targets, by its ARN or its id, also when ECS has forgotten it', async () => {
    const { stage, task, group } = await stageStory();
    const targets = async (...argv: string[]): Promise<readonly string[]> => {
      const { out } = await taskwire(stage, ['history', ...argv, '--json']);
      const { history } = JSON.parse(out) as { history: { action: string; target: { id: string } }[] };
      return history.map(({ action, target }) => `${action} ${target.id}`);
    };
    const own = ['register 10.0.0.4', 'deregister 10.0.0.4'];
    expect(await targets(task.arn)).toEqual(own);
    await stage.run(2_000);
    expect(await targets(task.id, '--cluster', 'production')).toEqual(own);
    await stage.run(2 * 3_600_000);
    expect(await targets(task.arn)).toEqual(own);
    await stage.run(2_000);
    const { out } = await taskwire(stage, ['history', task.arn]);
    expect(out).toContain('10.0.0.4:8080  web\n');
    expect(out).toContain('ECS does not know the task any more');
    expect(group.name).toBe('web');
  });

  test('answers in JSON with an Outcome and the history', async () => {
    const { stage, group, task } = await stageStory();
    const { out } = await taskwire(stage, ['history', group.arn, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      function: 'history',
      mode: 'observe',
      changes: [],
      resource: group.arn,
      since: '2026-03-01T08:23:00.000Z',
      history: [
        { at: '2026-03-02T08:00:13.000Z', action: 'register', task: task.arn, byTaskwire: true, invocationId: 'inv-1' },
        { action: 'register', byTaskwire: false, who: 'user alice', eventId: 'event-13', requestId: 'request-13' },
        { action: 'deregister', task: task.arn, byTaskwire: true },
      ],
      notes: [],
    });
  });

  test('what CloudTrail has not told yet is told by the log alone, with why', async () => {
    const { stage } = await stageStory(30_000);
    const { out } = await taskwire(stage, ['history', 'web']);
    expect(oneLine(out)).toContain(
      'deregister 10.0.0.4:8080 by Taskwire: task <id> (service:web) is stopping (DEACTIVATING): Scaling activity initiated by (deployment ecs-svc/<id>) CloudTrail has no record of it yet: that takes up to 15 minutes. invocation inv-1',
    );
  });

  test('a call of Taskwire that its log does not explain is said to be one', async () => {
    const { stage } = await stageStory();
    stage.world.trail.logs.get(LOG_GROUP)?.splice(0);
    const { out } = await taskwire(stage, ['history', 'web']);
    expect(oneLine(out).match(/by Taskwire \(role .{0,120}? Taskwire’s log has no reason/g)).toHaveLength(2);
  });

  test('reads the logs of another stage, or those that are named, and says where there is none', async () => {
    const { stage } = await stageStory();
    const other = await taskwire(stage, ['history', 'web', '--stage', 'test']);
    expect(oneLine(other.out)).toContain('There is no log group /aws/lambda/taskwire-test-register-targets.');
    expect(other.code).toBe(0);
    await stage.run(2_000);
    const named = await taskwire(stage, ['history', 'web', '--log-group', LOG_GROUP]);
    expect(oneLine(named.out)).toContain('is running request request-9');
  });

  test('looks no further back than it is asked', async () => {
    const { stage } = await stageStory();
    const { out } = await taskwire(stage, ['history', 'web', '--since', '21m']);
    expect(out.match(/^2026.*$/gm)).toEqual(['2026-03-02T08:02:01Z  deregister  10.0.0.4:8080']);
    await stage.run(2_000);
    const since = await taskwire(stage, ['history', 'web', '--since', '2026-03-02T08:01:30Z']);
    expect(since.out.match(/^2026/gm)).toHaveLength(1);
  });

  test('says so where nothing was recorded', async () => {
    const { stage } = await stageStory();
    stage.group('quiet', {});
    const { code, out } = await taskwire(stage, ['history', 'quiet']);
    expect(out).toContain('Nothing was recorded.\n');
    expect(code).toBe(0);
  });
});

describe('what is missing is said', () => {
  test('records that cannot be understood, printable, and only some of them', async () => {
    const { stage } = await stageStory();
    const { garbled } = stage.world.trail;
    garbled.set(
      'event-9',
      '{"eventID":"e\\u001b[31m","eventName":"RegisterTargets","eventTime":"2026-03-02T08:00:13Z"}',
    );
    garbled.set('event-13', '{"eventVersion":"1.11","userIden');
    const { code, out } = await taskwire(stage, ['history', 'web']);
    expect(oneLine(out)).toContain('Event "e\\u001b[31m" of CloudTrail does not tell its targets: they were left out.');
    expect(oneLine(out)).toContain('A record of CloudTrail is no event in JSON: "{"eventVersion":"1.11","userIden".');
    expect(out).not.toContain('\u001b');
    expect(oneLine(out)).toContain('is running CloudTrail has no record of it: look whether');
    expect(code).toBe(0);
  });

  test('what was cut off', async () => {
    const { stage, byAlice } = await stageStory();
    for (let n = 0; n < 1_010; n++) {
      await byAlice('10.0.4.4');
      // Four registrations a second are granted.
      await stage.run(250);
    }
    await stage.run(20 * 60_000);
    const { code, out } = await taskwire(stage, ['history', 'web', '--json']);
    const { notes, history, calls } = JSON.parse(out);
    expect(notes).toEqual([
      expect.stringMatching(
        /^CloudTrail was read back to 2026-03-02T08:23:0\dZ: more was recorded than is read at once\./,
      ),
    ]);
    expect(history).toHaveLength(1_002);
    expect(history[0].note).toBe('CloudTrail was not read so far back.');
    expect(calls['cloudtrail:LookupEvents']).toBe(21);
    expect(code).toBe(0);
    await stage.run(2_000);
    const short = await taskwire(stage, ['history', 'web']);
    expect(short.out).toContain('802 older ones are left out here; --json tells all.');
  });

  test('a source that may not be read: the other one is told all the same; 3', async () => {
    const { stage } = await stageStory();
    stage.world.faults.add({ action: 'cloudtrail:LookupEvents', failure: 'denied' });
    const blind = await taskwire(stage, ['history', 'web']);
    expect(oneLine(blind.out)).toContain('register 10.0.0.4:8080 by Taskwire: task <id> is running');
    expect(oneLine(blind.out)).toContain('Could not finish: CloudTrail: cloudtrail:LookupEvents');
    expect(blind.code).toBe(3);
    const { stage: second } = await stageStory();
    second.world.faults.add({ action: 'logs:FilterLogEvents', failure: 'denied' });
    const deaf = await taskwire(second, ['history', 'web']);
    expect(oneLine(deaf.out)).toContain('Taskwire’s log was not read so far.');
    expect(deaf.code).toBe(3);
  });

  test('calls that AWS refused', async () => {
    const { stage, group } = await stageStory();
    const stray = { TargetGroupArn: group.arn, Targets: [{ Id: '10.200.0.1', Port: 80 }] };
    await expect(stage.world.call(REGISTER, stray)).rejects.toThrow();
    await stage.run(20 * 60_000);
    const { out } = await taskwire(stage, ['history', 'web']);
    expect(out).toContain('AWS refused it: ValidationError: refused.');
  });
});

describe('wrong usage', () => {
  test.each<[string[], RegExp, number]>([
    [['web', '--since', 'yesterday'], /like 90m, 24h or 7d/, 2],
    [['web', '--since', '91d'], /more than 90 days back/, 2],
    [['web', '--since', '2027-01-01'], /lies in the future/, 2],
    [['36fbeee74c1d4e7a9b3f7eeebf630017'], /Add --cluster/, 2],
    [['arn:aws:ecs:eu-central-1:111122223333:service/production/web'], /neither an ECS task nor a target group/, 2],
    [['web', '--stage', 'a b'], /letters, digits and hyphens/, 2],
    [['wbe'], /no target group wbe/, 3],
  ])('%j', async (argv, words, exit) => {
    const { stage } = await stageStory(0);
    const { code, err } = await taskwire(stage, ['history', ...argv]);
    expect(err.replace(/\s+/g, ' ')).toMatch(words);
    expect(code).toBe(exit);
  });
});
