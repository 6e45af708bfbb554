import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffOf } from '../../../../shared/core/tracing/diff.ts';
import type { JsonObject } from '../../../../shared/core/tracing/json.ts';

const changes = (before: JsonObject, after: JsonObject): readonly string[] =>
  diffOf(before, after).flatMap(({ kind, text }) =>
    kind === 'same' ? [] : [`${kind === 'added' ? '+' : '-'}${text}`],
  );

describe('a difference', () => {
  test('tells what was added, without the commas', () => {
    expect(changes({ a: [1], c: 2 }, { a: [1, 3], c: 2 })).toEqual(['+    3']);
  });

  test('tells what was replaced', () => {
    expect(changes({ a: 1, b: 2, c: 3 }, { a: 1, b: 4, c: 3 })).toEqual(['-  "b": 2', '+  "b": 4']);
  });

  test('masks values of variables, references to secrets and keys of log drivers', () => {
    const secret: JsonObject = {
      containerDefinitions: [
        {
          environment: [{ name: 'PASSWORD', value: 'hunter2' }],
          secrets: [{ name: 'S', valueFrom: 'arn:hunter2' }],
          repositoryCredentials: { credentialsParameter: 'arn:hunter2' },
          logConfiguration: {
            logDriver: 'splunk',
            options: { 'splunk-token': 'hunter2', 'splunk-url': 'https://example.com' },
            secretOptions: [{ name: 'x', valueFrom: 'hunter2' }],
          },
        },
      ],
    };
    const text = JSON.stringify(diffOf({}, secret));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('PASSWORD');
    expect(text).toContain('https://example.com');
  });

  test('holds both sides, in order', () => {
    const value = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.oneof(fc.nat(2), fc.array(fc.nat(2), { maxLength: 4 })),
    );
    fc.assert(
      fc.property(value, value, (before, after) => {
        const diff = diffOf(before, after);
        const side = (not: string) => diff.filter(({ kind }) => kind !== not).map(({ text }) => text);
        const lines = (of: JsonObject) =>
          JSON.stringify(of, null, 2)
            .split('\n')
            .map((line) => line.replace(/,$/, ''));
        expect(side('added')).toEqual(lines(before));
        expect(side('removed')).toEqual(lines(after));
      }),
    );
  });
});
