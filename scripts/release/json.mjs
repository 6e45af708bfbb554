// Templates are JSON, read without knowing their resources.

/** @typedef {import('./json-value.ts').Json} Json */
/** @typedef {import('./json-value.ts').JsonObject} JsonObject */

/** @type {(value: Json | undefined) => value is JsonObject} */
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether CloudFormation answers it: `{ "Ref": … }`, `{ "Fn::Sub": … }`. @type {(value: Json | undefined) => boolean} */
export const isIntrinsic = (value) => {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
};

/** @type {(a: Json | undefined, b: Json | undefined) => boolean} */
export const isSame = (a, b) => {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, at) => isSame(each, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && isSame(a[key], b[key]));
};

/**
 * @param {Json | undefined} value
 * @param {string} what Named where it is none.
 * @returns {JsonObject}
 */
export const objectOf = (value, what) => {
  if (!isObject(value)) throw new Error(`${what} is no object: ${JSON.stringify(value)}`);
  return value;
};
