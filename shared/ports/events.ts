/** An event of Taskwire's own, for the account's default bus. */
export interface OutgoingEvent {
  readonly detailType:
    | 'Taskwire Targets Changed'
    | 'Taskwire Scaling Changed'
    | 'Taskwire Finding'
    | 'Taskwire Brake Held'
    | 'Taskwire Audit Completed';
  /** A Change, a Finding, a held Change, or the summary of an audit; JSON. */
  readonly detail: object;
  readonly resources: readonly string[];
}

/** The event bus. */
export interface Events {
  /**
   * Sends events, ten per call.
   * @returns Those that the bus refused, with its words; an event is news, so losing one is not an error of the work.
   */
  send(events: readonly OutgoingEvent[]): Promise<readonly { readonly event: OutgoingEvent; readonly cause: string }[]>;
}
