import type { SeenRevision } from '../core/audit/snapshot.ts';
import { bareDefinition } from '../core/audit/without-secrets.ts';
import { groupBy } from '../core/group-by.ts';
import type { Finding } from '../core/outcome.ts';
import { familyOf } from '../core/task/arn.ts';
import type { CollectorImage } from '../core/tracing/collectors.ts';
import { type Expected, judgeRevision } from '../core/tracing/verdict.ts';
import type { Clock } from '../ports/clock.ts';
import type { DetailedService } from '../ports/service-details.ts';
import { daemonCollectorIn } from './daemon-collector.ts';
import type { ReadRevision, RevisionBook } from './revision-book.ts';
import { sideBySide } from './side-by-side.ts';
import type { Sighting } from './sighting.ts';

/** A place where a revision runs, or is meant to. */
export interface Running {
  readonly taskDefinitionArn: string;
  readonly clusterArn: string;
  /** Where it runs decides, not where its definition could run: many are made for both. */
  readonly onInstance: boolean;
  readonly expected: Expected;
}

const REVISIONS_AT_ONCE = 8;

const placeKeyOf = ({ clusterArn, onInstance, expected }: Running): string =>
  JSON.stringify([clusterArn, onInstance, expected.tracing, expected.wanted]);

const distinctBy = <T>(items: readonly T[], key: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];

/** What is known of a revision, where nobody can say whether the verdict stands. */
const withoutVerdict = ({ judged: _, ...known }: SeenRevision): SeenRevision => ({ ...known, tracing: [] });

/** What looking at revisions needs. */
export interface SeeRevisionsDeps {
  readonly revisions: RevisionBook;
  /** What earlier looks saw, by ARN: what they judged for the same places is not described again. */
  readonly earlier: ReadonlyMap<string, SeenRevision>;
  /** Of Taskwire. */
  readonly version: string;
  readonly clock: Clock;
  /** Images that are collectors by setting. */
  readonly collectorImages?: readonly CollectorImage[];
  /** The services of a cluster, by its ARN, and whether those are all. */
  readonly servicesOf: (clusterArn: string) => { readonly services: readonly DetailedService[]; readonly all: boolean };
  /** How many of the revisions are seen. */
  readonly progress?: (done: number, of: number) => void;
  /** Actions of X-Ray that a role allows; `undefined` where roles are not read, or this one could not be. */
  readonly allowedActions: (role: string) => Promise<readonly string[] | undefined>;
}

/** A kind of place, as far as judging tracing goes. */
interface Place extends Pick<Running, 'onInstance' | 'expected'> {
  /** Whether a daemon service there runs a collector. */
  readonly daemonCollector?: boolean;
}

/**
 * Describes revisions, each once, and judges their tracing while the values of their environment are there.
 * @param running Everything that runs, several per revision.
 */
