import type { Bounds, ScalingWish } from '../core/scaling/wish.ts';
import { targetGroupNameOf } from '../core/task/arn.ts';
import { quote } from '../core/text.ts';
import { nearest } from './nearest.ts';

/** What is wrong with a tag's value, and where it is plain, what to write instead; both without the full stop. */
export interface Mistake {
  readonly problem: string;
  readonly cure?: string;
}

/** A right value. */
export const SCALING_EXAMPLE = 'min=2 max=20 cpu=60';

/** The words of a tag's value; however many spaces stand around them. */
export const wordsOf = (value: string): readonly string[] => value.split(/\s+/).filter((word) => word !== '');

/** What numbers a setting may have. */
const RANGES = {
  min: [0, 999_999],
  max: [0, 999_999],
  cpu: [1, 100],
  memory: [1, 100],
  requests: [1, 999_999_999],
  in: [0, 999_999],
  out: [0, 999_999],
} as const;
type Setting = keyof typeof RANGES;

const SETTINGS: readonly Setting[] = ['min', 'max', 'cpu', 'memory', 'requests', 'in', 'out'];
const BOUNDS: readonly Setting[] = ['min', 'max'];

const wholeNumber = (name: Setting, text: string, mistakes: Mistake[]): number | undefined => {
  const [least, most] = RANGES[name];
  const number = /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  const [, bare = ''] = /^(\d{1,6})[%s]$/.exec(text) ?? [];
  const isNear = bare !== '' && Number(bare) >= least && Number(bare) <= most;
  mistakes.push(
    /[,;]/.test(text)
      ? { problem: 'settings are separated by spaces', cure: `Write a space behind ${name}=<number>` }
      : {
          problem: `${name} must be a whole number from ${least} to ${most}, found ${quote(text)}`,
          ...(isNear && { cure: `Write ${name}=${Number(bare)}` }),
        },
  );
  return undefined;
};

/**
 * Reads words such as `min=2`. What is wrong is added to `mistakes`.
 * @param known Which settings may stand here.
 */
const parseSettings = (
  words: readonly string[],
  known: readonly Setting[],
  mistakes: Mistake[],
): ReadonlyMap<Setting, string> => {
  const settings = new Map<Setting, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const setting = known.find((each) => each === name);
    if (name === '' || (equals === -1 && setting !== undefined) || equals === word.length - 1) {
      mistakes.push({
        problem: `${quote(word)} is only part of a setting`,
        cure: `Write ${setting ?? 'min'}=<number> without spaces around the equals sign`,
      });
    } else if (setting === undefined) {
      const meant = nearest(name, known);
      mistakes.push({
        problem: `${quote(name)} is none of ${known.join(', ')}`,
        ...(meant !== undefined && { cure: `Write ${meant} instead of ${quote(name)}` }),
      });
    } else if (settings.has(setting)) {
      mistakes.push({ problem: `${setting} stands twice`, cure: `Keep one ${setting}` });
    } else settings.set(setting, word.slice(equals + 1));
  }
  return settings;
};

const boundsIn = (settings: ReadonlyMap<Setting, string>, mistakes: Mistake[]): Bounds | undefined => {
  const [min, max] = BOUNDS.map((name) => {
    const text = settings.get(name);
    // A word that is wrong in another way was probably meant to be the missing one.
    if (text === undefined && mistakes.length === 0) {
      mistakes.push({ problem: `${name} is missing`, cure: `Add ${name}=<number of tasks>` });
    }
    return text === undefined ? undefined : wholeNumber(name, text, mistakes);
  });
  if (min === undefined || max === undefined) return undefined;
  if (min > max) {
    mistakes.push({ problem: `min ${min} is above max ${max}`, cure: `Write min=${max} max=${min}` });
    return undefined;
  }
  return { min, max };
};

/** Reads `min=6 max=40`; both are needed. What is wrong is added to `mistakes`. */
export const parseBounds = (words: readonly string[], mistakes: Mistake[]): Bounds | undefined =>
  boundsIn(parseSettings(words, BOUNDS, mistakes), mistakes);

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
const GROUP = /^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/;

const parseRequests = (text: string, mistakes: Mistake[]): ScalingWish['requests'] => {
  const at = text.indexOf('@');
  const perMinute = wholeNumber('requests', at === -1 ? text : text.slice(0, at), mistakes);
  if (at === -1) return perMinute === undefined ? undefined : { perMinute };
  const group = text.slice(at + 1);
  if (perMinute !== undefined && GROUP.test(group)) return { perMinute, targetGroupName: group };
  if (!GROUP.test(group)) {
    const name = group.startsWith('arn:') ? targetGroupNameOf(group) : '';
    mistakes.push({
      problem: `a target group's name stands behind the @ of requests, found ${quote(group)}`,
      cure: `Write requests=${perMinute ?? '<number>'}@${GROUP.test(name) ? name : '<target group name>'}`,
    });
  }
  return undefined;
};

/** The scaling tag, read. */
export type Scaling = Pick<
  ScalingWish,
  'bounds' | 'cpuPercent' | 'memoryPercent' | 'requests' | 'scaleInSeconds' | 'scaleOutSeconds'
>;

/** Reads the value of the scaling tag. What is wrong is added to `mistakes`; then what is returned is not to be used. */
export const parseScaling = (value: string, mistakes: Mistake[]): Scaling | undefined => {
  const settings = parseSettings(wordsOf(value), SETTINGS, mistakes);
  const bounds = boundsIn(settings, mistakes);
  const numberOf = (name: Setting): number | undefined => {
    const text = settings.get(name);
    return text === undefined ? undefined : wholeNumber(name, text, mistakes);
  };
  const [cpuPercent, memoryPercent] = [numberOf('cpu'), numberOf('memory')];
  const told = settings.get('requests');
  const requests = told === undefined ? undefined : parseRequests(told, mistakes);
  const [scaleInSeconds, scaleOutSeconds] = [numberOf('in'), numberOf('out')];
  return bounds === undefined
    ? undefined
    : {
        bounds,
        ...(cpuPercent !== undefined && { cpuPercent }),
        ...(memoryPercent !== undefined && { memoryPercent }),
        ...(requests !== undefined && { requests }),
        ...(scaleInSeconds !== undefined && { scaleInSeconds }),
        ...(scaleOutSeconds !== undefined && { scaleOutSeconds }),
      };
};
