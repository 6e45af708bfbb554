// What carries the tag prefix in a key or a pattern.
const { namedServices } = require('./clusters.cjs');
const { settingsOf } = require('./settings.cjs');

/** @typedef {import('./settings.cjs').Context} Context */

/** The tags of which a target group must carry one. IAM ANDs the keys of one condition, so each has a statement. */
const KINDS = ['service', 'family', 'beanstalk'];
const REGISTER = 'elasticloadbalancing:RegisterTargets';
const DEREGISTER = 'elasticloadbalancing:DeregisterTargets';
const ACTIONS = [REGISTER, DEREGISTER];

/** What of a service's tags asks for scaling. Not `spot`: that one the function writes itself. */
const OF_SCALING = ['scaling', 'hours', 'reactions'];

/** @type {(resource: string) => { 'Fn::Sub': string }} */
const here = (resource) => {
  const [service, ...rest] = resource.split(':');
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest.join(':')}` };
};
/** Whom AWS lets scale services, and the role that it makes for itself. */
const SCALER = 'ecs.application-autoscaling.amazonaws.com';
const SCALERS_ROLE = `aws-service-role/${SCALER}/AWSServiceRoleForApplicationAutoScaling_ECSService`;

/** What writes to scaling, and what AWS asks of who lets it. */
const SCALING_ACTIONS = [
  'application-autoscaling:RegisterScalableTarget',
  'application-autoscaling:PutScalingPolicy',
  'application-autoscaling:DeleteScalingPolicy',
  'application-autoscaling:PutScheduledAction',
  'application-autoscaling:DeleteScheduledAction',
];
const HOLD_ACTIONS = ['application-autoscaling:TagResource', 'application-autoscaling:UntagResource'];
const MEMORY_ACTIONS = ['ecs:TagResource', 'ecs:UntagResource'];
const ALARM_ACTIONS = ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'];

/** @type {(text: string) => string} */
const capital = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The target groups of the account that carry one of the tags. @type {(kind: string, tagPrefix: string) => { Resource: object, Condition: { Null: Record<string, string> } }} */
const tagged = (kind, tagPrefix) => ({
  Resource: here('elasticloadbalancing:targetgroup/*/*'),
  Condition: { Null: { [`aws:ResourceTag/${tagPrefix}:${kind}`]: 'false' } },
});

/** @type {(kind: string, tagPrefix: string, Action: string[]) => object} */
const changeTagged = (kind, tagPrefix, Action) => {
  const { Resource, Condition } = tagged(kind, tagPrefix);
  return {
    Sid: `ChangeWhatIsTagged${capital(kind)}`,
    Effect: 'Allow',
    Action,
    Resource,
    Condition: {
      // A pause holds from the moment of its tag on, whatever an instance still keeps of the tags from before.
      Null: { ...Condition.Null, [`aws:ResourceTag/${tagPrefix}:paused`]: 'true' },
      // True as well where the tag is missing: enforce is the default.
      StringNotEquals: { [`aws:ResourceTag/${tagPrefix}:mode`]: 'observe' },
    },
  };
};

/** @type {(Action: string[]) => object[]} */
const observing = (Action) => [{ Sid: 'OnlyObserve', Effect: 'Deny', Action, Resource: '*' }];

module.exports = {
  /**
   * What `register-targets` may change: target groups that opted in and are not only observed. AWS itself refuses all
   * else, whatever the code decides. A stack in the mode `observe` may change nothing at all.
   * @type {(context: Context) => Promise<object[]>}
   */
  targetGroupChanges: async (context) => {
    const { mode, tagPrefix } = await settingsOf(context);
    return mode === 'observe' ? observing(ACTIONS) : KINDS.map((kind) => changeTagged(kind, tagPrefix, ACTIONS));
  },

  /**
   * What `remediate` may change: the same, and it may take targets out of a group that is only observed, since that is
   * how a person unwires a group.
   * @type {(context: Context) => Promise<object[]>}
   */
  targetGroupRepairs: async (context) => {
    const { mode, tagPrefix } = await settingsOf(context);
    if (mode === 'observe') return observing(ACTIONS);
    return KINDS.flatMap((kind) => [
      changeTagged(kind, tagPrefix, [REGISTER]),
      { ...tagged(kind, tagPrefix), Sid: `TakeOutOf${capital(kind)}`, Effect: 'Allow', Action: [DEREGISTER] },
    ]);
  },

  /**
   * What `adjust-scaling` and a person's `remediate` may change: scalable targets of ECS services with their policies and schedules, and the two
   * tags that are its memory. A stack in the mode `observe` may change nothing at all.
   *
   * A scalable target carries no tag when it is made, and its ARN names no service, so no policy can say "of services
   * that opted in": that the code decides, and a person's other targets (of DynamoDB and so on) stay out of reach.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html
   * @type {(context: Context) => Promise<object[]>}
   */
  scalingChanges: async (context) => {
    const { mode, tagPrefix } = await settingsOf(context);
    if (mode === 'observe') {
      return observing([...SCALING_ACTIONS, ...HOLD_ACTIONS, ...MEMORY_ACTIONS, ...ALARM_ACTIONS, 'ecs:UpdateService']);
    }
    const targets = here('application-autoscaling:scalable-target/*');
    const services = await namedServices(context);
    /** @type {(name: string) => object} */
    const onlyTag = (name) => ({ 'ForAllValues:StringEquals': { 'aws:TagKeys': [`${tagPrefix}:${name}`] } });
    return [
      {
        Sid: 'ChangeScalingOfServices',
        Effect: 'Allow',
        Action: SCALING_ACTIONS,
        Resource: targets,
        Condition: {
          StringEquals: {
            'application-autoscaling:service-namespace': 'ecs',
            'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
          },
        },
      },
      { Sid: 'RememberHolds', Effect: 'Allow', Action: HOLD_ACTIONS, Resource: targets, Condition: onlyTag('hold') },
      { Sid: 'RememberSpot', Effect: 'Allow', Action: MEMORY_ACTIONS, Resource: services, Condition: onlyTag('spot') },
      // Application Auto Scaling asks with its caller's rights whether that caller might do itself what it is to do
      // later, and refuses otherwise. The function makes none of these calls; without a task definition the first one can
      // bring no other code into a service.
      // https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html
      {
        Sid: 'LetScalingSetTheCount',
        Effect: 'Allow',
        Action: 'ecs:UpdateService',
        Resource: here('ecs:service/*'),
        Condition: { Null: { 'ecs:task-definition': 'true' } },
      },
      // It asks with alarms that have no name, so a name's beginning would refuse it.
      { Sid: 'LetScalingMakeAlarms', Effect: 'Allow', Action: ALARM_ACTIONS, Resource: here('cloudwatch:alarm:*') },
      // Of alarms it asks without naming one, and AWS then wants the right to all.
      { Sid: 'LetScalingReadAlarms', Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' },
      // Made by AWS when an account's first service is scaled.
      {
        Sid: 'LetScalingHaveItsRole',
        Effect: 'Allow',
        Action: 'iam:CreateServiceLinkedRole',
        Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${SCALERS_ROLE}` },
        Condition: { StringEquals: { 'iam:AWSServiceName': SCALER } },
      },
    ];
  },

  /** The keys of a service's tag changes that matter to scaling. @type {(context: Context) => Promise<string[]>} */
  scalingKeys: async (context) => {
    const { tagPrefix } = await settingsOf(context);
    return OF_SCALING.map((name) => `${tagPrefix}:${name}`);
  },

  /** The keys of tag changes that matter: any of ours, taken away included. @type {(context: Context) => Promise<object[]>} */
  changedKeys: async (context) => [{ prefix: `${(await settingsOf(context)).tagPrefix}:` }],
};
