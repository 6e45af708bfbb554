import * as v from 'valibot';
import type { PolicyStatement } from '../core/audit/allowed-actions.ts';
import { InputError } from '../errors.ts';
import { check } from './problem.ts';

const texts = v.pipe(
  v.union([v.string(), v.array(v.string())], 'text or a list of texts'),
  v.transform((value) => [value].flat()),
);

const statement = v.object(
  {
    Effect: v.picklist(['Allow', 'Deny'], 'Allow or Deny'),
    Action: v.optional(texts),
    NotAction: v.optional(texts),
    Resource: v.optional(texts),
    NotResource: v.optional(texts),
    Condition: v.optional(v.unknown()),
  },
  'an object',
);

const schema = v.object(
  { Statement: v.union([statement, v.array(statement)], 'a statement or a list of them') },
  'an object',
);

const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${what}: it is no JSON.`, { cause });
  }
};

/**
 * Reads the statements of an IAM policy.
 * @param what What is being read, for the error.
 * @throws {InputError} If it is none.
 */
export const parsePolicyDocument = (text: string, what: string): readonly PolicyStatement[] =>
  [check(schema, parseJson(text, what), what).Statement].flat().map((each) => ({
    effect: each.Effect,
    actions: each.Action ?? each.NotAction ?? [],
    allOthers: each.Action === undefined && each.NotAction !== undefined,
    // What is excepted is no concern of a call that knows no resources.
    anyResource: each.NotResource !== undefined || (each.Resource ?? []).includes('*'),
    conditional: each.Condition !== undefined,
  }));