export const seeRevisions = async (
  running: readonly Running[],
  sighting: Sighting,
  deps: SeeRevisionsDeps,
): Promise<readonly SeenRevision[]> => {
  const { earlier, collectorImages } = deps;
  const byArn = groupBy(running, ({ taskDefinitionArn }) => taskDefinitionArn);
  let done = 0;

  const daemonsOf = (clusterArn: string): { readonly arns: readonly string[]; readonly complete: boolean } => {
    const { services, all } = deps.servicesOf(clusterArn);
    const arns = services.flatMap(({ strategy, taskDefinitionArn: arn }) => (strategy === 'DAEMON' ? arn || [] : []));
    return { arns: [...new Set(arns)], complete: all };
  };

  const placesOf = async (of: readonly Running[]): Promise<readonly Place[]> => {
    const judged = of.filter(({ expected }) => expected.tracing !== 'off');
    return Promise.all(
      distinctBy(judged, placeKeyOf).map(async (place): Promise<Place> => {
        const { onInstance, expected, clusterArn, taskDefinitionArn } = place;
        if (!onInstance) return { onInstance, expected };
        const daemonCollector = await daemonCollectorIn(
          daemonsOf(clusterArn),
          familyOf(taskDefinitionArn),
          expected.wanted,
          async (arn) => earlier.get(arn)?.task ?? (await deps.revisions.read(arn)).task,
          collectorImages,
        );
        return { onInstance, expected, ...(daemonCollector !== undefined && { daemonCollector }) };
      }),
    );
  };

  /** All that a judgement rests on besides the revision. */
  const basisOf = (places: readonly Place[], allowedActions: readonly string[] | undefined): string =>
    JSON.stringify([
      collectorImages ?? [],
      allowedActions?.toSorted() ?? null,
      [
        ...new Set(
          places.map(({ onInstance, expected: { tracing, wanted }, daemonCollector }) =>
            [onInstance ? 'instance' : 'fargate', tracing, wanted, daemonCollector ?? '?'].join(' '),
          ),
        ),
      ].toSorted(),
    ]);

  const judge = (
    { expected, onInstance, daemonCollector }: Place,
    arn: string,
    { task }: ReadRevision,
    allowedActions: readonly string[] | undefined,
  ): readonly Finding[] => {
    const subject = {
      task: { ...task, fargate: !onInstance && task.networkMode === 'awsvpc' },
      wanted: expected.wanted,
      ...(collectorImages !== undefined && { collectorImages }),
      ...(daemonCollector !== undefined && { daemonCollector }),
      ...(allowedActions !== undefined && { allowedActions: new Set(allowedActions) }),
    };
    return judgeRevision(subject, expected.tracing, arn);
  };

  const verdictsOn = (
    places: readonly Place[],
    judged: (place: Place) => readonly Finding[],
  ): SeenRevision['tracing'] => {
    const byExpected = groupBy(places, ({ expected }) => JSON.stringify([expected.tracing, expected.wanted]));
    return [...byExpected.values()].flatMap((of) => {
      const [first] = of;
      if (first === undefined) return [];
      const { tracing, wanted } = first.expected;
      const findings = distinctBy(of.flatMap(judged), ({ rule, summary }) => JSON.stringify([rule, summary]));
      return [{ expected: { tracing, wanted }, findings }];
    });
  };

  const describe = async (arn: string): Promise<ReadRevision | undefined> =>
    (await sighting.at({ resource: arn, what: 'task definition' }, () => deps.revisions.read(arn)))?.value;

  const see = async (arn: string, of: readonly Running[]): Promise<readonly SeenRevision[]> => {
    const before = earlier.get(arn);
    let revision = before === undefined ? await describe(arn) : undefined;
    const task = before?.task ?? revision?.task;
    if (task === undefined) return [];
    const { taskRole } = task;
    const allowedActions = typeof taskRole === 'string' ? await deps.allowedActions(taskRole) : undefined;
    const asks = of.some(
      ({ onInstance, expected, clusterArn }) =>
        onInstance && expected.tracing !== 'off' && daemonsOf(clusterArn).arns.some((daemon) => !earlier.has(daemon)),
    );
    const tracing = { resource: arn, what: 'tracing' };
    // What costs no call is judged, too, when the time for asking is over.
    const places = asks ? (await sighting.at(tracing, () => placesOf(of)))?.value : await placesOf(of);
    const basis = places && basisOf(places, allowedActions);
    if (before?.judged !== undefined && before.judged.for === basis) return [before];
    revision ??= await describe(arn);
    if (revision === undefined) return before === undefined ? [] : [withoutVerdict(before)];
    const read = revision;
    const described: SeenRevision = {
      taskDefinitionArn: arn,
      definition: read.definition,
      task: bareDefinition(read.task),
      tracing: [],
      ...(allowedActions !== undefined && { allowedActions }),
    };
    if (places === undefined || basis === undefined) return [described];
    try {
      const verdicts = verdictsOn(places, (place) => judge(place, arn, read, allowedActions));
      return [{ ...described, tracing: verdicts, judged: { by: deps.version, for: basis, atMs: deps.clock.nowMs() } }];
    } catch (error) {
      // A rule that stumbles over one definition must not cost the others their audit.
      sighting.miss(tracing, error);
      return [described];
    }
  };

  const seen = await sideBySide([...byArn], REVISIONS_AT_ONCE, async ([arn, of]) => {
    const revision = await see(arn, of);
    deps.progress?.(++done, byArn.size);
    return revision;
  });
  return seen.flat();
};
