// What a person must hear of. Every alarm says what to do and where docs/operations.md goes on; tests hold each to a
// metric that the code really emits and to a section that is there.
const { functionIdOf, idOf, nameOf, settingsOf } = require('./settings.cjs');

/** @typedef {import('./settings.cjs').Context} Context */
/** @typedef {import('./settings.cjs').Settings} Settings */
/**
 * @typedef {{
 *   runbook: string, says: string, metric: object, over: number, seconds: number, of?: number, comparison?: string,
 *   missing?: string
 * }} Alarm `runbook`: anchor in docs/operations.md. `over`: threshold. `of`: how many periods in a row.
 */

const MINUTES = 60;

/** Taskwire's own metrics, in the dimensions that the code gives them. @type {(settings: Settings, name: string, metric: string, statistic: object) => object} */
const own = (settings, name, metric, statistic) => ({
  Namespace: 'Taskwire',
  MetricName: metric,
  Dimensions: [
    { Name: 'service', Value: name },
    // Another stage in the same account must not count for this one.
    { Name: 'FunctionName', Value: nameOf(settings, name) },
  ],
  ...statistic,
});

const SUM = { Statistic: 'Sum' };

/** @type {(metric: string, queueId: string) => object} */
const ofQueue = (metric, queueId) => ({
  Namespace: 'AWS/SQS',
  MetricName: metric,
  Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queueId, 'QueueName'] } }],
  Statistic: 'Maximum',
});

/** @type {(metric: string, name: string) => object} */
const ofFunction = (metric, name) => ({
  Namespace: 'AWS/Lambda',
  MetricName: metric,
  Dimensions: [{ Name: 'FunctionName', Value: { Ref: functionIdOf(name) } }],
  Statistic: 'Sum',
});

/** @type {(metric: string, ruleId: string) => object} */
const ofRule = (metric, ruleId) => ({
  Namespace: 'AWS/Events',
  MetricName: metric,
  Dimensions: [{ Name: 'RuleName', Value: { Ref: ruleId } }],
  Statistic: 'Sum',
});

/** What an invocation may come to, of those that nobody waits for. @type {(name: string) => Record<string, Alarm>} */
const ofInvocations = (name) => ({
  errors: {
    runbook: 'function-errors',
    says: 'Invocations fail again and again. Read the last error in the log: it names the resource and the cure.',
    metric: ofFunction('Errors', name),
    over: 0,
    seconds: 5 * MINUTES,
    // One error is tried again; three periods are two sweeps and more.
    of: 3,
  },
  throttles: {
    runbook: 'function-throttled',
    says: 'Lambda refuses invocations. Look whether the reserved concurrency fits and whether somebody set it to 0.',
    metric: ofFunction('Throttles', name),
    over: 0,
    seconds: 5 * MINUTES,
    of: 3,
  },
});

/**
 * What every function that follows events is watched for.
 * @type {(name: string, rules: Record<string, string>, repaired?: string) => Record<string, Alarm>} `rules`: logical ids
 * by what they send. `repaired`: what becomes of an event that is lost.
 */
const ofEventDriven = (name, rules, repaired = 'and the sweep repairs what it told') => {
  const id = idOf(name);
  return {
    'failure-queue': {
      runbook: 'failure-queue-not-empty',
      says: 'Messages could not be handled and wait in the failure queue. Read their cause, mend it, send them back.',
      metric: ofQueue('ApproximateNumberOfMessagesVisible', `${id}FailureQueue`),
      over: 0,
      seconds: 5 * MINUTES,
    },
    'undelivered-queue': {
      runbook: 'rule-deliveries-failed',
      says: 'EventBridge could not deliver events and put them into the queue of the undelivered. See why, send them back.',
      metric: ofQueue('ApproximateNumberOfMessagesVisible', `${id}UndeliveredQueue`),
      over: 0,
      seconds: 5 * MINUTES,
    },
    // An alarm for each rule: one over all of them would need an expression, which costs as many metrics.
    ...Object.fromEntries(
      Object.entries(rules).map(([what, rule]) => [
        `lost-${what}`,
        {
          runbook: 'rule-deliveries-failed',
          says: `EventBridge could deliver an event neither to its target nor to the queue of the undelivered: it is lost, ${repaired}. Look at the policies of both queues.`,
          metric: ofRule('InvocationsFailedToBeSentToDlq', rule),
          over: 0,
          seconds: 5 * MINUTES,
        },
      ]),
    ),
    'oldest-message': {
      runbook: 'oldest-message-too-old',
      says: 'Events wait for more than 20 minutes. Look for throttled calls and for a function that fails.',
      metric: ofQueue('ApproximateAgeOfOldestMessage', `${id}Queue`),
      // A message may be held back for 15 minutes on purpose, while an address drains.
      over: 20 * MINUTES,
      seconds: 5 * MINUTES,
      of: 2,
    },
    ...ofInvocations(name),
  };
};

