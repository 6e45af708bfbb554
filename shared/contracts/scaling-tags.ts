import type { Finding } from '../core/outcome.ts';
import type { Bounds, Reaction, ScalingWish } from '../core/scaling/wish.ts';
import { quote } from '../core/text.ts';
import { HOURS_EXAMPLE, parseHours } from './hours-tag.ts';
import { nearest } from './nearest.ts';
import { type Mistake, parseScaling, SCALING_EXAMPLE, wordsOf } from './scaling-settings.ts';

/** What the tags of one ECS service ask of its scaling. */
export interface ParsedScaling {
  /** `undefined` where there is no scaling tag, or any tag is wrong (a finding of severity high). */
  readonly wish?: ScalingWish;
  /**
   * False where a tag is wrong: the service keeps the scaling it has. Without a wish and understood, the tag was taken
   * away, and what Taskwire made goes.
   */
  readonly understood: boolean;
  /** Severity low: worth knowing, the wish holds. */
  readonly findings: readonly Finding[];
}

/** Where the tags come from. */
export interface ScalingOptions {
  /** `taskwire`, or what the stack calls it. */
  readonly prefix: string;
  /** ARN of the service: what the findings are about. */
  readonly resource: string;
  /** The most tasks that the owner of the stack lets a service have; `undefined`: as many as its tags say. */
  readonly maxTasks?: number | undefined;
}

const READ = ['scaling', 'hours', 'reactions'] as const;
/** Tags of the prefix that others read on a service; `spot` is the Spot reaction's own memory. */
const OTHERS = ['tracing', 'collector', 'allow', 'spot'] as const;
const KNOWN: readonly string[] = [...READ, ...OTHERS];
/** What a person may set on a service. */
const OFFERED: readonly string[] = KNOWN.filter((name) => name !== 'spot');

/** Tags of the prefix that mean something, though not on a service. */
const ELSEWHERE = new Map([
  ...['service', 'family', 'beanstalk', 'container', 'port', 'mode', 'targets', 'zone'].map(
    (name) => [name, 'a target group'] as const,
  ),
  ['standby', 'a task'],
]);

const REACTIONS: readonly Reaction[] = ['deploy', 'crash', 'spot'];

/** Reads the value of the reactions tag; what is wrong is added to `mistakes`. */
const parseReactions = (value: string, mistakes: Mistake[]): ReadonlySet<Reaction> => {
  const words = wordsOf(value);
  const reactions = new Set<Reaction>();
  if (words.length === 0) mistakes.push({ problem: 'it names nothing' });
  for (const word of words) {
    const reaction = REACTIONS.find((known) => known === word);
    if (reaction !== undefined) reactions.add(reaction);
    else if (word === 'none') {
      if (words.length > 1) mistakes.push({ problem: 'none stands beside others', cure: 'Write none alone' });
    } else if (/[,;]/.test(word)) mistakes.push({ problem: 'several are separated by spaces' });
    else {
      const meant = nearest(word, [...REACTIONS, 'none']);
      mistakes.push({
        problem: `${quote(word)} is none of ${REACTIONS.join(', ')} or none`,
        ...(meant !== undefined && { cure: `Write ${meant} instead of ${quote(word)}` }),
      });
    }
  }
  return reactions;
};

const alsoMore = (count: number): string => (count > 1 ? ` (and ${count - 1} more)` : '');

/** Takes down what is wrong with a tag; severity high unless said otherwise. */
type Report = (rule: string, summary: string, fix: string, severity?: Finding['severity']) => void;

const reportStray = (key: string, prefix: string, report: Report): void => {
  const name = key.slice(key.indexOf(':') + 1);
  const place = key.startsWith(`${prefix}:`) ? ELSEWHERE.get(name) : undefined;
  if (place !== undefined) {
    const summary = `${quote(key)} has no effect on an ECS service: it belongs on ${place}`;
    report('TAG-23', summary, `Move the tag to ${place}, or take it away.`, 'low');
    return;
  }
  const [base = '', number] = name.split('.');
  if (key.startsWith(`${prefix}:`) && number !== undefined && KNOWN.includes(base)) {
    const summary = `${quote(key)} is no continuation: tags of a service have one value each`;
    report('TAG-23', summary, `Write all of it into ${prefix}:${base}, and take ${quote(key)} away.`);
    return;
  }
  const meant = nearest(name, OFFERED);
  report(
    'TAG-23',
    `${quote(key)} is no tag that Taskwire knows on an ECS service (upper and lower case count)`,
    meant
      ? `Rename the tag to ${prefix}:${meant}, or take it away.`
      : `Take the tag away. Known are ${OFFERED.map((known) => `${prefix}:${known}`).join(', ')}.`,
  );
};

