import type { TaggedResource } from './target-groups.ts';

/** What hands the messages of a queue to a function. */
export interface Mapping {
  readonly id: string;
  /** Enabled, Disabled, Enabling, Disabling, Updating…; an open set. */
  readonly state: string;
}

/** A queue as its owner sees it. */
export interface MarkedQueue {
  readonly url: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What a deployed stack is switched off and on with, and the tag that tells so. Names hold in the account and Region. */
export interface StackSwitches {
  /**
   * Every resource that carries this tag key, of whatever kind, with all its tags. From the tagging API, which lags by
   * seconds. @throws {TaskwireError} If any page failed.
   */
  marked(tagKey: string): Promise<readonly TaggedResource[]>;
  /** A queue by its name. @throws {NotFoundError} If there is none. */
  queue(name: string): Promise<MarkedQueue>;
  /** Sets tags of a queue. Repeating is safe. One attempt. */
  mark(queueUrl: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Takes tags of a queue away. Repeating is safe; a key that is not there is success. One attempt. */
  unmark(queueUrl: string, tagKeys: readonly string[]): Promise<void>;
  /** The mappings of a function, by its name; none of a function that does not exist. */
  mappings(functionName: string): Promise<readonly Mapping[]>;
  /**
   * Switches a mapping; it takes some seconds to come to its new state, and messages that were handed on before are
   * still handled. Repeating is safe. One attempt.
   * @returns False where the mapping is in the middle of another change: ask again in some seconds.
   */
  switchMapping(id: string, enabled: boolean): Promise<boolean>;
  /** Whether a rule of the default bus is enabled. @throws {NotFoundError} If there is none. */
  isRuleEnabled(name: string): Promise<boolean>;
  /** Switches a rule of the default bus. Repeating is safe. One attempt. @throws {NotFoundError} If there is none. */
  switchRule(name: string, enabled: boolean): Promise<void>;
}
