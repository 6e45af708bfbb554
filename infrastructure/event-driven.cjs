// What every function that follows events has: its queue, where its messages end that cannot be handled, and who may
// send to them. One more such function is one more line at the end of this file and one more include in serverless.yml.
const { functionIdOf, idOf, nameOf, settingsOf } = require('./settings.cjs');

/** @typedef {import('./settings.cjs').Context} Context */

/** Fourteen days: what a person must look at waits over a holiday. It is the most that SQS keeps. */
const KEPT_SECONDS = 14 * 24 * 60 * 60;
/** A batch that a crash interrupts is seen again only after this; AWS asks for at least six times the time-out. */
const TIMEOUTS_PER_VISIBILITY = 6;
/** Of the unforeseen: what can be foreseen the function sends again or parks itself, which counts no receive. */
const MOST_RECEIVES = 5;

/**
 * @param {Context} context
 * @param {{ name: string, rules: string[], fifo?: boolean, sweeps?: boolean, delaySeconds?: number }} of `rules`:
 * logical ids of the rules that send to it. `fifo`: one message group, so one writer; the sweep then goes through the
 * queue, too. `sweeps`: whether a schedule invokes it. `delaySeconds`: how long the queue holds back what rules send.
 */
async function eventDriven(context, { name, rules, fifo = false, sweeps = true, delaySeconds }) {
  const settings = await settingsOf(context);
  const timeoutSeconds = Number(await context.resolveConfigurationProperty(['functions', name, 'timeout']));
  const id = idOf(name);
  const ending = fifo ? '.fifo' : '';
  const sweepRules = sweeps ? [`${id}SweepRule`] : [];
  const arn = (/** @type {string} */ resource) => ({ 'Fn::GetAtt': [resource, 'Arn'] });
  const queue = (/** @type {object} */ properties) => ({
    Type: 'AWS::SQS::Queue',
    // What waits in them is an outage's only record of what happened; nothing but `npm run remove` deletes it.
    UpdateReplacePolicy: 'Retain',
    DeletionPolicy: 'Delete',
    Properties: { MessageRetentionPeriod: KEPT_SECONDS, SqsManagedSseEnabled: true, ...properties },
  });
  const sender = (/** @type {string} */ to, /** @type {string[]} */ from) => ({
    Sid: `RulesTo${to}`,
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn(to),
    Condition: { ArnEquals: { 'aws:SourceArn': from.map(arn) } },
  });
  return {
    Resources: {
      [`${id}Queue`]: queue({
        QueueName: nameOf(settings, name) + ending,
        VisibilityTimeout: TIMEOUTS_PER_VISIBILITY * timeoutSeconds,
        ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
        RedrivePolicy: { deadLetterTargetArn: arn(`${id}FailureQueue`), maxReceiveCount: MOST_RECEIVES },
        // EventBridge gives a message no id of its own. Two messages of the same content within five minutes are one: the
        // same event delivered twice; what the code sends again carries an id of its own.
        ...(fifo && { FifoQueue: true, ContentBasedDeduplication: true }),
      }),
      // Three things end here: what SQS moved after the last receive, what the function parked itself with its cause,
      // and asynchronous invocations that failed (a sweep, a person's).
      [`${id}FailureQueue`]: queue({
        QueueName: nameOf(settings, name, 'failures') + ending,
        ...(fifo && { FifoQueue: true }),
      }),
      // What EventBridge could not deliver. Always a standard queue: EventBridge takes no other.
      [`${id}UndeliveredQueue`]: queue({ QueueName: nameOf(settings, name, 'undelivered') }),
      [`${id}QueuePolicy`]: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: `${id}Queue` }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [sender(`${id}Queue`, fifo ? [...rules, ...sweepRules] : rules)],
          },
        },
      },
      [`${id}UndeliveredQueuePolicy`]: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: `${id}UndeliveredQueue` }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [sender(`${id}UndeliveredQueue`, [...rules, ...sweepRules])],
          },
        },
      },
      // The schedule's rule is no event of osls: those take neither a retry policy nor a failure queue.
      ...(sweeps &&
        !fifo && {
          [`${id}SweepPermission`]: {
            Type: 'AWS::Lambda::Permission',
            Properties: {
              Action: 'lambda:InvokeFunction',
              FunctionName: arn(functionIdOf(name)),
              Principal: 'events.amazonaws.com',
              SourceArn: arn(`${id}SweepRule`),
            },
          },
        }),
    },
  };
}

module.exports = {
  /** @param {Context} context */
  registerTargets: (context) =>
    eventDriven(context, {
      name: 'register-targets',
      rules: ['RegisterTargetsTaskRule', 'RegisterTargetsTagRule'],
    }),
  /** @param {Context} context */
  adjustScaling: (context) =>
    eventDriven(context, {
      name: 'adjust-scaling',
      rules: ['AdjustScalingServiceRule', 'AdjustScalingSpotRule', 'AdjustScalingTagRule'],
      fifo: true,
    }),
  /** @param {Context} context */
  verifyXray: (context) =>
    eventDriven(context, {
      name: 'verify-xray',
      rules: ['VerifyXrayTaskRule'],
      sweeps: false,
      // A collector's health is UNKNOWN until its health check has passed or failed, and no event tells when it changes.
      delaySeconds: 120,
    }),
};