/** @type {(settings: Settings) => Record<string, Alarm>} */
const ofRegisterTargets = (settings) => {
  const name = 'register-targets';
  const metric = (/** @type {string} */ of, statistic = SUM) => own(settings, name, of, statistic);
  return {
    'no-sweep': {
      runbook: 'no-sweep',
      says: 'No sweep finished for 15 minutes: what events could not tell stays as it is. See whether the schedule runs and the function ends without error.',
      metric: metric('Swept'),
      over: 1,
      comparison: 'LessThanThreshold',
      seconds: 15 * MINUTES,
      missing: 'breaching',
    },
    // By what the schedule sends and not by a mark of the pause: a rule that somebody switched off by hand is one, too.
    paused: {
      runbook: 'paused-for-long',
      says: 'The schedule of the sweep sent nothing for an hour: the stack is paused, and no stopped task leaves its target groups. Let it go on with taskwire resume.',
      metric: ofRule('Invocations', 'RegisterTargetsSweepRule'),
      over: 1,
      comparison: 'LessThanThreshold',
      seconds: 15 * MINUTES,
      of: 4,
      missing: 'breaching',
    },
    'group-paused': {
      runbook: 'paused-for-long',
      says: 'A target group is paused for more than an hour: what stops stays in it, what starts gets no traffic. Let it go on with taskwire resume; taskwire plan names it.',
      metric: metric('PausedMinutes', { Statistic: 'Maximum' }),
      over: 60,
      seconds: 5 * MINUTES,
    },
    'sweep-drift': {
      runbook: 'sweep-found-drift',
      says: 'Sweep after sweep finds something to repair: events are lost, or somebody else changes the same groups. Read what was repaired and why.',
      metric: metric('SweepDrift'),
      over: 0,
      seconds: 5 * MINUTES,
      // A task that starts while a sweep looks is drift too, and none.
      of: 3,
    },
    'brake-held': {
      runbook: 'brake-held',
      says: 'The brake holds removals back that nothing proves. Look at what is held; apply it by hand if it is right.',
      metric: metric('BrakeHeld'),
      over: 0,
      seconds: 5 * MINUTES,
    },
    latency: {
      runbook: 'registration-too-slow',
      says: 'One registration in a hundred comes more than a minute after its event. Look for throttled calls, and at docs on the account’s rate.',
      metric: metric('EventToRegistered', /** @type {any} */ ({ ExtendedStatistic: 'p99' })),
      over: 60_000,
      seconds: 5 * MINUTES,
      of: 3,
    },
    'wrong-tags': {
      runbook: 'wrong-tags',
      says: 'Tags of Taskwire cannot be understood or name what does not exist; those groups are left as they are. Read the findings: each quotes the tag and shows a right one.',
      metric: metric('TagFindings'),
      over: 0,
      seconds: 15 * MINUTES,
    },
    'bindings-stale': {
      runbook: 'bindings-stale',
      says: 'The tags of the target groups cannot be read; the last bindings are used for up to 15 minutes, then events wait. Read why in the log.',
      metric: metric('BindingsStale'),
      over: 0,
      seconds: 5 * MINUTES,
      of: 2,
    },
    'messages-dropped': {
      runbook: 'messages-dropped',
      says: 'Messages were dropped that are no events. Read in the log what they are; find out who sends to the queue.',
      metric: metric('MessagesDropped'),
      over: 0,
      seconds: 5 * MINUTES,
    },
    'events-refused': {
      runbook: 'events-refused',
      says: 'The event bus refuses what Taskwire tells; the targets are right all the same. Look at the bus’s policy and the role.',
      metric: metric('EventsRefused'),
      over: 0,
      seconds: 5 * MINUTES,
      of: 2,
    },
  };
};

