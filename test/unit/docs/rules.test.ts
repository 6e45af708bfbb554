import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { RULE_CHAPTERS } from '../../../scripts/rule-chapters.ts';
import { rulesPage } from '../../../scripts/rules-page.mjs';

test('docs/rules.md is what the rules say (npm run docs)', async () => {
  expect(await readFile('docs/rules.md', 'utf8')).toBe(rulesPage(RULE_CHAPTERS));
});

test('every rule that something can tell is on the page, once', async () => {
  const files = (
    await Promise.all(
      ['shared', 'cli', 'functions'].map((root) => readdir(root, { recursive: true, withFileTypes: true })),
    )
  ).flat();
  const sources = files.filter((file) => file.isFile() && file.name.endsWith('.ts'));
  const texts = await Promise.all(sources.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
  const told = new Set(
    texts.flatMap((text) => text.match(/(?<=')(?:TGT|TAG|SCL|LOG|ROL|EBS|XRY|GAT|DEF|DOC)-\d+(?=')/g) ?? []),
  );
  const listed = RULE_CHAPTERS.flatMap(({ rules }) => rules.map(({ id }) => id));
  expect([...told].filter((id) => !listed.includes(id))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});
