// One page that shows whether tasks are wired, and where it hangs if they are not. A later function adds its row.
const { nameOf, settingsOf } = require('./settings.cjs');

/** @typedef {import('./settings.cjs').Context} Context */
/** @typedef {import('./settings.cjs').Settings} Settings */
/** @typedef {{ title: string, metrics: unknown[][], stat?: string, label?: string }} Chart */

const WIDTH = 8;
const HEIGHT = 6;
const PER_ROW = 3;

/** How the charts of one function name its figures. @type {(settings: Settings, name: string, ending?: string) => any} */
const figuresOf = (settings, name, ending = '') => {
  const functionName = nameOf(settings, name);
  return {
    own: (/** @type {string} */ metric, options = {}) => [
      'Taskwire',
      metric,
      'service',
      name,
      'FunctionName',
      functionName,
      options,
    ],
    queue: (/** @type {string} */ metric, of = '') => [
      'AWS/SQS',
      metric,
      'QueueName',
      // The queue of the undelivered is a standard one for every function.
      nameOf(settings, name, ...(of === '' ? [] : [of])) + (of === 'undelivered' ? '' : ending),
    ],
    lambda: (/** @type {string} */ metric) => ['AWS/Lambda', metric, 'FunctionName', functionName],
  };
};

/** @type {(settings: Settings) => Chart[]} */
const registerTargets = (settings) => {
  const { own, queue, lambda } = figuresOf(settings, 'register-targets');
  return [
    {
      title: 'Event to registered, milliseconds',
      metrics: ['p50', 'p99', 'Maximum'].map((stat) => own('EventToRegistered', { stat, label: stat })),
    },
    {
      title: 'Changes',
      metrics: ['ChangesApplied', 'ChangesPlanned', 'ChangesHeld', 'SweepDrift'].map((metric) => own(metric)),
    },
    { title: 'Sweeps and findings', metrics: ['Swept', 'Findings', 'TagFindings'].map((metric) => own(metric)) },
    {
      title: 'Age of the oldest message, seconds',
      metrics: [queue('ApproximateAgeOfOldestMessage')],
      stat: 'Maximum',
    },
    {
      title: 'Messages that wait for a person',
      metrics: ['failures', 'undelivered'].map((of) => queue('ApproximateNumberOfMessagesVisible', of)),
      stat: 'Maximum',
    },
    {
      title: 'Messages sent again, failed, dropped',
      metrics: ['SentAgain', 'MessagesFailed', 'MessagesDropped', 'EventsRefused', 'BindingsStale'].map((metric) =>
        own(metric),
      ),
    },
    { title: 'Calls of AWS', metrics: [own('CallsSent')] },
    { title: 'Invocations', metrics: ['Invocations', 'Errors', 'Throttles'].map(lambda) },
    { title: 'Duration, milliseconds', metrics: [lambda('Duration')], stat: 'p99' },
  ];
};

/** @type {(settings: Settings) => Chart[]} */
const adjustScaling = (settings) => {
  const { own, queue, lambda } = figuresOf(settings, 'adjust-scaling', '.fifo');
  return [
    {
      title: 'Scaling: changes',
      metrics: ['ChangesApplied', 'ChangesPlanned', 'ChangesHeld'].map((metric) => own(metric)),
    },
    {
      title: 'Scaling: sweeps and findings',
      metrics: ['Swept', 'Findings', 'TagFindings'].map((metric) => own(metric)),
    },
    { title: 'Scaling: calls of AWS', metrics: [own('CallsSent')] },
    {
      title: 'Scaling: age of the oldest message, seconds',
      metrics: [queue('ApproximateAgeOfOldestMessage')],
      stat: 'Maximum',
    },
    {
      title: 'Scaling: messages that wait for a person',
      metrics: ['failures', 'undelivered'].map((of) => queue('ApproximateNumberOfMessagesVisible', of)),
      stat: 'Maximum',
    },
    {
      title: 'Scaling: invocations',
      metrics: [
        ...['Invocations', 'Errors', 'Throttles'].map(lambda),
        ...['MessagesFailed', 'MessagesDropped', 'EventsRefused'].map((metric) => own(metric)),
      ],
    },
  ];
};

