import { describe, expect, test } from '@jest/globals';
import { measure } from '../../../scripts/sizes.mjs';

const output = (
  bytes: number,
  imports: Record<string, 'import-statement' | 'dynamic-import'> = {},
  entryPoint?: string,
) => ({
  bytes,
  inputs: {},
  exports: [],
  imports: Object.entries(imports).map(([path, kind]) => ({ path, kind })),
  ...(entryPoint && { entryPoint }),
});

describe('the size of a function', () => {
  test('counts what the entry imports, and what those import, once', () => {
    const rows = measure({
      outputs: {
        'entry.mjs': output(1, { 'a.mjs': 'import-statement', 'b.mjs': 'import-statement' }, 'functions/x/handler.ts'),
        'a.mjs': output(10, { 'b.mjs': 'import-statement' }),
        'b.mjs': output(100, { 'a.mjs': 'import-statement' }),
        'other.mjs': output(1000),
      },
    });
    expect(rows).toEqual([{ name: 'functions/x/handler.ts', bytes: 111, limit: 400_000 }]);
  });

  test('counts for an import on demand what it adds, however deep it is', () => {
    const rows = measure({
      outputs: {
        'entry.mjs': output(1, { 'a.mjs': 'import-statement', 'lazy.mjs': 'dynamic-import' }, 'functions/x/handler.ts'),
        'a.mjs': output(10),
        'lazy.mjs': output(
          100,
          { 'a.mjs': 'import-statement', 'deep.mjs': 'dynamic-import' },
          'shared/aws/addresses.ts',
        ),
        'deep.mjs': output(1000, { 'lazy.mjs': 'import-statement' }),
      },
    });
    expect(rows.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['functions/x/handler.ts', 11],
      ['  + shared/aws/addresses.ts', 100],
      ['  + deep.mjs', 1100],
    ]);
  });

  test('is bounded more tightly where customers wait for it', () => {
    const outputs = { 'entry.mjs': output(1, {}, 'functions/register-targets/handler.ts') };
    expect(measure({ outputs })).toMatchObject([{ limit: 360_000 }]);
  });

  test('leaves out what is not a function', () => {
    expect(measure({ outputs: { 'taskwire.mjs': output(1, {}, 'cli/taskwire.ts') } })).toEqual([]);
  });
});
