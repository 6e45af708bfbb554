import type { Action, Change, Finding, HeldChange } from '../core/outcome.ts';
import { explainScaling, type ScalingExplanation } from '../core/scaling/explain.ts';
import type { ScaledService } from '../core/scaling/observed.ts';
import { planScaling, type ScalingLimits } from '../core/scaling/plan.ts';
import { NO_TRIGGER } from '../core/scaling/reaction.ts';
import { scalingSightOf } from '../core/scaling/sight.ts';
import { parseSpot } from '../core/scaling/spot.ts';
import { clusterNameOf, clusterOfService } from '../core/task/arn.ts';
import { NotFoundError } from '../errors.ts';
import type { Services } from '../ports/services.ts';
import type { SweepScalingDeps } from './adjust-scaling.ts';
import { lookAtScaling, spotTag } from './look-at-scaling.ts';
import { settleScaling } from './settle-scaling.ts';

/** What explaining needs beyond looking. */
export interface ExplainScalingDeps extends SweepScalingDeps {
  readonly services: Services;
}

/** A service as a person names it. */
export interface ServiceName {
  /** Name or ARN. */
  readonly cluster: string;
  /** Name, or ARN in the long format. */
  readonly service: string;
}

/** What became clear about a service's scaling, with what would be done about it. */
export interface ExplainedScaling {
  readonly service: ScaledService;
  /** Its tags that are about scaling, as they stand there. */
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly explanations: readonly ScalingExplanation[];
  /** Where there is nothing to do, why, and what could be done. */
  readonly advice?: string;
  readonly changes: readonly Change[];
  readonly held: readonly HeldChange[];
  readonly findings: readonly Finding[];
}

const REACTIONS: readonly Action[] = ['suspend', 'resume', 'raise-min'];
const ABOUT_SCALING = ['scaling', 'hours', 'reactions', 'spot'] as const;

const adviceOf = (
  { wish, wrong, cluster }: { readonly wish: boolean; readonly wrong: boolean; readonly cluster: string },
  { clusters, tagPrefix }: SweepScalingDeps,
): string | undefined => {
  if (wrong) return 'Nothing of its scaling is changed until its tags are put right.';
  if (!wish) {
    return `It carries no tag ${tagPrefix}:scaling, so Taskwire keeps no scaling for it. To have it kept, tag it, such as ${tagPrefix}:scaling = min=2 max=20 cpu=60`;
  }
  return clusters.length === 0 || clusters.includes(cluster)
    ? undefined
    : `The cluster ${cluster} is not watched (TASKWIRE_CLUSTERS), so nothing is done about it.`;
};

const findService = async ({ cluster, service }: ServiceName, services: Services): Promise<string> => {
  if (clusterOfService(service) !== undefined) return service;
  const [known] = await services.describe(cluster, [service]);
  return known?.serviceArn ?? '';
};

/**
 * Tells what a service's tags ask of its scaling, what is there, what differs, and why a hold or a reaction stands;
 * changes nothing.
 * @throws {NotFoundError} If there is no such service. @throws {TaskwireError} If it could not be looked at.
 */
export const explainServiceScaling = async (
  name: ServiceName,
  limits: ScalingLimits,
  deps: ExplainScalingDeps,
): Promise<ExplainedScaling> => {
  const { tagPrefix, holdMinutes, clock } = deps;
  const serviceArn = await findService(name, deps.services);
  const [look] = serviceArn === '' ? [] : await lookAtScaling([serviceArn], deps);
  if (look === undefined) {
    const service = name.service.slice(name.service.lastIndexOf('/') + 1);
    throw new NotFoundError(
      `Service ${service} in cluster ${clusterNameOf(name.cluster)} is not known to ECS. Check name, cluster, account and Region.`,
    );
  }
  const { service, wrong, wish, hold } = look;
  const job = { serviceArn, trigger: NO_TRIGGER, look, mode: 'observe', limits, holdMinutes, mayHold: false } as const;
  const { changes, held, findings, error } = await settleScaling(job, deps);
  if (error !== undefined) throw error;
  const sight = scalingSightOf(look, clock.nowMs());
  const plan = wrong ? { changes: [], held: [], faults: [] } : planScaling(sight, limits);
  const remembered = service.tags[spotTag(tagPrefix)];
  const memory = remembered === undefined ? undefined : parseSpot(remembered);
  const steps = changes.filter(({ action }) => REACTIONS.includes(action));
  const advice = adviceOf({ wish: wish !== undefined, wrong, cluster: service.cluster }, deps);
  return {
    service,
    tags: ABOUT_SCALING.flatMap((each) => {
      const key = `${tagPrefix}:${each}`;
      const value = service.tags[key];
      return value === undefined ? [] : [{ key, value }];
    }),
    explanations: explainScaling(sight, plan, { hold, memory, steps, mostMinutes: holdMinutes }),
    ...(advice !== undefined && { advice }),
    changes,
    held,
    findings,
  };
};
