// Audits of many accounts and Regions: a state machine that gives each of them a run of `audit` of its own, and one more
// that makes one report of all. Deployed only where `fleetRole` is given; one account needs none of it.
const { nameOf, settingsOf } = require('./settings.cjs');
const { arnOf } = require('./report-bucket.cjs');

/** @typedef {import('./settings.cjs').Context} Context */

const FOLDER = 'audit/fleet';
/** Of the fleet at once: their reads are bounded per account, so it is the functions' instances that this bounds. */
const AT_ONCE = 10;
/** A little more than the function's own, so that its last words arrive. */
const STEP_SECONDS = 930;
const FUNCTION = { 'Fn::GetAtt': ['AuditLambdaFunction', 'Arn'] };

/** What is over in a moment: Lambda's own faults, and instances that are all in use. */
const RETRY = [
  {
    ErrorEquals: [
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
    ],
    IntervalSeconds: 5,
    MaxAttempts: 6,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
];

/** What Step Functions calls. @type {(name: string) => object} */
const integration = (name) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:states:::${name}` });

/** @type {(payload: object, rest: object) => object} */
const invoke = (payload, rest) => ({
  Type: 'Task',
  Resource: integration('lambda:invoke'),
  Parameters: { FunctionName: FUNCTION, ...payload },
  TimeoutSeconds: STEP_SECONDS,
  Retry: RETRY,
  ...rest,
});

/** @type {(begin: object, bucket: string | object) => object} */
const definition = (begin, bucket) => ({
  Comment: 'One audit of each target, then one report of all',
  StartAt: 'Begin',
  States: {
    // The list is checked and put where nobody edits it, before anything runs.
    Begin: invoke(
      { Payload: { fleet: 'begin', 'run.$': '$$.Execution.Name', 'input.$': '$', ...begin } },
      { OutputPath: '$.Payload', Next: 'AuditEach' },
    ),
    AuditEach: {
      Type: 'Map',
      Label: 'AuditEach',
      ItemReader: {
        Resource: integration('s3:getObject'),
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: bucket, 'Key.$': '$.key' },
      },
      MaxConcurrency: AT_ONCE,
      // One account that cannot be looked at stops no other; the report names it.
      ToleratedFailurePercentage: 100,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Audit',
        States: {
          Audit: invoke(
            { 'Payload.$': '$' },
            {
              // All answers together are bounded by 256 KiB; the reports lie in the bucket.
              ResultSelector: {},
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'NoteWhy' }],
              End: true,
            },
          ),
          NoteWhy: invoke(
            { Payload: { fleet: 'failed', 'output.$': '$.output', 'failure.$': '$.failure' } },
            {
              ResultPath: null,
              // Then the report says that it does not know why.
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'NotAudited' }],
              Next: 'NotAudited',
            },
          ),
          NotAudited: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
        },
      },
      ResultPath: null,
      Next: 'Reduce',
    },
    Reduce: invoke(
      { Payload: { fleet: 'reduce', 'run.$': '$$.Execution.Name' } },
      { OutputPath: '$.Payload', Next: 'WasAnythingSeen' },
    ),
    WasAnythingSeen: {
      Type: 'Choice',
      Choices: [{ Variable: '$.seen', NumericGreaterThan: 0, Next: 'Done' }],
      Default: 'NothingSeen',
    },
    NothingSeen: {
      Type: 'Fail',
      Error: 'NothingSeen',
      Cause:
        'No target could be audited. The report says why for each; most often the roles do not trust this account.',
    },
    Done: { Type: 'Succeed' },
  },
});

/** @type {(service: string, context?: object) => object} */
const trust = (service, Condition) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...(Condition && { Condition }) },
  ],
});

module.exports = {
  /** What `audit` may do for a fleet: assume the role of that name in any account that trusts it. @type {(context: Context) => Promise<object[]>} */
  statements: async (context) => {
    const { fleetRole } = await settingsOf(context);
    if (fleetRole === '') {
      return [{ Sid: 'LookAtNoOtherAccount', Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }];
    }
    return [
      {
        Sid: 'LookAtTheFleet',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::*:role/${fleetRole}` },
      },
    ];
  },

  /** @param {Context} context */
  resources: async (context) => {
    const settings = await settingsOf(context);
    const { fleetRole, fleetExternalId, reportBucket } = settings;
    if (fleetRole === '') return { Resources: {} };
    const name = nameOf(settings, 'fleet');
    const machine = {
      'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${name}`,
    };
    return {
      Resources: {
        FleetStateMachine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            StateMachineName: name,
            RoleArn: { 'Fn::GetAtt': ['FleetRole', 'Arn'] },
            Definition: definition(
              { role: fleetRole, ...(fleetExternalId !== '' && { externalId: fleetExternalId }) },
              reportBucket === 'create' ? { Ref: 'ReportBucket' } : reportBucket,
            ),
            TracingConfiguration: { Enabled: true },
          },
        },
        FleetRole: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: trust('states.amazonaws.com', {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            }),
            Policies: [
              {
                PolicyName: 'run',
                PolicyDocument: {
                  Version: '2012-10-17',
                  Statement: [
                    { Sid: 'Audit', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION },
                    // A distributed map starts a run of the same state machine for each item.
                    // https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
                    { Sid: 'StartRuns', Effect: 'Allow', Action: 'states:StartExecution', Resource: machine },
                    {
                      Sid: 'FollowRuns',
                      Effect: 'Allow',
                      Action: ['states:DescribeExecution', 'states:StopExecution'],
                      Resource: {
                        'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:execution:${name}/*`,
                      },
                    },
                    {
                      Sid: 'ReadTargets',
                      Effect: 'Allow',
                      Action: 's3:GetObject',
                      Resource: arnOf(reportBucket, `${FOLDER}/*`),
                    },
                    // Traces have no resource: AWS knows none for these.
                    {
                      Sid: 'WriteTraces',
                      Effect: 'Allow',
                      Action: [
                        'xray:PutTraceSegments',
                        'xray:PutTelemetryRecords',
                        'xray:GetSamplingRules',
                        'xray:GetSamplingTargets',
                      ],
                      Resource: '*',
                    },
                  ],
                },
              },
            ],
          },
        },
      },
      Outputs: {
        FleetStateMachineArn: { Description: 'Audits a fleet', Value: { Ref: 'FleetStateMachine' } },
        AuditRoleArn: {
          Description: 'Whom the role in each account of the fleet is to trust',
          Value: { 'Fn::GetAtt': ['AuditRole', 'Arn'] },
        },
      },
    };
  },
};
