import { expect } from '@jest/globals';
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

// Draft 4, of which the schema uses nothing that draft 7 reads otherwise but the names of its own two keywords.
const { $schema: _dialect, id: _id, ...schema } = sarifSchema;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(schema);

/** Reads a SARIF document, which must keep to the schema. */
export const readSarif = (text: string) => {
  const log = JSON.parse(text);
  isSarif(log);
  expect(isSarif.errors ?? []).toEqual([]);
  return log;
};