/** @type {(settings: Settings) => Record<string, Alarm>} */
const ofAdjustScaling = (settings) => {
  const metric = (/** @type {string} */ of) => own(settings, 'adjust-scaling', of, SUM);
  return {
    'no-sweep': {
      runbook: 'no-sweep',
      says: 'No sweep of scaling finished for 45 minutes: a hold may last too long. See whether the schedule runs, the queue moves on and the function ends without error.',
      metric: metric('Swept'),
      over: 1,
      comparison: 'LessThanThreshold',
      // Three sweeps: one alone may wait behind a batch that is seen again only after 30 minutes.
      seconds: 45 * MINUTES,
      missing: 'breaching',
    },
    'scaling-held': {
      runbook: 'scaling-held',
      says: 'A wish would move the running count too far and is held back. Look at what is held; apply it by hand if it is right.',
      metric: metric('ChangesHeld'),
      over: 0,
      seconds: 15 * MINUTES,
    },
    'wrong-tags': {
      runbook: 'wrong-tags',
      says: 'Tags of Taskwire on services cannot be understood; their scaling is left as it is. Read the findings: each quotes the tag and shows a right one.',
      metric: metric('TagFindings'),
      over: 0,
      seconds: 15 * MINUTES,
    },
    'messages-dropped': {
      runbook: 'messages-dropped',
      says: 'Messages were dropped that are no events. Read in the log what they are; find out who sends to the queue.',
      metric: metric('MessagesDropped'),
      over: 0,
      seconds: 5 * MINUTES,
    },
    'events-refused': {
      runbook: 'events-refused',
      says: 'The event bus refuses what Taskwire tells; the scaling is right all the same. Look at the bus’s policy and the role.',
      metric: metric('EventsRefused'),
      over: 0,
      seconds: 5 * MINUTES,
      of: 2,
    },
  };
};

// No alarm on findings: a fleet that is not traced yet would hold it up for weeks, and whoever is to hear of one listens
// to the event bus (docs/operations.md#hear-of-untraced-tasks).
/** @type {(settings: Settings) => Record<string, Alarm>} */
const ofVerifyXray = (settings) => {
  const metric = (/** @type {string} */ of) => own(settings, 'verify-xray', of, SUM);
  return {
    'wrong-tags': {
      runbook: 'wrong-tags',
      says: 'Tags of Taskwire on services cannot be understood; their tasks are judged by the stack’s own setting. Read the findings: each quotes the tag and shows a right one.',
      metric: metric('TagFindings'),
      over: 0,
      seconds: 15 * MINUTES,
    },
    'messages-dropped': {
      runbook: 'messages-dropped',
      says: 'Messages were dropped that are no events. Read in the log what they are; find out who sends to the queue.',
      metric: metric('MessagesDropped'),
      over: 0,
      seconds: 5 * MINUTES,
    },
    'events-refused': {
      runbook: 'events-refused',
      says: 'The event bus refuses what Taskwire tells; the findings stand in the log all the same. Look at the bus’s policy and the role.',
      metric: metric('EventsRefused'),
      over: 0,
      seconds: 5 * MINUTES,
      of: 2,
    },
  };
};

