/**
 * The AWS calls that the simulator answers: inputs and outputs in the SDK's member names. Timestamps are epoch
 * **seconds**, as AWS's JSON protocol carries them. Not modelled: members that Taskwire neither reads nor sends.
 */

/** A member that may be left out. */
type Maybe<T> = T | undefined;

export interface NameValue {
  readonly name: string;
  readonly value: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface EcsAttachment {
  readonly id: string;
  /** `eni` in events, `ElasticNetworkInterface` in answers; `Service Connect`. */
  readonly type: string;
  readonly status: string;
  readonly details: readonly NameValue[];
}

export interface EcsNetworkBinding {
  readonly bindIP: string;
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface EcsContainerInterface {
  readonly attachmentId: string;
  readonly privateIpv4Address?: string;
  readonly ipv6Address?: string;
}

export interface EcsContainer {
  readonly containerArn: string;
  readonly taskArn: string;
  readonly name: string;
  /** Missing for injected sidecars. */
  readonly image?: string;
  readonly runtimeId?: string;
  readonly lastStatus: string;
  readonly exitCode?: number;
  readonly reason?: string;
  /** Never in events. */
  readonly healthStatus?: string;
  readonly networkBindings?: readonly EcsNetworkBinding[];
  readonly networkInterfaces: readonly EcsContainerInterface[];
  readonly cpu: string;
  readonly memory?: string;
}

/** What event and answer share; `Time` is an ISO string in events, epoch seconds in answers. */
export interface EcsTaskOf<Time> {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly attachments: readonly EcsAttachment[];
  readonly attributes: readonly NameValue[];
  readonly availabilityZone: string;
  readonly capacityProviderName?: string;
  readonly containerInstanceArn?: string;
  readonly connectivity?: string;
  readonly connectivityAt?: Time;
  readonly containers: readonly EcsContainer[];
  readonly cpu: string;
  readonly memory: string;
  readonly createdAt: Time;
  readonly pullStartedAt?: Time;
  readonly pullStoppedAt?: Time;
  readonly startedAt?: Time;
  readonly stoppingAt?: Time;
  readonly executionStoppedAt?: Time;
  readonly stoppedAt?: Time;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly lastStatus: string;
  readonly enableExecuteCommand: boolean;
  readonly ephemeralStorage?: { readonly sizeInGiB: number };
  readonly group: string;
  readonly launchType?: string;
  readonly overrides: { readonly containerOverrides: readonly { readonly name: string }[] };
  readonly platformVersion?: string;
  readonly startedBy?: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly version: number;
}

/** A task as DescribeTasks answers it. */
export interface EcsTask extends EcsTaskOf<number> {
  readonly healthStatus: string;
  readonly tags?: readonly KeyValue[];
}

/** The `detail` of an `ECS Task State Change`. */
export interface EcsTaskDetail extends EcsTaskOf<string> {
  readonly updatedAt: string;
}

/** An event on the bus, as EventBridge hands it to a rule's target. */
export interface BusEvent<Detail = object> {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Detail;
}

export interface EcsFailure {
  readonly arn: string;
  readonly reason: string;
}

export interface EcsPortMapping {
  readonly containerPort?: number;
  readonly containerPortRange?: string;
  readonly hostPort?: number;
  readonly protocol?: 'tcp' | 'udp';
}

export interface EcsContainerDefinition {
  readonly name: string;
  readonly image?: string;
  readonly essential: boolean;
  readonly portMappings: readonly EcsPortMapping[];
  readonly cpu?: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly links?: readonly string[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  readonly healthCheck?: { readonly command: readonly string[] };
  readonly logConfiguration?: {
    readonly logDriver: string;
    readonly options?: Readonly<Record<string, string>>;
  };
  readonly stopTimeout?: number;
  /** Members that the world keeps and does not look at: dockerLabels, mountPoints… */
  readonly [member: string]: unknown;
}

export interface EcsTaskDefinition {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: string;
  readonly networkMode: 'awsvpc' | 'bridge' | 'host' | 'none' | 'default';
  readonly containerDefinitions: readonly EcsContainerDefinition[];
  readonly cpu: string;
  readonly memory: string;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly requiresCompatibilities?: readonly string[];
  /** Epoch seconds. */
  readonly registeredAt?: number;
  readonly compatibilities?: readonly string[];
  /** volumes, runtimePlatform… */
  readonly [member: string]: unknown;
}

export interface EcsLoadBalancer {
  readonly targetGroupArn?: string;
  readonly loadBalancerName?: string;
  readonly containerName?: string;
  readonly containerPort?: number;
  readonly advancedConfiguration?: { readonly alternateTargetGroupArn?: string };
}

export interface EcsDeployment {
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE';
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly failedTasks: number;
  /** Only of ECS's own deployment controller. */
  readonly rolloutState?: string;
  readonly rolloutStateReason?: string;
}

export interface EcsTaskSet {
  readonly id: string;
  readonly taskSetArn: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly loadBalancers: readonly EcsLoadBalancer[];
}

export interface EcsService {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly taskDefinition: string;
  readonly launchType?: string;
  /** Instead of a launch type. */
  readonly capacityProviderStrategy?: readonly {
    readonly capacityProvider: string;
    readonly weight: number;
    readonly base: number;
  }[];
  readonly schedulingStrategy: string;
  readonly deploymentController: { readonly type: string };
  readonly deploymentConfiguration: {
    readonly strategy: string;
    readonly maximumPercent: number;
    readonly minimumHealthyPercent: number;
    readonly deploymentCircuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
    readonly lifecycleHooks?: readonly {
      readonly hookTargetArn: string;
      readonly lifecycleStages: readonly string[];
    }[];
  };
  /** `ECS`: Express Mode. `CUSTOMER`: everybody else. */
  readonly resourceManagementType: string;
  readonly createdAt: number;
  readonly loadBalancers: readonly EcsLoadBalancer[];
  readonly deployments: readonly EcsDeployment[];
  readonly taskSets: readonly EcsTaskSet[];
  readonly currentServiceRevisions: readonly { readonly arn: string }[];
  readonly networkConfiguration?: { readonly awsvpcConfiguration: { readonly assignPublicIp: 'ENABLED' | 'DISABLED' } };
  readonly tags?: readonly KeyValue[];
}

export interface EcsServiceRevision {
  readonly serviceRevisionArn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly taskDefinition: string;
  readonly loadBalancers: readonly EcsLoadBalancer[];
}

export interface EcsContainerInstance {
  readonly containerInstanceArn: string;
  readonly ec2InstanceId: string;
  readonly status: string;
  readonly agentConnected: boolean;
  readonly version: number;
}

export interface ElbTag {
  readonly Key: string;
  readonly Value: string;
}

export interface ElbTargetGroup {
  readonly TargetGroupArn: string;
  readonly TargetGroupName: string;
  readonly TargetType: string;
  readonly Protocol?: string;
  readonly Port?: number;
  readonly VpcId?: string;
  readonly IpAddressType?: 'ipv4' | 'ipv6';
  readonly LoadBalancerArns: readonly string[];
  readonly HealthCheckEnabled?: boolean;
  readonly HealthCheckPort?: string;
  readonly HealthCheckProtocol?: string;
  readonly HealthCheckIntervalSeconds?: number;
  readonly HealthyThresholdCount?: number;
}

export interface ElbTarget {
  readonly Id: string;
  /** Left out: the group's port. */
  readonly Port?: Maybe<number>;
  readonly AvailabilityZone?: Maybe<string>;
}

export interface ElbTargetHealthDescription {
  readonly Target: ElbTarget;
  readonly HealthCheckPort: string;
  readonly TargetHealth: { readonly State: string; readonly Reason?: string; readonly Description?: string };
}

export interface Ec2Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

export interface Ec2Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface Ec2TagDescription extends Ec2Tag {
  readonly ResourceId: string;
  readonly ResourceType: string;
}

export interface Ec2NetworkInterface {
  readonly NetworkInterfaceId: string;
  readonly VpcId: string;
  readonly SubnetId: string;
  readonly Description: string;
  readonly InterfaceType: string;
  readonly Status: string;
  /** The time is ISO text. */
  readonly Attachment?: { readonly AttachTime: string };
  readonly PrivateIpAddress?: string;
  readonly PrivateIpAddresses: readonly { readonly PrivateIpAddress: string; readonly Primary: boolean }[];
  readonly Ipv6Addresses: readonly { readonly Ipv6Address: string }[];
}

export interface Ec2Subnet {
  readonly SubnetId: string;
  readonly VpcId: string;
  readonly AvailabilityZone: string;
  /** Missing in an IPv6-only subnet. */
  readonly CidrBlock?: string;
  readonly Ipv6CidrBlockAssociationSet: readonly {
    readonly Ipv6CidrBlock: string;
    readonly Ipv6CidrBlockState: { readonly State: string };
  }[];
}

export interface Ec2Instance {
  readonly InstanceId: string;
  readonly State: { readonly Name: string };
  readonly VpcId: string;
  readonly SubnetId: string;
  readonly PrivateIpAddress?: string;
  readonly Tags: readonly Ec2Tag[];
}

export interface SqsMessageAttribute {
  readonly DataType: string;
  readonly StringValue?: Maybe<string>;
}

/** Left out, a flag is false, whatever it was before. */
export interface AasSuspendedState {
  readonly DynamicScalingInSuspended?: Maybe<boolean>;
  readonly DynamicScalingOutSuspended?: Maybe<boolean>;
  readonly ScheduledScalingSuspended?: Maybe<boolean>;
}

export interface AasScalableTarget {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly MinCapacity: number;
  readonly MaxCapacity: number;
  readonly RoleARN: string;
  readonly CreationTime: number;
  readonly SuspendedState: AasSuspendedState;
  readonly ScalableTargetARN: string;
}

/** A target-tracking policy's configuration; `Metrics` in the customised one is a metric expression. */
export interface AasTrackingConfiguration {
  readonly TargetValue: number;
  readonly PredefinedMetricSpecification?: Maybe<{
    readonly PredefinedMetricType: string;
    readonly ResourceLabel?: Maybe<string>;
  }>;
  readonly CustomizedMetricSpecification?: Maybe<{
    readonly MetricName?: Maybe<string>;
    readonly Namespace?: Maybe<string>;
    readonly Dimensions?: Maybe<readonly { readonly Name: string; readonly Value: string }[]>;
    readonly Statistic?: Maybe<string>;
    readonly Unit?: Maybe<string>;
    readonly Metrics?: Maybe<readonly object[]>;
  }>;
  readonly ScaleOutCooldown?: Maybe<number>;
  readonly ScaleInCooldown?: Maybe<number>;
  readonly DisableScaleIn?: Maybe<boolean>;
}

export interface AasScalingPolicy {
  readonly PolicyARN: string;
  readonly PolicyName: string;
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly PolicyType: string;
  readonly StepScalingPolicyConfiguration?: object;
  readonly TargetTrackingScalingPolicyConfiguration?: AasTrackingConfiguration;
  readonly Alarms: readonly { readonly AlarmName: string; readonly AlarmARN: string }[];
  readonly CreationTime: number;
}

export interface AasTargetAction {
  readonly MinCapacity?: Maybe<number>;
  readonly MaxCapacity?: Maybe<number>;
}

export interface AasScheduledAction {
  readonly ScheduledActionName: string;
  readonly ScheduledActionARN: string;
  readonly ServiceNamespace: string;
  readonly Schedule: string;
  readonly Timezone?: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly ScalableTargetAction: AasTargetAction;
  readonly CreationTime: number;
}

/** What every call about one scalable target names. */
export interface AasResource {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
}

export interface SqsSendEntry {
  readonly Id: string;
  readonly MessageBody: string;
  /** FIFO queues refuse it. */
  readonly DelaySeconds?: Maybe<number>;
  /** FIFO queues only, and needed there. */
  readonly MessageGroupId?: Maybe<string>;
  readonly MessageDeduplicationId?: Maybe<string>;
  readonly MessageAttributes?: Maybe<Readonly<Record<string, SqsMessageAttribute>>>;
}

/** An entry of a batch that was refused. */
export interface LambdaMapping {
  readonly UUID: string;
  readonly FunctionArn: string;
  readonly EventSourceArn: string;
  readonly State: string;
}

export interface SqsRefusal {
  readonly Id: string;
  readonly Code: string;
  readonly Message: string;
  readonly SenderFault: boolean;
}

export interface EbEnvironment {
  readonly EnvironmentName: string;
  readonly EnvironmentId: string;
  readonly ApplicationName: string;
  readonly Status: string;
  readonly SolutionStackName?: string;
  readonly PlatformArn?: string;
}

export interface EbOptionSetting {
  readonly Namespace: string;
  readonly OptionName: string;
  readonly Value: string;
}

export interface CwMetricQuery {
  readonly Id: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** Times are epoch seconds. */
export interface CwMetricResult {
  readonly Id: string;
  readonly StatusCode: string;
  readonly Timestamps: readonly number[];
  readonly Values: readonly number[];
}

/** Every call, by `service:Action`. */
export interface AwsCalls {
  'ecs:ListClusters': {
    input: { readonly nextToken?: Maybe<string>; readonly maxResults?: Maybe<number> };
    output: { readonly clusterArns: readonly string[]; readonly nextToken?: string };
  };
  'ecs:ListTasks': {
    input: {
      readonly cluster?: Maybe<string>;
      readonly serviceName?: Maybe<string>;
      readonly family?: Maybe<string>;
      readonly containerInstance?: Maybe<string>;
      readonly desiredStatus?: Maybe<string>;
      readonly startedBy?: Maybe<string>;
      readonly nextToken?: Maybe<string>;
      readonly maxResults?: Maybe<number>;
    };
    output: { readonly taskArns: readonly string[]; readonly nextToken?: string };
  };
  'ecs:DescribeTasks': {
    input: {
      readonly cluster?: Maybe<string>;
      readonly tasks: readonly string[];
      readonly include?: Maybe<readonly string[]>;
    };
    output: { readonly tasks: readonly EcsTask[]; readonly failures: readonly EcsFailure[] };
  };
  'ecs:DescribeTaskDefinition': {
    input: { readonly taskDefinition: string; readonly include?: Maybe<readonly string[]> };
    output: { readonly taskDefinition: EcsTaskDefinition; readonly tags?: readonly KeyValue[] };
  };
  'ecs:RegisterTaskDefinition': {
    input: Readonly<Record<string, unknown>>;
    output: { readonly taskDefinition: EcsTaskDefinition; readonly tags: readonly KeyValue[] };
  };
  'ecs:DescribeContainerInstances': {
    input: { readonly cluster?: Maybe<string>; readonly containerInstances: readonly string[] };
    output: {
      readonly containerInstances: readonly EcsContainerInstance[];
      readonly failures: readonly EcsFailure[];
    };
  };
  'ecs:ListContainerInstances': {
    /** `filter` in the cluster query language: only `ec2InstanceId in ['i-…', …]` and `ec2InstanceId == i-…`. */
    input: {
      readonly cluster?: Maybe<string>;
      readonly filter?: Maybe<string>;
      readonly nextToken?: Maybe<string>;
      readonly maxResults?: Maybe<number>;
    };
    output: { readonly containerInstanceArns: readonly string[]; readonly nextToken?: string };
  };
  'ecs:ListServices': {
    input: {
      readonly cluster?: Maybe<string>;
      readonly schedulingStrategy?: Maybe<string>;
      readonly nextToken?: Maybe<string>;
      readonly maxResults?: Maybe<number>;
    };
    output: { readonly serviceArns: readonly string[]; readonly nextToken?: string };
  };
  'ecs:DescribeServices': {
    input: {
      readonly cluster?: Maybe<string>;
      readonly services: readonly string[];
      readonly include?: Maybe<readonly string[]>;
    };
    output: { readonly services: readonly EcsService[]; readonly failures: readonly EcsFailure[] };
  };
  'ecs:DescribeServiceRevisions': {
    input: { readonly serviceRevisionArns: readonly string[] };
    output: { readonly serviceRevisions: readonly EcsServiceRevision[]; readonly failures: readonly EcsFailure[] };
  };
  'ecs:StopTask': {
    input: { readonly cluster?: Maybe<string>; readonly task: string; readonly reason?: Maybe<string> };
    output: { readonly task: EcsTask };
  };
  'ecs:UpdateContainerInstancesState': {
    input: {
      readonly cluster?: Maybe<string>;
      readonly containerInstances: readonly string[];
      readonly status: string;
    };
    output: {
      readonly containerInstances: readonly EcsContainerInstance[];
      readonly failures: readonly EcsFailure[];
    };
  };
  'ecs:UpdateService': {
    input: {
      readonly cluster?: Maybe<string>;
      readonly service: string;
      readonly desiredCount?: Maybe<number>;
      readonly taskDefinition?: Maybe<string>;
      readonly forceNewDeployment?: Maybe<boolean>;
    };
    output: { readonly service: EcsService };
  };
  'ecs:TagResource': {
    input: {
      readonly resourceArn: string;
      readonly tags: readonly { readonly key?: Maybe<string>; readonly value?: Maybe<string> }[];
    };
    output: Readonly<Record<string, never>>;
  };
  'ecs:UntagResource': {
    input: { readonly resourceArn: string; readonly tagKeys: readonly string[] };
    output: Readonly<Record<string, never>>;
  };
  'application-autoscaling:DescribeScalableTargets': {
    input: {
      readonly ServiceNamespace: string;
      readonly ResourceIds?: Maybe<readonly string[]>;
      readonly ScalableDimension?: Maybe<string>;
      readonly MaxResults?: Maybe<number>;
      readonly NextToken?: Maybe<string>;
    };
    output: { readonly ScalableTargets: readonly AasScalableTarget[]; readonly NextToken?: string };
  };
  'application-autoscaling:DescribeScalingPolicies': {
    input: {
      readonly ServiceNamespace: string;
      readonly PolicyNames?: Maybe<readonly string[]>;
      readonly ResourceId?: Maybe<string>;
      readonly ScalableDimension?: Maybe<string>;
      readonly MaxResults?: Maybe<number>;
      readonly NextToken?: Maybe<string>;
    };
    output: { readonly ScalingPolicies: readonly AasScalingPolicy[]; readonly NextToken?: string };
  };
  'application-autoscaling:DescribeScheduledActions': {
    input: {
      readonly ServiceNamespace: string;
      readonly ScheduledActionNames?: Maybe<readonly string[]>;
      readonly ResourceId?: Maybe<string>;
      readonly ScalableDimension?: Maybe<string>;
      readonly MaxResults?: Maybe<number>;
      readonly NextToken?: Maybe<string>;
    };
    output: { readonly ScheduledActions: readonly AasScheduledAction[]; readonly NextToken?: string };
  };
  'application-autoscaling:RegisterScalableTarget': {
    input: AasResource &
      AasTargetAction & {
        readonly SuspendedState?: Maybe<AasSuspendedState>;
        readonly Tags?: Maybe<Readonly<Record<string, string>>>;
      };
    output: { readonly ScalableTargetARN: string };
  };
  'application-autoscaling:DeregisterScalableTarget': {
    input: AasResource;
    output: Readonly<Record<string, never>>;
  };
  'application-autoscaling:PutScalingPolicy': {
    input: AasResource & {
      readonly PolicyName: string;
      readonly PolicyType?: Maybe<string>;
      readonly StepScalingPolicyConfiguration?: Maybe<object>;
      readonly TargetTrackingScalingPolicyConfiguration?: Maybe<AasTrackingConfiguration>;
    };
    output: { readonly PolicyARN: string; readonly Alarms: readonly object[] };
  };
  'application-autoscaling:DeleteScalingPolicy': {
    input: AasResource & { readonly PolicyName: string };
    output: Readonly<Record<string, never>>;
  };
  'application-autoscaling:PutScheduledAction': {
    input: AasResource & {
      readonly ScheduledActionName: string;
      readonly Schedule?: Maybe<string>;
      readonly Timezone?: Maybe<string>;
      /** Epoch seconds. */
      readonly StartTime?: Maybe<number>;
      readonly EndTime?: Maybe<number>;
      readonly ScalableTargetAction?: Maybe<AasTargetAction>;
    };
    output: Readonly<Record<string, never>>;
  };
  'application-autoscaling:DeleteScheduledAction': {
    input: AasResource & { readonly ScheduledActionName: string };
    output: Readonly<Record<string, never>>;
  };
  'application-autoscaling:ListTagsForResource': {
    input: { readonly ResourceARN: string };
    output: { readonly Tags: Readonly<Record<string, string>> };
  };
  'application-autoscaling:TagResource': {
    input: { readonly ResourceARN: string; readonly Tags: Readonly<Record<string, string>> };
    output: Readonly<Record<string, never>>;
  };
  'application-autoscaling:UntagResource': {
    input: { readonly ResourceARN: string; readonly TagKeys: readonly string[] };
    output: Readonly<Record<string, never>>;
  };
  'elasticloadbalancing:DescribeTargetGroups': {
    input: {
      readonly TargetGroupArns?: Maybe<readonly string[]>;
      readonly Names?: Maybe<readonly string[]>;
      readonly Marker?: Maybe<string>;
      readonly PageSize?: Maybe<number>;
    };
    output: { readonly TargetGroups: readonly ElbTargetGroup[]; readonly NextMarker?: string };
  };
  'elasticloadbalancing:DescribeTargetHealth': {
    input: { readonly TargetGroupArn: string; readonly Targets?: Maybe<readonly ElbTarget[]> };
    output: { readonly TargetHealthDescriptions: readonly ElbTargetHealthDescription[] };
  };
  'elasticloadbalancing:DescribeTargetGroupAttributes': {
    input: { readonly TargetGroupArn: string };
    output: { readonly Attributes: readonly ElbTag[] };
  };
  'elasticloadbalancing:DescribeTags': {
    input: { readonly ResourceArns: readonly string[] };
    output: { readonly TagDescriptions: readonly { readonly ResourceArn: string; readonly Tags: readonly ElbTag[] }[] };
  };
  'elasticloadbalancing:RegisterTargets': {
    input: { readonly TargetGroupArn: string; readonly Targets: readonly ElbTarget[] };
    output: Readonly<Record<string, never>>;
  };
  'elasticloadbalancing:DeregisterTargets': {
    input: { readonly TargetGroupArn: string; readonly Targets: readonly ElbTarget[] };
    output: Readonly<Record<string, never>>;
  };
  'elasticloadbalancing:AddTags': {
    input: { readonly ResourceArns: readonly string[]; readonly Tags: readonly ElbTag[] };
    output: Readonly<Record<string, never>>;
  };
  'elasticloadbalancing:RemoveTags': {
    input: { readonly ResourceArns: readonly string[]; readonly TagKeys: readonly string[] };
    output: Readonly<Record<string, never>>;
  };
  'tag:GetResources': {
    input: {
      readonly TagFilters?: Maybe<readonly { readonly Key: string; readonly Values?: Maybe<readonly string[]> }[]>;
      readonly ResourceTypeFilters?: Maybe<readonly string[]>;
      readonly ResourcesPerPage?: Maybe<number>;
      readonly PaginationToken?: Maybe<string>;
    };
    output: {
      readonly ResourceTagMappingList: readonly { readonly ResourceARN: string; readonly Tags: readonly ElbTag[] }[];
      /** Empty on the last page. */
      readonly PaginationToken: string;
    };
  };
  'ec2:DescribeSubnets': {
    input: {
      readonly SubnetIds?: Maybe<readonly string[]>;
      readonly Filters?: Maybe<readonly Ec2Filter[]>;
      readonly MaxResults?: Maybe<number>;
      readonly NextToken?: Maybe<string>;
    };
    output: { readonly Subnets: readonly Ec2Subnet[]; readonly NextToken?: string };
  };
  'ec2:DescribeNetworkInterfaces': {
    input: {
      readonly NetworkInterfaceIds?: Maybe<readonly string[]>;
      readonly Filters?: Maybe<readonly Ec2Filter[]>;
      readonly MaxResults?: Maybe<number>;
      readonly NextToken?: Maybe<string>;
    };
    output: { readonly NetworkInterfaces: readonly Ec2NetworkInterface[]; readonly NextToken?: string };
  };
  'ec2:DescribeInstances': {
    input: {
      readonly InstanceIds?: Maybe<readonly string[]>;
      readonly Filters?: Maybe<readonly Ec2Filter[]>;
      readonly MaxResults?: Maybe<number>;
      readonly NextToken?: Maybe<string>;
    };
    output: {
      readonly Reservations: readonly { readonly Instances: readonly Ec2Instance[] }[];
      readonly NextToken?: string;
    };
  };
  'ec2:DescribeTags': {
    input: {
      readonly Filters?: Maybe<readonly Ec2Filter[]>;
      readonly MaxResults?: Maybe<number>;
      readonly NextToken?: Maybe<string>;
    };
    output: { readonly Tags: readonly Ec2TagDescription[]; readonly NextToken?: string };
  };
  'autoscaling:DescribeAutoScalingGroups': {
    input: { readonly NextToken?: Maybe<string>; readonly MaxRecords?: Maybe<number> };
    output: {
      readonly AutoScalingGroups: readonly {
        readonly AutoScalingGroupName: string;
        readonly TargetGroupARNs: readonly string[];
      }[];
      readonly NextToken?: string;
    };
  };
  'codedeploy:ListApplications': {
    input: { readonly nextToken?: Maybe<string> };
    output: { readonly applications: readonly string[]; readonly nextToken?: string };
  };
  'codedeploy:BatchGetApplications': {
    input: { readonly applicationNames: readonly string[] };
    output: {
      readonly applicationsInfo: readonly { readonly applicationName: string; readonly computePlatform: string }[];
    };
  };
  'codedeploy:ListDeploymentGroups': {
    input: { readonly applicationName: string; readonly nextToken?: Maybe<string> };
    output: {
      readonly applicationName: string;
      readonly deploymentGroups: readonly string[];
      readonly nextToken?: string;
    };
  };
  'codedeploy:BatchGetDeploymentGroups': {
    input: { readonly applicationName: string; readonly deploymentGroupNames: readonly string[] };
    output: {
      readonly deploymentGroupsInfo: readonly {
        readonly applicationName: string;
        readonly deploymentGroupName: string;
        readonly computePlatform: string;
        readonly loadBalancerInfo: {
          readonly targetGroupPairInfoList: readonly {
            readonly targetGroups: readonly { readonly name: string }[];
          }[];
        };
      }[];
    };
  };
  'events:PutEvents': {
    input: {
      readonly Entries: readonly {
        readonly Source: string;
        readonly DetailType: string;
        readonly Detail: string;
        readonly Resources?: Maybe<readonly string[]>;
      }[];
    };
    output: {
      readonly FailedEntryCount: number;
      readonly Entries: readonly {
        readonly EventId?: string;
        readonly ErrorCode?: string;
        readonly ErrorMessage?: string;
      }[];
    };
  };
  'sqs:SendMessageBatch': {
    input: { readonly QueueUrl: string; readonly Entries: readonly SqsSendEntry[] };
    output: {
      readonly Successful: readonly { readonly Id: string; readonly MessageId: string }[];
      readonly Failed: readonly SqsRefusal[];
    };
  };
  'events:DescribeRule': {
    input: { readonly Name: string };
    output: { readonly Name: string; readonly Arn: string; readonly State: 'ENABLED' | 'DISABLED' };
  };
  'events:EnableRule': { input: { readonly Name: string }; output: Readonly<Record<string, never>> };
  'events:DisableRule': { input: { readonly Name: string }; output: Readonly<Record<string, never>> };
  'lambda:ListEventSourceMappings': {
    input: { readonly FunctionName: string; readonly Marker?: Maybe<string> };
    output: { readonly EventSourceMappings: readonly LambdaMapping[]; readonly NextMarker?: string };
  };
  'lambda:UpdateEventSourceMapping': {
    input: { readonly UUID: string; readonly Enabled: boolean };
    output: LambdaMapping;
  };
  'sqs:ListQueueTags': {
    input: { readonly QueueUrl: string };
    output: { readonly Tags: Readonly<Record<string, string>> };
  };
  'sqs:TagQueue': {
    input: { readonly QueueUrl: string; readonly Tags: Readonly<Record<string, string>> };
    output: Readonly<Record<string, never>>;
  };
  'sqs:UntagQueue': {
    input: { readonly QueueUrl: string; readonly TagKeys: readonly string[] };
    output: Readonly<Record<string, never>>;
  };
  'sqs:GetQueueUrl': { input: { readonly QueueName: string }; output: { readonly QueueUrl: string } };
  'sqs:GetQueueAttributes': {
    input: { readonly QueueUrl: string };
    output: { readonly Attributes: { readonly ApproximateNumberOfMessages: string } };
  };
  'sqs:ReceiveMessage': {
    input: {
      readonly QueueUrl: string;
      readonly MaxNumberOfMessages?: Maybe<number>;
      /** Seconds; the queue's own unless told. */
      readonly VisibilityTimeout?: Maybe<number>;
    };
    output: {
      readonly Messages: readonly {
        readonly MessageId: string;
        readonly ReceiptHandle: string;
        readonly Body: string;
        readonly MessageAttributes: Readonly<Record<string, SqsMessageAttribute>>;
      }[];
    };
  };
  'sqs:DeleteMessageBatch': {
    input: {
      readonly QueueUrl: string;
      readonly Entries: readonly { readonly Id: string; readonly ReceiptHandle: string }[];
    };
    output: { readonly Successful: readonly { readonly Id: string }[]; readonly Failed: readonly SqsRefusal[] };
  };
  'sqs:ChangeMessageVisibilityBatch': {
    input: {
      readonly QueueUrl: string;
      readonly Entries: readonly {
        readonly Id: string;
        readonly ReceiptHandle: string;
        readonly VisibilityTimeout: number;
      }[];
    };
    output: { readonly Successful: readonly { readonly Id: string }[]; readonly Failed: readonly SqsRefusal[] };
  };
  'elasticbeanstalk:DescribeEnvironments': {
    input: {
      readonly IncludeDeleted?: Maybe<boolean>;
      readonly MaxRecords?: Maybe<number>;
      readonly NextToken?: Maybe<string>;
    };
    output: { readonly Environments: readonly EbEnvironment[]; readonly NextToken?: string };
  };
  'elasticbeanstalk:DescribeConfigurationSettings': {
    input: { readonly ApplicationName: string; readonly EnvironmentName: string };
    output: { readonly ConfigurationSettings: readonly { readonly OptionSettings: readonly EbOptionSetting[] }[] };
  };
  'iam:ListAttachedRolePolicies': {
    input: { readonly RoleName: string; readonly Marker?: Maybe<string> };
    output: { readonly AttachedPolicies: readonly { readonly PolicyArn: string }[]; readonly IsTruncated: boolean };
  };
  'iam:ListRolePolicies': {
    input: { readonly RoleName: string; readonly Marker?: Maybe<string> };
    output: { readonly PolicyNames: readonly string[]; readonly IsTruncated: boolean };
  };
  'iam:GetRolePolicy': {
    input: { readonly RoleName: string; readonly PolicyName: string };
    output: { readonly RoleName: string; readonly PolicyName: string; readonly PolicyDocument: string };
  };
  'iam:GetPolicy': {
    input: { readonly PolicyArn: string };
    output: { readonly Policy: { readonly Arn: string; readonly DefaultVersionId: string } };
  };
  'iam:GetPolicyVersion': {
    input: { readonly PolicyArn: string; readonly VersionId: string };
    output: { readonly PolicyVersion: { readonly VersionId: string; readonly Document: string } };
  };
  'cloudwatch:GetMetricData': {
    input: {
      readonly MetricDataQueries: readonly CwMetricQuery[];
      /** Epoch seconds. */
      readonly StartTime: number;
      readonly EndTime: number;
      readonly NextToken?: Maybe<string>;
    };
    output: { readonly MetricDataResults: readonly CwMetricResult[]; readonly NextToken?: string };
  };
  'cloudtrail:LookupEvents': TrailLookUp;
  'logs:FilterLogEvents': LogFilter;
  's3:GetObject': {
    input: { readonly Bucket: string; readonly Key: string };
    output: { readonly Body: string; readonly ContentType: string };
  };
  's3:PutObject': {
    input: {
      readonly Bucket: string;
      readonly Key: string;
      readonly Body: string;
      readonly ContentType?: Maybe<string>;
    };
    output: Readonly<Record<string, never>>;
  };
}

/** An event of CloudTrail's history. */
export interface TrailEvent {
  readonly EventId: string;
  readonly EventName: string;
  /** Epoch seconds. */
  readonly EventTime: number;
  /** The event as JSON. */
  readonly CloudTrailEvent: string;
}

interface TrailLookUp {
  input: {
    readonly LookupAttributes?: Maybe<readonly { readonly AttributeKey: string; readonly AttributeValue: string }[]>;
    /** Epoch seconds. */
    readonly StartTime?: Maybe<number>;
    readonly EndTime?: Maybe<number>;
    readonly MaxResults?: Maybe<number>;
    readonly NextToken?: Maybe<string>;
  };
  output: { readonly Events: readonly TrailEvent[]; readonly NextToken?: string };
}

interface LogFilter {
  input: {
    readonly logGroupName: string;
    readonly filterPattern?: Maybe<string>;
    /** Epoch milliseconds. */
    readonly startTime?: Maybe<number>;
    readonly endTime?: Maybe<number>;
    readonly nextToken?: Maybe<string>;
    readonly limit?: Maybe<number>;
  };
  output: {
    readonly events: readonly { readonly timestamp: number; readonly message: string }[];
    readonly nextToken?: string;
  };
}

/** `service:Action`. */
export type Action = keyof AwsCalls;
export type InputOf<A extends Action> = AwsCalls[A]['input'];
export type OutputOf<A extends Action> = AwsCalls[A]['output'];
