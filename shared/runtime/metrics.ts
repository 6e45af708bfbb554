/** Counts of one invocation, told to CloudWatch as one line in the embedded metric format. */
export interface Metrics {
  /** Adds to a count, such as `MessagesDropped`. */
  count(name: string, by?: number): void;
}

/** Writes the counts of an invocation: Powertools’ metrics, or a list in tests. */
export type MetricsSink = (counts: ReadonlyMap<string, number>) => void;

/** Counts that are kept until the invocation ends. */
export interface InvocationMetrics extends Metrics {
  /** Writes what was counted since the last flush; nothing counted, nothing written and nothing loaded. */
  flush(): Promise<void>;
}

const NAMESPACE = 'Taskwire';

const loadPowertools = async (name: string): Promise<MetricsSink> => {
  const powertools = await import('@aws-lambda-powertools/metrics');
  const metrics = new powertools.Metrics({ namespace: NAMESPACE, serviceName: name });
  return (counts) => {
    for (const [metric, value] of counts) metrics.addMetric(metric, powertools.MetricUnit.Count, value);
    metrics.publishStoredMetrics();
  };
};

/** The metrics of one function, in the namespace `Taskwire` with its name as the dimension `service`. */
export const createMetrics = (
  name: string,
  load: (name: string) => Promise<MetricsSink> = loadPowertools,
): InvocationMetrics => {
  let counts = new Map<string, number>();
  let sink: MetricsSink | undefined;
  return {
    count: (metric, by = 1) => {
      if (by !== 0) counts.set(metric, (counts.get(metric) ?? 0) + by);
    },
    flush: async () => {
      if (counts.size === 0) return;
      sink ??= await load(name);
      const written = counts;
      counts = new Map();
      sink(written);
    },
  };
};
