import type { SeenRevision } from '../core/audit/snapshot.ts';

/** A revision never changes. How one is read may, without a new version, where somebody builds from source. */
const RECALLED_MS = 7 * 24 * 60 * 60_000;

/**
 * What of the revisions that earlier audits saw need not be described again, by ARN: judged by the same version of
 * Taskwire, within a week.
 */
export const recallable = (
  earlier: readonly SeenRevision[],
  version: string,
  nowMs: number,
): ReadonlyMap<string, SeenRevision> =>
  new Map(
    earlier
      .filter(({ judged }) => judged?.by === version && nowMs - judged.atMs < RECALLED_MS)
      .map((revision) => [revision.taskDefinitionArn, revision]),
  );
