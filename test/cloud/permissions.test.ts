import { CodeDeployClient, CreateApplicationCommand, CreateDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { DescribeSecurityGroupsCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StartTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Account, accessRequestsOf, isAllowed, type Statement } from '../support/authorization.ts';
import { textsByName } from '../support/free-form.ts';
import { loadEvent } from '../support/load-event.ts';
import { packagedTemplate, statementsOf } from '../support/packaged-stack.ts';
import { assumeCopyOf } from './assumed-role.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, eventOf, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { proveRole, runsNoServices } from './role-proof.ts';
import { describeWithPython } from './with-python.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const CLUSTER = 'production';
const PORT = 8080;
const QUEUE = 'taskwire-prod-register-targets';

// What moto 5.2.5 lacks for this, and how the proxy completes its answers so that the call behind them is made:
// tasks on instances tell no containers and no bindings, services no revisions, targets never drain, ListTasks breaks when
// it is asked about one instance of a cluster that has Fargate tasks too, BatchGetDeploymentGroups and
// DescribeServiceRevisions are unknown.
// moto compares every Resource with a literal star and knows no conditions, so the role that it enforces is a copy with
// neither: that shows that no needed action is missing. What the real statements narrow is shown over the recorded calls.
describeWithPython('the role of register-targets', (python) => {
  let moto: Moto;
  let proxy: RecordingProxy;
  let world: MotoWorld;
  let instance: FunctionInstance;
  let statements: readonly Statement[];
  const tags = new Map<string, Readonly<Record<string, string>>>();
  const account: Account = { region: REGION, account: ACCOUNT, tagsOf: (arn) => tags.get(arn) ?? {} };
  const answers: unknown[] = [];
  /** Tasks that moto would stop at once, and that still run here when their stop is told. */
  const stopping = new Set<string>();
  let version = 0;

  const invoke = async (event: object): Promise<unknown> => {
    await moto.requirePermissions(true);
    try {
      const answer = await instance.invoke(event).catch((error: unknown) => {
        throw new Error(`${proxy.refused.join('\n')}\n${String(error).slice(-2_000)}`);
      });
      answers.push(answer);
      return answer;
    } finally {
      await moto.requirePermissions(false);
    }
  };
  const group = async (name: string, of: Readonly<Record<string, string>>): Promise<string> => {
    const arn = await world.createTargetGroup(name, of);
    tags.set(arn, of);
    await tellTags(arn);
    return arn;
  };
  /** Bindings are kept for a minute; the tag event has them read again. */
  const tellTags = async (arn: string): Promise<void> => {
    await invoke(batchOf({ ...loadEvent('tag-change/target-group-tagged'), resources: [arn] }));
  };
  const withBindings = (task: Task): Task => {
    const networkBindings = [{ bindIP: '0.0.0.0', containerPort: PORT, hostPort: 80, protocol: 'tcp' as const }];
    const { lastStatus = 'RUNNING' } = task;
    const status = stopping.has(task.taskArn ?? '') ? { desiredStatus: 'STOPPED' } : {};
    return task.containerInstanceArn
      ? { ...task, ...status, containers: [{ name: 'app', lastStatus, networkBindings }] }
      : task;
  };
  const sdkTags = (of: Readonly<Record<string, string>>) => Object.entries(of).map(([Key, Value]) => ({ Key, Value }));
  /** The SDK sends to the host that a queue's URL names. */
  const through = (url: string | undefined): string => present(url).replace(moto.endpoint, proxy.endpoint);
  const batchOf = (body: object, attributes: object = {}) => ({
    Records: [
      {
        messageId: crypto.randomUUID(),
        receiptHandle: 'r',
        body: JSON.stringify(body),
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: `${Date.now()}` },
        messageAttributes: attributes,
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QUEUE}`,
        awsRegion: REGION,
      },
    ],
  });

  /** A task of the service starts, drains, stops with and without its address; a message gets too old. */
  const followTasks = async (): Promise<void> => {
    await world.createService('checkout', PORT);
    await group('checkout', { 'taskwire:service': `${CLUSTER}/checkout` });
    const [first, second] = await world.runTasks('checkout', 2);
    await invoke(batchOf(eventOf(present(first), ++version)));
    await invoke(batchOf(eventOf(present(second), ++version)));
    proxy.amend('DescribeTargetHealth', (text) => text.replaceAll(/<State>\w+<\/State>/g, '<State>draining</State>'));
    await invoke(eventOf(present(second), ++version));
    proxy.amend('DescribeTargetHealth', undefined);
    await invoke(eventOf(await world.stopTask(present(first)), ++version));
    const gone = await world.stopTask(present(second));
    await world.releaseAddress(gone);
    await invoke(eventOf(gone, ++version));

    const unseen = eventOf(present(first), ++version);
    const id = crypto.randomUUID().replaceAll('-', '');
    const taskArn = present(first?.taskArn).replace(/[^/]+$/, id);
    const firstSeen = { dataType: 'Number', stringValue: `${Date.now() - 7 * 60 * 60_000}` };
    await invoke(batchOf({ ...unseen, detail: { ...unseen.detail, taskArn } }, { firstSeen }));
  };

  /** A task that no service started. */
  const followFamily = async (): Promise<void> => {
    await world.createService('job', PORT);
    await group('job', { 'taskwire:family': `${CLUSTER}/job` });
    const securityGroups = await world.ec2.send(new DescribeSecurityGroupsCommand({}));
    const { tasks } = await world.ecs.send(
      new RunTaskCommand({
        cluster: CLUSTER,
        taskDefinition: 'job',
        launchType: 'FARGATE',
        group: 'family:job',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [world.subnetId],
            securityGroups: [
              present(securityGroups.SecurityGroups?.find(({ GroupName }) => GroupName === 'tasks')?.GroupId),
            ],
          },
        },
      }),
    );
    const task = await world.describeTask(present(tasks?.[0]));
    await invoke(eventOf(task, ++version));
    await invoke(eventOf(await world.stopTask(task), ++version));
  };

  /** A task on an EC2 instance starts and stops; then somebody else's port is on its instance. */
  const followOnInstance = async (
    cluster: string,
    family: string,
    wired: Readonly<Record<string, string>>,
    instanceTags: Readonly<Record<string, string>>,
  ): Promise<void> => {
    const run = await world.ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-12c6146b',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: world.subnetId,
        TagSpecifications: [{ ResourceType: 'instance', Tags: sdkTags({ Name: family, ...instanceTags }) }],
      }),
    );
    const instanceId = present(run.Instances?.[0]?.InstanceId);
    const instanceIdentityDocument = JSON.stringify({ instanceId });
    const { containerInstance } = await world.ecs.send(
      new RegisterContainerInstanceCommand({ cluster, instanceIdentityDocument }),
    );
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: 'bridge',
        containerDefinitions: [
          { name: 'app', image: family, memory: 128, portMappings: [{ containerPort: PORT, hostPort: 80 }] },
        ],
      }),
    );
    const { tasks } = await world.ecs.send(
      new StartTaskCommand({
        cluster,
        taskDefinition: family,
        containerInstances: [present(containerInstance?.containerInstanceArn)],
      }),
    );
    const created = await world.elb.send(
      new CreateTargetGroupCommand({
        Name: family,
        Protocol: 'HTTP',
        Port: 80,
        VpcId: world.vpcId,
        TargetType: 'instance',
        Tags: sdkTags(wired),
      }),
    );
    const arn = present(created.TargetGroups?.[0]?.TargetGroupArn);
    tags.set(arn, wired);
    await tellTags(arn);
    const { tasks: told } = await world.ecs.send(
      new DescribeTasksCommand({ cluster, tasks: [present(tasks?.[0]?.taskArn)] }),
    );
    const started = withBindings(present(told?.[0]));
    await invoke(eventOf(started, ++version));
    stopping.add(present(started.taskArn));
    await invoke(eventOf(withBindings(started), ++version));
    stopping.delete(present(started.taskArn));
    await world.ecs.send(new StopTaskCommand({ cluster, task: present(started.taskArn) }));
    await world.register(arn, { Id: instanceId, Port: 8081 });
    await tellTags(arn);
  };

  /** The sweep looks at everything that can fill a group. */
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
    await invoke(loadEvent('scheduled/sweep'));
    proxy.amend('DescribeServices', undefined);
  };

  beforeAll(async () => {
    const template = await packagedTemplate({ clusters: CLUSTER });
    statements = statementsOf(template, 'RegisterTargetsRole', account);
    moto = await startMoto(python);
    proxy = await startRecordingProxy(moto.endpoint);
    world = await createMotoWorld(moto, CLUSTER);
    const sqs = new SQSClient(motoSettings(moto.endpoint));
    const queue = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE }));
    const failures = await sqs.send(new CreateQueueCommand({ QueueName: `${QUEUE}-failures` }));
    sqs.destroy();
    const variables = textsByName(
      template.Resources,
      'RegisterDashtargetsLambdaFunction',
      'Properties',
      'Environment',
      'Variables',
    );
    const { TASKWIRE_QUEUE_URL: _queue, TASKWIRE_FAILURE_QUEUE_URL: _failures, ...settings } = variables;
    instance = await startFunction('register-targets', {
      ...(await assumeCopyOf(statements, moto.endpoint)),
      ...settings,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: REGION,
      TASKWIRE_QUEUE_URL: through(queue.QueueUrl),
      TASKWIRE_FAILURE_QUEUE_URL: through(failures.QueueUrl),
    });

    proxy.amend('DescribeTasks', (text) => {
      const answer = JSON.parse(text);
      return JSON.stringify({ ...answer, tasks: answer.tasks?.map(withBindings) });
    });
    proxy.answer('ListTasks', ({ containerInstance }) => (containerInstance ? { taskArns: [] } : undefined));
    await followTasks();
    await followFamily();
    const beanstalk = 'awseb-shop-a1b2c3';
    await world.ecs.send(new CreateClusterCommand({ clusterName: beanstalk }));
    const environment = { 'elasticbeanstalk:environment-name': 'shop' };
    await followOnInstance(beanstalk, 'shop', { 'taskwire:beanstalk': 'shop' }, environment);
    await followOnInstance(CLUSTER, 'batch', { 'taskwire:family': `${CLUSTER}/batch` }, {});
    await sweep();
  }, 180_000);
  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  test('the scenarios reach what they are about', () => {
    const changes = answers.flatMap((answer) =>
      typeof answer === 'object' && answer !== null && 'changes' in answer && Array.isArray(answer.changes)
        ? answer.changes
        : [],
    );
    expect(changes.length).toBeGreaterThanOrEqual(4);
    expect(changes.every(({ applied }) => applied)).toBe(true);
    expect(proxy.calls.length).toBeGreaterThan(30);
  });

  proveRole(
    () => ({
      statements,
      requests: proxy.calls.flatMap((call) => accessRequestsOf(call, account)),
      refused: proxy.refused,
    }),
    { untouched: runsNoServices },
  );

  describe('what it refuses', () => {
    const GROUP = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/checkout/5f3a9c1e7d2b4680`;
    const register = (of: Readonly<Record<string, string>>, resource = GROUP): boolean =>
      isAllowed(statements, {
        action: 'elasticloadbalancing:RegisterTargets',
        resource,
        context: Object.fromEntries(Object.entries(of).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
      });

    test.each<{ name: string; of: Record<string, string>; allowed: boolean }>([
      { name: 'a group without a tag', of: {}, allowed: false },
      { name: 'a group with a tag of somebody else', of: { 'other:service': 'a/b' }, allowed: false },
      { name: 'a group with only a port', of: { 'taskwire:port': '80' }, allowed: false },
      {
        name: 'a group that is only observed',
        of: { 'taskwire:service': 'a/b', 'taskwire:mode': 'observe' },
        allowed: false,
      },
      {
        name: 'not a group that is wired',
        of: { 'taskwire:service': 'a/b', 'taskwire:mode': 'enforce' },
        allowed: true,
      },
    ])('$name', ({ of, allowed }) => {
      expect(register(of)).toBe(allowed);
    });

    test('groups of another account and Region, tasks of another cluster', () => {
      const wired = { 'taskwire:service': 'a/b' };
      expect(register(wired, GROUP.replace(ACCOUNT, '999999999999'))).toBe(false);
      expect(register(wired, GROUP.replace(REGION, 'us-east-1'))).toBe(false);
      const tasks = (cluster: string) => ({
        action: 'ecs:DescribeTasks',
        resource: `arn:aws:ecs:${REGION}:${ACCOUNT}:task/${cluster}/1`,
        context: {},
      });
      expect(isAllowed(statements, tasks('staging'))).toBe(false);
      expect(isAllowed(statements, tasks(CLUSTER))).toBe(true);
    });
  });
});
