/** A member of a request that is missing or of another type than the service's model says. */
export class BadMember extends Error {
  constructor(name: string, wanted: string) {
    super(`${name} must be ${wanted}`);
    this.name = 'BadMember';
  }
}

/** The members of a request, still unknown. */
export type Input = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws {BadMember} If `value` is no object. */
export const objectOf = (value: unknown, name: string): Input => {
  if (!isRecord(value)) throw new BadMember(name, 'an object');
  return value;
};

/** A member that may be absent. @throws {BadMember} If it is no string. */
export const optionalText = (input: Input, name: string): string | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new BadMember(name, 'a string');
  return value;
};

/** @throws {BadMember} If the member is absent or no string. */
export const text = (input: Input, name: string): string => {
  const value = optionalText(input, name);
  if (value === undefined) throw new BadMember(name, 'given');
  return value;
};

/** A whole number; the query protocols write it as text. @throws {BadMember} If it is none. */
export const optionalNumber = (input: Input, name: string): number | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) throw new BadMember(name, 'a whole number');
  return number;
};

/** A number of JSON, with or without a fraction. @throws {BadMember} If it is none. */
export const optionalDecimal = (input: Input, name: string): number | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new BadMember(name, 'a number');
  return value;
};

/** @throws {BadMember} If it is neither true nor false. */
export const optionalBoolean = (input: Input, name: string): boolean | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw new BadMember(name, 'true or false');
  return value;
};

/** A list that may be absent, which is empty. @throws {BadMember} If it is no list. */
const list = (input: Input, name: string): readonly unknown[] => {
  const value = input[name];
  // The query protocols write an empty list as an empty text.
  if (value === undefined || value === null || value === '') return [];
  if (!Array.isArray(value)) throw new BadMember(name, 'a list');
  return value;
};

/** @throws {BadMember} If a member of the list is no string. */
export const texts = (input: Input, name: string): readonly string[] =>
  list(input, name).map((value) => {
    if (typeof value !== 'string') throw new BadMember(name, 'a list of strings');
    return value;
  });

/** @throws {BadMember} If a member of the list is no object. */
export const objects = (input: Input, name: string): readonly Input[] =>
  list(input, name).map((value) => objectOf(value, `a member of ${name}`));
