/** What hangs on a role. */
export interface RolePolicies {
  /** ARNs of the managed policies. */
  readonly attached: readonly string[];
  /** The inline ones, as the JSON text that IAM keeps. */
  readonly inline: readonly string[];
}

/** Roles and policies of IAM. Reads only. */
export interface Roles {
  /**
   * The policies of a role; one call for each inline one and two for the lists.
   * @param role Name or ARN.
   * @throws {TaskwireError} If there is no such role, or any of them could not be read.
   */
  policies(role: string): Promise<RolePolicies>;
  /** The version of a managed policy that is in force, as JSON text; two calls. */
  document(policyArn: string): Promise<string>;
}
