import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeAccountLimitsCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createAccess } from '../../../shared/aws/access.ts';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createCallers } from '../../../shared/aws/callers.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createDeployedStack } from '../../../shared/aws/deployed-stack.ts';
import { createFigures } from '../../../shared/aws/figures.ts';
import { createTrueTags } from '../../../shared/aws/true-tags.ts';
import { DeniedError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';
import { queryAnswer, queryError, serve } from './loopback.ts';

const lambda = mockClient(LambdaClient);
const events = mockClient(EventBridgeClient);
const iam = mockClient(IAMClient);
const cloudWatch = mockClient(CloudWatchClient);
const elb = mockClient(ElasticLoadBalancingV2Client);
beforeEach(() => {
  for (const mock of [lambda, events, iam, cloudWatch, elb]) mock.reset();
});

const clients = createClients({
  budgets: createCallBudgets({ clock: createFakeClock() }),
  connection: { region: 'eu-west-1' },
});
const notFound = (name: string) =>
  Object.assign(new Error('no such thing'), { name, $fault: 'client', $metadata: { httpStatusCode: 404 } });

describe('who calls', () => {
  const clientsOver = (connection: Awaited<ReturnType<typeof serve>>['connection']) =>
    createClients({ budgets: createCallBudgets({ clock: createFakeClock() }), connection });

  test('is told with the Region and AWS’s time', async () => {
    const server = await serve(() =>
      queryAnswer(
        'GetCallerIdentity',
        '<Arn>arn:aws:iam::111122223333:user/eve</Arn><UserId>A</UserId><Account>111122223333</Account>',
      ),
    );
    try {
      const before = Date.now();
      const { serverTimeMs = 0, ...caller } = await createCallers(clientsOver(server.connection)).current();
      expect(caller).toEqual({
        arn: 'arn:aws:iam::111122223333:user/eve',
        account: '111122223333',
        region: 'eu-west-1',
      });
      // Told to the second.
      expect(serverTimeMs).toBeGreaterThan(before - 2_000);
      expect(serverTimeMs).toBeLessThanOrEqual(Date.now());
    } finally {
      await server.close();
    }
  });

  test.each([
    ['InvalidClientTokenId', 'could not be signed'],
    ['ExpiredToken', 'have expired. Sign in again.'],
  ])('is nobody where the credentials are no good: %s', async (code, says) => {
    const server = await serve(() => queryError(code, 'The security token is no good.', 403));
    try {
      const error = await createCallers(clientsOver(server.connection))
        .current()
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DeniedError);
      expect(String(error)).toContain(says);
    } finally {
      await server.close();
    }
  });
});

