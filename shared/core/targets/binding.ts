import type { Mode } from '../outcome.ts';

/** What a target group's tags name: whose tasks belong into it. */
export type Workload =
  | { readonly kind: 'service'; readonly cluster: string; readonly service: string }
  | { readonly kind: 'family'; readonly cluster: string; readonly family: string }
  | { readonly kind: 'beanstalk'; readonly environment: string };

/** Identity of a workload, readable: `service production/checkout`. */
export const workloadKeyOf = (workload: Workload): string => {
  switch (workload.kind) {
    case 'service':
      return `service ${workload.cluster}/${workload.service}`;
    case 'family':
      return `family ${workload.cluster}/${workload.family}`;
    case 'beanstalk':
      return `beanstalk ${workload.environment}`;
  }
};

/** What the tags of a target group ask for; see the contract's table of tags. */
export interface Wiring {
  /** At least one, all of one kind. */
  readonly workloads: readonly Workload[];
  readonly container?: string;
  readonly port?: number;
  /** `observe` also while the group is paused. */
  readonly mode: Mode;
  /** The group is paused, since when its tag tells one (epoch milliseconds). Nothing in it is changed. */
  readonly paused?: { readonly sinceMs?: number };
  readonly targets: 'shared' | 'exclusive';
  readonly zone: 'auto' | 'all';
}

/** A target group as Elastic Load Balancing describes it. */
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  /** instance, ip, lambda, alb; an open set. */
  readonly targetType: string;
  /** HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, GENEVE, QUIC, TCP_QUIC; `undefined` for lambda. */
  readonly protocol?: string;
  readonly port?: number;
  readonly vpcId?: string;
  readonly ipAddressType: 'ipv4' | 'ipv6';
  /** Load balancers that send to it, as of the look; AWS allows one. */
  readonly loadBalancerArns?: readonly string[];
}

/** A target group that Taskwire may fill. */
export interface BoundGroup extends TargetGroup {
  readonly targetType: 'ip' | 'instance';
  readonly protocol: string;
  readonly port: number;
  readonly vpcId: string;
}

/** A target group together with what its tags ask for, found to be right. */
export interface Binding {
  readonly group: BoundGroup;
  readonly wiring: Wiring;
}
