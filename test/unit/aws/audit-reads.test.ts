import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
} from '@aws-sdk/client-elastic-beanstalk';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createEnvironments } from '../../../shared/aws/environments.ts';
import { createGroupHealth } from '../../../shared/aws/group-health.ts';
import { createReports } from '../../../shared/aws/reports.ts';
import { createRoles } from '../../../shared/aws/roles.ts';
import { createServiceDetails } from '../../../shared/aws/service-details.ts';
import { DeniedError, NotFoundError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const awsError = (name: string, message = 'no', httpStatusCode = 400) =>
  Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode } });

const [ecs, elb, cloudWatch, beanstalk, iam, s3] = [
  mockClient(ECSClient),
  mockClient(ElasticLoadBalancingV2Client),
  mockClient(CloudWatchClient),
  mockClient(ElasticBeanstalkClient),
  mockClient(IAMClient),
  mockClient(S3Client),
];
const clients = createClients({
  budgets: createCallBudgets({ clock: createFakeClock() }),
  connection: { region: 'eu-west-1' },
});
beforeEach(() => {
  for (const mock of [ecs, elb, cloudWatch, beanstalk, iam, s3]) mock.reset();
});

describe('service details', () => {
  const details = createServiceDetails(clients);
  const WEB = {
    serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/production/web',
    clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/production',
    serviceName: 'web',
    status: 'ACTIVE',
    desiredCount: 1,
    runningCount: 1,
  };

  test('a service of CodeDeploy tells its revision and its network only in its task sets', async () => {
    const taskSets = [
      { status: 'ACTIVE', taskDefinition: 'web:1', runningCount: 1 },
      {
        status: 'PRIMARY',
        taskDefinition: 'web:2',
        pendingCount: 1,
        networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp: 'ENABLED' as const } },
      },
    ];
    ecs.on(DescribeServicesCommand).resolves({
      services: [{ ...WEB, deploymentController: { type: 'CODE_DEPLOY' }, taskSets }],
    });
    expect(await details.describe('production', ['web'])).toMatchObject([
      {
        taskDefinitionArn: 'web:2',
        runningDefinitionArns: ['web:1', 'web:2'],
        assignsPublicAddress: true,
        deploymentStrategy: 'ROLLING',
        circuitBreaker: false,
      },
    ]);
    expect(ecs.calls()[0]?.args[0].input).toMatchObject({ include: ['TAGS'] });
  });

  test('hooks, percents and the breaker; a revision without tasks is not among those that run', async () => {
    ecs.on(DescribeServicesCommand).resolves({
      services: [
        {
          ...WEB,
          taskDefinition: 'web:3',
          deployments: [
            { taskDefinition: 'web:3', runningCount: 0, pendingCount: 0 },
            { taskDefinition: 'web:2', runningCount: 1 },
          ],
          deploymentConfiguration: {
            strategy: 'CANARY',
            minimumHealthyPercent: 50,
            maximumPercent: 150,
            deploymentCircuitBreaker: { enable: true, rollback: false },
            lifecycleHooks: [{ lifecycleStages: ['POST_SCALE_UP'] }, { lifecycleStages: ['POST_SCALE_UP'] }, {}],
          },
        },
      ],
    });
    expect(await details.describe('production', ['web'])).toMatchObject([
      {
        taskDefinitionArn: 'web:3',
        runningDefinitionArns: ['web:2'],
        deploymentStrategy: 'CANARY',
        minimumHealthyPercent: 50,
        maximumPercent: 150,
        circuitBreaker: true,
        hookStages: ['POST_SCALE_UP'],
        assignsPublicAddress: false,
      },
    ]);
  });
});

describe('health of groups', () => {
  const health = createGroupHealth(clients);
  const group = (id: number) => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/g/${id}`;
  const balancer = (kind: string) => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/${kind}/front/1`;

  test('a deleted group does not hide the others, and one without checks has none', async () => {
    const exists = (arn: string) => !arn.endsWith('/2');
    elb.on(DescribeTargetGroupsCommand).callsFake(({ TargetGroupArns }: { TargetGroupArns: readonly string[] }) => {
      if (!TargetGroupArns.every(exists)) throw awsError('TargetGroupNotFoundException');
      return {
        TargetGroups: TargetGroupArns.map((TargetGroupArn) => ({
          TargetGroupArn,
          HealthCheckEnabled: !TargetGroupArn.endsWith('/3'),
          HealthCheckPort: 'traffic-port',
        })),
      };
    });
    const checks = await health.healthChecks([group(1), group(2), group(3), group(4)]);
    expect([...checks.keys()]).toEqual([group(1), group(4)]);
  });

  test('each kind of load balancer in its namespace, pages joined', async () => {
    const page = (atSeconds: number, Id: string, value: number) => ({
      MetricDataResults: [{ Id, Timestamps: [new Date(atSeconds * 1000)], Values: [value] }],
    });
    cloudWatch
      .on(GetMetricDataCommand)
      .resolvesOnce({ ...page(300, 'g0', 1), NextToken: 'more' })
      .resolvesOnce(page(600, 'g0', 2));
    const counts = await health.unhealthyCounts(
      [
        { arn: group(1), loadBalancerArn: balancer('app') },
        { arn: group(2), loadBalancerArn: balancer('net') },
      ],
      { fromMs: 0, toMs: 1_000_000 },
    );
    expect(counts).toEqual(
      new Map([
        [
          group(1),
          [
            { atMs: 300_000, count: 1 },
            { atMs: 600_000, count: 2 },
          ],
        ],
      ]),
    );
    const [first, second] = cloudWatch.calls().map(({ args }) => args[0].input);
    expect(first).toMatchObject({
      MetricDataQueries: [
        {
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ApplicationELB',
              MetricName: 'UnHealthyHostCount',
              Dimensions: [
                { Name: 'TargetGroup', Value: 'targetgroup/g/1' },
                { Name: 'LoadBalancer', Value: 'app/front/1' },
              ],
            },
            Period: 300,
            Stat: 'Maximum',
          },
        },
        { MetricStat: { Metric: { Namespace: 'AWS/NetworkELB' } } },
      ],
    });
    expect(second).toMatchObject({ NextToken: 'more' });
  });
});

