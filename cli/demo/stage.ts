import type { Delivery } from '../../simulator/delivery.ts';
import type { TaskRecord } from '../../simulator/state.ts';
import type { Shop } from './fleet.ts';
import type { Instances } from './instances.ts';
import type { Tracing } from './tracing.ts';

/** An act that has not come to its end by then shows a defect; the last line will tell it. */
const ACT_MS = 15_000;

/** In real time. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is so. @returns Whether it came. */
export const until = async (done: () => boolean, atMostMs = ACT_MS): Promise<boolean> => {
  const endMs = Date.now() + atMostMs;
  while (!done()) {
    if (Date.now() > endMs) return false;
    await pause(50);
  }
  return true;
};

/** What an act is played with. */
export interface Stage {
  readonly shop: Shop;
  readonly delivery: Delivery;
  readonly instances: Instances;
  readonly tracing: Tracing;
  readonly sweep: () => Promise<void>;
  readonly act: (title: string, text: string) => void;
  readonly say: (text: string) => void;
  readonly isRight: () => boolean;
  /** Nothing is on its way to `adjust-scaling`, and it does nothing. */
  readonly scalingIsIdle: () => boolean;
  readonly seconds: (ms: number) => string;
  /** When a target left a group last, epoch milliseconds. */
  readonly leftAtMs: (group: string, id: string) => number | undefined;
  /** Stopped tasks whose address somebody else has now. */
  readonly remembered: readonly TaskRecord[];
  readonly remember: (task: TaskRecord) => void;
}

/** The running tasks of a service that nobody asked to stop. */
export const running = (shop: Shop, arn: string): readonly TaskRecord[] =>
  shop.world.ecs
    .tasksOf(arn)
    .filter(({ lastStatus, desiredStatus }) => lastStatus === 'RUNNING' && desiredStatus === 'RUNNING');
