import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import { printable, quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { type DocumentPath, errorInJson, offsetInJson } from './json-text.ts';

/** A place in a text, both from 1; columns are UTF-16 units, as editors and SARIF count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A document that cannot be read, and where. */
export class DocumentError extends InputError {
  readonly position: Position;

  constructor(message: string, position: Position) {
    super(message);
    this.position = position;
  }
}

/** A JSON or YAML document as plain data, with the place of everything in it. */
export interface LocatedDocument {
  /** Objects, lists, strings, numbers, booleans, null. Tags of templates (`!Ref x`) stand in their long form. */
  readonly value: unknown;
  /**
   * Where a member's key stands, or a list's element. A path that leads to what is not there ends at the nearest place
   * that is, and keys are also found in another format's spelling (`portMappings`, `PortMappings`, `port_mappings`).
   */
  readonly position: (path: DocumentPath) => Position;
}

/** AWS takes nothing that is larger: templates of 1 MB, definitions of 64 KiB; with room for blanks and comments. */
const MOST_UNITS = 2 * 1024 * 1024;
/** Deeper is nothing that somebody wrote. */
const MOST_DEPTH = 100;
/** Values after every alias is followed: a few lines of YAML can mean billions. */
const MOST_VALUES = 250_000;

const spelling = (key: string): string => key.replaceAll('_', '').toLowerCase();

const isSameKey = (key: string, wanted: string): boolean => key === wanted || spelling(key) === spelling(wanted);

const positionIn = (text: string, offset: number): Position => {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
};

/** Whoever walks a value calls itself for each level. */
const isTooDeep = (value: unknown): boolean => {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
};

const parseJson = (text: string): LocatedDocument | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (isTooDeep(value)) return undefined;
    // Positions cost more than reading; most documents need none.
    return { value, position: (path) => positionIn(text, offsetInJson(text, path, isSameKey)) };
  } catch {
    return undefined;
  }
};

const jsonError = (text: string): DocumentError => {
  const { offset, expected } = errorInJson(text, MOST_DEPTH) ?? { offset: 0, expected: 'JSON' };
  const found =
    offset >= text.length ? 'the end of the text' : quote(text.slice(offset, offset + 20).split('\n')[0] ?? '');
  return new DocumentError(`This is no JSON: expected ${expected}, found ${found}.`, positionIn(text, offset));
};

/** A value of a YAML document, where it stands, and what is in it. */
interface Located {
  readonly value: unknown;
  /** UTF-16 units. */
  readonly offset: number;
  /** How many values it comes to, itself included. */
  readonly size: number;
  readonly parts: ReadonlyMap<string | number, { readonly at: number; readonly node: Located }>;
}

const NO_PARTS: Located['parts'] = new Map();

/** `!Ref x` as `{ "Ref": "x" }`, `!Sub x` as `{ "Fn::Sub": "x" }`: the two forms mean the same. */
const longFormOf = (tag: string): string => {
  const name = tag.slice(1);
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
};

/** What the YAML parser says may quote the document, at any length. */
const sentence = (message: string): string =>
  message.length > 160 ? `${printable(message.slice(0, 160))}…` : printable(message.replace(/\.?$/, '.'));

