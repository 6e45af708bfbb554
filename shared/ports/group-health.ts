import type { SeenHealthCheck } from '../core/audit/snapshot.ts';

/** Unhealthy targets of a group at one time. */
export interface UnhealthyCount {
  /** Begin of the five minutes, epoch milliseconds. */
  readonly atMs: number;
  /** The most that were unhealthy in them. */
  readonly count: number;
}

/** How target groups check their targets, and what came of it. Reads only. */
export interface GroupHealth {
  /** Health checks by ARN of the group, 100 groups per call; those that do not exist are left out. */
  healthChecks(targetGroupArns: readonly string[]): Promise<ReadonlyMap<string, SeenHealthCheck>>;
  /**
   * Unhealthy targets by ARN of the group, oldest first; 500 groups per call, and only those that an Application or a
   * Network Load Balancer sends to. Times for which CloudWatch knows no value are left out.
   * @throws {TaskwireError} If any page failed.
   */
  unhealthyCounts(
    groups: readonly { readonly arn: string; readonly loadBalancerArn: string }[],
    period: { readonly fromMs: number; readonly toMs: number },
  ): Promise<ReadonlyMap<string, readonly UnhealthyCount[]>>;
}
