/** What every call is sent with. */
export interface SendOptions {
  /** Ends with the invocation, and for changes with their own time-out. */
  readonly abortSignal: AbortSignal;
}
