/** What a target group sends traffic to: an address or an EC2 instance id, and a port. */
export interface Target {
  /** IPv4, IPv6 (canonical) or `i-…`. */
  readonly id: string;
  readonly port: number;
  /** Only given for addresses outside the group's VPC; AWS refuses it inside. */
  readonly zone?: 'all';
}

/** A target as DescribeTargetHealth tells it. */
export interface ObservedTarget extends Target {
  /** initial, healthy, unhealthy, unhealthy.draining, unused, draining, unavailable; an open set. */
  readonly state: string;
  readonly reason?: string;
}

/** Identity of a target inside its group: id and port, never the zone that Elastic Load Balancing fills in. */
export const keyOf = (target: { readonly id: string; readonly port: number }): string => `${target.id} ${target.port}`;

/** Both spellings: `unhealthy.draining` is a draining target that failed its checks, not a present one. */
export const isDraining = (target: ObservedTarget): boolean => target.state.endsWith('draining');

/** A target for a person to read: `10.0.1.23:8080`, `[2001:db8::1]:8080`. */
export const textOf = ({ id, port }: Pick<Target, 'id' | 'port'>): string =>
  id.includes(':') ? `[${id}]:${port}` : `${id}:${port}`;