const parseYaml = (text: string): LocatedDocument => {
  const fail = (message: string, offset: number): DocumentError =>
    new DocumentError(`This is no YAML that can be read: ${message}`, positionIn(text, offset));
  /** Depth is bounded before anything calls itself for each level: a stack that is full can end the process. */
  function* tokens(): Generator<CST.Token> {
    const parser = new Parser();
    for (const lexeme of new Lexer().lex(text)) {
      for (const token of parser.next(lexeme)) {
        if (token.type === 'error') throw fail(sentence(token.message), token.offset);
        yield token;
      }
      if (parser.stack.length > MOST_DEPTH) throw fail(`it is nested more than ${MOST_DEPTH} deep.`, parser.offset);
    }
    yield* parser.end();
  }
  // The composer's own check for repeated keys compares each with each; `locate` does better.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  let first: DocumentError | undefined;
  // It would go on after an error, with another one for every token, each with its stack: a broken megabyte takes half a
  // minute. What is thrown through it, it reports as an error again.
  Object.assign(composer, {
    onError: (
      at: number | readonly number[] | { readonly offset: number },
      _code: string,
      message: string,
      warning?: boolean,
    ) => {
      if (warning) return;
      const offset = typeof at === 'number' ? at : 'offset' in at ? at.offset : (at[0] ?? 0);
      first ??= fail(sentence(message), offset);
      throw first;
    },
  });
  const [document, second] = composer.compose(tokens(), true, text.length);
  if (document === undefined) throw fail('it holds nothing.', 0);
  // What the parser below it found wrong.
  const [error] = document.errors;
  if (error !== undefined) throw fail(sentence(error.message), error.pos[0]);
  if (second !== undefined) {
    throw fail('it holds several documents (---); put each into a file of its own.', second.range[0]);
  }

  const anchors = new Map<string, Located>();
  let total = 0;

  const tagged = (tag: string | undefined, located: Located): Located => {
    if (tag === undefined || !tag.startsWith('!') || tag === '!') return located;
    const name = longFormOf(tag);
    return {
      value: Object.fromEntries([[name, located.value]]),
      offset: located.offset,
      size: located.size + 1,
      parts: new Map([[name, { at: located.offset, node: located }]]),
    };
  };

  const locateBare = (node: unknown, offset: number, depth: number): Located => {
    if (isScalar(node)) return { value: node.value, offset, size: 1, parts: NO_PARTS };
    const parts = new Map<string | number, { readonly at: number; readonly node: Located }>();
    let size = 1;
    const add = (key: string | number, at: number, part: Located): void => {
      parts.set(key, { at, node: part });
      size += part.size;
    };
    if (isSeq(node)) {
      node.items.forEach((item, index) => {
        const part = locate(item, offset, depth + 1);
        add(index, part.offset, part);
      });
      return { value: Array.from(parts.values(), (part) => part.node.value), offset, size, parts };
    }
    if (!isMap(node)) return { value: null, offset, size: 1, parts: NO_PARTS };
    const merged: Located[] = [];
    for (const { key, value } of node.items) {
      const named = locate(key, offset, depth + 1);
      if (typeof named.value === 'object' && named.value !== null) {
        throw fail('a name is expected here, found a list or an object.', named.offset);
      }
      const name = String(named.value ?? '');
      const part = locate(value, named.offset, depth + 1);
      if (name === '<<') merged.push(part);
      else if (parts.has(name)) throw fail(`${quote(name, 60)} is there twice; keep one.`, named.offset);
      else add(name, named.offset, part);
    }
    // The map's own members win over merged ones, and of several merged maps the first.
    for (const source of merged.flatMap((each) =>
      Array.isArray(each.value) ? Array.from(each.parts.values(), (part) => part.node) : [each],
    )) {
      for (const [key, { at, node: part }] of source.parts) if (!parts.has(key)) add(key, at, part);
    }
    return {
      value: Object.fromEntries(Array.from(parts, ([key, part]) => [String(key), part.node.value])),
      offset,
      size,
      parts,
    };
  };

  const locate = (node: unknown, near: number, depth: number): Located => {
    if (isAlias(node)) {
      const at = node.range?.[0] ?? near;
      const source = anchors.get(node.source);
      if (source === undefined) throw fail(`no anchor &${quote(node.source, 60)} stands before this alias.`, at);
      // What it means is shared, not copied; what counts is how much everybody after this would have to walk.
      total += source.size;
      if (total > MOST_VALUES) throw fail(`its aliases come to more than ${MOST_VALUES} values.`, at);
      return source;
    }
    const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
    const offset = range?.[0] ?? near;
    if (depth > MOST_DEPTH) throw fail(`it is nested more than ${MOST_DEPTH} deep.`, offset);
    total++;
    if (total > MOST_VALUES) throw fail(`it holds more than ${MOST_VALUES} values.`, offset);
    const bare = locateBare(node, offset, depth);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return bare;
    const located = tagged(node.tag, bare);
    if (node.anchor !== undefined) anchors.set(node.anchor, located);
    return located;
  };

  const root = locate(document.contents, 0, 0);
  return {
    value: root.value,
    position: (path) => {
      let at = root.offset;
      let node = root;
      for (const wanted of path) {
        const part =
          node.parts.get(wanted) ??
          [...node.parts].find(([key]) => typeof wanted === 'string' && isSameKey(String(key), wanted))?.[1];
        if (part === undefined) break;
        at = part.at;
        node = part.node;
      }
      return positionIn(text, at);
    },
  };
};

/**
 * Reads a JSON or YAML document. JSON is tried first: it is some fifty times as fast.
 * @param name Of the file; one that ends in `.json` is no YAML.
 * @throws {DocumentError} If it is neither, or if it is larger, deeper or (through aliases) more than anything that
 *   AWS takes: says where, what is wrong and the cure.
 */
export const parseLocatedDocument = (text: string, name: string): LocatedDocument => {
  // A mark of the byte order is no part of the text, and no column.
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (content.length > MOST_UNITS) {
    throw new DocumentError('This is larger than anything that AWS takes (templates end at 1 MB).', {
      line: 1,
      column: 1,
    });
  }
  if (content.trim() === '') throw new DocumentError('The file is empty.', { line: 1, column: 1 });
  const json = parseJson(content);
  if (json !== undefined) return json;
  const isYaml = /\.(?:ya?ml|template)$/i.test(name) || !/^\s*[[{]/.test(content);
  if (/\.json$/i.test(name) || !isYaml) throw jsonError(content);
  return parseYaml(content);
};
