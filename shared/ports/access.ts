import type { NeededRight } from '../core/doctor/needed-rights.ts';

/** What IAM would answer. Reads only: nothing of what is asked about is done. */
export interface Access {
  /**
   * The ARN by which IAM knows a caller: of an assumed role the role's, with its path. `undefined` for a caller that has
   * no policies of its own to ask about: the root user, a federated one.
   */
  principalOf(callerArn: string): Promise<string | undefined>;
  /** Those of the right's actions that the principal may not do, organization policies and boundaries included. */
  missing(principalArn: string, right: NeededRight): Promise<readonly string[]>;
}
