import { Readable } from 'node:stream';
import {
  ApplicationAutoScalingClient,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { BatchGetDeploymentGroupsCommand, CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';

/** What went over the wire and what was made of the answer, in plain data. */
export interface Exchange {
  readonly call: string;
  readonly request: { readonly method: string; readonly path: string; readonly type?: string; readonly body: string };
  readonly answer: unknown;
}

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const xml = (text: string) => `<?xml version="1.0"?>${text}`;
const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067';

/** Sends one call of every client through a handler that answers from memory. */
export async function exchanges(): Promise<readonly Exchange[]> {
  const done: Exchange[] = [];

  const exchange = async (
    call: string,
    answer: string,
    send: (settings: ReturnType<typeof settingsOf>) => Promise<unknown>,
  ) => {
    const sent: SentRequest[] = [];
    const result = await send(settingsOf(answer, sent)).catch((error: Error) => ({
      error: error.name,
      message: error.message,
    }));
    for (const request of sent) {
      const type = request.headers['content-type'];
      done.push({
        call,
        request: {
          method: request.method,
          path: request.path,
          ...(type && { type }),
          body: typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body),
        },
        answer: result,
      });
    }
  };

  await exchange(
    'ec2',
    xml(
      '<DescribeNetworkInterfacesResponse><networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><privateIpAddress>10.0.1.23</privateIpAddress></item></networkInterfaceSet></DescribeNetworkInterfacesResponse>',
    ),
    (settings) =>
      new EC2Client(settings).send(
        new DescribeNetworkInterfacesCommand({
          Filters: [{ Name: 'addresses.private-ip-address', Values: ['10.0.1.23'] }],
        }),
      ),
  );
  await exchange(
    'ecs',
    JSON.stringify({ tasks: [{ taskArn: 'arn', createdAt: 1.5, attachments: [] }], failures: [] }),
    (settings) =>
      new ECSClient(settings).send(new DescribeTasksCommand({ cluster: 'shop', tasks: ['a', 'b'], include: ['TAGS'] })),
  );
  await exchange(
    'register',
    xml('<RegisterTargetsResponse><RegisterTargetsResult/></RegisterTargetsResponse>'),
    (settings) =>
      new ElasticLoadBalancingV2Client(settings).send(
        new RegisterTargetsCommand({
          TargetGroupArn: GROUP,
          Targets: [{ Id: '10.0.1.23', Port: 8080, AvailabilityZone: 'all' }],
        }),
      ),
  );
  await exchange(
    'health',
    xml(
      '<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions><member><Target><Id>10.0.1.23</Id><Port>8080</Port></Target><TargetHealth><State>draining</State></TargetHealth></member></TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>',
    ),
    (settings) =>
      new ElasticLoadBalancingV2Client(settings).send(new DescribeTargetHealthCommand({ TargetGroupArn: GROUP })),
  );
  await exchange(
    'tagging',
    JSON.stringify({
      PaginationToken: '',
      ResourceTagMappingList: [{ ResourceARN: GROUP, Tags: [{ Key: 'k', Value: 'v' }] }],
    }),
    (settings) =>
      new ResourceGroupsTaggingAPIClient(settings).send(
        new GetResourcesCommand({ TagFilters: [{ Key: 'taskwire:service' }] }),
      ),
  );
  await exchange('sqs', JSON.stringify({ Successful: [], Failed: [] }), (settings) =>
    new SQSClient(settings).send(
      new SendMessageBatchCommand({
        QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/queue',
        Entries: [
          {
            Id: '1',
            MessageBody: '{}',
            DelaySeconds: 20,
            MessageAttributes: { tries: { DataType: 'Number', StringValue: '1' } },
          },
        ],
      }),
    ),
  );
  await exchange('eventbridge', JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }), (settings) =>
    new EventBridgeClient(settings).send(
      new PutEventsCommand({
        Entries: [{ Source: 'taskwire', DetailType: 'Taskwire Finding', Detail: '{}', Time: new Date(0) }],
      }),
    ),
  );
  await exchange(
    'autoscaling',
    xml(
      '<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member><AutoScalingGroupName>a</AutoScalingGroupName><MinSize>1</MinSize></member></AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>',
    ),
    (settings) => new AutoScalingClient(settings).send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 100 })),
  );
  await exchange(
    'codedeploy',
    JSON.stringify({
      deploymentGroupsInfo: [{ deploymentGroupName: 'g', ecsServices: [{ serviceName: 's', clusterName: 'c' }] }],
    }),
    (settings) =>
      new CodeDeployClient(settings).send(
        new BatchGetDeploymentGroupsCommand({ applicationName: 'a', deploymentGroupNames: ['g'] }),
      ),
  );
  const service = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/shop/web',
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await exchange('policy', JSON.stringify({ PolicyARN: 'arn', Alarms: [] }), (settings) =>
    new ApplicationAutoScalingClient(settings).send(
      new PutScalingPolicyCommand({
        ...service,
        PolicyName: 'taskwire-requests',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 800,
          CustomizedMetricSpecification: {
            Namespace: 'AWS/ApplicationELB',
            MetricName: 'RequestCountPerTarget',
            Statistic: 'Sum',
            Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/web/1' }],
          },
        },
      }),
    ),
  );
  await exchange(
    'schedules',
    JSON.stringify({
      ScheduledActions: [
        {
          ...service,
          ScheduledActionName: 'n',
          EndTime: 1.5,
          ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 2 },
        },
      ],
    }),
    (settings) =>
      new ApplicationAutoScalingClient(settings).send(new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs' })),
  );
  await exchange(
    'refused',
    xml(
      '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidTarget</Code><Message>The IP address is not valid</Message></Error></ErrorResponse>',
    ),
    (settings) =>
      new ElasticLoadBalancingV2Client(settings).send(
        new RegisterTargetsCommand({ TargetGroupArn: GROUP, Targets: [] }),
      ),
  );
  return done;
}

function settingsOf(answer: string, sent: SentRequest[]) {
  const statusCode = answer.includes('<ErrorResponse>') ? 400 : 200;
  return {
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: SentRequest) {
        sent.push(request);
        return { response: { statusCode, headers: {}, body: Readable.from([Buffer.from(answer)]) } };
      },
    },
  };
}
