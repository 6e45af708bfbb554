import type { ScaledService } from '../core/scaling/observed.ts';

/** ECS services with what scaling needs to know of them: counts, tags, deployment, controller. */
export interface ScaledServices {
  /** ARNs of all services that carry this tag key, every page; from the tagging API, which may name deleted ones. */
  tagged(tagKey: string): Promise<readonly string[]>;
  /**
   * Services by ARN, ten per call and cluster; those that do not exist (or are INACTIVE) are left out.
   * @throws {TaskwireError} If a call failed.
   */
  describe(serviceArns: readonly string[]): Promise<readonly ScaledService[]>;
  /** Tags a service. Repeating is safe. */
  tag(serviceArn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Repeating is safe; a key that is not there is success. */
  untag(serviceArn: string, tagKeys: readonly string[]): Promise<void>;
}
