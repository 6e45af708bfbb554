import { describe, expect, test } from '@jest/globals';
import { plainIds, plainWords, taskwire } from '../../support/command-line.ts';
import { addressOf, createStage, type Stage, type StageOptions } from '../../support/stage.ts';

/** A group that a script filled: a target of `web`'s task, one that is left over, one outside of the VPC. */
const stageByHand = async (options: StageOptions = {}, serviceSpec: object = {}) => {
  const stage = createStage(options);
  const group = stage.group('blue', { team: 'shop' });
  const service = stage.service('web', 2, serviceSpec);
  await stage.run(60_000);
  const [first, second] = stage.world.ecs.tasksOf(service.arn);
  stage.world.targetGroups.put(group.arn, { id: addressOf(first!), port: 8080 });
  stage.world.targetGroups.put(group.arn, { id: '10.0.200.9', port: 8080 });
  stage.world.targetGroups.put(group.arn, { id: '10.77.0.9', port: 8080, zone: 'all' });
  await stage.run(30_000);
  return { stage, group, service, first: first!, second: second! };
};

const tagsOf = (stage: Stage, arn: string): object =>
  Object.fromEntries(stage.world.targetGroups.groups.get(arn)?.tags ?? []);
const documentOf = (out: string): Record<string, never> & { adoptions: { targets: object[]; tags: object[] }[] } =>
  JSON.parse(out);

