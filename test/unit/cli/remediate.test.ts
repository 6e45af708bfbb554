import { describe, expect, test } from '@jest/globals';
// Imported on demand otherwise, and virtual time does not wait for a first import.
import '../../../shared/app/repair-scaling.ts';
import '../../../shared/app/repair-sidecars.ts';
import '../../../shared/app/repair-targets.ts';
import { plainWords, taskwire } from '../../support/command-line.ts';
import { blind, RIGHT } from '../../support/say.ts';
import { BARE, createSidecarStage } from '../../support/sidecar-stage.ts';
import { createStage } from '../../support/stage.ts';

const SYNC = ['remediate', 'sync-targets', '--cluster', 'production'];

const unwired = async () => {
  const stage = createStage();
  blind(stage);
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  stage.service('web', 2);
  await stage.run(60_000);
  return { stage, group };
};

/** The command that a plan ends with, as arguments. */
const commandIn = (out: string): readonly string[] => {
  const command = /To do it:\n {2}taskwire (.+)/.exec(out)?.[1];
  if (command === undefined) throw new Error(`no command in:\n${out}`);
  return command.split(/\s+/).filter(Boolean);
};

const flat = (text: string): string => text.replace(/\s+/g, ' ');

describe('taskwire remediate', () => {
  test('shows, asks, and does what was shown', async () => {
    const { stage } = await unwired();
    const { code, out, asked } = await taskwire(stage, SYNC, { says: [true] });
    expect({ code, asked }).toEqual({ code: 0, asked: ['Make these 2 changes?'] });
    expect(plainWords(out)).toBe(`web  service production/web
  + 10.0.0.4:8080  task <id> is running
  + 10.0.0.5:8080  task <id> is running

2 to register (+).

Done:

web  service production/web
  + 10.0.0.4:8080  task <id> is running
  + 10.0.0.5:8080  task <id> is running

2 registered (+).
<calls>
`);
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
  });

  test('does nothing for somebody who does not agree; 1', async () => {
    const { stage } = await unwired();
    const { code, out } = await taskwire(stage, SYNC, { says: [false] });
    expect(code).toBe(1);
    expect(out).toContain('Nothing was changed.');
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('prints in a pipeline the command that does it, and that command does it', async () => {
    const { stage } = await unwired();
    const planned = await taskwire(stage, [...SYNC, '--service', 'web']);
    expect(planned.code).toBe(1);
    const command = commandIn(planned.out);
    expect(command.slice(0, -1)).toEqual([...SYNC, '--service', 'web', '--apply', '--plan']);
    expect(stage.world.calls.mutating()).toEqual([]);
    const done = await taskwire(stage, command);
    expect(done).toMatchObject({ code: 0, asked: [] });
    expect(stage.world.audit()).toMatchObject({ tasks: 2, ...RIGHT });
    const again = await taskwire(stage, command);
    expect(again.code).toBe(0);
    expect(again.out).toContain('2 changes that were shown are no longer needed.');
  });

  test('refuses what was not shown, and says what; 3', async () => {
    const { stage } = await unwired();
    const planned = await taskwire(stage, SYNC);
    const [service] = stage.world.ecs.services.values();
    stage.world.ecs.updateService(service?.arn ?? '', { desiredCount: 3 });
    await stage.run(60_000);
    const { code, err } = await taskwire(stage, commandIn(planned.out));
    expect(code).toBe(3);
    expect(flat(err)).toContain(
      'PlanChanged: 1 change is needed that was not shown, so nothing was done: register 10.0.0.6',
    );
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('answers with one JSON document that holds the plan', async () => {
    const { stage } = await unwired();
    const { code, out, err } = await taskwire(stage, [...SYNC, '--json']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      function: 'remediate',
      mode: 'observe',
      changes: [{ action: 'register', applied: false }, { applied: false }],
      plan: { id: expect.stringMatching(/^p1-[\w-]{72}$/), changes: [{}, {}] },
    });
  });

  test('changes nothing in a stack that only observes, and says so; 1', async () => {
    const { stage } = await unwired();
    const env = { TASKWIRE_MODE: 'observe' };
    const { code, out, asked } = await taskwire(stage, SYNC, { env, says: [true] });
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(out).toContain('TASKWIRE_MODE is observe: nothing was changed.');
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('leaves a group alone that is only observed, and says so; 1', async () => {
    const { stage } = await unwired();
    const observed = stage.group('api', { 'taskwire:service': 'production/web', 'taskwire:mode': 'observe' });
    const { code, out } = await taskwire(stage, SYNC, { says: [true] });
    expect(code).toBe(1);
    expect(out).toContain('2 registered (+)');
    expect(flat(out)).toContain('The mode of api is observe: what is shown for it is not part of the plan.');
    expect(stage.registered(observed)).toEqual([]);
  });

  test('unwires, and tells the way back', async () => {
    const { stage, group } = await unwired();
    await stage.sweep();
    stage.world.targetGroups.tag(group.arn, { 'taskwire:mode': 'observe' });
    const { code, out } = await taskwire(stage, ['remediate', 'unwire', '--cluster', 'production'], { says: [true] });
    expect(code).toBe(0);
    expect(out).not.toContain('observed only');
    expect(out).toContain('2 deregistered (-).');
    expect(flat(out)).toContain('The way back: set the mode tag of the target group to enforce');
    expect(stage.registered(group)).toEqual([]);
  });

  test('removes what nothing explains, and tells the command that brings it back', async () => {
    const { stage, group } = await unwired();
    await stage.sweep();
    stage.world.targetGroups.put(group.arn, { id: '192.168.7.7', port: 8080, zone: 'all' });
    const argv = ['remediate', 'remove-unknown-targets', '--cluster', 'production'];
    const { code, out } = await taskwire(stage, argv, { says: [true] });
    expect(code).toBe(0);
    expect(flat(out)).toContain(
      `The way back: aws elbv2 register-targets --target-group-arn ${group.arn} --targets Id=192.168.7.7,Port=8080`,
    );
  });

  test('tells which group was denied; 3', async () => {
    const { stage } = await unwired();
    stage.world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'denied' });
    const { code, out } = await taskwire(stage, [...SYNC, '--apply', '--yes']);
    expect(code).toBe(3);
    expect(out).toContain('Could not finish:\n  web: ');
  });

  test.each([
    { name: 'no cluster', argv: ['sync-targets'], says: '--cluster is missing' },
    { name: 'an unknown action', argv: ['sync'], says: 'Allowed choices are sync-targets, unwire' },
    { name: 'no action', argv: [], says: "missing required argument 'action'" },
    { name: '--plan without --apply', argv: ['unwire', '--cluster', 'c', '--plan', 'p1-'], says: 'add --apply' },
    { name: '--yes without --apply', argv: ['unwire', '--cluster', 'c', '--yes'], says: 'add --apply' },
    {
      name: 'a collector where none is attached',
      argv: ['unwire', '--cluster', 'c', '--collector', 'adot'],
      says: 'a collector is of no use for unwire, only for attach-sidecar.',
    },
    {
      name: 'a target group of sidecars',
      argv: ['attach-sidecar', '--cluster', 'c', '--target-group', 'web'],
      says: 'a target group is of no use for attach-sidecar',
    },
    { name: 'a file for targets', argv: ['unwire', '--file', 'x'], says: '--file is for attach-sidecar' },
    {
      name: 'a file and a cluster',
      argv: ['attach-sidecar', '--file', 'x', '--cluster', 'c'],
      says: '--file changes that file alone',
    },
    { name: 'a file that is not there', argv: ['attach-sidecar', '--file', 'x'], says: '"x" cannot be read' },
    {
      name: 'parallel that is no number',
      argv: ['attach-sidecar', '--cluster', 'c', '--parallel', '0'],
      says: 'It must be a number from 1 to 99.',
    },
    {
      name: 'an id that is none',
      argv: ['unwire', '--cluster', 'production', '--apply', '--plan', 'yes'],
      says: 'An id of a plan begins with p1-.',
    },
  ])('refuses $name; 2', async ({ argv, says }) => {
    const { stage } = await unwired();
    const { code, out, err } = await taskwire(stage, ['remediate', ...argv]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(flat(err)).toContain(says);
  });

  test('refuses --apply where nothing was shown and nobody can agree', async () => {
    const { stage } = await unwired();
    const { code, err } = await taskwire(stage, [...SYNC, '--apply']);
    expect(code).toBe(2);
    expect(flat(err)).toContain('PlanRequired: --apply does what was shown.');
  });

  test('lets nothing through to the terminal that a name or a reason holds', async () => {
    const { stage, group } = await unwired();
    await stage.sweep();
    stage.world.ecs.runTask({
      cluster: 'production',
      taskDefinition: 'web',
      subnets: [stage.subnetId],
      group: '\u001b[2Jevil\u202e',
    });
    await stage.run(60_000);
    stage.world.targetGroups.put(group.arn, { id: '10.0.0.6', port: 8080 });
    const { code, out } = await taskwire(stage, ['remediate', 'remove-unknown-targets', '--cluster', 'production']);
    expect(code).toBe(1);
    expect(out).toContain('evil');
    for (const character of ['\u001b', '\u202e']) expect(out).not.toContain(character);
  });
});

describe('taskwire remediate attach-sidecar', () => {
  const ATTACH = ['remediate', 'attach-sidecar', '--cluster', 'production'];

  const bare = async () => {
    const stage = createSidecarStage();
    const environment = [{ name: 'TOKEN', value: 'hunter2' }];
    stage.service('web', [{ ...BARE, environment }], {
      definition: { cpu: '512', memory: '1024', requiresCompatibilities: ['FARGATE'] },
    });
    await stage.run(120_000);
    return stage;
  };

  test('shows the masked difference, rolls out with progress, and tells the way back', async () => {
    const stage = await bare();
    const { code, out, err, asked } = await taskwire(stage, [...ATTACH, '--service', 'web'], { says: [true] });
    expect({ code, asked }).toEqual({ code: 0, asked: ['Make this change?'] });
    expect(out).toContain('service production/web\n  + sidecar  no container of web:1 is a collector');
    expect(out).toContain('"essential": false');
    expect(out).not.toContain('hunter2');
    expect(out).toContain('1 sidecar to attach (+).');
    expect(out).toContain('1 sidecar attached (+).');
    expect(flat(out)).toContain(
      'web: web:2 runs and is steady. The way back: aws ecs update-service --cluster production',
    );
    expect(err).toContain('web:2 is registered\nweb rolls out web:2\n');
    expect(err).not.toContain('second look');
    expect(stage.revisionOf('web')).toBe('web:2');
  });

  test('colours the difference on a terminal, and only there', async () => {
    const stage = await bare();
    const look = async (colour: boolean) => (await taskwire(stage, ATTACH, { colour })).out;
    expect(await look(true)).toContain('\u001b[32m+ ');
    expect(await look(false)).not.toContain('\u001b');
  });

  test('writes the definition of a service that CodeDeploy deploys, where it is told to; 1', async () => {
    const stage = createSidecarStage();
    const { arn } = stage.bare('web', { controller: 'CODE_DEPLOY' });
    stage.world.ecs.addTaskSet(arn, []);
    await stage.run(120_000);
    const { code, out, asked, written } = await taskwire(stage, [...ATTACH, '--write', 'web.json'], { says: [true] });
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(flat(out)).toContain('web: CodeDeploy deploys this service: register the definition');
    expect(flat(out)).toContain('web.json is written. Register it: aws ecs register-task-definition');
    expect(JSON.parse(written.get('web.json') ?? '')).toMatchObject({ family: 'web', containerDefinitions: [{}, {}] });
    expect(stage.revisions()).toEqual(['web:1']);
  });

  test('refuses to write where there is nothing for a person to deploy; 2', async () => {
    const { code, err, written } = await taskwire(await bare(), [...ATTACH, '--write', 'web.json']);
    expect({ code, written: written.size }).toEqual({ code: 2, written: 0 });
    expect(flat(err)).toContain('--write is for one service that somebody else deploys, and there is none.');
  });

  test('rolls back what fails, and begins no more; 3', async () => {
    const stage = createSidecarStage();
    const failing = stage.bare('a');
    stage.bare('b');
    await stage.run(120_000);
    stage.world.ecs.failStarts(failing.arn, { taskDefinition: 'a:2', exitCode: 3 });
    const { code, out } = await taskwire(stage, [...ATTACH, '--apply', '--yes']);
    const told = flat(out);
    expect(code).toBe(3);
    expect(told).toMatch(/service production\/a: .*app exited with 3.*; a:1 runs again\./);
    expect(told).toContain('service production/b: a failed first.');
    expect(told).toContain('2 not done.');
    expect(['a', 'b'].map(stage.revisionOf)).toEqual(['a:1', 'b:1']);
  });

  test('rolls out as many at a time as it is told', async () => {
    const stage = createSidecarStage();
    for (const name of ['a', 'b', 'c']) stage.bare(name);
    await stage.run(120_000);
    const { code, err } = await taskwire(stage, [...ATTACH, '--parallel', '2', '--apply', '--yes']);
    expect(code).toBe(0);
    const order = ['a rolls out', 'b rolls out', 'is steady', 'c rolls out'].map((words) => err.indexOf(words));
    expect(order).not.toContain(-1);
    // Two begin before one is steady, and the third only behind that.
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  });

  test('tells where a failed rollout ended; 3', async () => {
    const stage = await bare();
    stage.world.faults.add({ action: 'ecs:UpdateService', failure: 'denied' });
    const { code, out } = await taskwire(stage, [...ATTACH, '--apply', '--yes']);
    expect(code).toBe(3);
    expect(out).toContain('x sidecar');
    expect(out).toContain('Could not finish:\n  service production/web: ');
  });
});

describe('taskwire remediate --file', () => {
  const DOCKERRUN = `${JSON.stringify(
    {
      AWSEBDockerrunVersion: 2,
      containerDefinitions: [
        {
          name: 'app',
          image: 'shop:1.2.3',
          essential: true,
          memory: 512,
          environment: [{ name: 'AWS_XRAY_TRACING_NAME', value: 'shop' }],
        },
      ],
    },
    null,
    2,
  )}\n`;
  const FILE = ['remediate', 'attach-sidecar', '--file', 'Dockerrun.aws.json', '--collector', 'xray'];
  const files = { 'Dockerrun.aws.json': DOCKERRUN };

  test('shows the difference, asks, writes the file, and finds nothing more to do', async () => {
    const stage = createStage();
    const { code, out, asked, written } = await taskwire(stage, FILE, { files, says: [true] });
    expect({ code, asked }).toEqual({ code: 0, asked: ['Write Dockerrun.aws.json?'] });
    expect(out).toContain('+ ');
    const after = written.get('Dockerrun.aws.json') ?? '';
    expect(JSON.parse(after).containerDefinitions).toHaveLength(2);
    const again = await taskwire(stage, FILE, { files: { 'Dockerrun.aws.json': after } });
    expect(again).toMatchObject({ code: 0, written: new Map() });
    const back = ['remediate', 'detach-sidecar', '--file', 'Dockerrun.aws.json', '--apply', '--yes'];
    const detached = await taskwire(stage, back, { files: { 'Dockerrun.aws.json': after } });
    expect(detached.written.get('Dockerrun.aws.json')).toBe(DOCKERRUN);
    expect(stage.world.calls.all).toEqual([]);
  });

  test('prints in a pipeline the command that writes it; 1', async () => {
    const { code, out, written } = await taskwire(createStage(), FILE, { files });
    expect(code).toBe(1);
    expect(flat(out)).toContain(
      'To write it: taskwire remediate attach-sidecar --file Dockerrun.aws.json --collector xray --apply --yes',
    );
    expect(written.size).toBe(0);
  });

  test.each([
    { name: 'no JSON', text: '{', says: 'Dockerrun.aws.json: ' },
    { name: 'something else', text: '{}', says: 'This is no Dockerrun file' },
  ])('refuses $name; 2', async ({ text, says }) => {
    const { code, err } = await taskwire(createStage(), FILE, { files: { 'Dockerrun.aws.json': text } });
    expect(code).toBe(2);
    expect(flat(err)).toContain(says);
  });
});