describe('environments', () => {
  const environments = createEnvironments(clients);

  test('every page; terminated and nameless ones are left out', async () => {
    const about = { ApplicationName: 'shop', Status: 'Ready' as const, SolutionStackName: 'stack' };
    beanstalk
      .on(DescribeEnvironmentsCommand)
      .resolvesOnce({ Environments: [{ ...about, EnvironmentName: 'a', EnvironmentId: 'e-1' }], NextToken: 'more' })
      .resolvesOnce({
        Environments: [{ ...about, EnvironmentName: 'b', EnvironmentId: 'e-2', Status: 'Terminated' }, about],
      });
    expect((await environments.list()).map(({ name }) => name)).toEqual(['a']);
    expect(beanstalk.calls()).toHaveLength(2);
  });

  test('an option that is off is not one that is not set', async () => {
    const settings = (Value?: string) => ({
      ConfigurationSettings: [
        {
          OptionSettings: [
            { Namespace: 'aws:elasticbeanstalk:other', OptionName: 'XRayEnabled', Value: 'true' },
            ...(Value === undefined
              ? []
              : [{ Namespace: 'aws:elasticbeanstalk:xray', OptionName: 'XRayEnabled', Value }]),
          ],
        },
      ],
    });
    beanstalk
      .on(DescribeConfigurationSettingsCommand)
      .resolvesOnce(settings('true'))
      .resolvesOnce(settings('false'))
      .resolvesOnce(settings())
      .rejects(awsError('InvalidParameterValue', "No Environment found for EnvironmentName = 'a'."));
    const ask = () => environments.xrayEnabled({ application: 'shop', name: 'a' });
    expect([await ask(), await ask(), await ask()]).toEqual([true, false, undefined]);
    await expect(ask()).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('roles', () => {
  const roles = createRoles(clients);

  test('every page of both kinds, decoded; the version that is in force', async () => {
    iam
      .on(ListAttachedRolePoliciesCommand)
      .resolvesOnce({ AttachedPolicies: [{ PolicyArn: 'arn:1' }], Marker: 'more', IsTruncated: true })
      .resolvesOnce({ AttachedPolicies: [{ PolicyArn: 'arn:2' }] });
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ['own'] });
    iam.on(GetRolePolicyCommand).resolves({ PolicyDocument: '%7B%22a%22%3A1%7D' });
    expect(await roles.policies('arn:aws:iam::111122223333:role/path/task')).toEqual({
      attached: ['arn:1', 'arn:2'],
      inline: ['{"a":1}'],
    });
    expect(iam.commandCalls(GetRolePolicyCommand)[0]?.args[0].input).toEqual({ RoleName: 'task', PolicyName: 'own' });
    iam.on(GetPolicyCommand).resolves({ Policy: { DefaultVersionId: 'v7' } });
    iam.on(GetPolicyVersionCommand).resolves({ PolicyVersion: { Document: '%7B%7D' } });
    expect(await roles.document('arn:1')).toBe('{}');
    expect(iam.commandCalls(GetPolicyVersionCommand)[0]?.args[0].input).toEqual({
      PolicyArn: 'arn:1',
      VersionId: 'v7',
    });
  });

  test('a refusal stays a refusal', async () => {
    iam.on(ListAttachedRolePoliciesCommand).rejects(awsError('AccessDenied', 'not you', 403));
    await expect(roles.policies('task')).rejects.toBeInstanceOf(DeniedError);
  });
});

describe('reports in a bucket', () => {
  const reports = createReports(clients, 'reports');

  test('what is not there is undefined; without the right to list nobody knows', async () => {
    s3.on(GetObjectCommand)
      .rejectsOnce(awsError('NoSuchKey', 'The specified key does not exist.', 404))
      .rejects(awsError('AccessDenied', 'Access Denied', 403));
    expect(await reports.read('audit/latest.json')).toBeUndefined();
    await expect(reports.read('audit/latest.json')).rejects.toBeInstanceOf(DeniedError);
  });

  test('is written with its type', async () => {
    s3.on(PutObjectCommand).resolves({});
    await reports.write('audit/latest.html', '<p>', 'text/html; charset=utf-8');
    expect(s3.calls()[0]?.args[0].input).toEqual({
      Bucket: 'reports',
      Key: 'audit/latest.html',
      Body: '<p>',
      ContentType: 'text/html; charset=utf-8',
    });
  });

  test('a bucket in trouble fails the write', async () => {
    s3.on(PutObjectCommand).rejects(awsError('NoSuchBucket', 'The specified bucket does not exist', 404));
    await expect(reports.write('k', 't', 'text/plain')).rejects.toThrow(/s3:PutObject for s3:\/\/reports\/k/);
  });
});
