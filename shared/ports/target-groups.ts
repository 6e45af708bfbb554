import type { TargetGroup } from '../core/targets/binding.ts';
import type { ObservedTarget, Target } from '../core/targets/target.ts';

/** A target that AWS will not take, with AWS's own words. */
export interface RefusedTarget {
  readonly target: Target;
  /** The error's code: InvalidTarget, ValidationError, TooManyRegistrationsForTargetId… */
  readonly code: string;
  readonly message: string;
}

/**
 * What came of registering. Every target given is in `accepted`, `refused`, or in neither because the group's quota
 * was reached (`full`) or the call was aborted.
 */
export interface Registered {
  readonly accepted: readonly Target[];
  readonly refused: readonly RefusedTarget[];
  /** TooManyTargets: what is missing from both lists did not fit. */
  readonly full: boolean;
}

/** A tagged resource as the tagging API tells it. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Target groups of Elastic Load Balancing. */
export interface TargetGroups {
  /**
   * Every target group that carries this tag key, with all its tags. May name groups that are deleted.
   * @throws {TaskwireError} If any page failed.
   */
  tagged(tagKey: string): Promise<readonly TaggedResource[]>;
  /** Groups by ARN, 100 per call; those that do not exist are left out. */
  describe(arns: readonly string[]): Promise<readonly TargetGroup[]>;
  /**
   * All targets of a group with their health, draining ones too.
   * @throws {NotFoundError} If the group is gone.
   */
  targets(arn: string): Promise<readonly ObservedTarget[]>;
  /** Deregistration delay in seconds. @throws {NotFoundError} If the group is gone. */
  deregistrationDelaySeconds(arn: string): Promise<number>;
  /**
   * Registers at most 200 targets in one call; sends more calls only to find a target that AWS refuses.
   * Repeating is safe. One attempt each: an unclear answer is thrown, the caller looks again.
   * @param mayGoOn Asked before each further call (freshness, budget, time), with its targets; when it answers false, the rest is left out of the answer.
   * @throws {NotFoundError} If the group is gone. @throws {DeniedError | ThrottledError | UnclearError}
   */
  register(
    arn: string,
    targets: readonly Target[],
    mayGoOn?: (targets: readonly Target[]) => Promise<boolean>,
  ): Promise<Registered>;
  /**
   * Deregisters at most 200 targets in one call. Repeating is safe; a group that is gone is success.
   * @throws {DeniedError | ThrottledError | UnclearError}
   */
  deregister(arn: string, targets: readonly Target[]): Promise<void>;
}
