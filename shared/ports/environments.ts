import type { SeenEnvironment } from '../core/audit/snapshot.ts';

/** An Elastic Beanstalk environment as it is listed. */
export interface DescribedEnvironment extends Omit<SeenEnvironment, 'xrayEnabled' | 'clusterArns'> {
  readonly application: string;
}

/** Elastic Beanstalk environments. Reads only. */
export interface Environments {
  /** All of the account and region that are not deleted, every page. @throws {TaskwireError} If any page failed. */
  list(): Promise<readonly DescribedEnvironment[]>;
  /**
   * Option XRayEnabled of the namespace aws:elasticbeanstalk:xray; `undefined` where it is not set. One call.
   * @throws {NotFoundError} If the environment is gone.
   */
  xrayEnabled(environment: Pick<DescribedEnvironment, 'application' | 'name'>): Promise<boolean | undefined>;
}
