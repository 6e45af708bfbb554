import type { Settings } from '../core/settings.ts';
import { quote } from '../core/text.ts';
import { SettingsError } from '../errors.ts';
import { nearest } from './nearest.ts';

const KNOWN = [
  'TASKWIRE_MODE',
  'TASKWIRE_CLUSTERS',
  'TASKWIRE_TAG_PREFIX',
  'TASKWIRE_TRACING',
  'TASKWIRE_BRAKE_PERCENT',
  'TASKWIRE_REGISTRATIONS_PER_SECOND',
  'TASKWIRE_ELB_READS_PER_SECOND',
  'TASKWIRE_ECS_READS_PER_SECOND',
  'TASKWIRE_HOLD_MINUTES',
  'TASKWIRE_CONSENT',
  'TASKWIRE_MAX_TASKS',
  'TASKWIRE_REPORT_BUCKET',
  'TASKWIRE_COLLECTOR_IMAGES',
  'TASKWIRE_QUEUE_URL',
  'TASKWIRE_FAILURE_QUEUE_URL',
] as const;
type Name = (typeof KNOWN)[number];

/**
 * Reads the settings of a stack from its environment. An empty value is none, so that a template can pass one on.
 * @param alsoWrong What somebody else found to be wrong, to be named with the rest.
 * @throws {SettingsError} Names all that are wrong at once, each with what it should be.
 */
export const parseSettings = (
  env: Readonly<Record<string, string | undefined>>,
  alsoWrong: readonly string[] = [],
): Settings => {
  const wrong = [...alsoWrong];
  const given = (name: Name): string | undefined => env[name]?.trim() || undefined;

  const choice = <T extends string>(name: Name, choices: readonly [T, ...T[]]): T => {
    const value = given(name);
    const chosen = value === undefined ? choices[0] : choices.find((one) => one === value);
    if (chosen === undefined) wrong.push(`${name} is ${quote(value ?? '')}: set it to ${choices.join(' or ')}`);
    return chosen ?? choices[0];
  };

  const number = (name: Name, fallback: number, isRight: (value: number) => boolean, range: string): number => {
    const value = given(name);
    if (value === undefined) return fallback;
    const parsed = /^\d{1,9}(?:\.\d{1,9})?$/.test(value) ? Number(value) : Number.NaN;
    if (isRight(parsed)) return parsed;
    wrong.push(`${name} is ${quote(value)}: set it to a number ${range}, or leave it out (that means ${fallback})`);
    return fallback;
  };
  const rate = (name: Name, fallback: number, most: number, of: string): number =>
    number(
      name,
      fallback,
      (value) => value > 0 && value <= most,
      `above 0 and up to the ${most} ${of} per second that AWS gives an account`,
    );

  const text = (name: Name, pattern: RegExp, expected: string): string | undefined => {
    const value = given(name);
    if (value === undefined || pattern.test(value)) return value;
    wrong.push(`${name} is ${quote(value)}: set it to ${expected}`);
    return undefined;
  };

  const clusters = [...new Set((given('TASKWIRE_CLUSTERS') ?? '').split(/[\s,]+/).filter((name) => name !== ''))];
  const notNames = clusters.filter((name) => !/^[\w-]{1,255}$/.test(name));
  if (notNames.length > 0) {
    wrong.push(
      `TASKWIRE_CLUSTERS names ${notNames.map((name) => quote(name)).join(', ')}: set it to cluster names (no ARNs, no patterns) separated by commas, or leave it empty to watch all`,
    );
  }

  const mode = choice('TASKWIRE_MODE', ['enforce', 'observe']);
  const tracing = choice('TASKWIRE_TRACING', ['required', 'optional', 'off']);
  // A colon would end it, `aws` belongs to AWS.
  const tagPrefix = text(
    'TASKWIRE_TAG_PREFIX',
    /^(?!aws$)[a-z][a-z0-9-]{0,31}$/,
    'up to 32 lower-case letters, digits and hyphens, a letter first, not aws and without the colon',
  );
  const brakePercent = number('TASKWIRE_BRAKE_PERCENT', 50, (value) => value >= 0 && value <= 100, 'from 0 to 100');
  const registrationsPerSecond = rate('TASKWIRE_REGISTRATIONS_PER_SECOND', 3, 4, 'registration calls');
  const elbReadsPerSecond = rate('TASKWIRE_ELB_READS_PER_SECOND', 5, 10, 'Elastic Load Balancing calls');
  const ecsReadsPerSecond = rate('TASKWIRE_ECS_READS_PER_SECOND', 10, 20, 'ECS task reads');
  const holdMinutes = number('TASKWIRE_HOLD_MINUTES', 30, (value) => value >= 1 && value <= 1_440, 'from 1 to 1440');
  const consent = choice('TASKWIRE_CONSENT', ['group', 'both']);
  const maxTasks = text(
    'TASKWIRE_MAX_TASKS',
    /^[1-9]\d{0,5}$/,
    'the most tasks that a service may have, from 1 to 999999, or leave it out',
  );
  const reportBucket = text('TASKWIRE_REPORT_BUCKET', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket');
  const queueUrl = text('TASKWIRE_QUEUE_URL', /^https?:\/\/[^\s/]+\/\S+$/, 'the URL of an SQS queue');
  const failureQueueUrl = text('TASKWIRE_FAILURE_QUEUE_URL', /^https?:\/\/[^\s/]+\/\S+$/, 'the URL of an SQS queue');

  // A misspelt setting would be passed over, and the stack would run with a default that nobody chose.
  for (const name of Object.keys(env).sort()) {
    const meant = name.startsWith('TASKWIRE_') && !KNOWN.some((known) => known === name) && nearest(name, KNOWN);
    if (meant) wrong.push(`${quote(name)} is no setting: rename it to ${meant}`);
  }

  if (wrong.length > 0) throw new SettingsError(`Wrong settings: ${wrong.join('; ')}.`);
  return {
    mode,
    clusters,
    tagPrefix: tagPrefix ?? 'taskwire',
    tracing,
    brakePercent,
    registrationsPerSecond,
    elbReadsPerSecond,
    ecsReadsPerSecond,
    holdMinutes,
    consent,
    ...(maxTasks !== undefined && { maxTasks: Number(maxTasks) }),
    ...(reportBucket !== undefined && { reportBucket }),
    ...(queueUrl !== undefined && { queueUrl }),
    ...(failureQueueUrl !== undefined && { failureQueueUrl }),
  };
};