describe('the deployed stack', () => {
  const stack = createDeployedStack(clients);
  const configuration = {
    FunctionName: 'taskwire-prod-audit',
    FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:taskwire-prod-audit',
    Role: 'arn:aws:iam::111122223333:role/deploy/audit',
    State: 'Active' as const,
    Environment: { Variables: { TASKWIRE_MODE: 'enforce', SECRET: 'xyzzy' } },
  };

  test('a function is told with its settings of Taskwire only', async () => {
    lambda.on(GetFunctionConfigurationCommand).resolves(configuration);
    expect(await stack.describe('taskwire-prod-audit')).toEqual({
      name: configuration.FunctionName,
      arn: configuration.FunctionArn,
      role: configuration.Role,
      state: 'Active',
      env: { TASKWIRE_MODE: 'enforce' },
    });
  });

  test('a function that is not there is no error', async () => {
    lambda.on(GetFunctionConfigurationCommand).rejects(notFound('ResourceNotFoundException'));
    expect(await stack.describe('taskwire-prod-audit')).toBeUndefined();
  });

  test('functions are listed over the pages, as many as are wanted, those without settings of Taskwire left out', async () => {
    const stranger = { ...configuration, FunctionName: 'shop', Environment: { Variables: { A: 'b' } } };
    lambda
      .on(ListFunctionsCommand)
      .resolvesOnce({ Functions: [configuration, stranger], NextMarker: 'two' })
      .resolvesOnce({ Functions: [{ ...configuration, FunctionName: 'taskwire-prod-two' }], NextMarker: 'three' });
    const { functions, whole } = await stack.list(2);
    expect(functions.map(({ name }) => name)).toEqual(['taskwire-prod-audit', 'taskwire-prod-two']);
    expect(whole).toBe(false);
    expect(lambda.commandCalls(ListFunctionsCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { MaxItems: 50 },
      { MaxItems: 50, Marker: 'two' },
    ]);
    lambda.reset();
    lambda.on(ListFunctionsCommand).resolves({ Functions: [] });
    expect(await stack.list(2)).toEqual({ functions: [], whole: true });
  });

  test('mappings over all pages', async () => {
    lambda
      .on(ListEventSourceMappingsCommand)
      .resolvesOnce({ EventSourceMappings: [{ EventSourceArn: 'arn:q1', State: 'Enabled' }], NextMarker: 'two' })
      .resolvesOnce({ EventSourceMappings: [{ EventSourceArn: 'arn:q2', State: 'Disabled' }] });
    expect(await stack.mappings('f')).toEqual([
      { queueArn: 'arn:q1', state: 'Enabled' },
      { queueArn: 'arn:q2', state: 'Disabled' },
    ]);
  });

  test('rules with what they send to; every state but DISABLED is on', async () => {
    events
      .on(ListRulesCommand)
      .resolvesOnce({ Rules: [{ Name: 'a', State: 'ENABLED' }], NextToken: 'two' })
      .resolvesOnce({ Rules: [{ Name: 'b', State: 'DISABLED' }] });
    events.on(ListTargetsByRuleCommand, { Rule: 'a' }).resolves({ Targets: [{ Id: 'queue', Arn: 'arn:q1' }] });
    events.on(ListTargetsByRuleCommand, { Rule: 'b' }).resolves({ Targets: [] });
    expect(await stack.rules('taskwire-prod-')).toEqual([
      { name: 'a', enabled: true, targetArns: ['arn:q1'] },
      { name: 'b', enabled: false, targetArns: [] },
    ]);
  });

  test('concurrency', async () => {
    lambda
      .on(GetAccountSettingsCommand)
      .resolves({ AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 993 } });
    expect(await stack.concurrency()).toEqual({ limit: 1_000, unreserved: 993 });
  });
});

test.each([
  [
    [
      { Name: 'application-load-balancers', Max: '50' },
      { Name: 'target-groups', Max: '3000' },
    ],
    3_000,
  ],
  [[{ Name: 'target-groups', Max: 'many' }], undefined],
  [undefined, undefined],
])('the quota of target groups, by %j', async (Limits, quota) => {
  elb.on(DescribeAccountLimitsCommand).resolves({ ...(Limits && { Limits }) });
  expect(await createDeployedStack(clients).targetGroupQuota()).toBe(quota);
});

describe('access', () => {
  const access = createAccess(clients);

  test.each([
    ['a user is asked about as such', 'arn:aws:iam::1:user/team/eve', 'arn:aws:iam::1:user/team/eve'],
    [
      'an assumed role by the ARN with its path',
      'arn:aws:sts::1:assumed-role/Admin/eve',
      'arn:aws:iam::1:role/sso/Admin',
    ],
    ['the root user not at all', 'arn:aws:iam::1:root', undefined],
    ['a federated user not at all', 'arn:aws:sts::1:federated-user/eve', undefined],
  ])('%s', async (_, caller, principal) => {
    iam.on(GetRoleCommand, { RoleName: 'Admin' }).resolves({
      Role: {
        Arn: 'arn:aws:iam::1:role/sso/Admin',
        Path: '/sso/',
        RoleName: 'Admin',
        RoleId: 'A',
        CreateDate: undefined,
      },
    });
    expect(await access.principalOf(caller)).toBe(principal);
  });

  test('what is not allowed is missing, over all pages; values are told as strings or lists', async () => {
    iam
      .on(SimulatePrincipalPolicyCommand)
      .resolvesOnce({
        EvaluationResults: [
          { EvalActionName: 'ecs:ListTasks', EvalDecision: 'allowed' },
          { EvalActionName: 'ecs:ListServices', EvalDecision: 'implicitDeny' },
        ],
        Marker: 'two',
      })
      .resolvesOnce({ EvaluationResults: [{ EvalActionName: 'ecs:TagResource', EvalDecision: 'explicitDeny' }] });
    const missing = await access.missing('arn:role', {
      actions: ['ecs:ListTasks', 'ecs:ListServices', 'ecs:TagResource'],
      resource: '*',
      context: { 'ecs:cluster': 'arn:cluster', 'aws:TagKeys': ['taskwire:spot'] },
    });
    expect(missing).toEqual(['ecs:ListServices', 'ecs:TagResource']);
    expect(iam.commandCalls(SimulatePrincipalPolicyCommand)[0]?.args[0].input).toEqual({
      PolicySourceArn: 'arn:role',
      ActionNames: ['ecs:ListTasks', 'ecs:ListServices', 'ecs:TagResource'],
      ResourceArns: ['*'],
      ContextEntries: [
        { ContextKeyName: 'ecs:cluster', ContextKeyType: 'string', ContextKeyValues: ['arn:cluster'] },
        { ContextKeyName: 'aws:TagKeys', ContextKeyType: 'stringList', ContextKeyValues: ['taskwire:spot'] },
      ],
    });
  });
});

