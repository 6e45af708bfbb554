import type { Finding, Severity } from '../outcome.ts';
import type { RuleText } from './rule.ts';
import type { Unseen } from './snapshot.ts';

/** A finding with where it belongs and why it matters. */
export interface AuditFinding extends Finding {
  /** ARN of the service that it is about, where it is about one. */
  readonly service?: string;
  /** Name of the cluster. */
  readonly cluster?: string;
  /** ARN of the target group that it is about, where it is about one. */
  readonly targetGroup?: string;
  /** What happens where the rule is broken; of the rule. */
  readonly risk?: string;
  /** The page that the rule rests on. */
  readonly page?: string;
}

/** A target group on the map. */
export interface ReportedGroup {
  readonly arn: string;
  readonly name: string;
  /** `enforce` or `observe`; absent where the group is tagged and not bound. */
  readonly mode?: 'enforce' | 'observe';
  /** Targets by their state, as DescribeTargetHealth calls it. */
  readonly states: Readonly<Record<string, number>>;
  /** Wanted and not registered. */
  readonly missing: number;
  /** Held by a task that stopped, or by nobody, and not draining. */
  readonly stale: number;
  /** Held by a live task of another workload. */
  readonly wrong: number;
  /** Registered, and nothing explains it. */
  readonly unknown: number;
  /** The worst of its findings. */
  readonly worst?: Severity;
}

/** A workload on the map: a service, a family, or a Beanstalk environment. */
export interface ReportedWorkload {
  /** `workloadKeyOf`: `service production/checkout`. */
  readonly key: string;
  readonly kind: 'service' | 'family' | 'beanstalk';
  /** Of the service; absent for the others. */
  readonly arn?: string;
  readonly name: string;
  readonly running: number;
  /** Of a service. */
  readonly desired?: number;
  /** Bounds of its scalable target. */
  readonly min?: number;
  readonly max?: number;
  /** ARNs of the groups that it is wired to. */
  readonly groups: readonly string[];
  readonly worst?: Severity;
}

/** A cluster on the map, its workloads by name. */
export interface ReportedCluster {
  readonly name: string;
  readonly arn?: string;
  readonly workloads: readonly ReportedWorkload[];
}

/** What stays of an audit for the next ones: the trend. */
export interface AuditSummary {
  /** Epoch milliseconds. */
  readonly takenAtMs: number;
  readonly services: number;
  /** That run, those of the map together. */
  readonly tasks: number;
  readonly groups: number;
  readonly targets: { readonly missing: number; readonly stale: number; readonly wrong: number };
  readonly findings: Readonly<Record<Severity, number>>;
  /** Findings by rule. */
  readonly rules: Readonly<Record<string, number>>;
  /** ARNs of the services that stood at their max. */
  readonly atMax: readonly string[];
  readonly calls: Readonly<Record<string, number>>;
}

/** The findings of the audit before this one. */
export interface PreviousAudit {
  /** Epoch milliseconds. */
  readonly takenAtMs: number;
  readonly findings: readonly Pick<Finding, 'rule' | 'severity' | 'resource' | 'summary'>[];
}

/** One audit, ready to be shown. */
export interface AuditReport {
  readonly summary: AuditSummary;
  readonly region?: string;
  readonly account?: string;
  /** What ran it: the function's name, or the verb and its profile. */
  readonly by?: string;
  /** Worst first, then by rule and resource. */
  readonly findings: readonly AuditFinding[];
  readonly clusters: readonly ReportedCluster[];
  readonly groups: readonly ReportedGroup[];
  readonly unseen: readonly Unseen[];
  /** Those that were asked, for whoever shows findings by rule. */
  readonly rules: readonly RuleText[];
  /** Earlier summaries, oldest first; the last one is the previous audit. */
  readonly history: readonly AuditSummary[];
  /** What the previous audit found, where that is known: it tells what is new and what is gone. */
  readonly previous?: PreviousAudit;
}
