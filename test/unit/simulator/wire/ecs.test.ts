import {
  DescribeContainerInstancesCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServicesCommand,
  ListTasksCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { broken, clusterNotFound, denied, invalid, throttled } from '../../../../simulator/errors.ts';
import type { EcsTask } from '../../../../simulator/shapes.ts';
import { serveWorld, type WireServer } from '../../../../simulator/wire/server.ts';
import { clientsOf } from './clients.ts';
import { createScriptedWorld, type Script } from './scripted-world.ts';

const CLUSTER = 'arn:aws:ecs:eu-central-1:111122223333:cluster/production';
const TASK = 'arn:aws:ecs:eu-central-1:111122223333:task/production/0123456789abcdef0123456789abcdef';

let server: WireServer | undefined;
afterEach(() => server?.close());

const ecsOf = async (script: Script) => {
  const world = createScriptedWorld(script);
  server = await serveWorld(world);
  return { ecs: clientsOf(server.endpoint).ecs, asked: world.asked };
};

const task: EcsTask = {
  taskArn: TASK,
  clusterArn: CLUSTER,
  taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:7',
  attachments: [
    {
      id: 'a1',
      type: 'ElasticNetworkInterface',
      status: 'ATTACHED',
      details: [{ name: 'privateIPv4Address', value: '10.0.1.23' }],
    },
  ],
  attributes: [],
  availabilityZone: 'eu-central-1a',
  containers: [
    {
      containerArn: 'arn:aws:ecs:eu-central-1:111122223333:container/1',
      taskArn: TASK,
      name: 'web\u001b[2J"<&',
      lastStatus: 'RUNNING',
      networkInterfaces: [{ attachmentId: 'a1', privateIpv4Address: '10.0.1.23' }],
      cpu: '256',
    },
  ],
  cpu: '256',
  memory: '512',
  createdAt: 1_772_438_400.125,
  desiredStatus: 'RUNNING',
  lastStatus: 'RUNNING',
  enableExecuteCommand: false,
  group: 'service:web',
  overrides: { containerOverrides: [] },
  startedBy: 'ecs-svc/1',
  version: 3,
  healthStatus: 'UNKNOWN',
  tags: [{ key: 'taskwire:standby', value: 'true' }],
};

describe('ECS over AWS JSON 1.1', () => {
  test('tells tasks and failures, with moments as dates', async () => {
    const failure = { arn: `${TASK}0`, reason: 'MISSING' };
    const { ecs, asked } = await ecsOf({ 'ecs:DescribeTasks': () => ({ tasks: [task], failures: [failure] }) });
    const answer = await ecs.send(
      new DescribeTasksCommand({ cluster: 'production', tasks: [TASK], include: ['TAGS'] }),
    );
    expect(answer.failures).toEqual([failure]);
    expect(answer.tasks).toEqual([{ ...task, createdAt: new Date('2026-03-02T08:00:00.125Z') }]);
    expect(asked).toEqual([
      { action: 'ecs:DescribeTasks', input: { cluster: 'production', tasks: [TASK], include: ['TAGS'] } },
    ]);
  });

  test('passes filters and paging of ListTasks on', async () => {
    const { ecs, asked } = await ecsOf({ 'ecs:ListTasks': () => ({ taskArns: [TASK], nextToken: 'more' }) });
    const filter = { cluster: CLUSTER, serviceName: 'web', desiredStatus: 'STOPPED' as const, maxResults: 100 };
    const answer = await ecs.send(new ListTasksCommand({ ...filter, nextToken: 'page 2' }));
    expect(answer).toMatchObject({ taskArns: [TASK], nextToken: 'more' });
    expect(asked).toMatchObject([{ input: { ...filter, nextToken: 'page 2' } }]);
  });

  test('answers the other reads', async () => {
    const definition = {
      taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:7',
      family: 'web',
      revision: 7,
      status: 'ACTIVE',
      networkMode: 'awsvpc' as const,
      containerDefinitions: [{ name: 'web', essential: true, portMappings: [{ containerPort: 8080 }] }],
      cpu: '256',
      memory: '512',
    };
    const instance = {
      containerInstanceArn: 'arn:aws:ecs:eu-central-1:111122223333:container-instance/production/1',
      ec2InstanceId: 'i-1',
      status: 'ACTIVE',
      agentConnected: true,
      version: 2,
    };
    const { ecs, asked } = await ecsOf({
      'ecs:ListClusters': () => ({ clusterArns: [CLUSTER] }),
      'ecs:ListServices': () => ({ serviceArns: ['s'] }),
      'ecs:DescribeServices': () => ({ services: [], failures: [{ arn: 's', reason: 'MISSING' }] }),
      'ecs:DescribeServiceRevisions': () => ({ serviceRevisions: [], failures: [] }),
      'ecs:DescribeTaskDefinition': () => ({ taskDefinition: definition }),
      'ecs:DescribeContainerInstances': () => ({ containerInstances: [instance], failures: [] }),
      'ecs:ListContainerInstances': () => ({ containerInstanceArns: [instance.containerInstanceArn] }),
      'ecs:StopTask': () => ({ task: { ...task, desiredStatus: 'STOPPED' } }),
    });
    const cluster = 'production';
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toEqual([CLUSTER]);
    expect((await ecs.send(new ListServicesCommand({ cluster }))).serviceArns).toEqual(['s']);
    expect(await ecs.send(new DescribeServicesCommand({ cluster, services: ['s'] }))).toMatchObject({
      services: [],
      failures: [{ arn: 's', reason: 'MISSING' }],
    });
    expect(
      (await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: ['r'] }))).serviceRevisions,
    ).toEqual([]);
    expect((await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:7' }))).taskDefinition).toEqual(
      definition,
    );
    expect(
      (await ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances: ['1'] })))
        .containerInstances,
    ).toEqual([instance]);
    const filter = "ec2InstanceId in ['i-1']";
    await ecs.send(new ListContainerInstancesCommand({ cluster, filter }));
    expect((await ecs.send(new StopTaskCommand({ cluster, task: TASK }))).task?.desiredStatus).toBe('STOPPED');
    expect(asked).toContainEqual(expect.objectContaining({ input: expect.objectContaining({ cluster, filter }) }));
  });

  test.each([
    { error: throttled('ecs:ListTasks'), name: 'ThrottlingException', status: 400 },
    { error: denied('ecs:ListTasks', CLUSTER), name: 'AccessDeniedException', status: 400 },
    { error: clusterNotFound(), name: 'ClusterNotFoundException', status: 400 },
    { error: invalid('ecs:ListTasks', 'Invalid token'), name: 'InvalidParameterException', status: 400 },
    { error: broken('ecs:ListTasks'), name: 'ServerException', status: 500 },
  ])('says $name as the SDK knows it', async ({ error, name, status }) => {
    const { ecs } = await ecsOf({
      'ecs:ListTasks': () => {
        throw error;
      },
    });
    await expect(ecs.send(new ListTasksCommand({}))).rejects.toMatchObject({
      name,
      message: error.message,
      $metadata: { httpStatusCode: status },
    });
  });
});
