/** A time from and to which is looked; epoch milliseconds. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was read of a source that is read page by page. */
export interface Read {
  /** Texts as they were recorded, with their times in epoch milliseconds. */
  readonly items: readonly { readonly atMs: number; readonly text: string }[];
  /** Reading ended before the period did: between here and the end that was read first, nothing is left out. */
  readonly cutOffAtMs?: number;
}

/** CloudTrail's history of management events: the last 90 days of this account and Region. Reads only. */
export interface Trail {
  /**
   * Events of one name, the newest first, 50 to a page; CloudTrail answers two pages a second.
   * @throws {TaskwireError} If a page failed.
   */
  events(name: 'RegisterTargets' | 'DeregisterTargets', period: Period, mostPages: number): Promise<Read>;
}

/** The logs of the functions. Reads only. */
export interface ChangeLog {
  /**
   * Lines that tell changes that were made, the oldest first.
   * @param of Only those of this target group, or that this task caused; ARNs.
   * @throws {NotFoundError} If there is no such log group. @throws {TaskwireError} If a page failed.
   */
  changes(
    logGroup: string,
    of: { readonly resource: string } | { readonly task: string },
    period: Period,
    mostPages: number,
  ): Promise<Read>;
}
