import type { Finding, Mode } from '../core/outcome.ts';
import { type Wiring, type Workload, workloadKeyOf } from '../core/targets/binding.ts';
import { quote } from '../core/text.ts';
import { nearest } from './nearest.ts';
import { parsePausedTime } from './paused-tag.ts';
import { EXAMPLES, isKind, KINDS, type Kind, NAME, parseWorkloads, type Report } from './workload-tag.ts';

/** What the tags of one target group came to. */
export interface ParsedWiring {
  /** `undefined` where the group carries no tag of the prefix, or any of them is wrong (a finding of severity high). */
  readonly wiring?: Wiring;
  /** Severity low: worth knowing, the wiring holds. */
  readonly findings: readonly Finding[];
}

/** Where the tags come from and what they may name. */
export interface WiringOptions {
  /** `taskwire`, or what the stack calls it. */
  readonly prefix: string;
  /** ARN of the target group, or a file's path: what the findings are about. */
  readonly resource: string;
  /** Names of the clusters that a binding may name; empty means all. */
  readonly watchedClusters: readonly string[];
}

const OPTIONS = ['container', 'port', 'mode', 'paused', 'targets', 'zone'] as const;
type Option = (typeof OPTIONS)[number];

/** Tags of the prefix that mean something, though not on a target group. */
const ELSEWHERE = new Map([
  ['scaling', 'an ECS service'],
  ['hours', 'an ECS service'],
  ['reactions', 'an ECS service'],
  ['tracing', 'an ECS service'],
  ['collector', 'an ECS service'],
  ['allow', 'an ECS service'],
  ['standby', 'a task'],
]);

const isOption = (name: string): name is Option => OPTIONS.some((option) => option === name);

/** Tags of the prefix, sorted out, before anything is known about their values. */
interface Sorted {
  /** Values by kind, then by their number; the one without a number is the first. */
  readonly kinds: ReadonlyMap<Kind, ReadonlyMap<number, string>>;
  readonly options: ReadonlyMap<Option, string>;
}

const unknownTag = (prefix: string, key: string, report: Report): void => {
  const name = key.slice(key.indexOf(':') + 1);
  const meant = nearest(name, [...KINDS, ...OPTIONS]);
  report(
    'TAG-9',
    `${quote(key)} is no tag that Taskwire knows on a target group (upper and lower case count)`,
    meant
      ? `Rename the tag to ${prefix}:${meant}, or take it away.`
      : `Take the tag away. Known are ${[...KINDS, ...OPTIONS].map((known) => `${prefix}:${known}`).join(', ')}.`,
  );
};

const sortTags = (tags: Readonly<Record<string, string>>, prefix: string, report: Report): Sorted | undefined => {
  const kinds = new Map<Kind, Map<number, string>>();
  const options = new Map<Option, string>();
  const put = (kind: Kind, number: number, value: string): void => {
    const numbered = kinds.get(kind) ?? new Map<number, string>();
    kinds.set(kind, numbered.set(number, value));
  };
  let meant = 0;
  // In one order, whatever order AWS lists them in: the same tags give the same findings.
  for (const key of Object.keys(tags).sort()) {
    const value = tags[key] ?? '';
    if (!key.trim().toLowerCase().startsWith(`${prefix.toLowerCase()}:`)) continue;
    meant++;
    if (!key.startsWith(`${prefix}:`)) {
      unknownTag(prefix, key, report);
      continue;
    }
    const name = key.slice(prefix.length + 1);
    const dot = name.indexOf('.');
    const [base, number] = dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
    const place = ELSEWHERE.get(name);
    if (isKind(name)) put(name, 1, value);
    else if (isOption(name)) options.set(name, value);
    else if (isKind(base) && /^(?:[2-9]|[1-9]\d)$/.test(number)) put(base, Number(number), value);
    else if (isKind(base) || isOption(base)) {
      report(
        'TAG-12',
        `${quote(key)} is no continuation: only service, family and beanstalk go on, in .2, .3 and so on`,
        isKind(base)
          ? `Write the first as ${prefix}:${base}, the next as ${prefix}:${base}.2.`
          : `Write one value into ${prefix}:${base} and take ${quote(key)} away.`,
      );
    } else if (place !== undefined) {
      meant--;
      report(
        'TAG-9',
        `${quote(key)} has no effect on a target group: it belongs on ${place}`,
        `Move the tag to ${place}, or take it away.`,
        'low',
      );
    } else unknownTag(prefix, key, report);
  }
  return meant === 0 ? undefined : { kinds, options };
};

const withoutTwins = (workloads: readonly Workload[], tag: string, report: Report): readonly Workload[] => {
  const once = new Map<string, Workload>();
  for (const workload of workloads) once.set(workloadKeyOf(workload), workload);
  if (once.size < workloads.length) {
    report(
      'TAG-2',
      `${tag} names a workload twice; it counts once`,
      'Take the repetition away, or write the workload that was meant.',
      'low',
    );
  }
  return [...once.values()];
};

