// The released template as a part of a CDK stack.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Construct } from 'constructs';

const TEMPLATE = 'taskwire.template.json';

/** Taskwire, its code uploaded by the CDK to the bucket of its own bootstrap. */
export class Taskwire extends Construct {
  /**
   * @param {Construct} scope
   * @param {string} id
   * @param {object} options
   * @param {string} options.release The folder that `npm run release` made.
   * @param {Readonly<Record<string, string | string[]>>} [options.parameters] Of the template, such as `{ Mode: 'observe' }`.
   */
  constructor(scope, id, { release, parameters = {} }) {
    super(scope, id);
    const templateFile = join(release, TEMPLATE);
    this.template = new CfnInclude(this, 'Template', {
      templateFile,
      // The names are the template's: alarms, runbooks and permissions speak of them.
      preserveLogicalIds: true,
      // Assets tell where the code is.
      parameters: { ArtifactBucket: 'assets', ArtifactPrefix: 'assets', ...parameters },
    });
    const { Resources } = JSON.parse(readFileSync(templateFile, 'utf8'));
    for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const zip = posix.basename(Properties.Code.S3Key['Fn::Sub']);
      const asset = new Asset(this, logicalId, { path: join(release, zip) });
      const resource = this.template.getResource(logicalId);
      resource.addPropertyOverride('Code', { S3Bucket: asset.s3BucketName, S3Key: asset.s3ObjectKey });
    }
  }
}