/** @type {(settings: Settings) => Chart[]} */
const verifyXray = (settings) => {
  const { own, queue, lambda } = figuresOf(settings, 'verify-xray');
  return [
    {
      title: 'Tracing: tasks and findings',
      metrics: ['TasksVerified', 'Findings', 'TagFindings'].map((metric) => own(metric)),
    },
    {
      title: 'Tracing: messages that wait',
      metrics: [
        queue('ApproximateAgeOfOldestMessage'),
        ...['failures', 'undelivered'].map((of) => queue('ApproximateNumberOfMessagesVisible', of)),
      ],
      stat: 'Maximum',
    },
    {
      title: 'Tracing: invocations and calls of AWS',
      metrics: [
        ...['Invocations', 'Errors', 'Throttles'].map(lambda),
        ...['CallsSent', 'SentAgain', 'MessagesFailed', 'MessagesDropped', 'EventsRefused'].map((metric) =>
          own(metric),
        ),
      ],
    },
  ];
};

/** @type {(settings: Settings) => Chart[]} */
const audit = (settings) => {
  const { own, lambda } = figuresOf(settings, 'audit');
  return [
    {
      title: 'Audit: findings',
      metrics: ['HighFindings', 'NewFindings', 'Findings', 'Unseen'].map((metric) => own(metric)),
    },
    {
      title: 'Audit: targets that are not as they should be',
      metrics: ['TargetsMissing', 'TargetsStale', 'TargetsWrong'].map((metric) => own(metric)),
    },
    {
      title: 'Audit: invocations and calls of AWS',
      metrics: [...['Invocations', 'Errors', 'Throttles'].map(lambda), own('CallsSent'), own('EventsRefused')],
    },
  ];
};

/** What people and deployments ask for. @type {(settings: Settings) => Chart[]} */
const byRequest = (settings) => {
  const repairs = figuresOf(settings, 'remediate');
  const gate = figuresOf(settings, 'gate-deployment');
  return [
    {
      title: 'Gate: answers to deployments',
      metrics: ['GatePassed', 'GateWaiting', 'GateFailed'].map((metric) => gate.own(metric)),
    },
    { title: 'Gate: invocations', metrics: ['Invocations', 'Errors', 'Throttles'].map(gate.lambda) },
    {
      title: 'Repairs by hand',
      metrics: [
        ...['ChangesPlanned', 'ChangesApplied'].map((metric) => repairs.own(metric)),
        ...['Invocations', 'Errors'].map(repairs.lambda),
      ],
    },
  ];
};

module.exports = {
  /** @param {Context} context */
  resources: async (context) => {
    const settings = await settingsOf(context);
    const charts = [
      ...registerTargets(settings),
      ...adjustScaling(settings),
      ...verifyXray(settings),
      ...audit(settings),
      ...byRequest(settings),
    ];
    const widgets = charts.map(({ title, metrics, stat = 'Sum' }, index) => ({
      type: 'metric',
      x: (index % PER_ROW) * WIDTH,
      y: Math.floor(index / PER_ROW) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: { title, metrics, stat, period: 300, region: `\${AWS::Region}`, view: 'timeSeries' },
    }));
    return {
      Resources: {
        Dashboard: {
          Type: 'AWS::CloudWatch::Dashboard',
          Properties: {
            // A dashboard's name holds in all Regions of the account.
            DashboardName: { 'Fn::Sub': `${nameOf(settings)}-\${AWS::Region}` },
            DashboardBody: { 'Fn::Sub': JSON.stringify({ widgets }) },
          },
        },
      },
    };
  },
};
