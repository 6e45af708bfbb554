import type { SeenRevision } from '../core/audit/snapshot.ts';
import { bareDefinition } from '../core/audit/without-secrets.ts';
import type { Finding } from '../core/outcome.ts';
import { familyOf } from '../core/task/arn.ts';
import type { CollectorImage } from '../core/tracing/collectors.ts';
import { type Expected, judgeRevision } from '../core/tracing/verdict.ts';
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

const keyOf = ({ clusterArn, onInstance, expected }: Running): string =>
  JSON.stringify([clusterArn, onInstance, expected.tracing, expected.wanted]);

const distinctBy = <T>(items: readonly T[], key: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];

/** What looking at revisions needs. */
export interface SeeRevisionsDeps {
  readonly revisions: RevisionBook;
  /** Images that are collectors by setting. */
  readonly collectorImages?: readonly CollectorImage[];
  /** The services of a cluster, by its ARN, and whether those are all. */
  readonly servicesOf: (clusterArn: string) => { readonly services: readonly DetailedService[]; readonly all: boolean };
  /** How many of the revisions are seen. */
  readonly progress?: (done: number, of: number) => void;
  /** Actions of X-Ray that a role allows; `undefined` where roles are not read, or this one could not be. */
  readonly allowedActions: (role: string) => Promise<readonly string[] | undefined>;
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
  const byArn = new Map<string, Running[]>();
  for (const each of running) {
    const known = byArn.get(each.taskDefinitionArn);
    if (known === undefined) byArn.set(each.taskDefinitionArn, [each]);
    else known.push(each);
  }
  let done = 0;
  const read = (arn: string) => deps.revisions.read(arn);

  const daemonCollector = ({ clusterArn, taskDefinitionArn, expected }: Running): Promise<boolean | undefined> => {
    const { services, all } = deps.servicesOf(clusterArn);
    const daemons = services.filter(({ strategy }) => strategy === 'DAEMON');
    const arns = [...new Set(daemons.flatMap(({ taskDefinitionArn: arn }) => arn || []))];
    return daemonCollectorIn(
      { arns, complete: all },
      familyOf(taskDefinitionArn),
      expected.wanted,
      async (arn) => (await read(arn)).task,
      deps.collectorImages,
    );
  };

  const judge = async (
    place: Running,
    { task }: ReadRevision,
    allowedActions: readonly string[] | undefined,
  ): Promise<readonly Finding[]> => {
    const { expected, onInstance, taskDefinitionArn } = place;
    const daemons = onInstance ? await daemonCollector(place) : undefined;
    const subject = {
      task: { ...task, fargate: !onInstance && task.networkMode === 'awsvpc' },
      wanted: expected.wanted,
      ...(deps.collectorImages !== undefined && { collectorImages: deps.collectorImages }),
      ...(daemons !== undefined && { daemonCollector: daemons }),
      ...(allowedActions !== undefined && { allowedActions: new Set(allowedActions) }),
    };
    return judgeRevision(subject, expected.tracing, taskDefinitionArn);
  };

  const verdictsOn = async (
    places: readonly Running[],
    revision: ReadRevision,
    allowedActions: readonly string[] | undefined,
  ): Promise<SeenRevision['tracing']> => {
    const verdicts = new Map<string, { readonly expected: Expected; findings: readonly Finding[] }>();
    for (const place of distinctBy(places, keyOf)) {
      const { expected } = place;
      if (expected.tracing === 'off') continue;
      const found = await judge(place, revision, allowedActions);
      const key = JSON.stringify([expected.tracing, expected.wanted]);
      const before = verdicts.get(key)?.findings ?? [];
      const findings = distinctBy([...before, ...found], ({ rule, summary }) => JSON.stringify([rule, summary]));
      verdicts.set(key, { expected: { tracing: expected.tracing, wanted: expected.wanted }, findings });
    }
    return [...verdicts.values()];
  };

  const seen = await sideBySide(
    [...byArn],
    REVISIONS_AT_ONCE,
    async ([arn, places]): Promise<readonly SeenRevision[]> => {
      const revision = (await sighting.at({ resource: arn, what: 'task definition' }, () => read(arn)))?.value;
      deps.progress?.(++done, byArn.size);
      if (revision === undefined) return [];
      const { taskRole } = revision.task;
      const allowedActions = typeof taskRole === 'string' ? await deps.allowedActions(taskRole) : undefined;
      const tracing = await sighting.at({ resource: arn, what: 'tracing' }, () =>
        verdictsOn(places, revision, allowedActions),
      );
      return [
        {
          taskDefinitionArn: arn,
          definition: revision.definition,
          task: bareDefinition(revision.task),
          tracing: tracing?.value ?? [],
          ...(allowedActions !== undefined && { allowedActions }),
        },
      ];
    },
  );
  return seen.flat();
};
