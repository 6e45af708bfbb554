import type { Mode } from '../outcome.ts';

/** Calls that are needed on one resource, and what AWS tells IAM of such a call. */
export interface NeededRight {
  /** `service:Action` */
  readonly actions: readonly string[];
  /** ARN; `*` for actions that name no resource. */
  readonly resource: string;
  /** Values by condition key; a list for a key of many values. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What names the resources of a stack. */
export interface RightsPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly stage: string;
  readonly tagPrefix: string;
  /** A cluster that is watched; any name where all are. */
  readonly cluster: string;
  readonly mode: Mode;
  /** Where audits keep their reports, if anywhere. */
  readonly reportBucket?: string;
}

const SCALER = 'ecs.application-autoscaling.amazonaws.com';

/** What several functions need, by the resources of one place. */
const rightsIn = ({ partition, region, account, stage, tagPrefix, cluster, reportBucket }: RightsPlace) => {
  const arn = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const inCluster = { 'ecs:cluster': arn('ecs', `cluster/${cluster}`) };
  const queueOf = (name: string): string => arn('sqs', `taskwire-${stage}-${name}`);
  const scalableTargets = arn('application-autoscaling', 'scalable-target/0');
  const service = arn('ecs', `service/${cluster}/any`);
  const group = (mode: string) => ({
    resource: arn('elasticloadbalancing', 'targetgroup/any/0'),
    context: {
      [`aws:ResourceTag/${tagPrefix}:service`]: `${cluster}/any`,
      [`aws:ResourceTag/${tagPrefix}:mode`]: mode,
    },
  });
  const right = (actions: readonly string[], resource: string, context?: NeededRight['context']): NeededRight => ({
    actions,
    resource,
    ...(context !== undefined && { context }),
  });
  return {
    nameless: (...actions: readonly string[]) =>
      right([...actions, 'xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*', {
        ...inCluster,
        'ec2:Region': region,
      }),
    tasks: right(['ecs:DescribeTasks'], arn('ecs', `task/${cluster}/0`)),
    containerInstances: right(['ecs:DescribeContainerInstances'], arn('ecs', `container-instance/${cluster}/0`)),
    listContainerInstances: right(['ecs:ListContainerInstances'], arn('ecs', `cluster/${cluster}`)),
    services: right(['ecs:DescribeServices'], service),
    servicesAndRevisions: [
      right(['ecs:DescribeServices', 'ecs:DescribeServiceRevisions'], service),
      right(['ecs:DescribeServiceRevisions'], arn('ecs', `service-revision/${cluster}/any/0`)),
    ],
    codeDeploy: [
      right(
        ['codedeploy:BatchGetApplications', 'codedeploy:ListDeploymentGroups'],
        arn('codedeploy', 'application:any'),
      ),
      right(['codedeploy:BatchGetDeploymentGroups'], arn('codedeploy', 'deploymentgroup:any/any')),
    ],
    holds: right(['application-autoscaling:ListTagsForResource'], scalableTargets),
    environments: right(
      ['elasticbeanstalk:DescribeConfigurationSettings'],
      arn('elasticbeanstalk', 'environment/any/any'),
    ),
    roles: [
      right(
        ['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:GetRolePolicy'],
        `arn:${partition}:iam::${account}:role/any`,
      ),
      right(['iam:GetPolicy', 'iam:GetPolicyVersion'], `arn:${partition}:iam::${account}:policy/any`),
    ],
    changeGroups: [
      {
        actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
        ...group('enforce'),
      },
    ],
    changeScaling: [
      right(
        [
          'application-autoscaling:RegisterScalableTarget',
          'application-autoscaling:PutScalingPolicy',
          'application-autoscaling:DeleteScalingPolicy',
          'application-autoscaling:PutScheduledAction',
          'application-autoscaling:DeleteScheduledAction',
          'application-autoscaling:TagResource',
          'application-autoscaling:UntagResource',
        ],
        scalableTargets,
        {
          'application-autoscaling:service-namespace': 'ecs',
          'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
          'aws:TagKeys': [`${tagPrefix}:hold`],
        },
      ),
      right(['ecs:TagResource', 'ecs:UntagResource', 'ecs:UpdateService'], service, {
        'aws:TagKeys': [`${tagPrefix}:spot`],
      }),
      // Asked by Application Auto Scaling, with its caller's rights.
      right(['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'], arn('cloudwatch', 'alarm:any')),
      right(['cloudwatch:DescribeAlarms'], '*'),
      right(
        ['iam:CreateServiceLinkedRole'],
        `arn:${partition}:iam::${account}:role/aws-service-role/${SCALER}/AWSServiceRoleForApplicationAutoScaling_ECSService`,
        { 'iam:AWSServiceName': SCALER },
      ),
    ],
    reports:
      reportBucket === undefined
        ? []
        : [
            right(['s3:GetObject', 's3:PutObject'], `arn:${partition}:s3:::${reportBucket}/audit/latest.json`),
            right(['s3:ListBucket'], `arn:${partition}:s3:::${reportBucket}`),
          ],
    receive: (queue: string) =>
      right(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'], queueOf(queue)),
    park: (queue: string) => right(['sqs:SendMessage'], queueOf(queue)),
    tell: right(['events:PutEvents'], arn('events', 'event-bus/default'), { 'events:source': 'taskwire' }),
    log: (name: string) =>
      right(
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        arn('logs', `log-group:/aws/lambda/taskwire-${stage}-${name}:log-stream:any`),
      ),
  };
};

const READ_GROUPS = [
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'tag:GetResources',
];
const READ_DELAYS = 'elasticloadbalancing:DescribeTargetGroupAttributes';
const READ_ADDRESSES = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DescribeTags'];
const READ_FILLERS = ['autoscaling:DescribeAutoScalingGroups', 'codedeploy:ListApplications'];
const READ_ECS = ['ecs:DescribeTaskDefinition', 'ecs:ListClusters', 'ecs:ListTasks', 'ecs:ListServices'];
const READ_SCALING = [
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingPolicies',
  'application-autoscaling:DescribeScheduledActions',
];

/**
 * The rights without which a function cannot do its work: one question to IAM each. What a stack may leave out (the
 * sidecars of remediate) is not among them.
 * @param name Of the function: `register-targets`; of one that is not known none.
 */
export const neededRights = (name: string, place: RightsPlace): readonly NeededRight[] => {
  const of = rightsIn(place);
  const changes = place.mode === 'enforce';
  const looks = [
    of.tasks,
    of.containerInstances,
    of.listContainerInstances,
    ...of.servicesAndRevisions,
    ...of.codeDeploy,
  ];
  switch (name) {
    case 'register-targets':
      return [
        of.nameless(...READ_ECS, ...READ_GROUPS, READ_DELAYS, ...READ_ADDRESSES, ...READ_FILLERS),
        ...looks,
        ...(changes ? of.changeGroups : []),
        of.receive(name),
        of.park(`${name}-failures`),
        of.tell,
        of.log(name),
      ];
    case 'adjust-scaling':
      return [
        of.nameless('ecs:ListTasks', 'elasticloadbalancing:DescribeTargetGroups', 'tag:GetResources', ...READ_SCALING),
        of.tasks,
        of.services,
        of.holds,
        ...(changes ? of.changeScaling : []),
        of.receive(`${name}.fifo`),
        of.park(`${name}-failures.fifo`),
        of.tell,
        of.log(name),
      ];
    case 'verify-xray':
      return [
        of.nameless('ecs:ListServices', 'ecs:DescribeTaskDefinition'),
        of.tasks,
        of.services,
        of.receive(name),
        of.park(`${name}-failures`),
        of.tell,
        of.log(name),
      ];
    case 'audit':
      return [
        of.nameless(
          ...READ_ECS,
          ...READ_GROUPS,
          READ_DELAYS,
          ...READ_ADDRESSES,
          ...READ_FILLERS,
          ...READ_SCALING,
          'cloudwatch:GetMetricData',
          'elasticbeanstalk:DescribeEnvironments',
        ),
        ...looks,
        of.environments,
        ...of.roles,
        ...of.reports,
        of.park(`${name}-failures`),
        of.tell,
        of.log(name),
      ];
    case 'remediate':
      return [
        of.nameless(...READ_ECS, ...READ_GROUPS, ...READ_ADDRESSES, ...READ_FILLERS, ...READ_SCALING),
        ...looks,
        of.holds,
        ...(changes ? [...of.changeGroups, ...of.changeScaling] : []),
        of.tell,
        of.log(name),
      ];
    case 'gate-deployment':
      return [
        of.nameless(
          'ecs:ListTasks',
          'ecs:DescribeTaskDefinition',
          'elasticloadbalancing:DescribeTargetGroups',
          'elasticloadbalancing:DescribeTargetHealth',
          'tag:GetResources',
          'ec2:DescribeSubnets',
        ),
        of.tasks,
        of.containerInstances,
        of.services,
        of.tell,
        of.log(name),
      ];
    default:
      return [];
  }
};

/** What a person needs to look (`plan`, `explain`) and to change (`apply`), as the functions do. */
export const personalRights = (
  place: RightsPlace,
): { readonly look: readonly NeededRight[]; readonly change: readonly NeededRight[] } => {
  const of = rightsIn(place);
  const { actions, ...rest } = of.nameless(
    ...READ_ECS,
    ...READ_GROUPS,
    READ_DELAYS,
    ...READ_ADDRESSES,
    ...READ_FILLERS,
    ...READ_SCALING,
  );
  return {
    look: [
      { ...rest, actions: actions.filter((action) => !action.startsWith('xray:')) },
      of.tasks,
      of.containerInstances,
      of.listContainerInstances,
      ...of.servicesAndRevisions,
      ...of.codeDeploy,
      of.holds,
    ],
    change: [...of.changeGroups, ...of.changeScaling],
  };
};
