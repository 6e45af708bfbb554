import { type FreeForm, listAt, objectAt, objectsAt, textAt, textsAt } from './free-form.ts';

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
  readonly parameters: FreeForm;
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
  const text = (name: string): string => textAt(parameters, name);
  const texts = (name: string): readonly string[] => textsAt(parameters, name);
  const arn = (of: string, resource: string): string => `arn:aws:${of}:${region}:${account}:${resource}`;
  const ask = (action: string, resource: string, context: AccessRequest['context'] = {}): AccessRequest => ({
    action,
    resource,
    context,
  });
  const ecs = (kind: string, name: string): string => (name.startsWith('arn:') ? name : arn('ecs', `${kind}/${name}`));
  const inCluster = (): AccessRequest['context'] => ({ 'ecs:cluster': ecs('cluster', text('cluster')) });
  const clusterName = (): string => ecs('cluster', text('cluster')).split('/').at(-1) ?? '';
  const nameless = (of: string, context: AccessRequest['context'] = {}) => [ask(`${of}:${operation}`, '*', context)];

  switch (`${service}:${operation}`) {
    case 'ecs:DescribeTasks':
      return texts('tasks').map((task) => ask('ecs:DescribeTasks', ecs(`task/${clusterName()}`, task), inCluster()));
    case 'ecs:DescribeContainerInstances':
      return texts('containerInstances').map((one) =>
        ask('ecs:DescribeContainerInstances', ecs(`container-instance/${clusterName()}`, one), inCluster()),
      );
    case 'ecs:ListContainerInstances':
      return [ask('ecs:ListContainerInstances', ecs('cluster', text('cluster')))];
    case 'ecs:DescribeServices':
      return texts('services').map((one) =>
        ask('ecs:DescribeServices', ecs(`service/${clusterName()}`, one), inCluster()),
      );
    case 'ecs:DescribeServiceRevisions':
      return texts('serviceRevisionArns').flatMap((revision) => [
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
      const group = text('TargetGroupArn');
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
      return texts('applicationNames').map((name) =>
        ask('codedeploy:BatchGetApplications', arn('codedeploy', `application:${name}`)),
      );
    case 'codedeploy:ListDeploymentGroups':
      return [ask('codedeploy:ListDeploymentGroups', arn('codedeploy', `application:${text('applicationName')}`))];
    case 'codedeploy:BatchGetDeploymentGroups':
      return texts('deploymentGroupNames').map((name) =>
        ask(
          'codedeploy:BatchGetDeploymentGroups',
          arn('codedeploy', `deploymentgroup:${text('applicationName')}/${name}`),
        ),
      );
    case 'events:PutEvents':
      return objectsAt(parameters, 'Entries').map((entry) =>
        ask('events:PutEvents', arn('events', `event-bus/${entry.EventBusName ?? 'default'}`), {
          'events:source': textAt(entry, 'Source'),
          'events:detail-type': textAt(entry, 'DetailType'),
        }),
      );
    case 'monitoring:GetMetricData':
      return nameless('cloudwatch');
    case 'elasticbeanstalk:DescribeEnvironments':
      return nameless('elasticbeanstalk');
    case 'elasticbeanstalk:DescribeConfigurationSettings': {
      return [
        ask(
          `elasticbeanstalk:${operation}`,
          arn('elasticbeanstalk', `environment/${text('ApplicationName')}/${text('EnvironmentName')}`),
        ),
      ];
    }
    case 'iam:ListAttachedRolePolicies':
    case 'iam:ListRolePolicies':
    case 'iam:GetRolePolicy':
      return [ask(`iam:${operation}`, `arn:aws:iam::${account}:role/${text('RoleName')}`)];
    case 'iam:GetPolicy':
    case 'iam:GetPolicyVersion':
      return [ask(`iam:${operation}`, text('PolicyArn'))];
    case 's3:GetObject': {
      // Where there is no such object, S3 says so only to whom may list the bucket.
      return [
        ask('s3:GetObject', `arn:aws:s3:::${text('Bucket')}/${text('Key')}`),
        ask('s3:ListBucket', `arn:aws:s3:::${text('Bucket')}`),
      ];
    }
    case 's3:PutObject':
      return [ask('s3:PutObject', `arn:aws:s3:::${text('Bucket')}/${text('Key')}`)];
    case 'ecs:RegisterTaskDefinition': {
      const { tags = [] } = parameters;
      const revision = arn('ecs', `task-definition/${text('family')}:1`);
      return [
        ask('ecs:RegisterTaskDefinition', revision),
        ...(listAt(tags).length > 0 ? [ask('ecs:TagResource', revision, { 'ecs:CreateAction': operation })] : []),
        ...['taskRoleArn', 'executionRoleArn'].flatMap((role) =>
          parameters[role] === undefined
            ? []
            : [ask('iam:PassRole', text(role), { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' })],
        ),
      ];
    }
    case 'ecs:UpdateService':
      return [
        ask('ecs:UpdateService', ecs(`service/${clusterName()}`, text('service')), {
          ...inCluster(),
          ...(parameters.taskDefinition !== undefined && { 'ecs:task-definition': text('taskDefinition') }),
        }),
      ];
    case 'sqs:SendMessageBatch':
      // Allowed by the name of the single one.
      return [ask('sqs:SendMessage', arn('sqs', text('QueueUrl').split('/').at(-1) ?? ''))];
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
          'application-autoscaling:service-namespace': text('ServiceNamespace'),
          'application-autoscaling:scalable-dimension': text('ScalableDimension'),
        }),
      ];
    case 'application-autoscaling:ListTagsForResource':
      return [ask('application-autoscaling:ListTagsForResource', text('ResourceARN'))];
    case 'application-autoscaling:TagResource':
    case 'application-autoscaling:UntagResource':
      return [
        ask(`application-autoscaling:${operation}`, text('ResourceARN'), {
          'aws:TagKeys':
            parameters.TagKeys === undefined ? Object.keys(objectAt(parameters, 'Tags')) : texts('TagKeys'),
        }),
      ];
    case 'ecs:TagResource':
    case 'ecs:UntagResource':
      return [
        ask(`ecs:${operation}`, text('resourceArn'), {
          'aws:TagKeys':
            parameters.tagKeys === undefined
              ? objectsAt(parameters, 'tags').map((tag) => textAt(tag, 'key'))
              : texts('tagKeys'),
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
