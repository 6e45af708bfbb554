import type {
  ScalableTarget,
  ScalingPolicy,
  ScheduledAction,
  Suspension,
  TrackingPolicy,
} from '../core/scaling/observed.ts';
import type { Bounds } from '../core/scaling/wish.ts';

/** What of a scalable target to write. Each update pulls the desired count into the bounds that are then in force. */
export interface TargetUpdate {
  /** Needed where the target is new. */
  readonly bounds?: Bounds;
  /** All three flags, as AWS wants them. */
  readonly suspension?: Suspension;
}

/** Application Auto Scaling of ECS services: `ecs:service:DesiredCount`. */
export interface Scaling {
  /** Scalable targets by resource id, 50 per call, or all of the account and region; services without one are left out. */
  targets(resourceIds?: readonly string[]): Promise<readonly ScalableTarget[]>;
  /** Policies of one service, or of all of the account and region; every page. */
  policies(resourceId?: string): Promise<readonly ScalingPolicy[]>;
  /** Scheduled actions of one service, or of all of the account and region; every page. */
  schedules(resourceId?: string): Promise<readonly ScheduledAction[]>;
  /**
   * Registers or updates the scalable target of a service. One attempt; repeating is safe.
   * @throws {NotFoundError} If the service is gone. @throws {DeniedError | ThrottledError | UnclearError | TaskwireError}
   */
  putTarget(resourceId: string, update: TargetUpdate): Promise<void>;
  /** Writes a target-tracking policy. One attempt; repeating is safe. */
  putPolicy(resourceId: string, policy: TrackingPolicy): Promise<void>;
  /** Repeating is safe; one that is gone is success. */
  deletePolicy(resourceId: string, name: string): Promise<void>;
  /** Writes a scheduled action. One attempt; repeating is safe. */
  putSchedule(schedule: ScheduledAction): Promise<void>;
  /** Repeating is safe; one that is gone is success. */
  deleteSchedule(resourceId: string, name: string): Promise<void>;
  /** Tags of one scalable target, by its ARN: what was written is seen at once. */
  tags(targetArn: string): Promise<Readonly<Record<string, string>>>;
  /** ARN → tags of the scalable targets that carry this tag key; from the tagging API, which lags by seconds. */
  tagged(tagKey: string): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /** Repeating is safe. */
  tag(targetArn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Repeating is safe; a key that is not there is success. */
  untag(targetArn: string, tagKeys: readonly string[]): Promise<void>;
}
