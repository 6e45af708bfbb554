import type { Settings } from '../core/settings.ts';
import { quote } from '../core/text.ts';
import type { CollectorImage, CollectorKind } from '../core/tracing/collectors.ts';
import { imageNameOf } from '../core/tracing/image.ts';
import { SettingsError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { parseSettings } from './settings.ts';

// A file of its own: what wires targets has no use for it, and reads no more than it needs at its cold start.

type Environment = Readonly<Record<string, string | undefined>>;

const NAME = 'TASKWIRE_COLLECTOR_IMAGES';
const KINDS = ['xray', 'adot', 'opentelemetry', 'cloudwatch-agent'] as const satisfies readonly CollectorKind[];
/** What Docker takes, and a star; no longer than the longest that ECS takes. */
const PATTERN = /^[a-z0-9*](?:[a-z0-9._/*-]{0,510}[a-z0-9*])?$/;
/** Each more multiplies the time that a long name takes by its length. */
const MOST_STARS = 2;

/** What is wrong with an image's name, without the full stop. */
const wrongWith = (image: string): string | undefined => {
  const { path, tag, digest } = imageNameOf(image);
  if (tag !== undefined || digest !== undefined) {
    return `${quote(image)} has a tag or a digest: leave it out, every one counts`;
  }
  if (!PATTERN.test(path)) {
    const cure = PATTERN.test(path.toLowerCase())
      ? 'write it in lower case'
      : 'write it such as tools/tracer, with * for any characters';
    return `${quote(image)} is no name of an image: ${cure}`;
  }
  if (/^[*/]+$/.test(path)) return `${quote(image)} would take every image for a collector: name some of it`;
  const stars = path.split('*').length - 1;
  return stars > MOST_STARS ? `${quote(image)} has more than two stars: write two at most` : undefined;
};

const readEntry = (entry: string, wrong: string[]): readonly CollectorImage[] => {
  const equals = entry.lastIndexOf('=');
  const image = equals === -1 ? entry : entry.slice(0, equals);
  const named = entry.slice(equals + 1);
  const kind = KINDS.find((each) => each === named);
  const problem =
    image === '' ? `${quote(entry)} names no image: write it such as tools/tracer=adot` : wrongWith(image);
  if (problem !== undefined) wrong.push(`${NAME}: ${problem}`);
  else if (equals === -1) wrong.push(`${NAME}: ${quote(entry)} says no kind: write ${entry}=adot, or another kind`);
  else if (kind !== undefined) return [{ kind, pattern: imageNameOf(image).path }];
  else {
    const meant = nearest(named, KINDS) ?? `${KINDS.slice(0, -1).join(', ')} or ${KINDS.at(-1)}`;
    wrong.push(`${NAME}: ${quote(named)} is no collector: write ${meant}`);
  }
  return [];
};

const readImages = (env: Environment, wrong: string[]): readonly CollectorImage[] =>
  (env[NAME] ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .flatMap((entry) => readEntry(entry, wrong));

/**
 * Reads which images are collectors by setting: `tools/tracer=adot, mirror/xr=xray`. The registry of a name is passed
 * over, as with the names that are known.
 * @throws {SettingsError} Names all that are wrong at once, each with what it should be.
 */
export const parseCollectorImages = (env: Environment): readonly CollectorImage[] => {
  const wrong: string[] = [];
  const images = readImages(env, wrong);
  if (wrong.length > 0) throw new SettingsError(`Wrong settings: ${wrong.join('; ')}.`);
  return images;
};

/**
 * Reads the settings of a stack with those that only tracing has.
 * @param wrong What a caller found to be wrong so far; all is named together.
 * @throws {SettingsError} Names all that are wrong at once, each with what it should be.
 */
export const parseTracingSettings = (
  env: Environment,
  wrong: string[] = [],
): Settings & { readonly collectorImages: readonly CollectorImage[] } => {
  const collectorImages = readImages(env, wrong);
  return { ...parseSettings(env, wrong), collectorImages };
};
