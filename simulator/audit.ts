/** A target or task that is not where it should be. */
export interface Misplaced {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
  readonly taskArn?: string;
}

/** How well the tagged groups match the world. */
export interface Audit {
  /** Tasks that have a place in at least one group. */
  readonly tasks: number;
  /** Tagged groups that exist. */
  readonly groups: number;
  /** Wanted and not registered (a draining target is not registered). */
  readonly missing: readonly Misplaced[];
  /** Registered, and held by a task that stopped, or by nobody. */
  readonly stale: readonly Misplaced[];
  /** Registered, and held by a live task of another workload. */
  readonly wrong: readonly Misplaced[];
  /** Registered, and held by something that is no task, or outside every VPC: a person's business. */
  readonly foreign: readonly Misplaced[];
}
