import type { TaskDefinition } from '../core/task/task.ts';
import type { DefinedTask } from '../core/tracing/definition.ts';
import { NotFoundError } from '../errors.ts';
import type { Definitions } from '../ports/definitions.ts';
import { sideBySide } from './side-by-side.ts';

/** A revision, in both ways that it is looked at. */
export interface ReadRevision {
  readonly definition: TaskDefinition;
  /** With the values of its environment. */
  readonly task: DefinedTask;
}

/** Revisions of task definitions, each described once: a revision never changes. */
export interface RevisionBook {
  /** @throws {NotFoundError} If ECS no longer describes it. @throws {TaskwireError} If it could not be asked. */
  read(taskDefinitionArn: string): Promise<ReadRevision>;
  /**
   * Begins to describe what `read` will be asked for, a few at a time, as far as it can be kept. Throws nothing: it ends at
   * the first failure, which `read` meets again.
   */
  readAhead(taskDefinitionArns: readonly string[]): Promise<void>;
}

/** A warm process meets ever new revisions; the oldest are described again when they come back. */
const MOST_KEPT = 5_000;
const AT_ONCE = 8;

/** Nothing is known yet. @param readDefinition `name`: what it is called in findings. */
export const createRevisionBook = (deps: {
  readonly definitions: Definitions;
  readonly readDefinition: (definition: unknown, name: string) => DefinedTask | undefined;
}): RevisionBook => {
  const kept = new Map<string, Promise<ReadRevision>>();

  const describe = async (arn: string): Promise<ReadRevision> => {
    const { definition, forTargets } = await deps.definitions.describe(arn);
    // The ARN's own name: what stands in the definition is somebody's text.
    const task = deps.readDefinition(definition, arn.slice(arn.lastIndexOf('/') + 1));
    if (task === undefined) throw new NotFoundError(`${arn} is not described by ECS: its answer holds no containers.`);
    return { definition: forTargets, task };
  };

  const read: RevisionBook['read'] = (arn) => {
    const known = kept.get(arn);
    if (known !== undefined) return known;
    // What failed is asked again the next time.
    const reading = describe(arn).catch((error: unknown) => {
      kept.delete(arn);
      throw error;
    });
    kept.set(arn, reading);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return reading;
  };

  return {
    read,
    readAhead: async (arns) => {
      let failed = false;
      await sideBySide([...new Set(arns)], AT_ONCE, async (arn) => {
        // More would push out others that were not asked for yet.
        if (failed || kept.size >= MOST_KEPT) return;
        await read(arn).catch(() => {
          failed = true;
        });
      });
    },
  };
};
