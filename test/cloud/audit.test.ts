import { CreateNetworkInterfaceCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateServiceCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateApplicationCommand,
  CreateEnvironmentCommand,
  ElasticBeanstalkClient,
} from '@aws-sdk/client-elastic-beanstalk';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuditOutcome } from '../../shared/app/audit.ts';
import type { RemediateOutcome } from '../../shared/app/remediate.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { addressOf, createMotoWorld, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

const isOutcome = (value: unknown): value is AuditOutcome =>
  typeof value === 'object' && value !== null && 'findings' in value && 'unseen' in value;

const isRemedy = (value: unknown): value is RemediateOutcome =>
  typeof value === 'object' && value !== null && 'changes' in value;

const lastOf = (text: string): string => {
  const [, group] = /:targetgroup\/([^/]+)\//.exec(text) ?? [];
  return group ?? text.slice(text.lastIndexOf('/') + 1);
};

const BUCKET = 'taskwire-reports';
const REQUIRED = { 'taskwire:tracing': 'required' };
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const DAEMON = {
  name: 'xray-daemon',
  image: 'public.ecr.aws/xray/aws-xray-daemon:3.3.14',
  cpu: 32,
  memory: 128,
  essential: false,
  logConfiguration: {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': 'shop', 'awslogs-stream-prefix': 'shop', mode: 'non-blocking' },
  },
};
const APP = {
  ...DAEMON,
  name: 'app',
  image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:7',
  cpu: 128,
  memory: 256,
  essential: true,
  environment: [{ name: 'DB_PASSWORD', value: 'hunter2' }],
  portMappings: [{ containerPort: 8080, protocol: 'tcp' as const }],
  healthCheck: { command: ['CMD', '/healthy'] },
  stopTimeout: 120,
};

