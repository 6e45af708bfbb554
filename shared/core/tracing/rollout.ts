/** One deployment of a service by ECS's own controller. */
export interface Deployment {
  /** `ecs-svc/…` */
  readonly id: string;
  /** PRIMARY: the newest; ACTIVE: an older one that still has tasks, or has just failed. An open set. */
  readonly status: string;
  /** ARN of the revision. */
  readonly taskDefinition: string;
  /** IN_PROGRESS, COMPLETED, FAILED; ECS tells none behind a Classic Load Balancer. */
  readonly state?: string;
  /** ECS's words about the state. */
  readonly reason?: string;
  /** Tasks that did not come to run; ECS counts them until one does. */
  readonly failedTasks: number;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
}

/** A service with what a change of its task definition needs to know. */
export interface DeployedService {
  readonly serviceArn: string;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly name: string;
  /** ACTIVE, DRAINING; an open set. */
  readonly status: string;
  /** ECS, CODE_DEPLOY, EXTERNAL; an open set. */
  readonly controller: string;
  /** REPLICA, DAEMON. */
  readonly strategy: string;
  readonly onFargate: boolean;
  /** BLUE_GREEN, LINEAR, CANARY: traffic is shifted in steps, and ECS bakes each as long as the service says. */
  readonly inStages: boolean;
  /** ARN of the revision that is wanted now: of the PRIMARY task set where there are any. `undefined`: of none. */
  readonly taskDefinition?: string;
  /** The newest first. Empty for CODE_DEPLOY and EXTERNAL. */
  readonly deployments: readonly Deployment[];
  readonly tags: Readonly<Record<string, string>>;
}

/** How far the newest deployment of a service has come. */
export type RolloutStage = 'steady' | 'under way' | 'failed';

/** Failed tasks that end a deployment, as ECS's circuit breaker counts them; at most 200. */
export const failuresThatEnd = (desired: number): number => Math.min(200, Math.max(3, Math.ceil(desired / 2)));

/**
 * Where the newest deployment stands. Without a circuit breaker ECS goes on starting tasks that fail for good: that is
 * failed, too, by the circuit breaker's own threshold.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export const stageOf = ({ deployments }: Pick<DeployedService, 'deployments'>): RolloutStage => {
  const [primary, ...older] = deployments;
  if (primary === undefined) return 'steady';
  switch (primary.state) {
    case 'COMPLETED':
      return 'steady';
    case 'FAILED':
      return 'failed';
    default: {
      if (primary.failedTasks >= failuresThatEnd(primary.desired)) return 'failed';
      if (primary.state !== undefined) return 'under way';
      const others = older.some(({ running, pending }) => running + pending > 0);
      return !others && primary.running === primary.desired && primary.pending === 0 ? 'steady' : 'under way';
    }
  }
};
