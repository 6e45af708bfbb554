import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { listOf, type Statement } from '../support/authorization.ts';
import { motoSettings } from './moto-world.ts';
import { present } from './present.ts';

/** Calls that Lambda makes with the role, and not the function's code: its queue, its log, its traces. */
export const OF_LAMBDA: ReadonlySet<string> = new Set([
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
]);

/** What moto calls actions that IAM calls otherwise. */
const MOTO_NAMES: Readonly<Record<string, string>> = {
  'tag:GetResources': 'tagging:GetResources',
  'cloudwatch:GetMetricData': 'monitoring:GetMetricData',
  'sqs:SendMessage': 'sqs:SendMessageBatch',
};

/** A role in moto with the same actions, on everything and without conditions; its credentials, as environment. */
export const assumeCopyOf = async (
  statements: readonly Statement[],
  endpoint: string,
): Promise<Record<string, string>> => {
  const iam = new IAMClient(motoSettings(endpoint));
  const sts = new STSClient(motoSettings(endpoint));
  const copy = statements.map(({ Effect, Action }) => ({
    Effect,
    Action: listOf(Action).map((action) => MOTO_NAMES[action] ?? action),
    Resource: '*',
  }));
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: 'copy', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: copy });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'copy', PolicyName: 'copy', PolicyDocument }));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: present(Role?.Arn), RoleSessionName: 'function' }),
  );
  iam.destroy();
  sts.destroy();
  return {
    AWS_ACCESS_KEY_ID: present(Credentials?.AccessKeyId),
    AWS_SECRET_ACCESS_KEY: present(Credentials?.SecretAccessKey),
    AWS_SESSION_TOKEN: present(Credentials?.SessionToken),
  };
};
