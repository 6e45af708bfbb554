import type { Change } from '../outcome.ts';
import { type Attachment, attachCollector, type ReadTask } from './attach.ts';
import { COLLECTOR_NAMES } from './collectors.ts';
import { detachCollector } from './detach.ts';
import { type DiffLine, diffOf } from './diff.ts';
import { canonicalJson, type Json, type JsonObject } from './json.ts';
import { registrable } from './reshape.ts';
import { type DeployedService, stageOf } from './rollout.ts';
import { collectorsOf } from './verdict.ts';

/** What is to become of a service's collector. */
export type SidecarWish =
  | ({ readonly action: 'attach-sidecar'; readonly tagPrefix: string } & Attachment)
  | { readonly action: 'detach-sidecar'; readonly tagPrefix: string };

/** Which service a plan is about. */
interface OfService {
  readonly serviceArn: string;
  /** Names. */
  readonly cluster: string;
  readonly service: string;
}

/** A new revision for a service. */
export interface SidecarChange extends OfService {
  /** ARN of the revision that runs now: the way back. */
  readonly former: string;
  /** As RegisterTaskDefinition takes it, tags included; with secrets of the environment, so never to be logged. */
  readonly definition: JsonObject;
  /** `definition` as text that is the same for the same definition: for digests. */
  readonly canonical: string;
  /** The difference to the former, with secrets masked. */
  readonly diff: readonly DiffLine[];
  readonly change: Change;
}

/** What is to be done for one service. */
export type PlannedSidecar =
  | ({ readonly kind: 'change' } & SidecarChange)
  /** Somebody else rolls it out: the new revision is for a person to deploy. `reason` says how. */
  | ({ readonly kind: 'manual'; readonly reason: string } & SidecarChange)
  | (OfService & { readonly kind: 'unchanged'; readonly reason: string })
  | (OfService & { readonly kind: 'refused'; readonly reasons: readonly string[] });

/** A described revision with its tags inside, as RegisterTaskDefinition takes it. AWS's own tags cannot be given. */
export const withTags = (definition: JsonObject, tags: Readonly<Record<string, string>>): JsonObject => {
  const own = Object.entries(tags).filter(([key]) => !/^aws:/i.test(key));
  const list: readonly Json[] = own.map(([key, value]) => ({ key, value }));
  return { ...registrable(definition), ...(list.length > 0 && { tags: list }) };
};

const whoRollsOut = (controller: string): string | undefined => {
  switch (controller) {
    case 'ECS':
      return undefined;
    case 'CODE_DEPLOY':
      return 'CodeDeploy deploys this service: register the definition and name the new revision in the AppSpec of a deployment.';
    default:
      return 'An external controller deploys this service: register the definition and give the new revision to a task set.';
  }
};

/**
 * Decides what to do for one service.
 * @param described The revision that it runs, as ECS describes it, its tags merged in by `withTags`.
 */
export const planSidecar = (
  running: DeployedService,
  described: JsonObject | undefined,
  wish: SidecarWish,
  read: ReadTask,
): PlannedSidecar => {
  const { serviceArn, cluster, name: service, taskDefinition: former } = running;
  const of: OfService = { serviceArn, cluster, service };
  const refused = (...reasons: readonly string[]): PlannedSidecar => ({ kind: 'refused', ...of, reasons });
  if (running.status !== 'ACTIVE')
    return refused(`The service is ${running.status}; only an ACTIVE one can be changed.`);
  if (former === undefined || described === undefined) {
    return refused('ECS describes no task definition that the service runs.');
  }
  if (wish.action === 'detach-sidecar' && collectorsOf({ task: read(described) }).length === 0) {
    return { kind: 'unchanged', ...of, reason: 'No container of the task is a collector.' };
  }
  const reshaped =
    wish.action === 'attach-sidecar'
      ? attachCollector(described, wish, read)
      : detachCollector(described, wish.tagPrefix);
  if (reshaped.kind === 'refused') return refused(...reshaped.reasons);
  if (reshaped.kind === 'unchanged') return { kind: 'unchanged', ...of, reason: reshaped.reason };
  const { definition, container } = reshaped;
  const said =
    wish.action === 'attach-sidecar'
      ? `no container of ${former.slice(former.lastIndexOf('/') + 1)} is a collector; ${container} would be ${COLLECTOR_NAMES[wish.collector]}`
      : `${container} was attached by Taskwire; the definition goes back to what it was before`;
  const planned: SidecarChange = {
    ...of,
    former,
    definition,
    canonical: canonicalJson(definition),
    diff: diffOf(described, definition),
    change: { action: wish.action, resource: serviceArn, reason: said, applied: false },
  };
  const manual = whoRollsOut(running.controller);
  if (manual !== undefined) return { kind: 'manual', reason: manual, ...planned };
  switch (stageOf(running)) {
    case 'under way':
      return refused('A rollout of the service is under way. Wait until it is steady, then ask again.');
    case 'failed':
      return refused(
        'The last rollout of the service failed, so there would be no way back to what works. Mend it first.',
      );
    default:
      return { kind: 'change', ...planned };
  }
};
