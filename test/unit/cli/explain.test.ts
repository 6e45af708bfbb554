import { describe, expect, test } from '@jest/globals';
import { plainWords, taskwire } from '../../support/command-line.ts';
import { blind } from '../../support/say.ts';
import { createStage, only } from '../../support/stage.ts';

/** `web` runs once and is wired; nothing is heard any more. */
const stageWired = async () => {
  const stage = createStage();
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 1);
  await stage.run(60_000);
  blind(stage);
  return { stage, group, service, task: only(stage.world.ecs.tasksOf(service.arn)) };
};

describe('taskwire explain <task>', () => {
  test('says where a task is, and why; 0', async () => {
    const { stage, task } = await stageWired();
    const { code, out, err } = await taskwire(stage, ['explain', task.arn]);
    expect(plainWords(out)).toBe(`Task <id> in cluster production
  RUNNING (desired RUNNING), belongs to service production/web
  task definition web:1

in      web  10.0.0.4:8080
        The task runs and listens on 10.0.0.4:8080 (container web, port 8080):
        healthy.
        Taskwire would do nothing.

<calls>
`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('says what would be done; 1', async () => {
    const { stage, group, task } = await stageWired();
    stage.world.targetGroups.drop(group.arn, { id: '10.0.0.4', port: 8080 });
    const { code, out } = await taskwire(stage, ['explain', task.id, '--cluster', 'production']);
    expect(code).toBe(1);
    expect(out).toContain('not in  web  10.0.0.4:8080\n');
    expect(out).toContain('        Taskwire would register 10.0.0.4:8080: task\n');
  });

  test('answers in JSON with an Outcome and the explanations', async () => {
    const { stage, group, task } = await stageWired();
    stage.world.targetGroups.drop(group.arn, { id: '10.0.0.4', port: 8080 });
    const { out } = await taskwire(stage, ['explain', task.arn, '--json']);
    const target = { id: '10.0.0.4', port: 8080 };
    expect(JSON.parse(out)).toMatchObject({
      function: 'explain',
      mode: 'observe',
      changes: [{ action: 'register', resource: group.arn, target, task: task.arn, applied: false }],
      held: [],
      findings: [],
      explanations: [{ targetGroup: group.arn, task: task.arn, target, is: 'out' }],
      misses: [],
    });
  });

  test('says of a task that nothing binds what would, and what came near', async () => {
    const { stage } = await stageWired();
    stage.group('elsewhere', { 'taskwire:family': 'staging/web' });
    stage.group('mistyped', { 'taskwire:family': 'production/web:1' });
    const [task] = stage.world.ecs.runTask({
      cluster: 'production',
      taskDefinition: 'web',
      subnets: [stage.subnetId],
      group: 'service:web',
    });
    await stage.run(30_000);
    const { code, out } = await taskwire(stage, ['explain', task!.arn]);
    expect(plainWords(out)).toBe(`Task <id> in cluster production
  RUNNING (desired RUNNING), belongs to family production/web
  task definition web:1

No target group names it. To wire it, tag a target group with taskwire:family =
  production/web

Tagged target groups that do not name it:
  mistyped  near miss  It wires nothing (TAG-2): taskwire:family names
    "production/web:1": a family is named without its revision.
  elsewhere  near miss  It names the family staging/web, and this task runs in
    cluster production.
  web  near miss  It names the service production/web, and this task carries its
    group, but the service did not start it (startedBy is empty, not ecs-svc/…):
    RunTask may borrow any group.

<calls>
`);
    expect(code).toBe(0);
  });

  test('says of a stopped task whose target is left that it would go', async () => {
    const { stage, task } = await stageWired();
    stage.world.ecs.stopTask(task.arn, 'by hand');
    await stage.run(60_000);
    const { code, out } = await taskwire(stage, ['explain', task.arn]);
    expect(code).toBe(1);
    expect(out).toContain('The task stopped: by hand. 10.0.0.4:8080 is registered');
    expect(out).toContain('Taskwire would deregister 10.0.0.4:8080: task\n');
  });

  test('goes on where one of its groups cannot be looked at; 3', async () => {
    const { stage, task } = await stageWired();
    stage.group('other', { 'taskwire:service': 'production/web' });
    stage.world.faults.add({
      action: 'elasticloadbalancing:DescribeTargetHealth',
      failure: 'denied',
      when: ({ TargetGroupArn }) => TargetGroupArn.includes('/other/'),
    });
    const { code, out } = await taskwire(stage, ['explain', task.arn]);
    expect(code).toBe(3);
    expect(out).toContain('in      web  10.0.0.4:8080');
    expect(out).toContain('Could not finish:\n  other: ');
  });
});

describe('taskwire explain <target group>', () => {
  test('says of each task and target whether it is in, and why', async () => {
    const { stage, group } = await stageWired();
    stage.world.targetGroups.put(group.arn, { id: '192.168.7.7', port: 80 });
    const { code, out } = await taskwire(stage, ['explain', 'web']);
    expect(plainWords(out)).toBe(`Target group web
  type ip, HTTP 8080, vpc-0a
  wired to service production/web; targets shared, mode enforce

in      task <id>  10.0.0.4:8080
        The task runs and listens on 10.0.0.4:8080 (container web, port 8080):
        healthy.
        Taskwire would do nothing.

in      192.168.7.7:80
        It is registered, initial (Elb.RegistrationInProgress: registration is
        in progress). 192.168.7.7:80 in web lies outside vpc-0a, and no task
        explains it. (TGT-3)
        Taskwire would do nothing.

  TGT-3   medium  192.168.7.7:80 in web lies outside vpc-0a, and no task
                  explains it.
                  Cure: If it is left over, run taskwire remediate
                  remove-unknown-targets --cluster production --target-group
                  web, or set the targets tag to exclusive.

<calls>
`);
    expect(code).toBe(0);
  });

  test('says what is wrong with a group that wires nothing; 1', async () => {
    const { stage } = await stageWired();
    stage.group('wrong', { 'taskwire:service': 'web' });
    const { code, out } = await taskwire(stage, ['explain', 'wrong']);
    expect(code).toBe(1);
    expect(plainWords(out)).toMatch(
      /^Target group wrong\n\nNothing is wired into it until that is put right\.\n\n {2}TAG-2 {3}high/,
    );
  });

  test('says who else fills a group', async () => {
    const { stage } = await stageWired();
    const group = stage.group('native', { 'taskwire:service': 'production/web' });
    stage.service('filled', 0, {
      loadBalancers: [{ targetGroupArn: group.arn, containerName: 'web', containerPort: 8080 }],
    });
    const { code, out } = await taskwire(stage, ['explain', group.arn]);
    expect(code).toBe(1);
    expect(out).toContain(
      'TGT-4   high    native is tagged for Taskwire, but filled by ECS service\n                  production/filled.',
    );
  });

  test('says of a group without tags what to tag it with', async () => {
    const { stage } = await stageWired();
    const group = stage.group('untagged', {});
    const { code, out } = await taskwire(stage, ['explain', group.arn]);
    expect(code).toBe(0);
    expect(out.replace(/\n +/g, ' ')).toContain(
      'It carries no tag of taskwire that names a workload, so Taskwire does not touch it.',
    );
  });

  test('says of a service that does not exist that it does not', async () => {
    const { stage } = await stageWired();
    stage.group('ghost', { 'taskwire:service': 'production/nope' });
    const { out } = await taskwire(stage, ['explain', 'ghost']);
    expect(out).toContain('TAG-14  medium  ghost names the service production/nope, which does not exist.');
  });
});

describe('taskwire explain of what is not there', () => {
  test.each([
    {
      name: 'a task that ECS does not know',
      argv: ['arn:aws:ecs:eu-central-1:111122223333:task/production/36fbeee74c1d4e7a9b3f7eeebf630017'],
      code: 3,
      says: 'is not known to ECS. Check id, cluster, account and Region',
    },
    {
      name: 'a group that is not tagged or not there',
      argv: ['nope'],
      code: 3,
      says: 'No target group called nope carries tags of taskwire.',
    },
    {
      name: 'a group that does not exist',
      argv: ['arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/nope/0123456789abcdef'],
      code: 3,
      says: 'Target group nope does not exist.',
    },
    {
      name: 'a task id without its cluster',
      argv: ['36fbeee74c1d4e7a9b3f7eeebf630017'],
      code: 2,
      says: 'does not say its cluster.',
    },
    {
      name: 'an ARN of something else',
      argv: ['arn:aws:ecs:eu-central-1:111122223333:cluster/production'],
      code: 2,
      says: 'is the ARN of neither an ECS task, a service nor a target group.',
    },
    {
      name: 'a name that nothing has',
      argv: ['no such thing'],
      code: 2,
      says: 'is neither the name nor the ARN of a target group',
    },
    {
      name: 'a group in a cluster',
      argv: ['web', '--cluster', 'production'],
      code: 2,
      says: 'For a target group leave out --cluster.',
    },
    { name: 'nothing', argv: [], code: 2, says: "missing required argument 'subject'" },
  ])('$name: $code', async ({ argv, code, says }) => {
    const { stage } = await stageWired();
    const result = await taskwire(stage, ['explain', ...argv]);
    expect(result.code).toBe(code);
    expect(result.out).toBe('');
    expect(result.err.replace(/\n +/g, ' ')).toContain(says);
  });
});
