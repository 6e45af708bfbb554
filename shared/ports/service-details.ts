import type { DescribedService } from '../core/audit/snapshot.ts';

/** A service with all that DescribeServices tells of it. */
export interface DetailedService extends DescribedService {
  readonly clusterArn: string;
  /** ARNs of the service's current revisions. */
  readonly revisionArns: readonly string[];
}

/** ECS services with all that an audit asks of them at once. Reads only. */
export interface ServiceDetails {
  /**
   * Services of one cluster by name or ARN, ten per call, with their tags; those that do not exist (or are INACTIVE) are
   * left out, and a cluster that does not exist has none.
   * @param cluster Name or ARN.
   * @throws {TaskwireError} If a call failed.
   */
  describe(cluster: string, services: readonly string[]): Promise<readonly DetailedService[]>;
}
