/** Keys and indexes from a document's root. */
export type DocumentPath = readonly (string | number)[];

/** Whether the key of a document is the one that a path means. */
export type SameKey = (key: string, wanted: string) => boolean;

// Unrolled: one step for each run of ordinary characters, so that long strings need no deep stack. JSON forbids controls.
// biome-ignore lint/suspicious/noControlCharactersInRegex: what JSON forbids must be named.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const BLANK = /[ \t\n\r]*/y;

/** Where the match that begins here ends; `undefined` where none does. */
const endOf = (pattern: RegExp, text: string, at: number): number | undefined => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
};

const skipBlank = (text: string, at: number): number => endOf(BLANK, text, at) ?? at;

/** Where the value that begins here ends, in a text that is JSON. */
const endOfValue = (text: string, start: number): number => {
  let at = start;
  let depth = 0;
  do {
    const character = text[at];
    if (character === '"') at = endOf(STRING, text, at) ?? text.length;
    else {
      if (character === '{' || character === '[') depth++;
      else if (character === '}' || character === ']') depth--;
      // A number or a word is as long as the text up to whatever may follow a value.
      else if (depth === 0) return endOf(NUMBER, text, at) ?? endOf(WORD, text, at) ?? text.length;
      at++;
    }
  } while (depth > 0 && at < text.length);
  return at;
};

interface Place {
  /** Where the key begins, or the element of a list. */
  readonly at: number;
  readonly value: number;
}

/** The members of the object, or the elements of the list, that begins here. */
function* partsOf(text: string, start: number): Generator<Place & { readonly key: string | number }> {
  const isObject = text[start] === '{';
  let at = skipBlank(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; index++) {
    const place = at;
    let key: string | number = index;
    if (isObject) {
      const end = endOf(STRING, text, at) ?? text.length;
      key = String(JSON.parse(text.slice(at, end)));
      at = skipBlank(text, skipBlank(text, end) + 1);
    }
    yield { key, at: place, value: at };
    at = skipBlank(text, endOfValue(text, at));
    if (text[at] === ',') at = skipBlank(text, at + 1);
  }
}

/**
 * Finds a place in a text that is JSON: the key of a member, the element of a list. Where the path leads on to what is
 * not there, the nearest place that is.
 * @param text What `JSON.parse` has read without an error.
 * @returns UTF-16 units from the beginning.
 */
export const offsetInJson = (text: string, path: DocumentPath, isSame: SameKey): number => {
  let place: Place = { at: skipBlank(text, 0), value: skipBlank(text, 0) };
  for (const wanted of path) {
    const isObject = text[place.value] === '{';
    if (!isObject && text[place.value] !== '[') return place.at;
    let found: Place | undefined;
    let isExact = false;
    for (const part of partsOf(text, place.value)) {
      const exact = part.key === wanted;
      const near = exact || (isObject && typeof wanted === 'string' && isSame(String(part.key), wanted));
      // Of keys that are there twice the last one counts, as for JSON.parse.
      if (!near || (isExact && !exact)) continue;
      found = part;
      isExact = exact;
      if (!isObject) break;
    }
    if (found === undefined) return place.at;
    place = found;
  }
  return place.at;
};

/** What is wrong with a text that is no JSON: where it stops being one, and what should stand there. */
export interface JsonError {
  /** UTF-16 units from the beginning. */
  readonly offset: number;
  readonly expected: string;
}

/**
 * Says where a text stops being JSON. Engines word that differently, and some do not say where.
 * @param mostDepth How many objects and lists may be open at once.
 * @returns `undefined` where it is JSON after all.
 */
export const errorInJson = (text: string, mostDepth: number): JsonError | undefined => {
  /** What closes the objects and lists that are open. */
  const open: ('}' | ']')[] = [];
  let at = skipBlank(text, 0);
  let expected: 'value' | 'first-key' | 'key' | 'first-element' | 'next' = 'value';
  for (;;) {
    at = skipBlank(text, at);
    const character = text[at];
    const closer = open.at(-1);
    const closes = closer !== undefined && character === closer;
    if (expected === 'next' || (closes && (expected === 'first-key' || expected === 'first-element'))) {
      if (closer === undefined) return at === text.length ? undefined : { offset: at, expected: 'the end of the text' };
      if (closes) {
        open.pop();
        expected = 'next';
      } else if (character === ',') expected = closer === '}' ? 'key' : 'value';
      else return { offset: at, expected: `"," or "${closer}"` };
      at++;
      continue;
    }
    if (expected === 'first-key' || expected === 'key') {
      const end = endOf(STRING, text, at);
      if (end === undefined) {
        return { offset: at, expected: `a name in double quotes${expected === 'first-key' ? ' or "}"' : ''}` };
      }
      at = skipBlank(text, end);
      if (text[at] !== ':') return { offset: at, expected: '":"' };
      at++;
      expected = 'value';
      continue;
    }
    if (character === '{' || character === '[') {
      if (open.length === mostDepth) return { offset: at, expected: `at most ${mostDepth} levels` };
      open.push(character === '{' ? '}' : ']');
      expected = character === '{' ? 'first-key' : 'first-element';
      at++;
      continue;
    }
    const end = endOf(STRING, text, at) ?? endOf(NUMBER, text, at) ?? endOf(WORD, text, at);
    if (end === undefined) {
      const whole = character === '"' ? 'a string that ends, on its own line' : 'a value';
      return { offset: at, expected: whole };
    }
    at = end;
    expected = 'next';
  }
};