// What moto 5.2.5 cannot show, and where it is shown instead (test/scenario/audit-*): services that start tasks by
// themselves, tasks of instances, CloudWatch's own figures, and the settings of an Elastic Beanstalk environment, which
// it does not implement: the audit says so, as it would without the permission.
describeWithPython('the built audit against moto', (python) => {
  let moto: Moto;
  let proxy: CountingProxy;
  let world: MotoWorld;
  let instance: FunctionInstance;
  let s3: S3Client;
  let groups: { readonly lost: string; readonly typo: string };

  const serviceOf = async (
    name: string,
    tags: Readonly<Record<string, string>> = {},
    containerDefinitions: readonly object[] = [
      { ...APP, dependsOn: [{ containerName: DAEMON.name, condition: 'START' }] },
      DAEMON,
    ],
  ): Promise<void> => {
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        taskRoleArn: `arn:aws:iam::123456789012:role/${name === 'mute' ? 'mute' : 'task'}`,
        executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
        containerDefinitions: containerDefinitions.map((each) => ({ ...each })),
      }),
    );
    const { service } = await world.ecs.send(
      new CreateServiceCommand({
        cluster: world.cluster,
        serviceName: name,
        taskDefinition: name,
        desiredCount: 0,
        launchType: 'FARGATE',
      }),
    );
    if (Object.keys(tags).length === 0) return;
    await world.ecs.send(
      new TagResourceCommand({
        resourceArn: service?.serviceArn,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      }),
    );
  };

  beforeAll(async () => {
    moto = await startMoto(python);
    world = await createMotoWorld(moto);
    const settings = motoSettings(moto.endpoint);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
    );
    const iam = new IAMClient(settings);
    for (const [RoleName, Action] of [
      ['task', 'xray:*'],
      ['mute', 'xray:Get*'],
    ] as const) {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(TRUST) }));
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action, Resource: '*' },
      });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'traces', PolicyDocument }));
    }
    const beanstalk = new ElasticBeanstalkClient(settings);
    await beanstalk.send(new CreateApplicationCommand({ ApplicationName: 'legacy' }));
    await beanstalk.send(
      new CreateEnvironmentCommand({
        ApplicationName: 'legacy',
        EnvironmentName: 'legacy',
        SolutionStackName: '64bit Amazon Linux 2018.03 v2.26.4 running Multi-container Docker 19.03.13-ce (Generic)',
      }),
    );

    const { LoadBalancers } = await world.elb.send(
      new CreateLoadBalancerCommand({ Name: 'front', Subnets: [world.subnetId], Type: 'application' }),
    );
    let port = 80;
    const groupOf = async (name: string, service: string): Promise<string> => {
      const TargetGroupArn = await world.createTargetGroup(name, { 'taskwire:service': service });
      await world.elb.send(
        new CreateListenerCommand({
          LoadBalancerArn: present(LoadBalancers?.[0]?.LoadBalancerArn),
          Port: port++,
          Protocol: 'HTTP',
          DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        }),
      );
      const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }];
      await world.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
      return TargetGroupArn;
    };

    // Right, and wired; then faults, each in a place of its own.
    await serviceOf('shop');
    const shop = await groupOf('shop', 'production/shop');
    for (const task of await world.runTasks('shop', 2)) await world.register(shop, { Id: addressOf(task), Port: 8080 });
    await serviceOf('lost');
    const lost = await groupOf('lost', 'production/lost');
    await world.runTasks('lost', 1);
    const stale = await groupOf('stale', 'production/shop');
    for (const arn of await tasksOf('shop')) await world.register(stale, { Id: arn, Port: 8080 });
    await world.register(stale, { Id: '10.0.99.99', Port: 8080 });
    const typo = await groupOf('typo', 'production/tpyo');
    groups = { lost, typo };
    await serviceOf('bare', REQUIRED, [APP]);
    await serviceOf('mute', REQUIRED);
    await serviceOf('unscaled', { 'taskwire:scaling': 'min=1 max=4 cpu=60' });

    proxy = await startCountingProxy(moto.endpoint);
    instance = await startFunction('audit', {
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: proxy.endpoint,
      // The proxy counts calls that name their action in the body or a header; S3's do neither.
      AWS_ENDPOINT_URL_S3: moto.endpoint,
      TASKWIRE_REPORT_BUCKET: BUCKET,
      TASKWIRE_TRACING: 'off',
    });
  }, 120_000);
  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  const tasksOf = async (service: string): Promise<readonly string[]> => {
    const { taskArns = [] } = await world.ecs.send(new ListTasksCommand({ cluster: world.cluster, family: service }));
    const tasks = await Promise.all(taskArns.map((taskArn) => world.describeTask({ taskArn })));
    return tasks.map(addressOf);
  };
  const run = async (event: object): Promise<AuditOutcome> => {
    proxy.reset();
    const outcome = await instance.invoke(event);
    if (!isOutcome(outcome)) throw new Error(`not an Outcome: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const found = ({ findings }: AuditOutcome): readonly string[] =>
    findings.map(({ rule, resource }) => `${rule} ${lastOf(resource)}`).sort();
  const textOf = async (Key: string): Promise<string> =>
    (await (await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body?.transformToString()) ?? '';

  test('finds exactly what was planted, and keeps the report', async () => {
    const outcome = await run({});
    expect(found(outcome)).toEqual([
      'SCL-10 unscaled',
      'TAG-14 typo',
      'TGT-1 lost',
      'TGT-10 stale',
      'XRY-1 bare:1',
      // A note about the daemon, which is in maintenance mode.
      'XRY-20 mute:1',
    ]);
    expect(outcome.unseen).toMatchObject([{ resource: 'legacy', what: 'the option XRayEnabled' }]);
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    expect(Contents.map(({ Key }) => Key)).toEqual(
      expect.arrayContaining([outcome.report?.html, outcome.report?.json, 'audit/latest.html', 'audit/history.json']),
    );
    const html = await textOf('audit/latest.html');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain('TGT-10');
    expect(html).not.toContain('hunter2');
  }, 120_000);

  test('the second one describes no revision again, and knows the first', async () => {
    const outcome = await run({});
    expect(proxy.counts()).not.toHaveProperty('DescribeTaskDefinition');
    expect(proxy.counts()).toMatchObject({
      ListClusters: 1,
      DescribeServices: 1,
      // Once more for the task that seems to be missing.
      DescribeTasks: 2,
      GetMetricData: 1,
    });
    expect(outcome.calls).toMatchObject({ 'ecs:DescribeServices': 1, 's3:GetObject': 3, 's3:PutObject': 6 });
    expect(JSON.parse(await textOf('audit/history.json')).summaries).toHaveLength(2);
    expect(JSON.parse(await textOf('audit/latest.json'))).toMatchObject({ trend: { new: [], gone: [] } });
  }, 120_000);

  test('with roles: the one that allows too little is found', async () => {
    expect(found(await run({ cluster: 'production', iam: true }))).toContain('XRY-13 mute:1');
  }, 120_000);

  test('the repair of each fault leaves a clean second audit', async () => {
    // A stranger, whom somebody registered: only a person may say that it goes.
    const { NetworkInterface } = await new EC2Client(motoSettings(moto.endpoint)).send(
      new CreateNetworkInterfaceCommand({ SubnetId: world.subnetId }),
    );
    await world.register(groups.lost, { Id: present(NetworkInterface?.PrivateIpAddress), Port: 8080 });
    expect(found(await run({}))).toContain('TGT-2 lost');

    // A tag is put right by whoever wrote it.
    await world.tagTargetGroup(groups.typo, { 'taskwire:service': 'production/shop' });
    // Auto scaling is not given a service that it would scale out at once.
    await world.ecs.send(new UpdateServiceCommand({ cluster: world.cluster, service: 'unscaled', desiredCount: 1 }));
    const repairer = await startFunction('remediate', {
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: moto.endpoint,
      TASKWIRE_PASS_ROLES: ['task', 'execution'].map((name) => `arn:aws:iam::123456789012:role/${name}`).join(','),
    });
    try {
      for (const asked of [
        { action: 'sync-targets', service: 'lost' },
        { action: 'sync-targets', targetGroup: 'stale' },
        { action: 'sync-targets', targetGroup: 'typo' },
        { action: 'remove-unknown-targets', targetGroup: 'lost' },
        { action: 'sync-scaling', service: 'unscaled' },
        { action: 'attach-sidecar', service: 'bare', collector: 'adot' },
      ]) {
        const request = { ...asked, cluster: world.cluster };
        const shown = await repairer.invoke(request);
        if (!isRemedy(shown)) throw new Error(`no plan: ${JSON.stringify(shown)}`);
        expect([asked, shown.plan?.changes.length]).not.toEqual([asked, 0]);
        const done = await repairer.invoke({ ...request, apply: true, plan: shown.plan?.id });
        if (!isRemedy(done)) throw new Error(`nothing done: ${JSON.stringify(done)}`);
        expect([asked, done.changes.every(({ applied }) => applied)]).toEqual([asked, true]);
      }
    } finally {
      await repairer.stop();
    }
    const outcome = await run({});
    // The note about the daemon stays: it is no fault.
    expect(found(outcome)).toEqual(['XRY-20 mute:1']);
    expect(JSON.parse(await textOf('audit/latest.json'))).toMatchObject({ trend: { new: [] } });
  }, 120_000);

  test('what is not understood is refused', async () => {
    await expect(run({ clusters: 'production' })).rejects.toThrow(
      '"clusters" is not understood, did you mean cluster?',
    );
  });
});
