/** What a target was, seen from outside. */
export type TargetState =
  /** Registered, and held by a running task of its workload. */
  | 'wired'
  /** Wanted and not registered. */
  | 'missing'
  /** Registered, and its task stopped, or nobody has the address. */
  | 'stale'
  /** Registered, and held by a live task of another workload. */
  | 'wrong'
  /** Registered by somebody else, and left alone. */
  | 'foreign';

/** One address and port in one target group. */
export interface TimelineLane {
  /** Name of the target group. */
  readonly group: string;
  /** `10.0.7.4:8080` */
  readonly target: string;
  /** One after the other; between two of them it was neither wanted nor registered. Epoch milliseconds. */
  readonly spans: readonly { readonly fromMs: number; readonly toMs: number; readonly state: TargetState }[];
}

/** How many there were from a moment on. */
export interface TimelineCount {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** That run. */
  readonly tasks: number;
  /** Registered targets, without those that drain. */
  readonly targets: number;
}

/** A story: tasks and targets over a stretch of time, with what happened. */
export interface Timeline {
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What happened, in order. */
  readonly chapters: readonly { readonly atMs: number; readonly title: string }[];
  /** Ascending. */
  readonly counts: readonly TimelineCount[];
  readonly lanes: readonly TimelineLane[];
}
