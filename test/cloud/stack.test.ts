import { setTimeout as wait } from 'node:timers/promises';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { passes } from '../support/event-pattern.ts';
import { loadEvent, sampleEvents } from '../support/load-event.ts';
import { deployStack } from './deployed-stack.ts';
import { freeEndpoint, type Ministack, ministackSettings, startMinistack } from './ministack.ts';
import { type MinistackFront, startMinistackFront } from './ministack-front.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

const CLUSTER = 'production';
const PORT = 8080;
const FUNCTION = 'taskwire-prod-register-targets';
/** Batching window, a cold start and polling, on a machine that does other work too. */
const SOON_MS = 45_000;

/** Looks again and again until it is as expected. */
const eventually = async (look: () => Promise<void>): Promise<void> => {
  const untilMs = Date.now() + SOON_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      await wait(250);
    }
  }
};

jest.setTimeout(2 * SOON_MS);

// What ministack cannot show, and where it is shown instead: permissions (test/cloud/permissions.test.ts), EC2's answer
// that nobody has an address, draining (test/scenario). How the tests get round what it lacks: ministack-front.ts.
describeWithPython('the stack deployed to ministack', (python) => {
  let ministack: Ministack;
  let front: MinistackFront;
  let ecs: ECSClient;
  let elb: ElasticLoadBalancingV2Client;
  let ec2: EC2Client;
  let events: EventBridgeClient;
  let sqs: SQSClient;
  let logs: CloudWatchLogsClient;
  let cloudFormation: CloudFormationClient;
  let lambda: LambdaClient;
  let vpcId: string;
  let subnetId: string;
  let group: string;
  let address = 0;

  beforeAll(async () => {
    const endpoint = await freeEndpoint();
    front = await startMinistackFront(endpoint);
    ministack = await startMinistack(python, endpoint, front.endpoint);
    const settings = ministackSettings(endpoint);
    ecs = new ECSClient(settings);
    elb = new ElasticLoadBalancingV2Client(settings);
    ec2 = new EC2Client(settings);
    events = new EventBridgeClient(settings);
    sqs = new SQSClient(settings);
    logs = new CloudWatchLogsClient(settings);
    cloudFormation = new CloudFormationClient(settings);
    lambda = new LambdaClient(settings);
    await deployStack(endpoint, { clusters: CLUSTER });

    vpcId = present((await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId);
    const subnet = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.0.1.0/24' }));
    subnetId = present(subnet.Subnet?.SubnetId);
    await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
    group = await createService('checkout');
  }, 180_000);
  afterAll(async () => {
    for (const client of [ecs, elb, ec2, events, sqs, logs, cloudFormation, lambda]) client?.destroy();
    await front?.close();
    await ministack?.stop();
  });

  /** A service that starts nothing by itself, and the group that its tag wires it to. */
  const createService = async (name: string): Promise<string> => {
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          { name: 'app', image: name, cpu: 256, memory: 512, portMappings: [{ containerPort: PORT, protocol: 'tcp' }] },
        ],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({ cluster: CLUSTER, serviceName: name, taskDefinition: name, desiredCount: 0 }),
    );
    const answer = await elb.send(
      new CreateTargetGroupCommand({ Name: name, Protocol: 'HTTP', Port: 80, VpcId: vpcId, TargetType: 'ip' }),
    );
    const arn = present(answer.TargetGroups?.[0]?.TargetGroupArn);
    const Tags = [{ Key: 'taskwire:service', Value: `${CLUSTER}/${name}` }];
    await elb.send(new AddTagsCommand({ ResourceArns: [arn], Tags }));
    return arn;
  };

  /** Runs tasks as the service would, each with an interface of its own. */
  const runTasks = async (service: string, count: number): Promise<readonly Task[]> => {
    const { tasks = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: CLUSTER,
        taskDefinition: service,
        launchType: 'FARGATE',
        count,
        group: `service:${service}`,
        startedBy: 'ecs-svc/1',
        networkConfiguration: { awsvpcConfiguration: { subnets: [subnetId] } },
      }),
    );
    return tasks.map((task) => {
      const details = [
        { name: 'subnetId', value: subnetId },
        { name: 'networkInterfaceId', value: `eni-${present(task.taskArn).slice(-12)}` },
        { name: 'privateIPv4Address', value: `10.0.1.${++address}` },
      ];
      const attachments = [{ id: crypto.randomUUID(), type: 'ElasticNetworkInterface', status: 'ATTACHED', details }];
      front.giveInterface(present(task.taskArn), attachments);
      return { ...task, attachments };
    });
  };

  /** The ECS Task State Change that ECS would put on the default bus. */
  const tell = async (task: Task, differs: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    const { healthStatus: _health, tags: _tags, ...told } = task;
    const detail = {
      ...told,
      attachments: task.attachments?.map((attachment) => ({ ...attachment, type: 'eni' })),
      ...differs,
    };
    const answer = await events.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: 'aws.ecs',
            DetailType: 'ECS Task State Change',
            Detail: JSON.stringify(detail),
            Resources: [present(task.taskArn)],
          },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(0);
  };

  const addressesOf = (tasks: readonly Task[]): readonly string[] =>
    tasks
      .map(({ attachments }) => attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value)
      .map((ip) => `${ip}:${PORT}`)
      .sort();
  const targetsOf = async (arn: string): Promise<readonly string[]> => {
    const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    return (answer.TargetHealthDescriptions ?? [])
      .filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
      .map(({ Target }) => `${Target?.Id}:${Target?.Port}`)
      .sort();
  };
  const lines = async (): Promise<readonly string[]> => {
    const answer = await logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${FUNCTION}` }));
    return (answer.events ?? []).map(({ message }) => message ?? '');
  };
  const urlOf = async (name: string): Promise<string> =>
    present((await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl);
  const receive = async (name: string): Promise<Message | undefined> => {
    const answer = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: await urlOf(name),
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 1,
        VisibilityTimeout: 0,
      }),
    );
    return answer.Messages?.[0];
  };

  test('osls deploys it, and every resource of the template is there', async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'taskwire-prod' }));
    expect(['CREATE_COMPLETE', 'UPDATE_COMPLETE']).toContain(Stacks?.[0]?.StackStatus);
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: 'taskwire-prod' }),
    );
    expect(StackResources.length).toBeGreaterThan(30);
    const others = StackResources.filter(({ ResourceStatus }) => !ResourceStatus?.endsWith('_COMPLETE'));
    expect(others).toEqual([]);
  });

  test('tasks that ECS tells of on the default bus arrive in their target group, and leave it', async () => {
    const tasks = await runTasks('checkout', 3);
    for (const task of tasks) await tell(task);
    await eventually(async () => expect(await targetsOf(group)).toEqual(addressesOf(tasks)));

    const [first, ...others] = tasks;
    await tell(present(first), { desiredStatus: 'STOPPED', version: 2 });
    await eventually(async () => expect(await targetsOf(group)).toEqual(addressesOf(others)));
  });

  test('its rules pass and drop the sample events as the matcher of the unit tests says', async () => {
    const verdicts: boolean[] = [];
    for (const rule of [`${FUNCTION}-tasks`, `${FUNCTION}-tags`]) {
      const EventPattern = present((await events.send(new DescribeRuleCommand({ Name: rule }))).EventPattern);
      for (const name of sampleEvents()) {
        const sample = loadEvent(name);
        if (typeof sample?.source !== 'string') continue;
        // The stack watches a cluster of ministack's account.
        const Event = JSON.stringify(sample).replaceAll('111122223333', '000000000000');
        const { Result } = await events.send(new TestEventPatternCommand({ EventPattern, Event }));
        expect({ name, passes: Result }).toEqual({ name, passes: passes(JSON.parse(EventPattern), JSON.parse(Event)) });
        verdicts.push(Result === true);
      }
    }
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });

  test('a malformed event is dropped with its log line and counted', async () => {
    const [task] = await runTasks('checkout', 1);
    await tell(present(task), { taskArn: 'no ARN' });
    await eventually(async () => {
      const all = await lines();
      expect(all.find((line) => line.includes('message.dropped'))).toContain('no ARN');
      expect(all.some((line) => line.includes('"MessagesDropped":1'))).toBe(true);
    });
  });

  test('a message that a person must mend ends in the failure queue with its cause, and comes back', async () => {
    const [task] = await runTasks('checkout', 1);
    const words = 'User is not authorized to perform: ecs:DescribeTasks';
    front.refuse('DescribeTasks', { status: 400, code: 'AccessDeniedException', message: words });
    await tell(present(task));
    let parked: Message | undefined;
    await eventually(async () => {
      parked = await receive(`${FUNCTION}-failures`);
      expect(parked?.MessageAttributes?.cause?.StringValue).toContain('ecs:DescribeTasks');
    });
    expect(JSON.parse(present(parked?.Body)).detail.taskArn).toBe(task?.taskArn);

    // Sent back as SQS's own redrive does it, which ministack lacks.
    front.refuse('DescribeTasks', undefined);
    const failures = await urlOf(`${FUNCTION}-failures`);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: await urlOf(FUNCTION),
        MessageBody: parked?.Body,
        MessageAttributes: parked?.MessageAttributes,
      }),
    );
    await sqs.send(new DeleteMessageCommand({ QueueUrl: failures, ReceiptHandle: parked?.ReceiptHandle }));
    await eventually(async () => expect(await targetsOf(group)).toContain(addressesOf([present(task)])[0]));
    expect(await receive(`${FUNCTION}-failures`)).toBeUndefined();
  });

  test('a sweep that fails goes to the failure queue, since nobody waits for its answer', async () => {
    front.refuse('GetResources', {
      status: 400,
      code: 'AccessDeniedException',
      message: 'not authorized: tag:GetResources',
    });
    const sweep = { ...loadEvent('scheduled/sweep'), id: crypto.randomUUID() };
    await lambda.send(
      new InvokeCommand({ FunctionName: FUNCTION, InvocationType: 'Event', Payload: JSON.stringify(sweep) }),
    );
    await eventually(async () => {
      const record = JSON.parse((await receive(`${FUNCTION}-failures`))?.Body ?? '{}');
      expect(record.requestPayload?.id).toBe(sweep.id);
      expect(record.responsePayload?.errorMessage).toContain('tag:GetResources');
    });
    front.refuse('GetResources', undefined);
    // Not tried again: the next sweep comes by itself.
    expect((await lines()).filter((line) => line.includes('register-targets could not finish'))).toHaveLength(1);
  });
});
