import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicyDocument } from '../../../shared/contracts/policy-document.ts';
import { allowedActionsOf } from '../../../shared/core/audit/allowed-actions.ts';
import { InputError } from '../../../shared/errors.ts';

const ASKED = ['xray:PutTraceSegments', 'xray:GetSamplingRules'];

const allowed = (...statements: readonly object[]): readonly string[] =>
  allowedActionsOf(parsePolicyDocument(JSON.stringify({ Statement: statements }), 'it'), ASKED);

const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});

describe('what a role allows', () => {
  test.each<{ name: string; statements: readonly object[]; allows: readonly string[] }>([
    { name: 'nothing', statements: [], allows: [] },
    { name: 'every action of X-Ray', statements: [allow('xray:*')], allows: ASKED },
    { name: 'every action', statements: [allow('*')], allows: ASKED },
    { name: 'some, whatever the case', statements: [allow(['XRAY:put*', 's3:*'])], allows: [ASKED[0] ?? ''] },
    { name: 'a question mark is one letter', statements: [allow('xray:GetSamplingRule?')], allows: [ASKED[1] ?? ''] },
    { name: 'a name is the whole of it', statements: [allow('xray:Put')], allows: [] },
    {
      name: 'all but some',
      statements: [{ Effect: 'Allow', NotAction: 'xray:Get*', Resource: '*' }],
      allows: [ASKED[0] ?? ''],
    },
    {
      name: 'what is denied is not allowed',
      statements: [allow('*'), { ...allow('xray:Put*'), Effect: 'Deny' }],
      allows: [ASKED[1] ?? ''],
    },
    {
      name: 'a denial under a condition is not held against it',
      statements: [allow('*'), { ...allow('*'), Effect: 'Deny', Condition: {} }],
      allows: ASKED,
    },
    { name: 'an allowance under a condition counts', statements: [allow('xray:*', { Condition: {} })], allows: ASKED },
    { name: 'only on one resource is not enough', statements: [allow('xray:*', { Resource: 'arn:x' })], allows: [] },
    {
      name: 'one of the resources is every one',
      statements: [allow('xray:*', { Resource: ['arn:x', '*'] })],
      allows: ASKED,
    },
  ])('$name', ({ statements, allows }) => {
    expect(allowed(...statements)).toEqual(allows);
  });

  test('one statement need not be a list', () => {
    const text = JSON.stringify({ Statement: allow('xray:*') });
    expect(allowedActionsOf(parsePolicyDocument(text, 'it'), ASKED)).toEqual(ASKED);
  });

  test('a hostile pattern costs no time', () => {
    expect(allowed(allow(`${'*a'.repeat(5_000)}!`))).toEqual([]);
  });
});

test.each(['', '[]', '{}', '{"Statement":[{"Effect":"Maybe"}]}', '{"Statement":[{"Effect":"Allow","Action":7}]}'])(
  '%j is no policy',
  (text) => {
    expect(() => parsePolicyDocument(text, 'The policy')).toThrow(InputError);
    expect(() => parsePolicyDocument(text, 'The policy')).toThrow(/^The policy: /);
  },
);

test('whatever the text is: statements, or its own error', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        parsePolicyDocument(text, 'it');
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  );
});
