/**
 * Which work goes first when calls are scarce: lower `rank` first, then the one that has waited longest.
 */
export interface Priority {
  readonly rank: number;
  /** Since when its oldest change waits, epoch milliseconds. */
  readonly sinceMs: number;
}

/** What an invocation does. */
export type Work = 'events' | 'sweep' | 'by hand';

/** The share of AWS's registration budget that this instance may use. */
export interface RegistrationBudget {
  /**
   * Waits for the right to send one RegisterTargets or DeregisterTargets call.
   * @throws {OutOfTimeError} If the signal is aborted first; no right was taken then.
   */
  take(priority: Priority, signal?: AbortSignal): Promise<void>;
  /** Gives back a right that was not used. */
  giveBack(): void;
  /** What the rights are for from now on, where the share is split by that. */
  workFor?(what: Work): void;
}
