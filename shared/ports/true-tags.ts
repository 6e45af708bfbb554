/** Tags of target groups by Elastic Load Balancing itself, not by the tagging API. Reads only. */
export interface TrueTags {
  /** ARNs of target groups of the account and Region, 400 per call. @param mostPages How many calls at most. */
  groups(mostPages: number): Promise<{ readonly arns: readonly string[]; readonly whole: boolean }>;
  /** Tags by ARN, 20 groups per call; groups that do not exist are left out. */
  of(arns: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
}
