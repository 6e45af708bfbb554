import { groupBy } from '../core/group-by.ts';
import type { Finding } from '../core/outcome.ts';
import type { Settings } from '../core/settings.ts';
import { clusterOfService } from '../core/task/arn.ts';
import type { CollectorImage } from '../core/tracing/collectors.ts';
import type { DefinedTask } from '../core/tracing/definition.ts';
import type { WantedCollector } from '../core/tracing/subject.ts';
import type { Expected } from '../core/tracing/verdict.ts';
import { NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Daemons } from '../ports/daemons.ts';
import type { Definitions } from '../ports/definitions.ts';
import type { ScaledServices } from '../ports/scaled-services.ts';
import { daemonCollectorIn } from './daemon-collector.ts';
import { createKept } from './kept.ts';
import { sideBySide } from './side-by-side.ts';

/** What was asked for, or why it is not known. */
export type Learnt<T> = { readonly value: T } | { readonly error: unknown };

/** What a service asks for, and what is wrong with its tags. */
export interface Wish extends Expected {
  readonly findings: readonly Finding[];
}

/** What the tracing of tasks depends on, asked once and kept by one instance. */
export interface TracingBook {
  /** By service ARN; asked ten at a time and kept 5 min. A service that is not there asks for what the stack does. */
  wishes(serviceArns: readonly string[]): Promise<ReadonlyMap<string, Learnt<Wish>>>;
  /** Of a task that belongs to no service: the stack's. */
  readonly standalone: Wish;
  /** Images that are collectors by setting. */
  readonly collectorImages: readonly CollectorImage[];
  /** By ARN of the revision, which never changes. */
  revisions(arns: readonly string[]): Promise<ReadonlyMap<string, Learnt<DefinedTask>>>;
  /**
   * Whether a daemon service of an EC2 cluster runs a collector that counts, beside this family; kept 5 min.
   * `undefined` where it cannot be told, and for the tasks of daemon services themselves.
   * @throws {TaskwireError} If it could not be asked.
   */
  daemonCollector(clusterArn: string, family: string, wanted: WantedCollector): Promise<boolean | undefined>;
}

const KEEP_MS = 5 * 60_000;
const FOR_GOOD_MS = Number.POSITIVE_INFINITY;
const MOST_KEPT = 5_000;
const CLUSTERS_AT_ONCE = 4;
const REVISIONS_AT_ONCE = 8;

/** What a service's tags ask of tracing, and what is wrong with them. */
export type ParseTracingTags = (
  tags: Readonly<Record<string, string>>,
  serviceArn: string,
) => {
  readonly tracing?: Settings['tracing'];
  readonly collector?: WantedCollector;
  readonly findings: readonly Finding[];
};

/** Nothing is known yet. */
export const createTracingBook = (deps: {
  readonly services: Pick<ScaledServices, 'describe'>;
  readonly definitions: Definitions;
  readonly daemons: Daemons;
  readonly clock: Clock;
  /** The stack's default. */
  readonly tracing: Settings['tracing'];
  /** Images that are collectors by setting. */
  readonly collectorImages?: readonly CollectorImage[];
  readonly parseTags: ParseTracingTags;
  /** `name`: what it is called in findings. */
  readonly readDefinition: (definition: unknown, name: string) => DefinedTask | undefined;
}): TracingBook => {
  const { services, definitions, daemons, clock, tracing, collectorImages = [] } = deps;
  const wishes = createKept<Wish>(KEEP_MS, MOST_KEPT);
  const revisions = createKept<DefinedTask>(FOR_GOOD_MS, MOST_KEPT);
  const daemonsOf = createKept<Awaited<ReturnType<Daemons['definitions']>>>(KEEP_MS, MOST_KEPT);
  const standalone: Wish = { tracing, wanted: 'any', findings: [] };

  const learnRevisions: TracingBook['revisions'] = async (arns) => {
    const learnt = await sideBySide(
      [...new Set(arns)],
      REVISIONS_AT_ONCE,
      async (arn): Promise<[string, Learnt<DefinedTask>]> => {
        const known = revisions.get(arn, clock.nowMs());
        if (known !== undefined) return [arn, { value: known }];
        try {
          const { definition } = await definitions.describe(arn);
          // The ARN's own name: what stands in the definition is somebody's text.
          const value = deps.readDefinition(definition, arn.slice(arn.lastIndexOf('/') + 1));
          if (value === undefined)
            throw new NotFoundError(`${arn} is not described by ECS: its answer holds no containers.`);
          revisions.keep(arn, value, clock.nowMs());
          return [arn, { value }];
        } catch (error) {
          return [arn, { error }];
        }
      },
    );
    return new Map(learnt);
  };

  return {
    standalone,
    collectorImages,
    revisions: learnRevisions,

    wishes: async (serviceArns) => {
      const nowMs = clock.nowMs();
      const learnt = new Map<string, Learnt<Wish>>();
      const unknown: string[] = [];
      for (const arn of new Set(serviceArns)) {
        const value = wishes.get(arn, nowMs);
        if (value === undefined) unknown.push(arn);
        else learnt.set(arn, { value });
      }
      // Cluster by cluster, so that what fails for one does not keep the others from being judged.
      await sideBySide([...groupBy(unknown, clusterOfService)], CLUSTERS_AT_ONCE, async ([, arns]) => {
        try {
          const described = new Map(
            (await services.describe(arns)).map((service) => [service.serviceArn, service.tags]),
          );
          for (const arn of arns) {
            const tags = described.get(arn);
            const told = deps.parseTags(tags ?? {}, arn);
            const value = {
              tracing: told.tracing ?? tracing,
              wanted: told.collector ?? 'any',
              findings: told.findings,
            };
            // Listings lag, so a service that is not there may be there in a moment.
            if (tags !== undefined) wishes.keep(arn, value, nowMs);
            learnt.set(arn, { value });
          }
        } catch (error) {
          for (const arn of arns) learnt.set(arn, { error });
        }
      });
      return learnt;
    },

    daemonCollector: async (clusterArn, family, wanted) => {
      const known = daemonsOf.get(clusterArn, clock.nowMs());
      const { arns, complete } = known ?? (await daemons.definitions(clusterArn));
      if (known === undefined) daemonsOf.keep(clusterArn, { arns, complete }, clock.nowMs());
      const read = async (arn: string): Promise<DefinedTask> => {
        const learnt = (await learnRevisions([arn])).get(arn);
        if (learnt !== undefined && 'value' in learnt) return learnt.value;
        throw learnt?.error;
      };
      return daemonCollectorIn({ arns, complete }, family, wanted, read, collectorImages);
    },
  };
};
