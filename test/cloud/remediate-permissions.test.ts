import { CodeDeployClient, CreateApplicationCommand, CreateDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StartTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AccessRequest, type Account, accessRequestsOf, type Statement } from '../support/authorization.ts';
import { listAt, textsByName } from '../support/free-form.ts';
import { loadEvent } from '../support/load-event.ts';
import { packagedTemplate, statementsOf } from '../support/packaged-stack.ts';
import { assumeCopyOf } from './assumed-role.ts';
import { addContainerInstance } from './container-instance.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { ASKED_BY_SCALING, proveRole, runsNoServices } from './role-proof.ts';
import { createTargetTags } from './target-tags.ts';
import { describeWithPython } from './with-python.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const CLUSTER = 'production';
const BEANSTALK = 'awseb-shop-a1b2c3';
const PORT = 8080;
const TASK_ROLE = `arn:aws:iam::${ACCOUNT}:role/task`;
const EXECUTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/execution`;
const SERVICES = `arn:aws:ecs:${REGION}:${ACCOUNT}:service/${CLUSTER}`;

/** moto's ListTasks breaks when it is asked about one instance of a cluster that has Fargate tasks, too. */
const NO_TASKS = { taskArns: [] };

type Tags = Readonly<Record<string, string>>;

// As permissions.test.ts and scaling-permissions.test.ts, which say what moto lacks and how the front completes it.
describeWithPython('the role of remediate', (python) => {
  let moto: Moto;
  let proxy: RecordingProxy;
  let world: MotoWorld;
  let instance: FunctionInstance;
  let statements: readonly Statement[];
  const tags = new Map<string, Tags>();
  const account: Account = { region: REGION, account: ACCOUNT, tagsOf: (arn) => tags.get(arn) ?? {} };
  const targetTags = createTargetTags();
  const done = new Set<string>();
  /** By the tags that their groups had then. */
  const requests: AccessRequest[] = [];
  let asked = 0;

  const invoke = async (input: object): Promise<{ readonly plan?: { readonly id: string }; readonly changes: [] }> => {
    await moto.requirePermissions(true);
    try {
      const answer: unknown = await instance.invoke(input).catch((error: unknown) => {
        throw new Error(`${JSON.stringify(input)}\n${proxy.refused.join('\n')}\n${String(error).slice(-2_000)}`);
      });
      return JSON.parse(JSON.stringify(answer));
    } finally {
      await moto.requirePermissions(false);
      requests.push(...proxy.calls.slice(asked).flatMap((call) => accessRequestsOf(call, account)));
      asked = proxy.calls.length;
    }
  };
  /** Shows a repair, and makes it. */
  const repair = async (action: string, scope: object): Promise<void> => {
    const request = { action, cluster: CLUSTER, ...scope };
    const { plan } = await invoke(request);
    const { changes } = await invoke({ ...request, apply: true, plan: present(plan?.id) });
    for (const { action: made, applied } of changes) if (applied) done.add(`${action} ${made}`);
  };
  const tagService = (service: string, of: Tags) =>
    world.ecs.send(
      new TagResourceCommand({
        resourceArn: `${SERVICES}/${service}`,
        tags: Object.entries(of).map(([key, value]) => ({ key, value })),
      }),
    );
  /** Wires what runs, then takes it out again as a person does. */
  const wireAndUnwire = async (arn: string, targetGroup: string, cluster: string, of: Tags): Promise<void> => {
    tags.set(arn, of);
    await repair('sync-targets', { cluster, targetGroup });
    tags.set(arn, { ...of, 'taskwire:mode': 'observe' });
    await world.tagTargetGroup(arn, { 'taskwire:mode': 'observe' });
    await repair('unwire', { cluster, targetGroup });
  };

  const repairServices = async (): Promise<void> => {
    await world.createService('checkout', PORT);
    const of = { 'taskwire:service': `${CLUSTER}/checkout` };
    const group = await world.createTargetGroup('checkout', of);
    tags.set(group, of);
    const [first] = await world.runTasks('checkout', 2);
    await repair('sync-targets', { service: 'checkout' });
    const gone = await world.stopTask(present(first));
    await world.releaseAddress(gone);
    proxy.amend('DescribeTargetHealth', (text) => text.replaceAll(/<State>\w+<\/State>/g, '<State>draining</State>'));
    await invoke({ action: 'sync-targets', cluster: CLUSTER, service: 'checkout' });
    proxy.amend('DescribeTargetHealth', undefined);
    await repair('sync-targets', { service: 'checkout' });
    await wireAndUnwire(group, 'checkout', CLUSTER, of);
  };

  const repairFamily = async (): Promise<void> => {
    await world.createService('job', PORT);
    const { SecurityGroups } = await world.ec2.send(new DescribeSecurityGroupsCommand({}));
    const securityGroup = present(SecurityGroups?.find(({ GroupName }) => GroupName === 'tasks')?.GroupId);
    await world.ecs.send(
      new RunTaskCommand({
        cluster: CLUSTER,
        taskDefinition: 'job',
        launchType: 'FARGATE',
        group: 'family:job',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: [world.subnetId], securityGroups: [securityGroup] },
        },
      }),
    );
    const of = { 'taskwire:family': `${CLUSTER}/job` };
    await wireAndUnwire(await world.createTargetGroup('job', of), 'job', CLUSTER, of);
  };

  const repairOnInstance = async (cluster: string, family: string, of: Tags, instanceTags: Tags): Promise<void> => {
    const { containerInstanceArn, instanceId } = await addContainerInstance(world, cluster, instanceTags);
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: 'bridge',
        containerDefinitions: [
          { name: 'app', image: family, memory: 128, portMappings: [{ containerPort: PORT, hostPort: 80 }] },
        ],
      }),
    );
    await world.ecs.send(
      new StartTaskCommand({ cluster, taskDefinition: family, containerInstances: [containerInstanceArn] }),
    );
    const { TargetGroups } = await world.elb.send(
      new CreateTargetGroupCommand({
        Name: family,
        Protocol: 'HTTP',
        Port: 80,
        VpcId: world.vpcId,
        TargetType: 'instance',
        Tags: Object.entries(of).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    const group = present(TargetGroups?.[0]?.TargetGroupArn);
    await wireAndUnwire(group, family, cluster, of);
    // Somebody else's port on that instance: who runs there is asked.
    await world.register(group, { Id: instanceId, Port: 8081 });
    await invoke({ action: 'sync-targets', cluster, targetGroup: family });
  };

  const repairScaling = async (): Promise<void> => {
    for (const [service, of] of [
      [
        'shop',
        {
          'taskwire:scaling': 'min=2 max=20 cpu=60',
          'taskwire:hours': 'Mon-Fri 08:00-20:00 Europe/Berlin min=2 max=20',
          'taskwire:reactions': 'deploy crash',
        },
      ],
      ['wave', { 'taskwire:scaling': 'min=2 max=20 cpu=60', 'taskwire:reactions': 'spot' }],
      ['past', { 'taskwire:spot': '3@1700000000' }],
    ] as const) {
      await world.createService(service, PORT);
      await world.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, desiredCount: 3 }));
      await tagService(service, of);
      await repair('sync-scaling', { service });
    }
    // A hold for a crash, while a deployment runs that is a reason, too.
    const { ScalableTargets } = await described();
    const shop = present(ScalableTargets?.find(({ ResourceId }) => ResourceId?.endsWith('/shop'))?.ScalableTargetARN);
    const held = (reasons: string) =>
      targetTags
        .of(shop)
        .set(
          'taskwire:hold',
          `in=false out=false scheduled=false for=${reasons} since=${Math.floor(Date.now() / 1000)}`,
        );
    held('crash');
    proxy.amend('DescribeServices', (text) =>
      text.replaceAll(/"rolloutState": ?"COMPLETED"/g, '"rolloutState":"IN_PROGRESS"'),
    );
    await repair('sync-scaling', { service: 'shop' });
    proxy.amend('DescribeServices', undefined);
    await repair('resume-scaling', { service: 'shop' });
    // A Spot wave that is remembered, and goes on.
    await tagService('wave', { 'taskwire:spot': '3@1700000000' });
    tellSpot();
    await repair('sync-scaling', { service: 'wave' });
    // A policy and a schedule that no tag asks for any more.
    await tagService('shop', { 'taskwire:scaling': 'min=2 max=20 memory=70' });
    await world.ecs.send(new UntagResourceCommand({ resourceArn: `${SERVICES}/shop`, tagKeys: ['taskwire:hours'] }));
    await repair('sync-scaling', { service: 'shop' });
  };
  const described = async () => {
    const { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } = await import(
      '@aws-sdk/client-application-auto-scaling'
    );
    const client = new ApplicationAutoScalingClient(motoSettings(moto.endpoint));
    return client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  };
  /** A task of a service that Spot takes back; moto's services have none. */
  const tellSpot = (): void => {
    const taskArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:task/${CLUSTER}/0123456789abcdef0123456789abcdef`;
    const { detail } = loadEvent('task-state-change/spot-interruption');
    proxy.answer('ListTasks', ({ serviceName, containerInstance }) =>
      String(serviceName).endsWith('wave') ? { taskArns: [taskArn] } : containerInstance ? NO_TASKS : undefined,
    );
    proxy.answer('DescribeTasks', (parameters) =>
      listAt(parameters, 'tasks').includes(taskArn)
        ? {
            tasks: [
              {
                taskArn,
                clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${CLUSTER}`,
                taskDefinitionArn: detail.taskDefinitionArn,
                group: 'service:wave',
                lastStatus: 'RUNNING',
                desiredStatus: 'STOPPED',
                stopCode: 'SpotInterruption',
              },
            ],
            failures: [],
          }
        : undefined,
    );
  };

  const repairSidecar = async (): Promise<void> => {
    await world.createService('traced', PORT);
    const { taskDefinition } = await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'traced',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '512',
        memory: '1024',
        taskRoleArn: TASK_ROLE,
        executionRoleArn: EXECUTION_ROLE,
        containerDefinitions: [{ name: 'app', image: 'app:1', cpu: 128, memory: 256, essential: true }],
        tags: [{ key: 'team', value: 'a' }],
      }),
    );
    await world.ecs.send(
      new UpdateServiceCommand({
        cluster: CLUSTER,
        service: 'traced',
        taskDefinition: present(taskDefinition?.taskDefinitionArn),
      }),
    );
    await repair('attach-sidecar', { service: 'traced' });
  };

  /** The whole cluster, with all that may fill its groups. */
  const sweep = async (): Promise<void> => {
    const codeDeploy = new CodeDeployClient(motoSettings(moto.endpoint));
    await codeDeploy.send(new CreateApplicationCommand({ applicationName: 'blue-green', computePlatform: 'ECS' }));
    await codeDeploy.send(
      new CreateDeploymentGroupCommand({
        applicationName: 'blue-green',
        deploymentGroupName: 'checkout',
        serviceRoleArn: `arn:aws:iam::${ACCOUNT}:role/copy`,
      }),
    );
    codeDeploy.destroy();
    proxy.answer('BatchGetDeploymentGroups', () => ({ deploymentGroupsInfo: [] }));
    proxy.answer('DescribeServiceRevisions', () => ({ serviceRevisions: [], failures: [] }));
    proxy.amend('DescribeServices', (text) => {
      const answer = JSON.parse(text);
      const revision = { arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service-revision/${CLUSTER}/checkout/1` };
      const services = answer.services.map((service: object) => ({ ...service, currentServiceRevisions: [revision] }));
      return JSON.stringify({ ...answer, services });
    });
    await invoke({ action: 'sync-targets', cluster: CLUSTER });
    proxy.amend('DescribeServices', undefined);
  };

  beforeAll(async () => {
    const template = await packagedTemplate({ clusters: CLUSTER, passRoles: `${TASK_ROLE},${EXECUTION_ROLE}` });
    statements = statementsOf(template, 'RemediateRole', account);
    moto = await startMoto(python);
    proxy = await startRecordingProxy(moto.endpoint);
    world = await createMotoWorld(moto, CLUSTER);
    for (const operation of ['TagResource', 'UntagResource', 'ListTagsForResource']) {
      proxy.answer(operation, (parameters) =>
        String(parameters.ResourceARN).includes(':application-autoscaling:')
          ? targetTags.answerFor(`AnyScaleFrontendService.${operation}`, JSON.stringify(parameters))
          : undefined,
      );
    }
    proxy.answer('GetResources', (parameters) =>
      targetTags.answerFor('ResourceGroupsTaggingAPI_20170126.GetResources', JSON.stringify(parameters)),
    );
    proxy.answer('ListTasks', ({ containerInstance }) => (containerInstance ? NO_TASKS : undefined));
    // Tasks on instances tell no containers and no bindings.
    proxy.amend('DescribeTasks', (text) => {
      const answer = JSON.parse(text);
      const networkBindings = [{ bindIP: '0.0.0.0', containerPort: PORT, hostPort: 80, protocol: 'tcp' }];
      const withBindings = (task: { containerInstanceArn?: string; lastStatus?: string }) =>
        task.containerInstanceArn
          ? { ...task, containers: [{ name: 'app', lastStatus: task.lastStatus, networkBindings }] }
          : task;
      return JSON.stringify({ ...answer, tasks: answer.tasks?.map(withBindings) });
    });
    const variables = textsByName(
      template.Resources,
      'RemediateLambdaFunction',
      'Properties',
      'Environment',
      'Variables',
    );
    instance = await startFunction('remediate', {
      ...(await assumeCopyOf(statements, moto.endpoint)),
      ...variables,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: REGION,
    });
    await repairServices();
    await repairFamily();
    await world.ecs.send(new CreateClusterCommand({ clusterName: BEANSTALK }));
    const environment = { 'elasticbeanstalk:environment-name': 'shop' };
    await repairOnInstance(BEANSTALK, 'shop', { 'taskwire:beanstalk': 'shop' }, environment);
    await repairOnInstance(CLUSTER, 'batch', { 'taskwire:family': `${CLUSTER}/batch` }, {});
    await repairSidecar();
    await repairScaling();
    await sweep();
  }, 180_000);
  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  test('the scenarios reach what they are about', () => {
    expect([...done].sort()).toEqual([
      'attach-sidecar attach-sidecar',
      'resume-scaling resume',
      'sync-scaling delete-policy',
      'sync-scaling delete-schedule',
      'sync-scaling put-policy',
      'sync-scaling put-schedule',
      'sync-scaling put-target',
      'sync-scaling raise-min',
      'sync-scaling suspend',
      'sync-targets deregister',
      'sync-targets register',
      'unwire deregister',
    ]);
  });

  proveRole(() => ({ statements, requests, refused: proxy.refused }), {
    notCalled: ASKED_BY_SCALING,
    untouched: runsNoServices,
  });
});
