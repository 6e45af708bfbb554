import {
  DescribeContainerInstancesCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Task as SdkTask,
} from '@aws-sdk/client-ecs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createServices } from '../../../shared/aws/services.ts';
import { taskDefinitionFromSdk, taskFromSdk } from '../../../shared/aws/task-from-sdk.ts';
import { createTasks } from '../../../shared/aws/tasks.ts';
import { IncompleteError, NotFoundError, ThrottledError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const CLUSTER = 'production';
const arn = (id: number | string) => `arn:aws:ecs:eu-west-1:111122223333:task/${CLUSTER}/${id}`;
const instance = (id: number) => `arn:aws:ecs:eu-west-1:111122223333:container-instance/${CLUSTER}/${id}`;
const awsError = (name: string, message = 'as AWS put it') =>
  Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });

const told = (id: number | string, more: Partial<SdkTask> = {}): SdkTask => ({
  taskArn: arn(id),
  clusterArn: `arn:aws:ecs:eu-west-1:111122223333:cluster/${CLUSTER}`,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:3',
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  ...more,
});

const ecs = mockClient(ECSClient);
const clients = createClients({
  budgets: createCallBudgets({ clock: createFakeClock() }),
  connection: { region: 'eu-west-1' },
});
const tasks = createTasks(clients);
const services = createServices(clients);
beforeEach(() => {
  ecs.reset();
});

