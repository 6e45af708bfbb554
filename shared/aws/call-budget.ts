import type { RegistrationBudget, Work } from '../ports/budget.ts';
import type { Clock } from '../ports/clock.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** What AWS grants an account and region: calls saved up, and calls gained per second. */
interface Grant {
  readonly burst: number;
  readonly perSecond: number;
}

/** RegisterTargets and DeregisterTargets together. https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html */
const REGISTRATION: Grant = { burst: 20, perSecond: 4 };
/** All calls of Elastic Load Balancing v2 together; its reads alone have the same. Same page. */
const ELB: Grant = { burst: 40, perSecond: 10 };
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html */
const ECS = {
  tasks: { burst: 100, perSecond: 20 },
  definitions: { burst: 50, perSecond: 20 },
  services: { burst: 100, perSecond: 20 },
  clusters: { burst: 50, perSecond: 20 },
  revisions: { burst: 50, perSecond: 20 },
} as const;
/** Each non-mutating EC2 action has a bucket of its own. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
const EC2: Grant = { burst: 100, perSecond: 20 };
const EC2_READS_PER_SECOND = 5;
/** AWS publishes no number for these; a cold start sends three tagging queries at once, and must not wait for them. */
const UNPUBLISHED: Grant = { burst: 30, perSecond: 4 };
const UNPUBLISHED_READS_PER_SECOND = 2;
/** Nor for these. Policies come ten per page, so a sweep of 1,000 services may read 300 pages: a minute at this rate. */
const SCALING_READS: Grant = { burst: 20, perSecond: 5 };
/** Each policy that is written makes two CloudWatch alarms, on an account's budget that others need as well. */
const SCALING_CHANGES: Grant = { burst: 10, perSecond: 3 };
const SCALING_READ = /^application-autoscaling:(Describe|List)/;

const ECS_BUCKETS: Readonly<Record<string, keyof typeof ECS>> = {
  'ecs:DescribeTasks': 'tasks',
  'ecs:ListTasks': 'tasks',
  'ecs:DescribeContainerInstances': 'tasks',
  'ecs:ListContainerInstances': 'tasks',
  'ecs:DescribeTaskDefinition': 'definitions',
  'ecs:DescribeServices': 'services',
  'ecs:ListServices': 'services',
  'ecs:ListClusters': 'clusters',
  'ecs:DescribeServiceRevisions': 'revisions',
};

const REGISTERS = new Set(['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets']);

/**
 * Parts of the registration share where it is split by work. Two instances follow events, since an event source mapping
 * runs no fewer, and customers wait for them; beside them runs one sweep, whose repairs have waited for minutes already.
 */
const PARTS: Readonly<Record<Work, number>> = { events: 0.45, sweep: 0.1, 'by hand': 1 / 3 };

/** The registration budget, and how it learns that AWS wants it slower. */
export interface ThrottledRegistrationBudget extends RegistrationBudget {
  throttled(): void;
}

/** The budgets of all calls of one instance. */
export interface CallBudgets {
  /**
   * Waits for the right to send a call. What has no budget here (registrations, tags of ECS, queue, events) passes at once.
   * @param action `service:Action`
   * @throws {OutOfTimeError} If the signal is aborted first.
   */
  before(action: string, signal?: AbortSignal): Promise<void>;
  /** AWS throttled this call: its budget slows down. */
  throttled(action: string): void;
  /** Taken by the use case itself, which knows what is urgent. */
  readonly registration: RegistrationBudget;
}

const shareOf = (clock: Clock, grant: Grant, perSecond: number, parts: number): TokenBucket =>
  createTokenBucket({
    clock,
    ratePerSecond: perSecond / parts,
    burst: (grant.burst * Math.min(1, perSecond / grant.perSecond)) / parts,
  });

/**
 * This instance's share of the account's registration calls; the burst is split like the rate, until it is told what
 * the calls are for.
 * @param perSecond What all instances together may use; AWS grants 4.
 * @param parts How many instances share it; a budget per instance without it would be spent several times over.
 * @param byWork Of one that follows events or sweeps: the rate is what that work gets, and only the burst is split alike.
 */
export const createRegistrationBudget = (settings: {
  readonly clock: Clock;
  readonly perSecond?: number;
  readonly parts?: number;
  readonly byWork?: boolean;
}): ThrottledRegistrationBudget => {
  const { clock, perSecond = 3, parts = 1, byWork = false } = settings;
  const bucket = shareOf(clock, REGISTRATION, perSecond, parts);
  return byWork ? { ...bucket, workFor: (what) => bucket.setRate(perSecond * PARTS[what]) } : bucket;
};

/**
 * The budgets of one instance, on its clock.
 * @param elbReadsPerSecond All instances together, of the account's 10.
 * @param ecsReadsPerSecond All instances together, of the 20 of each of ECS's read buckets.
 * @param registrationsPerSecond All instances together, of the account's 4.
 * @param parts How many instances share them.
 * @param byWork As of `createRegistrationBudget`.
 */
export const createCallBudgets = (settings: {
  readonly clock: Clock;
  readonly elbReadsPerSecond?: number;
  readonly ecsReadsPerSecond?: number;
  readonly registrationsPerSecond?: number;
  readonly parts?: number;
  readonly byWork?: boolean;
}): CallBudgets => {
  const { clock, elbReadsPerSecond = 5, ecsReadsPerSecond = 10, registrationsPerSecond = 3, parts = 1 } = settings;
  const { byWork = false } = settings;
  const registration = createRegistrationBudget({ clock, perSecond: registrationsPerSecond, parts, byWork });
  const buckets = new Map<string, TokenBucket>();

  const bucket = (key: string, grant: Grant, perSecond: number): TokenBucket => {
    const known = buckets.get(key);
    if (known) return known;
    const made = shareOf(clock, grant, perSecond, parts);
    buckets.set(key, made);
    return made;
  };

  const bucketOf = (action: string): TokenBucket | undefined => {
    if (REGISTERS.has(action)) return undefined;
    const ecs = ECS_BUCKETS[action];
    if (ecs) return bucket(`ecs ${ecs}`, ECS[ecs], ecsReadsPerSecond);
    const service = action.slice(0, action.indexOf(':'));
    switch (service) {
      case 'elasticloadbalancing':
        return bucket(service, ELB, elbReadsPerSecond);
      case 'ec2':
        return bucket(action, EC2, EC2_READS_PER_SECOND);
      case 'application-autoscaling':
        return SCALING_READ.test(action)
          ? bucket('scaling reads', SCALING_READS, SCALING_READS.perSecond)
          : bucket('scaling changes', SCALING_CHANGES, SCALING_CHANGES.perSecond);
      case 'tag':
      case 'autoscaling':
      case 'codedeploy':
        return bucket(service, UNPUBLISHED, UNPUBLISHED_READS_PER_SECOND);
      default:
        return undefined;
    }
  };

  return {
    registration,
    before: async (action, signal) => {
      await bucketOf(action)?.take({ rank: 0, sinceMs: clock.nowMs() }, signal);
    },
    throttled: (action) => {
      if (REGISTERS.has(action)) registration.throttled();
      else bucketOf(action)?.throttled();
    },
  };
};
