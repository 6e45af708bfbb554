import type { Settings } from '../settings.ts';
import type { Diagnosis, Problem } from './diagnosis.ts';
import { deployedName, queueName, ruleName, type StackFunction } from './stack.ts';

/** A figure of CloudWatch about one resource. */
export interface FigureQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum';
}

/** What a stack did of late. */
export interface Traffic {
  /** Of the last hour: the sum or the maximum; `undefined` where CloudWatch knows none. */
  lastHour(query: FigureQuery): number | undefined;
  /** Of the last day. */
  lastDay(query: FigureQuery): number | undefined;
}

const ofRule = (metric: string, RuleName: string): FigureQuery => ({
  namespace: 'AWS/Events',
  metric,
  dimensions: { RuleName },
  statistic: 'Sum',
});
const ofQueue = (QueueName: string): FigureQuery => ({
  namespace: 'AWS/SQS',
  metric: 'ApproximateAgeOfOldestMessage',
  dimensions: { QueueName },
  statistic: 'Maximum',
});
const ofFunction = (metric: string, FunctionName: string): FigureQuery => ({
  namespace: 'AWS/Lambda',
  metric,
  dimensions: { FunctionName },
  statistic: 'Sum',
});

/** Minutes; a sweep may be late by a few. */
const HOUR = 60;
const DAY = 24 * HOUR;
/** A message that waits longer is behind: an event is handled within seconds, a second look waits 15 minutes at most. */
const OLD_SECONDS = 20 * 60;

/** Every figure that `judgeEvents` and `judgeBudgets` ask for. */
export const trafficQueries = (stage: string, parts: readonly StackFunction[]): readonly FigureQuery[] => [
  ...parts.flatMap(({ name, rules }) =>
    rules.flatMap((rule) => {
      const at = ruleName(stage, name, rule);
      return [ofRule('Invocations', at), ofRule('FailedInvocations', at)];
    }),
  ),
  ...parts.flatMap((part) => (part.queues.includes('own') ? [ofQueue(queueName(stage, part, 'own'))] : [])),
  ...parts.flatMap(({ name }) => {
    const at = deployedName(stage, name);
    return [ofFunction('Errors', at), ofFunction('Throttles', at)];
  }),
];

/** Whether events and schedules arrive, and are handled in time. */
export const judgeEvents = (
  stage: string,
  parts: readonly StackFunction[],
  traffic: Traffic,
  paused: boolean,
): Diagnosis => {
  let arrived = 0;
  const ofRules = parts.flatMap(({ name, rules }) =>
    rules.flatMap((rule): readonly Problem[] => {
      const at = ruleName(stage, name, rule);
      const failed = traffic.lastHour(ofRule('FailedInvocations', at)) ?? 0;
      const often = rule.everyMinutes !== undefined && rule.everyMinutes < HOUR;
      const came = often ? traffic.lastHour(ofRule('Invocations', at)) : traffic.lastDay(ofRule('Invocations', at));
      arrived += traffic.lastDay(ofRule('Invocations', at)) ?? 0;
      const refused: readonly Problem[] =
        failed === 0
          ? []
          : [
              {
                resource: at,
                summary: `${failed} of the last hour’s events of the rule ${at} could not be delivered.`,
                fix: `Look at the policy of what it sends to, and at the queue ${deployedName(stage, name)}-undelivered; deploy again if it was changed by hand.`,
              },
            ];
      if ((came ?? 0) > 0) return refused;
      if (rule.everyMinutes !== undefined && rule.everyMinutes <= DAY) {
        return [
          ...refused,
          {
            resource: at,
            ...(paused && { severity: 'info' as const }),
            summary: `The schedule ${at} did not run in the last ${often ? 'hour' : 'day'}.`,
            fix: 'See that the rule is enabled and the stack is not paused. One that was deployed a moment ago has not had its turn yet.',
          },
        ];
      }
      // A quiet day is usual for tags and Spot, not for tasks.
      if (rule.part !== 'tasks') return refused;
      return [
        ...refused,
        {
          resource: at,
          severity: 'low',
          summary: `No event came by the rule ${at} in the last day.`,
          fix:
            'Nothing, if no task started or stopped. Else compare the clusters in its pattern with TASKWIRE_CLUSTERS: aws events describe-rule --name ' +
            at,
        },
      ];
    }),
  );
  const late = parts.flatMap((part): readonly Problem[] => {
    if (!part.queues.includes('own')) return [];
    const queue = queueName(stage, part, 'own');
    const seconds = traffic.lastHour(ofQueue(queue)) ?? 0;
    // What a pause holds back is no delay.
    if (seconds <= OLD_SECONDS || paused) return [];
    return [
      {
        resource: queue,
        severity: 'medium',
        summary: `A message waited ${Math.round(seconds / 60)} minutes in ${queue} within the last hour.`,
        fix: 'See in the log of the function whether it is throttled or fails, and read docs/operations.md#oldest-message-too-old.',
      },
    ];
  });
  const failing = parts.flatMap(({ name }): readonly Problem[] => {
    const at = deployedName(stage, name);
    const errors = traffic.lastHour(ofFunction('Errors', at)) ?? 0;
    if (errors === 0) return [];
    return [
      {
        resource: at,
        severity: 'medium',
        summary: `${at} failed ${errors} times in the last hour.`,
        fix: `Read the last error in its log: /aws/lambda/${at}`,
      },
    ];
  });
  return { found: `${Math.round(arrived)} came in the last day`, problems: [...ofRules, ...late, ...failing] };
};

