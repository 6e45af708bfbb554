import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { filesIn } from '../../../cli/files-in.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskwire-files-'));
  const files = [
    'b.json',
    'a/x.yaml',
    'a/deep/y.template',
    'a/Z.YML',
    'a/readme.md',
    '.git/c.json',
    'node_modules/p/package.json',
  ];
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '{}');
  }
  await symlink(folder, join(folder, 'a', 'circle'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('finds what could describe tasks, below, and follows no link', async () => {
  const found = await filesIn(folder);
  expect(found?.map((file) => relative(folder, file))).toEqual(['a/Z.YML', 'a/deep/y.template', 'a/x.yaml', 'b.json']);
});

test('a file, stdin and what is not there are no folders', async () => {
  const paths = [join(folder, 'b.json'), join(folder, 'nope'), '-'];
  expect(await Promise.all(paths.map(filesIn))).toEqual([undefined, undefined, undefined]);
});
