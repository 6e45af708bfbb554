// Where audits keep their reports: nowhere, in a bucket of the user's, or in one that the stack makes.
const { settingsOf } = require('./settings.cjs');

/** @typedef {import('./settings.cjs').Context} Context */

/** The word that asks for a bucket of the stack's own. */
const CREATE = 'create';
/** All that an audit writes lies under it. */
const FOLDER = 'audit/*';
const KEPT_DAYS = 400;

/** @type {(bucket: string, path?: string) => object} */
const arnOf = (bucket, path) => {
  const ending = path === undefined ? '' : `/${path}`;
  return bucket === CREATE
    ? { 'Fn::Sub': `\${ReportBucket.Arn}${ending}` }
    : { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${bucket}${ending}` };
};

const bucket = {
  Type: 'AWS::S3::Bucket',
  // What was found last year is worth more than the stack that found it.
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    // Reports name every service and what is wrong with it.
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    LifecycleConfiguration: {
      Rules: [
        {
          Id: 'EndOfReports',
          Status: 'Enabled',
          // The latest report and the history are written anew with every audit, so they never get this old.
          ExpirationInDays: KEPT_DAYS,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    },
  },
};

const onlyEncrypted = {
  Type: 'AWS::S3::BucketPolicy',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    Bucket: { Ref: 'ReportBucket' },
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'OnlyOverTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [{ 'Fn::GetAtt': ['ReportBucket', 'Arn'] }, { 'Fn::Sub': `\${ReportBucket.Arn}/*` }],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
};

module.exports = {
  arnOf,

  /** As the function's environment names it; empty: reports are kept nowhere. @param {Context} context */
  bucketName: async (context) => {
    const { reportBucket } = await settingsOf(context);
    return reportBucket === CREATE ? { Ref: 'ReportBucket' } : reportBucket;
  },

  /** What an audit may do with the bucket. @type {(context: Context) => Promise<object[]>} */
  statements: async (context) => {
    const { reportBucket } = await settingsOf(context);
    const objects = ['s3:GetObject', 's3:PutObject'];
    if (reportBucket === '') return [{ Sid: 'KeepNoReports', Effect: 'Deny', Action: objects, Resource: '*' }];
    return [
      { Sid: 'KeepReports', Effect: 'Allow', Action: objects, Resource: arnOf(reportBucket, FOLDER) },
      // The call is never made. Without the right to it S3 does not say of a report that there is none, but that it may
      // not be read; and in that question no prefix is named, so no condition could narrow it.
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
      { Sid: 'LearnThatThereIsNone', Effect: 'Allow', Action: 's3:ListBucket', Resource: arnOf(reportBucket) },
    ];
  },

  /** @param {Context} context */
  resources: async (context) => {
    const { reportBucket } = await settingsOf(context);
    if (reportBucket !== CREATE) return { Resources: {} };
    return {
      Resources: { ReportBucket: bucket, ReportBucketPolicy: onlyEncrypted },
      Outputs: { ReportBucketName: { Description: 'Where audits keep their reports', Value: { Ref: 'ReportBucket' } } },
    };
  },
};
