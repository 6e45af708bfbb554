/** AWS's call rates of an account and Region, on real time. */
export interface Rates {
  /** Whether a call goes through now. @param action `service:Operation`, the service as signatures name it. */
  take(action: string): boolean;
}

interface Bucket {
  readonly actions: RegExp;
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Where AWS documents them for what an audit calls. Of the others it says nothing, and here they go through.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
 */
const BUCKETS: readonly Bucket[] = [
  { actions: /^ecs:(DescribeClusters|ListClusters)$/, burst: 50, perSecond: 20 },
  {
    actions: /^ecs:(DescribeTaskDefinition|ListTaskDefinitions|ListTaskDefinitionFamilies)$/,
    burst: 50,
    perSecond: 20,
  },
  { actions: /^ecs:(DescribeServices|ListServices)$/, burst: 100, perSecond: 20 },
  { actions: /^ecs:(DescribeTasks|ListTasks)$/, burst: 100, perSecond: 20 },
  { actions: /^ecs:DescribeServiceRevisions$/, burst: 50, perSecond: 20 },
  { actions: /^elasticloadbalancing:/, burst: 40, perSecond: 10 },
];

/** Full buckets. */
export const awsRates = (): Rates => {
  const levels = BUCKETS.map((bucket) => ({ ...bucket, tokens: bucket.burst, atMs: performance.now() }));
  return {
    take: (action) => {
      const level = levels.find(({ actions }) => actions.test(action));
      if (level === undefined) return true;
      const nowMs = performance.now();
      level.tokens = Math.min(level.burst, level.tokens + ((nowMs - level.atMs) / 1_000) * level.perSecond);
      level.atMs = nowMs;
      if (level.tokens < 1) return false;
      level.tokens -= 1;
      return true;
    },
  };
};
