import type * as v from 'valibot';
import { InputError } from '../errors.ts';
import { check } from './problem.ts';

/**
 * Reads what Taskwire itself wrote down as JSON, and nobody mends by hand.
 * @param what The message begins with it.
 * @param cure The message ends with it.
 * @throws {InputError} If the text is none: no JSON, or another form.
 */
export const readArchived = <T>(
  schema: v.BaseSchema<unknown, T, v.BaseIssue<unknown>>,
  json: string,
  what: string,
  cure: string,
): T => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new InputError(`${what} is no JSON. ${cure}`, { cause });
  }
  try {
    return check(schema, value, what);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${error.message} ${cure}`, { cause: error });
  }
};
