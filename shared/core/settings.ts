import type { Mode } from './outcome.ts';

/** The settings of a stack, found to be right. */
export interface Settings {
  readonly mode: Mode;
  /** Names of the clusters that are watched; empty means all. */
  readonly clusters: readonly string[];
  /** What the tags begin with, without the colon. */
  readonly tagPrefix: string;
  readonly tracing: 'required' | 'optional' | 'off';
  /** 0 to 100: how much of a group may go without proof. */
  readonly brakePercent: number;
  /** RegisterTargets and DeregisterTargets calls per second of all instances together. */
  readonly registrationsPerSecond: number;
  /** Other calls of Elastic Load Balancing per second of all instances together. */
  readonly elbReadsPerSecond: number;
  /** Task reads of ECS per second of all instances together. */
  readonly ecsReadsPerSecond: number;
  /** How long scaling may be held at most, in minutes. */
  readonly holdMinutes: number;
  /** Whose tags wire a service: the target group's alone, or the service's, too. */
  readonly consent: 'group' | 'both';
  /** The most tasks that tags of scaling may ask for; `undefined`: as many as they say. */
  readonly maxTasks?: number;
  readonly reportBucket?: string;
  /** Without it, as when a function is tried by hand, what would be sent again is reported as failed. */
  readonly queueUrl?: string;
  readonly failureQueueUrl?: string;
}
