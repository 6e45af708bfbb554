import type { Finding } from '../core/outcome.ts';
import type { Workload } from '../core/targets/binding.ts';
import { parseArn } from '../core/task/arn.ts';
import { quote } from '../core/text.ts';
import { nearest } from './nearest.ts';

/** Takes down what is wrong with a tag; severity high unless said otherwise. */
export type Report = (rule: string, summary: string, fix: string, severity?: Finding['severity']) => void;

/** The tags that name workloads, by what kind. */
export const KINDS = ['service', 'family', 'beanstalk'] as const;
export type Kind = (typeof KINDS)[number];

/** Whether a tag of this name (without the prefix) names workloads. */
export const isKind = (name: string): name is Kind => KINDS.some((kind) => kind === name);

/** A right value of each. */
export const EXAMPLES: Readonly<Record<Kind, string>> = {
  service: 'production/checkout',
  family: 'production/report',
  beanstalk: 'shop-prod',
};
const FORMS: Readonly<Record<Kind, string>> = {
  service: '<cluster>/<service>',
  family: '<cluster>/<family>',
  beanstalk: '<environment name>',
};

/** What ECS takes as the name of a cluster, service, family or container. */
export const NAME = /^[\w-]{1,255}$/;

type Mistake = readonly [problem: string, meant?: string | undefined];

/** What is wrong with a text that should be `<cluster>/<name>`, and what was probably meant. */
const clusteredFault = (kind: 'service' | 'family', text: string): Mistake => {
  const [first = '', second = '', ...more] = text.split('/');
  if (text.startsWith('arn:')) {
    const [type, cluster, service] = parseArn(text)?.resource.split('/') ?? [];
    const isService = kind === 'service' && type === 'service' && cluster !== undefined && NAME.test(cluster);
    const isNamed = isService && service !== undefined && NAME.test(service);
    return ['it is an ARN, a name is wanted', isNamed ? `${cluster}/${service}` : undefined];
  }
  if (/[,;]/.test(text)) return ['several are separated by spaces, not by commas'];
  if (!text.includes('/')) return ['it names no cluster', NAME.test(text) ? `<cluster>/${text}` : undefined];
  if (more.length > 0) return ['it has more than one slash'];
  if (first === '') return ['nothing stands before the slash'];
  if (second === '') return ['nothing stands behind the slash'];
  if (first.length > 255 || second.length > 255) return ['a name has at most 255 characters'];
  if (kind === 'family' && /^[\w-]+:\d+$/.test(second)) {
    return [
      'a family is named without its revision',
      NAME.test(first) ? `${first}/${second.split(':')[0]}` : undefined,
    ];
  }
  return ['a name has only letters, digits, hyphens and underscores'];
};

// https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateEnvironment.html
const ENVIRONMENT = /^(?!-)[A-Za-z0-9-]{4,40}(?<!-)$/;

const environmentFault = (text: string): Mistake => {
  if (text.startsWith('arn:')) {
    const name = text.slice(text.lastIndexOf('/') + 1);
    return ['it is an ARN, a name is wanted', ENVIRONMENT.test(name) ? name : undefined];
  }
  if (/[,;]/.test(text)) return ['several are separated by spaces, not by commas'];
  if (text.includes('/')) return ['an environment is named alone, without application or cluster'];
  return ['an environment name has 4 to 40 letters, digits and hyphens, none of them at an end'];
};

const workloadOf = (kind: Kind, text: string): Workload | undefined => {
  if (kind === 'beanstalk') return ENVIRONMENT.test(text) ? { kind, environment: text } : undefined;
  const [cluster = '', name = '', ...more] = text.split('/');
  if (more.length > 0 || !NAME.test(cluster) || !NAME.test(name)) return undefined;
  return kind === 'service' ? { kind, cluster, service: name } : { kind, cluster, family: name };
};

const alsoMore = (count: number): string => (count > 1 ? ` (and ${count - 1} more)` : '');

/**
 * Reads the value of one tag that names workloads of one kind, separated by spaces. What is wrong is reported, once per
 * rule and tag; only what is right is returned.
 * @param watched Names of the clusters that may be named; empty means all.
 */
export const parseWorkloads = (
  kind: Kind,
  tag: string,
  value: string,
  watched: readonly string[],
  report: Report,
): readonly Workload[] => {
  const texts = value.split(/\s+/).filter((text) => text !== '');
  const right = `Set ${tag} to ${FORMS[kind]}, such as ${EXAMPLES[kind]}; several are separated by spaces.`;
  if (texts.length === 0) report('TAG-2', `${tag} is ${quote(value)}: it names nothing`, right);
  const workloads: Workload[] = [];
  const wrong: string[] = [];
  const unwatched: string[] = [];
  for (const text of texts) {
    const workload = workloadOf(kind, text);
    if (workload === undefined) wrong.push(text);
    else if (workload.kind !== 'beanstalk' && watched.length > 0 && !watched.includes(workload.cluster)) {
      unwatched.push(workload.cluster);
    } else workloads.push(workload);
  }
  // One finding per tag, about the first: a value may hold a hundred wrong ones.
  if (wrong[0] !== undefined) {
    const [problem, meant] = kind === 'beanstalk' ? environmentFault(wrong[0]) : clusteredFault(kind, wrong[0]);
    report(
      'TAG-2',
      `${tag} names ${quote(wrong[0])}: ${problem}${alsoMore(wrong.length)}`,
      meant ? `Write ${meant} instead of ${quote(wrong[0])}.` : right,
    );
  }
  if (unwatched[0] !== undefined) {
    const meant = nearest(unwatched[0], watched);
    report(
      'TAG-3',
      `${tag} names the cluster ${quote(unwatched[0])}, which this stack does not watch${alsoMore(unwatched.length)}`,
      meant
        ? `Write ${meant} instead of ${unwatched[0]}, or add ${unwatched[0]} to TASKWIRE_CLUSTERS.`
        : `Add ${unwatched[0]} to TASKWIRE_CLUSTERS, or name one of ${watched
            .slice(0, 5)
            .map((name) => quote(name))
            .join(', ')}.`,
    );
  }
  return workloads;
};
