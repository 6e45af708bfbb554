import type { SeenRevision, Snapshot } from '../core/audit/snapshot.ts';
import type { Reports } from '../ports/reports.ts';
import { type AuditScope, type CollectDeps, collectSnapshot } from './collect-snapshot.ts';
import { recallable } from './recallable.ts';
import type { Sighting } from './sighting.ts';

/** How revisions that were seen are written down. */
export interface RevisionsFormat {
  readonly readRevisions: (text: string) => readonly SeenRevision[];
  readonly writeRevisions: (revisions: readonly SeenRevision[]) => string;
}

/** Where an audit leaves what it saw of revisions for the next one of the same place. */
export interface RevisionMemory {
  readonly reports: Reports;
  readonly key: string;
  readonly format: RevisionsFormat;
}

const SEEN = 'revisions that earlier audits saw';

/**
 * Looks as `collectSnapshot` does, and describes only revisions that no earlier audit of this place saw: the narrowest
 * of its call budgets. A memory that cannot be read or written is told as unseen, and costs nothing but calls.
 * @param memory Left out: everything is described.
 * @throws {InputError} If the one cluster that was asked for does not exist.
 */
export const collectRemembering = async (
  scope: AuditScope,
  deps: CollectDeps,
  memory: RevisionMemory | undefined,
  sighting: Sighting,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Snapshot> => {
  const ending = signal === undefined ? {} : { signal };
  const all = (snapshot: Snapshot): Snapshot => ({ ...snapshot, unseen: [...sighting.unseen, ...snapshot.unseen] });
  if (memory === undefined) return all(await collectSnapshot(scope, deps, ending));

  const { reports, key, format } = memory;
  const about = { resource: key, what: SEEN };
  const read = await sighting.at(about, () => reports.read(key));
  let kept: readonly SeenRevision[] = [];
  try {
    if (read?.value !== undefined) kept = format.readRevisions(read.value);
  } catch (error) {
    sighting.miss(about, error);
  }
  const earlier = recallable(kept, deps.version, deps.clock.nowMs());
  const snapshot = await collectSnapshot(scope, deps, { ...ending, earlier });

  // What is in use is all that the next audit asks about, unless this one did not see everything.
  const isWhole = scope.cluster === undefined && snapshot.unseen.length === 0;
  // What is there and could not be read is not replaced by a part of it.
  if (read === undefined && !isWhole) return all(snapshot);
  const left = new Map(isWhole ? [] : earlier);
  for (const revision of snapshot.revisions) {
    if (revision.judged !== undefined) left.set(revision.taskDefinitionArn, revision);
  }
  try {
    // Also when the time for looking is over: then most of all.
    await reports.write(key, format.writeRevisions([...left.values()]), 'application/json');
  } catch (error) {
    sighting.miss(about, error);
  }
  return all(snapshot);
};
