import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { DescribeTargetGroupsCommand, type TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SeenHealthCheck } from '../core/audit/snapshot.ts';
import type { GroupHealth, UnhealthyCount } from '../ports/group-health.ts';
import { batches, distinct } from './batches.ts';
import { byHalves } from './by-halves.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { allPages } from './pages.ts';

const GROUPS_PER_CALL = 100;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const METRICS_PER_CALL = 500;
const PERIOD_SECONDS = 300;

const checkFrom = (group: TargetGroup): readonly (readonly [string, SeenHealthCheck])[] => {
  const { TargetGroupArn: arn, HealthCheckPort: port, HealthCheckEnabled: enabled } = group;
  if (!arn || !port || enabled === false) return [];
  const { HealthCheckProtocol, HealthCheckIntervalSeconds, HealthyThresholdCount } = group;
  return [
    [
      arn,
      {
        port,
        ...(HealthCheckProtocol !== undefined && { protocol: HealthCheckProtocol }),
        ...(HealthCheckIntervalSeconds !== undefined && { intervalSeconds: HealthCheckIntervalSeconds }),
        ...(HealthyThresholdCount !== undefined && { healthyThreshold: HealthyThresholdCount }),
      },
    ],
  ];
};

/** `app/public/50dc…` of a load balancer's ARN, as CloudWatch's dimension names it; a Gateway Load Balancer has none here. */
const loadBalancerOf = (arn: string): { readonly kind: 'app' | 'net'; readonly name: string } | undefined => {
  const [, name, kind] = /:loadbalancer\/((app|net)\/.+)$/.exec(arn) ?? [];
  return name === undefined ? undefined : { kind: kind === 'app' ? 'app' : 'net', name };
};

const queryFor = (targetGroupArn: string, loadBalancerArn: string, Id: string): readonly MetricDataQuery[] => {
  const loadBalancer = loadBalancerOf(loadBalancerArn);
  const targetGroup = targetGroupArn.slice(targetGroupArn.indexOf(':targetgroup/') + 1);
  if (loadBalancer === undefined) return [];
  const Metric = {
    Namespace: loadBalancer.kind === 'app' ? 'AWS/ApplicationELB' : 'AWS/NetworkELB',
    MetricName: 'UnHealthyHostCount',
    Dimensions: [
      { Name: 'TargetGroup', Value: targetGroup },
      { Name: 'LoadBalancer', Value: loadBalancer.name },
    ],
  };
  return [{ Id, MetricStat: { Metric, Period: PERIOD_SECONDS, Stat: 'Maximum' } }];
};

/** Health of target groups over the AWS API; the client of CloudWatch is imported at the first call. */
export const createGroupHealth = (clients: Clients): GroupHealth => {
  const cloudWatch = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./cloudwatch-client.ts')).createCloudWatch(config(readTries), watch);
  });

  const describe = async (arns: readonly string[]): Promise<readonly TargetGroup[]> => {
    const call = { action: 'elasticloadbalancing:DescribeTargetGroups', resource: arns[0] ?? 'no group' };
    const answer = await clients.read(call, (options) =>
      clients.elb().send(new DescribeTargetGroupsCommand({ TargetGroupArns: [...arns] }), options),
    );
    return answer.TargetGroups ?? [];
  };

  return {
    healthChecks: async (arns) => {
      const groups = await Promise.all(
        batches(distinct(arns), GROUPS_PER_CALL).map((some) => byHalves(some, describe)),
      );
      return new Map(groups.flat().flatMap(checkFrom));
    },

    unhealthyCounts: async (groups, { fromMs, toMs }) => {
      const counts = new Map<string, UnhealthyCount[]>();
      const asked = groups.flatMap(({ arn, loadBalancerArn }, index) =>
        queryFor(arn, loadBalancerArn, `g${index}`).map((query) => ({ arn, query })),
      );
      const arnOf = new Map(asked.map(({ arn, query }) => [query.Id, arn]));
      for (const some of batches(asked, METRICS_PER_CALL)) {
        const call = { action: 'cloudwatch:GetMetricData', resource: some[0]?.arn ?? 'no group' };
        const client = await cloudWatch();
        const results = await allPages(call.action, async (NextToken) => {
          const answer = await clients.read(call, (options) =>
            client.getMetricData(
              {
                MetricDataQueries: some.map(({ query }) => query),
                StartTime: new Date(fromMs),
                EndTime: new Date(toMs),
                ScanBy: 'TimestampAscending',
                ...(NextToken !== undefined && { NextToken }),
              },
              options,
            ),
          );
          return { items: answer.MetricDataResults ?? [], next: answer.NextToken };
        });
        for (const { Id, Timestamps = [], Values = [] } of results) {
          const arn = arnOf.get(Id ?? '');
          if (arn === undefined) continue;
          const known = counts.get(arn) ?? [];
          counts.set(arn, known);
          for (const [index, at] of Timestamps.entries()) {
            const count = Values[index];
            if (count !== undefined) known.push({ atMs: at.getTime(), count });
          }
        }
      }
      return counts;
    },
  };
};