describe('figures', () => {
  const figures = createFigures(clients);
  const query = { namespace: 'AWS/Events', metric: 'Invocations', dimensions: { RuleName: 'r' } };

  test('sums are added, maxima compared, over periods and pages; what has no value has none', async () => {
    cloudWatch
      .on(GetMetricDataCommand)
      .resolvesOnce({
        MetricDataResults: [
          { Id: 'q0', Values: [1, 2] },
          { Id: 'q1', Values: [5, 7] },
          { Id: 'q2', Values: [] },
        ],
        NextToken: 'two',
      })
      .resolvesOnce({
        MetricDataResults: [
          { Id: 'q0', Values: [4] },
          { Id: 'q1', Values: [6] },
        ],
      });
    const values = await figures.over(
      [
        { ...query, statistic: 'Sum' },
        { ...query, statistic: 'Maximum' },
        { ...query, statistic: 'Sum' },
      ],
      { fromMs: 0, toMs: 3_600_000 },
    );
    expect(values).toEqual([7, 7, undefined]);
    expect(cloudWatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input).toMatchObject({
      MetricDataQueries: expect.arrayContaining([
        {
          Id: 'q0',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/Events',
              MetricName: 'Invocations',
              Dimensions: [{ Name: 'RuleName', Value: 'r' }],
            },
            Period: 300,
            Stat: 'Sum',
          },
        },
      ]),
      StartTime: new Date(0),
      EndTime: new Date(3_600_000),
    });
  });
});

describe('true tags', () => {
  const trueTags = createTrueTags(clients);

  test('groups are listed as many pages as are wanted', async () => {
    elb
      .on(DescribeTargetGroupsCommand)
      .resolvesOnce({ TargetGroups: [{ TargetGroupArn: 'arn:1' }], NextMarker: 'two' })
      .resolvesOnce({ TargetGroups: [{ TargetGroupArn: 'arn:2' }], NextMarker: 'three' });
    expect(await trueTags.groups(2)).toEqual({ arns: ['arn:1', 'arn:2'], whole: false });
  });

  test('tags are asked for 20 groups per call, by halves where one is gone', async () => {
    elb.on(DescribeTagsCommand).callsFake(({ ResourceArns }: { ResourceArns: readonly string[] }) => {
      if (ResourceArns.includes('arn:7')) throw notFound('TargetGroupNotFoundException');
      return {
        TagDescriptions: ResourceArns.map((ResourceArn) => ({ ResourceArn, Tags: [{ Key: 'a', Value: 'b' }] })),
      };
    });
    const arns = Array.from({ length: 25 }, (_, index) => `arn:${index}`);
    const tags = await trueTags.of([...arns, 'arn:0']);
    expect([...tags.keys()].sort()).toEqual(arns.filter((arn) => arn !== 'arn:7').sort());
    expect(tags.get('arn:24')).toEqual({ a: 'b' });
    const [first, second] = elb.commandCalls(DescribeTagsCommand).map(({ args: [{ input }] }) => input.ResourceArns);
    expect([first?.length, second?.length]).toEqual([20, 5]);
  });
});
