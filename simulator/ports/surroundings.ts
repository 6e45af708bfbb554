import { NotFoundError } from '../../shared/errors.ts';
import type { Environments } from '../../shared/ports/environments.ts';
import type { GroupHealth } from '../../shared/ports/group-health.ts';
import type { Reports } from '../../shared/ports/reports.ts';
import type { Roles } from '../../shared/ports/roles.ts';
import { allPages, batches, distinct, type Send } from './send.ts';

const GROUPS_PER_CALL = 100;
const METRICS_PER_CALL = 500;

/** Elastic Beanstalk environments over the world. */
export const createEnvironments = ({ read }: Send): Environments => ({
  list: async () => {
    const pages = await allPages(
      (NextToken) => read('elasticbeanstalk:DescribeEnvironments', { IncludeDeleted: false, NextToken }),
      ({ NextToken }) => NextToken,
    );
    return pages
      .flatMap(({ Environments: listed }) => listed)
      .map(({ EnvironmentName, EnvironmentId, ApplicationName, Status, SolutionStackName, PlatformArn }) => ({
        name: EnvironmentName,
        id: EnvironmentId,
        application: ApplicationName,
        status: Status,
        platform: SolutionStackName ?? PlatformArn?.split(':platform/')[1] ?? 'unknown',
        ...(PlatformArn !== undefined && { platformArn: PlatformArn }),
      }));
  },
  xrayEnabled: async ({ application, name }) => {
    try {
      const { ConfigurationSettings } = await read('elasticbeanstalk:DescribeConfigurationSettings', {
        ApplicationName: application,
        EnvironmentName: name,
      });
      const option = ConfigurationSettings.flatMap(({ OptionSettings }) => OptionSettings).find(
        ({ Namespace, OptionName }) => Namespace === 'aws:elasticbeanstalk:xray' && OptionName === 'XRayEnabled',
      );
      return option && option.Value === 'true';
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('No Environment found')) throw error;
      throw new NotFoundError(`Elastic Beanstalk environment ${name} is gone.`, { cause: error });
    }
  },
});

/** Health of target groups over the world. */
export const createGroupHealth = ({ read }: Send): GroupHealth => ({
  healthChecks: async (arns) => {
    const answers = await Promise.all(
      batches(distinct(arns), GROUPS_PER_CALL).map((TargetGroupArns) =>
        read('elasticloadbalancing:DescribeTargetGroups', { TargetGroupArns }),
      ),
    );
    return new Map(
      answers
        .flatMap(({ TargetGroups }) => TargetGroups)
        .flatMap((group) =>
          group.HealthCheckPort === undefined
            ? []
            : [
                [
                  group.TargetGroupArn,
                  {
                    port: group.HealthCheckPort,
                    ...(group.HealthCheckProtocol !== undefined && { protocol: group.HealthCheckProtocol }),
                    ...(group.HealthCheckIntervalSeconds !== undefined && {
                      intervalSeconds: group.HealthCheckIntervalSeconds,
                    }),
                    ...(group.HealthyThresholdCount !== undefined && { healthyThreshold: group.HealthyThresholdCount }),
                  },
                ] as const,
              ],
        ),
    );
  },
  unhealthyCounts: async (groups, { fromMs, toMs }) => {
    const counted = groups.filter(({ loadBalancerArn }) => /:loadbalancer\/(?:app|net)\//.test(loadBalancerArn));
    const counts = new Map<string, { atMs: number; count: number }[]>();
    for (const some of batches(counted, METRICS_PER_CALL)) {
      const { MetricDataResults } = await read('cloudwatch:GetMetricData', {
        MetricDataQueries: some.map(({ arn, loadBalancerArn }, index) => ({
          Id: `g${index}`,
          Dimensions: [
            { Name: 'TargetGroup', Value: arn.slice(arn.indexOf(':targetgroup/') + 1) },
            { Name: 'LoadBalancer', Value: loadBalancerArn.split(':loadbalancer/')[1] ?? '' },
          ],
        })),
        StartTime: fromMs / 1000,
        EndTime: toMs / 1000,
      });
      for (const [index, { Timestamps, Values }] of MetricDataResults.entries()) {
        const arn = some[index]?.arn;
        if (arn === undefined) continue;
        counts.set(
          arn,
          Timestamps.map((at, each) => ({ atMs: at * 1000, count: Values[each] ?? 0 })),
        );
      }
    }
    return counts;
  },
});

/** Roles over the world. */
export const createRoles = ({ read }: Send): Roles => ({
  policies: async (role) => {
    const RoleName = role.slice(role.lastIndexOf('/') + 1);
    const { AttachedPolicies } = await read('iam:ListAttachedRolePolicies', { RoleName });
    const { PolicyNames } = await read('iam:ListRolePolicies', { RoleName });
    const inline = await Promise.all(
      PolicyNames.map((PolicyName) => read('iam:GetRolePolicy', { RoleName, PolicyName })),
    );
    return {
      attached: AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
      inline: inline.map(({ PolicyDocument }) => decodeURIComponent(PolicyDocument)),
    };
  },
  document: async (PolicyArn) => {
    const { Policy } = await read('iam:GetPolicy', { PolicyArn });
    const { PolicyVersion } = await read('iam:GetPolicyVersion', { PolicyArn, VersionId: Policy.DefaultVersionId });
    return decodeURIComponent(PolicyVersion.Document);
  },
});

/** Reports in a bucket of the world. */
export const createReports = ({ read, write }: Send, bucket: string): Reports => ({
  read: async (Key) => {
    try {
      return (await read('s3:GetObject', { Bucket: bucket, Key })).Body;
    } catch (error) {
      if (error instanceof Error && error.message.includes('NoSuchKey')) return undefined;
      throw error;
    }
  },
  write: async (Key, Body, ContentType) => {
    await write('s3:PutObject', { Bucket: bucket, Key, Body, ContentType });
  },
});
