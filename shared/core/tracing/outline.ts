/** What a configuration says: maps, lists, and text at the leaves. */
export type Outline = string | readonly Outline[] | { readonly [key: string]: Outline };

/** One line of it, without its comment. */
interface Line {
  readonly indent: number;
  readonly text: string;
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;

/** A comment begins at a `#` behind a blank; one inside quotes is none, so such a line is not read at all. */
const linesOf = (text: string): readonly Line[] | undefined => {
  const lines: Line[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/(^|\s)#.*$/, '').trimEnd();
    if (line.trim() === '' || line === '---') continue;
    if (/^\s*\t/.test(line) || (/["']/.test(line) && line !== raw.trimEnd())) return undefined;
    const body = line.trimStart();
    lines.push({ indent: line.length - body.length, text: body });
  }
  return lines;
};

/** A value on the line of its key: plain or quoted text, `[a, b]`, `{}`; `undefined` for all else that YAML knows. */
const inlineOf = (text: string): Outline | undefined => {
  if (text === '{}') return {};
  const list = /^\[([^[\]{}]*)\]$/.exec(text)?.[1];
  if (list !== undefined) return list.trim() === '' ? [] : list.split(',').map((item) => unquoted(item.trim()));
  return /^[[\]{}&*!|>%@`]/.test(text) ? undefined : unquoted(text);
};

const KEY = /^("[^"]*"|'[^']*'|[^\s:"'#[\]{},&*!|>%@`-][^\s:]*|[^\s:"'#[\]{},&*!|>%@`-]):(?:\s+(.*))?$/;

/** Reads the block that begins at a line; blocks below it by recursion. */
const blockAt = (
  lines: readonly Line[],
  start: number,
): { readonly value: Outline; readonly next: number } | undefined => {
  const indent = lines[start]?.indent ?? 0;
  const isList = lines[start]?.text.startsWith('- ') ?? false;
  const items: Outline[] = [];
  const members = new Map<string, Outline>();
  let at = start;
  for (let line = lines[at]; line !== undefined && line.indent >= indent; line = lines[at]) {
    if (line.indent > indent) return undefined;
    at++;
    if (isList) {
      const item = line.text.startsWith('- ') ? line.text.slice(2).trim() : undefined;
      // Lists of maps hold nothing that is asked for here, and their first line has two indents: told as their text.
      if (item === undefined) return undefined;
      const value = KEY.test(item) ? item : inlineOf(item);
      if (value === undefined) return undefined;
      items.push(value);
      while ((lines[at]?.indent ?? -1) > indent) at++;
      continue;
    }
    const [, key, inline = ''] = KEY.exec(line.text) ?? [];
    if (key === undefined || key === '<<' || members.has(unquoted(key))) return undefined;
    if (inline !== '') {
      const value = inlineOf(inline);
      if (value === undefined) return undefined;
      members.set(unquoted(key), value);
      continue;
    }
    const below = lines[at];
    const nested =
      below !== undefined && (below.indent > indent || (below.indent === indent && below.text.startsWith('- ')));
    if (!nested) {
      members.set(unquoted(key), '');
      continue;
    }
    const block = below.indent === indent ? listAt(lines, at) : blockAt(lines, at);
    if (block === undefined) return undefined;
    members.set(unquoted(key), block.value);
    at = block.next;
  }
  return { value: isList ? items : Object.fromEntries(members), next: at };
};

/** A list whose dashes stand as far left as its key. */
const listAt = (
  lines: readonly Line[],
  start: number,
): { readonly value: Outline; readonly next: number } | undefined => {
  const indent = lines[start]?.indent ?? 0;
  let end = start;
  while (lines[end] !== undefined && ((lines[end]?.indent ?? 0) > indent || lines[end]?.text.startsWith('- '))) end++;
  return blockAt(lines.slice(0, end), start);
};

const outlined = (value: unknown): Outline => {
  if (Array.isArray(value)) return value.map(outlined);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, outlined(member)]));
  }
  return value === null || value === undefined ? '' : String(value);
};

/**
 * Reads a collector's configuration: JSON, or the plain part of YAML (maps by indentation, lists, text, comments).
 * Core has no YAML parser, so this one gives up instead of guessing: anchors, tags, block texts, maps in braces, tabs.
 * @returns `undefined` for whatever it cannot read for certain. Keys of maps inside of lists are not read.
 */
export const outlineOf = (text: string): Outline | undefined => {
  if (text.trimStart().startsWith('{')) {
    try {
      return outlined(JSON.parse(text));
    } catch {
      return undefined;
    }
  }
  const lines = linesOf(text);
  if (lines === undefined || lines.length === 0) return undefined;
  const block = blockAt(lines, 0);
  return block !== undefined && block.next === lines.length ? block.value : undefined;
};

/** The member of a map at a path of keys; `undefined` where there is none. */
export const memberOf = (outline: Outline | undefined, ...path: readonly string[]): Outline | undefined => {
  let at = outline;
  for (const key of path) {
    if (at === undefined || typeof at === 'string' || isList(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
};

/** Whether an outline is a list. */
export const isList = (outline: Outline): outline is readonly Outline[] => Array.isArray(outline);

/** Members of a map, in their order; none of text and lists. */
export const membersOf = (outline: Outline | undefined): readonly (readonly [string, Outline])[] =>
  outline === undefined || typeof outline === 'string' || isList(outline) ? [] : Object.entries(outline);
