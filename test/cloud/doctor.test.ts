import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { AddTagsCommand, CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DisableRuleCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deployedName, queueName, ruleName, STACK, type StackFunction } from '../../shared/core/doctor/stack.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, type MotoWorld, motoSettings } from './moto-world.ts';
import { describeWithPython } from './with-python.ts';

const CLI = join(process.cwd(), 'dist/cli/taskwire.mjs');
/** Of the command line, too. */
const VERSION: string = JSON.parse(readFileSync('package.json', 'utf8')).version;
const GROUPS = 200;
const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';

interface Doctored {
  readonly code: number;
  readonly tookMs: number;
  readonly findings: readonly { readonly rule: string; readonly summary: string }[];
  readonly checks: readonly { readonly id: string; readonly status: string; readonly found: string }[];
  readonly calls: Readonly<Record<string, number>>;
}

// What moto 5.2.5 lacks: IAM's simulation and Lambda's GetAccountSettings, so DOC-3, DOC-6 and DOC-14 are not known here
// (test/scenario/doctor.test.ts shows them); metrics of rules and queues, which the test puts there itself; pages of
// functions, and a tagging API that lags.
describeWithPython('the built doctor against moto', (python) => {
  let moto: Moto;
  let world: MotoWorld;
  let sqs: SQSClient;
  let events: EventBridgeClient;

  const doctor = (...argv: readonly string[]): Promise<Doctored> =>
    new Promise((resolve, reject) => {
      const begun = performance.now();
      execFile(
        process.execPath,
        [CLI, 'doctor', '--json', ...argv],
        {
          env: {
            PATH: process.env.PATH,
            AWS_ENDPOINT_URL: moto.endpoint,
            AWS_REGION: REGION,
            AWS_ACCESS_KEY_ID: 'test',
            AWS_SECRET_ACCESS_KEY: 'test',
          },
          maxBuffer: 16 * 1024 * 1024,
        },
        (error, out, err) => {
          const code = error === null ? 0 : Number(error.code);
          try {
            resolve({ ...JSON.parse(out), code, tookMs: performance.now() - begun });
          } catch {
            reject(new Error(`exit code ${code}: ${out}\n${err}`));
          }
        },
      );
    });

  const deploy = async (part: StackFunction, lambda: LambdaClient, cloudWatch: CloudWatchClient): Promise<void> => {
    const name = deployedName('prod', part.name);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: `arn:aws:iam::${ACCOUNT}:role/function`,
        Runtime: 'nodejs22.x',
        Handler: 'handler.handler',
        Code: { ZipFile: new Uint8Array([80, 75, 5, 6, ...new Array(18).fill(0)]) },
        Environment: { Variables: { TASKWIRE_MODE: 'enforce', TASKWIRE_VERSION: `${VERSION}+0a1b2c3` } },
      }),
    );
    for (const kind of part.queues) {
      const queue = queueName('prod', part, kind);
      const fifo = queue.endsWith('.fifo') ? { Attributes: { FifoQueue: 'true' } } : {};
      await sqs.send(new CreateQueueCommand({ QueueName: queue, ...fifo }));
      if (kind !== 'own') continue;
      const EventSourceArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`;
      await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn }));
    }
    for (const rule of part.rules) {
      const Name = ruleName('prod', part.name, rule);
      const when =
        rule.everyMinutes === undefined
          ? { EventPattern: '{"source":["aws.ecs"]}' }
          : { ScheduleExpression: `rate(${rule.everyMinutes} minutes)` };
      await events.send(new PutRuleCommand({ Name, ...when }));
      const to =
        rule.to === 'queue'
          ? `sqs:${REGION}:${ACCOUNT}:${queueName('prod', part, 'own')}`
          : `lambda:${REGION}:${ACCOUNT}:function:${name}`;
      const target = {
        Id: 'target',
        Arn: `arn:aws:${to}`,
        ...(to.endsWith('.fifo') && { SqsParameters: { MessageGroupId: 'taskwire' } }),
      };
      await events.send(new PutTargetsCommand({ Rule: Name, Targets: [target] }));
      await cloudWatch.send(
        new PutMetricDataCommand({
          Namespace: 'AWS/Events',
          MetricData: [
            {
              MetricName: 'Invocations',
              Dimensions: [{ Name: 'RuleName', Value: Name }],
              Timestamp: new Date(Date.now() - 10 * 60_000),
              Value: 3,
            },
          ],
        }),
      );
    }
  };

  beforeAll(async () => {
    moto = await startMoto(python);
    world = await createMotoWorld(moto);
    const settings = motoSettings(moto.endpoint);
    sqs = new SQSClient(settings);
    events = new EventBridgeClient(settings);
    const lambda = new LambdaClient(settings);
    const cloudWatch = new CloudWatchClient(settings);
    const iam = new IAMClient(settings);
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'function',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        }),
      }),
    );
    for (const part of STACK) await deploy(part, lambda, cloudWatch);
    const arns: string[] = [];
    for (let number = 0; number < GROUPS; number++) {
      const created = await world.elb.send(
        new CreateTargetGroupCommand({
          Name: `group-${number}`,
          Protocol: 'HTTP',
          Port: 8080,
          VpcId: world.vpcId,
          TargetType: 'ip',
        }),
      );
      arns.push(created.TargetGroups?.[0]?.TargetGroupArn ?? '');
    }
    await world.elb.send(
      new AddTagsCommand({ ResourceArns: arns, Tags: [{ Key: 'taskwire:service', Value: 'production/checkout' }] }),
    );
    for (const client of [lambda, cloudWatch, iam]) client.destroy();
  }, 120_000);
  afterAll(async () => {
    sqs?.destroy();
    events?.destroy();
    await moto?.stop();
  });

  const NOT_OF_MOTO = ['DOC-3', 'DOC-6', 'DOC-14'];

  test('finds nothing where all is well, and ends within 20 s with 200 groups', async () => {
    const { code, tookMs, findings, checks, calls } = await doctor();
    expect(findings).toEqual([]);
    expect(checks.filter(({ status }) => status !== 'ok').map(({ id }) => id)).toEqual(NOT_OF_MOTO);
    expect(checks.find(({ id }) => id === 'DOC-13')?.found).toContain(`${GROUPS} tagged target groups`);
    expect(code).toBe(3);
    expect(tookMs).toBeLessThan(20_000);
    expect(calls).toMatchObject({
      'elasticloadbalancing:DescribeTags': GROUPS / 20,
      'tag:GetResources': expect.any(Number),
    });
  }, 60_000);

  test('finds a rule that is disabled, a message that waits, and a cluster that is not there', async () => {
    await events.send(new DisableRuleCommand({ Name: 'taskwire-prod-register-targets-tasks' }));
    const failures = `${moto.endpoint}/${ACCOUNT}/taskwire-prod-verify-xray-failures`;
    await sqs.send(new SendMessageCommand({ QueueUrl: failures, MessageBody: '{}' }));
    const { TargetGroups = [] } = await world.elb.send(
      new CreateTargetGroupCommand({
        Name: 'astray',
        Protocol: 'HTTP',
        Port: 8080,
        VpcId: world.vpcId,
        TargetType: 'ip',
        Tags: [{ Key: 'taskwire:service', Value: 'producton/checkout' }],
      }),
    );
    expect(TargetGroups).toHaveLength(1);
    const { findings } = await doctor();
    expect(findings.map(({ rule, summary }) => `${rule} ${summary}`)).toEqual([
      'DOC-7 The rule taskwire-prod-register-targets-tasks is disabled: the events never come.',
      'DOC-12 1 message waits in taskwire-prod-verify-xray-failures.',
      'DOC-15 Target groups are bound to the cluster "producton", which does not exist: astray.',
    ]);
  }, 60_000);

  test('finds that nothing is deployed under another stage, and the stack that is on the same tags', async () => {
    const { findings, checks } = await doctor('--stage', 'test');
    expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['DOC-4', 'DOC-16']));
    expect(checks.filter(({ status }) => status === 'skipped').length).toBeGreaterThan(5);
  }, 60_000);
});
