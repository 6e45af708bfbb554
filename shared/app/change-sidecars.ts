import type { Change } from '../core/outcome.ts';
import { serviceNameOf } from '../core/task/arn.ts';
import type { Attachment, ReadTask } from '../core/tracing/attach.ts';
import type { JsonObject } from '../core/tracing/json.ts';
import {
  type PlannedSidecar,
  planSidecar,
  type SidecarChange,
  type SidecarWish,
} from '../core/tracing/plan-sidecar.ts';
import type { DeployedService } from '../core/tracing/rollout.ts';
import { type AttachedCollector, DEFAULT_COLLECTOR } from '../core/tracing/sidecar.ts';
import { collectorsOf } from '../core/tracing/verdict.ts';
import { type WayBack, wayBackOf } from '../core/tracing/way-back.ts';
import { OutOfTimeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Definitions } from '../ports/definitions.ts';
import type { Rollouts } from '../ports/rollouts.ts';
import type { Services } from '../ports/services.ts';
import type { Tasks } from '../ports/tasks.ts';
import { createRegistrar, describeRegistrable, type Registered } from './register-revision.ts';
import { nameOf, rollOut } from './roll-out.ts';
import { sideBySide } from './side-by-side.ts';
import type { ParseTracingTags } from './tracing-book.ts';

/** Which services. */
export interface SidecarScope {
  /** Name or ARN. */
  readonly cluster: string;
  /** Names or ARNs; left out: all of the cluster whose tracing is required and not done by a daemon service. */
  readonly services?: readonly string[];
}

/** What is wanted for them. */
export type SidecarRequest =
  | {
      readonly action: 'attach-sidecar';
      /** Left out: what the service's tag asks for, else `adot`. */
      readonly collector?: AttachedCollector;
      readonly image?: string;
      readonly known?: Attachment['known'];
    }
  | { readonly action: 'detach-sidecar' };

/** What changing sidecars needs from outside. */
export interface SidecarDeps {
  readonly rollouts: Rollouts;
  readonly definitions: Definitions;
  readonly services: Pick<Services, 'list'>;
  readonly tasks: Pick<Tasks, 'list' | 'describe'>;
  readonly clock: Clock;
  /** `taskwire`, or what the stack says. */
  readonly tagPrefix: string;
  /** The stack's default. */
  readonly tracing: 'required' | 'optional' | 'off';
  readonly parseTracingTags: ParseTracingTags;
  /** A task definition as the rules see it. */
  readonly readTask: ReadTask;
}

/** What would be done, one entry per service, in the order of their ARNs. */
export interface SidecarPlan {
  readonly request: SidecarRequest;
  readonly cluster: string;
  readonly services: readonly PlannedSidecar[];
  /** Of those asked for, what ECS knows no service by. */
  readonly missing: readonly string[];
}

/** What became of one service. */
export interface SidecarResult {
  readonly serviceArn: string;
  /**
   * `steady`: rolled out. `begun`: the rollout goes on unwatched. `rolled-back`: it failed, and the former revision runs.
   * `not-begun`: another one failed first, or the time was over. `refused`: it is no longer what was shown, or cannot be
   * done. `failed`: see `reason`; what runs is not known to be in order. `unchanged`, `manual`: as planned.
   */
  readonly outcome: 'steady' | 'begun' | 'rolled-back' | 'not-begun' | 'refused' | 'failed' | 'unchanged' | 'manual';
  /** Sentences. */
  readonly reason: string;
  readonly former?: string;
  /** ARN of the revision that was rolled out. */
  readonly revision?: string;
  /** There where the service was updated. */
  readonly wayBack?: WayBack;
  /** As planned, `applied` where the service now runs the new revision or is on its way to it. */
  readonly change?: Change;
  readonly error?: unknown;
}

/** What is told while it goes on. */
export interface SidecarProgress {
  readonly serviceArn: string;
  readonly stage: 'registered' | 'updated' | 'watching' | 'rolling-back' | 'ended';
  /** One line. */
  readonly text: string;
}

