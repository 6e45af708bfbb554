import type { VirtualClock } from './clock.ts';
import { serviceOf } from './errors.ts';
import type { Action } from './shapes.ts';

/** A token bucket: `burst` calls at once, `perSecond` in the long run. */
export interface Bucket {
  readonly burst: number;
  readonly perSecond: number;
}

/** AWS's call budgets of this account and region. */
export interface Budgets {
  enabled: boolean;
  /** Changes a bucket, by its name; it is full afterwards. */
  set(name: BucketName, bucket: Bucket): void;
  /** Takes calls out of a bucket, as another tool in the account would. */
  use(name: BucketName, calls: number): void;
  /** Calls that the bucket would let through now. */
  left(name: BucketName): number;
}

/**
 * AWS's documented buckets. Actions that no bucket names are not limited; for Application Auto Scaling AWS names none.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
const BUCKETS = {
  'elb account': { burst: 40, perSecond: 10 },
  'elb registration': { burst: 20, perSecond: 4 },
  'elb read': { burst: 40, perSecond: 10 },
  'elb modify': { burst: 20, perSecond: 3 },
  'ecs cluster read': { burst: 50, perSecond: 20 },
  'ecs cluster resource read': { burst: 100, perSecond: 20 },
  'ecs cluster resource modify': { burst: 100, perSecond: 40 },
  'ecs task definition read': { burst: 50, perSecond: 20 },
  'ecs task definition modify': { burst: 20, perSecond: 1 },
  'ecs service read': { burst: 100, perSecond: 20 },
  'ecs service revision read': { burst: 50, perSecond: 20 },
  'ecs service modify': { burst: 50, perSecond: 5 },
  'ecs tag modify': { burst: 20, perSecond: 10 },
  'cloudtrail look-up': { burst: 2, perSecond: 2 },
} as const;

export type BucketName = keyof typeof BUCKETS;

const BUCKET_OF: { readonly [A in Action]?: BucketName } = {
  'cloudtrail:LookupEvents': 'cloudtrail look-up',
  'ecs:ListClusters': 'ecs cluster read',
  'ecs:ListTasks': 'ecs cluster resource read',
  'ecs:DescribeTasks': 'ecs cluster resource read',
  'ecs:DescribeContainerInstances': 'ecs cluster resource read',
  'ecs:ListContainerInstances': 'ecs cluster resource read',
  'ecs:DescribeTaskDefinition': 'ecs task definition read',
  'ecs:RegisterTaskDefinition': 'ecs task definition modify',
  'ecs:ListServices': 'ecs service read',
  'ecs:DescribeServices': 'ecs service read',
  'ecs:DescribeServiceRevisions': 'ecs service revision read',
  'ecs:StopTask': 'ecs cluster resource modify',
  'ecs:UpdateContainerInstancesState': 'ecs cluster resource modify',
  'ecs:UpdateService': 'ecs service modify',
  'ecs:TagResource': 'ecs tag modify',
  'ecs:UntagResource': 'ecs tag modify',
  'elasticloadbalancing:RegisterTargets': 'elb registration',
  'elasticloadbalancing:DeregisterTargets': 'elb registration',
  'elasticloadbalancing:DescribeTargetGroups': 'elb read',
  'elasticloadbalancing:DescribeTargetHealth': 'elb read',
  'elasticloadbalancing:DescribeTargetGroupAttributes': 'elb read',
  'elasticloadbalancing:DescribeTags': 'elb read',
  'elasticloadbalancing:AddTags': 'elb modify',
  'elasticloadbalancing:RemoveTags': 'elb modify',
};

/** The buckets that one call is taken from. */
const bucketsOf = (action: Action): readonly BucketName[] => {
  const own = BUCKET_OF[action];
  const names: BucketName[] = own ? [own] : [];
  return serviceOf(action) === 'elasticloadbalancing' ? [...names, 'elb account'] : names;
};

interface Level extends Bucket {
  tokens: number;
  atMs: number;
}

/** Full buckets. Not modelled: AWS takes a token even for a call that it refuses for another reason; so does this. */
export const createBudgets = (
  clock: VirtualClock,
  enabled: boolean,
): { budgets: Budgets; take: (action: Action) => boolean } => {
  const levels = new Map<BucketName, Level>();
  const fill = (bucket: Bucket): Level => ({ ...bucket, tokens: bucket.burst, atMs: clock.nowMs() });
  const levelOf = (name: BucketName): Level => {
    const level = levels.get(name) ?? fill(BUCKETS[name]);
    levels.set(name, level);
    const nowMs = clock.nowMs();
    level.tokens = Math.min(level.burst, level.tokens + ((nowMs - level.atMs) / 1000) * level.perSecond);
    level.atMs = nowMs;
    return level;
  };
  const budgets: Budgets = {
    enabled,
    set: (name, bucket) => {
      levels.set(name, fill(bucket));
    },
    use: (name, calls) => {
      const level = levelOf(name);
      level.tokens = Math.max(0, level.tokens - calls);
    },
    left: (name) => Math.floor(levelOf(name).tokens),
  };
  return {
    budgets,
    take: (action) => {
      if (!budgets.enabled) return true;
      const wanted = bucketsOf(action).map(levelOf);
      if (wanted.some((level) => level.tokens < 1)) return false;
      for (const level of wanted) level.tokens -= 1;
      return true;
    },
  };
};
