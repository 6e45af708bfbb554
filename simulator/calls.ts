import type { Action } from './shapes.ts';

/** One AWS call that was sent. */
export interface CallRecord {
  readonly action: Action;
  readonly input: object;
  readonly atMs: number;
  /** It could have changed something. */
  readonly mutating: boolean;
  /** Wire code of the error it ended with; `undefined` while it runs and when it went well. */
  error?: string;
}

/** The recorder: every try counts, refused and throttled ones too. */
export interface Calls {
  readonly all: readonly CallRecord[];
  of(action: Action): readonly CallRecord[];
  count(action: Action): number;
  /** By `service:Action`, as an Outcome's `calls`. */
  counts(): Readonly<Record<string, number>>;
  /** Calls that could change ECS, its scaling, Elastic Load Balancing or tags; events and messages are not among them. */
  mutating(): readonly CallRecord[];
  reset(): void;
}

const MUTATING = new Set<Action>([
  'ecs:StopTask',
  'ecs:UpdateService',
  'ecs:UpdateContainerInstancesState',
  'ecs:TagResource',
  'ecs:UntagResource',
  'application-autoscaling:RegisterScalableTarget',
  'application-autoscaling:DeregisterScalableTarget',
  'application-autoscaling:PutScalingPolicy',
  'application-autoscaling:DeleteScalingPolicy',
  'application-autoscaling:PutScheduledAction',
  'application-autoscaling:DeleteScheduledAction',
  'application-autoscaling:TagResource',
  'application-autoscaling:UntagResource',
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:DeregisterTargets',
  'elasticloadbalancing:AddTags',
  'elasticloadbalancing:RemoveTags',
  'events:EnableRule',
  'events:DisableRule',
  'lambda:UpdateEventSourceMapping',
  'sqs:TagQueue',
  'sqs:UntagQueue',
]);

/** A recorder, and the function that writes to it. */
export const createCalls = (): {
  calls: Calls;
  record: (action: Action, input: object, atMs: number) => CallRecord;
} => {
  const all: CallRecord[] = [];
  const of = (action: Action) => all.filter((call) => call.action === action);
  return {
    calls: {
      all,
      of,
      count: (action) => of(action).length,
      counts: () => {
        const counts: Record<string, number> = {};
        for (const { action } of all) counts[action] = (counts[action] ?? 0) + 1;
        return counts;
      },
      mutating: () => all.filter((call) => call.mutating),
      reset: () => {
        all.length = 0;
      },
    },
    record: (action, input, atMs) => {
      const call: CallRecord = { action, input, atMs, mutating: MUTATING.has(action) };
      all.push(call);
      return call;
    },
  };
};