export interface SidecarOptions {
  /** How many services at a time. Default 1. */
  readonly parallel?: number;
  /** Aborted: no further service is begun, and those under way are no longer watched. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SidecarProgress) => void;
  /** Which of the plan's changes may be made. Default: all. */
  readonly isShown?: (change: SidecarChange) => boolean;
  /** False: begin the rollouts, and do not wait. Default true. */
  readonly watch?: boolean;
  /** How long a rollout may take, and a roll-back again. Default 15 minutes. */
  readonly limitMs?: number;
}

const AT_ONCE = 8;
const LIMIT_MS = 15 * 60_000;

const wishFor = (service: DeployedService, request: SidecarRequest, deps: SidecarDeps): SidecarWish => {
  const { tagPrefix } = deps;
  if (request.action === 'detach-sidecar') return { action: 'detach-sidecar', tagPrefix };
  const asked = deps.parseTracingTags(service.tags, service.serviceArn).collector;
  const collector = request.collector ?? (asked === undefined || asked === 'any' ? DEFAULT_COLLECTOR : asked);
  const { image, known } = request;
  return {
    action: 'attach-sidecar',
    collector,
    tagPrefix,
    ...(image !== undefined && { image }),
    ...(known !== undefined && { known }),
  };
};

/**
 * Why a service of a whole cluster is left alone: its tracing is not required, or it collects itself, or what is
 * collected on its instances comes from such a service. Whoever names a service has decided.
 */
const leftAlone = (
  service: DeployedService,
  { tracing, collectsOnInstances }: { readonly tracing: SidecarDeps['tracing']; readonly collectsOnInstances: boolean },
): string | undefined => {
  if (tracing !== 'required')
    return `Tracing is ${tracing} for this service; name the service to change it all the same.`;
  if (service.strategy === 'DAEMON') return 'It is a daemon service; name it to change it all the same.';
  return collectsOnInstances && !service.onFargate
    ? 'A daemon service runs a collector on every instance; name the service to change it all the same.'
    : undefined;
};

const isAmong = ({ serviceArn, name }: DeployedService, asked: string): boolean =>
  asked === serviceArn || serviceNameOf(asked) === name;

/**
 * Looks at the services and decides; changes nothing. Calls: DescribeServices for ten, DescribeTaskDefinition for each
 * revision, and ListServices for a whole cluster.
 * @throws {TaskwireError} If a look failed.
 */
export const planSidecars = async (
  scope: SidecarScope,
  request: SidecarRequest,
  deps: SidecarDeps,
): Promise<SidecarPlan> => {
  const asked = scope.services ?? (await deps.services.list(scope.cluster));
  const found = await deps.rollouts.describe(scope.cluster, asked);
  const isNarrowed = scope.services === undefined && request.action === 'attach-sidecar';
  const tracingOf = ({ tags, serviceArn }: DeployedService) =>
    deps.parseTracingTags(tags, serviceArn).tracing ?? deps.tracing;
  const revisions = found.flatMap((service) =>
    isNarrowed && tracingOf(service) !== 'required' && service.strategy !== 'DAEMON'
      ? []
      : (service.taskDefinition ?? []),
  );
  const described = new Map(
    await sideBySide(
      [...new Set(revisions)],
      AT_ONCE,
      async (arn): Promise<[string, JsonObject | undefined]> => [
        arn,
        (await describeRegistrable(arn, deps.definitions))?.definition,
      ],
    ),
  );
  const definitionOf = ({ taskDefinition }: DeployedService): JsonObject | undefined =>
    taskDefinition === undefined ? undefined : described.get(taskDefinition);
  const collects = (service: DeployedService): boolean => {
    const definition = definitionOf(service);
    if (service.strategy !== 'DAEMON' || definition === undefined) return false;
    const collectorImages = request.action === 'attach-sidecar' ? request.known?.collectorImages : undefined;
    const task = deps.readTask(definition);
    return collectorsOf({ task, ...(collectorImages !== undefined && { collectorImages }) }).length > 0;
  };
  const collectsOnInstances = isNarrowed && found.some(collects);
  const planned = found.map((service): PlannedSidecar => {
    const { serviceArn, cluster, name } = service;
    const left = isNarrowed ? leftAlone(service, { tracing: tracingOf(service), collectsOnInstances }) : undefined;
    if (left !== undefined) return { kind: 'unchanged', serviceArn, cluster, service: name, reason: left };
    return planSidecar(service, definitionOf(service), wishFor(service, request, deps), deps.readTask);
  });
  return {
    request,
    cluster: scope.cluster,
    services: planned.toSorted((a, b) => (a.serviceArn < b.serviceArn ? -1 : 1)),
    missing: (scope.services ?? []).filter((each) => !found.some((service) => isAmong(service, each))),
  };
};

