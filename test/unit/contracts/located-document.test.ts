import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DocumentError, parseLocatedDocument } from '../../../shared/contracts/located-document.ts';

const read = (text: string, name = 'file.yml') => parseLocatedDocument(text, name);

const errorOf = (text: string, name = 'file.yml'): string => {
  try {
    read(text, name);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return `${error.position.line}:${error.position.column} ${error.message}`;
  }
  return 'no error';
};

const at = (text: string, path: readonly (string | number)[], name?: string): string => {
  const { line, column } = read(text, name).position(path);
  return `${line}:${column}`;
};

describe('positions in JSON', () => {
  const text = '\ufeff{\r\n  "a": [1, { "b\\u0063": "}\\"]" }],\n\t"portMappings": {},\n  "a": [2,\n    3] }';

  test.each<[readonly (string | number)[], string]>([
    [[], '1:1'],
    [['a'], '4:3'],
    [['a', 1], '5:5'],
    [['portMappings'], '3:2'],
    [['PortMappings'], '3:2'],
    [['port_mappings', 'no such'], '3:2'],
    [['a', 7], '4:3'],
    [['no such', 'thing'], '1:1'],
    [['a', 'b'], '4:3'],
  ])('%j stands at %s', (path, place) => {
    expect(at(text, path, 'file.json')).toBe(place);
  });

  test('a key is compared as what it means', () => {
    expect(at('[{ "b\\u0063": 1 }]', [0, 'bc'])).toBe('1:4');
  });

  test('the key as it is spelt wins over one that is spelt like another format', () => {
    expect(at('{ "port": 1,\n"Port": 2 }', ['port'])).toBe('1:3');
    expect(at('{ "Port": 1,\n"port": 2 }', ['port'])).toBe('2:1');
  });

  test('every member of any JSON is found where it stands', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 0, max: 3 }), (value, indent) => {
        const json = JSON.stringify({ value }, null, indent);
        const { position } = read(json, 'x.json');
        const walk = (each: unknown, path: readonly (string | number)[]): void => {
          if (typeof each !== 'object' || each === null) return;
          for (const [key, member] of Object.entries(each)) {
            const inner = [...path, Array.isArray(each) ? Number(key) : key];
            const { line, column } = position(inner);
            const rest = json.split('\n')[line - 1]?.slice(column - 1) ?? '';
            expect(
              rest.startsWith(Array.isArray(each) ? JSON.stringify(member).slice(0, 1) : JSON.stringify(key)),
            ).toBe(true);
            walk(member, inner);
          }
        };
        walk({ value }, []);
      }),
    );
  });
});

describe('positions in YAML', () => {
  const text = `A: &a
  b: 1
B:
  <<: *a
  c: !Sub "x"
  d:
  - !If [x, !Ref Y, 1]
  - Fn::If: [x]
`;

  test('tags stand in their long form, aliases and merged members in their place', () => {
    expect(read(text).value).toEqual({
      A: { b: 1 },
      B: { b: 1, c: { 'Fn::Sub': 'x' }, d: [{ 'Fn::If': ['x', { Ref: 'Y' }, 1] }, { 'Fn::If': ['x'] }] },
    });
  });

  test.each<[readonly (string | number)[], string]>([
    [[], '1:1'],
    [['B'], '3:1'],
    [['B', 'b'], '2:3'],
    [['B', 'c'], '5:3'],
    [['B', 'd', 0], '7:9'],
    [['B', 'd', 0, 'Fn::If', 1], '7:18'],
    [['B', 'd', 1, 'Fn::If', 0], '8:14'],
    [['B', 'd', 9], '6:3'],
  ])('%j stands at %s', (path, place) => {
    expect(at(text, path)).toBe(place);
  });

  test('YAML in a file without a name of its own is told by how it begins', () => {
    expect(read('a: 1', 'stdin').value).toEqual({ a: 1 });
    expect(errorOf('{ a: 1 }', 'stdin')).toBe(
      '1:3 This is no JSON: expected a name in double quotes or "}", found "a: 1 }".',
    );
    expect(read('{ a: 1 }', 'x.template').value).toEqual({ a: 1 });
  });
});

