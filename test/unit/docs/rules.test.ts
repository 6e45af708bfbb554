import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { RULE_CHAPTERS } from '../../../scripts/rule-chapters.ts';
import { rulesPage } from '../../../scripts/rules-page.mjs';

test('docs/rules.md is what the rules say (npm run docs)', async () => {
  expect(await readFile('docs/rules.md', 'utf8')).toBe(rulesPage(RULE_CHAPTERS));
});
