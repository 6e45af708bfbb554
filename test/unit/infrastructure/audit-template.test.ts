import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { isAllowed } from '../../support/authorization.ts';
import { at, listAt, objectAt, objectsAt } from '../../support/free-form.ts';
import { packagedTemplate, resolved, statementsOf, type Template } from '../../support/packaged-stack.ts';

const OBJECT = 'arn:aws:s3:::reports/audit/latest.json';

const mayKeep = (template: Template, resource: string): boolean =>
  isAllowed(statementsOf(template, 'AuditRole'), { action: 's3:PutObject', resource, context: {} });
const bucketOf = (template: Template): unknown =>
  resolved(
    template,
    at(template.Resources, 'AuditLambdaFunction', 'Properties', 'Environment', 'Variables', 'TASKWIRE_REPORT_BUCKET'),
  );

describe('audit in the stack with its defaults', () => {
  let template: Template;
  const propertiesOf = (id: string) => objectAt(template.Resources, id, 'Properties');

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  test('a schedule invokes it once a day, and nobody else', () => {
    expect(propertiesOf('AuditRule')).toMatchObject({ ScheduleExpression: 'cron(17 4 * * ? *)', State: 'ENABLED' });
    const [target, ...others] = objectsAt(propertiesOf('AuditRule'), 'Targets');
    expect(others).toEqual([]);
    const name = 'arn:aws:lambda:eu-central-1:111122223333:function:taskwire-prod-audit';
    expect(resolved(template, target?.Arn)).toBe(name);
    const invoking = Object.values(template.Resources).filter(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::Permission' && resolved(template, Properties.FunctionName) === name,
    );
    expect(invoking).toHaveLength(1);
    expect(resolved(template, invoking[0]?.Properties)).toMatchObject({
      Principal: 'events.amazonaws.com',
      SourceArn: 'arn:aws:events:eu-central-1:111122223333:rule/taskwire-prod-audit',
    });
  });

  test('one that fails is tried once more and then seen', () => {
    const invocation = propertiesOf('AuditLambdaEvConf');
    expect(invocation.MaximumRetryAttempts).toBe(1);
    expect(resolved(template, at(invocation, 'DestinationConfig', 'OnFailure', 'Destination'))).toMatch(
      /:taskwire-prod-audit-failures$/,
    );
    expect(propertiesOf('AuditLambdaFunction').Timeout).toBe(900);
  });

  test('without a bucket nothing is kept, and nothing may be', () => {
    expect(bucketOf(template)).toBe('');
    expect(mayKeep(template, OBJECT)).toBe(false);
    expect(template.Resources.ReportBucket).toBeUndefined();
  });

  test('its role changes nothing', () => {
    const own = /^(?:sqs|logs|xray|events|s3):/;
    const others = statementsOf(template, 'AuditRole')
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)
      .filter((action) => !own.test(action));
    expect(others.length).toBeGreaterThan(20);
    for (const action of others) expect(action).toMatch(/:(?:Describe|List|Get|BatchGet)/);
  });

  test.each([
    ['AuditRole', 'audit'],
    ['RemediateRole', 'remediate'],
    ['GateDeploymentRole', 'gate-deployment'],
  ])('a star in %s stands for every resource only where a comment beside it says why', (role, file) => {
    const yaml = readFileSync(`infrastructure/${file}.yml`, 'utf8');
    const stars = statementsOf(template, role).filter(
      ({ Effect, Resource, Sid }) => Effect === 'Allow' && Resource === '*' && Sid !== 'LetScalingReadAlarms',
    );
    expect(stars.length).toBeGreaterThan(0);
    for (const { Sid } of stars) expect(yaml).toMatch(new RegExp(`# .+\\n +- Sid: ${Sid}\\n`));
  });
});

describe('audit in the stack with a bucket', () => {
  test('a bucket of the user’s is written to below one folder, and not made', async () => {
    const template = await packagedTemplate({ reportBucket: 'reports' });
    expect(bucketOf(template)).toBe('reports');
    expect(mayKeep(template, OBJECT)).toBe(true);
    expect(mayKeep(template, 'arn:aws:s3:::reports/latest.json')).toBe(false);
    expect(template.Resources.ReportBucket).toBeUndefined();
  });

  test('one that the stack makes is closed to the public, encrypted, and outlives the stack', async () => {
    const template = await packagedTemplate({ reportBucket: 'create' });
    const bucket = template.Resources.ReportBucket;
    expect(bucket).toMatchObject({
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 400 }] },
      },
    });
    expect(JSON.stringify(bucket?.Properties.BucketEncryption)).toContain('AES256');
    expect(bucketOf(template)).toBe('taskwire-prod-reportbucket');
    expect(mayKeep(template, 'arn:aws:s3:::taskwire-prod-reportbucket/audit/latest.json')).toBe(true);
    expect(mayKeep(template, OBJECT)).toBe(false);
    const [statement] = listAt(template.Resources, 'ReportBucketPolicy', 'Properties', 'PolicyDocument', 'Statement');
    expect(statement).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });

  test('what is no name of a bucket stops the deployment', async () => {
    await expect(packagedTemplate({ reportBucket: 'Reports/2026' })).rejects.toThrow(/reportBucket is "Reports\/2026"/);
  });
});
