import type { VirtualClock } from './clock.ts';
import { type AwsError, denied } from './errors.ts';

/** A function of Lambda. */
export interface FunctionRecord {
  readonly name: string;
  readonly role: string;
  state: string;
  readonly env: Map<string, string>;
}

/** What `Deployed` can be asked, by the calls that would ask it. */
type DeployedAction =
  | 'sts:GetCallerIdentity'
  | 'lambda:GetFunctionConfiguration'
  | 'lambda:ListFunctions'
  | 'lambda:ListEventSourceMappings'
  | 'lambda:GetAccountSettings'
  | 'events:ListRules'
  | 'events:ListTargetsByRule'
  | 'iam:GetRole'
  | 'iam:SimulatePrincipalPolicy'
  | 'cloudwatch:GetMetricData'
  | 'elasticloadbalancing:DescribeAccountLimits';

/** What goes wrong with the calls of an action. */
export interface DeployedTrouble {
  readonly denied?: boolean;
  readonly latencyMs?: number;
}

/** What is deployed in the account, who looks at it, and what was counted of it; arranged by hand, and only told. */
export interface Deployed {
  /** ARN of who calls. */
  caller: string;
  /** How far AWS's clock is ahead of the one here. */
  clockAheadMs: number;
  /** By name. */
  readonly functions: Map<string, FunctionRecord>;
  /** ARNs of what a rule sends to, by its name; the rules themselves are among the switches. */
  readonly ruleTargets: Map<string, readonly string[]>;
  /** Actions that IAM denies, by ARN of the principal; it allows all others. */
  readonly deniedTo: Map<string, Set<string>>;
  /** What each hour counts, by `namespace metric resource`: `AWS/Lambda Errors taskwire-prod-audit`. */
  readonly figures: Map<string, number>;
  readonly concurrency: { limit: number; unreserved: number };
  /** Of target groups; the world itself holds as many as are added. */
  targetGroupQuota: number;
  readonly trouble: Map<DeployedAction, DeployedTrouble>;
  /** Stands before every call: takes the time of its trouble, then throws it. @throws {AwsError} */
  meet(action: DeployedAction): Promise<AwsError | undefined>;
}

/**
 * Nothing deployed. Not modelled: policies (what is denied is told by hand), pages, values of metrics over time (every
 * hour counts the same), and what any of it does.
 */
export const createDeployed = (clock: VirtualClock, account: string): Deployed => {
  const trouble = new Map<DeployedAction, DeployedTrouble>();
  return {
    caller: `arn:aws:sts::${account}:assumed-role/engineer/somebody`,
    clockAheadMs: 0,
    functions: new Map(),
    ruleTargets: new Map(),
    deniedTo: new Map(),
    figures: new Map(),
    concurrency: { limit: 1_000, unreserved: 900 },
    targetGroupQuota: 3_000,
    trouble,
    meet: async (action) => {
      const { denied: isDenied = false, latencyMs = 0 } = trouble.get(action) ?? {};
      if (latencyMs > 0) await clock.sleep(latencyMs);
      return isDenied ? denied(action) : undefined;
    },
  };
};