/**
 * Makes the changes of a plan: registers, updates and watches, a few services at a time; stops at the first that fails,
 * and finishes those under way. Each call rests on a look of two seconds, and nothing is done that the plan does not hold.
 * Repeating is free: what runs the new revision is no longer as it was shown, and what is registered is used again.
 * Calls for each change: DescribeServices twice, DescribeTaskDefinition twice, RegisterTaskDefinition once for all
 * services that share a revision, UpdateService, then DescribeServices every ten seconds and every minute two more for
 * the tasks that stopped. Never throws.
 * @returns One per service of the plan, in its order.
 */
export const applySidecars = async (
  plan: SidecarPlan,
  deps: SidecarDeps,
  options: SidecarOptions = {},
): Promise<readonly SidecarResult[]> => {
  const { parallel = 1, signal, isShown = () => true, watch = true, limitMs = LIMIT_MS, onProgress } = options;
  const lookAgain = async ({ cluster, serviceArn }: SidecarChange): Promise<PlannedSidecar | undefined> =>
    (await planSidecars({ cluster, services: [serviceArn] }, plan.request, deps)).services[0];
  const registered = createRegistrar(deps, lookAgain, signal);
  let failed: string | undefined;

  const changeOne = async (shown: SidecarChange): Promise<SidecarResult> => {
    const { serviceArn, cluster, service, former, change } = shown;
    const tell = (stage: SidecarProgress['stage'], text: string): void => onProgress?.({ serviceArn, stage, text });
    const end = (
      outcome: SidecarResult['outcome'],
      reason: string,
      more: Partial<SidecarResult> = {},
    ): SidecarResult => ({
      serviceArn,
      outcome,
      reason,
      former,
      change: { ...change, applied: outcome === 'steady' || outcome === 'begun' },
      ...more,
    });
    if (!isShown(shown)) return end('refused', 'This change was not shown.');
    if (failed !== undefined) return end('not-begun', `${failed} failed first.`);
    if (signal?.aborted) return end('not-begun', 'The time was over first.');
    let got: Registered;
    try {
      got = await registered(shown);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return end(error instanceof OutOfTimeError ? 'not-begun' : 'failed', reason, { error });
    }
    if ('refused' in got) return end('refused', got.refused);
    const { revision } = got;
    tell('registered', `${nameOf(revision)} is ${got.isNew ? 'registered' : 'there already'}`);
    const job = { cluster, service, former, revision, limitMs, watch, tell, ...(signal && { signal }) };
    const { outcome, reason, updated, error } = await rollOut(job, deps);
    return end(outcome, reason, {
      revision,
      ...(updated && { wayBack: wayBackOf(shown) }),
      ...(error !== undefined && { error }),
    });
  };

  return sideBySide(plan.services, Math.max(1, parallel), async (planned): Promise<SidecarResult> => {
    const { serviceArn } = planned;
    switch (planned.kind) {
      case 'unchanged':
        return { serviceArn, outcome: 'unchanged', reason: planned.reason };
      case 'refused':
        return { serviceArn, outcome: 'refused', reason: planned.reasons.join(' ') };
      case 'manual':
        return {
          serviceArn,
          outcome: 'manual',
          reason: planned.reason,
          former: planned.former,
          change: planned.change,
        };
      case 'change': {
        const result = await changeOne(planned);
        if (result.outcome === 'failed' || result.outcome === 'rolled-back') failed ??= planned.service;
        onProgress?.({ serviceArn, stage: 'ended', text: `${planned.service}: ${result.reason}` });
        return result;
      }
    }
  });
};
