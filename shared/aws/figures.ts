import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { FigureQuery } from '../core/doctor/judge-traffic.ts';
import type { Figures } from '../ports/figures.ts';
import { batches } from './batches.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { allPages } from './pages.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const METRICS_PER_CALL = 500;
/** Short enough that the first one hardly reaches before the period. */
const PERIOD_SECONDS = 300;

const queryFrom = ({ namespace, metric, dimensions, statistic }: FigureQuery, Id: string): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: PERIOD_SECONDS,
    Stat: statistic,
  },
});

/** Figures over the AWS API; the client is imported at the first call. */
export const createFigures = (clients: Clients): Figures => {
  const cloudWatch = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./cloudwatch-client.ts')).createCloudWatch(config(readTries), watch);
  });
  return {
    over: async (queries, { fromMs, toMs }) => {
      const client = await cloudWatch();
      const values = new Map<string, number[]>();
      for (const some of batches([...queries.entries()], METRICS_PER_CALL)) {
        const call = { action: 'cloudwatch:GetMetricData', resource: some[0]?.[1].metric ?? 'no figure' };
        const results = await allPages(call.action, async (NextToken) => {
          const answer = await clients.read(call, (options) =>
            client.getMetricData(
              {
                MetricDataQueries: some.map(([index, query]) => queryFrom(query, `q${index}`)),
                StartTime: new Date(fromMs),
                EndTime: new Date(toMs),
                ...(NextToken !== undefined && { NextToken }),
              },
              options,
            ),
          );
          return { items: answer.MetricDataResults ?? [], next: answer.NextToken };
        });
        for (const { Id = '', Values = [] } of results) values.set(Id, [...(values.get(Id) ?? []), ...Values]);
      }
      return queries.map(({ statistic }, index) => {
        const known = values.get(`q${index}`) ?? [];
        if (known.length === 0) return undefined;
        return statistic === 'Sum' ? known.reduce((sum, value) => sum + value, 0) : Math.max(...known);
      });
    },
  };
};
