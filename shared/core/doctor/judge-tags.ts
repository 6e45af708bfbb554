import type { Workload } from '../targets/binding.ts';
import { targetGroupNameOf } from '../task/arn.ts';
import { printable, quote } from '../text.ts';
import type { Diagnosis, Problem } from './diagnosis.ts';
import type { OtherStack } from './judge-traffic.ts';

type Tags = Readonly<Record<string, string>>;

/** A target group with its tags. */
export interface TaggedGroup {
  readonly arn: string;
  readonly tags: Tags;
}

/** What the tagging API says beside what Elastic Load Balancing says. */
export interface TagsInStep {
  /** By the tagging API. */
  readonly told: readonly TaggedGroup[];
  /** By Elastic Load Balancing: those of `told` that exist, and some that are not among them. */
  readonly true: ReadonlyMap<string, Tags>;
  /** Groups that exist and were not looked at. */
  readonly notLooked: number;
}

const MOST_NAMES = 5;
const names = (arns: readonly string[]): string => {
  const shown = arns.slice(0, MOST_NAMES).map((arn) => printable(targetGroupNameOf(arn)));
  return arns.length > MOST_NAMES ? `${shown.join(', ')} and ${arns.length - MOST_NAMES} more` : shown.join(', ');
};

const bindingKeys = (prefix: string): readonly string[] =>
  ['service', 'family', 'beanstalk'].map((kind) => `${prefix}:${kind}`);
const ownTags = (tags: Tags, prefix: string): string =>
  JSON.stringify(
    Object.entries(tags)
      .filter(([key]) => key.startsWith(`${prefix}:`))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Whether the tagging API, by which Taskwire finds its groups, tells what is. */
export const judgeTagging = (prefix: string, { told, true: real, notLooked }: TagsInStep): Diagnosis => {
  const known = new Set(told.map(({ arn }) => arn));
  const gone = told.filter(({ arn }) => !real.has(arn)).map(({ arn }) => arn);
  const older = told
    .filter(({ arn, tags }) => {
      const now = real.get(arn);
      return now !== undefined && ownTags(now, prefix) !== ownTags(tags, prefix);
    })
    .map(({ arn }) => arn);
  const unknown = [...real]
    .filter(([arn, tags]) => !known.has(arn) && bindingKeys(prefix).some((key) => tags[key] !== undefined))
    .map(([arn]) => arn);
  const problem = (
    arns: readonly string[],
    severity: Problem['severity'],
    summary: string,
    fix: string,
  ): readonly Problem[] =>
    arns.length === 0 ? [] : [{ resource: arns[0] ?? '', ...(severity && { severity }), summary, fix }];
  const wait = 'It catches up by itself, mostly within a minute. If it stays so for an hour, set a tag again';
  return {
    found: `${told.length} tagged target groups, all with the tags that they have${notLooked === 0 ? '' : `; of the groups without tags ${notLooked} were not looked at`}`,
    problems: [
      ...problem(
        unknown,
        undefined,
        `The tagging API does not tell of ${unknown.length} tagged target groups: ${names(unknown)}. Nothing is wired there.`,
        `${wait}.`,
      ),
      ...problem(
        older,
        undefined,
        `The tagging API tells older tags of ${older.length} target groups: ${names(older)}.`,
        `${wait}.`,
      ),
      ...problem(
        gone,
        'info',
        `The tagging API still tells of ${gone.length} target groups that are deleted: ${names(gone)}.`,
        'Nothing: they are left out, and it forgets them within hours.',
      ),
    ],
  };
};

/** The clusters of the bindings beside those that are watched and those that are there. */
export interface WatchedClusters {
  /** By setting; empty: all. */
  readonly watched: readonly string[];
  /** Names of the clusters that exist. */
  readonly existing: readonly string[];
  readonly bound: readonly { readonly arn: string; readonly workloads: readonly Workload[] }[];
}

/** Whether the clusters that are watched are those that bindings name. */
export const judgeClusters = ({ watched, existing, bound }: WatchedClusters): Diagnosis => {
  const groupsOf = new Map<string, string[]>();
  let environments = 0;
  for (const { arn, workloads } of bound) {
    for (const workload of workloads) {
      if (workload.kind === 'beanstalk') environments++;
      else groupsOf.set(workload.cluster, [...(groupsOf.get(workload.cluster) ?? []), arn]);
    }
  }
  const there = new Set(existing);
  const problems: Problem[] = [];
  for (const [cluster, arns] of groupsOf) {
    if (!there.has(cluster)) {
      problems.push({
        resource: arns[0] ?? cluster,
        summary: `Target groups are bound to the cluster ${quote(cluster)}, which does not exist: ${names(arns)}.`,
        fix: 'Correct the cluster in their tags.',
      });
    } else if (watched.length > 0 && !watched.includes(cluster)) {
      problems.push({
        resource: arns[0] ?? cluster,
        summary: `Target groups are bound to the cluster ${quote(cluster)}, which is not among TASKWIRE_CLUSTERS: ${names(arns)}. Nothing is wired there.`,
        fix: 'Add it to the parameter clusters and deploy again, or correct the tags.',
      });
    }
  }
  for (const cluster of watched) {
    if (!there.has(cluster)) {
      problems.push({
        resource: cluster,
        summary: `TASKWIRE_CLUSTERS names ${quote(cluster)}, which does not exist in this account and Region.`,
        fix: 'Correct the parameter clusters and deploy again.',
      });
    } else if (!groupsOf.has(cluster)) {
      problems.push({
        resource: cluster,
        severity: 'info',
        summary: `The cluster ${quote(cluster)} is watched, and no target group is bound to it.`,
        fix: 'Nothing, if only its auto scaling or tracing is meant. Else tag a target group.',
      });
    }
  }
  const beanstalk = environments === 0 ? '' : `, ${environments} Elastic Beanstalk environments`;
  return { found: `${groupsOf.size} in the tags of ${bound.length} target groups${beanstalk}`, problems };
};

/** Whether another stack works on the same tags. @param whole Whether all functions of the Region were seen. */
export const judgeOthers = (tagPrefix: string, others: readonly OtherStack[], whole: boolean): Diagnosis => ({
  found: `none on ${tagPrefix}:…${whole ? '' : ', as far as the functions were listed'}`,
  problems: others
    .filter((other) => other.tagPrefix === tagPrefix)
    .map(({ functionName }) => ({
      resource: functionName,
      summary: `The function ${printable(functionName)} works on the same tags, ${tagPrefix}:…: two stacks undo each other’s work and share one budget.`,
      fix: 'Remove one of the stacks (npm run remove), or give one another prefix: --param="tagPrefix=…", and tags with it.',
    })),
});

/** What stands still because somebody wanted it so. @param pauses Stacks by their stage, groups by their name. */
export const judgePauses = (
  pauses: readonly { readonly kind: 'stack' | 'group'; readonly name: string; readonly resource: string }[],
): Diagnosis => ({
  found: 'none',
  problems: pauses.map(({ kind, name, resource }) => ({
    resource,
    summary:
      kind === 'stack'
        ? `The stack taskwire-${name} is paused: its queues keep what happens, and nothing is registered or removed.`
        : `The target group ${printable(name)} is paused: nothing is registered or removed there.`,
    fix: `When the reason is over: taskwire resume ${kind === 'stack' ? `--stage ${name}` : `${printable(name)}`}`,
  })),
});
