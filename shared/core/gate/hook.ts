import type { Learnt } from './learnt.ts';

/**
 * A deployment lifecycle hook's call, as ECS makes it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html
 */
export interface HookCall {
  /** POST_SCALE_UP and others; an open set. */
  readonly stage: string;
  readonly serviceArn: string;
  /** Name. */
  readonly cluster: string;
  /** Name. */
  readonly service: string;
  /** The revision that is deployed. */
  readonly revisionArn: string;
  readonly details: HookDetails;
}

/** What of the hook's details is understood: what a person wrote there, and what the last answer left there. */
export interface HookDetails {
  readonly timeLimitMinutes?: number;
  /** Why the time limit that is there is none. */
  readonly timeLimitProblem?: string;
  /** When the first answer was given, epoch milliseconds. */
  readonly startedAtMs?: number;
  /** How many tasks of the revision the last look found. */
  readonly tasks?: number;
  /** How many answers in a row have only looked up what does not change. */
  readonly looks?: number;
  /** What earlier answers looked up. */
  readonly learnt?: Learnt;
}

/** What ECS understands as an answer; it hands `hookDetails` back with its next call for the same deployment. */
export type HookAnswer =
  | { readonly hookStatus: 'SUCCEEDED' | 'FAILED' }
  | {
      readonly hookStatus: 'IN_PROGRESS';
      /** Seconds until the next call. */
      readonly callBackDelay: number;
      readonly hookDetails: {
        /** ISO 8601. */
        readonly startedAt: string;
        readonly tasks?: number;
        readonly looks?: number;
        /** `renderLearnt` made it. */
        readonly learnt?: string;
      };
    };

/** The stage that the gate is for: the new tasks run, and no traffic is shifted yet. */
export const GATED_STAGE = 'POST_SCALE_UP';

/**
 * What the tasks of a revision were started by. AWS does not say that the two ids are one; Terraform's provider relies
 * on it, too. The gate does not: where it finds no such task it judges all of the service.
 */
export const startedByOf = (revisionArn: string): string =>
  `ecs-svc/${revisionArn.slice(revisionArn.lastIndexOf('/') + 1)}`;

/** Minutes; ECS itself would wait for a day. */
export const USUAL_LIMIT_MINUTES = 15;
