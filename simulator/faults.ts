import { type AwsError, broken, denied, throttled, unanswered } from './errors.ts';
import type { Random } from './random.ts';
import type { Action, InputOf } from './shapes.ts';

/** What goes wrong: a well-known failure, an error of your own, or `lost`: the call takes effect and its answer is lost. */
export type Failure = 'throttled' | 'denied' | 'broken' | 'unanswered' | 'lost' | AwsError;

/** A fault that waits for calls. */
export interface FaultPlan<A extends Action> {
  readonly action: A;
  /** Left out: the call only takes `latencyMs`. */
  readonly failure?: Failure;
  /** Lets this many matching calls through first: `after: 2` on a listing fails its page 3. Default 0. */
  readonly after?: number;
  /** Strikes this often, then never again. Default: always. */
  readonly times?: number;
  /** Strikes with this probability (seeded). Default 1. */
  readonly probability?: number;
  /** Strikes only calls like this. */
  readonly when?: (input: InputOf<A>) => boolean;
  /** Virtual milliseconds that the call takes before it is judged. */
  readonly latencyMs?: number;
}

/** A fault in place. */
export interface Fault {
  /** How often it struck. */
  readonly hits: number;
  remove(): void;
}

/** What a hook may do: anything, before the call is judged or after it took effect; the call waits for it. */
export type Hook<A extends Action> = (input: InputOf<A>) => void | Promise<void>;

/** Programmable trouble. */
export interface Faults {
  add<A extends Action>(plan: FaultPlan<A>): Fault;
  /** Runs before every such call reaches the world. Returns how to take it away. */
  before<A extends Action>(action: A, hook: Hook<A>): () => void;
  /** Runs after every such call took effect and before its caller hears of it. */
  after<A extends Action>(action: A, hook: Hook<A>): () => void;
  clear(): void;
}

/** What a call meets. */
export interface Meeting {
  readonly latencyMs: number;
  /** Thrown instead of carrying the call out. */
  readonly error?: AwsError;
  /** Thrown after carrying the call out. */
  readonly lost?: AwsError;
}

/** What the calls ask of the plan. */
export interface FaultJudge {
  meet<A extends Action>(action: A, input: InputOf<A>): Meeting;
  runBefore<A extends Action>(action: A, input: InputOf<A>): Promise<void>;
  runAfter<A extends Action>(action: A, input: InputOf<A>): Promise<void>;
}

interface Standing<A extends Action> {
  readonly plan: FaultPlan<A>;
  seen: number;
  hits: number;
}

/** What is planned for the calls of one action. */
interface Desk<A extends Action> {
  plans: Standing<A>[];
  before: Hook<A>[];
  after: Hook<A>[];
}

type Desks = { readonly [A in Action]: Desk<A> };

const desk = () => ({ plans: [], before: [], after: [] });

const emptyDesks = (): Desks => ({
  'ecs:ListClusters': desk(),
  'ecs:ListTasks': desk(),
  'ecs:DescribeTasks': desk(),
  'ecs:DescribeTaskDefinition': desk(),
  'ecs:RegisterTaskDefinition': desk(),
  'ecs:DescribeContainerInstances': desk(),
  'ecs:ListContainerInstances': desk(),
  'ecs:ListServices': desk(),
  'ecs:DescribeServices': desk(),
  'ecs:DescribeServiceRevisions': desk(),
  'ecs:StopTask': desk(),
  'ecs:UpdateContainerInstancesState': desk(),
  'ecs:UpdateService': desk(),
  'ecs:TagResource': desk(),
  'ecs:UntagResource': desk(),
  'application-autoscaling:DescribeScalableTargets': desk(),
  'application-autoscaling:DescribeScalingPolicies': desk(),
  'application-autoscaling:DescribeScheduledActions': desk(),
  'application-autoscaling:RegisterScalableTarget': desk(),
  'application-autoscaling:DeregisterScalableTarget': desk(),
  'application-autoscaling:PutScalingPolicy': desk(),
  'application-autoscaling:DeleteScalingPolicy': desk(),
  'application-autoscaling:PutScheduledAction': desk(),
  'application-autoscaling:DeleteScheduledAction': desk(),
  'application-autoscaling:ListTagsForResource': desk(),
  'application-autoscaling:TagResource': desk(),
  'application-autoscaling:UntagResource': desk(),
  'cloudtrail:LookupEvents': desk(),
  'logs:FilterLogEvents': desk(),
  'elasticloadbalancing:DescribeTargetGroups': desk(),
  'elasticloadbalancing:DescribeTargetHealth': desk(),
  'elasticloadbalancing:DescribeTargetGroupAttributes': desk(),
  'elasticloadbalancing:DescribeTags': desk(),
  'elasticloadbalancing:RegisterTargets': desk(),
  'elasticloadbalancing:DeregisterTargets': desk(),
  'elasticloadbalancing:AddTags': desk(),
  'elasticloadbalancing:RemoveTags': desk(),
  'tag:GetResources': desk(),
  'ec2:DescribeSubnets': desk(),
  'ec2:DescribeNetworkInterfaces': desk(),
  'ec2:DescribeInstances': desk(),
  'ec2:DescribeTags': desk(),
  'autoscaling:DescribeAutoScalingGroups': desk(),
  'codedeploy:ListApplications': desk(),
  'codedeploy:BatchGetApplications': desk(),
  'codedeploy:ListDeploymentGroups': desk(),
  'codedeploy:BatchGetDeploymentGroups': desk(),
  'events:PutEvents': desk(),
  'events:DescribeRule': desk(),
  'events:EnableRule': desk(),
  'events:DisableRule': desk(),
  'lambda:ListEventSourceMappings': desk(),
  'lambda:UpdateEventSourceMapping': desk(),
  'sqs:ListQueueTags': desk(),
  'sqs:TagQueue': desk(),
  'sqs:UntagQueue': desk(),
  'sqs:SendMessageBatch': desk(),
  'sqs:GetQueueUrl': desk(),
  'sqs:GetQueueAttributes': desk(),
  'sqs:ReceiveMessage': desk(),
  'sqs:DeleteMessageBatch': desk(),
  'sqs:ChangeMessageVisibilityBatch': desk(),
  'elasticbeanstalk:DescribeEnvironments': desk(),
  'elasticbeanstalk:DescribeConfigurationSettings': desk(),
  'iam:ListAttachedRolePolicies': desk(),
  'iam:ListRolePolicies': desk(),
  'iam:GetRolePolicy': desk(),
  'iam:GetPolicy': desk(),
  'iam:GetPolicyVersion': desk(),
  'cloudwatch:GetMetricData': desk(),
  's3:GetObject': desk(),
  's3:PutObject': desk(),
});

