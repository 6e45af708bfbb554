// `npm run docs`: writes the pages that are made from the code. Nothing here may import a package before the set-up is done.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rulesPage } from './rules-page.mjs';
import { root, setUpNode } from './setup.mjs';

await setUpNode();
const { build } = await import('esbuild');

// Node 20 reads no TypeScript: the rules are bundled into one module and read from memory.
const { outputFiles } = await build({
  stdin: { contents: "export { RULE_CHAPTERS } from './scripts/rule-chapters.ts';", resolveDir: root, loader: 'ts' },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
/** @type {{ RULE_CHAPTERS: readonly import('./rules-page.mjs').Chapter[] }} */
const { RULE_CHAPTERS } = await import(`data:text/javascript;base64,${code}`);
await writeFile(join(root, 'docs', 'rules.md'), rulesPage(RULE_CHAPTERS));
console.log('docs/rules.md');
