import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { release } from '../../scripts/release.mjs';
import { eventually } from './deployed-world.ts';
import { freeEndpoint, type Ministack, ministackSettings, startMinistack } from './ministack.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

const run = promisify(execFile);

// A release packages the stack ten times.
jest.setTimeout(300_000);

const STACK = 'taskwire-qa';
const BUCKET = 'artifacts';
const PREFIX = 'taskwire/1';
const FUNCTION = 'taskwire-qa-gate-deployment';

// What `aws s3 cp` and `aws cloudformation deploy` do, call by call: the command line itself is no part of the tests'
// environment. Tried by hand with version 1.45 of it, on the same ministack.
describeWithPython('the released template, deployed without the framework', (python) => {
  let folder: string;
  let endpoint: string;
  let ministack: Ministack;
  let cloudFormation: CloudFormationClient;
  let lambda: LambdaClient;
  let s3: S3Client;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taskwire-release-test-'));
    await release(folder, {});
    endpoint = await freeEndpoint();
    ministack = await startMinistack(python, endpoint, endpoint);
    const settings = ministackSettings(endpoint);
    cloudFormation = new CloudFormationClient(settings);
    lambda = new LambdaClient(settings);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const name of await readdir(folder)) {
      const Body = await readFile(join(folder, name));
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${PREFIX}/${name}`, Body }));
    }
  });
  afterAll(async () => {
    for (const client of [cloudFormation, lambda, s3]) client?.destroy();
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const deploy = async (type: 'CREATE' | 'UPDATE', given: Readonly<Record<string, string>>): Promise<void> => {
    const all = { ArtifactBucket: BUCKET, ArtifactPrefix: PREFIX, Stage: 'qa', ...given };
    const { Id } = await cloudFormation.send(
      new CreateChangeSetCommand({
        StackName: STACK,
        ChangeSetName: `change-${type.toLowerCase()}`,
        ChangeSetType: type,
        // CloudFormation takes no larger one than 51,200 bytes in the call itself.
        TemplateURL: `${endpoint}/${BUCKET}/${PREFIX}/taskwire.template.json`,
        Parameters: Object.entries(all).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    await cloudFormation.send(new ExecuteChangeSetCommand({ ChangeSetName: Id, StackName: STACK }));
    await eventually(async () => {
      const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
      expect(Stacks?.[0]?.StackStatus).toBe(`${type}_COMPLETE`);
    });
  };
  const resources = async (): Promise<readonly string[]> => {
    const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: STACK }));
    return StackResources.map(({ LogicalResourceId }) => present(LogicalResourceId));
  };
  const variables = async () =>
    (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: FUNCTION }))).Environment?.Variables;
  /** What is no hook is answered in words of ours: so the code runs, with the settings of the stack. */
  const answer = async (): Promise<string> => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: FUNCTION, Payload: '{}' }));
    return new TextDecoder().decode(present(Payload));
  };

  test('is created, and its functions run', async () => {
    await deploy('CREATE', { Mode: 'observe' });
    expect(await resources()).toContain('RegisterTargetsQueue');
    expect(await resources()).not.toContain('ReportBucket');
    expect(await variables()).toMatchObject({ TASKWIRE_MODE: 'observe', TASKWIRE_BRAKE_PERCENT: '50' });
    expect(await answer()).toContain('Deployment lifecycle hook: executionId is missing');
  });

  test('is updated to other parameters', async () => {
    await deploy('UPDATE', { Mode: 'enforce', BrakePercent: '30', ReportsTo: 'create' });
    expect(await resources()).toContain('ReportBucket');
    expect(await variables()).toMatchObject({ TASKWIRE_MODE: 'enforce', TASKWIRE_BRAKE_PERCENT: '30' });
    expect(await answer()).toContain('Deployment lifecycle hook: executionId is missing');
  });

  test('passes cfn-lint', async () => {
    const args = ['-m', 'cfnlint.runner.cli', '--format', 'json', '--regions', 'eu-central-1', 'us-east-1'];
    const { stdout } = await run(python, [...args, '--template', join(folder, 'taskwire.template.json')]).catch(
      (error: { stdout?: string; stderr?: string }) => {
        if (!error.stdout) throw new Error(`cfn-lint did not run: ${error.stderr}`);
        return { stdout: error.stdout };
      },
    );
    const matches: readonly { readonly Message: string; readonly Rule: { readonly Id: string } }[] = JSON.parse(stdout);
    // osls adds the dependency on the role that it was named, and the role's ARN says the same.
    expect(matches.filter(({ Rule }) => Rule.Id !== 'W3005').map(({ Message }) => Message)).toEqual([]);
  });
});
