import type { TargetGroupRecord } from './state.ts';

export interface TargetGroupsOptions {
  /** How long a new target is `initial`. Default 10,000. */
  readonly initialMs?: number;
  /**
   * What registering a draining target does. `refuse` (default): the call succeeds, the target goes on draining and is
   * gone when its delay is over. `rejoin`: it is `initial` again at once.
   */
  readonly drainingTarget?: 'refuse' | 'rejoin';
}

export interface TargetGroupSpec {
  readonly name: string;
  /** Default ip. */
  readonly targetType?: string;
  /** Default HTTP; `null` for none. */
  readonly protocol?: string | null;
  /** Default 80. */
  readonly port?: number;
  readonly vpcId?: string;
  /** Default ipv4. */
  readonly ipAddressType?: 'ipv4' | 'ipv6';
  readonly tags?: Readonly<Record<string, string>>;
  /** Deregistration delay. Default 300. */
  readonly delaySeconds?: number;
  /** Attached to a listener; default true. */
  readonly attached?: boolean;
  /** Default 1,000. */
  readonly quota?: number;
}

/** Target groups of Elastic Load Balancing. */
export interface TargetGroupsWorld {
  /** By ARN, deleted ones too. */
  readonly groups: ReadonlyMap<string, TargetGroupRecord>;
  add(spec: TargetGroupSpec): TargetGroupRecord;
  /** Sets tags and sends `Tag Change on Resource`. */
  tag(arn: string, tags: Readonly<Record<string, string>>): void;
  /** Takes tags away and sends `Tag Change on Resource`. */
  untag(arn: string, keys: readonly string[]): void;
  /** The group is gone from Elastic Load Balancing; the tagging API tells it as long as `stillTagged`. */
  delete(arn: string, options?: { readonly stillTagged?: boolean }): void;
  /** Puts a target in, as a person or another tool would; no checks, no call counted. */
  put(arn: string, target: { readonly id: string; readonly port: number; readonly zone?: string }): void;
  /** Takes a target out, without draining. */
  drop(arn: string, target: { readonly id: string; readonly port: number }): void;
  /** Fixes the health that is told for a target; `undefined` lets it follow the world again. */
  force(arn: string, target: { readonly id: string; readonly port: number }, state: string | undefined): void;
  /** The targets now with their states, no call counted. */
  targetsOf(
    arn: string,
  ): readonly { readonly id: string; readonly port: number; readonly zone?: string; readonly state: string }[];
}
