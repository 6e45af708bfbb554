import { CreateServiceCommand, RegisterTaskDefinitionCommand, type Task } from '@aws-sdk/client-ecs';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type AccessRequest,
  type Account,
  accessRequestsOf,
  isAllowed,
  type Statement,
} from '../support/authorization.ts';
import { textAt, textsByName } from '../support/free-form.ts';
import { packagedTemplate, statementsOf } from '../support/packaged-stack.ts';
import { assumeCopyOf } from './assumed-role.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, eventOf, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { proveRole } from './role-proof.ts';
import { describeWithPython } from './with-python.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const CLUSTER = 'production';
const QUEUE = 'taskwire-prod-verify-xray';

// As permissions.test.ts. A task on an instance is a Fargate task that says it has one: what is asked for it is the same.
describeWithPython('the role of verify-xray', (python) => {
  let moto: Moto;
  let proxy: RecordingProxy;
  let world: MotoWorld;
  let instance: FunctionInstance;
  let statements: readonly Statement[];
  const account: Account = { region: REGION, account: ACCOUNT, tagsOf: () => ({}) };
  const found: string[] = [];
  let version = 0;

  const invoke = async (event: object): Promise<void> => {
    await moto.requirePermissions(true);
    try {
      const answer = await instance.invoke(event).catch((error: unknown) => {
        throw new Error(`${proxy.refused.join('\n')}\n${String(error).slice(-2_000)}`);
      });
      if (typeof answer === 'object' && answer !== null && 'findings' in answer && Array.isArray(answer.findings)) {
        found.push(...answer.findings.map(({ rule }) => rule));
      }
    } finally {
      await moto.requirePermissions(false);
    }
  };
  const batchOf = (body: object, messageAttributes: object = {}) => ({
    Records: [
      {
        messageId: crypto.randomUUID(),
        receiptHandle: 'r',
        body: JSON.stringify(body),
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: `${Date.now()}` },
        messageAttributes,
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QUEUE}`,
        awsRegion: REGION,
      },
    ],
  });
  /** A running task of a new service, one of whose containers may be a collector that says how it is. */
  const running = async (service: string, collectors: readonly object[]): Promise<Task> => {
    const app = { name: 'app', image: 'shop:7', cpu: 128, memory: 256 };
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: service,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE', 'EC2'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [app, ...collectors.map((each) => ({ ...each }))],
      }),
    );
    await world.ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName: service,
        taskDefinition: service,
        desiredCount: 0,
        launchType: 'FARGATE',
      }),
    );
    const [task] = await world.runTasks(service, 1);
    return { ...present(task), lastStatus: 'RUNNING', desiredStatus: 'RUNNING' };
  };

  beforeAll(async () => {
    const template = await packagedTemplate({ clusters: CLUSTER });
    statements = statementsOf(template, 'VerifyXrayRole', account);
    moto = await startMoto(python);
    proxy = await startRecordingProxy(moto.endpoint);
    world = await createMotoWorld(moto, CLUSTER);
    const sqs = new SQSClient(motoSettings(moto.endpoint));
    const urlOf = async (name: string): Promise<string> => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
      return present(QueueUrl).replace(moto.endpoint, proxy.endpoint);
    };
    const variables = textsByName(
      template.Resources,
      'VerifyDashxrayLambdaFunction',
      'Properties',
      'Environment',
      'Variables',
    );
    instance = await startFunction('verify-xray', {
      ...(await assumeCopyOf(statements, moto.endpoint)),
      ...variables,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: REGION,
      TASKWIRE_QUEUE_URL: await urlOf(QUEUE),
      TASKWIRE_FAILURE_QUEUE_URL: await urlOf(`${QUEUE}-failures`),
    });
    sqs.destroy();

    // On Fargate without a collector; with one whose health is asked for; on an instance, where a daemon might be.
    await invoke(eventOf(await running('bare', []), ++version));
    const collector = {
      name: 'xray-daemon',
      image: 'public.ecr.aws/xray/aws-xray-daemon:3.3.14',
      cpu: 32,
      memory: 64,
      essential: false,
      healthCheck: { command: ['CMD', '/xray', '--version'] },
    };
    await invoke(eventOf(await running('traced', [collector]), ++version));
    const containerInstanceArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:container-instance/${CLUSTER}/0123456789abcdef`;
    const { taskArn, ...task } = await running('placed', []);
    const placed = (id: string) =>
      eventOf({ ...task, taskArn: present(taskArn).replace(/[^/]+$/, id), containerInstanceArn }, ++version);
    proxy.answer('ListServices', () => ({
      serviceArns: [`arn:aws:ecs:${REGION}:${ACCOUNT}:service/${CLUSTER}/agents`],
    }));
    await invoke(placed('1'.repeat(32)));
    // What is not told yet is asked again later, and given up after hours.
    const untold = eventOf(await running('untold', []), ++version);
    proxy.answer('DescribeTaskDefinition', () => ({}));
    await invoke(batchOf(untold));
    await invoke(
      batchOf(untold, { firstSeen: { dataType: 'Number', stringValue: `${Date.now() - 7 * 60 * 60_000}` } }),
    );
  }, 180_000);
  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  test('the scenarios reach what they are about', () => {
    expect(found).toContain('XRY-1');
    const sent = proxy.calls.flatMap(({ operation, parameters }) =>
      operation === 'SendMessageBatch' ? [textAt(parameters, 'QueueUrl').split('/').at(-1)] : [],
    );
    expect(sent).toEqual([QUEUE, `${QUEUE}-failures`]);
    expect(new Set(proxy.calls.map(({ operation }) => operation)).size).toBe(6);
  });

  proveRole(() => ({
    statements,
    requests: proxy.calls.flatMap((call) => accessRequestsOf(call, account)),
    refused: proxy.refused,
  }));

  test('it refuses other clusters, other sources on the bus and every change', () => {
    const here = (resource: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${resource}`;
    const bus = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
    const verdicts: readonly (readonly [boolean, AccessRequest])[] = [
      [true, { action: 'ecs:DescribeTasks', resource: here(`task/${CLUSTER}/1`), context: {} }],
      [false, { action: 'ecs:DescribeTasks', resource: here('task/staging/1'), context: {} }],
      [false, { action: 'ecs:ListServices', resource: '*', context: { 'ecs:cluster': here('cluster/staging') } }],
      [true, { action: 'events:PutEvents', resource: bus, context: { 'events:source': 'taskwire' } }],
      [false, { action: 'events:PutEvents', resource: bus, context: { 'events:source': 'aws.ecs' } }],
      [false, { action: 'ecs:UpdateService', resource: here(`service/${CLUSTER}/shop`), context: {} }],
      [false, { action: 'ecs:RegisterTaskDefinition', resource: '*', context: {} }],
    ];
    for (const [allowed, asked] of verdicts) {
      expect({ ...asked, allowed: isAllowed(statements, asked) }).toEqual({ ...asked, allowed });
    }
  });
});
