import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveWorld, type WireServer } from '../../simulator/wire/server.ts';
import { createWorld, type World } from '../../simulator/world.ts';
import { plainIds, plainWords } from '../support/command-line.ts';
import { readEvent } from '../support/load-event.ts';

const CLI = fileURLToPath(new URL('../../dist/cli/taskwire.mjs', import.meta.url));

/** The built command line as a person starts it, without anything of this machine's own AWS settings. */
const taskwire = (
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin = '',
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...argv], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
    child.stdin.end(stdin);
  });

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

describe('the built command line', () => {
  let world: World;
  let server: WireServer;
  let stopClock: () => void;
  let env: Record<string, string>;

  beforeAll(async () => {
    if (!existsSync(CLI)) throw new Error(`${CLI} is not built: npm run build`);
    world = createWorld({ startMs: Date.now() });
    const { network, ecs, targetGroups, clock } = world;
    const vpc = network.addVpc({ id: 'vpc-0a' });
    const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
    ecs.addCluster('production');
    ecs.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'web', portMappings: [{ containerPort: 8080 }] }],
    });
    targetGroups.add({ name: 'web', vpcId: vpc.id, port: 8080, tags: { 'taskwire:service': 'production/web' } });
    ecs.createService({
      cluster: 'production',
      name: 'web',
      taskDefinition: 'web',
      subnets: [subnet.id],
      desiredCount: 2,
    });
    await clock.advance(60_000);
    server = await serveWorld(world);
    stopClock = clock.follow(1);
    env = { ...CREDENTIALS, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: server.endpoint };
  });

  afterAll(async () => {
    stopClock?.();
    await server?.close();
  });

  test('plans, explains, applies, and has nothing left to plan', async () => {
    const planned = await taskwire(['plan'], env);
    expect({ ...planned, out: plainWords(planned.out) }).toEqual({
      code: 1,
      err: '',
      out: `web  service production/web
  + 10.0.0.4:8080  task <id> is running
  + 10.0.0.5:8080  task <id> is running

2 to register (+).
<calls>

To do it: taskwire apply
`,
    });

    const [task] = world.ecs.tasks.values();
    const explained = await taskwire(['explain', task?.arn ?? ''], env);
    expect(explained).toMatchObject({ code: 1, err: '' });
    expect(plainIds(explained.out)).toContain('not in  web  10.0.0.4:8080\n        The task runs and listens on');

    const unasked = await taskwire(['apply'], env);
    expect(unasked).toMatchObject({ code: 2, out: '' });
    expect(unasked.err).toContain('then add --yes');

    const applied = await taskwire(['apply', '--yes', '--json'], env);
    expect(applied.code).toBe(0);
    expect(JSON.parse(applied.out)).toMatchObject({
      function: 'apply',
      changes: [{ applied: true }, { applied: true }],
      calls: { 'elasticloadbalancing:RegisterTargets': 1 },
    });
    expect(world.audit()).toMatchObject({ tasks: 2, missing: [], stale: [], wrong: [] });

    const again = await taskwire(['plan', '--cluster', 'production'], env);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(plainWords(again.out)).toBe('1 target group is as wanted: web\n\nNothing to do.\n<calls>\n');
  });

  test('plans, applies and explains the auto scaling of a service', async () => {
    const [web] = world.ecs.services.values();
    world.ecs.tagService(web?.arn ?? '', { 'taskwire:scaling': 'min=2 max=20 cpu=60' });
    const planned = await taskwire(['plan'], env);
    expect({ ...planned, out: plainWords(planned.out) }).toEqual({
      code: 1,
      err: '',
      out: `service production/web  scaling min=2 max=20 cpu=60
  + bounds  the tags ask for min 2, max 20, it is not scalable yet
  + policy  the tags ask for it: ECSServiceAverageCPUUtilization at 60

1 target group is as wanted: web

2 to set (+).
<calls>

To do it: taskwire apply
`,
    });
    const applied = await taskwire(['apply', '--yes', '--json'], env);
    expect(applied.code).toBe(0);
    expect(JSON.parse(applied.out)).toMatchObject({
      changes: [
        { action: 'put-target', applied: true },
        { action: 'put-policy', applied: true },
      ],
      calls: {
        'application-autoscaling:RegisterScalableTarget': 1,
        'application-autoscaling:PutScalingPolicy': 1,
      },
    });
    const again = await taskwire(['plan', '--only', 'scaling', '--service', 'web'], env);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toContain('1 service scales as its tags want: production/web');
    const explained = await taskwire(['explain', 'production/web'], env);
    expect(explained).toMatchObject({ code: 0, err: '' });
    expect(explained.out).toContain('as wanted  policy taskwire-cpu\n');
  });

  test('repairs what was shown by the id that it printed, and refuses what was not', async () => {
    const [web] = world.ecs.services.values();
    const [group] = world.targetGroups.groups.values();
    const scope = ['--cluster', 'production', '--target-group', 'web'];
    for (const { id, port } of world.targetGroups.targetsOf(group?.arn ?? '')) {
      world.targetGroups.drop(group?.arn ?? '', { id, port });
    }
    const planned = await taskwire(['remediate', 'sync-targets', ...scope], env);
    expect(planned).toMatchObject({ code: 1, err: '' });
    const [id = ''] = /p1-[\w-]+/.exec(planned.out) ?? [];
    expect(planned.out).toContain(`taskwire remediate sync-targets ${scope.join(' ')}`);

    const unasked = await taskwire(['remediate', 'sync-targets', ...scope, '--apply'], env);
    expect(unasked).toMatchObject({ code: 2, out: '', err: expect.stringContaining('PlanRequired') });
    const other = await taskwire(
      ['remediate', 'sync-targets', '--cluster', 'production', '--apply', '--plan', id],
      env,
    );
    expect(other).toMatchObject({ code: 2, out: '', err: expect.stringContaining('another request') });

    const applied = await taskwire(['remediate', 'sync-targets', ...scope, '--apply', '--plan', id, '--json'], env);
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(applied.out)).toMatchObject({
      function: 'remediate',
      changes: [{ applied: true }, { applied: true }],
      calls: { 'elasticloadbalancing:RegisterTargets': 1 },
    });
    expect(world.audit()).toMatchObject({ missing: [], stale: [], wrong: [] });

    world.targetGroups.put(group?.arn ?? '', { id: '10.0.99.9', port: 8080 });
    // Until its health is known, EC2 may not show yet whose it is, and a person would wait for a minute.
    await world.clock.advance(120_000);
    const changed = await taskwire(['remediate', 'sync-targets', ...scope, '--apply', '--plan', id], env);
    expect(changed).toMatchObject({ code: 3, out: '', err: expect.stringContaining('PlanChanged') });
    world.targetGroups.drop(group?.arn ?? '', { id: '10.0.99.9', port: 8080 });
    expect(web?.desiredCount).toBe(2);
  });

  test('replays an event from stdin', async () => {
    const { code, out, err } = await taskwire(['replay', '-'], env, readEvent('task-state-change/standalone'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(plainWords(out)).toMatch(/^1 event:\n {2}stdin {2}task <id> RUNNING: nothing to do\n\n<calls>\n$/);
  });

  test('tells in plain words that there is no Region, no credentials, nobody; 3', async () => {
    const { AWS_REGION, AWS_ENDPOINT_URL } = env;
    const nobody = { ...CREDENTIALS, AWS_REGION: AWS_REGION ?? '', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const unsigned = { AWS_REGION: AWS_REGION ?? '', AWS_ENDPOINT_URL: AWS_ENDPOINT_URL ?? '' };
    const [noRegion, noCredentials, noAnswer, audited] = await Promise.all([
      taskwire(['plan'], { ...CREDENTIALS, AWS_ENDPOINT_URL: AWS_ENDPOINT_URL ?? '' }),
      taskwire(['plan', '--json'], unsigned),
      taskwire(['plan'], nobody),
      taskwire(['audit'], unsigned),
    ]);
    expect(noRegion).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/^error: No AWS Region is set\./) });
    expect(noCredentials.code).toBe(3);
    expect(noCredentials.err).toMatch(/^error: No AWS credentials could be used: /);
    expect(JSON.parse(noCredentials.out).failures).toHaveLength(1);
    expect(audited).toMatchObject({ code: 3, out: '' });
    expect(audited.err).toMatch(/^error: No AWS credentials could be used: /m);
    expect(noAnswer).toMatchObject({ code: 3, out: '' });
    expect(noAnswer.err).toMatch(/^error: Nothing answers at AWS_ENDPOINT_URL http:\/\/127\.0\.0\.1:9 /);
  });

  test('helps without asking AWS', async () => {
    const { code, err, out } = await taskwire(['--help'], {});
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('explain');
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});
