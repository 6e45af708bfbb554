import { TagResourceCommand, UntagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { CreateListenerCommand, CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type AccessRequest,
  type Account,
  accessRequestsOf,
  isAllowed,
  type Statement,
} from '../support/authorization.ts';
import { listAt, textsByName } from '../support/free-form.ts';
import { loadEvent } from '../support/load-event.ts';
import { packagedTemplate, statementsOf } from '../support/packaged-stack.ts';
import { assumeCopyOf } from './assumed-role.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { ASKED_BY_SCALING, proveRole } from './role-proof.ts';
import { createTargetTags } from './target-tags.ts';
import { describeWithPython } from './with-python.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const CLUSTER = 'production';
const QUEUE = 'taskwire-prod-adjust-scaling';
const SERVICES = `arn:aws:ecs:${REGION}:${ACCOUNT}:service/${CLUSTER}`;

// As permissions.test.ts. moto 5.2.5 has no tags of scalable targets, starts no tasks for services and asks nobody
// whether the caller may do what a policy will do: the front of this test keeps the tags and tells of the tasks; what
// Application Auto Scaling asks is taken from its documentation and not shown here.
describeWithPython('the role of adjust-scaling', (python) => {
  let moto: Moto;
  let proxy: RecordingProxy;
  let world: MotoWorld;
  let instance: FunctionInstance;
  let statements: readonly Statement[];
  const account: Account = { region: REGION, account: ACCOUNT, tagsOf: () => ({}) };
  const changes: { readonly action: string; readonly applied: boolean }[] = [];

  const invoke = async (event: object): Promise<void> => {
    await moto.requirePermissions(true);
    try {
      const answer = await instance.invoke(event).catch((error: unknown) => {
        throw new Error(`${proxy.refused.join('\n')}\n${String(error).slice(-2_000)}`);
      });
      if (typeof answer === 'object' && answer !== null && 'changes' in answer && Array.isArray(answer.changes)) {
        changes.push(...answer.changes);
      }
    } finally {
      await moto.requirePermissions(false);
    }
  };
  const batchOf = (body: object) => ({
    Records: [
      {
        messageId: crypto.randomUUID(),
        receiptHandle: 'r',
        body: JSON.stringify(body),
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: `${Date.now()}`, MessageGroupId: 'taskwire' },
        messageAttributes: {},
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QUEUE}.fifo`,
        awsRegion: REGION,
      },
    ],
  });
  const create = async (service: string, tags: Readonly<Record<string, string>>): Promise<void> => {
    await world.createService(service, 8080);
    await world.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, desiredCount: 3 }));
    await world.ecs.send(
      new TagResourceCommand({
        resourceArn: `${SERVICES}/${service}`,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      }),
    );
  };
  const about = (name: string, service: string) => ({ ...loadEvent(name), resources: [`${SERVICES}/${service}`] });

  /** A task of a service that Spot takes back, as ECS would tell it; moto's services have none. */
  const tellTasks = (): void => {
    const taskArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:task/${CLUSTER}/0123456789abcdef0123456789abcdef`;
    const { detail } = loadEvent('task-state-change/spot-interruption');
    proxy.answer('ListTasks', () => ({ taskArns: [taskArn] }));
    proxy.answer('DescribeTasks', (parameters) => ({
      tasks: listAt(parameters, 'tasks').map(() => ({
        taskArn,
        clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${CLUSTER}`,
        taskDefinitionArn: detail.taskDefinitionArn,
        group: 'service:wave',
        lastStatus: 'RUNNING',
        desiredStatus: 'STOPPED',
        stopCode: 'SpotInterruption',
      })),
      failures: [],
    }));
  };

  beforeAll(async () => {
    const template = await packagedTemplate({ clusters: CLUSTER });
    statements = statementsOf(template, 'AdjustScalingRole', account);
    moto = await startMoto(python);
    proxy = await startRecordingProxy(moto.endpoint);
    world = await createMotoWorld(moto, CLUSTER);
    const tags = createTargetTags();
    for (const operation of ['TagResource', 'UntagResource', 'ListTagsForResource']) {
      proxy.answer(operation, (parameters) =>
        String(parameters.ResourceARN).includes(':application-autoscaling:')
          ? tags.answerFor(`AnyScaleFrontendService.${operation}`, JSON.stringify(parameters))
          : undefined,
      );
    }
    proxy.answer('GetResources', (parameters) =>
      tags.answerFor('ResourceGroupsTaggingAPI_20170126.GetResources', JSON.stringify(parameters)),
    );
    const sqs = new SQSClient(motoSettings(moto.endpoint));
    const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
    const urlOf = async (name: string): Promise<string> => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: fifo }));
      return present(QueueUrl).replace(moto.endpoint, proxy.endpoint);
    };
    const variables = textsByName(
      template.Resources,
      'AdjustDashscalingLambdaFunction',
      'Properties',
      'Environment',
      'Variables',
    );
    instance = await startFunction('adjust-scaling', {
      ...(await assumeCopyOf(statements, moto.endpoint)),
      ...variables,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: REGION,
      TASKWIRE_QUEUE_URL: await urlOf(`${QUEUE}.fifo`),
      TASKWIRE_FAILURE_QUEUE_URL: await urlOf(`${QUEUE}-failures.fifo`),
    });
    sqs.destroy();

    // Bounds, a policy, hours; then the tags go, and with them what they asked for.
    await create('shop', {
      'taskwire:scaling': 'min=2 max=20 cpu=60',
      'taskwire:hours': 'Mon-Fri 08:00-20:00 Europe/Berlin min=2 max=20',
    });
    await invoke(about('tag-change/service-tagged', 'shop'));
    // A group that only Taskwire wires, whose requests count.
    await create('web', { 'taskwire:scaling': 'min=1 max=8 requests=800' });
    const group = await world.createTargetGroup('web', { 'taskwire:service': `${CLUSTER}/web` });
    const balancer = await world.elb.send(
      new CreateLoadBalancerCommand({ Name: 'front', Subnets: [world.subnetId], Type: 'application' }),
    );
    await world.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: present(balancer.LoadBalancers?.[0]?.LoadBalancerArn),
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
      }),
    );
    await invoke(about('tag-change/service-tagged', 'web'));
    // A person asks for a sweep, which goes through the queue.
    await invoke({ dryRun: false });
    await invoke(batchOf(loadEvent('scheduled/sweep')));
    tellTasks();
    // Tasks that do not start; moto counts as running what is wanted by hand.
    proxy.amend('DescribeServices', (text) => text.replaceAll(/"runningCount": ?\d+/g, '"runningCount": 1'));
    await invoke(about('service-action/task-start-impaired', 'shop'));
    proxy.amend('DescribeServices', undefined);
    await invoke(about('service-action/steady-state', 'shop'));
    // A Spot wave; and one that is over, of which only the memory is left.
    const reactions = { 'taskwire:scaling': 'min=2 max=20 cpu=60', 'taskwire:reactions': 'spot' };
    await create('wave', reactions);
    await invoke(about('tag-change/service-tagged', 'wave'));
    await invoke(
      loadEvent('task-state-change/spot-interruption', {
        clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${CLUSTER}`,
        group: 'service:wave',
      }),
    );
    await create('past', { 'taskwire:spot': '3@1700000000' });
    await invoke(about('tag-change/service-untagged', 'past'));
    await world.ecs.send(
      new UntagResourceCommand({ resourceArn: `${SERVICES}/shop`, tagKeys: ['taskwire:scaling', 'taskwire:hours'] }),
    );
    await invoke(about('tag-change/service-untagged', 'shop'));
    // What cannot be handled is parked.
    proxy.amend('DescribeServices', (text) => text.replaceAll('"desiredCount"', '"untoldCount"'));
    await invoke(batchOf(about('service-action/steady-state', 'web')));
    proxy.amend('DescribeServices', undefined);
  }, 180_000);
  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  test('the scenarios reach what they are about', () => {
    const reached = new Set(changes.filter(({ applied }) => applied).map(({ action }) => action));
    expect([...reached].sort()).toEqual([
      'delete-policy',
      'delete-schedule',
      'put-policy',
      'put-schedule',
      'put-target',
      'raise-min',
      'resume',
      'suspend',
    ]);
    expect(changes.every(({ applied }) => applied)).toBe(true);
    expect(proxy.calls.length).toBeGreaterThan(30);
  });

  proveRole(
    () => ({
      statements,
      requests: proxy.calls.flatMap((call) => accessRequestsOf(call, account)),
      refused: proxy.refused,
    }),
    { notCalled: ASKED_BY_SCALING },
  );

  test('it refuses what is not of ECS services, other tags, other clusters and another task definition', () => {
    const target = `arn:aws:application-autoscaling:${REGION}:${ACCOUNT}:scalable-target/0ec5e1b2`;
    const dimension = (namespace: string, scalable: string) => ({
      'application-autoscaling:service-namespace': namespace,
      'application-autoscaling:scalable-dimension': scalable,
    });
    const verdicts: readonly (readonly [boolean, AccessRequest])[] = [
      [true, request('application-autoscaling:PutScalingPolicy', target, dimension('ecs', 'ecs:service:DesiredCount'))],
      [
        false,
        request(
          'application-autoscaling:PutScalingPolicy',
          target,
          dimension('dynamodb', 'dynamodb:table:ReadCapacityUnits'),
        ),
      ],
      [
        false,
        request(
          'application-autoscaling:DeregisterScalableTarget',
          target,
          dimension('ecs', 'ecs:service:DesiredCount'),
        ),
      ],
      [true, request('application-autoscaling:TagResource', target, { 'aws:TagKeys': ['taskwire:hold'] })],
      [false, request('application-autoscaling:TagResource', target, { 'aws:TagKeys': ['taskwire:hold', 'team'] })],
      [true, request('ecs:UntagResource', `${SERVICES}/shop`, { 'aws:TagKeys': ['taskwire:spot'] })],
      [false, request('ecs:UntagResource', `${SERVICES}/shop`, { 'aws:TagKeys': ['taskwire:scaling'] })],
      [
        false,
        request('ecs:TagResource', `${SERVICES.replace(CLUSTER, 'staging')}/shop`, {
          'aws:TagKeys': ['taskwire:spot'],
        }),
      ],
      [true, request('ecs:UpdateService', `${SERVICES}/shop`, {})],
      [
        false,
        request('ecs:UpdateService', `${SERVICES}/shop`, {
          'ecs:task-definition': 'arn:aws:ecs:r:1:task-definition/x:1',
        }),
      ],
    ];
    for (const [allowed, asked] of verdicts) {
      expect({ ...asked, allowed: isAllowed(statements, asked) }).toEqual({ ...asked, allowed });
    }
  });
});

const request = (action: string, resource: string, context: AccessRequest['context']): AccessRequest => ({
  action,
  resource,
  context,
});
