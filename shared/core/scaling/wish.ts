/** How many tasks a service may have. `min` ≤ `max`, both ≥ 0. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Bounds for some hours of the week, in the time zone of all the windows of a service. */
export interface HoursWindow extends Bounds {
  /** 0 is Monday, 6 is Sunday; ascending. The day on which the window begins. */
  readonly days: readonly number[];
  /** Minutes of the day, 0 to 1439. */
  readonly from: number;
  /** Minutes of the day, 0 to 1439. Not above `from`: the window ends on the next day. */
  readonly to: number;
}

/** Which events may adjust the scaling of a service. */
export type Reaction = 'deploy' | 'crash' | 'spot';

/** What a service's tags ask of its auto scaling. */
export interface ScalingWish {
  readonly bounds: Bounds;
  /** Target value of the average, percent. */
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
  /** Requests per target and minute, of this group by name where the service has several. */
  readonly requests?: { readonly perMinute: number; readonly targetGroupName?: string };
  /** Cooldowns of the target-tracking policies; left out: Application Auto Scaling's own 300. */
  readonly scaleInSeconds?: number;
  readonly scaleOutSeconds?: number;
  /** They do not overlap. */
  readonly hours: readonly HoursWindow[];
  /** IANA name; of all windows. `UTC` where there are none. */
  readonly zone: string;
  readonly reactions: ReadonlySet<Reaction>;
}