describe('tasks', () => {
  test('250 tasks are three calls of at most 100, each task once and with its tags', async () => {
    ecs
      .on(DescribeTasksCommand)
      .callsFake((input) => ({ tasks: input.tasks.map((asked: string) => told(asked.split('/')[2] ?? '')) }));
    const arns = Array.from({ length: 250 }, (_, index) => arn(index));
    const answer = await tasks.describe(CLUSTER, [...arns, ...arns.slice(0, 50)]);
    expect(answer.tasks.map(({ taskArn }) => taskArn)).toEqual(arns);
    const calls = ecs.commandCalls(DescribeTasksCommand).map((call) => call.args[0].input);
    expect(calls.map((input) => input.tasks?.length)).toEqual([100, 100, 50]);
    expect(calls[0]).toMatchObject({ cluster: CLUSTER, include: ['TAGS'] });
  });

  test('MISSING is missing, any other reason decides nothing, and so does silence', async () => {
    ecs.on(DescribeTasksCommand).resolves({
      tasks: [told(1), { taskArn: arn(5) }],
      failures: [
        { arn: arn(2), reason: 'MISSING' },
        { arn: arn(3), reason: 'INTERNAL', detail: 'try\nlater' },
      ],
    });
    const answer = await tasks.describe(CLUSTER, [1, 2, 3, 4, 5].map(arn));
    expect(answer.tasks.map(({ taskArn }) => taskArn)).toEqual([arn(1)]);
    expect(answer.missing).toEqual([arn(2)]);
    expect(answer.failed).toEqual([
      { arn: arn(3), reason: 'INTERNAL: try\\u000alater' },
      { arn: arn(4), reason: expect.stringContaining('neither') },
      { arn: arn(5), reason: expect.stringContaining('neither') },
    ]);
  });

  test('nothing to describe is no call', async () => {
    await expect(tasks.describe(CLUSTER, [])).resolves.toEqual({ tasks: [], missing: [], failed: [] });
    expect(ecs.calls()).toHaveLength(0);
  });

  test('lists every page, by the filter given', async () => {
    ecs
      .on(ListTasksCommand)
      .resolvesOnce({ taskArns: [arn(1)], nextToken: 'two' })
      .resolvesOnce({ taskArns: [], nextToken: 'three' })
      .resolves({ taskArns: [arn(2)] });
    await expect(tasks.list(CLUSTER, { desiredStatus: 'STOPPED', service: 'web' })).resolves.toEqual([arn(1), arn(2)]);
    expect(ecs.commandCalls(ListTasksCommand).map((call) => call.args[0].input)).toEqual([
      { cluster: CLUSTER, desiredStatus: 'STOPPED', serviceName: 'web', maxResults: 100 },
      { cluster: CLUSTER, desiredStatus: 'STOPPED', serviceName: 'web', maxResults: 100, nextToken: 'two' },
      { cluster: CLUSTER, desiredStatus: 'STOPPED', serviceName: 'web', maxResults: 100, nextToken: 'three' },
    ]);
  });

  test('a listing that fails on page 3 is an error, never a part', async () => {
    ecs
      .on(ListTasksCommand)
      .resolvesOnce({ taskArns: [arn(1)], nextToken: 'two' })
      .resolvesOnce({ taskArns: [arn(2)], nextToken: 'three' })
      .rejects(awsError('ThrottlingException'));
    await expect(tasks.list(CLUSTER, { desiredStatus: 'RUNNING' })).rejects.toThrow(ThrottledError);
  });

  test('a listing that turns in circles is an error', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: [arn(1)], nextToken: 'again' });
    await expect(tasks.list(CLUSTER, { desiredStatus: 'RUNNING' })).rejects.toThrow(IncompleteError);
  });

  test('an unknown cluster is not found', async () => {
    ecs.on(ListTasksCommand).rejects(awsError('ClusterNotFoundException'));
    await expect(tasks.list(CLUSTER, { desiredStatus: 'RUNNING' })).rejects.toThrow(NotFoundError);
  });

  test('a revision that ECS no longer describes is not found', async () => {
    ecs.on(DescribeTaskDefinitionCommand).rejects(awsError('ClientException', 'Unable to describe task definition.'));
    await expect(tasks.definition('web:1')).rejects.toThrow(NotFoundError);
    ecs.on(DescribeTaskDefinitionCommand).resolves({});
    await expect(tasks.definition('web:1')).rejects.toThrow(NotFoundError);
    ecs.on(DescribeTaskDefinitionCommand).rejects(awsError('ThrottlingException'));
    await expect(tasks.definition('web:1')).rejects.toThrow(ThrottledError);
  });

  test('instances that ECS does not know are left out, any other failure is an error', async () => {
    const known = { containerInstanceArn: instance(1), ec2InstanceId: 'i-1' };
    ecs.on(DescribeContainerInstancesCommand).resolves({
      containerInstances: [known],
      failures: [{ arn: instance(2), reason: 'MISSING' }],
    });
    await expect(tasks.ec2InstanceIds(CLUSTER, [instance(1), instance(2)])).resolves.toEqual(
      new Map([[instance(1), 'i-1']]),
    );
    ecs.on(DescribeContainerInstancesCommand).resolves({ failures: [{ arn: instance(2), reason: 'INTERNAL' }] });
    await expect(tasks.ec2InstanceIds(CLUSTER, [instance(2)])).rejects.toThrow(IncompleteError);
  });

  test('container instances are found by their EC2 instances, over all pages', async () => {
    ecs
      .on(ListContainerInstancesCommand)
      .resolvesOnce({ containerInstanceArns: [instance(1)], nextToken: 'two' })
      .resolves({ containerInstanceArns: [instance(2), instance(3)] });
    ecs.on(DescribeContainerInstancesCommand).callsFake((input) => ({
      containerInstances: input.containerInstances.map((containerInstanceArn: string) => ({
        containerInstanceArn,
        ec2InstanceId: `i-${containerInstanceArn.slice(-1)}`,
      })),
    }));
    await expect(tasks.containerInstances(CLUSTER, ['i-1', 'i-3', 'i-9'])).resolves.toEqual([instance(1), instance(3)]);
    await expect(tasks.containerInstances(CLUSTER, [])).resolves.toEqual([]);
  });

  test('lists all clusters', async () => {
    ecs
      .on(ListClustersCommand)
      .resolvesOnce({ clusterArns: ['a'], nextToken: 'two' })
      .resolves({ clusterArns: ['b'] });
    await expect(tasks.clusters()).resolves.toEqual(['a', 'b']);
  });
});

