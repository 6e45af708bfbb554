/** What a configuration says: maps, lists, and text at the leaves. */
export type Outline = string | readonly Outline[] | { readonly [key: string]: Outline };

/** One line of it, without its comment. */
interface Line {
  readonly indent: number;
  readonly text: string;
}

/** A text on one line: quoted without escapes, or plain; `undefined` for whatever may mean something else. */
const scalarOf = (text: string): string | undefined => {
  const [, double, single] = /^(?:"([^"\\]*)"|'([^']*)')$/.exec(text) ?? [];
  const quoted = double ?? single;
  if (quoted !== undefined) return quoted;
  if (/^[[\]{}&*!|>%@`"'#,]/.test(text) || /^[?:-](?:\s|$)/.test(text)) return undefined;
  return /:(?:\s|$)|\s#/.test(text) ? undefined : text;
};

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

/** A value on the line of its key: text, `[a, b]`, `{}`; `undefined` for all else that YAML knows. */
const inlineOf = (text: string): Outline | undefined => {
  if (text === '{}') return {};
  const list = /^\[([^[\]{}]*)\]$/.exec(text)?.[1];
  if (list === undefined) return scalarOf(text);
  const items = list.trim() === '' ? [] : list.split(',').map((item) => scalarOf(item.trim()));
  return items.includes(undefined) || items.includes('') ? undefined : items.filter((item) => item !== undefined);
};

const KEY = /^("[^"\\]*"|'[^']*'|[^\s:"'#[\]{},&*!|>%@`?-][^\s:]*):(?:\s+(.*))?$/;

/** A block of lines, and the first line behind it. */
interface Block {
  readonly value: Outline;
  readonly next: number;
}

const isItem = (line: Line | undefined): boolean => line !== undefined && /^-(?:\s|$)/.test(line.text);

/** Where the lines end that stand further right than a line. */
const endBelow = (lines: readonly Line[], start: number, indent: number): number => {
  let end = start;
  while ((lines[end]?.indent ?? -1) > indent) end++;
  return end;
};

/** Reads a list; its items' own lines are read as if each item's text stood on a line of its own. */
const listAt = (lines: readonly Line[], start: number): Block | undefined => {
  const indent = lines[start]?.indent ?? 0;
  const items: Outline[] = [];
  let at = start;
  for (let line = lines[at]; line !== undefined && line.indent === indent && isItem(line); line = lines[at]) {
    const text = line.text.slice(1).trimStart();
    const end = endBelow(lines, at + 1, indent);
    const below = lines.slice(at + 1, end);
    if (text === '') return undefined;
    // Lists in lists are given up, too: a line of dashes would nest without end.
    const isBlock = KEY.test(text);
    if (!isBlock && below.length > 0) return undefined;
    const own = [{ indent: indent + line.text.length - text.length, text }, ...below];
    const block = isBlock ? blockAt(own, 0) : { value: inlineOf(text), next: own.length };
    if (block?.value === undefined || block.next !== own.length) return undefined;
    items.push(block.value);
    at = end;
  }
  return { value: items, next: at };
};

const mapAt = (lines: readonly Line[], start: number): Block | undefined => {
  const indent = lines[start]?.indent ?? 0;
  const members = new Map<string, Outline>();
  let at = start;
  for (let line = lines[at]; line !== undefined && line.indent >= indent; line = lines[at]) {
    const [, written = '', inline = ''] = KEY.exec(line.text) ?? [];
    const key = scalarOf(written);
    if (line.indent > indent || isItem(line) || !key || key === '<<' || members.has(key)) return undefined;
    at++;
    // A list may stand as far left as its key.
    const below = lines[at];
    const nested = below !== undefined && (below.indent > indent || (below.indent === indent && isItem(below)));
    const block =
      inline !== '' ? { value: inlineOf(inline), next: at } : nested ? blockAt(lines, at) : { value: '', next: at };
    if (block?.value === undefined) return undefined;
    members.set(key, block.value);
    at = block.next;
  }
  return { value: Object.fromEntries(members), next: at };
};

/** Reads the block that begins at a line, and those below it. */
const blockAt = (lines: readonly Line[], start: number): Block | undefined =>
  isItem(lines[start]) ? listAt(lines, start) : mapAt(lines, start);

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
 * @returns `undefined` for whatever it cannot read for certain.
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
