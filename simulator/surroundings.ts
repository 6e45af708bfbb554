/** An Elastic Beanstalk environment. */
export interface EnvironmentRecord {
  readonly id: string;
  readonly application: string;
  readonly status: string;
  /** `64bit Amazon Linux 2023 v4.1.2 running ECS`; left out for a custom platform. */
  readonly solutionStack?: string;
  readonly platformArn?: string;
  /** Options by `namespace/name`. */
  readonly options: ReadonlyMap<string, string>;
}

/** A role and what hangs on it. */
export interface RoleRecord {
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** Inline policies by name. */
  readonly inline: ReadonlyMap<string, object>;
}

/** A value of CloudWatch. */
export interface MetricPoint {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly value: number;
}

/** What stands around ECS and its target groups; arranged by hand, and only told. */
export interface Surroundings {
  /** Elastic Beanstalk environments by name. */
  readonly environments: Map<string, EnvironmentRecord>;
  /** Roles by name. */
  readonly roles: Map<string, RoleRecord>;
  /** Managed policies by ARN. */
  readonly policies: Map<string, object>;
  /** UnHealthyHostCount by the group's dimension: `targetgroup/web/0123456789abcdef`. */
  readonly unhealthy: Map<string, readonly MetricPoint[]>;
  /** Buckets of S3 by name, their objects by key. */
  readonly buckets: Map<string, Map<string, { readonly text: string; readonly contentType: string }>>;
}

/** Nothing. Not modelled: what any of these does to ECS, other metrics, versions of objects and policies. */
export const createSurroundings = (): Surroundings => ({
  environments: new Map(),
  roles: new Map(),
  policies: new Map(),
  unhealthy: new Map(),
  buckets: new Map(),
});
