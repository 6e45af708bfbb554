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
