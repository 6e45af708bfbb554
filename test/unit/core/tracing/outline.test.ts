import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import YAML from 'yaml';
import { outlineOf } from '../../../../shared/core/tracing/outline.ts';

describe('an outline', () => {
  test.each([
    ['maps by indentation', 'a:\n  b: 1\n  c:\n    d: x\ne:\n', { a: { b: '1', c: { d: 'x' } }, e: '' }],
    ['lists in one line', 'a: [b, "c/d" , e]\n', { a: ['b', 'c/d', 'e'] }],
    [
      'lists of lines, indented or not',
      'a:\n  - b\n  - c\nd:\n- e\n- f\ng: h\n',
      { a: ['b', 'c'], d: ['e', 'f'], g: 'h' },
    ],
    ['comments and empty lines', '# x\n\na: b # c\n', { a: 'b' }],
    ['an address and a URL', 'a: 0.0.0.0:2000\nb: https://x:1/y\n', { a: '0.0.0.0:2000', b: 'https://x:1/y' }],
    [
      'lists of maps',
      'a:\n  - key: b\n    action: c\n  - key: d\ne: f\n',
      { a: [{ key: 'b', action: 'c' }, { key: 'd' }], e: 'f' },
    ],
    ['JSON', '{"a":{"b":[1,null,true]}}', { a: { b: ['1', '', 'true'] } }],
  ])('reads %s', (_, text, outline) => {
    expect(outlineOf(text)).toEqual(outline);
  });

  test.each([
    ['an anchor', 'a: &x\n  b: 1\n'],
    ['an alias', 'a: *x\n'],
    ['a merge', '<<: x\n'],
    ['a text block', 'a: |\n  b\n'],
    ['a map in braces', 'a: {b: 1}\n'],
    ['lists in lists', 'a: [[b]]\n'],
    ['dashes without end', `a:\n  ${'- '.repeat(30_000)}b\n`],
    ['brackets without end', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['tabs', 'a:\n\tb: 1\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['plain text over lines', 'a: b\n  c\n'],
    ['no map', 'hello'],
    ['nothing', ''],
    ['broken JSON', '{"a":'],
    ['a quoted number sign', 'a: "b # c"\n'],
  ])('gives up on %s', (_, text) => {
    expect(outlineOf(text)).toBeUndefined();
  });

  test('says the same as a YAML parser, or nothing', () => {
    const words = fc.constantFrom(
      'a',
      'b: 1',
      'c:',
      '- d',
      'e: [f, g]',
      '"h": i',
      '# j',
      'k: "l',
      "m: 'n'",
      'o: |',
      'p: &q r',
      '- s: t',
      '? u',
      'v: {w: x}',
      'y #z',
      'aa:bb',
      '- ',
      '"cc: dd"',
      "- 'ee': ff",
    );
    const line = fc.tuple(fc.nat(3), words).map(([indent, word]) => `${' '.repeat(indent * 2)}${word}`);
    const text = fc.array(line, { maxLength: 7 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, (yaml) => {
        const outline = outlineOf(yaml);
        fc.pre(outline !== undefined);
        expect(textsOf(YAML.parse(yaml, { schema: 'failsafe' }))).toEqual(outline);
      }),
      { numRuns: 3_000 },
    );
  });

  test('never fails', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}#"\'&*|>\n\t ') }), (text) => void outlineOf(text)),
    );
  });
});

const textsOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(textsOf);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, textsOf(member)]));
  }
  return value ?? '';
};
