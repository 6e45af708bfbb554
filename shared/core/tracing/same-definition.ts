import { canonicalJson, isJsonList, isObject, type Json, type JsonObject } from './json.ts';

/** Lists that are sets: ECS may tell them in another order than they were registered in. */
const SETS: ReadonlySet<string> = new Set(['environment', 'secrets', 'tags']);

/** What ECS writes where nothing was said. */
const isDefault = (member: string, value: Json): boolean =>
  value === null ||
  (isJsonList(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0) ||
  (member === 'cpu' && value === 0);

const normal = (value: Json, member: string): Json => {
  if (isJsonList(value)) {
    const list = value.map((each) => normal(each, member));
    return SETS.has(member) ? list.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)) : list;
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, each]): [string, Json] => [name, normal(each, name)]);
  return Object.fromEntries(members.filter(([name, each]) => !isDefault(name, each)));
};

/**
 * Whether two definitions come to the same, as one was registered and as ECS then describes it: empty lists and objects,
 * `cpu` 0 and the order of variables, secrets and tags apart. What ECS alone writes must be left out before.
 */
export const meansTheSame = (one: JsonObject, other: JsonObject): boolean =>
  canonicalJson(normal(one, '')) === canonicalJson(normal(other, ''));
