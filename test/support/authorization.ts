/** One thing that AWS asks IAM when a call arrives. */
export interface AccessRequest {
  /** `service:Action` */
  readonly action: string;
  /** ARN, or `*` for actions that name no resource. */
  readonly resource: string;
  /** Condition keys that the service fills in; a key that is not there is absent. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** A statement of a role's policy, its functions resolved. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A call as it was sent. */
export interface SentCall {
  /** As in the scope of its credentials: `ecs`, `tagging`. */
  readonly service: string;
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the parameters of every operation that is called.
  readonly parameters: any;
}

/** Where the calls are made, and what their resources carry. */
export interface Account {
  readonly region: string;
  readonly account: string;
  tagsOf(arn: string): Readonly<Record<string, string>>;
}

export const listOf = <T>(value: T | readonly T[]): readonly T[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list as readonly T[];
};

/**
 * What AWS asks IAM about a call: which ARNs, with which condition keys.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * @throws For a call that is not known here: what it would be authorised against must be looked up first.
 */
export const accessRequestsOf = (call: SentCall, { region, account, tagsOf }: Account): readonly AccessRequest[] => {
  const { service, operation, parameters } = call;
  const arn = (of: string, resource: string): string => `arn:aws:${of}:${region}:${account}:${resource}`;
  const ask = (action: string, resource: string, context: AccessRequest['context'] = {}): AccessRequest => ({
    action,
    resource,
    context,
  });
  const ecs = (kind: string, name: string): string => (name.startsWith('arn:') ? name : arn('ecs', `${kind}/${name}`));
  const inCluster = (): AccessRequest['context'] => ({ 'ecs:cluster': ecs('cluster', parameters.cluster) });
  const clusterName = (): string => ecs('cluster', parameters.cluster).split('/').at(-1) ?? '';
  const nameless = (of: string, context: AccessRequest['context'] = {}) => [ask(`${of}:${operation}`, '*', context)];

  switch (`${service}:${operation}`) {
    case 'ecs:DescribeTasks':
      return parameters.tasks.map((task: string) =>
        ask('ecs:DescribeTasks', ecs(`task/${clusterName()}`, task), inCluster()),
      );
    case 'ecs:DescribeContainerInstances':
      return parameters.containerInstances.map((one: string) =>
        ask('ecs:DescribeContainerInstances', ecs(`container-instance/${clusterName()}`, one), inCluster()),
      );
    case 'ecs:ListContainerInstances':
      return [ask('ecs:ListContainerInstances', ecs('cluster', parameters.cluster))];
    case 'ecs:DescribeServices':
      return parameters.services.map((one: string) =>
        ask('ecs:DescribeServices', ecs(`service/${clusterName()}`, one), inCluster()),
      );
    case 'ecs:DescribeServiceRevisions':
      return parameters.serviceRevisionArns.flatMap((revision: string) => [
        ask('ecs:DescribeServiceRevisions', revision),
        ask(
          'ecs:DescribeServiceRevisions',
          revision.replace(/:service-revision\/(.+)\/[^/]+$/, (_, of: string) => `:service/${of}`),
        ),
      ]);
    case 'ecs:ListTasks':
    case 'ecs:ListServices':
      return nameless('ecs', inCluster());
    case 'ecs:ListClusters':
    case 'ecs:DescribeTaskDefinition':
      return nameless('ecs');
    case 'elasticloadbalancing:RegisterTargets':
    case 'elasticloadbalancing:DeregisterTargets': {
      const group: string = parameters.TargetGroupArn;
      const tags = Object.entries(tagsOf(group)).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
      return [ask(`elasticloadbalancing:${operation}`, group, Object.fromEntries(tags))];
    }
    case 'elasticloadbalancing:DescribeTargetGroups':
    case 'elasticloadbalancing:DescribeTargetGroupAttributes':
    case 'elasticloadbalancing:DescribeTargetHealth':
      return nameless('elasticloadbalancing');
    case 'ec2:DescribeNetworkInterfaces':
    case 'ec2:DescribeSubnets':
    case 'ec2:DescribeTags':
      return nameless('ec2', { 'ec2:Region': region });
    case 'tagging:GetResources':
      return nameless('tag');
    case 'autoscaling:DescribeAutoScalingGroups':
      return nameless('autoscaling');
    case 'codedeploy:ListApplications':
      return nameless('codedeploy');
    case 'codedeploy:BatchGetApplications':
      return parameters.applicationNames.map((name: string) =>
        ask('codedeploy:BatchGetApplications', arn('codedeploy', `application:${name}`)),
      );
    case 'codedeploy:ListDeploymentGroups':
      return [ask('codedeploy:ListDeploymentGroups', arn('codedeploy', `application:${parameters.applicationName}`))];
    case 'codedeploy:BatchGetDeploymentGroups':
      return parameters.deploymentGroupNames.map((name: string) =>
        ask(
          'codedeploy:BatchGetDeploymentGroups',
          arn('codedeploy', `deploymentgroup:${parameters.applicationName}/${name}`),
        ),
      );
    case 'events:PutEvents':
      return parameters.Entries.map((entry: { Source: string; DetailType: string; EventBusName?: string }) =>
        ask('events:PutEvents', arn('events', `event-bus/${entry.EventBusName ?? 'default'}`), {
          'events:source': entry.Source,
          'events:detail-type': entry.DetailType,
        }),
      );
    case 'monitoring:GetMetricData':
      return nameless('cloudwatch');
    case 'elasticbeanstalk:DescribeEnvironments':
      return nameless('elasticbeanstalk');
    case 'elasticbeanstalk:DescribeConfigurationSettings': {
      const { ApplicationName, EnvironmentName } = parameters;
      return [
        ask(
          `elasticbeanstalk:${operation}`,
          arn('elasticbeanstalk', `environment/${ApplicationName}/${EnvironmentName}`),
        ),
      ];
    }
    case 'iam:ListAttachedRolePolicies':
    case 'iam:ListRolePolicies':
    case 'iam:GetRolePolicy':
      return [ask(`iam:${operation}`, `arn:aws:iam::${account}:role/${parameters.RoleName}`)];
    case 'iam:GetPolicy':
    case 'iam:GetPolicyVersion':
      return [ask(`iam:${operation}`, parameters.PolicyArn)];
    case 's3:GetObject': {
      const { Bucket, Key } = parameters;
      // Where there is no such object, S3 says so only to whom may list the bucket.
      return [ask('s3:GetObject', `arn:aws:s3:::${Bucket}/${Key}`), ask('s3:ListBucket', `arn:aws:s3:::${Bucket}`)];
    }
    case 's3:PutObject':
      return [ask('s3:PutObject', `arn:aws:s3:::${parameters.Bucket}/${parameters.Key}`)];
    case 'ecs:RegisterTaskDefinition': {
      const { family, taskRoleArn, executionRoleArn, tags = [] } = parameters;
      const revision = arn('ecs', `task-definition/${family}:1`);
      return [
        ask('ecs:RegisterTaskDefinition', revision),
        ...(tags.length > 0 ? [ask('ecs:TagResource', revision, { 'ecs:CreateAction': operation })] : []),
        ...[taskRoleArn, executionRoleArn].flatMap((role) =>
          role === undefined ? [] : [ask('iam:PassRole', role, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' })],
        ),
      ];
    }
    case 'ecs:UpdateService': {
      const { service, taskDefinition } = parameters;
      return [
        ask('ecs:UpdateService', ecs(`service/${clusterName()}`, service), {
          ...inCluster(),
          ...(taskDefinition !== undefined && { 'ecs:task-definition': taskDefinition }),
        }),
      ];
    }
    case 'sqs:SendMessageBatch':
      // Allowed by the name of the single one.
      return [ask('sqs:SendMessage', arn('sqs', parameters.QueueUrl.split('/').at(-1)))];
    case 'application-autoscaling:DescribeScalableTargets':
    case 'application-autoscaling:DescribeScalingPolicies':
    case 'application-autoscaling:DescribeScheduledActions':
      return nameless('application-autoscaling');
    case 'application-autoscaling:RegisterScalableTarget':
    case 'application-autoscaling:PutScalingPolicy':
    case 'application-autoscaling:DeleteScalingPolicy':
    case 'application-autoscaling:PutScheduledAction':
    case 'application-autoscaling:DeleteScheduledAction':
      // The caller knows no ARN: it ends with an id that AWS gives.
      return [
        ask(`application-autoscaling:${operation}`, arn('application-autoscaling', 'scalable-target/0ec5e1b2'), {
          'application-autoscaling:service-namespace': parameters.ServiceNamespace,
          'application-autoscaling:scalable-dimension': parameters.ScalableDimension,
        }),
      ];
    case 'application-autoscaling:ListTagsForResource':
      return [ask('application-autoscaling:ListTagsForResource', parameters.ResourceARN)];
    case 'application-autoscaling:TagResource':
    case 'application-autoscaling:UntagResource':
      return [
        ask(`application-autoscaling:${operation}`, parameters.ResourceARN, {
          'aws:TagKeys': parameters.TagKeys ?? Object.keys(parameters.Tags),
        }),
      ];
    case 'ecs:TagResource':
    case 'ecs:UntagResource':
      return [
        ask(`ecs:${operation}`, parameters.resourceArn, {
          'aws:TagKeys': parameters.tagKeys ?? parameters.tags.map(({ key }: { key: string }) => key),
        }),
      ];
    default:
      throw new Error(`nobody looked up yet what ${service}:${operation} is authorised against`);
  }
};

/** IAM's wildcards: `*` any characters, `?` any one. */
const like = (pattern: string, value: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  ).test(value);

/** @throws For an operator that this stack does not use: it would be taken for fulfilled. */
const holds = (operator: string, wanted: readonly string[], given: string | readonly string[] | undefined): boolean => {
  if (operator === 'ForAllValues:StringEquals') return listOf(given ?? []).every((each) => wanted.includes(each));
  if (given !== undefined && typeof given !== 'string') throw new Error(`${operator} of many values is not known here`);
  const actual = given;
  switch (operator) {
    case 'Null':
      return wanted.some((value) => (value === 'true') === (actual === undefined));
    case 'StringEquals':
      return actual !== undefined && wanted.includes(actual);
    case 'StringNotEquals':
      return actual === undefined || !wanted.includes(actual);
    case 'ArnLike':
      return actual !== undefined && wanted.some((pattern) => like(pattern, actual));
    default:
      throw new Error(`the operator ${operator} is not known here`);
  }
};

/** Whether a statement is about a request. */
export const covers = (statement: Statement, { action, resource, context }: AccessRequest): boolean =>
  listOf(statement.Action).some((pattern) => like(pattern, action)) &&
  listOf(statement.Resource).some((pattern) => like(pattern, resource)) &&
  Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, listOf(wanted), context[key])),
  );

/** IAM's answer to a request under the policies of one role. */
export const isAllowed = (statements: readonly Statement[], request: AccessRequest): boolean =>
  statements.some((one) => one.Effect === 'Allow' && covers(one, request)) &&
  !statements.some((one) => one.Effect === 'Deny' && covers(one, request));