const parseKinds = (
  kinds: Sorted['kinds'],
  { prefix, watchedClusters }: WiringOptions,
  report: Report,
): readonly Workload[] => {
  const named = KINDS.filter((kind) => kinds.has(kind));
  if (named.length > 1) {
    report(
      'TAG-1',
      `${named.map((kind) => `${prefix}:${kind}`).join(' and ')} stand together: a target group takes workloads of one kind`,
      `Keep one of them, and give the other workloads a target group of their own.`,
    );
  }
  return named.flatMap((kind) => {
    const values = kinds.get(kind) ?? new Map<number, string>();
    const workloads: Workload[] = [];
    let expected = 1;
    for (const [number, value] of [...values].sort(([a], [b]) => a - b)) {
      const tag = number === 1 ? `${prefix}:${kind}` : `${prefix}:${kind}.${number}`;
      if (number !== expected) {
        const missing = expected === 1 ? `${prefix}:${kind}` : `${prefix}:${kind}.${expected}`;
        report(
          'TAG-12',
          `${tag} stands without ${missing} before it`,
          `Move the value of ${tag} to ${missing}, or add what is missing there.`,
        );
      }
      expected = number + 1;
      workloads.push(...parseWorkloads(kind, tag, value, watchedClusters, report));
    }
    return withoutTwins(workloads, `${prefix}:${kind}`, report);
  });
};

const choose = <T extends string>(
  value: string | undefined,
  choices: readonly [T, ...T[]],
  rule: string,
  tag: string,
  report: Report,
): T => {
  const chosen = value === undefined ? choices[0] : choices.find((choice) => choice === value.trim());
  if (chosen !== undefined) return chosen;
  const meant = nearest(value ?? '', choices) ?? choices[0];
  report(
    rule,
    `${tag} is ${quote(value ?? '')}: it can be ${choices.join(' or ')}`,
    `Set ${tag} to ${meant}, or take it away (that means ${choices[0]}).`,
  );
  return choices[0];
};

const parseContainer = (value: string | undefined, tag: string, report: Report): string | undefined => {
  const name = value?.trim();
  if (name === undefined || NAME.test(name)) return name;
  report(
    'TAG-4',
    `${tag} is ${quote(value ?? '')}: one container is named, with up to 255 letters, digits, hyphens and underscores`,
    `Set ${tag} to the container's name in the task definition, such as app.`,
  );
  return undefined;
};

const parsePort = (value: string | undefined, tag: string, report: Report): number | undefined => {
  if (value === undefined) return undefined;
  const port = /^[1-9]\d{0,4}$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  report(
    'TAG-5',
    `${tag} is ${quote(value)}: a port is one whole number from 1 to 65535`,
    `Set ${tag} to the port that the container listens on, such as 8080.`,
  );
  return undefined;
};

/** Whatever it says, the tag pauses: a wrong time must not set a group going that somebody stopped in a hurry. */
const parsePaused = (value: string | undefined, tag: string, report: Report): Wiring['paused'] => {
  if (value === undefined) return undefined;
  const sinceMs = parsePausedTime(value);
  if (sinceMs !== undefined) return { sinceMs };
  report(
    'TAG-6',
    `${tag} is ${quote(value)}, which is no point in time; the group is paused all the same`,
    `Set ${tag} to the time since when the group is paused, such as 2026-01-31T12:00:00Z, or take it away to let the group go on.`,
    'low',
  );
  return {};
};

/**
 * Reads what the tags of a target group ask for. All that is wrong is said at once, and nothing is guessed: one wrong
 * tag makes the whole binding wrong, since a misspelt `mode` or `port` would otherwise wire what nobody asked for.
 * Rules: TAG-1 no workload, or kinds mixed · TAG-2 workload not understood · TAG-3 cluster not watched · TAG-4 container ·
 * TAG-5 port · TAG-6 mode, and since when the group is paused (low: it is paused all the same) · TAG-7 targets · TAG-8 zone · TAG-9 unknown tag, or one that belongs elsewhere ·
 * TAG-12 numbering. The order of the tags does not matter; spaces around values do not either.
 */
export const parseWiring = (tags: Readonly<Record<string, string>>, options: WiringOptions): ParsedWiring => {
  const { prefix, resource } = options;
  const findings: Finding[] = [];
  const report: Report = (rule, summary, fix, severity = 'high') => {
    findings.push({ rule, severity, resource, summary: `${summary}.`, fix });
  };
  const sorted = sortTags(tags, prefix, report);
  if (sorted === undefined) return { findings };
  const workloads = parseKinds(sorted.kinds, options, report);
  const tag = (name: Option): string => `${prefix}:${name}`;
  const container = parseContainer(sorted.options.get('container'), tag('container'), report);
  const port = parsePort(sorted.options.get('port'), tag('port'), report);
  const mode = choose<Mode>(sorted.options.get('mode'), ['enforce', 'observe'], 'TAG-6', tag('mode'), report);
  const paused = parsePaused(sorted.options.get('paused'), tag('paused'), report);
  const targets = choose<Wiring['targets']>(
    sorted.options.get('targets'),
    ['shared', 'exclusive'],
    'TAG-7',
    tag('targets'),
    report,
  );
  const zone = choose<Wiring['zone']>(sorted.options.get('zone'), ['auto', 'all'], 'TAG-8', tag('zone'), report);
  if (sorted.kinds.size === 0) {
    report(
      'TAG-1',
      `The target group carries tags of ${prefix}, but none that names a workload`,
      `Set one of ${KINDS.map((kind) => `${prefix}:${kind}`).join(', ')}, such as ${prefix}:service = ${EXAMPLES.service}.`,
    );
  }
  if (findings.some(({ severity }) => severity === 'high')) return { findings };
  return {
    wiring: {
      workloads,
      ...(container !== undefined && { container }),
      ...(port !== undefined && { port }),
      mode: paused === undefined ? mode : 'observe',
      ...(paused !== undefined && { paused }),
      targets,
      zone,
    },
    findings,
  };
};