const errorOf = (failure: Exclude<Failure, 'lost'>, action: Action): AwsError => {
  if (failure === 'throttled') return throttled(action);
  if (failure === 'denied') return denied(action);
  if (failure === 'broken') return broken(action);
  if (failure === 'unanswered') return unanswered();
  return failure;
};

/** A fault plan without faults. Not modelled: faults by caller; every client of the world meets the same ones. */
export const createFaults = (random: Random): { faults: Faults; judge: FaultJudge } => {
  let desks = emptyDesks();

  const strikes = <A extends Action>(standing: Standing<A>, input: InputOf<A>): boolean => {
    const { plan } = standing;
    if (plan.when && !plan.when(input)) return false;
    standing.seen++;
    if (standing.seen <= (plan.after ?? 0)) return false;
    if (standing.hits >= (plan.times ?? Number.POSITIVE_INFINITY)) return false;
    if (!random.chance(plan.probability ?? 1)) return false;
    standing.hits++;
    return true;
  };

  return {
    faults: {
      add: <A extends Action>(plan: FaultPlan<A>): Fault => {
        const own: Desk<A> = desks[plan.action];
        const standing: Standing<A> = { plan, seen: 0, hits: 0 };
        own.plans.push(standing);
        return {
          get hits() {
            return standing.hits;
          },
          remove: () => {
            own.plans = own.plans.filter((other) => other !== standing);
          },
        };
      },
      before: <A extends Action>(action: A, hook: Hook<A>) => {
        const own: Desk<A> = desks[action];
        own.before.push(hook);
        return () => {
          own.before = own.before.filter((other) => other !== hook);
        };
      },
      after: <A extends Action>(action: A, hook: Hook<A>) => {
        const own: Desk<A> = desks[action];
        own.after.push(hook);
        return () => {
          own.after = own.after.filter((other) => other !== hook);
        };
      },
      clear: () => {
        desks = emptyDesks();
      },
    },
    judge: {
      meet: <A extends Action>(action: A, input: InputOf<A>): Meeting => {
        const own: Desk<A> = desks[action];
        let latencyMs = 0;
        for (const standing of own.plans) {
          if (!strikes(standing, input)) continue;
          latencyMs += standing.plan.latencyMs ?? 0;
          const { failure } = standing.plan;
          if (failure === 'lost') return { latencyMs, lost: unanswered() };
          if (failure) return { latencyMs, error: errorOf(failure, action) };
        }
        return { latencyMs };
      },
      runBefore: async <A extends Action>(action: A, input: InputOf<A>) => {
        const own: Desk<A> = desks[action];
        for (const hook of [...own.before]) await hook(input);
      },
      runAfter: async <A extends Action>(action: A, input: InputOf<A>) => {
        const own: Desk<A> = desks[action];
        for (const hook of [...own.after]) await hook(input);
      },
    },
  };
};
