import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand, PutEventsCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { passes } from '../support/event-pattern.ts';
import { loadEvent, sampleEvents } from '../support/load-event.ts';
import {
  createDeployedWorld,
  type DeployedWorld,
  eventually,
  FUNCTION,
  SOON_MS,
  targetsFor,
} from './deployed-world.ts';
import { ministackSettings } from './ministack.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

jest.setTimeout(2 * SOON_MS);

const SCALING = 'taskwire-prod-adjust-scaling';
const TRACING = 'taskwire-prod-verify-xray';
const GATE = 'taskwire-prod-gate-deployment';

// What ministack cannot show, and where it is shown instead: permissions (test/cloud/permissions.test.ts), EC2's answer
// that nobody has an address, draining (test/scenario). How the tests get round what it lacks: ministack-front.ts.
describeWithPython('the stack deployed to ministack', (python) => {
  let world: DeployedWorld;
  let sqs: SQSClient;
  let cloudFormation: CloudFormationClient;
  let lambda: LambdaClient;
  let group: string;
  let address = 0;

  beforeAll(async () => {
    world = await createDeployedWorld(python);
    const settings = ministackSettings(world.endpoint);
    sqs = new SQSClient(settings);
    cloudFormation = new CloudFormationClient(settings);
    lambda = new LambdaClient(settings);
    group = await world.createService('checkout');
  }, 180_000);
  afterAll(async () => {
    for (const client of [sqs, cloudFormation, lambda]) client?.destroy();
    await world?.stop();
  });

  const runTasks = (count: number) =>
    world.runTasks(
      'checkout',
      Array.from({ length: count }, () => `10.0.1.${++address}`),
    );
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
    const tasks = await runTasks(3);
    for (const task of tasks) await world.tell(task);
    await eventually(async () => expect(await world.targetsOf(group)).toEqual(targetsFor(tasks)));

    const [first, ...others] = tasks;
    await world.tell(present(first), { desiredStatus: 'STOPPED', version: 2 });
    await eventually(async () => expect(await world.targetsOf(group)).toEqual(targetsFor(others)));
  });

  test('its rules pass and drop the sample events as the matcher of the unit tests says', async () => {
    const verdicts: boolean[] = [];
    const ofScaling = ['services', 'spot', 'tags'].map((what) => `${SCALING}-${what}`);
    for (const rule of [`${FUNCTION}-tasks`, `${FUNCTION}-tags`, ...ofScaling, `${TRACING}-tasks`]) {
      const EventPattern = present((await world.events.send(new DescribeRuleCommand({ Name: rule }))).EventPattern);
      for (const name of sampleEvents()) {
        const sample = loadEvent(name);
        if (typeof sample?.source !== 'string') continue;
        // The stack watches a cluster of ministack's account.
        const Event = JSON.stringify(sample).replaceAll('111122223333', '000000000000');
        const { Result } = await world.events.send(new TestEventPatternCommand({ EventPattern, Event }));
        expect({ name, passes: Result }).toEqual({ name, passes: passes(JSON.parse(EventPattern), JSON.parse(Event)) });
        verdicts.push(Result === true);
      }
    }
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });

  test('a deployment that ECS tells of passes rule and FIFO queue to adjust-scaling', async () => {
    const logs = new CloudWatchLogsClient(ministackSettings(world.endpoint));
    const { source, detail, ...event } = loadEvent('deployment/in-progress');
    const Resources = ['arn:aws:ecs:eu-central-1:000000000000:service/production/checkout'];
    const Entries = [{ Source: source, DetailType: event['detail-type'], Detail: JSON.stringify(detail), Resources }];
    await world.events.send(new PutEventsCommand({ Entries }));
    await eventually(async () => {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${SCALING}` }));
      expect(events.some(({ message }) => message?.includes('"CallsSent"'))).toBe(true);
    });
    logs.destroy();
    expect(await receive(`${SCALING}-failures.fifo`)).toBeUndefined();
    expect(await receive(`${SCALING}.fifo`)).toBeUndefined();
  });

  test('a task that starts passes rule and queue to verify-xray, which is given time to know its health', async () => {
    const [task] = await runTasks(1);
    const QueueUrl = await urlOf(TRACING);
    const heldBack = async (): Promise<number> => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessagesDelayed'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessagesDelayed);
    };
    const before = await heldBack();
    await world.tell(present(task));
    await eventually(async () => expect(await heldBack()).toBe(before + 1));

    // Two minutes are long for a test: the same event once more, sent without the queue's delay.
    const event = loadEvent('task-state-change/running', {
      clusterArn: task?.clusterArn,
      taskArn: task?.taskArn,
      taskDefinitionArn: task?.taskDefinitionArn,
    });
    const logs = new CloudWatchLogsClient(ministackSettings(world.endpoint));
    await sqs.send(new SendMessageCommand({ QueueUrl, DelaySeconds: 0, MessageBody: JSON.stringify(event) }));
    await eventually(async () => {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${TRACING}` }));
      const lines = events.map(({ message = '' }) => message);
      expect(lines.some((line) => line.includes('finding.reported') && line.includes('XRY-1'))).toBe(true);
      expect(lines.some((line) => line.includes('"TasksVerified":1'))).toBe(true);
    });
    logs.destroy();
    expect(await receive(`${TRACING}-failures`)).toBeUndefined();
  });

  test('a malformed event is dropped with its log line and counted', async () => {
    const [task] = await runTasks(1);
    await world.tell(present(task), { taskArn: 'no ARN' });
    await eventually(async () => {
      const all = await world.lines();
      expect(all.find((line) => line.includes('message.dropped'))).toContain('no ARN');
      expect(all.some((line) => line.includes('"MessagesDropped":1'))).toBe(true);
    });
  });

  test('a message that a person must mend ends in the failure queue with its cause, and comes back', async () => {
    const [task] = await runTasks(1);
    const words = 'User is not authorized to perform: ecs:DescribeTasks';
    world.front.refuse('DescribeTasks', { status: 400, code: 'AccessDeniedException', message: words });
    await world.tell(present(task));
    let parked: Message | undefined;
    await eventually(async () => {
      parked = await receive(`${FUNCTION}-failures`);
      expect(parked?.MessageAttributes?.cause?.StringValue).toContain('ecs:DescribeTasks');
    });
    expect(JSON.parse(present(parked?.Body)).detail.taskArn).toBe(task?.taskArn);

    // Sent back as SQS's own redrive does it, which ministack lacks.
    world.front.refuse('DescribeTasks', undefined);
    const failures = await urlOf(`${FUNCTION}-failures`);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: await urlOf(FUNCTION),
        MessageBody: parked?.Body,
        MessageAttributes: parked?.MessageAttributes,
      }),
    );
    await sqs.send(new DeleteMessageCommand({ QueueUrl: failures, ReceiptHandle: parked?.ReceiptHandle }));
    await eventually(async () => expect(await world.targetsOf(group)).toContain(targetsFor([present(task)])[0]));
    expect(await receive(`${FUNCTION}-failures`)).toBeUndefined();
  });

  test('the gate answers ECS: a deployment waits for its tasks, and goes on once they are healthy in their group', async () => {
    const [task] = await world.runTasks('checkout', [`10.0.9.${++address}`], '9313423515462893900');
    const account = present(task?.taskArn?.split(':')[4]);
    const event = loadEvent('deployment-hook/post-scale-up');
    // ECS merges what an answer brings into the details, and hands them back.
    let details: object = {};
    const ask = async (): Promise<unknown> => {
      const hook = { ...event, hookDetails: { ...event.hookDetails, ...details } };
      const payload = JSON.stringify(hook).replaceAll('111122223333', account);
      const answer = await lambda.send(new InvokeCommand({ FunctionName: GATE, Payload: payload }));
      const told = JSON.parse(new TextDecoder().decode(present(answer.Payload)));
      details = { ...details, ...told.hookDetails };
      return told;
    };
    // The first answer of a cold instance spends its calls on what does not change.
    expect(await ask()).toMatchObject({ hookStatus: 'IN_PROGRESS', callBackDelay: 5 });
    expect(await ask()).toMatchObject({ hookStatus: 'IN_PROGRESS', callBackDelay: 30 });
    await world.tell(present(task));
    await eventually(async () => expect(await ask()).toEqual({ hookStatus: 'SUCCEEDED' }));
  });

  test('a sweep that fails goes to the failure queue, since nobody waits for its answer', async () => {
    world.front.refuse('GetResources', {
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
    world.front.refuse('GetResources', undefined);
    // Not tried again: the next sweep comes by itself.
    expect((await world.lines()).filter((line) => line.includes('register-targets could not finish'))).toHaveLength(1);
  });
});