/** Whether messages wait for a person. @param waiting By the queue's name. */
export const judgeWaiting = (
  stage: string,
  parts: readonly StackFunction[],
  waiting: ReadonlyMap<string, number>,
): Diagnosis => {
  const problems = parts.flatMap((part) =>
    part.queues.flatMap((kind): readonly Problem[] => {
      if (kind === 'own') return [];
      const queue = queueName(stage, part, kind);
      const messages = waiting.get(queue) ?? 0;
      if (messages === 0) return [];
      return [
        {
          resource: queue,
          summary: `${messages} ${messages === 1 ? 'message waits' : 'messages wait'} in ${queue}.`,
          fix:
            part.name === 'audit'
              ? 'Read the record, mend what it says, and invoke audit by hand.'
              : `Look at them, then send them back: taskwire replay --failed --queue ${queue}`,
        },
      ];
    }),
  );
  return { found: 'empty', problems };
};

/** Concurrent executions of Lambda in the account and Region. */
export interface Concurrency {
  readonly limit: number;
  /** What no function has reserved. */
  readonly unreserved: number;
}

/** Another stack in the account and Region. */
export interface OtherStack {
  readonly functionName: string;
  readonly tagPrefix: string;
  readonly registrationsPerSecond: number;
}

/** RegisterTargets and DeregisterTargets of an account. https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html */
const ACCOUNT_REGISTRATIONS_PER_SECOND = 4;
/** verify-xray's two, an audit, the gate, a person. */
const INSTANCES_WITHOUT_RESERVE = 5;

/** Target groups of the account and Region. */
interface TargetGroupRoom {
  /** As many as were listed: at least so many. */
  readonly count: number;
  /** `undefined` where AWS does not tell. */
  readonly quota?: number;
}

/** Of a quota; a higher one takes days to be granted. */
const NEAR = 0.9;

/** Whether enough is left of what an account has. */
export const judgeBudgets = (
  stage: string,
  parts: readonly StackFunction[],
  seen: {
    readonly traffic: Traffic;
    readonly concurrency: Concurrency;
    readonly groups: TargetGroupRoom;
    readonly settings: Settings | undefined;
    readonly others: readonly OtherStack[];
  },
): Diagnosis => {
  const { traffic, concurrency, groups, settings, others } = seen;
  const problems: Problem[] = [];
  for (const { name } of parts) {
    const at = deployedName(stage, name);
    const throttles = traffic.lastHour(ofFunction('Throttles', at)) ?? 0;
    if (throttles > 0) {
      problems.push({
        resource: at,
        summary: `Lambda refused ${throttles} invocations of ${at} in the last hour: no instance was free.`,
        fix: 'Ask for a higher quota of concurrent executions (Service Quotas, Lambda), or see which function uses them.',
      });
    }
  }
  if (concurrency.unreserved < INSTANCES_WITHOUT_RESERVE) {
    problems.push({
      resource: 'concurrent executions of Lambda',
      summary: `Of the account’s ${concurrency.limit} only ${concurrency.unreserved} are not reserved; the functions without a reserve need ${INSTANCES_WITHOUT_RESERVE}.`,
      fix: 'Ask for a higher quota (Service Quotas, Lambda), or reserve fewer: --param="reservedConcurrency=0".',
    });
  }
  if (groups.quota !== undefined && groups.count >= NEAR * groups.quota) {
    problems.push({
      resource: 'target groups',
      summary: `The account has ${groups.count} of the ${groups.quota} target groups that it may have in this Region: soon none can be added.`,
      fix: 'Ask for a higher quota (Service Quotas, Elastic Load Balancing, target groups per Region), or delete those that no load balancer uses.',
    });
  }
  const shares = [settings, ...others].flatMap((one) => (one === undefined ? [] : [one.registrationsPerSecond]));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (sum > ACCOUNT_REGISTRATIONS_PER_SECOND) {
    problems.push({
      resource: 'RegisterTargets and DeregisterTargets',
      summary: `The stacks of this account and Region take ${sum} calls per second together; AWS gives ${ACCOUNT_REGISTRATIONS_PER_SECOND}.`,
      fix: `Share them out with TASKWIRE_REGISTRATIONS_PER_SECOND; the others are ${others.map(({ functionName }) => functionName).join(', ')}.`,
    });
  }
  return {
    found: `${concurrency.unreserved} of ${concurrency.limit} concurrent executions not reserved, ${groups.count} of ${groups.quota ?? 'unknown'} target groups, ${sum} of ${ACCOUNT_REGISTRATIONS_PER_SECOND} registrations per second shared out`,
    problems,
  };
};