describe('taskwire adopt', () => {
  test('says who holds each target, what Taskwire would make of it, and the tags to set; 1', async () => {
    const { stage } = await stageByHand();
    const { code, out, err } = await taskwire(stage, ['adopt', 'blue']);
    expect(plainWords(out)).toBe(`Target group blue
  type ip, HTTP 8080, vpc-0a
  carries no tag of Taskwire that names a workload
  the tags would wire it to service production/web; targets shared, mode observe
  proposed, since tasks of service production/web hold 1 of 3 targets; 1 by
    nobody, 1 outside the VPC

register  10.0.0.5:8080  task <id>
          The task runs and listens on 10.0.0.5:8080 (container web, port 8080),
          which is not registered. It would register 10.0.0.5:8080: task
          <id> is running.
own       10.0.0.4:8080  held by task <id> of
          service production/web
          The task runs and listens on 10.0.0.4:8080 (container web, port 8080):
          healthy.
remove    10.0.200.9:8080  held by nobody
          It is registered, unhealthy (Target.Timeout: the health check gets no
          answer in time). It should not be. It would deregister
          10.0.200.9:8080: EC2 knows no network interface with 10.0.200.9 in
          vpc-0a.
report    10.77.0.9:8080  outside vpc-0a
          It is registered, healthy. 10.77.0.9:8080 in blue lies outside vpc-0a,
          and no task explains it. (TGT-3)

  TGT-3   medium  10.77.0.9:8080 in blue lies outside vpc-0a, and no task
                  explains it.
                  Cure: If it is left over, run taskwire remediate
                  remove-unknown-targets --cluster production --target-group
                  blue, or set the targets tag to exclusive.

3 tags to set:
  + taskwire:service = production/web
  + taskwire:mode = observe
  + taskwire:targets = shared

Nothing was set. To set the tags:
  taskwire adopt blue --service production/web --apply

<calls>
`);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('makes of the targets exactly what the sweep then does', async () => {
    const { stage, group } = await stageByHand();
    const { out } = await taskwire(stage, ['adopt', 'blue', '--mode', 'enforce', '--apply', '--yes', '--json']);
    const told = documentOf(out).adoptions[0]?.targets;
    expect(told).toMatchObject([
      { makes: 'register', target: { id: '10.0.0.5' } },
      { makes: 'own', target: { id: '10.0.0.4' }, holder: { kind: 'task' } },
      { makes: 'remove', target: { id: '10.0.200.9' }, holder: { kind: 'nobody' } },
      { makes: 'report', target: { id: '10.77.0.9' }, holder: { kind: 'outside' } },
    ]);
    await stage.sweep();
    expect(stage.changes().toSorted()).toEqual(['deregister 10.0.200.9:8080', 'register 10.0.0.5:8080']);
    expect(stage.registered(group)).toEqual(['10.0.0.4:8080', '10.0.0.5:8080', '10.77.0.9:8080']);
  });

  test('sets the tags that a person agrees to, and says how to go on; 0', async () => {
    const { stage, group } = await stageByHand();
    const { code, out, asked } = await taskwire(stage, ['adopt', group.arn, '--apply'], { says: [true] });
    expect(asked).toEqual(['Set 3 tags on 1 target group?']);
    expect(tagsOf(stage, group.arn)).toEqual({
      team: 'shop',
      'taskwire:service': 'production/web',
      'taskwire:mode': 'observe',
      'taskwire:targets': 'shared',
    });
    expect(out).toContain('Set 3 tags on blue.\n');
    expect(out).not.toContain('Nothing was set');
    expect(out).toContain('When that is right: taskwire adopt blue --mode enforce --apply\n');
    expect(code).toBe(0);
    await stage.sweep();
    expect(stage.registered(group)).toHaveLength(3);
  });

  test('sets nothing where the person does not agree, or nobody can be asked', async () => {
    const { stage, group } = await stageByHand();
    const refused = await taskwire(stage, ['adopt', 'blue', '--apply'], { says: [false] });
    expect(refused.out).toContain('Nothing was set.\n');
    expect(refused.code).toBe(1);
    const nobody = await taskwire(stage, ['adopt', 'blue', '--apply']);
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain('add --yes');
    const observed = await taskwire(stage, ['adopt', 'blue', '--apply', '--yes'], {
      env: { TASKWIRE_MODE: 'observe' },
    });
    expect(observed.out).toContain('TASKWIRE_MODE is observe: no tag is set.');
    expect(observed.code).toBe(1);
    expect(tagsOf(stage, group.arn)).toEqual({ team: 'shop' });
  });

  test('of a group that is wired says so, and sets nothing; 0', async () => {
    const { stage, group } = await stageByHand();
    stage.world.targetGroups.tag(group.arn, { 'taskwire:service': 'production/web' });
    const { code, out } = await taskwire(stage, ['adopt', 'blue', '--service', 'production/web', '--apply', '--yes']);
    expect(out).toContain('  carries tags of Taskwire already\n  the tags wire it to service production/web;');
    expect(out).toContain('No tag to set.\n    taskwire:service = production/web\n');
    expect(code).toBe(0);
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('shows the difference to other tags, and lets a new wiring begin with observe', async () => {
    const { stage, group } = await stageByHand();
    stage.service('api', 1);
    stage.world.targetGroups.tag(group.arn, { 'taskwire:service': 'production/web', 'taskwire:zone': 'all' });
    const { out } = await taskwire(stage, ['adopt', 'blue', '--service', 'production/api']);
    expect(out).toContain(`3 tags to set:
  ~ taskwire:service = production/api  (is production/web)
  + taskwire:mode = observe
  + taskwire:targets = shared
    taskwire:zone = all
`);
  });

  test('refuses tags that would be wrong together, and says which', async () => {
    const { stage, group } = await stageByHand();
    stage.world.targetGroups.tag(group.arn, { 'taskwire:family': 'production/web' });
    const { code, out } = await taskwire(stage, ['adopt', 'blue', '--service', 'production/web', '--apply', '--yes']);
    expect(out).toContain('TAG-1   high    taskwire:service and taskwire:family stand together');
    expect(code).toBe(1);
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('says which service must allow it, where services must agree', async () => {
    const { stage } = await stageByHand();
    const env = { TASKWIRE_CONSENT: 'both' };
    const { code, out } = await taskwire(stage, ['adopt', 'blue'], { env });
    expect(out).toContain('TAG-15  high');
    expect(plainIds(out).replace(/\s+/g, ' ')).toContain(
      'Tag the service production/web with taskwire:allow = blue (several names are separated by spaces)',
    );
    expect(out).toContain('own       10.0.0.4:8080');
    expect(code).toBe(1);
    const agreed = await stageByHand({}, { serviceTags: { 'taskwire:allow': 'blue' } });
    expect((await taskwire(agreed.stage, ['adopt', 'blue'], { env })).out).not.toContain('TAG-15');
  });

  test('proposes nothing where no task holds a target, or two workloads hold as many', async () => {
    const { stage, group, first } = await stageByHand();
    stage.world.targetGroups.drop(group.arn, { id: addressOf(first), port: 8080 });
    const nobody = await taskwire(stage, ['adopt', 'blue', '--apply', '--yes']);
    expect(nobody.out).toContain('no workload can be proposed: no task holds any of its targets (1 by nobody, 1');
    expect(nobody.out).toContain('-         10.0.200.9:8080  held by nobody\n');
    expect(nobody.out).toContain('taskwire adopt blue --service <cluster>/<service>\n');
    expect(nobody.code).toBe(1);
    const api = stage.service('api', 1);
    await stage.run(60_000);
    const [stranger] = stage.world.ecs.tasksOf(api.arn);
    for (const task of [first, stranger!]) stage.world.targetGroups.put(group.arn, { id: addressOf(task), port: 8080 });
    const { out } = await taskwire(stage, ['adopt', 'blue']);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'no workload can be proposed: tasks of service production/api (1) and service production/web (1) hold as many',
    );
    const named = await taskwire(stage, ['adopt', 'blue', '--service', 'production/web']);
    expect(plainIds(named.out).replace(/\s+/g, ' ')).toContain(
      'report 10.0.0.6:8080 held by task <id> of service production/api',
    );
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('takes a workload of standalone tasks, and names the port where several could be meant', async () => {
    const { stage, group } = await stageByHand();
    stage.world.ecs.registerTaskDefinition({
      family: 'two',
      containers: [{ name: 'a', portMappings: [{ containerPort: 81 }, { containerPort: 82 }] }],
    });
    stage.world.ecs.runTask({ cluster: 'production', taskDefinition: 'two', subnets: [stage.subnetId] });
    await stage.run(60_000);
    const unsure = await taskwire(stage, ['adopt', 'blue', '--family', 'production/two']);
    expect(unsure.out).toContain('TAG-10  high');
    const { out, code } = await taskwire(stage, [
      ...['adopt', 'blue', '--family', 'production/two', '--port', '82', '--container', 'a', '--apply', '--yes'],
    ]);
    expect(out).not.toContain('TAG-10');
    expect(out).toContain('TGT-2   high    10.0.0.4:8080 in blue');
    expect(code).toBe(1);
    expect(tagsOf(stage, group.arn)).toMatchObject({
      'taskwire:family': 'production/two',
      'taskwire:container': 'a',
      'taskwire:port': '82',
    });
  });

  test('tells of targets on instances which task listens on the port', async () => {
    const { stage } = await stageByHand();
    const { world } = stage;
    world.ecs.registerTaskDefinition({
      family: 'bridge',
      networkMode: 'bridge',
      containers: [{ name: 'app', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
    });
    const { id } = world.network.addInstance({ subnetId: stage.subnetId });
    world.ecs.addContainerInstance('production', id);
    const service = stage.service('onec2', 1, { taskDefinition: 'bridge', launchType: 'EC2', subnets: [] });
    await stage.run(60_000);
    const group = stage.group('green', {}, { targetType: 'instance' });
    const [task] = world.ecs.tasksOf(service.arn);
    const hostPort = task?.containers[0]?.hostPorts[0]?.hostPort ?? 0;
    world.targetGroups.put(group.arn, { id: id, port: hostPort });
    world.targetGroups.put(group.arn, { id: id, port: 9 });
    const { out } = await taskwire(stage, ['adopt', 'green']);
    const words = plainIds(out).replace(/\s+/g, ' ');
    expect(words).toContain(`own ${id}:${hostPort} held by task <id> of service production/onec2`);
    expect(words).toContain(`${id}:9 on instance ${id}, where no task listens`);
  });
});

describe('a group that something else fills', () => {
  const cases: readonly [string, (stage: Stage, arn: string) => void, string][] = [
    [
      'an ECS service of any cluster',
      (stage, arn) => {
        stage.world.ecs.addCluster('staging');
        stage.service('native', 1, {
          cluster: 'staging',
          loadBalancers: [{ targetGroupArn: arn, containerName: 'web', containerPort: 8080 }],
        });
      },
      'ECS service staging/native',
    ],
    [
      'CodeDeploy',
      ({ world }) =>
        world.fillings.codeDeploy.push({ application: 'shop', deploymentGroup: 'prod', targetGroupNames: ['blue'] }),
      'CodeDeploy deployment group shop/prod',
    ],
    [
      'an Auto Scaling group',
      ({ world }, arn) => world.fillings.autoScaling.set('fleet', [arn]),
      'Auto Scaling group fleet',
    ],
    ['Kubernetes', ({ world }, arn) => world.targetGroups.tag(arn, { 'elbv2.k8s.aws/cluster': 'eks' }), 'Kubernetes'],
  ];
  test.each(cases)('is refused where that is %s, and nothing is set', async (_what, fill, who) => {
    const { stage, group } = await stageByHand();
    fill(stage, group.arn);
    const { code, out } = await taskwire(stage, ['adopt', 'blue', '--service', 'production/web', '--apply', '--yes']);
    expect(out.replace(/\s+/g, ' ')).toContain(`TGT-4 high blue is filled by ${who}`);
    expect(code).toBe(1);
    expect(stage.world.calls.count('elasticloadbalancing:AddTags')).toBe(0);
  });

  test('is refused for its name, and for a type that takes no tasks; the others are adopted', async () => {
    const { stage, group } = await stageByHand();
    stage.group('awseb-shop', {});
    stage.group('code', {}, { targetType: 'lambda', protocol: null });
    const { code, out } = await taskwire(stage, ['adopt', 'awseb-shop', 'code', 'blue', '--apply', '--yes']);
    expect(out).toContain('awseb-shop is filled by Elastic Beanstalk');
    expect(out).toContain('TGT-5   high    code takes targets of type lambda');
    expect(out).toContain('Set 3 tags on blue.');
    expect(code).toBe(1);
    expect(tagsOf(stage, group.arn)).toMatchObject({ 'taskwire:service': 'production/web' });
  });
});

describe('what goes wrong', () => {
  test('a group that does not exist: none is touched; 3', async () => {
    const { stage } = await stageByHand();
    const { code, err } = await taskwire(stage, ['adopt', 'blue', 'bleu', '--apply', '--yes']);
    expect(err).toContain('There is no target group bleu.');
    expect(code).toBe(3);
    expect(stage.world.calls.mutating()).toEqual([]);
  });

  test('tags that somebody sets meanwhile are not overwritten; 3', async () => {
    const { stage, group } = await stageByHand();
    let reads = 0;
    stage.world.faults.before('elasticloadbalancing:DescribeTags', () => {
      reads++;
      if (reads === 2) stage.world.targetGroups.tag(group.arn, { 'taskwire:service': 'production/other' });
    });
    const { code, out } = await taskwire(stage, ['adopt', 'blue', '--apply', '--yes']);
    expect(out.replace(/\s+/g, ' ')).toContain('The tags of blue were changed since they were looked at');
    expect(code).toBe(3);
    expect(stage.world.calls.count('elasticloadbalancing:AddTags')).toBe(0);
  });

  test('a person who may not tag is told which right is missing; 3', async () => {
    const { stage } = await stageByHand();
    stage.world.faults.add({ action: 'elasticloadbalancing:AddTags', failure: 'denied' });
    const { code, out } = await taskwire(stage, ['adopt', 'blue', '--apply', '--yes', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      function: 'adopt',
      adoptions: [{ applied: false }],
      failures: [{ message: expect.stringContaining('elasticloadbalancing:AddTags') }],
    });
    expect(code).toBe(3);
  });

  test('services of several kinds at once are wrong usage; 2', async () => {
    const { stage } = await stageByHand();
    const { code } = await taskwire(stage, ['adopt', 'blue', '--service', 'a/b', '--family', 'a/b']);
    expect(code).toBe(2);
  });

  test('a mistyped service is found before anything is set', async () => {
    const { stage } = await stageByHand();
    const { code, out } = await taskwire(stage, ['adopt', 'blue', '--service', 'production/wbe']);
    expect(out.replace(/\s+/g, ' ')).toContain('names the service production/wbe, which does not exist');
    expect(code).toBe(1);
  });
});
