// Several packaged templates → one that is each of them under its condition.
import { isIntrinsic, isObject, isSame, objectOf } from './json.mjs';

/** @typedef {import('./json-value.ts').Json} Json */
/** @typedef {import('./json-value.ts').JsonObject} JsonObject */
/** @typedef {{ readonly condition: string, readonly implies?: string | undefined, readonly opposite?: string | undefined }} Case scripts/release/parameters.mjs says what they are. */
/** @typedef {Case & { readonly value: Json | undefined }} Alternative */
/** @typedef {Case & { readonly template: JsonObject }} Variant */

const NOTHING = { Ref: 'AWS::NoValue' };

/**
 * Merges the resources and outputs of a base and of the variants of it.
 * Conditions are asked in the order of the variants, at the smallest place that differs.
 * @type {(base: JsonObject, variants: readonly Variant[]) => { Conditions: JsonObject, Resources: JsonObject, Outputs: JsonObject }}
 * `Conditions`: the opposites that were needed besides those of the variants.
 * @throws If they differ where CloudFormation allows no condition; names the resource.
 */
export function mergeTemplates(base, variants) {
  /** @type {Record<string, Json>} */
  const Conditions = {};
  /** @type {(of: Case) => string} */
  const oppositeOf = ({ condition, opposite = `Not${condition}` }) => {
    Conditions[opposite] = { 'Fn::Not': [{ Condition: condition }] };
    return opposite;
  };
  const section = (/** @type {string} */ name) =>
    mergeSection(
      objectOf(base[name] ?? {}, name),
      variants.map(({ template, ...variant }) => ({ ...variant, entries: objectOf(template[name] ?? {}, name) })),
      oppositeOf,
    );
  return { Resources: section('Resources'), Outputs: section('Outputs'), Conditions };
}

/** @type {(base: JsonObject, variants: readonly (Case & { readonly entries: JsonObject })[], oppositeOf: (of: Case) => string) => JsonObject} */
function mergeSection(base, variants, oppositeOf) {
  const ids = new Set([base, ...variants.map(({ entries }) => entries)].flatMap(Object.keys));
  return Object.fromEntries(
    [...ids].map((id) => {
      const having = variants.filter(({ entries }) => id in entries);
      const lacking = needed(variants.filter(({ entries }) => !(id in entries)));
      // It is there by itself, or added by one variant, or taken away by one.
      const [only, ...others] = id in base ? lacking : having;
      if (others.length > 0) throw new Error(`${id} depends on several parameters, but may have one condition only.`);
      if (!(id in base)) {
        if (only === undefined) throw new Error(`${id} is in no template.`);
        return [id, { Condition: only.condition, ...objectOf(only.entries[id], id) }];
      }
      const merged = mergeEntry(
        id,
        objectOf(base[id], id),
        having.map(({ entries, ...variant }) => ({ ...variant, value: entries[id] })),
      );
      return [id, only === undefined ? merged : { Condition: oppositeOf(only), ...merged }];
    }),
  );
}

/** Without those that are never met alone, where what they imply is among them. @type {<T extends Case>(variants: readonly T[]) => readonly T[]} */
function needed(variants) {
  return variants.filter(({ implies }) => !variants.some(({ condition }) => condition === implies));
}

/** In a resource only its properties may depend on conditions, in an output only its value. @type {(id: string, base: JsonObject, alternatives: readonly Alternative[]) => JsonObject} */
function mergeEntry(id, base, alternatives) {
  const merged = objectOf(mergeValue(base, alternatives), id);
  for (const [attribute, value] of Object.entries(merged)) {
    if (attribute !== 'Properties' && attribute !== 'Value' && !isSame(value, base[attribute])) {
      throw new Error(`${attribute} of ${id} depends on a parameter, where CloudFormation allows no condition.`);
    }
  }
  return merged;
}

/** @type {(base: Json | undefined, alternatives: readonly Alternative[]) => Json} */
function mergeValue(base, alternatives) {
  const differing = alternatives.filter(({ value }) => !isSame(value, base));
  const values = [base, ...differing.map(({ value }) => value)];
  if (differing.length > 0 && values.every((value) => isObject(value) && !isIntrinsic(value)) && areOneThing(values)) {
    const objects = values.map((value) => objectOf(value, 'a value'));
    const keys = new Set(objects.flatMap(Object.keys));
    return Object.fromEntries([...keys].map((key) => [key, mergeValue(at(base, key), all(key))]));
  }
  if (Array.isArray(base) && values.every((value) => Array.isArray(value) && value.length === base.length)) {
    return base.map((each, index) => mergeValue(each, all(index)));
  }
  // What an implied condition answers in the same way need not be asked twice.
  const asked = differing.filter(
    ({ implies, value }) => !differing.some((other) => other.condition === implies && isSame(other.value, value)),
  );
  return asked.reduceRight(
    (/** @type {Json} */ otherwise, { condition, value }) => ({ 'Fn::If': [condition, value ?? NOTHING, otherwise] }),
    base ?? NOTHING,
  );

  /** @type {(key: string | number) => Alternative[]} */
  function all(key) {
    return differing.map(({ value, ...alternative }) => ({ ...alternative, value: at(value, key) }));
  }
}

/** @type {(value: Json | undefined, key: string | number) => Json | undefined} */
function at(value, key) {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? value[key] : undefined;
}

/** Two statements of a policy with other names are two things, of which a reader wants to see either whole. @type {(values: readonly (Json | undefined)[]) => boolean} */
function areOneThing(values) {
  return new Set(values.map((value) => (isObject(value) ? value.Sid : undefined))).size === 1;
}
