import { parseArn } from '../shared/core/task/arn.ts';
import { type Bus, uuid } from './bus.ts';
import type { Timer, VirtualClock } from './clock.ts';
import type { Random } from './random.ts';
import {
  invalidScaling,
  noAccessToAlarms,
  noScalableTarget,
  noScalingPolicy,
  noScheduledAction,
  noServiceLinkedRole,
  noTaggedTarget,
  scalingLimit,
  tooManyTags,
} from './scaling-errors.ts';
import type { AasSuspendedState, AasTrackingConfiguration } from './shapes.ts';
import type { ScalableTargetRecord, ScalingPolicyRecord, ScheduledActionRecord, ServiceRecord } from './state.ts';
import { type MetricValue, track, trackedMetricOf } from './target-tracking.ts';
import { isZone, type Timetable, timetableOf } from './timetable.ts';

/** What of a scalable target to write; what is left out stays. */
export interface TargetSpec {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly suspended?: AasSuspendedState | undefined;
  /** Only where the target is new. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface PolicySpec {
  readonly name: string;
  /** Of a target-tracking policy. */
  readonly tracking?: AasTrackingConfiguration | undefined;
  /** Of a step scaling policy; it is told and does nothing. */
  readonly step?: object | undefined;
}

export interface ScheduleSpec {
  readonly name: string;
  /** `at(…)`, `rate(…)`, `cron(…)`. */
  readonly schedule?: string | undefined;
  /** IANA name; default UTC. */
  readonly timezone?: string | undefined;
  /** Epoch seconds. */
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** A change of a desired count by Application Auto Scaling. */
export interface ScalingActivity {
  readonly atMs: number;
  readonly resourceId: string;
  readonly cause: 'target registered' | 'schedule' | 'policies';
  readonly from: number;
  readonly to: number;
}

/**
 * Application Auto Scaling of ECS services. What changes something does so as a person would with the console: no call
 * is counted, and AWS's errors are thrown. A service is named by its ARN, `cluster/service` or its resource id.
 */
export interface ScalingWorld {
  /** By resource id. */
  readonly targets: ReadonlyMap<string, ScalableTargetRecord>;
  /** Every change of a desired count, oldest first. */
  readonly activities: readonly ScalingActivity[];
  /** The service-linked role is there, or the callers may create it. May be changed at any time. */
  serviceLinkedRole: boolean;
  /** Registers a scalable target, or updates it; either pulls the desired count into the bounds, whatever was updated. */
  register(service: string, spec: TargetSpec): ScalableTargetRecord;
  /** Takes its policies and schedules along. */
  deregister(service: string): void;
  putPolicy(service: string, spec: PolicySpec): ScalingPolicyRecord;
  deletePolicy(service: string, name: string): void;
  /** Of an existing one, begin and end are gone where they are left out; the rest stays. */
  putSchedule(service: string, spec: ScheduleSpec): ScheduledActionRecord;
  deleteSchedule(service: string, name: string): void;
  /** Sets tags and sends `Tag Change on Resource`. */
  tag(targetArn: string, tags: Readonly<Record<string, string>>): void;
  untag(targetArn: string, keys: readonly string[]): void;
  /**
   * What a metric of a service measures from now on, a datapoint a minute.
   * @param metric A predefined metric's name, or the name of a customised one.
   * @param value `(running) => load / running` for a load that the tasks share; `undefined`: no data any more.
   */
  setMetric(service: string, metric: string, value: MetricValue | undefined): void;
}

/** What the calls need to know besides. */
export interface ScalingInside {
  /** @throws {AwsError} ResourceNotFoundException. */
  byArn(arn: string): ScalableTargetRecord;
}

const MOST_TARGETS = 3_000;
const MOST_POLICIES = 50;
const MOST_SCHEDULES = 200;
const MOST_TAGS = 50;
const DATAPOINT_MS = 60_000;
const FREE = { scaleIn: false, scaleOut: false, scheduled: false };
/** As the SDK's model tells them. */
const REQUESTS = 'ALBRequestCountPerTarget';
const PREDEFINED = new Set([
  'ECSServiceAverageCPUUtilization',
  'ECSServiceAverageMemoryUtilization',
  'ECSServiceAverageCPUUtilizationHighResolution',
  'ECSServiceAverageMemoryUtilizationHighResolution',
  REQUESTS,
]);

/** `service/<cluster>/<service>` of an ARN in the long format, of `<cluster>/<service>`, or of itself. */
const resourceIdOf = (service: string): string => {
  const name = parseArn(service)?.resource ?? service;
  return name.startsWith('service/') ? name : `service/${name}`;
};

/** What two policies may not share; a metric expression is compared as a whole. */
const metricKeyOf = ({ PredefinedMetricSpecification, CustomizedMetricSpecification }: AasTrackingConfiguration) =>
  JSON.stringify(PredefinedMetricSpecification ?? CustomizedMetricSpecification);

/** The tail of a target group's ARN that stands in a resource label. */
const labelOf = (targetGroupArn: string): string => targetGroupArn.slice(targetGroupArn.indexOf(':targetgroup/') + 1);

/**
 * No scalable targets. Registering a new one pulls the desired count into its bounds as every update does.
 * Not modelled: other namespaces than `ecs`; scaling activities as a call and as events; the seconds that a jump into
 * the bounds takes, and those in which other calls do not know a new scalable target yet; what becomes of a scalable
 * target whose service is deleted (here it stays, and does nothing); predictive scaling. A one-time schedule is told on
 * after it struck, which AWS does not document. A missing service-linked role refuses targets with AWS's words for a
 * role that it cannot assume, and policies with `FailedResourceAccessException`.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export const createScaling = (deps: {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly bus: Bus;
  readonly account: string;
  readonly region: string;
  /** By ARN. */
  readonly services: ReadonlyMap<string, ServiceRecord>;
  readonly runningOf: (service: ServiceRecord) => number;
  readonly scale: (service: ServiceRecord, desiredCount: number) => void;
}): { scaling: ScalingWorld; inside: ScalingInside } => {
  const { clock, random, bus, account, region, services, runningOf, scale } = deps;
  const targets = new Map<string, ScalableTargetRecord>();
  const activities: ScalingActivity[] = [];
  const metrics = new Map<string, Map<string, MetricValue>>();
  const strikes = new Map<ScheduledActionRecord, Timer>();
  const watched = new Set<string>();
  const lastOut = new Map<string, { atMs: number; to: number }>();
  const lastInMs = new Map<string, number>();

  const roleArn = `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`;

  const serviceOf = (resourceId: string): ServiceRecord | undefined => {
    const [, cluster, name] = resourceId.split('/');
    const service = services.get(`arn:aws:ecs:${region}:${account}:service/${cluster}/${name}`);
    return service?.status === 'ACTIVE' ? service : undefined;
  };
  const existing = (service: string): ScalableTargetRecord => {
    const resourceId = resourceIdOf(service);
    const target = targets.get(resourceId);
    if (!target) throw noScalableTarget(resourceId);
    return target;
  };
  const byArn = (arn: string): ScalableTargetRecord => {
    const target = [...targets.values()].find((other) => other.arn === arn);
    if (!target) throw noTaggedTarget(arn);
    return target;
  };

  const move = ({ resourceId }: ScalableTargetRecord, to: number, cause: ScalingActivity['cause']): void => {
    const service = serviceOf(resourceId);
    if (!service || service.desiredCount === to) return;
    activities.push({ atMs: clock.nowMs(), resourceId, cause, from: service.desiredCount, to });
    scale(service, to);
  };
  const pull = (target: ScalableTargetRecord, cause: ScalingActivity['cause']): void => {
    const desired = serviceOf(target.resourceId)?.desiredCount ?? 0;
    move(target, Math.min(target.max, Math.max(target.min, desired)), cause);
  };

  const checkBounds = (min: number | undefined, max: number | undefined): void => {
    for (const bound of [min, max]) {
      if (bound !== undefined && (!Number.isInteger(bound) || bound < 0)) {
        throw invalidScaling('Minimum and maximum capacity must be whole numbers of at least 0');
      }
    }
    if (min !== undefined && max !== undefined && min > max) {
      throw invalidScaling('Maximum capacity cannot be less than minimum capacity');
    }
  };

  const create = (resourceId: string, { min, max, tags = {} }: TargetSpec): ScalableTargetRecord => {
    if (min === undefined || max === undefined) {
      throw invalidScaling('Both minimum and maximum capacity are required for a new scalable target');
    }
    if (targets.size >= MOST_TARGETS) throw scalingLimit(`Maximum number of scalable targets is ${MOST_TARGETS}`);
    const target: ScalableTargetRecord = {
      arn: `arn:aws:application-autoscaling:${region}:${account}:scalable-target/0ec5${random.hex(32)}`,
      resourceId,
      createdAtMs: clock.nowMs(),
      min,
      max,
      suspended: FREE,
      tags: new Map(Object.entries(tags)),
      policies: new Map(),
      schedules: new Map(),
    };
    targets.set(resourceId, target);
    return target;
  };

  const register: ScalingWorld['register'] = (service, spec) => {
    const resourceId = resourceIdOf(service);
    if (!serviceOf(resourceId)) throw invalidScaling(`ECS service doesn't exist: ${resourceId}`);
    if (!scaling.serviceLinkedRole) throw noServiceLinkedRole(roleArn);
    const before = targets.get(resourceId);
    checkBounds(spec.min ?? before?.min, spec.max ?? before?.max);
    if (before && Object.keys(spec.tags ?? {}).length > 0) {
      throw invalidScaling('Tags cannot be given for an existing scalable target; use TagResource');
    }
    const target = before ?? create(resourceId, spec);
    target.min = spec.min ?? target.min;
    target.max = spec.max ?? target.max;
    if (spec.suspended) {
      target.suspended = {
        scaleIn: spec.suspended.DynamicScalingInSuspended ?? false,
        scaleOut: spec.suspended.DynamicScalingOutSuspended ?? false,
        scheduled: spec.suspended.ScheduledScalingSuspended ?? false,
      };
    }
    pull(target, 'target registered');
    return target;
  };

  const measure = (target: ScalableTargetRecord): void => {
    const service = serviceOf(target.resourceId);
    if (!service) return;
    const running = runningOf(service);
    const desired = service.desiredCount;
    const [newest, ...older] = service.deployments;
    const nowMs = clock.nowMs();
    const own = metrics.get(target.resourceId);
    const to = track({
      target,
      desired,
      running,
      deploying: service.controller !== 'EXTERNAL' && (older.length > 0 || newest?.rolloutState === 'IN_PROGRESS'),
      measured: (policy) => {
        const value = own?.get(trackedMetricOf(policy) ?? '');
        return typeof value === 'function' ? value(running) : value;
      },
      lastOut: lastOut.get(target.resourceId),
      lastInMs: lastInMs.get(target.resourceId),
      nowMs,
    });
    if (to === undefined) return;
    if (to > desired) lastOut.set(target.resourceId, { atMs: nowMs, to });
    else lastInMs.set(target.resourceId, nowMs);
    move(target, to, 'policies');
  };

  /** A datapoint a minute, as long as there is any data. */
  const watch = (resourceId: string): void => {
    if (watched.has(resourceId)) return;
    watched.add(resourceId);
    const next = () => {
      clock.after(DATAPOINT_MS, () => {
        const target = targets.get(resourceId);
        if (target) measure(target);
        if ((metrics.get(resourceId)?.size ?? 0) > 0) next();
        else watched.delete(resourceId);
      });
    };
    next();
  };

  const cancel = (action: ScheduledActionRecord | undefined): void => {
    if (!action) return;
    strikes.get(action)?.cancel();
    strikes.delete(action);
  };

  const awaitStrike = (target: ScalableTargetRecord, action: ScheduledActionRecord, timetable: Timetable): void => {
    const fromMs = Math.max(clock.nowMs(), (action.startTime ?? 0) * 1000 - 1);
    const nextMs = timetable.next(fromMs);
    if (nextMs === undefined || nextMs > (action.endTime ?? Number.POSITIVE_INFINITY) * 1000) return;
    strikes.set(
      action,
      clock.at(nextMs, () => {
        strike(target, action);
        awaitStrike(target, action, timetable);
      }),
    );
  };

  const strike = (target: ScalableTargetRecord, action: ScheduledActionRecord): void => {
    const min = action.min ?? target.min;
    const max = action.max ?? target.max;
    // An action that would turn the bounds around fails, and changes nothing.
    if (target.suspended.scheduled || min > max) return;
    target.min = min;
    target.max = max;
    pull(target, 'schedule');
  };

  const tellTags = (target: ScalableTargetRecord, keys: readonly string[]): void => {
    bus.send({
      source: 'aws.tag',
      detailType: 'Tag Change on Resource',
      resources: [target.arn],
      detail: {
        'changed-tag-keys': keys,
        service: 'application-autoscaling',
        'resource-type': 'scalable-target',
        version: target.tags.size + keys.length,
        tags: Object.fromEntries(target.tags),
      },
    });
  };

  const checkTracking = (target: ScalableTargetRecord, { name, tracking }: PolicySpec): void => {
    if (!tracking) return;
    const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = tracking;
    if ((predefined === undefined) === (customized === undefined)) {
      throw invalidScaling('Exactly one of a predefined and a customized metric specification must be given');
    }
    if (!(tracking.TargetValue > 0)) throw invalidScaling('The target value must be greater than 0');
    if (predefined && !PREDEFINED.has(predefined.PredefinedMetricType)) {
      throw invalidScaling(
        `Predefined metric type ${predefined.PredefinedMetricType} is not valid for ecs:service:DesiredCount`,
      );
    }
    if (predefined?.PredefinedMetricType === REQUESTS) {
      const label = predefined.ResourceLabel ?? '';
      const groups = serviceOf(target.resourceId)?.loadBalancers.map(({ targetGroupArn = '' }) => targetGroupArn) ?? [];
      if (!/^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/.test(label)) {
        throw invalidScaling(`Resource label should be specified for predefined metric type ${REQUESTS}`);
      }
      if (!groups.some((arn) => label.endsWith(`/${labelOf(arn)}`))) {
        throw invalidScaling(`Target group of ${label} is not attached to ${target.resourceId}`);
      }
    }
    const key = metricKeyOf(tracking);
    const rival = [...target.policies.values()].find(
      (other) => other.name !== name && other.tracking && metricKeyOf(other.tracking) === key,
    );
    if (rival) {
      throw invalidScaling('Only one TargetTrackingScaling policy for a given metric specification is allowed.');
    }
  };

  const scaling: ScalingWorld = {
    targets,
    activities,
    serviceLinkedRole: true,
    register,
    deregister: (service) => {
      const target = existing(service);
      for (const action of target.schedules.values()) cancel(action);
      targets.delete(target.resourceId);
      lastOut.delete(target.resourceId);
      lastInMs.delete(target.resourceId);
    },
    putPolicy: (service, spec) => {
      const target = existing(service);
      if (!scaling.serviceLinkedRole) throw noAccessToAlarms();
      if ((spec.tracking === undefined) === (spec.step === undefined)) {
        throw invalidScaling('The policy needs the configuration of its type, and no other');
      }
      checkTracking(target, spec);
      const before = target.policies.get(spec.name);
      if (!before && target.policies.size >= MOST_POLICIES) {
        throw scalingLimit(`Maximum number of scaling policies for a scalable target is ${MOST_POLICIES}`);
      }
      const policy: ScalingPolicyRecord = {
        arn:
          before?.arn ??
          `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${uuid(random)}:resource/ecs/${target.resourceId}:policyName/${spec.name}`,
        name: spec.name,
        createdAtMs: before?.createdAtMs ?? clock.nowMs(),
        policyType: spec.tracking ? 'TargetTrackingScaling' : 'StepScaling',
        ...(spec.tracking && { tracking: spec.tracking }),
        ...(spec.step && { step: spec.step }),
        high: 0,
        low: 0,
      };
      target.policies.set(spec.name, policy);
      return policy;
    },
    deletePolicy: (service, name) => {
      const target = targets.get(resourceIdOf(service));
      if (!target?.policies.delete(name)) throw noScalingPolicy(resourceIdOf(service), name);
    },
    putSchedule: (service, spec) => {
      const target = existing(service);
      const { name, startTime, endTime } = spec;
      const before = target.schedules.get(name);
      const timezone = spec.timezone ?? before?.timezone ?? 'UTC';
      const given = spec.min !== undefined || spec.max !== undefined;
      const { min, max } = given || !before ? spec : before;
      const schedule = spec.schedule ?? before?.schedule;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in a name
      if (name === '' || /[:/|\u0000-\u001f\u007f]/.test(name)) {
        throw invalidScaling(`The scheduled action name '${name}' contains a character that is not allowed`);
      }
      if (!isZone(timezone)) throw invalidScaling(`Invalid timezone: ${timezone}`);
      const timetable = schedule === undefined ? undefined : timetableOf(schedule, timezone, clock.nowMs());
      if (schedule === undefined || !timetable) throw invalidScaling(`Invalid schedule expression: ${schedule}`);
      if (min === undefined && max === undefined) {
        throw invalidScaling('A scheduled action needs a minimum capacity, a maximum capacity or both');
      }
      checkBounds(min, max);
      if (!before && target.schedules.size >= MOST_SCHEDULES) {
        throw scalingLimit(`Maximum number of scheduled actions for a scalable target is ${MOST_SCHEDULES}`);
      }
      cancel(before);
      const action: ScheduledActionRecord = {
        arn:
          before?.arn ??
          `arn:aws:autoscaling:${region}:${account}:scheduledAction:${uuid(random)}:resource/ecs/${target.resourceId}:scheduledActionName/${name}`,
        name,
        createdAtMs: before?.createdAtMs ?? clock.nowMs(),
        schedule,
        ...((spec.timezone ?? before?.timezone) !== undefined && { timezone }),
        ...(startTime !== undefined && { startTime }),
        ...(endTime !== undefined && { endTime }),
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
      };
      target.schedules.set(name, action);
      awaitStrike(target, action, timetable);
      return action;
    },
    deleteSchedule: (service, name) => {
      const target = targets.get(resourceIdOf(service));
      cancel(target?.schedules.get(name));
      if (!target?.schedules.delete(name)) throw noScheduledAction(resourceIdOf(service), name);
    },
    tag: (targetArn, tags) => {
      const target = byArn(targetArn);
      if (new Set([...target.tags.keys(), ...Object.keys(tags)]).size > MOST_TAGS) throw tooManyTags();
      for (const [key, value] of Object.entries(tags)) target.tags.set(key, value);
      tellTags(target, Object.keys(tags));
    },
    untag: (targetArn, keys) => {
      const target = byArn(targetArn);
      for (const key of keys) target.tags.delete(key);
      tellTags(target, keys);
    },
    setMetric: (service, metric, value) => {
      const resourceId = resourceIdOf(service);
      const own = metrics.get(resourceId) ?? new Map<string, MetricValue>();
      metrics.set(resourceId, own);
      if (value === undefined) own.delete(metric);
      else own.set(metric, value);
      if (own.size > 0) watch(resourceId);
    },
  };
  return { scaling, inside: { byArn } };
};
