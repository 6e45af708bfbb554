import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { SQSClient } from '@aws-sdk/client-sqs';

const ignore = (): void => undefined;
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The SDK's real clients, with one attempt each: a retry would hide what the server answered first. */
export const clientsOf = (endpoint: string) => {
  const withoutEndpoint = {
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const settings = { ...withoutEndpoint, endpoint };
  return {
    ecs: new ECSClient(settings),
    elb: new ElasticLoadBalancingV2Client(settings),
    tagging: new ResourceGroupsTaggingAPIClient(settings),
    ec2: new EC2Client(settings),
    autoScaling: new AutoScalingClient(settings),
    scaling: new ApplicationAutoScalingClient(settings),
    codeDeploy: new CodeDeployClient(settings),
    events: new EventBridgeClient(settings),
    // As a deployed function finds its queue: by the host of the queue's URL. The SDK warns of it, to a silent logger.
    sqs: new SQSClient({ ...withoutEndpoint, logger: silent }),
  };
};
