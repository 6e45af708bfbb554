/** Figures of one invocation, told to CloudWatch in the embedded metric format. */
export interface Metrics {
  /** Adds to a count, such as `MessagesDropped`. */
  count(name: string, by?: number): void;
  /** One duration, such as `EventToRegistered`. Each is kept: CloudWatch makes percentiles of them. */
  time(name: string, ms: number): void;
}

/** What was measured under one name. */
export interface Figure {
  readonly unit: 'Count' | 'Milliseconds';
  readonly values: readonly number[];
}

/** Writes the figures of an invocation: Powertools’ metrics, or a list in tests. */
export type MetricsSink = (figures: ReadonlyMap<string, Figure>, functionName: string) => void;

/** Figures that are kept until the invocation ends. */
export interface InvocationMetrics extends Metrics {
  /** Names the deployed function, such as `taskwire-prod-register-targets`: another stage's figures are not this one's. */
  begin(functionName: string): void;
  /** Writes what was measured since the last flush; nothing measured, nothing written and nothing loaded. */
  flush(): Promise<void>;
}

const NAMESPACE = 'Taskwire';

const loadPowertools = async (name: string): Promise<MetricsSink> => {
  const powertools = await import('@aws-lambda-powertools/metrics');
  const metrics = new powertools.Metrics({ namespace: NAMESPACE, serviceName: name });
  let named: string | undefined;
  return (figures, functionName) => {
    // Powertools warns of a dimension that is given a second time, and an instance never changes its name.
    if (named !== functionName) metrics.setDefaultDimensions({ FunctionName: functionName });
    named = functionName;
    for (const [metric, { unit, values }] of figures) {
      // A line of this format holds 100 values of a metric; Powertools begins another one by itself.
      for (const value of values) metrics.addMetric(metric, powertools.MetricUnit[unit], value);
    }
    metrics.publishStoredMetrics();
  };
};

/** The metrics of one function, in the namespace `Taskwire` with the dimensions `service` (its name) and `FunctionName`. */
export const createMetrics = (
  name: string,
  load: (name: string) => Promise<MetricsSink> = loadPowertools,
): InvocationMetrics => {
  let figures = new Map<string, Figure>();
  let functionName = name;
  let sink: MetricsSink | undefined;
  return {
    count: (metric, by = 1) => {
      const [sum = 0] = figures.get(metric)?.values ?? [];
      if (by !== 0) figures.set(metric, { unit: 'Count', values: [sum + by] });
    },
    time: (metric, ms) => {
      figures.set(metric, { unit: 'Milliseconds', values: [...(figures.get(metric)?.values ?? []), ms] });
    },
    begin: (deployedName) => {
      functionName = deployedName;
    },
    flush: async () => {
      if (figures.size === 0) return;
      sink ??= await load(name);
      const written = figures;
      figures = new Map();
      sink(written, functionName);
    },
  };
};