describe('a task as the SDK tells it', () => {
  test('finds the interface behind other attachments, and merges the addresses of its containers', () => {
    const task = taskFromSdk(
      told(1, {
        attachments: [
          { id: 'sc', type: 'Service Connect', details: [{ name: 'x', value: 'y' }] },
          {
            id: 'eni-att',
            type: 'ElasticNetworkInterface',
            details: [
              { name: 'subnetId', value: 'subnet-1' },
              { name: 'networkInterfaceId', value: 'eni-1' },
              { name: 'privateIPv4Address', value: '10.0.0.7' },
            ],
          },
        ],
        containers: [
          { name: 'aws-guardduty-agent-x1', lastStatus: 'RUNNING' },
          {
            name: 'web',
            lastStatus: 'RUNNING',
            image: 'web',
            networkInterfaces: [
              { attachmentId: 'eni-att', privateIpv4Address: '10.0.0.7', ipv6Address: '2001:DB8:0:0:0:0:0:7' },
            ],
          },
        ],
        group: 'service:web',
        startedBy: 'ecs-svc/1',
        version: 4,
        createdAt: new Date(5),
        startedAt: new Date(7),
        stoppedAt: new Date(9),
        tags: [{ key: 'taskwire:standby', value: 'true' }],
      }),
    );
    expect(task).toMatchObject({
      interfaces: [
        { attachmentId: 'eni-att', interfaceId: 'eni-1', subnetId: 'subnet-1', ipv4: '10.0.0.7', ipv6: '2001:db8::7' },
      ],
      containers: [{ name: 'aws-guardduty-agent-x1' }, { name: 'web' }],
      tags: { 'taskwire:standby': 'true' },
      version: 4,
      createdAtMs: 5,
      startedAtMs: 7,
      stoppedAtMs: 9,
    });
  });

  test('lists a port once for 0.0.0.0 and ::', () => {
    const twin = { containerPort: 80, hostPort: 32_768, protocol: 'tcp' as const };
    const task = taskFromSdk(
      told(1, {
        containers: [
          {
            name: 'web',
            lastStatus: 'RUNNING',
            networkBindings: [
              { bindIP: '0.0.0.0', ...twin },
              { bindIP: '::', ...twin },
            ],
          },
        ],
      }),
    );
    expect(task?.containers).toEqual([{ name: 'web', lastStatus: 'RUNNING', ports: [twin] }]);
  });

  test('without what identifies it, is none', () => {
    const { lastStatus: _, ...without } = told(1);
    expect(taskFromSdk(without)).toBeUndefined();
    expect(taskFromSdk({})).toBeUndefined();
  });

  test.each([
    [undefined, 'bridge'],
    ['awsvpc', 'awsvpc'],
    ['host', 'host'],
    ['none', 'none'],
  ] as const)('network mode %s is %s', (networkMode, expected) => {
    const definition = taskDefinitionFromSdk({ taskDefinitionArn: 'web:1', ...(networkMode && { networkMode }) });
    expect(definition?.networkMode).toBe(expected);
  });

  test('reads single ports and ranges', () => {
    const definition = taskDefinitionFromSdk({
      taskDefinitionArn: 'web:1',
      containerDefinitions: [
        {
          name: 'web',
          portMappings: [{ containerPort: 80 }, { containerPortRange: '8000-8010', protocol: 'udp' }, {}],
        },
        { name: 'sidecar' },
      ],
    });
    expect(definition?.containers).toEqual([
      {
        name: 'web',
        ports: [
          { from: 80, to: 80, protocol: 'tcp' },
          { from: 8000, to: 8010, protocol: 'udp' },
        ],
      },
      { name: 'sidecar', ports: [] },
    ]);
  });
});

