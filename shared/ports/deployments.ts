import type { DeployingService } from '../core/gate/deploying-service.ts';

/** How services are deployed. Reads only. */
export interface Deployments {
  /**
   * One call.
   * @param cluster Name or ARN. @param service Name or ARN.
   * @returns `undefined` where there is no such service, or no such cluster.
   * @throws {TaskwireError} If the call failed.
   */
  describe(cluster: string, service: string): Promise<DeployingService | undefined>;
}