describe('what cannot be read', () => {
  test.each([
    ['a.json', '', '1:1 The file is empty.'],
    ['a.json', '{"a": 1,}', '1:9 This is no JSON: expected a name in double quotes, found "}".'],
    ['a.json', '{"a": 1,\n "b"}', '2:5 This is no JSON: expected ":", found "}".'],
    ['a.json', '[1\n2]', '2:1 This is no JSON: expected "," or "]", found "2]".'],
    ['a.json', '// note\n{}', '1:1 This is no JSON: expected a value, found "// note".'],
    ['a.json', '{"a": "x\n"}', '1:7 This is no JSON: expected a string that ends, on its own line, found ""x".'],
    ['a.json', '{"a": ', '1:7 This is no JSON: expected a value, found the end of the text.'],
    ['a.json', '{} {}', '1:4 This is no JSON: expected the end of the text, found "{}".'],
    ['a.json', '{"a": \u202e}', '1:7 This is no JSON: expected a value, found "\\u202e}".'],
    ['a.yml', 'a:\n\t- 1', '2:1 This is no YAML that can be read: Tabs are not allowed as indentation.'],
    ['a.yml', 'a: 1\na: 2', '2:1 This is no YAML that can be read: "a" is there twice; keep one.'],
    ['a.yml', 'a: *b', '1:4 This is no YAML that can be read: no anchor &"b" stands before this alias.'],
    ['a.yml', 'a: &a [*a]', '1:8 This is no YAML that can be read: no anchor &"a" stands before this alias.'],
    [
      'a.yml',
      'a: 1\n---\nb: 2',
      '2:1 This is no YAML that can be read: it holds several documents (---); put each into a file of its own.',
    ],
    [
      'a.yml',
      '? [a]\n: 1',
      '1:3 This is no YAML that can be read: a name is expected here, found a list or an object.',
    ],
  ])('%s %j: %s', (name, text, message) => {
    expect(errorOf(text, name)).toBe(message);
  });

  test('nesting and aliases are bounded', () => {
    expect(errorOf('['.repeat(100_000), 'a.json')).toMatch(/^1:101 This is no JSON: expected at most 100 levels/);
    expect(errorOf('['.repeat(100_000), 'a.yaml')).toBe(
      '1:101 This is no YAML that can be read: it is nested more than 100 deep.',
    );
    expect(errorOf(`${'['.repeat(500)}1${']'.repeat(500)}`, 'a.json')).toMatch(/^1:101 .*at most 100 levels/);
    expect(errorOf('- '.repeat(100_000))).toMatch(/nested more than 100 deep/);
    expect(errorOf('a: '.repeat(100_000))).toMatch(/nested more than 100 deep/);
    const laughs = Array.from(
      { length: 30 },
      (_, index) =>
        `a${index}: &a${index} [${Array(9)
          .fill(index === 0 ? 'x' : `*a${index - 1}`)
          .join(', ')}]`,
    );
    expect(errorOf(laughs.join('\n'))).toMatch(/its aliases come to more than 250000 values/);
    const merges = Array.from(
      { length: 60 },
      (_, index) =>
        `a${index}: &a${index}\n  k${index}: ${index === 0 ? 1 : `{ <<: *a${index - 1}, b: *a${index - 1} }`}`,
    );
    expect(errorOf(merges.join('\n'))).toMatch(/its aliases come to more than 250000 values|nested more than/);
    expect(errorOf(`a: "${'x'.repeat(3_000_000)}"`)).toMatch(/larger than anything that AWS takes/);
  });

  test.each([
    { name: 'in what is composed', text: `a: ${'[]'.repeat(500_000)}`, told: '1:6 ' },
    { name: 'in what is parsed', text: `a:\n${'  [a]]\n'.repeat(100_000)}`, told: '2:6 ' },
  ])('the first error $name ends it, however many would follow', ({ text, told }) => {
    const before = process.cpuUsage();
    expect(errorOf(text)).toContain(told);
    // Some milliseconds; with an error object for each it was half a minute.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(3_000);
  });

  test('names of the prototype are members like others', () => {
    for (const name of ['a.json', 'a.yml']) {
      const { value } = read('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}', name);
      expect(Object.keys(Object(value))).toEqual(['__proto__', 'constructor']);
    }
    const yaml = read('__proto__: &p\n  polluted: 1\nb:\n  <<: *p\n  __proto__: { polluted: 1 }\n').value;
    expect(Reflect.getPrototypeOf(Object(yaml))).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('any text is read, or refused with an error of its own', () => {
    const pieces = fc.constantFrom(
      ...[
        'a',
        ': ',
        '- ',
        '\n',
        '  ',
        '{',
        '}',
        '[',
        ']',
        ',',
        '"',
        "'",
        '&a ',
        '*a',
        '!Sub ',
        '<<',
        '|',
        '>',
        '#',
        '? ',
        '---\n',
        '%',
        '\t',
        '0',
        '\\',
        '~',
        '!!str ',
        '\u2028',
        '\ud800',
        '__proto__',
      ],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('a.json', 'a.yml', 'stdin'), (given, name) => {
        try {
          const { position } = read(given, name);
          expect(position(['a', 0, 'b']).line).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof DocumentError)) throw error;
          expect(error.position.line).toBeGreaterThan(0);
          expect(error.position.column).toBeGreaterThan(0);
          expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
