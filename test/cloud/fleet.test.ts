import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readAuditReport } from '../../shared/contracts/audit-report-file.ts';
import { deployStack } from './deployed-stack.ts';
import { eventually, SOON_MS } from './deployed-world.ts';
import { freeEndpoint, type Ministack, ministackSettings, startMinistack } from './ministack.ts';
import { type MinistackFront, startMinistackFront } from './ministack-front.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

jest.setTimeout(2 * SOON_MS);

const BUCKET = 'fleet-reports';
const MACHINE = 'arn:aws:states:eu-central-1:000000000000:stateMachine:taskwire-prod-fleet';

interface Execution {
  readonly status: string;
  readonly output?: string;
  readonly cause?: string;
}

// What ministack 1.5.33 does: it runs distributed maps with their item reader and tolerated failures, Lambda and S3 calls
// of Step Functions, and assumes any role that it is asked for. It bounds neither the answers of a map nor its input.
describeWithPython('the fleet’s state machine deployed to ministack', (python) => {
  let ministack: Ministack;
  let front: MinistackFront;
  let endpoint: string;
  let s3: S3Client;

  /** Step Functions speaks JSON, and ministack asks for no signature. */
  const states = async <T>(operation: string, body: object): Promise<T> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/eu-central-1/states/aws4_request',
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${operation} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  };
  const run = async (name: string, input: object): Promise<Execution> => {
    const { executionArn } = await states<{ executionArn: string }>('StartExecution', {
      stateMachineArn: MACHINE,
      name,
      input: JSON.stringify(input),
    });
    let ended: Execution = { status: 'RUNNING' };
    await eventually(async () => {
      ended = await states('DescribeExecution', { executionArn });
      expect(ended.status).not.toBe('RUNNING');
    });
    return ended;
  };
  const read = async (Key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return present(Body).transformToString();
  };
  const keys = async (Prefix: string): Promise<readonly string[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
    return Contents.flatMap(({ Key }) => Key ?? []).sort();
  };

  beforeAll(async () => {
    endpoint = await freeEndpoint();
    front = await startMinistackFront(endpoint);
    ministack = await startMinistack(python, endpoint, front.endpoint);
    s3 = new S3Client({ ...ministackSettings(endpoint), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await deployStack(endpoint, {
      reportBucket: BUCKET,
      fleetRole: 'taskwire-fleet-member',
      fleetExternalId: 'abc123',
    });
    const ecs = new ECSClient(ministackSettings(endpoint));
    await ecs.send(new CreateClusterCommand({ clusterName: 'production' }));
    ecs.destroy();
  }, 180_000);
  afterAll(async () => {
    s3?.destroy();
    await front?.close();
    await ministack?.stop();
  });

  test('each target of the list is audited by a run of its own, and one report is made of all', async () => {
    const targets = [
      { cluster: 'production' },
      { region: 'eu-central-1', cluster: 'gone' },
      { account: '444455556666', region: 'eu-west-1' },
    ];
    const Body = JSON.stringify(targets);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'audit/fleet/targets.json', Body }));
    const ended = await run('nightly-1', {});
    expect(ended.status).toBe('SUCCEEDED');
    expect(await keys('audit/fleet/nightly-1/')).toEqual([
      'audit/fleet/nightly-1/0/report.json',
      'audit/fleet/nightly-1/1/failed.json',
      'audit/fleet/nightly-1/2/report.json',
      'audit/fleet/nightly-1/report.html',
      'audit/fleet/nightly-1/report.json',
      'audit/fleet/nightly-1/targets.json',
    ]);
    const report = readAuditReport(await read('audit/fleet/nightly-1/report.json'));
    expect(report.clusters.map(({ name }) => name)).toEqual(['production (000000000000, eu-central-1)']);
    // ministack has no Elastic Beanstalk, and the report says so for each place.
    expect(report.unseen.map(({ what }) => what)).toEqual(['everything', 'environments', 'environments']);
    expect(report.unseen.slice(0, 1)).toMatchObject([
      {
        resource: 'cluster gone in this account, eu-central-1',
        what: 'everything',
        why: expect.stringContaining('There is no cluster gone in this account and Region.'),
      },
    ]);
    expect(JSON.parse(present(ended.output))).toMatchObject({ targets: 3, seen: 2 });
    expect(await read('audit/fleet/nightly-1/report.html')).toContain('production (000000000000, eu-central-1)');
    // Each of them was an execution of its own.
    const runs = await states<{ mapRuns: readonly { mapRunArn: string }[] }>('ListMapRuns', {
      executionArn: MACHINE.replace('stateMachine', 'execution').concat(':nightly-1'),
    });
    const { mapRunArn } = present(runs.mapRuns[0]);
    const mapRun = await states('DescribeMapRun', { mapRunArn });
    expect(mapRun).toMatchObject({ status: 'SUCCEEDED', executionCounts: { total: 3, succeeded: 2, failed: 1 } });
  });

  test('a list that is wrong stops the run before anything is looked at', async () => {
    const ended = await run('wrong-1', { targets: [{ region: 'Ireland' }] });
    expect(ended.status).toBe('FAILED');
    expect(ended.cause).toContain('region must be the name of a Region');
    expect(await keys('audit/fleet/wrong-1/')).toEqual([]);
  });

  test('where nothing could be looked at, the run itself fails, and the report says why', async () => {
    const ended = await run('nothing-1', { targets: [{ cluster: 'gone' }] });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NothingSeen' });
    const { unseen } = readAuditReport(await read('audit/fleet/nothing-1/report.json'));
    expect(unseen).toMatchObject([{ resource: 'cluster gone in this account, this Region', what: 'everything' }]);
  });
});
