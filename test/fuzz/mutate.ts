import type { Random } from '../../simulator/random.ts';

/** What has broken parsers before: other types, other sizes, names that mean something, text that is no text. */
const HOSTILE = [
  'null',
  'true',
  '-1',
  '0',
  '1e999',
  '9007199254740993',
  '4294967296',
  '""',
  '{}',
  '[]',
  '"__proto__"',
  '"constructor"',
  '"\\u001b[2J\\u202e"',
  '"\\ud800"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '*anchor',
  '&anchor',
  '!!js/function',
  '!Ref',
  '? ',
  '- ',
  '|',
  '>',
  '${',
  '%',
  '\u0000',
  '\u001b]0;x\u0007',
  '\u202e',
  '\ud800',
  '\ufeff',
];
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'length',
  '',
  ' ',
  'a'.repeat(300),
  '\u001b[31m',
  'Fn::Transform',
  'Ref',
  '<<',
];
const STRUCTURE = '{}[]",:\\\n\t #-&*|>\'!%@`';
/** Deeper than anybody writes, and than a parser that calls itself should follow. */
const DEEP = 3_000;
const MOST_CHARACTERS = 70_000;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const pick = <T>(items: readonly T[], random: Random): T | undefined => items[random.between(0, items.length - 1)];

const hostileValue = (random: Random): Json => {
  const kind = random.between(0, 9);
  if (kind === 0) return '\u001b[2K\u202e"\'<img src=x onerror=alert(1)>';
  if (kind === 1) return 'x'.repeat(random.between(0, 5_000));
  if (kind === 2) return Array.from({ length: random.between(0, 500) }, () => null);
  if (kind === 3) return Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${pick(KEYS, random)}${n}`, n]));
  if (kind === 4) return random.next() * 1e21 - 5e20;
  if (kind === 5) return pick([Number.MAX_SAFE_INTEGER, -0, 65_536, 0.1, -1], random) ?? 0;
  return pick<Json>([null, true, '', {}, [], 'arn:aws:ecs:::', '$\u007ba}', '9'.repeat(40)], random) ?? null;
};

/** Changes one place of a tree of JSON, or adds one. */
const mutateJson = (value: Json, random: Random): Json => {
  if (random.chance(0.15)) return hostileValue(random);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.2)) return [...value, hostileValue(random)];
    const at = random.between(0, value.length - 1);
    if (random.chance(0.2)) return value.toSpliced(at, 1, ...value.slice(at, at + 1), ...value.slice(at, at + 1));
    return value.map((each, index) => (index === at ? mutateJson(each, random) : each));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    const at = random.between(0, Math.max(0, entries.length - 1));
    if (entries.length === 0 || random.chance(0.2))
      return Object.fromEntries([...entries, [pick(KEYS, random) ?? '', hostileValue(random)]]);
    if (random.chance(0.15)) return Object.fromEntries(entries.toSpliced(at, 1));
    if (random.chance(0.1))
      return Object.fromEntries(
        entries.map(([key, each], index) => [index === at ? (pick(KEYS, random) ?? key) : key, each]),
      );
    return Object.fromEntries(
      entries.map(([key, each], index) => [key, index === at ? mutateJson(each, random) : each]),
    );
  }
  return hostileValue(random);
};

const nested = (random: Random): string => {
  const depth = random.between(10, DEEP);
  return random.chance(0.5)
    ? `${'['.repeat(depth)}${']'.repeat(depth)}`
    : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
};

const mutateText = (text: string, other: string, random: Random): string => {
  const from = random.between(0, text.length);
  const to = Math.min(text.length, from + random.between(0, 40));
  const [before, middle, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  switch (random.between(0, 7)) {
    case 0:
      return before + after;
    case 1:
      return before + middle.repeat(random.between(2, 200)) + after;
    case 2:
      return before + (pick(HOSTILE, random) ?? '') + after;
    case 3:
      return before + (STRUCTURE[random.between(0, STRUCTURE.length - 1)] ?? '') + middle + after;
    case 4:
      return before + String.fromCharCode(random.between(0, 65_535)) + after;
    case 5:
      return before + nested(random) + after;
    case 6:
      return before + other.slice(random.between(0, other.length));
    default:
      return before;
  }
};

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * A text that is nearly one of the seeds: the same random numbers give the same text.
 * @param seeds Right ones; at least one.
 */
export const mutated = (seeds: readonly string[], random: Random): string => {
  let text = pick(seeds, random) ?? '';
  const json = random.chance(0.5) ? parsed(text) : undefined;
  if (json !== undefined) {
    let tree = json;
    for (let times = random.between(1, 4); times > 0; times--) tree = mutateJson(tree, random);
    text = JSON.stringify(tree) ?? '';
    if (random.chance(0.7)) return text.slice(0, MOST_CHARACTERS);
  }
  for (let times = random.between(1, 4); times > 0; times--) text = mutateText(text, pick(seeds, random) ?? '', random);
  return text.slice(0, MOST_CHARACTERS);
};
