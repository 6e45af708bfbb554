/** What runs on every instance of a cluster. Reads only. */
export interface Daemons {
  /**
   * ARNs of the task definitions that the cluster's daemon services run; at most three calls.
   * @param cluster Name or ARN. One that does not exist has none.
   * @returns `complete` is false above 20 daemon services: what the others run was not asked.
   * @throws {TaskwireError} If a call failed.
   */
  definitions(cluster: string): Promise<{ readonly arns: readonly string[]; readonly complete: boolean }>;
}