// Nothing of lost deliveries or throttles: either way there is no audit, and that is what is watched for.
/** @type {Record<string, Alarm>} */
const ofAudit = {
  'no-audit': {
    runbook: 'no-audit',
    says: 'No audit began for 30 hours. See whether the schedule runs and whether Lambda refuses the function.',
    metric: ofFunction('Invocations', 'audit'),
    over: 1,
    comparison: 'LessThanThreshold',
    // Five quarters of a day: one audit a day lies in four or five of them, whenever an alarm begins to count.
    seconds: 6 * 60 * MINUTES,
    of: 5,
    missing: 'breaching',
  },
  'failure-queue': {
    runbook: 'audit-failed',
    says: 'An audit failed or could not be begun; its record in the failure queue says why. Mend that, and invoke audit by hand.',
    metric: ofQueue('ApproximateNumberOfMessagesVisible', 'AuditFailureQueue'),
    over: 0,
    seconds: 5 * MINUTES,
  },
};

// To ECS both are a failed deployment, so one is enough. What the gate itself ends is no alarm: ECS tells of it, and the
// finding on the bus says why.
/** @type {Record<string, Alarm>} */
const ofGateDeployment = Object.fromEntries(
  Object.entries(ofInvocations('gate-deployment')).map(([what, alarm]) => [
    what,
    {
      ...alarm,
      runbook: 'gate-does-not-answer',
      says: 'The gate did not answer ECS, which takes that for a failed deployment and rolls it back. Read the last error in the log, or see why Lambda refuses.',
      of: 1,
    },
  ]),
);

/**
 * @param {Settings} settings
 * @param {string} name
 * @param {Record<string, Alarm>} alarms
 */
const resourcesOf = (settings, name, alarms) => {
  const actions = settings.alarmTopic === '' ? [] : [settings.alarmTopic];
  const entries = Object.entries(alarms).map(
    ([alarm, { runbook, says, metric, over, seconds, of = 1, comparison, missing }]) => [
      `${idOf(name)}${idOf(alarm)}Alarm`,
      {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: nameOf(settings, name, alarm),
          AlarmDescription: `${says} Runbook: docs/operations.md#${runbook}`,
          ...metric,
          Period: seconds,
          EvaluationPeriods: of,
          DatapointsToAlarm: of,
          Threshold: over,
          ComparisonOperator: comparison ?? 'GreaterThanThreshold',
          TreatMissingData: missing ?? 'notBreaching',
          ...(actions.length > 0 && { AlarmActions: actions, OKActions: actions }),
        },
      },
    ],
  );
  return { Resources: Object.fromEntries(entries) };
};

module.exports = {
  /** @param {Context} context */
  registerTargets: async (context) => {
    const settings = await settingsOf(context);
    const rules = {
      tasks: 'RegisterTargetsTaskRule',
      tags: 'RegisterTargetsTagRule',
      sweeps: 'RegisterTargetsSweepRule',
    };
    return resourcesOf(settings, 'register-targets', {
      ...ofEventDriven('register-targets', rules),
      ...ofRegisterTargets(settings),
    });
  },

  /** @param {Context} context */
  adjustScaling: async (context) => {
    const settings = await settingsOf(context);
    const rules = {
      services: 'AdjustScalingServiceRule',
      spot: 'AdjustScalingSpotRule',
      tags: 'AdjustScalingTagRule',
      sweeps: 'AdjustScalingSweepRule',
    };
    return resourcesOf(settings, 'adjust-scaling', {
      ...ofEventDriven('adjust-scaling', rules),
      ...ofAdjustScaling(settings),
    });
  },

  /** @param {Context} context */
  verifyXray: async (context) => {
    const settings = await settingsOf(context);
    const repaired = 'and the next task of that definition is judged again';
    return resourcesOf(settings, 'verify-xray', {
      ...ofEventDriven('verify-xray', { tasks: 'VerifyXrayTaskRule' }, repaired),
      ...ofVerifyXray(settings),
    });
  },

  /** @param {Context} context */
  audit: async (context) => resourcesOf(await settingsOf(context), 'audit', ofAudit),

  // None of remediate: a person invokes it and sees what comes of it.
  /** @param {Context} context */
  gateDeployment: async (context) => resourcesOf(await settingsOf(context), 'gate-deployment', ofGateDeployment),
};
