/**
 * Which work goes first when calls are scarce: lower `rank` first, then the one that has waited longest.
 */
export interface Priority {
  readonly rank: number;
  /** Since when its oldest change waits, epoch milliseconds. */
  readonly sinceMs: number;
}

/** The share of AWS's registration budget that this instance may use. */
export interface RegistrationBudget {
  /**
   * Waits for the right to send one RegisterTargets or DeregisterTargets call.
   * @throws {OutOfTimeError} If the signal is aborted first; no right was taken then.
   */
  take(priority: Priority, signal?: AbortSignal): Promise<void>;
  /** Gives back a right that was not used. */
  giveBack(): void;
}
