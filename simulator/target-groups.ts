import { keyOf } from '../shared/core/targets/target.ts';
import { canonicalAddress, isAddress } from '../shared/core/task/address.ts';
import type { Bus } from './bus.ts';
import type { VirtualClock } from './clock.ts';
import { AwsError, invalid, targetGroupNotFound } from './errors.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { ElbTarget } from './shapes.ts';
import type { HealthCheckRecord, TargetGroupRecord, TargetRecord } from './state.ts';

export interface TargetGroupsOptions {
  // Mutable on purpose: a scenario may change how AWS behaves while it runs.
  /** How long a new target is `initial`. Default 10,000. */
  initialMs?: number;
  /**
   * What registering a draining target does. `refuse` (default): the call succeeds, the target goes on draining and is
   * gone when its delay is over. `rejoin`: it is `initial` again at once.
   */
  drainingTarget?: 'refuse' | 'rejoin';
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
  /** Default the traffic port, every 30 s, healthy after 5. */
  readonly healthCheck?: Partial<HealthCheckRecord>;
  /** Attached to a listener; default true. */
  readonly attached?: boolean;
  /** Name of the load balancer whose listener that is. Default: the group's own name. */
  readonly loadBalancer?: string;
  /** Default 1,000. */
  readonly quota?: number;
}

