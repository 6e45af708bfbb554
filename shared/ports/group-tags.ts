import type { TargetGroup } from '../core/targets/binding.ts';

/** Tags of target groups, read from Elastic Load Balancing itself: the tagging API lags behind what was just written. */
export interface GroupTags {
  /** A group by its name or ARN; `undefined` where there is none in the account and Region. */
  find(nameOrArn: string): Promise<TargetGroup | undefined>;
  /** All tags of a group. @throws {NotFoundError} If the group is gone. */
  of(arn: string): Promise<Readonly<Record<string, string>>>;
  /**
   * Sets these tags of a group and leaves the others as they are. Repeating is safe. One attempt.
   * @throws {NotFoundError} If the group is gone. @throws {DeniedError | ThrottledError | UnclearError}
   */
  set(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Takes these tags of a group away. Repeating is safe; a key that is not there is success. One attempt.
   * @throws {NotFoundError} If the group is gone. @throws {DeniedError | ThrottledError | UnclearError}
   */
  remove(arn: string, tagKeys: readonly string[]): Promise<void>;
}
