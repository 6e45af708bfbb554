import type { Scope } from '../message.ts';

/** What `adjust-scaling` can be asked to do. */
export type ScalingInput =
  /** A service or deployment event: what is true is read from ECS; the name only says what to look at. */
  | {
      readonly kind: 'service';
      readonly serviceArn: string;
      /** SERVICE_TASK_START_IMPAIRED, SERVICE_STEADY_STATE, SERVICE_DEPLOYMENT_IN_PROGRESS…; an open set. */
      readonly eventName: string;
      readonly timeMs: number;
    }
  /** Spot takes a task of this service back. */
  | { readonly kind: 'spot'; readonly clusterArn: string; readonly service: string; readonly timeMs: number }
  /** The tags of this service changed. */
  | { readonly kind: 'tags'; readonly serviceArn: string; readonly timeMs: number }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'by-hand'; readonly dryRun: boolean; readonly scope: Scope };
