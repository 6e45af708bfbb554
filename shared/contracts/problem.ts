import * as v from 'valibot';
import { printable, quote } from '../core/text.ts';
import { InputError } from '../errors.ts';

/** Says in a word or two what stands where something else was expected. Printable, at most about 120 characters. */
export const found = (value: unknown): string => {
  if (typeof value === 'string') return quote(value);
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return printable(String(value).slice(0, 120));
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

/** Whether a value has members of its own to look at. A list is none. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member that the value itself has; never one that its prototype lends. */
export const memberOf = (value: unknown, name: string): unknown =>
  isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const pathOf = (issue: v.BaseIssue<unknown>): string => {
  let path = '';
  for (const { key } of issue.path ?? []) {
    path += typeof key === 'number' ? `[${key}]` : `${path && '.'}${printable(String(key))}`;
  }
  return path;
};

const problemOf = (issue: v.BaseIssue<unknown>): string => {
  const path = pathOf(issue) || 'it';
  return issue.input === undefined
    ? `${path} is missing`
    : `${path} must be ${issue.message}, found ${found(issue.input)}`;
};

/**
 * Checks a value against a schema whose messages say what is expected ("a list", "an ECS cluster ARN").
 * @param what What is being read; the message begins with it.
 * @throws {InputError} At the first thing that is wrong: names its path and quotes what is there.
 */
export const check = <TOutput>(
  schema: v.BaseSchema<unknown, TOutput, v.BaseIssue<unknown>>,
  value: unknown,
  what: string,
): TOutput => {
  // The first is enough: a body of a megabyte could otherwise hold a hundred thousand problems.
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw new InputError(`${what}: ${problemOf(result.issues[0])}.`);
};
