/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; members keep their order. */
export interface JsonObject {
  readonly [member: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isJsonList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The objects of a list; nothing of whatever else stands there. */
export const objectsOf = (value: Json | undefined): readonly JsonObject[] =>
  isJsonList(value) ? value.filter((each) => isObject(each)) : [];

/** An object without some of its members. */
export const without = (object: JsonObject, members: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([member]) => !members.has(member)));

/** Bytes of a text in UTF-8; half a pair of surrogates counts as its replacement does. */
export const utf8Bytes = (text: string): number => {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
};

/**
 * A value as JSON: members that JSON cannot say are left out, moments become text as `JSON.stringify` writes them.
 * @returns `undefined` where nothing is left of it.
 */
export const jsonOf = (value: unknown): Json | undefined => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((each: unknown) => jsonOf(each) ?? null);
  if (typeof value !== 'object') return undefined;
  if ('toJSON' in value && typeof value.toJSON === 'function') return jsonOf(value.toJSON());
  return Object.fromEntries(
    Object.entries(value).flatMap(([member, each]): [string, Json][] => {
      const json = jsonOf(each);
      return json === undefined ? [] : [[member, json]];
    }),
  );
};

/** The same text for the same JSON, whatever the order of its members: what a digest is made of. */
export const canonicalJson = (value: Json): string => {
  if (isJsonList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([member, each]) => `${JSON.stringify(member)}:${canonicalJson(each)}`).join(',')}}`;
};
