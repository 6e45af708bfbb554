import { familyOf } from '../core/task/arn.ts';
import { type CollectorImage, collectorKindOf } from '../core/tracing/collectors.ts';
import type { DefinedTask } from '../core/tracing/definition.ts';
import type { WantedCollector } from '../core/tracing/subject.ts';
import { collectorsOf } from '../core/tracing/verdict.ts';
import { NotFoundError } from '../errors.ts';
import type { Daemons } from '../ports/daemons.ts';

/** Daemon services by how much their family's name promises a collector: the first that is one ends the search. */
const LIKELY = /x-?ray|otel|adot|telemetry|collector|trac|cloudwatch|cwagent/i;

/**
 * Whether a daemon service of an EC2 cluster runs a collector that counts, beside this family.
 * @param read Reads a revision. @throws {NotFoundError} of its own for one that is gone.
 * @param collectorImages Images that are collectors by setting.
 * @returns `undefined` where it cannot be told, and for the tasks of daemon services themselves.
 */
export const daemonCollectorIn = async (
  { arns, complete }: Awaited<ReturnType<Daemons['definitions']>>,
  family: string,
  wanted: WantedCollector,
  read: (taskDefinitionArn: string) => Promise<DefinedTask>,
  collectorImages: readonly CollectorImage[] = [],
): Promise<boolean | undefined> => {
  // A daemon's own collector is not there already when it comes.
  if (arns.some((arn) => familyOf(arn) === family)) return undefined;
  const promising = arns.filter((arn) => LIKELY.test(arn));
  let unread = !complete;
  for (const arn of [...promising, ...arns.filter((each) => !promising.includes(each))]) {
    try {
      const task = await read(arn);
      const kinds = collectorsOf({ task, collectorImages }).map((each) => collectorKindOf(each, collectorImages));
      if (kinds.some((kind) => wanted === 'any' || kind === wanted)) return true;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      unread = true;
    }
  }
  return unread ? undefined : false;
};
