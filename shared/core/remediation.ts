/** What a person can ask to have repaired, in the order of the help. */
export const REPAIRS = [
  'sync-targets',
  'unwire',
  'remove-unknown-targets',
  'sync-scaling',
  'resume-scaling',
  'attach-sidecar',
  'detach-sidecar',
] as const;

export type Repair = (typeof REPAIRS)[number];

/** The collectors that can be asked for. */
export const COLLECTORS = ['xray', 'adot', 'cloudwatch-agent'] as const;

/** One repair, and where. */
export interface Remediation {
  readonly action: Repair;
  /** Name or ARN. */
  readonly cluster: string;
  /** Name or ARN; left out: all of the cluster. */
  readonly service?: string;
  /** Name or ARN; only of repairs of targets. */
  readonly targetGroup?: string;
  /** Only of `attach-sidecar`. */
  readonly collector?: (typeof COLLECTORS)[number];
}

/** The repairs that are about targets, and can be narrowed to one target group. */
export const TARGET_REPAIRS: readonly Repair[] = ['sync-targets', 'unwire', 'remove-unknown-targets'];