describe('services', () => {
  const service = (name: string, more: object = {}) => ({
    serviceArn: `arn:aws:ecs:eu-west-1:111122223333:service/${CLUSTER}/${name}`,
    clusterArn: CLUSTER,
    serviceName: name,
    status: 'ACTIVE',
    ...more,
  });

  test('are described ten per call; unknown and inactive ones are left out', async () => {
    ecs.on(DescribeServicesCommand).callsFake((input) => ({
      services: input.services
        .slice(1)
        .map((name: string) => service(name, name === 's5' ? { status: 'INACTIVE' } : {})),
      failures: [{ arn: input.services[0], reason: 'MISSING' }],
    }));
    const names = Array.from({ length: 23 }, (_, index) => `s${index}`);
    const described = await services.describe(CLUSTER, names);
    expect(described).toHaveLength(23 - 3 - 1);
    expect(ecs.commandCalls(DescribeServicesCommand).map((call) => call.args[0].input.services?.length)).toEqual([
      10, 10, 3,
    ]);
  });

  test('tell every target group that ECS fills, alternates and task sets included', async () => {
    ecs.on(DescribeServicesCommand).resolves({
      services: [
        service('web', {
          loadBalancers: [
            { targetGroupArn: 'blue', advancedConfiguration: { alternateTargetGroupArn: 'green' } },
            { loadBalancerName: 'classic' },
          ],
          taskSets: [{ loadBalancers: [{ targetGroupArn: 'set' }, { targetGroupArn: 'blue' }] }],
          currentServiceRevisions: [{ arn: 'revision/1' }, { arn: 'revision/2' }],
        }),
      ],
    });
    const [web] = await services.describe(CLUSTER, ['web']);
    expect(web?.targetGroupArns).toEqual(['blue', 'green', 'set']);
    expect(web?.revisionArns).toEqual(['revision/1', 'revision/2']);
  });

  test('a cluster that does not exist has none; a failure is an error', async () => {
    ecs.on(DescribeServicesCommand).rejects(awsError('ClusterNotFoundException'));
    await expect(services.describe(CLUSTER, ['web'])).resolves.toEqual([]);
    ecs.on(DescribeServicesCommand).resolves({ failures: [{ arn: 'web', reason: 'INTERNAL' }] });
    await expect(services.describe(CLUSTER, ['web'])).rejects.toThrow(IncompleteError);
  });

  test('are listed over all pages', async () => {
    ecs
      .on(ListServicesCommand)
      .resolvesOnce({ serviceArns: ['a'], nextToken: 'two' })
      .resolves({ serviceArns: ['b'] });
    await expect(services.list(CLUSTER)).resolves.toEqual(['a', 'b']);
    expect(ecs.commandCalls(ListServicesCommand)[0]?.args[0].input.maxResults).toBe(100);
  });

  test('revisions tell the groups that run, 20 per call', async () => {
    ecs.on(DescribeServiceRevisionsCommand).callsFake((input) => ({
      serviceRevisions: input.serviceRevisionArns.map((revision: string) => ({
        loadBalancers: [
          { targetGroupArn: `${revision} own`, advancedConfiguration: { alternateTargetGroupArn: 'alternate' } },
        ],
        resolvedConfiguration: { loadBalancers: [{ targetGroupArn: 'resolved' }] },
        ecsManagedResources: { ingressPaths: [{ targetGroups: [{ arn: 'managed' }] }] },
      })),
    }));
    const groups = await services.targetGroupsOfRevisions(Array.from({ length: 21 }, (_, index) => `r${index}`));
    expect(groups).toEqual(expect.arrayContaining(['r0 own', 'r20 own', 'alternate', 'resolved', 'managed']));
    expect(groups).toHaveLength(24);
    expect(ecs.commandCalls(DescribeServiceRevisionsCommand)).toHaveLength(2);
  });
});
