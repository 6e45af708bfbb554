import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  BatchGetDeploymentGroupsCommand,
  ListApplicationsCommand,
  ListDeploymentGroupsCommand,
} from '@aws-sdk/client-codedeploy';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError, throttled } from '../../../../simulator/errors.ts';
import { serveWorld, type WireServer } from '../../../../simulator/wire/server.ts';
import { clientsOf } from './clients.ts';
import { createScriptedWorld, type Script } from './scripted-world.ts';

let server: WireServer | undefined;
afterEach(() => server?.close());

const wireOf = async (script: Script) => {
  const world = createScriptedWorld(script);
  server = await serveWorld(world);
  return { ...clientsOf(server.endpoint), server, asked: world.asked };
};

describe('the tagging API over AWS JSON 1.1', () => {
  test('tells tagged resources page by page', async () => {
    const page = {
      ResourceTagMappingList: [{ ResourceARN: 'arn', Tags: [{ Key: 'k', Value: '<v>' }] }],
      PaginationToken: 'x',
    };
    const { tagging, asked } = await wireOf({ 'tag:GetResources': () => page });
    const input = {
      TagFilters: [{ Key: 'taskwire:service' }, { Key: 'stage', Values: ['production'] }],
      ResourceTypeFilters: ['elasticloadbalancing:targetgroup'],
      ResourcesPerPage: 100,
      PaginationToken: 'w',
    };
    expect(await tagging.send(new GetResourcesCommand(input))).toMatchObject(page);
    expect(asked).toEqual([
      {
        action: 'tag:GetResources',
        input: {
          ...input,
          TagFilters: [
            { Key: 'taskwire:service', Values: [] },
            { Key: 'stage', Values: ['production'] },
          ],
        },
      },
    ]);
  });

  test('throttles in its own word', async () => {
    const { tagging } = await wireOf({
      'tag:GetResources': () => {
        throw throttled('tag:GetResources');
      },
    });
    await expect(tagging.send(new GetResourcesCommand({}))).rejects.toMatchObject({ name: 'ThrottledException' });
  });
});

test('Auto Scaling tells groups with their target groups over awsQuery', async () => {
  const group = { AutoScalingGroupName: 'web', TargetGroupARNs: ['arn'] };
  const { autoScaling, asked } = await wireOf({
    'autoscaling:DescribeAutoScalingGroups': () => ({ AutoScalingGroups: [group], NextToken: 'more' }),
  });
  const answer = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 100 }));
  expect(answer).toMatchObject({ AutoScalingGroups: [group], NextToken: 'more' });
  expect(asked).toMatchObject([{ input: { MaxRecords: 100 } }]);
});

test('CodeDeploy tells applications, deployment groups and their target groups over AWS JSON 1.1', async () => {
  const info = {
    applicationName: 'shop',
    deploymentGroupName: 'web',
    computePlatform: 'ECS' as const,
    loadBalancerInfo: { targetGroupPairInfoList: [{ targetGroups: [{ name: 'blue' }, { name: 'green' }] }] },
  };
  const { codeDeploy } = await wireOf({
    'codedeploy:ListApplications': () => ({ applications: ['shop'] }),
    'codedeploy:ListDeploymentGroups': () => ({ applicationName: 'shop', deploymentGroups: ['web'] }),
    'codedeploy:BatchGetDeploymentGroups': () => ({ deploymentGroupsInfo: [info] }),
  });
  const applicationName = 'shop';
  expect((await codeDeploy.send(new ListApplicationsCommand({}))).applications).toEqual(['shop']);
  expect((await codeDeploy.send(new ListDeploymentGroupsCommand({ applicationName }))).deploymentGroups).toEqual([
    'web',
  ]);
  const groups = await codeDeploy.send(
    new BatchGetDeploymentGroupsCommand({ applicationName, deploymentGroupNames: ['web'] }),
  );
  expect(groups.deploymentGroupsInfo).toEqual([info]);
});

test('EventBridge takes events over AWS JSON 1.1', async () => {
  const { events, asked } = await wireOf({
    'events:PutEvents': () => ({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'InternalFailure' }] }),
  });
  const entry = {
    Source: 'taskwire',
    DetailType: 'Taskwire Finding',
    Detail: '{"summary":"\u001b<"}',
    Resources: ['arn'],
  };
  const answer = await events.send(new PutEventsCommand({ Entries: [entry] }));
  expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'InternalFailure' }] });
  expect(asked).toEqual([{ action: 'events:PutEvents', input: { Entries: [entry] } }]);
});

describe('SQS over AWS JSON 1.0', () => {
  const WORLD_URL = 'https://sqs.eu-central-1.amazonaws.com/111122223333/work';
  const entry = {
    Id: '0',
    MessageBody: '{"line":"\r\n"}',
    DelaySeconds: 20,
    MessageAttributes: { tries: { DataType: 'Number', StringValue: '1' } },
  };

  test('takes messages at the host that the queue URL names, with digests the SDK accepts', async () => {
    const {
      sqs,
      server: wire,
      asked,
    } = await wireOf({
      'sqs:SendMessageBatch': () => ({
        Successful: [{ Id: '0', MessageId: 'm' }],
        Failed: [{ Id: '1', Code: 'InternalError', Message: 'again', SenderFault: false }],
      }),
    });
    const QueueUrl = wire.queueUrl(WORLD_URL);
    expect(QueueUrl).toBe(`${wire.endpoint}/111122223333/work`);
    const answer = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [entry, { Id: '1', MessageBody: 'b' }] }),
    );
    expect(answer).toMatchObject({
      Successful: [{ Id: '0', MessageId: 'm' }],
      Failed: [{ Id: '1', SenderFault: false }],
    });
    expect(asked).toEqual([
      {
        action: 'sqs:SendMessageBatch',
        input: { QueueUrl: WORLD_URL, Entries: [entry, { Id: '1', MessageBody: 'b', MessageAttributes: {} }] },
      },
    ]);
  });

  test('says that a queue does not exist as the SDK knows it', async () => {
    const { sqs, server: wire } = await wireOf({
      'sqs:SendMessageBatch': () => {
        throw new AwsError('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'no such queue', {
          statusCode: 400,
        });
      },
    });
    await expect(
      sqs.send(new SendMessageBatchCommand({ QueueUrl: wire.queueUrl(WORLD_URL), Entries: [entry] })),
    ).rejects.toMatchObject({ name: 'QueueDoesNotExist', message: 'no such queue' });
  });
});