/** Target groups of Elastic Load Balancing. */
export interface TargetGroupsWorld {
  /** May be changed at any time. */
  readonly options: Required<TargetGroupsOptions>;
  /** By ARN, deleted ones too. */
  readonly groups: ReadonlyMap<string, TargetGroupRecord>;
  add(spec: TargetGroupSpec): TargetGroupRecord;
  /** Sets tags and sends `Tag Change on Resource`. */
  tag(arn: string, tags: Readonly<Record<string, string>>): void;
  /** Takes tags away and sends `Tag Change on Resource`. */
  untag(arn: string, keys: readonly string[]): void;
  /** Another load balancer sends to the group; `undefined`: none any more. */
  attach(arn: string, loadBalancer: string | undefined): void;
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

/** A target as DescribeTargetHealth would tell it. */
export interface SeenTarget {
  readonly id: string;
  readonly port: number;
  readonly zone?: string;
  readonly state: string;
  readonly reason?: string;
}

/** What the calls and ECS's own registration do to target groups. */
export interface TargetGroupsInside {
  /** @throws {AwsError} TargetGroupNotFound. */
  existing(arn: string): TargetGroupRecord;
  /** All or nothing, as AWS. @throws {AwsError} */
  register(arn: string, targets: readonly ElbTarget[]): void;
  /** Unknown targets are success. @throws {AwsError} */
  deregister(arn: string, targets: readonly ElbTarget[]): void;
  seen(group: TargetGroupRecord): readonly SeenTarget[];
}

/** Whether something answers on a port of an address or instance of a VPC. */
export type Answers = (targetType: string, vpcId: string | undefined, id: string, port: number) => boolean;

// Where an address outside of the VPC may lie.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html
const PRIVATE = [/^10\./, /^172\.(1[6-9]|2\d|3[01])\./, /^192\.168\./, /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./];

/**
 * No target groups.
 * Not modelled: load balancers, listeners and requests; stickiness; slow start; TooManyRegistrationsForTargetId, and
 * unhealthy.draining, unless a test forces them; health thresholds: a target is healthy as soon as it is no longer
 * initial and a running container listens there, and unhealthy as soon as none does.
 */
export const createTargetGroups = (
  deps: {
    readonly clock: VirtualClock;
    readonly random: Random;
    readonly bus: Bus;
    readonly network: Network;
    readonly account: string;
    readonly region: string;
    readonly answers: Answers;
  },
  { initialMs = 10_000, drainingTarget = 'refuse' }: TargetGroupsOptions,
): { targetGroups: TargetGroupsWorld; inside: TargetGroupsInside } => {
  const { clock, random, bus, network, account, region, answers } = deps;
  const options = { initialMs, drainingTarget };
  const groups = new Map<string, TargetGroupRecord>();

  const known = (arn: string): TargetGroupRecord => {
    const group = groups.get(arn);
    if (!group) throw new Error(`the world has no target group ${arn}`);
    return group;
  };
  const existing = (arn: string): TargetGroupRecord => {
    const group = groups.get(arn);
    if (!group || group.deleted) throw targetGroupNotFound();
    return group;
  };

  /** Takes out what has drained. */
  const lapse = (group: TargetGroupRecord): void => {
    const nowMs = clock.nowMs();
    for (const [key, target] of group.targets) {
      if (target.drainsUntilMs !== undefined && target.drainsUntilMs <= nowMs) group.targets.delete(key);
    }
  };

  const stateOf = (group: TargetGroupRecord, target: TargetRecord): { state: string; reason?: string } => {
    if (target.forced !== undefined) return { state: target.forced };
    if (target.drainsUntilMs !== undefined) return { state: 'draining', reason: 'Target.DeregistrationInProgress' };
    if (!group.attached) return { state: 'unused', reason: 'Target.NotInUse' };
    const ageMs = clock.nowMs() - target.registeredAtMs;
    if (ageMs < options.initialMs) return { state: 'initial', reason: 'Elb.RegistrationInProgress' };
    if (answers(group.targetType, group.vpcId, target.id, target.port)) return { state: 'healthy' };
    return { state: 'unhealthy', reason: 'Target.Timeout' };
  };

  const seen = (group: TargetGroupRecord): readonly SeenTarget[] => {
    lapse(group);
    return [...group.targets.values()].map((target) => ({
      id: target.id,
      port: target.port,
      ...(target.zone && { zone: target.zone }),
      ...stateOf(group, target),
    }));
  };

  const ACTION = 'elasticloadbalancing:RegisterTargets';
  const refuseTarget = (message: string): AwsError =>
    new AwsError('InvalidTargetException', 'InvalidTarget', message, { statusCode: 400 });

  const checkAddress = (group: TargetGroupRecord, { Id: id, AvailabilityZone: zone }: ElbTarget): void => {
    if (!isAddress(id)) throw invalid(ACTION, `The IP address '${id}' is not valid`);
    if (id.includes(':') !== (group.ipAddressType === 'ipv6')) {
      throw invalid(ACTION, `The IP address '${id}' is not valid for the target group's IP address type`);
    }
    const subnet = group.vpcId === undefined ? undefined : network.subnetContaining(group.vpcId, id);
    if (subnet) {
      if (zone !== undefined && zone !== subnet.zone) {
        throw invalid(
          ACTION,
          `The IP address '${id}' is within the VPC, and cannot have its Availability Zone overridden to '${zone}' from '${subnet.zone}'`,
        );
      }
      return;
    }
    if (!id.includes(':') && !PRIVATE.some((block) => block.test(id))) {
      throw refuseTarget(`The IP address '${id}' is not within a range of addresses that can be targets`);
    }
    if (zone === undefined) {
      throw invalid(ACTION, `The Availability Zone is required for IP address '${id}' because it is not in the VPC`);
    }
  };

  const checkInstance = (group: TargetGroupRecord, { Id: id, AvailabilityZone: zone }: ElbTarget): void => {
    const instance = network.instances.get(id);
    if (zone !== undefined) throw invalid(ACTION, `An Availability Zone cannot be given for instance '${id}'`);
    if (!instance) throw refuseTarget(`The following targets do not exist: '${id}'`);
    if (instance.vpcId !== group.vpcId) throw refuseTarget(`The instance '${id}' is not in VPC '${group.vpcId}'`);
    if (instance.state !== 'running') {
      throw refuseTarget(`The following targets are not in a running state and cannot be registered: '${id}'`);
    }
  };

  const identityOf = (group: TargetGroupRecord, target: ElbTarget): { id: string; port: number } => ({
    id: canonicalAddress(target.Id),
    port: target.Port ?? group.port ?? 80,
  });

  const inside: TargetGroupsInside = {
    existing,
    seen,
    register: (arn, targets) => {
      const group = existing(arn);
      if (targets.length === 0) throw invalid(ACTION, 'At least one target must be specified');
      lapse(group);
      for (const target of targets) {
        if (group.targetType === 'instance') checkInstance(group, target);
        else checkAddress(group, target);
      }
      const fresh = new Map(targets.map((target) => [keyOf(identityOf(group, target)), target]));
      const present = [...group.targets.values()].filter((target) => target.drainsUntilMs === undefined);
      const presentKeys = new Set(present.map(keyOf));
      if (present.length + [...fresh.keys()].filter((key) => !presentKeys.has(key)).length > group.quota) {
        throw new AwsError(
          'TooManyTargetsException',
          'TooManyTargets',
          `The maximum number of targets for target group '${group.name}' has been reached`,
          { statusCode: 400 },
        );
      }
      for (const [key, target] of fresh) {
        const before = group.targets.get(key);
        const draining = before?.drainsUntilMs !== undefined;
        if (draining && options.drainingTarget === 'refuse') continue;
        if (before && !draining) {
          delete before.forced;
          continue;
        }
        const identity = identityOf(group, target);
        const zone = target.AvailabilityZone;
        group.targets.set(key, { ...identity, registeredAtMs: clock.nowMs(), ...(zone !== undefined && { zone }) });
      }
    },
    deregister: (arn, targets) => {
      const group = existing(arn);
      lapse(group);
      for (const target of targets) {
        // Without a port AWS takes every port of an instance id out; Taskwire always gives one.
        const keys =
          target.Port === undefined
            ? [...group.targets].filter(([, { id }]) => id === canonicalAddress(target.Id)).map(([key]) => key)
            : [keyOf(identityOf(group, target))];
        for (const key of keys) {
          const present = group.targets.get(key);
          if (!present || present.drainsUntilMs !== undefined) continue;
          if (!group.attached || group.delaySeconds === 0) group.targets.delete(key);
          else {
            delete present.forced;
            present.drainsUntilMs = clock.nowMs() + group.delaySeconds * 1000;
          }
        }
      }
    },
  };

  const tellTags = (group: TargetGroupRecord, keys: readonly string[]): void => {
    bus.send({
      source: 'aws.tag',
      detailType: 'Tag Change on Resource',
      resources: [group.arn],
      detail: {
        'changed-tag-keys': keys,
        service: 'elasticloadbalancing',
        'resource-type': 'targetgroup',
        version: group.tags.size + keys.length,
        tags: Object.fromEntries(group.tags),
      },
    });
  };

  /** An Application Load Balancer for HTTP and HTTPS, a Network Load Balancer otherwise. */
  const balancerArn = (name: string, protocol: string | null | undefined): string =>
    `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${protocol?.startsWith('HTTP') ? 'app' : 'net'}/${name}/0123456789abcdef`;

  const targetOf = (arn: string, target: { readonly id: string; readonly port: number }): TargetRecord => {
    const found = known(arn).targets.get(keyOf(target));
    if (!found) throw new Error(`${arn} has no target ${keyOf(target)}`);
    return found;
  };

  const targetGroups: TargetGroupsWorld = {
    options,
    groups,
    add: (spec) => {
      const { name, targetType = 'ip', protocol = 'HTTP', port = 80, vpcId, ipAddressType = 'ipv4' } = spec;
      const group: TargetGroupRecord = {
        arn: `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${name}/${random.hex(16)}`,
        name,
        targetType,
        ...(protocol !== null && targetType !== 'lambda' && { protocol, port }),
        ...(vpcId !== undefined && { vpcId }),
        ipAddressType,
        tags: new Map(Object.entries(spec.tags ?? {})),
        targets: new Map(),
        delaySeconds: spec.delaySeconds ?? 300,
        healthCheck: {
          port: 'traffic-port',
          protocol: protocol ?? 'HTTP',
          intervalSeconds: 30,
          healthyThreshold: 5,
          ...spec.healthCheck,
        },
        attached: spec.attached ?? true,
        loadBalancerArn: balancerArn(spec.loadBalancer ?? name, protocol),
        quota: spec.quota ?? 1000,
        deleted: false,
      };
      groups.set(group.arn, group);
      return group;
    },
    tag: (arn, tags) => {
      const group = known(arn);
      for (const [key, value] of Object.entries(tags)) group.tags.set(key, value);
      tellTags(group, Object.keys(tags));
    },
    untag: (arn, keys) => {
      const group = known(arn);
      for (const key of keys) group.tags.delete(key);
      tellTags(group, keys);
    },
    attach: (arn, loadBalancer) => {
      const group = known(arn);
      group.attached = loadBalancer !== undefined;
      if (loadBalancer !== undefined) group.loadBalancerArn = balancerArn(loadBalancer, group.protocol);
    },
    delete: (arn, { stillTagged = false } = {}) => {
      const group = known(arn);
      group.deleted = true;
      group.targets.clear();
      if (!stillTagged) group.tags.clear();
    },
    put: (arn, { id, port, zone }) => {
      const target = { id, port, registeredAtMs: clock.nowMs(), ...(zone !== undefined && { zone }) };
      known(arn).targets.set(keyOf(target), target);
    },
    drop: (arn, target) => {
      known(arn).targets.delete(keyOf(target));
    },
    force: (arn, target, state) => {
      const found = targetOf(arn, target);
      if (state === undefined) delete found.forced;
      else found.forced = state;
    },
    targetsOf: (arn) => seen(known(arn)),
  };
  return { targetGroups, inside };
};
