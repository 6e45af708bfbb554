import { SIDECAR_TAG } from '../core/tracing/reshape.ts';
import { type DeployedService, type RolloutStage, stageOf } from '../core/tracing/rollout.ts';
import { type WayBack, wayBackOf } from '../core/tracing/way-back.ts';
import { NotFoundError } from '../errors.ts';
import type { SidecarDeps, SidecarScope } from './change-sidecars.ts';
import { sideBySide } from './side-by-side.ts';

/** Where the rollout of a sidecar stands that an earlier call began. */
export interface RolloutReport {
  readonly serviceArn: string;
  /** What was asked for, as far as the revisions tell. */
  readonly action: 'attach-sidecar' | 'detach-sidecar';
  /** `rolled-back`: it failed, and the service is at its former revision again, or on its way there. */
  readonly state: RolloutStage | 'rolled-back';
  /** ARN of the revision that is wanted now. */
  readonly revision: string;
  /** A sentence. */
  readonly reason: string;
  /** As long as the former revision still has tasks: afterwards only the call that began it knows. */
  readonly wayBack?: WayBack;
}

const AT_ONCE = 8;

const nameOf = (revision: string): string => revision.slice(revision.lastIndexOf('/') + 1);

const reported = (service: DeployedService, isAttached: (revision: string) => boolean): readonly RolloutReport[] => {
  const { serviceArn, cluster, name, taskDefinition: revision, deployments } = service;
  if (revision === undefined) return [];
  const [primary, ...older] = deployments;
  const former = older.find(({ taskDefinition }) => taskDefinition !== revision);
  const has = isAttached(revision);
  const had = former !== undefined && isAttached(former.taskDefinition);
  if (!has && !had) return [];
  const wayBack = former && { wayBack: wayBackOf({ cluster, service: name, former: former.taskDefinition }) };
  const of = { serviceArn, revision };
  if (former?.state === 'FAILED') {
    const action = had ? 'attach-sidecar' : 'detach-sidecar';
    const why = former.reason === undefined ? '' : ` (${former.reason})`;
    const reason = `${nameOf(former.taskDefinition)} failed${why}; the service goes back to ${nameOf(revision)}.`;
    return [{ ...of, action, state: 'rolled-back', reason }];
  }
  const action = has ? 'attach-sidecar' : 'detach-sidecar';
  const stage = stageOf(service);
  if (primary === undefined || stage === 'steady') {
    return [{ ...of, action, state: 'steady', reason: `${nameOf(revision)} runs.`, ...wayBack }];
  }
  const count = `${primary.running} of ${primary.desired} tasks of ${nameOf(revision)} run`;
  const why = primary.reason === undefined ? '' : `: ${primary.reason}`;
  const reason = stage === 'failed' ? `The rollout failed, ${count}${why}` : `${count}.`;
  return [{ ...of, action, state: stage, reason, ...wayBack }];
};

/**
 * Tells where the rollouts of sidecars stand, whoever began them: known by the tag of the revisions, so nothing is kept.
 * Services that run no such revision, and leave none, are not told. Changes nothing. Calls: DescribeServices for ten,
 * DescribeTaskDefinition for each revision, and ListServices for a whole cluster.
 * @throws {TaskwireError} If a look failed.
 */
export const reportRollouts = async (
  scope: SidecarScope,
  deps: Pick<SidecarDeps, 'rollouts' | 'definitions' | 'services' | 'tagPrefix'>,
): Promise<readonly RolloutReport[]> => {
  const asked = scope.services ?? (await deps.services.list(scope.cluster));
  const found = await deps.rollouts.describe(scope.cluster, asked);
  const revisions = new Set(
    found.flatMap(({ taskDefinition, deployments }) => [
      ...(taskDefinition === undefined ? [] : [taskDefinition]),
      ...deployments.map((deployment) => deployment.taskDefinition),
    ]),
  );
  const attached = await sideBySide([...revisions], AT_ONCE, async (revision): Promise<readonly string[]> => {
    try {
      const { tags } = await deps.definitions.describe(revision);
      return Object.hasOwn(tags, `${deps.tagPrefix}:${SIDECAR_TAG}`) ? [revision] : [];
    } catch (error) {
      if (error instanceof NotFoundError) return [];
      throw error;
    }
  });
  const isAttached = new Set(attached.flat());
  return found
    .flatMap((service) => reported(service, (revision) => isAttached.has(revision)))
    .toSorted((a, b) => (a.serviceArn < b.serviceArn ? -1 : 1));
};