/**
 * Reads what the tags of an ECS service ask of its scaling. Nothing is guessed: one wrong tag makes the whole wish
 * wrong, since bounds without their hours, or hours without the bounds around them, are not what somebody asked for.
 * Rules: TAG-20 scaling · TAG-21 hours · TAG-22 reactions · TAG-23 unknown tag, or one that belongs elsewhere (low: it
 * has no effect) · TAG-24 more tasks than the stack allows (medium: what it allows is used). One finding per tag, about its first mistake. The order of the tags does not matter, nor does that of
 * the settings in them.
 */
export const parseScalingTags = (
  tags: Readonly<Record<string, string>>,
  { prefix, resource, maxTasks }: ScalingOptions,
): ParsedScaling => {
  const findings: Finding[] = [];
  const report: Report = (rule, summary, fix, severity = 'high') => {
    findings.push({ rule, severity, resource, summary: `${summary}.`, fix });
  };
  // In one order, whatever order AWS lists them in: the same tags give the same findings.
  for (const key of Object.keys(tags).sort()) {
    if (!key.trim().toLowerCase().startsWith(`${prefix.toLowerCase()}:`)) continue;
    if (!KNOWN.some((name) => key === `${prefix}:${name}`)) reportStray(key, prefix, report);
  }
  const toldBy = (name: (typeof READ)[number]): string | undefined => {
    const key = `${prefix}:${name}`;
    return Object.hasOwn(tags, key) ? tags[key] : undefined;
  };
  const isScaled = toldBy('scaling') !== undefined;
  const read = <T>(
    name: (typeof READ)[number],
    rule: string,
    example: string,
    parse: (value: string, mistakes: Mistake[]) => T,
  ): T | undefined => {
    const [tag, value] = [`${prefix}:${name}`, toldBy(name)];
    if (value === undefined) return undefined;
    const mistakes: Mistake[] = [];
    const parsed = parse(value, mistakes);
    const [first] = mistakes;
    if (first !== undefined) {
      const right = `Set ${tag} to a value such as ${example}.`;
      report(
        rule,
        `${tag} is ${quote(value)}: ${first.problem}${alsoMore(mistakes.length)}`,
        first.cure === undefined ? right : `${first.cure}. ${right}`,
      );
    } else if (!isScaled) {
      report(
        rule,
        `${tag} is ${quote(value)}, and ${prefix}:scaling is missing: there is nothing that it could change`,
        `Set ${prefix}:scaling to a value such as ${SCALING_EXAMPLE}, or take ${tag} away.`,
      );
    }
    return parsed;
  };
  const scaling = read('scaling', 'TAG-20', SCALING_EXAMPLE, parseScaling);
  const hours = read('hours', 'TAG-21', HOURS_EXAMPLE, parseHours);
  const reactions = read('reactions', 'TAG-22', 'deploy crash', parseReactions);
  const understood = findings.every(({ severity }) => severity !== 'high');
  if (!understood || scaling === undefined) return { understood, findings };
  const wish: ScalingWish = {
    ...scaling,
    hours: hours?.windows ?? [],
    zone: hours?.zone ?? 'UTC',
    reactions: reactions ?? new Set(['crash']),
  };
  const most = Math.max(wish.bounds.max, ...wish.hours.map(({ max }) => max));
  if (maxTasks === undefined || most <= maxTasks) return { wish, understood, findings };
  report(
    'TAG-24',
    `The tags of scaling ask for up to ${most} tasks, and the stack allows a service ${maxTasks}: ${maxTasks} are used`,
    `Ask for at most ${maxTasks}, or have the owner of the stack raise TASKWIRE_MAX_TASKS.`,
    'medium',
  );
  const below = <B extends Bounds>(bounds: B): B => ({
    ...bounds,
    min: Math.min(bounds.min, maxTasks),
    max: Math.min(bounds.max, maxTasks),
  });
  return { wish: { ...wish, bounds: below(wish.bounds), hours: wish.hours.map(below) }, understood, findings };
};
